"""Estimates with intervals, made by resampling replications.

A replication is one possible future; replications are independent and, in every scenario, use the
same chance. So one resample draws replications, not people, and takes the *same* replications of
every scenario: that makes the difference between two scenarios paired.

Every statistic is a function of weights, one weight a replication (how often it was drawn), so
that ten thousand resamples are one matrix product.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Statistic = Callable[[Array], Array]
"""From weights (resamples x replications) to values (... x resamples)."""

CONFIDENCE: Final = 0.95
RESAMPLES: Final = 1_999
RESAMPLES_OF_A_CELL: Final = 499
"""For each municipality or year: there are many, and their intervals are wide."""
SEED: Final = 20_260_101
"""Of the resampling alone; fixed, so that the same runs always give the same intervals."""
FEW: Final = 20
"""With fewer replications an interval is clearly too narrow (docs/decisions/0012-intervals.md)."""
_EQUAL: Final = 1e-9
"""Relative distance up to which values count as equal: they differ by rounding alone."""


class Verdict(StrEnum):
    """What the interval of a paired difference with the base says."""

    BASE = "base"
    HIGHER = "higher"
    LOWER = "lower"
    TOO_CLOSE = "too close to call"
    """The interval contains 0."""
    UNKNOWN = "unknown"
    """No interval: one replication, or a value that is not reached."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate, its 95% interval and the range of one future; arrays of one shape.

    ``low`` and ``high`` (how well the mean is known) and ``p10`` and ``p90`` (what one future may
    bring) are nan where there are too few replications. Infinite: not reached.
    """

    value: Array
    low: Array
    high: Array
    p10: Array
    p90: Array


@dataclass(frozen=True, slots=True)
class Estimates:
    """Estimates of every scenario and their paired differences with the first, the base.

    All arrays are scenarios x statistics; the differences of the base with itself are nan.
    """

    own: Interval
    difference: Interval
    verdict: npt.NDArray[np.object_]


def mean_of(values: Array) -> Statistic:
    """Return the statistic *mean over replications* of values (... x replications)."""
    return lambda weights: values @ weights.T / weights.sum(axis=1)


def ratio_of(numerator: Array, denominator: Array) -> Statistic:
    """Return the ratio of two sums over replications, for rates and shares of small cells."""

    def ratio(weights: Array) -> Array:
        below = denominator @ weights.T
        out = np.full(below.shape, np.nan)
        np.divide(numerator @ weights.T, below, out=out, where=below > 0)
        return out

    return ratio


def estimate(
    statistic: Statistic,
    replications: int,
    *,
    smooth: npt.ArrayLike = True,
    resamples: int = RESAMPLES,
) -> Estimates:
    """Estimate a statistic of every scenario and its paired difference with the base.

    Parameters
    ----------
    statistic
        From weights to scenarios x statistics x resamples; the base is scenario 0.
    replications
        How many there are. With one there is no interval.
    smooth
        Whether each statistic moves smoothly with the weights (means, shares, areas): then BCa
        (Efron 1987). A quantile does not, its jackknife says nothing, and it may be infinite: then
        the plain percentile interval.
    resamples
        How many times the replications are drawn anew.
    """

    def both(weights: Array) -> Array:
        own = statistic(weights)
        with np.errstate(invalid="ignore"):
            difference = own - own[:1]
            noise = _EQUAL * (1 + np.abs(own))
            difference[np.isfinite(own) & (np.abs(difference) <= noise)] = 0.0
        return np.stack([own, difference])

    value = both(np.ones((1, replications)))[..., 0]
    each = both(np.eye(replications))
    low, high = _interval(both, value, replications, smooth, resamples)
    if replications > 1:
        p10, p90 = (order_statistic(each, share) for share in (0.1, 0.9))
    else:
        p10 = p90 = np.full(value.shape, np.nan)
    own, difference = (Interval(value[i], low[i], high[i], p10[i], p90[i]) for i in (0, 1))
    return Estimates(own, difference, _verdicts(difference))


def _interval(
    statistic: Statistic, value: Array, n: int, smooth: npt.ArrayLike, resamples: int
) -> tuple[Array, Array]:
    """Return the ends of the interval of every statistic."""
    if n == 1:
        return np.full(value.shape, np.nan), np.full(value.shape, np.nan)
    spread, low, high = _bootstrap(statistic, n, resamples)
    plain_low, plain_high = (
        order_statistic(spread, (1 + side * CONFIDENCE) / 2) for side in (-1, 1)
    )
    plain = ~(np.isfinite(low) & np.isfinite(high)) | ~np.asarray(smooth)
    low, high = np.where(plain, plain_low, low), np.where(plain, plain_high, high)
    with np.errstate(invalid="ignore"):
        width = spread.max(axis=-1) - spread.min(axis=-1)
        fixed = np.isfinite(value) & (width <= _EQUAL * (1 + np.abs(value)))
    return np.where(fixed, value, low), np.where(fixed, value, high)


def _bootstrap(statistic: Statistic, n: int, resamples: int) -> tuple[Array, Array, Array]:
    """Return the values of all resamples, and the ends of the BCa interval."""
    from scipy.stats import bootstrap

    def of_indices(indices: npt.NDArray[Any], axis: int = -1) -> Array:
        del axis  # always the last
        drawn = np.asarray(indices, dtype=np.int64).reshape(-1, indices.shape[-1])
        cell = (drawn + n * np.arange(len(drawn))[:, None]).ravel()
        counts = np.bincount(cell, minlength=n * len(drawn)).reshape(-1, n)
        values = statistic(counts.astype(float))
        return values if indices.ndim > 1 else values[..., 0]

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # a statistic without spread has no BCa; handled above
        result = bootstrap(
            (np.arange(n),),
            of_indices,
            n_resamples=resamples,
            vectorized=True,
            confidence_level=CONFIDENCE,
            method="BCa",
            rng=np.random.default_rng(SEED),
        )
    ends = result.confidence_interval
    return result.bootstrap_distribution, np.asarray(ends.low), np.asarray(ends.high)


def order_statistic(values: Array, share: float) -> Array:
    """Return the order statistic that leaves ``share`` below it; nan if any value is."""
    rank = min(max(int(np.ceil(share * values.shape[-1])), 1), values.shape[-1]) - 1
    listed = np.sort(values, axis=-1)
    return np.where(np.isnan(listed[..., -1]), np.nan, listed[..., rank])


def _verdicts(difference: Interval) -> npt.NDArray[np.object_]:
    out = np.full(difference.value.shape, Verdict.UNKNOWN, dtype=object)
    known = np.isfinite(difference.value) & ~np.isnan(difference.low)
    out[known] = Verdict.TOO_CLOSE
    out[known & (difference.low > 0)] = Verdict.HIGHER
    out[known & (difference.high < 0)] = Verdict.LOWER
    out[0] = Verdict.BASE
    return out
