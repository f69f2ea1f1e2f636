"""What is left of a duration of which a part is over."""

from __future__ import annotations

import numpy as np

from flowsim.cohort.quantile import Floats, invert, lognormal_parameters, quantile
from flowsim.scenario.values import Duration


def residual(duration: Duration, elapsed: float, u: Floats) -> Floats:
    """Return quantiles of what is left after ``elapsed``: Q(1 - (1 - u) S(elapsed)) - elapsed.

    Q is the quantile and S the survival function of the duration, so that 0 elapsed gives the
    duration itself, and an exponential one forgets. 0 where nothing lasts that long.
    """
    if duration.family == "exponential" or elapsed <= 0:
        return quantile(duration, u)
    lasts = survival(duration, elapsed)
    if lasts <= 0:
        return np.zeros(u.shape)
    return np.maximum(_exceeded_by(duration, (1 - u) * lasts) - elapsed, 0.0)


def survival(duration: Duration, days: float) -> float:
    """Return the chance that a duration is longer than so many days."""
    from scipy.special import gammaincc, ndtr

    p = duration.parameters
    match duration.family:
        case "constant":
            return float(days < p[0])
        case "exponential":
            return float(np.exp(-days / p[0])) if p[0] else 0.0
        case "gamma":
            shape = 1 / p[1] ** 2
            return float(gammaincc(shape, days * shape / p[0])) if p[0] else 0.0
        case "lognormal":
            if days <= 0 or not p[0]:
                return float(days <= 0)
            mu, sigma = lognormal_parameters(*p)
            return float(ndtr((mu - np.log(days)) / sigma))
        case "uniform":
            return 1.0 if days < p[0] else max(0.0, (p[1] - days) / ((p[1] - p[0]) or 1.0))
        case "triangular":
            return _triangular(p[0], p[1], p[2], days)
        case "hyperexponential":
            return float(_mixture(np.array([days]), p)[0])
        case _:
            raise ValueError(duration.family)


def _exceeded_by(duration: Duration, share: Floats) -> Floats:
    """Return what is exceeded by these shares: the quantile at 1 - share, exact for small ones."""
    from scipy.special import gammainccinv, ndtri

    p = duration.parameters
    match duration.family:
        case "gamma":
            shape = 1 / p[1] ** 2
            return np.asarray(gammainccinv(shape, share) * (p[0] / shape))
        case "lognormal":
            mu, sigma = lognormal_parameters(*p)
            return np.asarray(np.exp(mu - sigma * ndtri(share)))
        case "hyperexponential":
            return invert(lambda x: -_mixture(x, p), 750 * max(p[0], p[1]), -share)
        case _:
            return quantile(duration, 1 - share)


def _triangular(low: float, mode: float, high: float, days: float) -> float:
    if days <= low:
        return float(days < high or days < low)
    if days >= high:
        return 0.0
    if days < mode:
        return 1 - (days - low) ** 2 / ((high - low) * (mode - low))
    return (high - days) ** 2 / ((high - low) * (high - mode))


def _mixture(x: Floats, p: tuple[float, ...]) -> Floats:
    first, second = (np.exp(-x / mean) if mean else 0.0 * x for mean in p[:2])
    return np.asarray(p[2] * first + (1 - p[2]) * second)
