"""Burn-ins on disk: what is read is what was written, or it is not read at all."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import stat
import threading
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

import psutil

from flowsim.cohort.snapshot import People
from flowsim.errors import Said, msg, reason_of
from flowsim.scenario.files import without_waiting

_HEAD: Final = re.compile(rb"flowsim burn-in ([0-9a-f]{64}) (\d{15}) ([0-9a-f]{64})\n")


def _head(key: str, size: int, digest: str) -> bytes:
    return f"flowsim burn-in {key} {size:015d} {digest}\n".encode()


_HEAD_BYTES: Final = len(_head("0" * 64, 0, "0" * 64))


class DoubtError(Exception):
    """A file may not be what was kept."""

    def __init__(self, why: Said) -> None:
        self.why = why
        """For people."""
        super().__init__(why)


def cache_folder() -> Path:
    """Return ``FLOWSIM_CACHE``, else the folder ``flowsim`` in the user's cache folder.

    Raises
    ------
    OSError
        When the user has no home.
    """
    given = os.environ.get("FLOWSIM_CACHE")
    if given:
        return Path(given)
    home = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(home) if home else Path.home() / ".cache") / "flowsim"
    except RuntimeError as error:
        raise OSError(msg("no home folder; name one in FLOWSIM_CACHE")) from error


def file_of(folder: Path, key: str) -> Path:
    """Return where a folder keeps the burn-in of a key."""
    return folder / f"burn_in_{key[:24]}.json"


def digest_of(text: bytes) -> str:
    """Return the SHA-256 of people as `People.to_json` writes them."""
    return hashlib.sha256(text).hexdigest()


def read(folder: Path, key: str) -> tuple[People, str] | None:
    """Return the people that were kept under a key, and their hash; None: there is no file.

    Raises
    ------
    DoubtError
        On anything that `write` would not have left there.
    """
    text = read_text(folder, key)
    if text is None:
        return None
    try:
        return People.from_json(text), digest_of(text)
    except ValueError as error:
        raise DoubtError(msg("it holds something else than people")) from error


def read_text(folder: Path, key: str) -> bytes | None:
    """Return what was kept under a key; as `read`, but for what it says."""
    path = file_of(folder, key)
    try:
        if not folder.is_dir():
            return None
    except OSError:
        return None  # nor can anything be kept there; writing says why
    try:
        with open(path, "rb", opener=without_waiting) as stream:
            return _text(stream, key)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DoubtError(reason_of(error)) from error


def _text(stream: BinaryIO, key: str) -> bytes:
    about = os.fstat(stream.fileno())
    if not stat.S_ISREG(about.st_mode):
        raise DoubtError(msg("it is not a file"))
    head = _HEAD.fullmatch(stream.read(_HEAD_BYTES))
    if head is None:
        raise DoubtError(msg("it is no burn-in of this version"))
    named, size, digest = head[1].decode(), int(head[2]), head[3].decode()
    if named != key:
        raise DoubtError(msg("it is the burn-in of something else"))
    if about.st_size != _HEAD_BYTES + size:
        raise DoubtError(msg("it is not as long as it says"))
    text = stream.read(size)
    if digest_of(text) != digest:
        raise DoubtError(msg("its checksum does not fit"))
    return text


def mine() -> str:
    """Return how this process is named in what it must not leave behind."""
    return f"{platform.node()}-{os.getpid()}"


def left_by_nobody(folder: Path, pattern: str) -> None:
    """Remove what processes of this machine left in a folder that were killed, under `mine`."""
    for one in folder.glob(pattern):
        host, _, pid = one.name.rpartition(".")[0].rpartition("-")[0].rpartition("-")
        ours = host.endswith(f"-{platform.node()}") and pid.isascii() and pid.isdecimal()
        if ours and not psutil.pid_exists(int(pid)):
            shutil.rmtree(one, ignore_errors=True)
            with suppress(OSError):  # it was a folder
                one.unlink(missing_ok=True)


def write(folder: Path, key: str, text: bytes) -> None:
    """Keep people; another process may do the same at the same time, with the same content.

    Raises
    ------
    OSError
        When it cannot be kept there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    left_by_nobody(folder, f".{key[:24]}-*.tmp")
    beside = folder / f".{key[:24]}-{mine()}-{threading.get_ident()}.tmp"
    try:
        with beside.open("wb") as stream:
            stream.write(_head(key, len(text), digest_of(text)) + text)
        beside.replace(file_of(folder, key))
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
