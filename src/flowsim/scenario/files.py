"""Reading scenario files and what they extend."""

from __future__ import annotations

import errno
import os
import re
import stat
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from flowsim.errors import Problem, Said, ScenarioError, msg, one_of, reason_of, verbatim
from flowsim.scenario.draft import Raw, file_problem
from flowsim.scenario.gate import clean, hidden_sign
from flowsim.scenario.toml_read import parse_toml
from flowsim.scenario.toml_text import as_found

MAX_DEPTH: Final = 8
"""Files that may extend one another."""
MAX_BYTES: Final = 1 << 20
"""A scenario of 5,000 municipalities is a fifth of this."""
MAX_OF_A_SHEET: Final = 1 << 26
"""Of the sheet of a study, which holds all its files."""


def read_chain(path: Path) -> tuple[list[tuple[str, Raw]], list[Problem]]:
    """Read a file and what it extends, and what the gate says of each.

    The file itself comes first, the base last.
    """
    chain: list[tuple[str, Raw]] = []
    problems: list[Problem] = []
    seen: list[tuple[int, int]] = []
    asked_by: str | None = None
    while True:
        text, same = read_text(path, asked_by)
        sign = hidden_sign(path.name)
        if sign is not None:
            found = msg("a sign that nobody sees (U+{code})", code=f"{ord(sign):04X}")
            raise _refused(str(path), "", found, msg("give the file a name of signs that are seen"))
        if same in seen:
            ring = " -> ".join(Path(name).name for name in [*(f for f, _ in chain), str(path)])
            raise _refused(
                asked_by or str(path), "extends", verbatim(ring), msg("no file extends itself")
            )
        if len(seen) == MAX_DEPTH:
            found = msg("more than {n} files", n=MAX_DEPTH)
            raise _refused(asked_by or str(path), "extends", found, msg("extend fewer files"))
        seen.append(same)
        raw, found_there = clean(parse_toml(text, str(path)), str(path))
        problems += found_there
        parent = raw.pop("extends", None)
        chain.append((str(path), raw))
        if parent is None:
            return chain, problems
        if not isinstance(parent, str) or not parent:
            raise _refused(str(path), "extends", as_found(parent), msg("the path of one file"))
        asked_by = str(path)
        path = _shortest(path.parent / parent)


def _shortest(path: Path) -> Path:
    """Return a path without steps there and back, where that is the same file."""
    short = Path(os.path.normpath(path))
    try:
        return short if short.samefile(path) else path
    except (OSError, ValueError):
        return path


def read_toml(path: Path) -> tuple[Raw, list[Problem]]:
    """Read one TOML file, and what the gate says of it.

    Raises
    ------
    ScenarioError
        When the file is not there, is not text, or is not TOML.
    """
    text, _ = read_text(path)
    return clean(parse_toml(text, str(path)), str(path))


# ---------------------------------------------------------------- from a file to text
def read_text(path: Path, asked_by: str | None = None) -> tuple[str, tuple[int, int]]:
    """Return the text of a regular file of at most 1 MiB, and which file it is.

    Raises
    ------
    ScenarioError
        When it is another kind of thing, or is not UTF-8.
    """
    try:
        data, about = _bytes_of(path, msg("a scenario is a small text"), MAX_BYTES)
    except FileNotFoundError:
        where, key = (asked_by, "extends") if asked_by else (str(path), "")
        hint = names_there(path) or msg("give the path of a scenario file (.toml)")
        raise _refused(where, key, msg("no file {name!r}", name=str(path)), hint) from None
    return _decoded(data, str(path)), (about.st_dev, about.st_ino)


def small_text(path: Path) -> str:
    """Return the text of a regular file of at most 64 MiB that people may have edited.

    Bytes that are no text are replaced.

    Raises
    ------
    ScenarioError
        When it cannot be read, is larger or is another kind of thing.
    """
    try:
        data, _ = _bytes_of(path, msg("a smaller file"), MAX_OF_A_SHEET)
    except FileNotFoundError as error:
        raise _unreadable(path, error) from None
    return data.decode("utf-8-sig", errors="replace")


def _bytes_of(path: Path, smaller: Said, most: int) -> tuple[bytes, os.stat_result]:
    """Return what is in a regular file, and which file it is.

    Parameters
    ----------
    smaller
        What is said of one that is larger than ``most``.

    Raises
    ------
    ScenarioError
        When it is another kind of thing, or cannot be read.
    FileNotFoundError
        When it is not there.
    """
    try:
        about = path.stat()
        if stat.S_ISDIR(about.st_mode):
            hint = msg("give the path of a scenario file (.toml)")
            raise _refused(str(path), "", msg("a folder"), hint)
        if not stat.S_ISREG(about.st_mode):
            raise _refused(str(path), "", msg("not a regular file"), msg("save it as a text file"))
        with open(path, "rb", opener=without_waiting) as stream:
            data = stream.read(most + 1)
        if data is None:  # it says that it is a file, and is a queue of the system
            raise BlockingIOError(errno.EAGAIN, "")
    except (ScenarioError, FileNotFoundError):
        raise
    except (OSError, ValueError) as error:  # no permission, a loop of links, a name with a NUL
        raise _unreadable(path, error) from None
    if len(data) > most:
        raise _refused(str(path), "", msg("larger than {n} MiB", n=most >> 20), smaller)
    return data, about


def _unreadable(path: Path, error: OSError | ValueError) -> ScenarioError:
    why = reason_of(error) if isinstance(error, OSError) else verbatim(error)
    return _refused(str(path), "", msg("cannot be read: {why}", why=why), msg("check the file"))


def without_waiting(path: str, flags: int) -> int:
    """Open what may never have anything to read."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _decoded(data: bytes, file: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = msg("not UTF-8 at line {line}", line=line)
        raise _refused(
            file, "", found, msg("save the file as UTF-8, not as ANSI or Unicode")
        ) from None
    sign = None if text.isascii() else hidden_sign(re.sub(r"[\t\r\n]", " ", text))
    nul = "\0" if "\0" in text else sign
    if nul is not None:
        line = text.count("\n", 0, text.index(nul)) + 1
        found = msg(
            "a sign that nobody sees (U+{code}) at line {line}", code=f"{ord(nul):04X}", line=line
        )
        raise _refused(file, "", found, msg("remove it"))
    return text


def names_there(path: Path) -> Said | None:
    """Say which scenario files stand where one is missing; without any, the nearest folder."""
    try:
        if path.parent.is_dir() and any(path.parent.glob("*.toml")):
            return one_of(sorted(p.name for p in path.parent.glob("*.toml")), path.name)
        missing = path
        while not missing.parent.is_dir():
            missing = missing.parent
        there = sorted(p.name for p in missing.parent.iterdir() if p.is_dir())
    except OSError:
        return None
    near = get_close_matches(missing.name, there, n=1, cutoff=0.5)
    if not near:
        return None
    return msg(
        "there is a folder {folder!r}: did you mean that?", folder=str(missing.parent / near[0])
    )


def _refused(file: str, path: str, found: Said, allowed: Said) -> ScenarioError:
    return ScenarioError([file_problem(file, path, found, allowed)])
