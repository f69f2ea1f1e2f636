"""Numbers by year, as arrays: what the summary and the tables of years are made from."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from flowsim.costs import EXTERNAL
from flowsim.experiment.batch import Batch, Run
from flowsim.experiment.estimates.intervals import Array
from flowsim.experiment.numbers.compact import Compact, Key
from flowsim.metrics import Columns
from flowsim.store.packed import Tidy

KEY: Final = ("measure", "municipality", "variant", "detail")
MEANS: Final = ("mean_persons", "team_fte")
"""Averages over a year: over several years they are weighed by the length of each."""
BALANCES: Final = ("balance", "dwelling_needs")
"""What has a ``start`` and an ``end``: over several years that of the first and of the last."""


class Years:
    """The numbers of every year of the window, of all runs: scenarios x replications x years."""

    whole: bool = True
    """Whether these are the numbers of the whole region."""

    def __init__(self, batch: Batch) -> None:
        self.keys = batch.keys
        self.names = years_of(batch.runs[0])
        self.paths = batch.paths
        unpacker = Unpacker(self.names)
        scenario = {key: i for i, key in enumerate(batch.keys)}
        replication = {number: i for i, number in enumerate(batch.replications)}
        self.shape = (len(scenario), len(replication), len(self.names))
        self.cells = Compact(self.shape)
        for run in batch.runs:
            self.cells.put(scenario[run.scenario], replication[run.replication], *unpacker.of(run))
        self.length: Array = self.cells["exposure", "", "", ""][0, 0]
        self.by_measure = _by_measure(self.cells)
        self._larger: dict[frozenset[str], set[str]] = {}
        self._of_area: dict[str, list[tuple[int, Key]]] = {}
        for number, key in enumerate(self.cells):
            self._of_area.setdefault(key[1], []).append((number, key))

    def within(self, areas: Collection[str], of_a_kind: Collection[str]) -> Years:
        """Return the numbers of some areas alone.

        Parameters
        ----------
        areas
            Names of one area and of all that lie in it.
        of_a_kind
            The same for all areas of its kind together. A measure of which something belongs to a
            larger area (places of the region) cannot be told for one of them, and is left out.
        """
        kind = frozenset(of_a_kind)
        if kind not in self._larger:
            self._larger[kind] = {
                key[0]
                for key in self.cells
                if key[1] not in kind and key[1] != EXTERNAL and self.cells.some(key)
            }
        larger = self._larger[kind]
        mine = [number for area in areas for number in self._of_area.get(area, ())]
        part = copy(self)
        part.whole = False
        part.cells = self.cells.only([key for _, key in sorted(mine) if key[0] not in larger])
        part.by_measure = _by_measure(part.cells)
        return part

    @property
    def window(self) -> str:
        """The whole window, such as ``2026-2035``."""
        return _window(self.names)

    def has(self, measure: str) -> bool:
        """Tell whether any scenario has a measure."""
        return measure in self.by_measure

    def labels(self, measure: str, column: str) -> list[str]:
        """Return what a measure is split by in one of the columns of `KEY`, in its own order."""
        i = KEY.index(column)
        return list(dict.fromkeys(key[i] for key in self.by_measure.get(measure, {})))

    def of(self, measure: str, **where: str | None) -> Array:
        """Add up the rows of a measure, for example ``of("balance", detail="end")``; None: all."""
        wanted = [(KEY.index(name), text) for name, text in where.items() if text is not None]
        total = np.zeros(self.shape)
        rows = self.by_measure.get(measure, self.cells.only([]))
        for key in rows:
            if all(key[i] == text for i, text in wanted):
                total += rows[key]
        return total

    def over_window(self) -> dict[Key, Array]:
        """Return every number over the whole window: scenarios x replications."""
        return {key: over_window(key, cell, self.length) for key, cell in self.cells.items()}

    @property
    def replications(self) -> int:
        """How many replications there are."""
        return self.shape[1]

    def mean(self, values: Array) -> Array:
        """Average what is an average over each year: scenarios x replications."""
        mean: Array = values @ self.length / self.length.sum()
        return mean


def _by_measure(cells: Compact) -> dict[str, Compact]:
    keys: dict[str, list[Key]] = {}
    for key in cells:
        keys.setdefault(key[0], []).append(key)
    return {measure: cells.only(mine) for measure, mine in keys.items()}


def over_window(key: Key, values: Array, length: Array) -> Array:
    """Return a number over the whole window, from those of its years (the last axis)."""
    measure, _, _, detail = key
    out: Array
    if measure in MEANS:
        out = values @ length / length.sum()
    elif measure in BALANCES and detail in ("start", "end"):
        out = values[..., 0 if detail == "start" else -1]
    else:
        out = values.sum(axis=-1)
    return out


def window_rows(runs: Sequence[Run]) -> Iterator[tuple[Run, str, Key, float]]:
    """Yield every number of every run over the whole window: run, period, what it is, number.

    What is 0 in all of these runs is left out, but for one's own metrics.
    """
    names = years_of(runs[0])
    unpacker = Unpacker(names)
    occurs: dict[Key, None] = {}
    for run in runs:
        keys, values = unpacker.of(run)
        occurs |= dict.fromkeys(keys[i] for i in np.flatnonzero(values.any(axis=1)))
    period = _window(names)
    for run in runs:
        keys, values = unpacker.of(run)
        length = values[keys.index(("exposure", "", "", ""))]
        totals = values.sum(axis=1).tolist()
        for key, cell, total in zip(keys, values, totals, strict=True):
            if key in occurs:
                plain = key[0] not in MEANS and key[0] not in BALANCES
                yield run, period, key, total if plain else float(over_window(key, cell, length))
        for key, value in _own(run.own, period, names):
            yield run, period, key, value


def _own(own: Columns, window: str, years: Sequence[str]) -> Iterator[tuple[Key, float]]:
    """Yield each number of one's own metrics over the window; those of years are added up."""
    total: dict[Key, float] = {}
    for i, period in enumerate(own["period"]):
        if period == window or period in years:
            measure, municipality, variant, detail = (str(own[name][i]) for name in KEY)
            key = (measure, municipality, variant, detail)
            total[key] = total.get(key, 0.0) + float(own["value"][i])
    yield from total.items()


