"""Poisson processes in octaves: a higher rate adds events to those of a lower rate.

Events of one source come in layers (octaves) of rate 0-1, 1-2, 2-4, 4-8 ... a year, each a
Poisson process of its own. An event of the octave [a, b) exists at time t when its mark is below
(rate(t) - a) / (b - a). So 5% more demand keeps everybody and adds a few; there is no ceiling to
choose.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flowsim.calendar import DAYS_PER_YEAR
from flowsim.cohort.drawn import Draw, Who, identity
from flowsim.cohort.uniform import Chance

Rate = Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Events:
    """Events of one source: days (ascending) and identities."""

    days: npt.NDArray[np.float64]
    keys: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Source:
    """Where events come from, and how many."""

    group: int
    area: int
    rate: Rate
    """Events per year at given days."""
    highest: float
    """Upper bound of the rate over the run, events per year."""


def poisson_events(chance: Chance, who: Who, sources: Sequence[Source], end: float) -> list[Events]:
    """Return the events of every source on days in [0, end)."""
    layers = [(source, octave) for source in sources for octave in range(_octaves(source.highest))]
    ids = [_layer_ids(who, source, octave, end) for source, octave in layers]
    drawn = _drawn(chance, ids)
    found: dict[int, list[Events]] = {id(source): [] for source in sources}
    for (source, octave), keys, u in zip(layers, ids, drawn, strict=True):
        floor, width = _floor(octave), _width(octave)
        days = np.cumsum(-np.log1p(-u[:, 0])) * (DAYS_PER_YEAR / width)
        while days[-1] < end:  # once in a billion layers: draw further ahead
            keys = identity(who, source.group, source.area, octave, np.arange(2 * len(keys)))
            u = chance.draw(Draw.ARRIVAL, keys, 0, 2)
            days = np.cumsum(-np.log1p(-u[:, 0])) * (DAYS_PER_YEAR / width)
        kept = (days < end) & (u[:, 1] * width < source.rate(days) - floor)
        found[id(source)].append(Events(days[kept], keys[kept]))
    return [_joined(found[id(source)]) for source in sources]


def _octaves(highest: float) -> int:
    return max(1, math.ceil(math.log2(highest)) + 1) if highest > 0 else 0


def _floor(octave: int) -> float:
    return 0.0 if octave == 0 else 2.0 ** (octave - 1)


def _width(octave: int) -> float:
    return 2.0**octave - _floor(octave)


def _layer_ids(who: Who, source: Source, octave: int, end: float) -> npt.NDArray[np.int64]:
    """Return identities enough for one octave at its full rate."""
    expected = _width(octave) * end / DAYS_PER_YEAR
    size = math.ceil(expected + 6 * math.sqrt(expected) + 10)
    return identity(who, source.group, source.area, octave, np.arange(size))


def _drawn(chance: Chance, ids: list[npt.NDArray[np.int64]]) -> list[npt.NDArray[np.float64]]:
    """Draw gap and mark for every identity, all layers at once."""
    if not ids:
        return []
    u = chance.draw(Draw.ARRIVAL, np.concatenate(ids), 0, 2)
    return np.split(u, np.cumsum([len(keys) for keys in ids])[:-1])


def _joined(parts: list[Events]) -> Events:
    if not parts:
        return Events(np.empty(0), np.empty(0, np.int64))
    days = np.concatenate([part.days for part in parts])
    return in_order(days, np.concatenate([part.keys for part in parts]))


def in_order(days: npt.NDArray[np.float64], keys: npt.NDArray[np.int64]) -> Events:
    """Return events ordered by day, then identity."""
    order = np.lexsort((keys, days))
    return Events(days[order], keys[order])
