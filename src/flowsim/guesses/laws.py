"""What a guess may be: its value is the median, its range from P10 to P90.

A two-piece normal: on one side of the median it is as wide as the range says there. It is exact at
all three, on a scale on which nothing that cannot be is ever drawn: the logarithm of what is
positive, the logit of a share; where a range begins at 0, the number itself, cut there; and the
number itself where it may lie below 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from flowsim.errors import EngineError, msg
from flowsim.scenario.number_kinds import Domain

Scale = Literal["log", "logit", "from_0", "any"]
P90: Final = 1.2815515655446004
"""The standard normal below which 90% is."""


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


def _share(logit: float) -> float:
    return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0


def _same(number: float) -> float:
    return number


def _cut(number: float) -> float:
    return max(number, 0.0)


_THERE: Final[dict[Scale, Callable[[float], float]]] = {
    "log": math.log, "logit": _logit, "from_0": _same, "any": _same,
}  # fmt: skip
_BACK: Final[dict[Scale, Callable[[float], float]]] = {
    "log": math.exp, "logit": _share, "from_0": _cut, "any": _same,
}  # fmt: skip
_DOMAIN: Final[dict[Scale, tuple[float, float]]] = {
    "log": (0.0, math.inf), "logit": (0.0, 1.0), "from_0": (-1e-300, math.inf),
    "any": (-math.inf, math.inf),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Law:
    """A number that is guessed, as a function of a standard normal.

    Raises
    ------
    EngineError
        When the value does not lie between the ends, or an end cannot be on the scale.
    """

    low: float
    """P10."""
    value: float
    """The median."""
    high: float
    """P90."""
    scale: Scale

    def __post_init__(self) -> None:
        """Refuse what is no law."""
        least, most = _DOMAIN[self.scale]
        if not least < self.low < self.value < self.high < most:
            raise EngineError(msg("{low} to {high} around {value} is no range of a guess",
                                  low=self.low, high=self.high, value=self.value))  # fmt: skip

    @classmethod
    def of(cls, low: float, value: float, high: float, domain: Domain) -> Law:
        """Return the law on the scale that fits what the number can be."""
        scale: Scale = "log" if low > 0 else "from_0"
        if domain != "positive":
            scale = "any" if domain == "any" else "logit"
        return cls(low, value, high, scale)

    def at(self, z: float) -> float:
        """Return the number at a standard normal: the median at 0, an end at -`P90` or `P90`."""
        there = _THERE[self.scale]
        middle = there(self.value)
        end = there(self.high if z > 0 else self.low)
        return _BACK[self.scale](middle + abs(z) / P90 * (end - middle))
