"""A Latin hypercube: few points that cover the whole range of every lever."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

DIGITS: Final = 4
"""Of a drawn number that is not whole, at least."""


def latin_hypercube(
    ranges: Sequence[tuple[float, float]], count: int, seed: int
) -> list[tuple[float, ...]]:
    """Draw points such that each of ``count`` equal parts of every range holds one value.

    A range between two whole numbers gives whole numbers, both ends included: as often as each
    other, as far as ``count`` allows. A range that is written with a point (``36.0``) gives others
    too.

    Parameters
    ----------
    ranges
        Lowest and highest of each lever.
    count
        How many points.
    seed
        The same seed gives the same points.
    """
    chance = np.random.default_rng(seed)
    columns = []
    for low, high in ranges:
        shares = (chance.permutation(count) + chance.random(count)) / count
        columns.append([_at(low, high, share) for share in shares.tolist()])
    return list(zip(*columns, strict=True))


def _at(low: float, high: float, share: float) -> float:
    """Return the number at a share of a range, with no more digits than it needs."""
    if isinstance(low, int) and isinstance(high, int):
        return min(low + int(share * (high - low + 1)), high)
    digits = max(DIGITS, 5 - math.floor(math.log10(high - low)))
    value: float = round(low + share * (high - low), digits)
    if round(value, 3) == value and value < high:  # such as 1.045, taken for 1045
        return round(value + 10.0**-digits, digits)
    return value
