"""From uniforms to durations, by the inverse of the distribution function."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from flowsim.scenario.values import Duration

Floats = npt.NDArray[np.float64]


def quantile(duration: Duration, u: Floats) -> Floats:
    """Return the quantiles of a duration at probabilities ``u``; same shape, same unit."""
    p = duration.parameters
    match duration.family:
        case "constant":
            return np.full(u.shape, p[0])
        case "exponential":
            return -p[0] * np.log1p(-u)
        case "gamma":
            from scipy.special import gammaincinv

            shape = 1 / p[1] ** 2
            return np.asarray(gammaincinv(shape, u) * (p[0] / shape))
        case "lognormal":
            mu, sigma = lognormal_parameters(*p)
            return _lognormal(mu, sigma, u)
        case "uniform":
            return p[0] + u * (p[1] - p[0])
        case "triangular":
            return _triangular(p[0], p[1], p[2], u)
        case "hyperexponential":
            return invert(lambda x: _hyper_below(x, p), 60 * max(p[0], p[1]), u)
        case _:
            raise ValueError(duration.family)


def length_biased(duration: Duration, u: Floats) -> Floats:
    """Return quantiles of the stay that a person met on a random day is in.

    Long stays are met more often: the density is proportional to length x density (inspection
    paradox). Times a uniform it is the time that remains.
    """
    p = duration.parameters
    match duration.family:
        case "constant":
            return np.full(u.shape, p[0])
        case "exponential" | "gamma":
            from scipy.special import gammaincinv

            shape = 1.0 if duration.family == "exponential" else 1 / p[1] ** 2
            return np.asarray(gammaincinv(shape + 1, u) * (p[0] / shape))
        case "lognormal":
            mu, sigma = lognormal_parameters(*p)
            return _lognormal(mu + sigma**2, sigma, u)
        case "uniform":
            return np.sqrt(p[0] ** 2 + u * (p[1] ** 2 - p[0] ** 2))
        case _:
            return _length_biased_numerically(duration, u)


def lognormal_parameters(mean: float, cv: float) -> tuple[float, float]:
    """Return the mean and standard deviation of the logarithm."""
    sigma2 = math.log1p(cv * cv)
    return math.log(mean) - sigma2 / 2, math.sqrt(sigma2)


def _lognormal(mu: float, sigma: float, u: Floats) -> Floats:
    from scipy.special import ndtri

    return np.asarray(np.exp(mu + sigma * ndtri(u)))


def _triangular(low: float, mode: float, high: float, u: Floats) -> Floats:
    if high == low:
        return np.full(u.shape, low)
    split = (mode - low) / (high - low)
    rising = low + np.sqrt(u * (high - low) * (mode - low))
    falling = high - np.sqrt((1 - u) * (high - low) * (high - mode))
    return np.asarray(np.where(u < split, rising, falling), dtype=np.float64)


def _hyper_below(x: Floats, p: tuple[float, ...]) -> Floats:
    return 1 - p[2] * np.exp(-x / p[0]) - (1 - p[2]) * np.exp(-x / p[1])


def invert(below: Callable[[Floats], Floats], high: float, u: Floats) -> Floats:
    """Invert an increasing distribution function by bisection (relative error 1e-13)."""
    lower, upper = np.zeros(u.shape), np.full(u.shape, high)
    for _ in range(60):
        middle = (lower + upper) / 2
        under = below(middle) < u
        lower, upper = np.where(under, middle, lower), np.where(under, upper, middle)
    return np.asarray((lower + upper) / 2)


def _length_biased_numerically(duration: Duration, u: Floats) -> Floats:
    return np.asarray(np.interp(u, *_length_biased_table(duration)))


@functools.cache
def _length_biased_table(duration: Duration) -> tuple[Floats, Floats]:
    grid = quantile(duration, (np.arange(20_000) + 0.5) / 20_000)
    weight = np.cumsum(grid)
    return (weight - grid / 2) / weight[-1], grid
