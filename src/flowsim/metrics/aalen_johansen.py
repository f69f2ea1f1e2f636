"""Waits as curves: cumulative incidence with competing endings, entered late, ended or not yet.

Aalen and Johansen (1978). A wait is seen from ``entry`` (days already waited when first observed)
to ``exit``; at each time the risk set holds who is seen then: ``entry <= time <= exit``. So someone
who is served at once, or on the very day that we begin to look, is at risk at that moment. Who is
still waiting at the end is censored, never left out.

A curve holds as long as somebody is seen (`Curve.ends`). When the few who are seen from the start
have all ended, it is at 0, and says nothing about those who are seen later. And when all who are
still waiting have been seen for the last time, it stays where it is, and nobody knows how much
longer they wait: the follow-up is shorter than what is asked.

Small cells are pooled: waits of many replications go into one risk set, each with the number of
its replication as ``group``. Sorting is done once; a curve for other weights of the groups (one
resample of replications) is then a matrix product. Its cost grows with the number of different
times: round waits where there are many (`flowsim.experiment.estimates.curves`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.metrics.lives.waits import ENDINGS, PLACED, UNFINISHED

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Late:
    """The days on which waits are first seen that nobody else's wait leads up to, in some group."""

    days: Array
    """Increasing; shape (late,)."""
    before: Array
    """Waits first seen before each; shape (groups, late)."""
    across: Array
    """Those of them that are still seen on that day."""
    until: Array
    """Day on which the last of those before was last seen; none: -inf."""


@dataclass(frozen=True, slots=True)
class RiskSet:
    """Waits, counted at the times at which any of them ended."""

    times: Array
    """Days at which a wait ended other than by censoring, increasing; shape (times,)."""
    at_risk: Array
    """Waits seen at each time; shape (groups, times)."""
    ended: Array
    """Waits that ended at each time, by ending; shape (endings, groups, times)."""
    until: Array
    """Days at which the last wait of each group was last seen; shape (groups,). No wait: -inf."""
    late: Late
    """Where there may be nobody to be seen for a while."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Step functions that jump at ``times`` and hold from there on (right-continuous)."""

    times: Array
    """Days, increasing; shape (times,)."""
    waiting: Array
    """Share still waiting after each time; shape (..., times)."""
    ended: Array
    """Share that has ended up to and at each time, by ending; shape (endings, ..., times)."""
    ends: Array
    """Days from which on the curve says nothing: it came to 0 there and others are seen later, or
    nobody is seen any more of those who wait. Infinite: it holds throughout; shape (...)."""
    left: Array
    """Share of all waits of which nothing is known then; else 0. Where it came to 0, what one of
    those stood for who ended on that day: so who end in one instant leave no more than who end
    shortly after another."""
    short: npt.NDArray[np.bool_]
    """Whether it ends because nobody was followed for longer."""


@dataclass(frozen=True, slots=True)
class Placed:
    """The share that has been placed up to and at each time, as in `Curve`, and until when."""

    share: Array
    """Shape (..., times)."""
    ends: Array
    left: Array
    short: npt.NDArray[np.bool_]


def risk_set(
    entry: npt.ArrayLike,
    exit: npt.ArrayLike,
    ending: npt.ArrayLike,
    *,
    group: npt.ArrayLike | None = None,
    groups: int | None = None,
    weight: npt.ArrayLike | None = None,
) -> RiskSet:
    """Sort and count waits.

    Parameters
    ----------
    entry, exit
        Days since the wait began at which it was first and last seen; shape (n,).
    ending
        Index in `flowsim.metrics.ENDINGS`; shape (n,).
    group
        Number of the group (replication) of each wait; left out: one group.
    groups
        How many groups there are; left out: as many as occur. Give it when some may be empty.
    weight
        Weight of each wait; left out: 1.

    Raises
    ------
    ValueError
        When a wait ends before it is first seen.
    """
    seen, left = np.asarray(entry, dtype=float), np.asarray(exit, dtype=float)
    how = np.asarray(ending, dtype=np.int64)
    if np.any(left < seen):
        raise ValueError("a wait ends before it is first seen")
    mine = np.zeros(len(left), np.int64) if group is None else np.asarray(group, dtype=np.int64)
    count = int(mine.max(initial=0)) + 1 if groups is None else groups
    mass = np.ones(len(left)) if weight is None else np.asarray(weight, dtype=float)

    times = np.unique(left[how != UNFINISHED])
    width = len(times)
    at_exit, at_entry = np.searchsorted(times, left, "right"), np.searchsorted(times, seen, "left")
    coming, going = (
        np.bincount(mine * (width + 1) + at, mass, count * (width + 1)).reshape(count, width + 1)
        for at in (at_entry, at_exit)
    )
    at_risk = np.cumsum(coming - going, axis=1)[:, :width]
    over = how != UNFINISHED
    cell = (how[over] * count + mine[over]) * width + at_exit[over] - 1
    ended: Array = np.bincount(cell, mass[over], len(ENDINGS) * count * width).astype(float)
    until = np.full(count, -np.inf)
    np.maximum.at(until, mine[mass > 0], left[mass > 0])
    late = _late(seen[mass > 0], left[mass > 0], mine[mass > 0], mass[mass > 0], count)
    return RiskSet(times, at_risk, ended.reshape(len(ENDINGS), count, width), until, late)


