"""Intervals from replications: Student's, the percentile's, and what all or most of them share.

All arrays are ... x statistics, and where replications are told apart they are the last axis.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Statistic = Callable[[Array], Array]
"""From weights (resamples x replications) to values (... x resamples)."""
CONFIDENCE: Final = 0.95
SEED: Final = 20_260_101
"""Of the resampling alone; fixed, so that the same runs always give the same intervals."""
FEWEST: Final = 3
"""With fewer replications there is no interval and no verdict."""
FEW: Final = 20
"""With fewer replications no quantile has an interval and no difference is called clear."""
RARE: Final = 10
"""Where most futures share one value and fewer than these differ from it, no interval holds."""
EQUAL: Final = 1e-9
"""Relative distance up to which values count as equal: they differ by rounding alone."""


def pseudo_values(statistic: Statistic, value: Array, n: int) -> Array:
    """Return what each replication adds to the value of all (the jackknife): ... x replications."""
    if n < FEWEST:
        return np.full((*value.shape, n), np.nan)
    with np.errstate(invalid="ignore"):
        return np.asarray(n * value[..., None] - (n - 1) * statistic(1.0 - np.eye(n)))


def told_apart(each: Array, pseudo: Array, value: Array) -> Array:
    """Return each value, or what adds to that of all: what one cannot tell is no shared value."""
    with np.errstate(invalid="ignore"):
        noise = EQUAL * each.shape[-1] * (1 + np.abs(value))
        moves = np.abs(pseudo - value[..., None]) > noise[..., None]
    return np.where(np.isnan(each) & moves, pseudo, each)


def student(
    pseudo: Array, value: Array, group: Sequence[int] | None = None
) -> tuple[Array, Array, Array]:
    """Return the ends of Student's interval on pseudo-values, and the chance of a 0 beyond it.

    ``group``, a number of each replication: those with the same number share something, so that
    only the groups are independent; left out: all are.
    """
    from scipy.special import stdtr, stdtrit

    n = pseudo.shape[-1]
    if n < FEWEST:
        nothing = np.full(value.shape, np.nan)
        return nothing, nothing, nothing
    together = _together(range(n) if group is None else group)
    groups = len(together)
    with np.errstate(invalid="ignore", divide="ignore"):
        apart = (pseudo - pseudo.mean(axis=-1, keepdims=True)) @ together.T
        error = np.sqrt((apart**2).sum(axis=-1) * groups / (groups - 1)) / n
        error = np.where(error <= EQUAL * (1 + np.abs(value)), 0.0, error)
        half = stdtrit(groups - 1, (1 + CONFIDENCE) / 2) * error
        p = 2 * stdtr(groups - 1, -np.abs(value) / error)
    return value - half, value + half, np.asarray(p)


def _together(group: Sequence[int]) -> Array:
    """Return which replications are of which group: groups x replications, 1 or 0."""
    return np.asarray(np.unique(group)[:, None] == np.asarray(group), dtype=float)


def percentile(
    statistic: Statistic, value: Array, n: int, resamples: int
) -> tuple[Array, Array, Array]:
    """Return the ends of the percentile interval, and a chance from the spread of the resamples."""
    from scipy.special import stdtr

    if n < FEW:
        nothing = np.full(value.shape, np.nan)
        return nothing, nothing, nothing
    rng = np.random.default_rng(SEED)
    spread = statistic(rng.multinomial(n, np.full(n, 1 / n), size=resamples).astype(float))
    low, high = bounds(spread, (1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        p = 2 * stdtr(n - 1, -np.abs(value) / spread.std(axis=-1))
    return low, high, np.asarray(p)


def apart(each: Array) -> tuple[Array, Array]:
    """Return how many replications differ from a value that most of them share, and that value.

    At least `FEWEST` must share it; a replication without a value does not differ from it. Where
    most have none and no value is so common, those with a value are counted. Not a number where
    neither is so.
    """
    n = each.shape[-1]
    listed = np.sort(each, axis=-1)
    before, after = listed[..., :-1], listed[..., 1:]
    with np.errstate(invalid="ignore"):
        alike = (after == before) | (after - before <= EQUAL * (1 + np.abs(after)))
    start = np.zeros(listed.shape, dtype=np.int64)
    start[..., 1:] = np.where(alike, 0, np.arange(1, n))
    length = np.arange(1, n + 1) - np.maximum.accumulate(start, axis=-1)
    longest = np.argmax(length, axis=-1)[..., None]
    sharing = np.take_along_axis(length, longest, axis=-1)[..., 0]
    common = np.take_along_axis(listed, longest, axis=-1)[..., 0]
    without = np.isnan(each).sum(axis=-1)
    some = (sharing >= FEWEST) & (without < n)
    alone = np.where(some, sharing, 0) + without
    often = (2 * alone > n) & (alone >= FEWEST)
    return np.where(often, n - alone, np.nan), np.where(often & some, common, np.nan)


def bounds(values: Array, low: float, high: float) -> tuple[Array, Array]:
    """Return two order statistics, as far apart as unknown values (nan) can make them.

    Not a number where one of them may be anything.
    """
    lower = order_statistic(np.where(np.isnan(values), -np.inf, values), low)
    upper = order_statistic(np.where(np.isnan(values), np.inf, values), high)
    unknown = np.isneginf(lower) | (np.isposinf(upper) & np.isnan(values).any(axis=-1))
    return np.where(unknown, np.nan, lower), np.where(unknown, np.nan, upper)


def order_statistic(values: Array, share: float) -> Array:
    """Return the order statistic that leaves ``share`` below it; nan if any value is."""
    rank = min(max(int(np.ceil(share * values.shape[-1])), 1), values.shape[-1]) - 1
    listed = np.sort(values, axis=-1)
    return np.where(np.isnan(listed[..., -1]), np.nan, listed[..., rank])
