"""Questions to a store in SQL: read only, whatever is asked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from flowsim.errors import msg, verbatim, visible
from flowsim.store.database import to_read
from flowsim.store.gate import sound
from flowsim.store.lock import StoreError
from flowsim.store.store import FILE
from flowsim.store.views import WORDS, prepare

_READS: Final = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
}
_STEPS: Final = 100_000
"""Instructions of SQLite after which Ctrl-C is heard."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question brought."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


@contextmanager
def asked(folder: Path, sql: str, units: Mapping[str, str] | None = None) -> Iterator[Answer]:
    """Ask the store of a folder; rows come as they are found.

    Parameters
    ----------
    folder, sql
        What and where: one ``select``.
    units
        By measure, for the column ``unit``.

    Raises
    ------
    StoreError
        When there is no store, or the question is none; a write is refused before it begins.
    """
    path = folder / FILE
    with closing(to_read(path)) as asks, closing(to_read(path)) as reads:
        fill = prepare(asks, reads, units or {})
        guard = _Guard()
        asks.set_progress_handler(lambda: 0, _STEPS)
        with _said(guard):
            asks.set_authorizer(guard)
            asks.execute(f"explain {sql}").close()
            if guard.words:
                asks.set_authorizer(None)
                with sound(path, "label.packed"):
                    fill()
                asks.set_authorizer(guard)
            found = asks.execute(sql)
            columns = tuple(one[0] for one in found.description or ())
            yield Answer(columns, found)


class _Guard:
    """Lets through what reads, and notes what is read."""

    def __init__(self) -> None:
        self.refused = False
        self.words = False

    def __call__(self, action: int, one: str | None, two: str | None, *_: str | None) -> int:
        """Return what SQLite may do."""
        if action not in _READS or (action == sqlite3.SQLITE_FUNCTION and two == "load_extension"):
            self.refused = True
            return sqlite3.SQLITE_DENY
        self.words |= action == sqlite3.SQLITE_READ and one == WORDS
        return sqlite3.SQLITE_OK


@contextmanager
def _said(guard: _Guard) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, sqlite3.Warning, UnicodeEncodeError) as error:
        if guard.refused:
            said = msg("only a select: results are read here, never changed")
        else:
            said = msg("not understood: {why}", why=verbatim(visible(str(error))))
        raise StoreError(said) from error
