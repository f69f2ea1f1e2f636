"""Waits of all replications in curves, for every scenario, as statistics to resample.

The waits of a cell (a kind, a municipality) are pooled over replications first, and then read off
curves of Aalen and Johansen: nobody is left out because the wait was not over, and a small
municipality is not judged by the few people of one future.

People who wait for one thing say nothing about those who wait for another. So there is a curve for
each housing variant that the award names first and each that is held, and the curve of the cell is
their mean, by the waits that begin in the window: the curve of a new wait. Who waited on day 0 for
what nobody new asks for has the curve of new people of the same support level, and where there are
none either, these persons count. Where one of them came to 0 while others were still to be seen, or
where nobody was followed for longer of those who wait, nothing is known from there on of the share
that was left; a number that this could move by more than `LITTLE_WEEKS` or `LITTLE_SHARE` is not a
number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from flowsim.calendar import DAYS_PER_WEEK
from flowsim.experiment.estimates.intervals import Array, Statistic
from flowsim.metrics import ENDINGS, KINDS, Episodes
from flowsim.metrics.aalen_johansen import (
    Curve,
    Placed,
    RiskSet,
    incidence,
    quantile,
    restricted_mean,
    risk_set,
    share_by,
)
from flowsim.metrics.lives.waits import PLACED

HORIZON_WEEKS: Final = 104
WITHIN_WEEKS: Final = (13, 26, 52)
SMOOTH: Final = ("mean_104_weeks", *(f"placed_within_{weeks}_weeks" for weeks in WITHIN_WEEKS))
"""Mean weeks of waiting, of each wait only the first 104; shares placed (0 to 1)."""
QUANTILES: Final[dict[str, float]] = {"median": 0.5, "p90": 0.9}
"""Weeks within which that share of all waits has ended in a placement; infinite: not reached."""
STATISTICS: Final = (*SMOOTH, *QUANTILES)
EXACT_TIMES: Final = 1_000
"""With more different waits than these in a curve, they are rounded (`rounded`)."""
LITTLE_WEEKS: Final = 0.5
LITTLE_SHARE: Final = 0.01
"""Half of what matters: so much of a number may be unknown."""
_FINE: Final = 6
"""Rounded within 2^-6 of the wait, and never coarser than a day."""
_FINEST: Final = -10
_MANY: Final = 1_000
"""More than there are variants."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The waits of one cell in one scenario, over all replications."""

    strata: tuple[RiskSet, ...]
    """By what is wanted and what is held."""
    counts: Array
    """What each stratum weighs in each replication: waits that begin in the window, or else who
    waited at its start; strata x replications."""

    @property
    def count(self) -> int:
        """Waits in all that weigh."""
        return int(self.counts.sum())


def pool(
    runs: Sequence[Episodes], kind: str, where: Sequence[npt.NDArray[np.bool_]] | None = None
) -> Pool:
    """Put the waits of one kind into risk sets, with a group for each replication.

    Parameters
    ----------
    runs
        One element a replication.
    kind
        Of `flowsim.metrics.KINDS`.
    where
        Which waits of each replication; left out: all. Only those that tables count are taken.
    """
    code = KINDS.index(kind)
    masks = [one.counts & (one.kind == code) for one in runs]
    if where is not None:
        masks = [mask & more for mask, more in zip(masks, where, strict=True)]
    entry, wait, ending, variant, held, level = (
        np.concatenate([getattr(one, name)[mask] for one, mask in zip(runs, masks, strict=True)])
        for name in ("entry", "wait", "ending", "variant", "held", "level")
    )
    group = np.repeat(np.arange(len(runs)), [int(mask.sum()) for mask in masks])
    return pool_of(entry, wait, ending, np.stack([variant, held, level]), group, len(runs))


