"""Dwelling offers: when which dwelling is offered, whatever happens in the run."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from flowsim.calendar import DAYS_PER_YEAR
from flowsim.cohort.arrivals import Source, poisson_events
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
        agreed = _poisson(chance, stream, number, per_year, end)
    else:
        agreed = [
            (days, identity(Who.OFFER, number, area, 255, np.arange(len(days))))
            for area, days in enumerate(_regular(stream, rate, end) for rate in per_year)
        ]
    if stream.realised >= 1:
        return tuple(days.tolist() for days, _ in agreed)
    return tuple(
        days[chance.draw(Stream.REALISED, keys, 0, 2)[:, 0] < stream.realised].tolist()
        for days, keys in agreed
    )


def _poisson(
    chance: Chance, stream: Dwellings, number: int, per_year: tuple[float, ...], end: float
) -> list[tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]]:
    batch = stream.batch
    sources = [
        Source(number, area, lambda days, r=rate / batch: np.full(days.shape, r), rate / batch)  # type: ignore[misc]
        for area, rate in enumerate(per_year)
    ]
    events = poisson_events(chance, Who.OFFER, sources, end)
    return [
        (np.repeat(e.days, batch), (e.keys[:, None] * batch + np.arange(batch)).ravel())
        if batch > 1
        else (e.days, e.keys)
        for e in events
    ]


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