def _late(seen: Array, left: Array, mine: npt.NDArray[np.int64], mass: Array, count: int) -> Late:
    """Return the days of late entry to which some group has nobody who leads up."""
    days = np.unique(seen[seen > 0])
    width = len(days)
    if not width:
        none = np.empty((count, 0))
        return Late(days, none, none, none)
    after, last = np.searchsorted(days, seen, "right"), np.searchsorted(days, left, "right")
    coming, going = (
        np.bincount(mine * (width + 1) + at, mass, count * (width + 1)).reshape(count, width + 1)
        for at in (after, np.maximum(after, last))
    )
    before: Array = np.cumsum(coming, axis=1, dtype=float)[:, :width]
    across: Array = np.cumsum(coming - going, axis=1, dtype=float)[:, :width]
    until = np.full((count, width + 1), -np.inf)
    np.maximum.at(until, (mine, after), left)
    until = np.maximum.accumulate(until, axis=1)[:, :width]
    some = (across <= _ROUNDING).any(axis=0)
    return Late(days[some], before[:, some], across[:, some], until[:, some])


def incidence(risk: RiskSet, weight: npt.ArrayLike | None = None) -> Curve:
    """Return the cumulative incidence of every ending (Aalen-Johansen).

    Parameters
    ----------
    risk
        The waits.
    weight
        Weight of each group; shape (..., groups). Left out: 1 each, without extra axes.

    Returns
    -------
    Curve
        ``waiting`` and the ``ended`` of all endings add up to 1. A curve without any waits stays
        at 1 waiting.
    """
    return _curve(risk, weight, range(len(risk.ended)))


def offered(risk: RiskSet, weight: npt.ArrayLike | None = None) -> Curve:
    """Return the offered wait (Kaplan-Meier): who gave up, left or withdrew counts as censored.

    The wait of someone who would never give up, if that person waited as the others do. Name it
    so: it is not what people go through. Only ``placed`` can end it.
    """
    return _curve(risk, weight, (PLACED,))


def share_by(curve: Curve, days: float, ending: int = PLACED) -> Array:
    """Return the share that has ended so within ``days``; shape of the curve's extra axes."""
    at = int(np.searchsorted(curve.times, days, side="right"))
    share = curve.ended[ending]
    return np.zeros(share.shape[:-1]) if at == 0 else share[..., at - 1]


def quantile(curve: Curve, share: float, ending: int = PLACED) -> Array:
    """Return the days within which ``share`` of all waits has ended so; infinite: not reached."""
    reached = curve.ended[ending] >= share - REACHED
    first = np.argmax(reached, axis=-1) if len(curve.times) else np.zeros(reached.shape[:-1], int)
    days = np.append(curve.times, np.inf)
    return np.asarray(np.where(reached.any(axis=-1), days[first], np.inf))


def restricted_mean(curve: Curve, days: float) -> Array:
    """Return the mean days of waiting, of each wait only the first ``days``.

    The area under ``waiting``: whatever ends the wait, ends it. Defined also when many are still
    waiting, which a plain mean is not.
    """
    edges = np.minimum(np.concatenate([[0.0], curve.times, [np.inf]]), days)
    ones = np.ones((*curve.waiting.shape[:-1], 1))
    return np.asarray(np.concatenate([ones, curve.waiting], axis=-1) @ np.diff(edges))


