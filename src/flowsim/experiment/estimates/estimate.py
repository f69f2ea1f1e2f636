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

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.experiment.estimates.intervals import (
    EQUAL,
    FEWEST,
    RARE,
    Array,
    Statistic,
    apart,
    bounds,
    percentile,
    pseudo_values,
    student,
    told_apart,
)

RESAMPLES: Final = 999
RESAMPLES_OF_A_CELL: Final = 499
"""For each municipality or year: there are many, and their intervals are wide."""


class Verdict(StrEnum):
    """What a paired difference with the base says (`flowsim.experiment.tables.verdicts.judge`)."""

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
    SHORT = "not followed for so long"
    """Too many are still waiting when the run ends, before the wait that is asked about."""


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
        together, is for `flowsim.experiment.tables.verdicts.judge`.
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
    paths: Sequence[int] | None = None,
    quantiles: Statistic | None = None,
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
    paths
        The path of the burn-in that each replication starts from. Those of one path share its
        today: what a scenario itself is, is known no better than the paths tell. Differences
        within replications share it too.
    quantiles
        Those of ``statistic`` that are not smooth, in its order, where that is less work.
    """
    n, both = replications, _with_differences(statistic)
    value, each = both(np.ones((1, n)))[..., 0], both(np.eye(n))
    pseudo = pseudo_values(both, value, n)
    plain = np.broadcast_to(~np.asarray(smooth), value.shape)
    drawn = np.flatnonzero(np.broadcast_to(~np.asarray(smooth), value.shape[-1:]))
    low, high, p = (
        np.stack(two)
        for two in zip(
            student(pseudo[0], value[0], paths), student(pseudo[1], value[1]), strict=True
        )
    )
    if len(drawn):
        some = _with_differences(quantiles or (lambda weights: statistic(weights)[:, drawn]))
        ends = percentile(some, value[..., drawn], n, resamples)
        for whole, part in zip((low, high, p), ends, strict=True):
            whole[..., drawn] = part
    low[0], high[0] = np.clip(low[0], least, most), np.clip(high[0], least, most)
    p10, p90 = bounds(each, 0.1, 0.9) if n > 1 else 2 * [np.full(value.shape, np.nan)]
    shared = apart(told_apart(_nothing_apart(each, pseudo, value), pseudo, value))
    found = Interval(value, low, high, p10, p90, *shared)
    return _where_it_holds(found, p, plain, n)


def _nothing_apart(each: Array, pseudo: Array, value: Array) -> Array:
    """Return each value, with 0 for differences where nothing differs at all.

    Where a future by itself has no number, or does not reach it, in neither scenario, its own
    difference is not known; but when all futures together have none either, it is none.
    """
    own, base = each[0], each[0, :1]
    alike = ((own == base) | (np.isnan(own) & np.isnan(base))).all(axis=-1)
    alike &= (value[1] == 0) & ((pseudo[1] == 0) | np.isnan(pseudo[1])).all(axis=-1)
    out = each.copy()
    out[1][alike] = 0.0
    return out


def _where_it_holds(found: Interval, p: Array, plain: npt.NDArray[np.bool_], n: int) -> Estimates:
    """Leave out the intervals of what all, or nearly all, of ``n`` replications share.

    The first axis: of each scenario itself, and of the differences.
    """
    differs_in, common = found.differs_in, found.common
    shared = (n >= FEWEST) & found.shared & np.isfinite(common)
    told = shared | ((n >= FEWEST) & ~plain & (differs_in > 0) & (differs_in < RARE))
    p = np.where(told, np.where(shared & (found.value != 0), 0.0, np.nan), p)
    low, high = np.where(told, np.nan, found.low), np.where(told, np.nan, found.high)
    differs_in, common = np.where(told, differs_in, np.nan), np.where(told, common, np.nan)
    listed = found.value, low, high, found.p10, found.p90, differs_in, common
    own, difference = (Interval(*(a[i] for a in listed)) for i in (0, 1))
    return Estimates(own, difference, p[1])


def _with_differences(statistic: Statistic) -> Statistic:
    """Return a statistic with its paired differences with the base: 2 x that of ``statistic``.

    A difference of no more than rounding is 0; that of the base with itself is not a number.
    """

    def both(weights: Array) -> Array:
        own = statistic(weights)
        with np.errstate(invalid="ignore"):
            difference = own - own[:1]
            noise = EQUAL * (1 + np.abs(own))
            difference[np.isfinite(own) & (np.abs(difference) <= noise)] = 0.0
        difference[0] = np.nan
        return np.stack([own, difference])

    return both
