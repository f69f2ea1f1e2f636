"""The sources that evidence names: ``sources.toml`` beside the scenario files."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from flowsim.errors import Problem, ScenarioError, msg, one_of, reason_of, verbatim
from flowsim.scenario.toml_errors import not_toml

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
        raw = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        found = reason_of(error) if isinstance(error, OSError) else not_toml(error)
        allowed = msg("mend the file there")
        raise ScenarioError(
            [Problem(file=str(path), path="", found=found, allowed=allowed)]
        ) from None
    wrong = [key for key, source in raw.items() if not isinstance(source, dict)]
    if wrong:
        raise ScenarioError(
            Problem(
                file=str(path),
                path=key,
                found=verbatim(repr(raw[key])),
                allowed=msg("a table [{key}] with title, publisher, url, read and note", key=key),
            )
            for key in wrong
        )
    return raw


def unknown_sources(
    tables: Iterable[tuple[str, Mapping[str, Any]]], file_of: Callable[[str], str]
) -> list[Problem]:
    """Return a problem for each source that is not in the ``sources.toml`` beside its file."""
    read = cache(read_sources)
    problems = []
    for path, table in tables:
        file, source = file_of(path), table.get("source")
        known = None if file.startswith("--set") else read(Path(file).parent)
        if isinstance(source, str) and known is not None and source not in known:
            problems.append(
                Problem(
                    file=file,
                    path=f"{path}.source",
                    found=msg("no source {source!r} in sources.toml", source=source),
                    allowed=one_of(known, source),
                )
            )
    return problems
