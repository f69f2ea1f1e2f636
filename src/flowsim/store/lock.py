"""One program at a time fills a store; a lock that nobody holds any more is told and taken over.

The system lets go of a lock when its holder ends, however it ends. What is written in the file is
for people, and for another machine that shares the folder: it cannot see whether that program is
still there.
"""

from __future__ import annotations

import json
import os
import platform
import stat
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from flowsim.errors import Said, msg, reason_of

NAME: Final = "results.lock"


class StoreError(OSError):
    """A store cannot be used; the message says which and why, for people."""

    def __init__(self, said: Said) -> None:
        super().__init__(said)
        self.said = said


@dataclass(frozen=True, slots=True)
class Holder:
    """Who fills a store."""

    pid: int
    host: str
    since: str
    """UTC."""

    @classmethod
    def here(cls) -> Holder:
        """Return this program."""
        return cls(os.getpid(), platform.node(), datetime.now(UTC).isoformat(timespec="seconds"))


@contextmanager
def locked(folder: Path) -> Generator[Holder | None]:
    """Hold the lock of a folder; yields who left it behind, when somebody did.

    Raises
    ------
    StoreError
        When another program fills the store, or one on another machine may.
    """
    path = folder / NAME
    file = _opened(path)
    try:
        before = _hold(file, path)
        _write(file, json.dumps(asdict(Holder.here())))
        try:
            yield before
        finally:
            _write(file, "")
            with suppress(OSError):  # Windows keeps a file that is open
                path.unlink()
    finally:
        os.close(file)


_OWN: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""A link is not followed, and a queue of the system not waited for: what is there is emptied."""


def _opened(path: Path) -> int:
    file = None
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | _OWN, 0o666)
        about = os.fstat(file)
        if not stat.S_ISREG(about.st_mode) or about.st_nlink > 1:
            raise OSError(_SOMETHING_ELSE)
    except OSError as error:
        if file is not None:
            os.close(file)
        why = _SOMETHING_ELSE if path.is_symlink() else reason_of(error)
        raise StoreError(msg("cannot write {path}: {why}", path=path, why=why)) from error
    return file


_SOMETHING_ELSE: Final = msg("something else stands there")


def _hold(file: int, path: Path) -> Holder | None:
    """Take hold; return who is written there and has gone."""
    free, there = _take(file), _read(file)
    free = free and _is(file, path)
    if there is None and free:
        return None
    if there is None:
        raise StoreError(msg("{folder} is being filled by another run; wait for it, or write "
                             "elsewhere (--out)", folder=path.parent))  # fmt: skip
    said = {"folder": path.parent, "pid": there.pid, "host": there.host, "since": there.since}
    if not free:
        raise StoreError(
            msg("{folder} is being filled by process {pid} on {host}, since {since}; wait for it, "
                "or write elsewhere (--out)", **said)
        )  # fmt: skip
    if there.host != platform.node():
        raise StoreError(
            msg("{folder} is being filled by process {pid} on {host}, since {since}; when that is "
                "no longer there, remove {path}", **said, path=path)
        )  # fmt: skip
    return there


def _is(file: int, path: Path) -> bool:
    """Return whether this file still has its name: who let go of it took that away."""
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except OSError:
        return False


def _read(file: int) -> Holder | None:
    try:
        os.lseek(file, 0, os.SEEK_SET)
        return Holder(**json.loads(os.read(file, 4096)))
    except (ValueError, TypeError):
        return None


def _write(file: int, text: str) -> None:
    with suppress(OSError):  # a full disk: the lock holds, and nobody reads who has it
        os.ftruncate(file, 0)
        os.lseek(file, 0, os.SEEK_SET)
        os.write(file, text.encode("utf-8"))


_FAR: Final = 1 << 30
"""Where Windows locks: a byte that holds nothing, so that others can read who holds it."""


def _take(file: int) -> bool:
    """Take the lock of the system; it ends with this process. Return whether it was free."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(file, _FAR, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
