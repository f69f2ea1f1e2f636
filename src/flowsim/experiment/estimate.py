"""Estimates with intervals, from replications.

A replication is one possible future; replications are independent and, in every scenario, use the
same chance. So what is uncertain is which futures were drawn, not which people, and a difference
between two scenarios is that within each future: it is paired.

Every statistic is a function of weights, one weight a replication: left out, as it is, or drawn
twice. Means, ratios and waits pooled over replications get Student's interval on the
pseudo-values of the jackknife, which for a mean is the plain t interval; quantiles the percentile
bootstrap (docs/decisions/0018-intervals-and-verdicts.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Statistic = Callable[[Array], Array]
"""From weights (resamples x replications) to values (... x resamples)."""

CONFIDENCE: Final = 0.95
RESAMPLES: Final = 999
RESAMPLES_OF_A_CELL: Final = 499
"""For each municipality or year: there are many, and their intervals are wide."""
SEED: Final = 20_260_101
"""Of the resampling alone; fixed, so that the same runs always give the same intervals."""
FEWEST: Final = 3
"""With fewer replications there is no interval and no verdict."""
FEW: Final = 20
"""With fewer replications no quantile has an interval and no difference is called clear."""
RARE: Final = 10
"""Where most futures share one value and fewer than these differ from it, no interval holds."""
_EQUAL: Final = 1e-9
"""Relative distance up to which values count as equal: they differ by rounding alone."""


class Verdict(StrEnum):
    """What a paired difference with the base says (`flowsim.experiment.verdicts.judge`)."""

    BASE = "base"
    EXACT = "exact"
    """The difference is 0 in every future."""
    NONE = "none"
    """Nothing can be said: too few futures, too few that differ, or a value that is not known."""
    SAME = "same"
    """As good as equal: the whole interval is smaller than what matters."""
    CLOSE = "close"
    """Too close to call: the interval contains 0, and differences that matter."""
    SLIGHT = "slight"
    """The direction is sure; the estimate is smaller than what matters."""
    LIKELY = "likely"
    """The direction is sure for this line alone, but not among all lines, or futures are few."""
    CLEAR = "clear"
    """The direction is sure among all lines of the table, and the difference matters."""


class Reason(StrEnum):
    """Why a number has no interval, or is not there at all."""

    KNOWN = ""
    FEW = "too few futures"
    RARE = "too few futures differ"
    SHARED = "the same in every future"
    """It may be another in a future that was not drawn: no interval of width 0 says how sure."""
    NOT_REACHED = "not reached"
    UNSEEN = "all who were seen from the start had left while others still waited"
    """Late entry: the curve of waiting came to 0 before others were first seen."""


class Direction(StrEnum):
    """The sign of a difference that is sure of its sign."""

    HIGHER = "higher"
    LOWER = "lower"
    UNSURE = ""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate, its 95% interval and the range of one future; arrays of one shape.

    ``low`` and ``high`` (how well the mean is known) and ``p10`` and ``p90`` (what one future may
    bring) are nan where they are not known. An infinite value was not reached.
    """

    value: Array
    low: Array
    high: Array
    p10: Array
    p90: Array
    differs_in: Array
    """Replications that differ from the value that most, or all, of them share (``common``), where
    that is why there is no interval; nan elsewhere. Which have no value, and change nothing in that
    of all together, do not differ."""
    common: Array
    """That value; nan where ``differs_in`` is, or where most replications have no value."""

    @property
    def shared(self) -> npt.NDArray[np.bool_]:
        """Which are the same in every future."""
        return np.asarray(self.differs_in == 0)


