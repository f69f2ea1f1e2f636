"""The streams of the program: where it speaks, whatever the shell has made of them."""

from __future__ import annotations

import errno
import io
import os
import select
import sys
from typing import TYPE_CHECKING, Final, TextIO

from flowsim.errors import Said, msg, reason_of

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_NAMES: Final = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))
_GONE: Final = (errno.EPIPE, errno.EINVAL)
"""The reader went away; Windows says the second."""


class UnsaidError(OSError):
    """What was to be said on standard output could not be written."""

    def __init__(self, why: Said) -> None:
        super().__init__(why)
        self.said = msg("cannot write {path}: {why}", path="stdout", why=why)
        """For people."""


def mend_streams() -> None:
    """Let every standard stream be there, and let it fail in a way that can be told.

    One that is closed leads nowhere: else the next file that is opened would take its number, and
    what is said would land in there. Standard output ends the program with `UnsaidError`; what
    cannot be said on standard error is not said.
    """
    for name, mode in _NAMES:
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
            setattr(sys, name, os.fdopen(nowhere, mode, encoding="utf-8", closefd=False))
    sys.stdout, sys.stderr = _over(sys.stdout, _Output), _over(sys.stderr, _Remarks)


def _over(stream: TextIO, kind: type[io.FileIO]) -> TextIO:
    """Return a stream to the same place by another way of writing; a console has its own."""
    buffer = getattr(stream, "buffer", None)
    if type(getattr(buffer, "raw", buffer)) is not io.FileIO:
        return stream
    stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(kind(stream.fileno(), "w", closefd=False)),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=kind is _Remarks or stream.isatty(),
    )


class _Output(io.FileIO):
    """Says once that it cannot write; nothing comes after."""

    failed = False

    def write(self, data: ReadableBuffer) -> int:
        """Write, or raise `UnsaidError`; `BrokenPipeError` where nobody reads."""
        size = memoryview(data).nbytes
        if self.failed:
            return size
        try:
            while (written := super().write(data)) is None:  # who reads is not ready
                select.select((), (self,), ())
            return written
        except OSError as error:
            self.failed = True
            if error.errno in _GONE:
                raise BrokenPipeError(errno.EPIPE, "nobody reads") from None
            raise UnsaidError(reason_of(error)) from None


class _Remarks(io.FileIO):
    """Writes what it can."""

    def write(self, data: ReadableBuffer) -> int:
        """Write, or do not."""
        try:
            written = super().write(data)
            return memoryview(data).nbytes if written is None else written
        except OSError:
            return memoryview(data).nbytes
