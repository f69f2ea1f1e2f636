"""The laws of durations as `scipy.stats` has them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import stats

from flowsim.scenario.values import Duration


class Mixture:
    """Two exponentials; scipy has no such law."""

    def __init__(self, first: float, second: float, weight: float) -> None:
        self.parts = ((weight, stats.expon(scale=first)), (1 - weight, stats.expon(scale=second)))

    def cdf(self, x: Any) -> Any:
        return sum(weight * law.cdf(x) for weight, law in self.parts)

    def sf(self, x: Any) -> Any:
        return sum(weight * law.sf(x) for weight, law in self.parts)

    def pdf(self, x: Any) -> Any:
        return sum(weight * law.pdf(x) for weight, law in self.parts)


class Point:
    """Always the same length."""

    def __init__(self, length: float) -> None:
        self.length = length

    def sf(self, x: Any) -> Any:
        return np.where(np.asarray(x) < self.length, 1.0, 0.0)


def law_of(duration: Duration) -> Any:
    """Return the law of a duration: cdf, sf, pdf, and ppf where scipy has one."""
    p = duration.parameters
    match duration.family:
        case "constant":
            return Point(p[0])
        case "exponential":
            return stats.expon(scale=p[0])
        case "gamma":
            return stats.gamma(1 / p[1] ** 2, scale=p[0] * p[1] ** 2)
        case "lognormal":
            sigma = math.sqrt(math.log1p(p[1] ** 2))
            return stats.lognorm(sigma, scale=p[0] / math.sqrt(1 + p[1] ** 2))
        case "uniform":
            return stats.uniform(p[0], p[1] - p[0])
        case "triangular":
            return stats.triang((p[1] - p[0]) / (p[2] - p[0]), p[0], p[2] - p[0])
        case "hyperexponential":
            return Mixture(*p)
    raise ValueError(duration.family)