def _window(years: Sequence[str]) -> str:
    return years[0] if len(years) == 1 else f"{years[0]}-{years[-1]}"


def years_of(run: Run) -> tuple[str, ...]:
    """Return the years of the window, in order."""
    periods = run.measures["period"]
    return tuple(str(one) for one in periods[run.measures["measure"] == "exposure"])


def length_of(run: Run) -> Array:
    """Return the days of each of `years_of`."""
    measures = run.measures
    return np.asarray(measures["value"][measures["measure"] == "exposure"], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Which rows of a table are about the periods: their number and their period."""

    keys: list[Key]
    rows: npt.NDArray[np.intp]
    key: npt.NDArray[np.intp]
    period: npt.NDArray[np.intp]


class Unpacker:
    """Turns the tables of runs into arrays; runs that share their labels share the work."""

    def __init__(self, periods: tuple[str, ...]) -> None:
        self.periods = {name: i for i, name in enumerate(periods)}
        self._known: dict[bytes, _Rows] = {}

    def of(self, run: Run) -> tuple[list[Key], Array]:
        """Return what the numbers of a run are about, and the numbers: numbers x periods."""
        keys: list[Key] = []
        parts = []
        for part in run.packed[:2]:  # measures and costs
            rows = self._rows_of(part)
            values = np.zeros((len(rows.keys), len(self.periods)))
            values[rows.key, rows.period] = part.values()[rows.rows]
            keys += rows.keys
            parts.append(values)
        return keys, np.concatenate(parts)

    def _rows_of(self, part: Tidy) -> _Rows:
        known = self._known.get(part.labels)
        if known is None:
            known = self._known[part.labels] = self._read(part.open())
        return known

    def _read(self, part: Columns) -> _Rows:
        index: dict[Key, int] = {}
        found: list[tuple[int, int, int]] = []
        columns: list[list[Any]] = [part[name].tolist() for name in ("period", *KEY)]
        for row, (period, *key) in enumerate(zip(*columns, strict=True)):
            if period in self.periods:
                at = index.setdefault((key[0], key[1], key[2], key[3]), len(index))
                found.append((row, at, self.periods[period]))
        rows, at_key, at_period = np.array(found, dtype=np.intp).reshape(-1, 3).T
        return _Rows(list(index), rows, at_key, at_period)
