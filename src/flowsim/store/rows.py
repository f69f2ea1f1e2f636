"""Whether the rows of a store are of the kind that flowsim puts there, looked at when it is opened.

What is packed is looked at when it is opened in its turn (`flowsim.store.Store`): it is much.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any, Final

from flowsim.store.gate import damaged, sound
from flowsim.store.schema import TABLES as SCHEMA

TABLES: Final = ("measures", "costs", "own")
"""Tidy tables of a run, whose words are kept once for all runs that share them."""
_LISTED: Final = ("scenario", "code", "label", "name", "run", "batch", "batch_scenario")
"""Tables that are looked at row by row; they are small."""
_STATUS: Final = {"run": ("done", "failed"), "batch": ("going", "partial", "complete")}


def check_rows(path: Path, database: sqlite3.Connection) -> None:
    """Check every row of a store, as one moment has them.

    Raises
    ------
    StoreError
        When a value is not of the kind that flowsim puts there, or a row belongs to nothing.
    """
    with sound(path, "run"):
        database.execute("begin")
        try:
            for what in _wrong(path, database):
                raise damaged(path, what)
        finally:
            database.execute("rollback")


def _wrong(path: Path, database: sqlite3.Connection) -> Iterator[str]:
    for table in _LISTED:
        with sound(path, table):
            kinds, texts = _asked(table)
            yield from (what for (what,) in database.execute(kinds))
            for row in database.execute(texts):  # SQLite keeps texts that are none
                if table in _STATUS and row[0] not in _STATUS[table]:
                    yield f"{table}.status"
    for table in ("run", "batch_scenario"):
        for _, _, parent, _ in database.execute(f"pragma foreign_key_check({table})"):
            yield f"{table} ({parent})"
    for (said,) in database.execute("select said from batch"):
        with sound(path, "batch.said"):
            yield from (f"batch.said ({one})" for one in _unlike(json.loads(said), SAID))
    yield from _wrong_runs(path, database)


@cache
def _asked(table: str) -> tuple[str, str]:
    """Return what asks for a column with another type than its own, and for all texts."""
    with closing(sqlite3.connect(":memory:")) as empty:
        empty.executescript(SCHEMA)
        columns = empty.execute(
            'select name, type, "notnull" or pk from pragma_table_info(?)', (table,)
        ).fetchall()
    whens = " ".join(
        f"when typeof({name}) not in ('{kind.lower()}', '{kind.lower() if needed else 'null'}') "
        f"then '{table}.{name}'"
        for name, kind, needed in columns
    )
    texts = [name for name, kind, _ in columns if kind.lower() == "text"]
    if table in _STATUS:
        texts.insert(0, "status")
    return (
        f"select wrong from (select case {whens} end as wrong from {table}) "
        "where wrong is not null limit 1",
        f"select {', '.join(texts) or 'null'} from {table}",
    )


# ---------------------------------------------------------------- runs
def _wrong_runs(path: Path, database: sqlite3.Connection) -> Iterator[str]:
    """Yield what no run has that flowsim put there."""
    there = defaultdict[int, set[str]](set)
    for run, what in database.execute("select run_id, what from part order by run_id, what"):
        there[run].add(what)
    labels = {number for (number,) in database.execute("select id from label")}
    rows = database.execute(
        "select id, status, replication, seconds, cpu_seconds, parts, digest, name_id, error "
        "from run"
    )
    for run, status, replication, seconds, cpu_seconds, parts, *needs, error in rows:
        if replication < 0:
            yield "run.replication"
        with sound(path, "run.cpu_seconds"):
            steps = json.loads(cpu_seconds)
            if not (isinstance(steps, list) and all(map(math.isfinite, (seconds, *steps)))):
                yield "run.cpu_seconds"
        if status == "failed":
            if error is None:
                yield "run.error"
            continue
        if None in needs:
            yield "run.digest"
        with sound(path, "run.parts"):
            said = json.loads(parts)
            if not all(said[what] in labels for what in TABLES) or "waits" not in said:
                yield "run.parts"
            if said.keys() - there[run]:
                yield "part.what"


# ---------------------------------------------------------------- what a batch says
class BatchSaid(dict[str, Any]):
    """What a batch said: what it does not say is damage, not a fault of who asks."""

    path: Path

    def __missing__(self, name: str) -> Any:
        raise damaged(self.path, f"batch.said ({name})")


def batch_said(path: Path, said: str) -> BatchSaid:
    """Return what a batch said."""

    def each(found: dict[str, Any]) -> BatchSaid:
        one = BatchSaid(found)
        one.path = path
        return one

    with sound(path, "batch.said"):
        found = json.loads(said, object_hook=each)
    if not isinstance(found, BatchSaid):
        raise damaged(path, "batch.said")
    return found


Kind = Callable[[Any], bool]


def _is(*kinds: type) -> Kind:
    return lambda value: type(value) in kinds


def _all(kind: Kind) -> Kind:
    return lambda value: type(value) is list and all(map(kind, value))


def _like(**kinds: Kind) -> Kind:
    return lambda value: type(value) is dict and value.keys() == kinds.keys() and (
        not list(_unlike(value, kinds)))  # fmt: skip


_TEXT, _WHOLE = _is(str), _is(int)
_WORDS: Final[Kind] = lambda value: type(value) is dict and all(map(_TEXT, value.values()))  # noqa: E731
SAID: Final[Mapping[str, Kind]] = {
    "kind": _TEXT, "order": lambda value: value in ("effect", "given"), "jobs": _WHOLE,
    "measure": _TEXT, "norm": _is(str, type(None)), "own": _is(int, type(None)),
    "vary": _all(_TEXT), "settings": _all(_TEXT), "wall_seconds": _is(int, float),
    "today": _all(_like(base=_TEXT, path=_WHOLE, made=_is(bool), key=_TEXT, sha256=_TEXT)),
    "units": _WORDS,
    "environment": _like(host=_TEXT, versions=_WORDS, engine=_TEXT, processors=_is(int, type(None)),
                         memory_bytes=_WHOLE),
}  # fmt: skip
"""What each thing is that a batch says of itself, where it says so."""


def _unlike(said: Mapping[str, Any], kinds: Mapping[str, Kind]) -> Iterator[str]:
    """Yield what is of another kind."""
    return (name for name, value in said.items() if name in kinds and not kinds[name](value))