def pool_of(
    entry: Array,
    wait: Array,
    ending: npt.NDArray[np.int8],
    about: npt.NDArray[Any],
    group: npt.NDArray[np.intp],
    runs: int,
) -> Pool:
    """Put waits into risk sets by variant wanted and held; a group is a replication.

    ``about``: variant wanted, held, support level.
    """
    new = entry <= 0
    code = _borrowed(about.astype(np.int64), new)
    strata, counts = [], []
    for one in np.flatnonzero(np.bincount(code)):
        mine = np.flatnonzero(code == one)
        strata.append(_risk_set(entry[mine], wait[mine], ending[mine], group[mine], runs))
        weigh = mine[new[mine]] if new[mine].any() else mine
        counts.append(np.bincount(group[weigh], minlength=runs).astype(float))
    return Pool(tuple(strata), np.array(counts).reshape(len(strata), runs))


def _borrowed(about: npt.NDArray[np.int64], new: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Return the stratum of each wait.

    Who waits for what nobody new asks for joins the largest stratum of new people who have the
    same support level and hold the same: an award in another order makes nobody's wait longer.
    """
    variant, held, level = about
    code: npt.NDArray[np.int64] = (variant + 1) * _MANY + held + 1
    alone = ~np.isin(code, code[new])
    for one in np.unique((level * _MANY + held + 1)[alone]):
        alike = level * _MANY + held + 1 == one
        if (alike & new).any():
            code[alone & alike] = np.argmax(np.bincount(code[alike & new]))
    return code


def _risk_set(
    entry: Array, wait: Array, ending: npt.NDArray[np.int8], group: npt.NDArray[np.intp], runs: int
) -> RiskSet:
    """Count waits, with two endings: another (0) and placed (1)."""
    if len(np.unique(wait)) > EXACT_TIMES:
        entry, wait = rounded(entry), rounded(wait)
    risk = risk_set(entry, wait, ending, group=group, groups=runs)
    others = [e for e in range(len(ENDINGS)) if e != PLACED]
    ended = np.stack([risk.ended[others].sum(axis=0), risk.ended[PLACED]])  # PLACED is row 1
    return replace(risk, ended=ended)


def rounded(days: Array) -> Array:
    """Put waits in the middle of a sixty-fourth of their length, and from 64 days on of a day.

    What is at an edge, such as a whole number of days, stays there. So as many waits are made
    longer as shorter, nobody comes to the other side of a number of weeks, and however many waits
    there are, a curve has some thousands of steps at most.
    """
    octave = np.floor(np.log2(np.maximum(days, 2.0**_FINEST)))
    step = 2.0 ** np.clip(octave - _FINE, _FINEST, 0)
    below = np.floor(days / step) * step
    return np.asarray(np.where(days == below, days, below + step / 2))


def statistics(pools: Sequence[Pool]) -> Statistic:
    """Return the numbers of `STATISTICS` of every scenario: scenarios x statistics x resamples."""
    return lambda weights: np.stack([_held(one, weights) for one in pools])


def _held(one: Pool, weights: Array) -> Array:
    """Return the numbers of one cell: statistics x resamples.

    Whether people were followed for long enough is for all futures together to tell. A resample of
    several of them, of which by chance nobody was, has the number that it would have if who was
    seen for the last time goes on waiting; a future by itself has none.
    """
    found = _read(one, weights)
    if (lost := lost_by_chance(found, weights)).any():
        known = ~np.isnan(_read(one, np.ones((1, weights.shape[1]))))
        found = np.where(lost & known, _read(one, weights, as_if_followed=True), found)
    return found


def lost_by_chance(found: Array, weights: Array) -> npt.NDArray[np.bool_]:
    """Tell which numbers (statistics x resamples) of several futures are not known."""
    several = np.count_nonzero(weights > 0, axis=1) > 1
    return np.asarray(np.isnan(found) & several)


def not_followed(pools: Sequence[Pool]) -> npt.NDArray[np.bool_]:
    """Tell which numbers of every scenario are not known for want of follow-up alone."""
    out = []
    for one in pools:
        all_of_them = np.ones((1, one.counts.shape[1]))
        whole = _read(one, all_of_them, as_if_followed=True)
        out.append(np.isnan(_read(one, all_of_them)) & ~np.isnan(whole))
    return np.stack(out)[..., 0]


def _read(one: Pool, weights: Array, *, as_if_followed: bool = False) -> Array:
    """Return the numbers of one cell: statistics x resamples.

    ``as_if_followed``: whether what nobody was followed for is taken to stay as it is.
    """
    parts, total = shares(one, weights)
    times = np.unique(np.concatenate([np.empty(0), *(risk.times for risk in one.strata)]))
    steps = np.zeros((len(weights), len(times)))
    plain = np.zeros((len(SMOOTH), len(weights)))
    unknown = Unknown()
    for risk, part in zip(one.strata, parts, strict=True):
        curve = incidence(risk, weights)
        plain += part * _plain(curve)
        unknown.add(part, curve, as_if_followed=as_if_followed)
        jumps = np.diff(curve.ended[PLACED], prepend=0.0, axis=-1)
        steps[:, np.searchsorted(times, risk.times)] += jumps * part[:, None]
    placed = np.cumsum(steps, axis=-1)[None]
    none = np.zeros(len(weights))
    mixed = Curve(times, steps, placed, none + np.inf, none, none > 0)
    beyond = np.stack([quantile(mixed, level, 0) for level in QUANTILES.values()])
    horizon = HORIZON_WEEKS * DAYS_PER_WEEK
    for row, weeks in enumerate(WITHIN_WEEKS):
        plain[1 + row, _unknown(unknown.lost, weeks * DAYS_PER_WEEK) > LITTLE_SHARE] = np.nan
    weeks_lost = sum(part * np.maximum(horizon - ends, 0) for ends, part in unknown.lost)
    plain[0, weeks_lost / DAYS_PER_WEEK > LITTLE_WEEKS] = np.nan
    found = np.concatenate([plain, unknown.known(beyond) / DAYS_PER_WEEK])
    found[:, total == 0] = np.nan
    return found


def shares(one: Pool, weights: Array) -> tuple[Array, Array]:
    """Return what share each stratum is of all that weighs, and that: (strata x) resamples."""
    mass = one.counts @ weights.T
    total = mass.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = mass / total  # nan where nobody waited: there is no wait to speak of
    return np.where(mass > 0, share, 0.0), total


class Unknown:
    """Of each stratum: from which day on nothing is known, and of which share of all waits."""

    def __init__(self) -> None:
        self.lost: list[tuple[Array, Array]] = []
        self.seen: list[tuple[Array, Array]] = []
        """The same without what nobody was followed for."""

    def add(self, part: Array, curve: Curve | Placed, *, as_if_followed: bool) -> None:
        """Note what a curve, of ``part`` of all waits, does not say."""
        (gone := part * curve.left)[curve.short & as_if_followed] = 0.0
        self.lost.append((curve.ends, gone))
        self.seen.append((curve.ends, np.where(curve.short, 0.0, gone)))

    def known(self, days: Array) -> Array:
        """Return days of quantiles, not a number where too much is unknown by then."""
        out = days.copy()
        for row in out:
            # What is not reached as far as anybody was followed, is not reached.
            little = np.where(np.isinf(row), _unknown(self.seen, row), _unknown(self.lost, row))
            row[little > LITTLE_SHARE] = np.nan
        return out


def _unknown(lost: Sequence[tuple[Array, Array]], days: float | Array) -> Array:
    """Return the share of all waits of which nothing is known at a day."""
    return np.asarray(sum(part * (np.isfinite(ends) & (ends <= days)) for ends, part in lost))


def _plain(curve: Curve) -> Array:
    """Return the numbers of `SMOOTH` of a curve: numbers x resamples."""
    mean = restricted_mean(curve, HORIZON_WEEKS * DAYS_PER_WEEK) / DAYS_PER_WEEK
    within = [share_by(curve, weeks * DAYS_PER_WEEK) for weeks in WITHIN_WEEKS]
    return np.stack([mean, *within])
