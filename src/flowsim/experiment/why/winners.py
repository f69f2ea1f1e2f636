"""Who waits shorter and who longer: the same people in two scenarios, one beside the other.

People pair by their identity, which holds across scenarios (`flowsim.ledger.ClientTable.key`):
their number in a future does not, where more people notify in the one than in the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from flowsim.calendar import DAYS_PER_YEAR
from flowsim.ledger.frame import named
from flowsim.metrics import KINDS, Reading
from flowsim.metrics.lives.waits import PLACED

if TYPE_CHECKING:
    import pandas as pd

FEWEST_A_YEAR: Final = 5
"""Persons in a group: one with fewer is not told of."""
SAME_DAYS: Final = 1.0
"""A wait that differs by less is as long."""
OUTCOMES: Final = (
    "shorter", "same", "longer", "place_in_other_only", "place_in_base_only", "no_place",
    "comes_in_other_only", "comes_in_base_only",
)  # fmt: skip
"""What the other scenario is for a person, each person once. The first three: gets it in both, and
waits so. ``no_place``: gets it in neither, before the run ends. ``comes_in_..._only``: notifies in
that scenario alone."""
BY: Final = ("all", "profile", "level", "municipality", "subregion", "origin")
Group = tuple[str, str]
Words = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class _Side:
    """Of every client of one run, by number: the first wait of a kind, and who it is."""

    key: npt.NDArray[np.int64]
    counts: npt.NDArray[np.bool_]
    got: npt.NDArray[np.bool_]
    days: npt.NDArray[np.float64]
    by: dict[str, Words]


def winners(pairs: Iterable[tuple[Reading, Reading]], kind: str) -> tuple[pd.DataFrame, int]:
    """Count winners and losers of a kind of wait, in an average future.

    Parameters
    ----------
    pairs
        Base and other of each future.
    kind
        One of `flowsim.metrics.KINDS`; of each person the first wait of it, if tables count it in
        one of both.

    Returns
    -------
    tuple
        One row for everybody and for each group (``by``, ``group``): ``persons``, each of
        `OUTCOMES`, and the mean weeks gained by who waits shorter and lost by who waits longer.
        And how many groups are left out, because they have fewer than `FEWEST_A_YEAR` persons.
    """
    import pandas as pd

    total: dict[Group, npt.NDArray[np.float64]] = {}
    order: dict[Group, int] = {}
    futures, years = 0, 1.0
    for base, other in pairs:
        futures, years = futures + 1, base.ledger.window_days / DAYS_PER_YEAR
        for group in (*_groups(base), *_groups(other)):
            order.setdefault(group, len(order))
        for group, numbers in _counted(_side(base, kind), _side(other, kind)):
            total[group] = total.get(group, 0.0) + numbers
    if _part(total, "origin") == _part(total, "municipality"):  # all notify where they are from
        total = {group: numbers for group, numbers in total.items() if group[0] != "origin"}
    of_a_kind = [by for by, _ in total]
    rows, left_out = [], 0
    for (by, name), summed in sorted(total.items(), key=lambda one: _rank(order, one[0])):
        if by != "all" and of_a_kind.count(by) < 2:
            continue
        numbers = summed / futures
        persons = float(numbers[: len(OUTCOMES)].sum())
        if by != "all" and persons / years < FEWEST_A_YEAR:
            left_out += 1
            continue
        rows.append(_row(by, name, persons, numbers))
    return pd.DataFrame(rows, columns=COLUMNS), left_out


COLUMNS: Final = ("by", "group", "persons", *OUTCOMES, "weeks_shorter", "weeks_longer")


def _part(total: Mapping[Group, npt.NDArray[np.float64]], by: str) -> dict[str, list[float]]:
    return {group: numbers.tolist() for (kind, group), numbers in total.items() if kind == by}


def _row(by: str, group: str, persons: float, numbers: npt.NDArray[np.float64]) -> tuple[Any, ...]:
    counts, days = numbers[: len(OUTCOMES)], numbers[len(OUTCOMES) :]
    weeks = (gone / n / 7 if n else np.nan for gone, n in zip(days, counts[[0, 2]], strict=True))
    return by, group, persons, *counts.tolist(), *(float(one) for one in weeks)


def _groups(run: Reading) -> Iterator[Group]:
    """Yield the groups in the order of the scenario."""
    ledger = run.ledger
    areas = {"municipality": ledger.municipalities, "origin": ledger.municipalities,
             "subregion": [name for name, _ in run.scenario.areas.subregions]}  # fmt: skip
    for by, names in ({"profile": ledger.profiles, "level": ledger.levels} | areas).items():
        yield from ((by, name) for name in names)


def _rank(order: dict[Group, int], group: Group) -> tuple[int, int]:
    """Return where a group stands: by what, then as in the scenario; the nameless one last."""
    return BY.index(group[0]), order.get(group, len(order))


def _counted(base: _Side, other: _Side) -> Iterator[tuple[Group, npt.NDArray[np.float64]]]:
    """Yield of each group: persons by outcome, and the days gained and lost."""
    keys = np.union1d(base.key, other.key)
    mine, theirs = _at(keys, base), _at(keys, other)
    here, there = mine >= 0, theirs >= 0
    chosen = _of(base.counts, mine, False) | _of(other.counts, theirs, False)
    got, gets = _of(base.got, mine, False), _of(other.got, theirs, False)
    less = _of(base.days, mine, 0.0) - _of(other.days, theirs, 0.0)
    both = got & gets
    outcome = np.select(
        [~here, ~there, both & (np.abs(less) < SAME_DAYS), both & (less > 0), both, gets, got],
        [6, 7, 1, 0, 2, 3, 4], 5,
    )  # fmt: skip
    for by in BY:
        words = np.where(here, _of(base.by[by], mine, ""), _of(other.by[by], theirs, ""))
        for group in dict.fromkeys([*base.by[by].tolist(), *other.by[by].tolist()]):
            those = chosen & (words == group)
            if those.any():
                counts = np.bincount(outcome[those], minlength=len(OUTCOMES))
                days = [np.abs(less[those & (outcome == one)]).sum() for one in (0, 2)]
                yield (by, str(group)), np.array([*counts, *days], dtype=np.float64)


def _at(keys: npt.NDArray[np.int64], side: _Side) -> npt.NDArray[np.intp]:
    """Return the client of one run with each identity; -1: none."""
    order = np.argsort(side.key)
    at = np.searchsorted(side.key[order], keys)
    found = np.append(order, -1)[at]
    return np.where(np.append(side.key, -1)[found] == keys, found, -1)


def _of(column: npt.NDArray[Any], client: npt.NDArray[np.intp], none: object) -> npt.NDArray[Any]:
    listed = np.append(column, np.array([none], dtype=column.dtype))
    return np.asarray(listed[client])


def _side(run: Reading, kind: str) -> _Side:
    waits, ledger = run.episodes, run.ledger
    clients = ledger.clients
    of_kind = np.flatnonzero(waits.kind == KINDS.index(kind))
    whose, first = np.unique(waits.client[of_kind], return_index=True)
    wait = of_kind[first]
    count = len(clients.key)
    got, days = np.zeros(count, dtype=np.bool_), np.zeros(count)
    counts = np.zeros(count, dtype=np.bool_)
    got[whose], days[whose] = waits.ending[wait] == PLACED, waits.wait[wait]
    counts[whose] = waits.counts[wait]
    areas, home = run.scenario.areas, named(clients.notified_at, ledger.municipalities)
    parts = {name: areas.area_of(name, "subregion") for name in areas.municipalities}
    by = {
        "all": np.full(count, "", dtype=object),
        "profile": named(clients.profile, ledger.profiles),
        "level": _level_at_first(run),
        "municipality": home,
        "subregion": np.array([parts.get(one, "") for one in home.tolist()] or [], dtype=object),
        "origin": named(clients.origin, ledger.municipalities),
    }
    return _Side(clients.key, counts, got, days, by)


def _level_at_first(run: Reading) -> Words:
    """Return the level that each client notified with, or had on the start date."""
    past, ledger = run.history, run.ledger
    level = np.full(len(ledger.clients.key), -1, dtype=np.int64)
    if ledger.levels:
        level[past.client[past.first]] = past.level[past.first]
    return named(level, ledger.levels)
