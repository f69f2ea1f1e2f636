"""The sources that evidence names: ``sources.toml`` beside the scenario files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from flowsim.errors import Problem, ScenarioError, msg, one_of
from flowsim.scenario.files import read_toml
from flowsim.scenario.toml_text import as_found

Sources = Mapping[str, Mapping[str, Any]]
"""Title, publisher, url, read (the day it was read) and note of each source, by its key."""


def read_sources(folder: Path) -> Sources | None:
    """Return the sources of a folder; None where there is no ``sources.toml``.

    Raises
    ------
    ScenarioError
        When the file is not TOML or holds anything but tables.
    """
    path = folder / "sources.toml"
    try:
        path.stat()
    except FileNotFoundError:
        return None
    except OSError:
        pass  # reading it says why
    raw, problems = read_toml(path)
    if problems:
        raise ScenarioError(problems)
    wrong = [key for key, source in raw.items() if not isinstance(source, dict)]
    if wrong:
        raise ScenarioError(
            Problem(
                file=str(path),
                path=key,
                found=as_found(raw[key]),
                allowed=msg("a table [{key}] with title, publisher, url, read and note", key=key),
            )
            for key in wrong
        )
    return raw


def unknown_sources(
    files: Iterable[str],
    tables: Iterable[tuple[str, Mapping[str, Any]]],
    file_of: Callable[[str], str],
) -> list[Problem]:
    """Return what is wrong in each ``sources.toml``, and each source that is not in there.

    Parameters
    ----------
    files
        All of which the scenario is made; each may have sources beside it.
    tables
        Tables of evidence, by their paths.
    file_of
        Tells in which file a path stands.
    """
    problems: dict[Problem, None] = {}

    @cache
    def read(folder: Path) -> Sources | None:
        try:
            return read_sources(folder)
        except ScenarioError as error:
            problems.update(dict.fromkeys(error.problems))
            return None

    for file in files:
        read(Path(file).parent)
    for path, table in tables:
        file, source = file_of(path), table.get("source")
        known = None if file.startswith("--set") else read(Path(file).parent)
        if isinstance(source, str) and known is not None and source not in known:
            problem = Problem(
                file=file,
                path=f"{path}.source",
                found=msg("no source {source!r} in sources.toml", source=source),
                allowed=one_of(known, source),
            )
            problems[problem] = None
    return list(problems)
