"""Evidence told apart from chance: draws x futures as a two-way table.

A number differs from draw to draw because guesses do (evidence), from future to future whatever is
guessed, and for the rest by the chance of this draw in this future. More futures make chance
smaller, and leave evidence as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.experiment.estimates.intervals import EQUAL

Array = npt.NDArray[np.float64]
BAND: Final = (0.05, 0.95)
"""What lies in a band of evidence."""
CONFIDENCE: Final = 0.95
SURE: Final = 0.05
"""Chance that evidence is found where there is none."""


@dataclass(frozen=True, slots=True)
class Split:
    """The parts of one number."""

    mean: float
    """Over draws and futures."""
    evidence: float
    """Standard deviation over draws of what a draw comes to."""
    found: bool
    """Whether draws differ by more than chance would make them once in twenty times."""
    futures: float
    """Over futures, in all draws alike."""
    rest: float
    """Of one draw in one future."""
    count: int
    """Futures."""
    draws: Array
    """What each draw comes to, shrunk towards the mean as far as chance moved it; the mean where no
    evidence was found."""

    @property
    def chance(self) -> float:
        """Standard deviation of one future."""
        return float(np.hypot(self.futures, self.rest))

    @property
    def middle_error(self) -> float:
        """Standard error of the mean, of futures that all draws share."""
        return self.futures / float(np.sqrt(self.count))

    @property
    def band(self) -> tuple[float, float]:
        """Between what 90% of the draws come to."""
        low, high = np.quantile(self.draws, BAND)
        return float(low), float(high)

    @property
    def same_sign(self) -> tuple[int, int]:
        """How many draws have the sign of the mean, and how many there are."""
        return int((np.sign(self.draws) == np.sign(self.mean)).sum()), len(self.draws)


def split(values: Array) -> Split | None:
    """Return the parts of a number.

    Parameters
    ----------
    values
        Draws x futures. A draw with a future of which it is not known is left out.

    Returns
    -------
    Split or None
        None with fewer than two draws, or one future.
    """
    from scipy.special import fdtri

    known = values[np.isfinite(values).all(axis=1)]
    draws, futures = known.shape
    if draws < 2 or futures < 2:
        return None
    mean, of_draw, of_future = known.mean(), known.mean(axis=1), known.mean(axis=0)
    left = known - of_draw[:, None] - of_future + mean
    rest = (left**2).sum() / ((draws - 1) * (futures - 1))
    apart = of_draw.var(ddof=1)
    evidence = max(apart - rest / futures, 0.0)
    limit = fdtri(draws - 1, (draws - 1) * (futures - 1), 1 - SURE)
    found = bool(apart * futures > limit * rest and apart > (EQUAL * (1 + abs(mean))) ** 2)
    between = max(of_future.var(ddof=1) - rest / draws, 0.0)
    all_of_it = evidence + rest / futures
    shrink = np.sqrt(evidence / all_of_it) if found else 0.0
    return Split(
        float(mean), float(np.sqrt(evidence)), found, float(np.sqrt(between)), float(np.sqrt(rest)),
        futures, mean + shrink * (of_draw - mean),
    )  # fmt: skip


def share_interval(times: int, of: int) -> tuple[float, float]:
    """Return the 95% interval of a share that was seen so many times (Clopper and Pearson)."""
    from scipy.special import betaincinv

    tail = (1 - CONFIDENCE) / 2
    low = 0.0 if times == 0 else float(betaincinv(times, of - times + 1, tail))
    high = 1.0 if times == of else float(betaincinv(times + 1, of - times, 1 - tail))
    return low, high
