"""Dwelling offers: when which dwelling is offered, whatever happens in the run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np

from flowsim.calendar import DAYS_PER_YEAR
from flowsim.cohort.arrivals import Events, Source, poisson_events
from flowsim.cohort.drawn import Draw, Who
from flowsim.cohort.regular import Agreed, Realised, regular_days
from flowsim.cohort.uniform import Chance
from flowsim.layout import Layout
from flowsim.scenario.housing import Dwellings

Days = tuple[list[float], ...]


def offer_days(chance: Chance, layouts: Sequence[tuple[float, Layout]], number: int) -> list[Days]:
    """Return by phase the days (ascending) on which each area gets a dwelling of a stream.

    Parameters
    ----------
    layouts
        The first day of each phase, and what holds from it.
    number
        Lasting number of the stream.
    """
    end = layouts[0][1].end_days
    ends = [day for day, _ in layouts[1:]] + [end]
    regular = _regular(layouts, number, ends)
    offers = []
    for at, ((day, layout), until) in enumerate(zip(layouts, ends, strict=True)):
        stream = layout.streams[number]
        if at in regular:
            offers.append(regular[at])
            continue
        agreed = _poisson(chance, stream, number, layout.dwellings_a_year[number], end)
        offers.append(
            tuple(
                [d for d in days if day <= d < until] for days in _realised(chance, stream, agreed)
            )
        )
    return offers


# ---------------------------------------------------------------- at random
def _realised(chance: Chance, stream: Dwellings, agreed: list[Events]) -> list[list[float]]:
    """Return by area a day for every dwelling that is really offered."""
    share, batch = stream.realised, stream.batch
    if share >= 1:
        return [np.repeat(events.days, batch).tolist() for events in agreed]
    keys = np.concatenate([events.keys for events in agreed])
    u = chance.draw(Draw.REALISED, keys, 0, batch + batch % 2)[:, :batch]
    kept = np.split((u < share).sum(axis=1), np.cumsum([len(one.keys) for one in agreed])[:-1])
    return [np.repeat(one.days, n).tolist() for one, n in zip(agreed, kept, strict=True)]


def _poisson(
    chance: Chance, stream: Dwellings, number: int, per_year: tuple[float, ...], end: float
) -> list[Events]:
    """Return the moments at which a batch is agreed."""
    sources = [_steady(number, area, rate / stream.batch) for area, rate in enumerate(per_year)]
    return poisson_events(chance, Who.OFFER, sources, end)


def _steady(number: int, area: int, rate: float) -> Source:
    return Source(number, area, lambda days: np.full(days.shape, rate), rate)


# ---------------------------------------------------------------- at regular moments
def _regular(
    layouts: Sequence[tuple[float, Layout]], number: int, ends: Sequence[float]
) -> dict[int, Days]:
    """Return the days of all offers by area, for each phase (by its number) that is regular.

    Phases of one scale are one row: what was agreed in one is delivered in the next. Where a phase
    agrees the same as the one before it, that one goes on.
    """
    agreed = [
        (at, _agreed(day, layout, number))
        for at, (day, layout) in enumerate(layouts)
        if _is_regular(layout.streams[number])
    ]
    days: dict[int, Days] = {}
    for areas, listed in groupby(agreed, key=lambda one: one[1].areas):
        row = list(listed)
        found = regular_days(_that_differ([phase for _, phase in row]), ends[-1])
        realised = Realised(len(areas))
        for at, phase in row:
            share = layouts[at][1].streams[number].realised
            mine = [[d for d in one if phase.day <= d < ends[at]] for one in found]
            days[at] = realised.of(mine, share, together=phase.together)
    return days


def _that_differ(phases: list[Agreed]) -> tuple[Agreed, ...]:
    """Leave out what agrees the same as what holds already."""
    kept = phases[:1]
    for phase in phases[1:]:
        if replace(phase, day=kept[-1].day) != kept[-1]:
            kept.append(phase)
    return tuple(kept)


def _is_regular(stream: Dwellings) -> bool:
    return stream.pattern != "poisson" or stream.every_days is not None


def _agreed(day: float, layout: Layout, number: int) -> Agreed:
    stream = layout.streams[number]
    areas = layout.areas(stream.scale)
    if stream.every_days is not None:
        gaps = tuple(stream.every_days for _ in areas)
        pattern, together = "even", False
    else:
        rates = layout.dwellings_a_year[number]
        gaps = tuple(stream.batch * DAYS_PER_YEAR / rate if rate else math.inf for rate in rates)
        assert stream.per_year is not None
        pattern, together = stream.pattern, stream.per_year.total is not None
    return Agreed(
        day=day,
        areas=areas,
        days_per_batch=gaps,
        batch=stream.batch,
        pattern=pattern,
        together=together,
        parts=stream.every_days is None,
    )
