"""Dwelling offers: when which dwelling is offered, whatever happens in the run."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from flowsim.calendar import DAYS_PER_YEAR
from flowsim.cohort.arrivals import Events, Source, poisson_events
from flowsim.cohort.streams import Stream, Who, identity
from flowsim.cohort.uniform import Chance
from flowsim.scenario.housing import Dwellings

_PERIODS = {"monthly": 12, "quarterly": 4}


def offer_days(
    chance: Chance, stream: Dwellings, number: int, per_year: tuple[float, ...], end: float
) -> tuple[list[float], ...]:
    """Return the days (ascending, in [0, end)) on which each area gets a dwelling.

    Parameters
    ----------
    stream, number
        The stream of dwellings and its lasting number.
    per_year
        Agreed dwellings a year, by area in lasting order.
    """
    if stream.pattern == "poisson" and stream.every_days is None:
        batch, agreed = stream.batch, _poisson(chance, stream, number, per_year, end)
    else:
        batch, agreed = 1, []
        for area, rate in enumerate(per_year):
            days = _regular(stream, rate, end)
            agreed.append(
                Events(days, identity(Who.OFFER, number, area, 255, np.arange(len(days))))
            )
    return tuple(_realised(chance, stream.realised, batch, events) for events in agreed)


def _realised(chance: Chance, share: float, batch: int, events: Events) -> list[float]:
    """Return a day for every dwelling that is really offered."""
    if share >= 1:
        kept = np.full(len(events.days), batch)
    else:
        u = chance.draw(Stream.REALISED, events.keys, 0, batch + batch % 2)[:, :batch]
        kept = (u < share).sum(axis=1)
    return [float(day) for day in np.repeat(events.days, kept)]


def _poisson(
    chance: Chance, stream: Dwellings, number: int, per_year: tuple[float, ...], end: float
) -> list[Events]:
    """Return the moments at which a batch is agreed."""
    sources = [_steady(number, area, rate / stream.batch) for area, rate in enumerate(per_year)]
    return poisson_events(chance, Who.OFFER, sources, end)


def _steady(number: int, area: int, rate: float) -> Source:
    return Source(number, area, lambda days: np.full(days.shape, rate), rate)


def _regular(stream: Dwellings, rate: float, end: float) -> npt.NDArray[np.float64]:
    """Return offers at even, monthly or quarterly moments k x period, k = 1, 2 ..."""
    if stream.pattern in _PERIODS:
        periods = _PERIODS[stream.pattern]
        moments = np.arange(1, math.ceil(end * periods / DAYS_PER_YEAR) + 1)
        counts = np.diff(np.floor(np.append(0, moments) * rate / periods + 1e-9)).astype(int)
        days = np.repeat(moments * (DAYS_PER_YEAR / periods), counts)
    else:
        if rate <= 0:
            return np.empty(0)
        gap = (
            stream.batch * DAYS_PER_YEAR / rate if stream.every_days is None else stream.every_days
        )
        days = np.repeat(np.arange(1, math.ceil(end / gap) + 1) * gap, stream.batch)
    return days[days < end]
