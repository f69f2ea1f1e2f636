"""Texts and numbers in charts: broken into lines, and written as the language does."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.axis import Axis
from matplotlib.ticker import Formatter, MaxNLocator

from flowsim.report.wording import Wording


def wrap(text: str, width: int) -> str:
    """Break a long text into as few lines as fit the width, about equally long."""
    fewest = len(textwrap.wrap(text, width))
    longest = max(map(len, text.split()), default=1)
    even = (w for w in range(longest, width) if len(textwrap.wrap(text, w)) <= fewest)
    return textwrap.fill(text, next(even, width))


def lines(text: str) -> int:
    """Return how many lines a text takes."""
    return text.count("\n") + 1


class Numbers(Formatter):
    """Writes ticks as the language does, all with the same decimals."""

    def __init__(self, say: Wording) -> None:
        self.say = say

    def __call__(self, value: float, position: int | None = None) -> str:
        """Return the text of one tick by itself."""
        return self.format_ticks([value])[0]

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """Return the texts of all ticks."""
        exact = (d for d in range(6) if np.allclose(values, np.round(values, d), rtol=0, atol=1e-9))
        decimals = next(exact, 6)
        return [self.say.number(value, decimals) for value in values]


def number_axis(axis: Axis, say: Wording, ticks: int = 6) -> None:
    """Give an axis a few round ticks, written as the language does."""
    axis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(Numbers(say))
