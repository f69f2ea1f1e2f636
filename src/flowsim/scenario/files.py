"""Reading scenario files and what they extend."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from pathlib import Path

from flowsim.errors import ScenarioError, one_of
from flowsim.scenario.draft import Raw, file_problem

MAX_DEPTH = 8
"""Files that may extend one another."""


def read_chain(path: Path) -> list[tuple[str, Raw]]:
    """Read a file and what it extends; the file itself first, the base last."""
    chain: list[tuple[str, Raw]] = []
    seen: list[Path] = []
    asked_by = str(path)
    while True:
        resolved = path.resolve()
        if resolved in seen:
            ring = " -> ".join(p.name for p in [*seen, resolved])
            hint = "no file extends itself"
            raise ScenarioError([file_problem(asked_by, "extends", ring, hint)])
        if len(seen) == MAX_DEPTH:
            raise ScenarioError(
                [
                    file_problem(
                        asked_by, "extends", f"more than {MAX_DEPTH} files", "extend fewer files"
                    )
                ]
            )
        raw = read_toml(path, asked_by if seen else None)
        seen.append(resolved)
        parent = raw.pop("extends", None)
        chain.append((str(path), raw))
        if parent is None:
            return chain
        if not isinstance(parent, str):
            raise ScenarioError(
                [file_problem(str(path), "extends", repr(parent), "the path of one file")]
            )
        asked_by = str(path)
        path = path.parent / parent


def read_toml(path: Path, asked_by: str | None = None) -> Raw:
    """Read one TOML file.

    Raises
    ------
    ScenarioError
        When the file is not there, is not text, or is not TOML.
    """
    try:
        with path.open("rb") as stream:
            return tomllib.load(stream)
    except FileNotFoundError:
        found = f"no file {str(path)!r}"
        where, key = (asked_by, "extends") if asked_by else (str(path), "")
        hint = names_there(path) or "give the path of a scenario file (.toml)"
        raise ScenarioError([file_problem(where, key, found, hint)]) from None
    except IsADirectoryError:
        raise ScenarioError(
            [file_problem(str(path), "", "a folder", "give the path of a scenario file (.toml)")]
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ScenarioError(
            [file_problem(str(path), "", f"not TOML: {error}", "mend the file there")]
        ) from None
    except OSError as error:
        raise ScenarioError(
            [file_problem(str(path), "", f"cannot be read: {error.strerror}", "check the file")]
        ) from None


def names_there(path: Path) -> str:
    """Say which scenario files stand where one is missing; without any, the nearest folder."""
    if path.parent.is_dir() and any(path.parent.glob("*.toml")):
        return one_of(sorted(p.name for p in path.parent.glob("*.toml")), path.name)
    missing = path
    while not missing.parent.is_dir():
        missing = missing.parent
    there = sorted(p.name for p in missing.parent.iterdir() if p.is_dir())
    near = get_close_matches(missing.name, there, n=1, cutoff=0.5)
    return (
        f"there is a folder {str(missing.parent / near[0])!r}: did you mean that?" if near else ""
    )
