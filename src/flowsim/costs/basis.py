"""The billing basis: all of a run that an amount can follow from, in whole days.

It holds no contract and no price, so that a run is priced again, under any contract, from this
alone. A day counts for what holds just before its end: a stay from a to b is floor(b) - floor(a)
days, of two moves on a day the last counts, and the day of leaving does not count.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from flowsim.ledger import EventKind, Ledger, State
from flowsim.metrics.lives.history import in_place
from flowsim.metrics.measures.judgement import awarded_level
from flowsim.metrics.reading import Reading

Table = dict[str, npt.NDArray[Any]]

ACTS: Final = (
    EventKind.NOTIFIED, EventKind.ASSESSING, EventKind.AWARDED, EventKind.NOT_AWARDED,
    EventKind.PLACED, EventKind.HOUSED, EventKind.AFTERCARE, EventKind.GONE,
    EventKind.REVIEW_STARTED, EventKind.REVIEWED, EventKind.FOUND_ALONE, EventKind.RELAPSED,
    EventKind.CRISIS, EventKind.REASSIGNED,
)  # fmt: skip
"""What a piece is paid for, what starts or ends a trajectory, and what a term looks at."""


def basis(run: Reading) -> dict[str, Table]:
    """Return the tables of the basis, by name.

    ``stays``: a stretch of days in a place, or in aftercare, in which nothing changes that is
    paid for: ``client``, ``first`` and ``last`` (day numbers from the start date; ``last`` is the
    first day that is no longer in it), ``place`` (pool; -1 in aftercare), ``option``, ``level``
    (awarded, right or wrong), ``minutes`` (given a week), ``home`` (municipality of the last own
    dwelling; where notified before there was one). To the end of the follow-up.

    ``acts``: what happened, on what ``day`` (its number; negative before the start), to which
    ``client``, by client and then as it happened: ``kind`` (of `ACTS`), ``why`` and ``ref`` as in
    the ledger, and the true ``level`` after it. To the end of the follow-up.

    ``capacities``: the ``capacity`` of each ``pool`` from a ``day`` (its number) on.

    ``options``: `flowsim.ledger.Option` as columns; what ``option`` and ``ref`` point at.

    ``clients``: ``origin``, ``notified_at``, ``profile``, ``has_tenancy`` of client 0, 1, 2 ...
    """
    return {
        "stays": _stays(run),
        "acts": _acts(run),
        "capacities": _capacities(run.ledger),
        "options": _options(run.ledger),
        "clients": _clients(run.ledger),
    }


TABLES: Final = ("stays", "acts", "capacities", "options", "clients")
"""Names of the tables of the basis."""


def _stays(run: Reading) -> Table:
    spells = run.spells
    first = np.floor(np.maximum(spells.start, 0.0)).astype(np.int32)
    last = np.floor(spells.end).astype(np.int32)
    paid = in_place(spells.state) | (spells.state == State.AFTERCARE)
    which = np.flatnonzero(paid & (last > first))
    option = spells.option[which]
    held = in_place(spells.state[which])
    table: Table = {
        "client": spells.client[which].astype(np.int32),
        "first": first[which],
        "last": last[which],
        "place": np.where(held, run.history.options.place[option], -1).astype(np.int32),
        "option": option,
        "level": awarded_level(run)[which].astype(np.int8),
        "minutes": spells.minutes[which].astype(np.int32),
        "home": spells.home[which].astype(np.int16),
    }
    return _joined(table, held)


def _joined(table: Table, held: npt.NDArray[np.bool_]) -> Table:
    """Make one stay of those that follow one another and differ in nothing."""
    if not len(held):
        return table
    same = np.ones(len(held) - 1, dtype=bool)
    for name in ("client", "place", "option", "level", "minutes", "home"):
        same &= table[name][1:] == table[name][:-1]
    same &= held[1:] == held[:-1]
    same &= table["first"][1:] == table["last"][:-1]
    begins = np.flatnonzero(np.append(True, ~same))
    ends = np.append(begins[1:], len(held)) - 1
    return {name: column[ends if name == "last" else begins] for name, column in table.items()}


def _acts(run: Reading) -> Table:
    past = run.history
    rows = np.flatnonzero(np.isin(past.kind, ACTS))
    return {
        "client": past.client[rows].astype(np.int32),
        "day": np.floor(past.day[rows]).astype(np.int32),
        "kind": past.kind[rows].astype(np.int8),
        "why": past.why[rows].astype(np.int16),
        "ref": past.ref[rows].astype(np.int32),
        "level": past.level[rows],
    }


def _capacities(ledger: Ledger) -> Table:
    rows = ledger.rows[ledger.rows["kind"] == EventKind.CAPACITY]
    count = len(ledger.pools)
    at_start = np.array([pool.capacity for pool in ledger.pools], dtype=np.int32)
    return {
        "pool": np.append(np.arange(count, dtype=np.int32), rows["ref"]),
        "day": np.floor(np.append(np.zeros(count), rows["day"])).astype(np.int32),
        "capacity": np.append(at_start, rows["client"]),
    }


def _options(ledger: Ledger) -> Table:
    names = ("variant", "municipality", "place", "team", "minutes", "dwelling")
    return {
        name: np.array([getattr(one, name) for one in ledger.options], dtype=np.int32)
        for name in names
    }


def _clients(ledger: Ledger) -> Table:
    who = ledger.clients
    return {
        "origin": who.origin,
        "notified_at": who.notified_at,
        "profile": who.profile,
        "has_tenancy": who.has_tenancy,
    }
