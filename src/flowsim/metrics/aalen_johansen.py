"""Waits as curves: cumulative incidence with competing endings, entered late, ended or not yet.

Aalen and Johansen (1978). A wait is seen from ``entry`` (days already waited when first observed)
to ``exit``; at each time the risk set holds who is seen then: ``entry <= time <= exit``. So someone
who is served at once, or on the very day that we begin to look, is at risk at that moment. Who is
still waiting at the end is censored, never left out.

Small cells are pooled: waits of many replications go into one risk set, each with the number of
its replication as ``group``. Sorting is done once; a curve for other weights of the groups (one
resample of replications) is then a matrix product. Its cost grows with the number of different
times: round waits to whole days where there are many.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.metrics.waits import ENDINGS, PLACED, UNFINISHED

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RiskSet:
    """Waits, counted at the times at which any of them ended."""

    times: Array
    """Days at which a wait ended other than by censoring, increasing; shape (times,)."""
    at_risk: Array
    """Waits seen at each time; shape (groups, times)."""
    ended: Array
    """Waits that ended at each time, by ending; shape (endings, groups, times)."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Step functions that jump at ``times`` and hold from there on (right-continuous)."""

    times: Array
    """Days, increasing; shape (times,)."""
    waiting: Array
    """Share still waiting after each time; shape (..., times)."""
    ended: Array
    """Share that has ended up to and at each time, by ending; shape (endings, ..., times)."""


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
    return RiskSet(times, at_risk, ended.reshape(len(ENDINGS), count, width))


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
    at_risk, ended = _weighted(risk, weight)
    return _curve(risk.times, at_risk, ended)


def offered(risk: RiskSet, weight: npt.ArrayLike | None = None) -> Curve:
    """Return the offered wait (Kaplan-Meier): who gave up, left or withdrew counts as censored.

    The wait of someone who would never give up, if that person waited as the others do. Name it
    so: it is not what people go through. Only ``placed`` can end it.
    """
    at_risk, ended = _weighted(risk, weight)
    ended[[e for e in range(len(ENDINGS)) if e != PLACED]] = 0.0
    return _curve(risk.times, at_risk, ended)


def share_by(curve: Curve, days: float, ending: int = PLACED) -> Array:
    """Return the share that has ended so within ``days``; shape of the curve's extra axes."""
    at = int(np.searchsorted(curve.times, days, side="right"))
    share = curve.ended[ending]
    return np.zeros(share.shape[:-1]) if at == 0 else share[..., at - 1]


def quantile(curve: Curve, share: float, ending: int = PLACED) -> Array:
    """Return the days within which ``share`` of all waits has ended so; infinite: not reached."""
    reached = curve.ended[ending] >= share - _ROUNDING
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


def _weighted(risk: RiskSet, weight: npt.ArrayLike | None) -> tuple[Array, Array]:
    by_group = np.ones(risk.at_risk.shape[0]) if weight is None else np.asarray(weight, dtype=float)
    return by_group @ risk.at_risk, np.stack([by_group @ one for one in risk.ended])


def _curve(times: Array, at_risk: Array, ended: Array) -> Curve:
    total = ended.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.where(at_risk > _ROUNDING, ended / at_risk, 0.0)
        stays = np.where(at_risk > _ROUNDING, 1.0 - total / at_risk, 1.0)
    waiting = np.cumprod(np.clip(stays, 0.0, 1.0), axis=-1)
    ones = np.ones((*waiting.shape[:-1], 1))
    until = np.concatenate([ones, waiting[..., :-1]], axis=-1) if len(times) else waiting
    return Curve(times, waiting, np.cumsum(until * hazard, axis=-1))


_ROUNDING: Final = 1e-12
