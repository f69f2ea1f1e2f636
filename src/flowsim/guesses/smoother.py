"""Draws moved to what is counted: an ensemble smoother with several passes (ES-MDA).

Of draws of all guesses one in some twenty gives today. So each is moved, by as much as the draws
together say that its counts are off (Emerick and Reynolds 2013). What nothing counted tells apart
stays as wide as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Model = Callable[[Array], Array]
"""From draws (draws x guesses, standard normals) to what they give (draws x counts); not a number
where a draw gives nothing."""
PASSES: Final = 4
SURE: Final = 0.95
"""A draw gives what is counted when it lies where so many of them would by chance."""
FURTHEST: Final = 4.0
"""No standard normal is further from 0."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is counted."""

    value: Array
    sd: Array
    """Of one count: by chance, and by how it was counted."""

    def deviance(self, given: Array) -> Array:
        """Return how far what draws give is from it, in squared sd added up; nan: it gives none."""
        return np.asarray((((given - self.value) / self.sd) ** 2).sum(axis=-1))

    def near(self, given: Array) -> npt.NDArray[np.bool_]:
        """Tell which draws lie where `SURE` of them would by chance (chi-square)."""
        from scipy.special import chdtri

        return np.asarray(self.deviance(given) < chdtri(len(self.value), 1 - SURE))


@dataclass(frozen=True, slots=True)
class Ensemble:
    """Draws before and after: draws x guesses, and what they give: draws x counts."""

    prior: Array
    prior_gives: Array
    moved: Array
    gives: Array


def hypercube(draws: int, guesses: int, seed: int) -> Array:
    """Return draws of standard normals, evenly over each: draws x guesses."""
    from scipy.special import ndtri
    from scipy.stats.qmc import LatinHypercube

    found = LatinHypercube(guesses, rng=np.random.default_rng([seed, 0])).random(draws)
    return np.clip(ndtri(found), -FURTHEST, FURTHEST)


def moved(model: Model, target: Target, prior: Array, seed: int, passes: int = PASSES) -> Ensemble:
    """Move draws until together they give what is counted.

    Parameters
    ----------
    model
        What draws give.
    target
        What is counted.
    prior
        Draws x guesses, standard normals.
    seed
        Of what is added to the target for each draw, anew in each pass.
    passes
        Each moves by ``1 / passes`` of what there is to know.

    Returns
    -------
    Ensemble
        A draw that gives nothing in some pass moves no further and has no part in moving others.
    """
    rng = np.random.default_rng([seed, 1])
    z, first = prior.copy(), None
    spread = np.diag(target.sd**2)
    for _ in range(passes):
        gives = model(z)
        first = gives if first is None else first
        there = np.isfinite(gives).all(axis=1)
        noise = rng.standard_normal(gives.shape) * target.sd
        if there.sum() < 2:
            break
        z_apart, y_apart = (one[there] - one[there].mean(axis=0) for one in (z, gives))
        times = there.sum() - 1
        zy, yy = z_apart.T @ y_apart / times, y_apart.T @ y_apart / times
        off = target.value + np.sqrt(passes) * noise[there] - gives[there]
        z[there] += np.linalg.solve(yy + passes * spread, off.T).T @ zy.T
        z = np.clip(z, -FURTHEST, FURTHEST)
    gives = model(z)
    return Ensemble(prior, gives if first is None else first, z, gives)
