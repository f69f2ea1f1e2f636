"""The gate of a store: what goes wrong while it is read ends as one message for people."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from flowsim.errors import Said, msg, reason_of, verbatim
from flowsim.store.lock import StoreError

_FAULTS: Final = (
    LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError, zlib.error,
)  # fmt: skip
"""What it comes to when a value is not what flowsim puts there."""


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Say what SQLite or the disk complains of, for people.

    Raises
    ------
    StoreError
        In the place of their errors.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(cannot_use(path, verbatim(str(error)))) from error
    except StoreError:
        raise
    except OSError as error:
        raise StoreError(cannot_use(path, reason_of(error))) from error


@contextmanager
def sound(path: Path, what: str) -> Iterator[None]:
    """Say that a value of a store is damaged when it cannot be read; nothing else goes in here.

    Parameters
    ----------
    path
        Of the store.
    what
        Table and column, as ``run.parts``.

    Raises
    ------
    StoreError
        In the place of whatever reading it came to.
    """
    try:
        with told(path):
            yield
    except _FAULTS as error:
        raise damaged(path, what) from error


class Damaged(StoreError):
    """What is in a store is not what flowsim puts there."""


def damaged(path: Path, what: str) -> Damaged:
    """Return that a table, or a column of it, is not what was put there."""
    return Damaged(
        msg("{path} is damaged: {what} is not what flowsim puts there; start anew with --fresh, "
            "or ask for the file again where it came from", path=path, what=what)
    )  # fmt: skip


def cannot_use(path: Path, why: Said) -> Said:
    """Return that a file cannot be used, and why."""
    return msg("cannot use {path}: {why}", path=path, why=why)
