"""Write files whole or not at all."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

from flowsim.errors import Said, msg, reason_of
from flowsim.store import FILE, StoreError

T = TypeVar("T")


class OutputError(OSError):
    """Results cannot be written; the message says what and why, for people."""

    def __init__(self, said: Said) -> None:
        super().__init__(said)
        self.said = said


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that appears under its name only when it is complete.

    Raises
    ------
    OutputError
        When it cannot be written (a full disk, no permission); what stood there before still does.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    except StoreError:  # what is written cannot be read: no fault of this file
        raise
    except OSError as error:
        raise OutputError(cannot_write(path, reason_of(error))) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


FORMULA: Final = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""A spreadsheet takes a cell that begins with one of these for a formula, or drops the sign."""


def plain(cell: T) -> T | str:
    """Let a text open as text in a spreadsheet: an apostrophe before what it would work out.

    Numbers stay numbers: they are no `str` here.
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def remove(path: Path) -> None:
    """Remove a file that is out of date, when it is there."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        why = reason_of(error)
        raise OutputError(msg("cannot remove {path}: {why}", path=path, why=why)) from error


FOLDERS: Final = ("tables", "excel", "charts")
PARTIAL: Final = "partial"
"""Folder for what is partial, beside what is complete; it goes when a later command completes."""
FILES: Final = ("manifest.json",)
STORE: Final = (FILE, f"{FILE}-wal", f"{FILE}-shm")
KINDS: Final = (".csv", ".svg", ".png")
"""What stands in a folder of results."""
LONGEST: Final = "measures_by_period.csv"
SPACE: Final = 1 << 18
"""Bytes: less than any results take, and more than a full disk has."""


def check_writable(folder: Path) -> None:
    """Find out, before a long run, whether results can be written in a folder: by writing there.

    Nothing of it stays: what was not there before is removed again.

    Raises
    ------
    OutputError
        When they cannot.
    """
    _check_folder(folder)
    _check_folder(folder / PARTIAL)
    files = [folder / name for name in (*FILES, *STORE)]
    for name in FOLDERS:
        _check_folder(folder / name)
        files += _in(folder / name)
    for file in files:
        if file.is_dir():
            raise OutputError(cannot_write(file, msg("it is a folder")))
    for place in (folder, *(folder / name for name in FOLDERS)):
        _try_writing(place)


def _check_folder(folder: Path) -> None:
    place = folder
    try:
        while not _there(place) and place != place.parent:
            place = place.parent
    except OSError as error:
        raise OutputError(cannot_write(folder, reason_of(error))) from error
    if not place.is_dir():
        why = msg("{place} is a file, not a folder", place=place)
        raise OutputError(cannot_write(folder, why))
    if not os.access(place, os.W_OK | os.X_OK):
        why = msg("no permission in {place}", place=place)
        raise OutputError(cannot_write(folder, why))


def _try_writing(folder: Path) -> None:
    """Write a file in a folder and remove it: some places say only then that they refuse."""
    made = list(itertools.takewhile(lambda one: not _there(one), (folder, *folder.parents)))
    try:
        with whole_file(folder / f".{LONGEST}") as stream:
            stream.write(bytes(SPACE))
    except OutputError as error:
        cause = error.__cause__
        why = reason_of(cause) if isinstance(cause, OSError) else error.said
        raise OutputError(cannot_write(folder, why)) from error
    finally:
        with suppress(OSError):
            (folder / f".{LONGEST}").unlink(missing_ok=True)
        for one in made:
            with suppress(OSError):
                one.rmdir()


def _in(folder: Path) -> list[Path]:
    """Return what stands in a folder under a name that a result may have."""
    try:
        return [one for one in folder.iterdir() if one.suffix in KINDS]
    except OSError:
        return []  # there is none yet, or it may be written and not read


def _there(path: Path) -> bool:
    """Return whether something stands there, a link that leads nowhere included."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def cannot_write(path: Path, why: Said) -> Said:
    """Say that a file cannot be written, and why."""
    return msg("cannot write {path}: {why}", path=path, why=why)
