"""Exports that are put in their place together, when all of them are written."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from flowsim.errors import Said, msg, reason_of, verbatim
from flowsim.experiment.writing.files import PARTIAL, OutputError, cannot_write, remove

MANIFEST: Final = "manifest.json"
_BESIDE: Final = ".exports-"
"""How the folder is called in which they wait; one that was left there goes."""


def place_of(folder: Path, *, partial: bool) -> Path:
    """Return where exports go: what is partial never takes the place of what is complete."""
    return folder / PARTIAL if partial and _is_complete(folder) else folder


def _is_complete(folder: Path) -> bool:
    return manifest_of(folder).get("status") == "complete"


def manifest_of(folder: Path) -> dict[str, Any]:
    """Return what the manifest of a folder says; nothing: there is none that can be read."""
    try:
        if not (folder / MANIFEST).is_file():  # or what may never end
            return {}
        said = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


@contextmanager
def swapped_in(folder: Path, stale: Sequence[str] = ()) -> Iterator[Path]:
    """Give a folder to write in; what is there when all went well, goes to its place.

    Until then what stood in ``folder`` stays as it was: a full disk, Ctrl-C or a kill while tables
    are written loses nothing. Moving takes no room and a moment, in which the manifest is away.

    Parameters
    ----------
    folder
        Where the files belong.
    stale
        Files, from there on, that are out of date then.

    Raises
    ------
    OutputError
        When something cannot be written; it names the place where it belongs.
    """
    new = folder / f"{_BESIDE}{os.getpid()}"
    for left in folder.glob(f"{_BESIDE}*"):
        shutil.rmtree(left, ignore_errors=True)
    try:
        with _named_after(new, folder):
            yield new
        remove(folder / MANIFEST)
        for name in stale:
            remove(folder / name)
        files = [one for one in sorted(new.rglob("*")) if one.is_file()]
        for one in sorted(files, key=lambda file: file.name == MANIFEST):
            _move(one, folder / one.relative_to(new))
        if _is_complete(folder) and (folder / PARTIAL / MANIFEST).exists():
            shutil.rmtree(folder / PARTIAL, ignore_errors=True)
    finally:
        shutil.rmtree(new, ignore_errors=True)


@contextmanager
def folder_swapped(folder: Path) -> Iterator[Path]:
    """Give a folder to write in, which takes the place of another one when all went well.

    Raises
    ------
    OutputError
        When something cannot be written; what was there stays then.
    """
    new = folder.with_name(f"{_BESIDE}{folder.name}-{os.getpid()}")
    old = folder.with_name(f"{_BESIDE}{folder.name}-old")
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise OutputError(cannot_write(folder, msg("something else stands there")))
    try:
        with _named_after(new, folder):
            yield new
        try:
            shutil.rmtree(old, ignore_errors=True)
            if folder.exists():
                folder.rename(old)
            new.rename(folder)
        except OSError as error:
            raise OutputError(cannot_write(folder, reason_of(error))) from error
    finally:
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _named_after(new: Path, folder: Path) -> Iterator[None]:
    """Say of a file that cannot be written where it belongs, not where it waits."""
    try:
        yield
    except OutputError as error:
        path = str(error.said.values.get("path", ""))
        if not path.startswith(str(new)):
            raise
        why = error.said.values["why"]
        said = why if isinstance(why, Said) else verbatim(why)
        raise OutputError(cannot_write(folder / Path(path).relative_to(new), said)) from error


def _move(file: Path, place: Path) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        file.replace(place)
    except OSError as error:
        raise OutputError(cannot_write(place, reason_of(error))) from error
