"""What `flowsim sql` sees: tables with words in them, of what is packed in a store.

The views of packed columns call functions of flowsim, so they are made for each connection and are
no part of the file; `docs/store.md` lists their columns and units.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from flowsim.ledger import EventKind
from flowsim.metrics import ENDINGS, KEYS, KINDS
from flowsim.store.packed import PackedColumns, labels_of, open_arrays

_RUN: Final = "runs.run, runs.scenario, runs.replication"
LISTED: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {
    "waits": (
        ("client", "client", ""), ("kind", "kind", "kinds"),
        ("municipality", "municipality", "municipalities"), ("profile", "profile", "profiles"),
        ("variant", "variant", "variants"), ("held", "held", "variants"),
        ("got", "got", "variants"), ("level", "level", "levels"), ("start_day", "start", ""),
        ("entry_days", "entry", ""), ("wait_days", "wait", ""), ("ending", "ending", "endings"),
        ("transition_days", "transition", ""), ("assessor_days", "assessor", ""),
        ("assessment_days", "assessment", ""), ("paperwork_days", "paperwork", ""),
        ("counts", "counts", ""),
    ),
    "stays": (
        ("client", "client", ""), ("first_day", "first", ""), ("last_day", "last", ""),
        ("place", "place", "pools"), ("level", "level", "levels"),
        ("minutes_per_week", "minutes", ""), ("home", "home", "municipalities"),
    ),
    "acts": (
        ("client", "client", ""), ("day", "day", ""), ("kind", "kind", "events"),
        ("why", "why", ""), ("ref", "ref", ""), ("level", "level", "levels"),
    ),
    "capacities": (("pool", "pool", "pools"), ("day", "day", ""), ("capacity", "capacity", "")),
    "occupancy": (
        ("pool", "pool", "pools"), ("number", "number", ""), ("places_days", "places", ""),
        ("taken_days", "taken", ""), ("asked_days", "asked", ""), ("full_days", "full", ""),
    ),
    "clients": (
        ("client", "", ""), ("origin", "origin", "municipalities"),
        ("notified_at", "notified_at", "municipalities"), ("profile", "profile", "profiles"),
        ("has_tenancy", "has_tenancy", ""),
    ),
    "events": (
        ("client", "client", ""), ("day", "day", ""), ("kind", "kind", "events"),
        ("level", "level", "levels"), ("why", "why", ""), ("waits_for", "waits", "kinds"),
        ("resource", "resource", "pools"),
    ),
}  # fmt: skip
"""Views of packed columns, after those of the run: what a column is called, which one it is (empty:
the number of the row), and what its numbers stand for."""
TIDY: Final = ("measures", "costs", "own")
HELD: Final = 4
"""Runs whose numbers are held at a time; a query takes them run by run."""


def views() -> Iterator[tuple[str, str]]:
    """Yield the name of each view and how it is made; ``all_...`` has every run, others the last.

    Of runs by other code, of other scenarios or seeds, which are in the same file, only
    ``all_...`` tells.
    """
    for what in TIDY:
        yield (
            f"all_{what}",
            (
                f"select {_RUN}, word.period, word.municipality, word.variant, word.measure, "
                f"word.detail, flowsim_number(runs.run, '{what}', word.row) as value, "
                "flowsim_unit(word.measure) as unit, runs.current "
                f"from runs cross join part on part.run_id = runs.run and part.what = '{what}' "
                "cross join word on word.label_id = part.label_id where runs.status = 'done'"
            ),
        )
    for what, columns in LISTED.items():
        listed = ", ".join(
            f"json_extract(each.value, '$[{i}]') as {name}"
            for i, (name, _, _) in enumerate(columns)
        )
        yield (
            f"all_{what}",
            (
                f"select {_RUN}, {listed}, runs.current "
                f"from runs cross join json_each(flowsim_rows(runs.run, '{what}')) as each "
                "where runs.status = 'done'"
            ),
        )
    for what in (*TIDY, *LISTED):
        yield what, f"select * from all_{what} where current"


WORDS: Final = "word"
"""The temporary table of what the rows of tidy tables are about, filled when it is asked for."""


def prepare(
    asks: sqlite3.Connection, reads: sqlite3.Connection, units: Mapping[str, str]
) -> Callable[[], None]:
    """Make the views on a connection; return what fills `WORDS`.

    Parameters
    ----------
    asks
        Where queries are asked; nothing of the file itself changes.
    reads
        Another connection to the same file.
    units
        By measure.
    """
    packed = _Packed(reads)
    asks.create_function("flowsim_number", 3, packed.number, deterministic=True)
    asks.create_function("flowsim_rows", 2, packed.rows, deterministic=True)
    asks.create_function("flowsim_unit", 1, lambda one: units.get(one, ""), deterministic=True)
    columns = ", ".join(f"{name} text" for name in KEYS)
    asks.execute("pragma temp_store = memory")
    asks.execute(
        f"create temp table {WORDS} (label_id integer, row integer, {columns}, "
        "primary key (label_id, row)) without rowid"
    )
    for name, select in views():
        asks.execute(f"create temp view {name} as {select}")

    def fill() -> None:
        for number, label in reads.execute("select id, packed from label"):
            words = labels_of(label)
            rows = zip(*(words[key].tolist() for key in KEYS), strict=True)
            asks.executemany(
                f"insert into {WORDS} values (?, ?, ?, ?, ?, ?, ?)",
                ((number, row, *said) for row, said in enumerate(rows)),
            )

    return fill


class _Packed:
    """What is packed in a store, a run at a time."""

    def __init__(self, reads: sqlite3.Connection) -> None:
        self._reads = reads
        self._numbers: dict[tuple[int, str], list[float]] = {}

    def number(self, run: int, what: str, row: int) -> float:
        """Return one number of a tidy table."""
        held = self._numbers.get((run, what))
        if held is None:
            held = PackedColumns(b"", self._part(run, what)).values().tolist()
            while len(self._numbers) >= HELD:
                del self._numbers[next(iter(self._numbers))]
            self._numbers[run, what] = held
        return held[row]

    def rows(self, run: int, what: str) -> str:
        """Return packed columns of a run as JSON: a list of lists in the order of `LISTED`."""
        row = self._reads.execute(
            "select said, packed from name join run on name.id = name_id "
            "join part on run_id = run.id and what = ? where run.id = ?",
            (what, run),
        ).fetchone()
        if row is None:
            return "[]"
        words, found = _words(json.loads(row[0])), open_arrays(row[1])
        size = len(next(iter(found.values()), ()))
        columns = [
            _shown(found[column], words.get(named)) if column else list(range(size))
            for _, column, named in LISTED[what]
        ]
        return json.dumps(list(zip(*columns, strict=True)))

    def _part(self, run: int, what: str) -> bytes:
        row = self._reads.execute(
            "select packed from part where run_id = ? and what = ?", (run, what)
        ).fetchone()
        return bytes(row[0])


def _words(names: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return what numbers stand for, by what they are numbers of."""
    events = [""] * EventKind.POOL
    for kind in EventKind:
        if kind < EventKind.POOL:
            events[kind] = kind.name.lower()
    pools = [", ".join(part for part in one[1:] if part) for one in names["pools"]]
    return {**names, "kinds": list(KINDS), "endings": list(ENDINGS), "events": events,
            "pools": pools}  # fmt: skip


def _shown(column: npt.NDArray[Any], words: Any) -> list[Any]:
    """Return a column with words for numbers (-1: null), null where nothing is known."""
    if words is not None:
        listed = [*words, None]
        return [listed[number] for number in column.tolist()]
    if column.dtype.kind == "f":
        known = zip(column.tolist(), np.isnan(column).tolist(), strict=True)
        return [None if unknown else value for value, unknown in known]
    found: list[Any] = column.tolist()
    return found
