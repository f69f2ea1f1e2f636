"""Where two runs part: the first day on which their rows do not say the same.

What a row refers to has a number in the tables of its own ledger, so rows are compared by what
they say: who, what, where and at which level. What is free in a pool, and how many could exchange,
is no event but follows from one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.ledger.frame import (
    NUMBER_IN_REF,
    OF_A_DESK,
    OF_A_POOL,
    OF_A_REQUEST,
    OF_AN_OPTION,
)
from flowsim.ledger.kinds import EventKind
from flowsim.ledger.ledger import Ledger
from flowsim.ledger.tables import Option, PoolInfo

_K: Final = EventKind
_FOLLOWS: Final = (_K.POOL, _K.LOCKED)
_COUNTS: Final = (_K.CAPACITY, _K.OFFERED, _K.LOST, _K.REFILLED, _K.EXCHANGED)
"""Kinds of rows that have a number in the place of a client."""
_FACT: Final = np.dtype(
    [(name, "<f8" if name == "day" else "<i8")
     for name in ("day", "who", "kind", "what", "level", "why", "row")]
)  # fmt: skip
_SAID: Final = list(_FACT.names or ())[:-1]
_Facts = npt.NDArray[np.void]


@dataclass(frozen=True, slots=True)
class Apart:
    """The first day on which two ledgers differ, and what the one says on it and the other not."""

    day: float
    """Since the start date; 0 where the people of today differ."""
    one: tuple[int, ...]
    """Rows of the first ledger, as they happened."""
    other: tuple[int, ...]


def first_apart(one: Ledger, other: Ledger, *, personal: bool = False) -> Apart | None:
    """Return where two ledgers part; None: they say the same to the end.

    The order of rows on one instant makes no difference.

    Parameters
    ----------
    one, other
        Runs of two scenarios on the same chance.
    personal
        Look at rows about clients alone.
    """
    known: dict[Hashable, int] = {}
    mine, theirs = _facts(one, known, personal), _facts(other, known, personal)
    at = 0
    while (at := _same_until(mine, theirs, at)) < max(len(mine), len(theirs)):
        day = min(float(facts["day"][at]) for facts in (mine, theirs) if at < len(facts))
        here, there = (_of_day(facts, at, day) for facts in (mine, theirs))
        found = Apart(day, _left(here, there), _left(there, here))
        if found.one or found.other:
            return found
        at += len(here)
    return None


def _same_until(mine: _Facts, theirs: _Facts, start: int) -> int:
    """Return the first index from ``start`` on at which two lists differ, or the longer ends."""
    count = min(len(mine), len(theirs))
    differ = mine[_SAID][start:count] != theirs[_SAID][start:count]
    return start + int(np.argmax(differ)) if differ.any() else count


def _of_day(facts: _Facts, start: int, day: float) -> _Facts:
    later = np.flatnonzero(facts["day"][start:] != day)
    return facts[start : start + int(later[0]) if len(later) else len(facts)]


def _left(facts: _Facts, others: _Facts) -> tuple[int, ...]:
    """Return the rows of facts that the others lack; the same fact twice counts twice."""
    there = Counter(others[_SAID].tolist())
    rows = []
    for fact, row in zip(facts[_SAID].tolist(), facts["row"].tolist(), strict=True):
        if there[fact]:
            there[fact] -= 1
        else:
            rows.append(row)
    return tuple(rows)


# ---------------------------------------------------------------- what a row says
def _facts(ledger: Ledger, known: dict[Hashable, int], personal: bool) -> _Facts:
    """Return what each row says, in numbers that mean the same in both ledgers."""
    rows = ledger.rows
    told = rows["kind"] < _K.POOL if personal else ~np.isin(rows["kind"], _FOLLOWS)
    row = np.flatnonzero(told)
    rows = rows[row]
    kind, client = rows["kind"], rows["client"]
    facts = np.zeros(len(rows), dtype=_FACT)
    facts["row"], facts["kind"], facts["why"] = row, kind, rows["why"]
    facts["day"] = np.where(row < ledger.today, 0.0, np.maximum(rows["day"], 0.0))
    people = np.flatnonzero(kind < _K.POOL)
    facts["who"] = np.where(np.isin(kind, _COUNTS), client, 0)
    facts["who"][people] = ledger.clients.key[client[people]]
    levels = [_number(known, "level", name) for name in ledger.levels]
    facts["level"][people] = _named(rows["level"][people], levels)
    facts["what"] = _what(ledger, known, kind, rows["ref"])
    return facts


def _what(
    ledger: Ledger, known: dict[Hashable, int], kind: npt.NDArray[np.int8],
    ref: npt.NDArray[np.int32],
) -> npt.NDArray[np.int64]:  # fmt: skip
    pools, options = ledger.pools, ledger.options
    tables = {
        (*OF_A_DESK, *OF_A_POOL): [_number(known, "pool", _pool(one)) for one in pools],
        OF_AN_OPTION: [_number(known, "option", _place(one, ledger)) for one in options],
        OF_A_REQUEST: [_number(known, "set", _choices(one, ledger)) for one in ledger.option_sets],
    }
    what = np.where(np.isin(kind, NUMBER_IN_REF), ref, 0).astype(np.int64)
    for kinds, numbers in tables.items():
        mine = np.flatnonzero(np.isin(kind, kinds))
        what[mine] = _named(ref[mine], numbers)
    return what


def _named(numbers: npt.NDArray[np.int32], known: list[int]) -> npt.NDArray[np.int64]:
    """Return what numbers of one ledger are in both; -1 stays."""
    listed = np.array([*known, -1], dtype=np.int64)
    return np.asarray(listed[np.where(numbers < 0, len(known), numbers)])


def _number(known: dict[Hashable, int], kind: str, one: Hashable) -> int:
    return known.setdefault((kind, one), len(known))


def _pool(one: PoolInfo) -> Hashable:
    return one.kind, one.block, one.area, one.provider


def _place(one: Option, ledger: Ledger) -> Hashable:
    """Say what is got, and where; not with how many hours, of which support has rows."""
    pools, towns = ledger.pools, ledger.municipalities
    return (
        ledger.variants[one.variant] if one.variant >= 0 else "",
        towns[one.municipality] if one.municipality >= 0 else "",
        _pool(pools[one.place]) if one.place >= 0 else None,
        _pool(pools[one.dwelling]) if one.dwelling >= 0 else None,
    )


def _choices(options: tuple[int, ...], ledger: Ledger) -> Hashable:
    """Say what a set of options holds: its variants, and the dwellings of the others."""
    found = {}
    for one in (ledger.options[number] for number in options):
        stream = ledger.pools[one.dwelling].block if one.dwelling >= 0 else ""
        found[(ledger.variants[one.variant], "") if one.variant >= 0 else ("", stream)] = True
    return tuple(found)
