"""Quantiles of waits, of many resamples: those of `curves.statistics`, in a few at a time.

A resample of thousands of waits is a curve of thousands of steps, and there are a thousand of them
for each scenario. So their curves are never there together, and a quantile is looked up in those
of the strata: the curve of the cell itself is not made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.calendar import DAYS_PER_WEEK
from flowsim.experiment.estimates.curves import (
    QUANTILES,
    Pool,
    Unknown,
    lost_by_chance,
    shares,
    statistics,
)
from flowsim.experiment.estimates.intervals import Array, Statistic
from flowsim.metrics.aalen_johansen import REACHED, Placed, placed

AT_ONCE: Final = 1 << 19
"""Numbers of all curves that are there at a time."""
Steps = Sequence[npt.NDArray[np.intp]]


def quantiles(pools: Sequence[Pool]) -> Statistic:
    """Return the numbers of `QUANTILES` of every scenario: scenarios x quantiles x resamples."""
    return lambda weights: np.stack([_in_blocks(one, weights) for one in pools])


def _in_blocks(one: Pool, weights: Array) -> Array:
    """Return the quantiles of one cell, of a few resamples after the other."""
    followed = (len(risk.late.days) * weights.shape[1] for risk in one.strata)
    width = sum(len(risk.times) for risk in one.strata) + max(followed, default=0)
    rows = max(1, AT_ONCE // max(width, 1))
    times = np.unique(np.concatenate([np.empty(0), *(risk.times for risk in one.strata)]))
    steps = [np.searchsorted(risk.times, times, side="right") for risk in one.strata]
    blocks = (weights[i : i + rows] for i in range(0, len(weights), rows))
    return np.concatenate([_read(one, times, steps, block) for block in blocks], axis=-1)


def _read(one: Pool, times: Array, steps: Steps, weights: Array) -> Array:
    """Return the quantiles of one cell: quantiles x resamples.

    ``steps``: how many steps the curve of each stratum has made at each of the times of all.
    """
    parts, total = shares(one, weights)
    curves = [placed(risk, weights) for risk in one.strata]
    days = np.append(times, np.inf)[_first(curves, parts, steps, (len(times), len(weights)))]
    found = _known(days, parts, curves, as_if_followed=False)
    found[:, total == 0] = np.nan
    if (lost := lost_by_chance(found, weights)).any():
        whole = statistics([one])(np.ones((1, weights.shape[1])))[0, -len(QUANTILES) :]
        further = _known(days, parts, curves, as_if_followed=True)
        further[:, total == 0] = np.nan
        found = np.where(lost & ~np.isnan(whole), further, found)
    return found


def _known(days: Array, parts: Array, curves: Sequence[Placed], *, as_if_followed: bool) -> Array:
    """Return weeks, not a number where too much is unknown by then."""
    unknown = Unknown()
    for curve, part in zip(curves, parts, strict=True):
        unknown.add(part, curve, as_if_followed=as_if_followed)
    return unknown.known(days) / DAYS_PER_WEEK


def _first(
    curves: Sequence[Placed], parts: Array, steps: Steps, shape: tuple[int, int]
) -> npt.NDArray[np.intp]:
    """Return the number of the first time at which each quantile is reached; none: one beyond.

    The share that is placed only grows, so half of the times are left out at each look.
    """
    count, rows = shape
    wanted = np.array([*QUANTILES.values()])[:, None] - REACHED
    low = np.zeros((len(wanted), rows), dtype=np.intp)
    high = np.full_like(low, count)
    row = np.arange(rows)
    while (open_ := low < high).any():
        middle = (low + high) // 2
        share = np.zeros(low.shape)
        for curve, part, made in zip(curves, parts, steps, strict=True):
            at = made[np.minimum(middle, count - 1)]
            mine = curve.share[row, np.maximum(at - 1, 0)] if curve.share.shape[-1] else 0.0
            share += part * np.where(at > 0, mine, 0.0)
        reached = share >= wanted
        high = np.where(open_ & reached, middle, high)
        low = np.where(open_ & ~reached, middle + 1, low)
    return low
