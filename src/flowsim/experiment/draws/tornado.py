"""On which guess a number hangs: what it comes to at the ends of the range of each.

From the draws that fit today, one guess at a time, *the rest then as fits today*: the regression of
what each draw comes to on its standard normal. Draws that fit are tied to one another, so that what
two guesses do together is counted with both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.guesses import P90

Array = npt.NDArray[np.float64]
FEWEST: Final = 100
"""With fewer draws the largest of some fifty slopes is large by chance."""
SURE: Final = 0.05
"""Chance that any guess of all is said to turn a conclusion that none does."""


class Turns(StrEnum):
    """What a guess does to the sign of a difference, within its range."""

    TURNS = "turns"
    """At an end the other sign is sure, among all guesses."""
    MAY = "may turn"
    """At an end the estimate has the other sign."""
    NOT = "does not"
    UNKNOWN = ""
    """Of a level, or a difference of which no sign is known."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What a number comes to at both ends of the range of a guess."""

    name: str
    low: float
    """Where the guess is at its P10."""
    high: float
    """At its P90."""
    error: float
    """Standard error of the swing."""
    crosses: float
    """Standard normal of the guess at which a difference is 0; not a number: not inside its range.
    """
    turns: Turns

    @property
    def swing(self) -> float:
        """How far the ends are apart."""
        return self.high - self.low


def bars(names: Sequence[str], z: Array, values: Array, *, difference: bool) -> list[Bar]:
    """Return a bar for each guess, the largest swing first.

    Parameters
    ----------
    names
        Of the guesses.
    z
        Draws x guesses, standard normals.
    values
        What each draw comes to, not shrunk; not a number where that is not known.
    difference
        Whether its sign says something.
    """
    known = np.isfinite(values)
    found = [
        _bar(name, z[known, i], values[known], len(names), difference=difference)
        for i, name in enumerate(names)
        if known.sum() > 2 and np.ptp(z[known, i]) > 0
    ]
    return sorted(found, key=lambda one: -abs(one.swing))


def _bar(name: str, z: Array, values: Array, among: int, *, difference: bool) -> Bar:
    middle, mean = z.mean(), values.mean()
    apart, n = z - middle, len(z)
    squares = (apart**2).sum()
    slope = (apart @ values) / squares
    rest = np.sqrt(((values - mean - slope * apart) ** 2).sum() / (n - 2))
    ends = [mean + slope * (end - middle) for end in (-P90, P90)]
    errors = [rest * np.sqrt(1 / n + (end - middle) ** 2 / squares) for end in (-P90, P90)]
    at = middle - mean / slope if slope else np.nan
    return Bar(
        name, float(ends[0]), float(ends[1]), float(2 * P90 * rest / np.sqrt(squares)),
        float(at) if difference and abs(at) <= P90 else np.nan,
        _turns(mean, ends, errors, among, n) if difference else Turns.UNKNOWN,
    )  # fmt: skip


def _turns(
    mean: float, ends: Sequence[float], errors: Sequence[float], among: int, n: int
) -> Turns:
    from scipy.special import stdtrit

    if mean == 0:
        return Turns.UNKNOWN
    sure = stdtrit(n - 2, 1 - SURE / (2 * among))
    other = [-np.sign(mean) * end for end in ends]
    if any(end > sure * error for end, error in zip(other, errors, strict=True)):
        return Turns.TURNS
    return Turns.MAY if any(end > 0 for end in other) else Turns.NOT