@dataclass(frozen=True, slots=True)
class Estimates:
    """Estimates of every scenario and their paired differences with the first, the base.

    All arrays are scenarios x statistics; the differences of the base with itself are nan.
    """

    own: Interval
    difference: Interval
    p: Array
    """Chance of a difference at least this large where there is none; nan where there is nothing
    to test: no interval, or the same in every future."""

    @property
    def verdict(self) -> npt.NDArray[np.object_]:
        """What the interval of each difference says by itself, whatever its size.

        `Direction.HIGHER` or `Direction.LOWER` where it leaves out 0; elsewhere the `Verdict` that
        says why not: CLOSE, EXACT, NONE or BASE. What matters, and how many lines are looked at
        together, is for `flowsim.experiment.verdicts.judge`.
        """
        value, shared = self.difference.value, self.difference.shared
        known = np.isfinite(value)
        low, high = (
            np.where(known, np.where(shared, value, a), np.nan)
            for a in (self.difference.low, self.difference.high)
        )
        said: list[StrEnum] = [Verdict.BASE, Direction.HIGHER, Direction.LOWER, Verdict.EXACT]
        base = np.zeros(low.shape, dtype=bool)
        base[0] = True
        when = [base, low > 0, high < 0, (low == 0) & (high == 0), (low <= 0) & (high >= 0)]
        which = np.select(when, range(5), 5)
        out: npt.NDArray[np.object_] = np.empty(6, dtype=object)
        out[:] = [*said, Verdict.CLOSE, Verdict.NONE]
        return np.asarray(out[which])


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
    least: npt.ArrayLike = -np.inf,
    most: npt.ArrayLike = np.inf,
) -> Estimates:
    """Estimate a statistic of every scenario and its paired difference with the base.

    Parameters
    ----------
    statistic
        From weights to scenarios x statistics x resamples; the base is scenario 0.
    replications
        How many there are. With fewer than `FEWEST` there is no interval.
    smooth
        Whether each statistic moves smoothly with the weights (means, shares, areas): then
        Student's interval. A quantile does not, its jackknife says nothing, and it may be
        infinite: then the percentile interval, from `FEW` replications up.
    resamples
        How many times the replications are drawn anew, for quantiles.
    least, most
        What each statistic can be at all: the ends of its own interval are cut there.
    """
    n, both = replications, _with_differences(statistic)
    value, each = both(np.ones((1, n)))[..., 0], both(np.eye(n))
    pseudo = _pseudo_values(both, value, n)
    plain = np.broadcast_to(~np.asarray(smooth), value.shape)
    low, high, p = _student(pseudo, value)
    if plain.any():
        ends = _percentile(both, value, n, resamples)
        low, high, p = (np.where(plain, a, b) for a, b in zip(ends, (low, high, p), strict=True))
    low[0], high[0] = np.clip(low[0], least, most), np.clip(high[0], least, most)

    differs_in, common = _apart(_told_apart(each, pseudo, value))
    shared = (n >= FEWEST) & (differs_in == 0) & np.isfinite(common)
    told = shared | ((n >= FEWEST) & ~plain & (differs_in > 0) & (differs_in < RARE))
    p = np.where(told, np.where(shared & (value != 0), 0.0, np.nan), p)
    low, high = np.where(told, np.nan, low), np.where(told, np.nan, high)
    differs_in, common = np.where(told, differs_in, np.nan), np.where(told, common, np.nan)
    p10, p90 = bounds(each, 0.1, 0.9) if n > 1 else 2 * [np.full(value.shape, np.nan)]
    own, difference = (
        Interval(*(a[i] for a in (value, low, high, p10, p90, differs_in, common))) for i in (0, 1)
    )
    return Estimates(own, difference, p[1])


def _with_differences(statistic: Statistic) -> Statistic:
    """Return a statistic with its paired differences with the base: 2 x that of ``statistic``.

    A difference of no more than rounding is 0; that of the base with itself is not a number.
    """

    def both(weights: Array) -> Array:
        own = statistic(weights)
        with np.errstate(invalid="ignore"):
            difference = own - own[:1]
            noise = _EQUAL * (1 + np.abs(own))
            difference[np.isfinite(own) & (np.abs(difference) <= noise)] = 0.0
        difference[0] = np.nan
        return np.stack([own, difference])

    return both


def _pseudo_values(statistic: Statistic, value: Array, n: int) -> Array:
    """Return what each replication adds to the value of all (the jackknife): ... x replications."""
    if n < FEWEST:
        return np.full((*value.shape, n), np.nan)
    with np.errstate(invalid="ignore"):
        return np.asarray(n * value[..., None] - (n - 1) * statistic(1.0 - np.eye(n)))


def _told_apart(each: Array, pseudo: Array, value: Array) -> Array:
    """Return each value, or what adds to that of all: what one cannot tell is no shared value."""
    with np.errstate(invalid="ignore"):
        noise = _EQUAL * each.shape[-1] * (1 + np.abs(value))
        moves = np.abs(pseudo - value[..., None]) > noise[..., None]
    return np.where(np.isnan(each) & moves, pseudo, each)


def _student(pseudo: Array, value: Array) -> tuple[Array, Array, Array]:
    """Return the ends of Student's interval on pseudo-values, and the chance of a 0 beyond it."""
    from scipy.special import stdtr, stdtrit

    n = pseudo.shape[-1]
    if n < FEWEST:
        nothing = np.full(value.shape, np.nan)
        return nothing, nothing, nothing
    with np.errstate(invalid="ignore", divide="ignore"):
        error = pseudo.std(axis=-1, ddof=1) / np.sqrt(n)
        error = np.where(error <= _EQUAL * (1 + np.abs(value)), 0.0, error)
        half = stdtrit(n - 1, (1 + CONFIDENCE) / 2) * error
        p = 2 * stdtr(n - 1, -np.abs(value) / error)
    return value - half, value + half, np.asarray(p)


def _percentile(
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


def _apart(each: Array) -> tuple[Array, Array]:
    """Return how many replications differ from a value that most of them share, and that value.

    At least `FEWEST` must share it; a replication without a value does not differ from it. Where
    most have none and no value is so common, those with a value are counted. Not a number where
    neither is so.
    """
    n = each.shape[-1]
    listed = np.sort(each, axis=-1)
    before, after = listed[..., :-1], listed[..., 1:]
    with np.errstate(invalid="ignore"):
        alike = (after == before) | (after - before <= _EQUAL * (1 + np.abs(after)))
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