def placed(risk: RiskSet, weight: npt.ArrayLike) -> Placed:
    """Return the share that has been placed: a part of `incidence`, in less time and memory."""
    by_group = np.asarray(weight, dtype=float)
    at_risk, counts, waiting, none_left = _waiting(risk, by_group, range(len(risk.ended)))
    until = _ends(risk, by_group, none_left, at_risk, waiting)
    share = counts.get(PLACED, 0.0) * _per_wait(at_risk, waiting)
    return Placed(np.cumsum(share, axis=-1, out=share), *until)


def _curve(risk: RiskSet, weight: npt.ArrayLike | None, endings: Sequence[int]) -> Curve:
    """Return the curve in which only some endings end a wait; the others censor it."""
    by_group = np.ones(len(risk.at_risk)) if weight is None else np.asarray(weight, dtype=float)
    at_risk, counts, waiting, none_left = _waiting(risk, by_group, endings)
    ends, left, short = _ends(risk, by_group, none_left, at_risk, waiting)
    per_wait = _per_wait(at_risk, waiting)
    ended = np.zeros((len(risk.ended), *at_risk.shape))
    for ending, count in counts.items():
        np.cumsum(count * per_wait, axis=-1, out=ended[ending])
    return Curve(risk.times, waiting, ended, ends, left, short)


def _waiting(
    risk: RiskSet, by_group: Array, endings: Sequence[int]
) -> tuple[Array, dict[int, Array], Array, npt.NDArray[np.bool_]]:
    """Return who are at risk, who end so, the share that waits on, and where nobody is left."""
    at_risk = by_group @ risk.at_risk
    counts = {e: by_group @ risk.ended[e] for e in endings if risk.ended[e].any()}
    np.copyto(at_risk, 1.0, where=at_risk <= _ROUNDING)  # nobody is seen, so nothing ends
    waiting = at_risk - sum(counts.values())
    waiting /= at_risk
    np.copyto(waiting, 0.0, where=waiting <= _ROUNDING)
    none_left = waiting == 0
    np.cumprod(waiting, axis=-1, out=waiting)
    return at_risk, counts, waiting, none_left


def _per_wait(at_risk: Array, waiting: Array) -> Array:
    """Return the share of all waits that one wait stands for, at each time."""
    per_wait: Array = 1.0 / at_risk
    per_wait[..., 1:] *= waiting[..., :-1]
    return per_wait


def _ends(
    risk: RiskSet, by_group: Array, none_left: npt.NDArray[np.bool_], at_risk: Array, waiting: Array
) -> tuple[Array, Array, npt.NDArray[np.bool_]]:
    """Return until when a curve holds, of what share nothing is known then, and `Curve.short`."""
    days = np.append(risk.times, np.inf)
    edge = np.ones((*waiting.shape[:-1], 1))
    share = np.concatenate([edge, waiting], axis=-1)  # before each time, and after the last
    first = np.argmax(np.concatenate([none_left, edge > 0], axis=-1), axis=-1)
    last = np.where(by_group > 0, risk.until, -np.inf).max(axis=-1, initial=-np.inf)
    seen = np.minimum(_followed(risk.late, by_group), last)
    short = (seen < days[first]) & (seen > -np.inf)
    ends = np.where(last > days[first], days[first], np.inf)
    each = _at(share, first) / np.maximum(_at(np.concatenate([at_risk, edge], axis=-1), first), 1.0)
    still = _at(share, np.searchsorted(risk.times, seen, side="right"))
    left = np.where(short, still, np.where(np.isfinite(ends), each, 0.0))
    # What happens on the last day is seen.
    return np.where(short, np.nextafter(seen, np.inf), ends), left, short


def _followed(late: Late, by_group: Array) -> Array:
    """Return the last day on which anybody is seen, before some who are seen later."""
    if not len(late.days):
        return np.full(by_group.shape[:-1], np.inf)
    nobody = (by_group @ late.across <= _ROUNDING) & (by_group @ late.before > 0)
    until = np.where(by_group[..., None] > 0, late.until, -np.inf).max(axis=-2)
    return np.asarray(np.where(nobody, until, np.inf).min(axis=-1))


def _at(values: Array, which: npt.NDArray[np.intp]) -> Array:
    return np.take_along_axis(values, np.asarray(which)[..., None], axis=-1)[..., 0]


_ROUNDING: Final = 1e-12
REACHED: Final = 1e-12  # a share is reached that lacks no more
