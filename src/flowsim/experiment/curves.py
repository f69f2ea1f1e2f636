"""Waits of all replications in one curve, for every scenario, as statistics to resample.

The waits of a cell (a kind, a municipality) are pooled over replications first, and then read off
the curve of Aalen and Johansen: nobody is left out because the wait was not over, and a small
municipality is not judged by the few people of one future.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.calendar import DAYS_PER_WEEK
from flowsim.experiment.estimate import Array, Statistic
from flowsim.metrics import ENDINGS, KINDS, Episodes
from flowsim.metrics.aalen_johansen import (
    RiskSet,
    incidence,
    quantile,
    restricted_mean,
    risk_set,
    share_by,
)
from flowsim.metrics.waits import PLACED

HORIZON_WEEKS: Final = 104
WITHIN_WEEKS: Final = (13, 26, 52)
SMOOTH: Final = ("mean_104_weeks", *(f"placed_within_{weeks}_weeks" for weeks in WITHIN_WEEKS))
"""Mean weeks of waiting, of each wait only the first 104; shares placed (0 to 1)."""
QUANTILES: Final[dict[str, float]] = {"median": 0.5, "p90": 0.9}
"""Weeks within which that share of all waits has ended in a placement; infinite: not reached."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The waits of one cell in one scenario, over all replications."""

    risk: RiskSet
    counts: Array
    """Waits in each replication."""

    @property
    def count(self) -> int:
        """Waits in all."""
        return int(self.counts.sum())


def pool(
    runs: Sequence[Episodes], kind: str, where: Sequence[npt.NDArray[np.bool_]] | None = None
) -> Pool:
    """Put the waits of one kind into one risk set, with a group for each replication.

    Parameters
    ----------
    runs
        One element a replication.
    kind
        Of `flowsim.metrics.KINDS`.
    where
        Which waits of each replication; left out: all. Only those that tables count are taken.

    Notes
    -----
    Waits are rounded to the nearest whole day (to a day late or early alike, so without bias):
    the number of steps of the curve then does not grow with the number of waits.
    """
    code = KINDS.index(kind)
    masks = [one.counts & (one.kind == code) for one in runs]
    if where is not None:
        masks = [mask & more for mask, more in zip(masks, where, strict=True)]
    entry, wait, ending = (
        np.concatenate([getattr(one, name)[mask] for one, mask in zip(runs, masks, strict=True)])
        for name in ("entry", "wait", "ending")
    )
    group = np.repeat(np.arange(len(runs)), [int(mask.sum()) for mask in masks])
    risk = risk_set(np.rint(entry), np.rint(wait), ending, group=group, groups=len(runs))
    others = [e for e in range(len(ENDINGS)) if e != PLACED]
    ended = np.stack([risk.ended[others].sum(axis=0), risk.ended[PLACED]])  # PLACED is row 1
    risk = RiskSet(risk.times, risk.at_risk, ended)
    return Pool(risk, np.bincount(group, minlength=len(runs)).astype(float))


STATISTICS: Final = (*SMOOTH, *QUANTILES)


def statistics(pools: Sequence[Pool]) -> Statistic:
    """Return the numbers of `STATISTICS` of every scenario: scenarios x statistics x resamples."""

    def read(one: Pool, weights: Array) -> Array:
        curve = incidence(one.risk, weights)
        mean = restricted_mean(curve, HORIZON_WEEKS * DAYS_PER_WEEK) / DAYS_PER_WEEK
        within = [share_by(curve, weeks * DAYS_PER_WEEK) for weeks in WITHIN_WEEKS]
        beyond = [quantile(curve, share) / DAYS_PER_WEEK for share in QUANTILES.values()]
        found = np.stack([mean, *within, *beyond])
        found[:, weights @ one.counts == 0] = np.nan  # nobody waited: there is no wait to speak of
        return found

    return lambda weights: np.stack([read(one, weights) for one in pools])
