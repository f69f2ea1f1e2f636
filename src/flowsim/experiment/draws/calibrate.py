"""The guesses of a base moved, as little as can be, to what is counted of today.

Least squares on the standard normals of the guesses: the counts and hours of the balance, and the
guesses themselves, which would rather stay. Then the base is simulated, the counts are corrected by
as much as the balance was off, and it is fitted again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath
from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.balance.counts import names_of, today_of
from flowsim.errors import EngineError, msg
from flowsim.experiment.burn_in import SETTLING_YEARS, BurnIn
from flowsim.experiment.draws.counts import chance_of, counts_on
from flowsim.experiment.draws.fit import LEAST_SD, balance_of, sd_of_loads
from flowsim.experiment.processes import Progress, as_finished
from flowsim.guesses import Guesses
from flowsim.scenario import Scenario
from flowsim.scenario.load import parse, reread

Array = npt.NDArray[np.float64]
ROUNDS: Final = 3
"""So often the base is simulated and fitted again."""
PATHS_A_ROUND: Final = 2
FURTHEST: Final = 3.0
"""No guess is moved further, in standard normals."""
_STEP: Final = 0.2
"""In which a slope is measured: the balance is near within a tenth of a person."""
_SMALL: Final = 0.01
_LITTLE: Final = 0.003
"""A step that is so small, or brings so little, as a share, is the last."""
_INSIDE: Final = (0.001 - FURTHEST, FURTHEST - 0.001)
_AT_END: Final = 0.05
"""So near the furthest a guess is there."""
_TIGHT: Final = 2.0
"""A count weighs as if its standard deviation were so many times smaller."""
_LOST: Final = 1e3
"""What a base without a balance is off, in standard deviations."""
YEARS_APART: Final = 5.4
"""Until a list is counted independently of before (Drenthe)."""
_STEPS: Final = 15


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A base fitted to today."""

    base: Scenario
    """As it was."""
    guesses: Guesses
    z: Array
    """Of each guess (`Guesses.names`): how far it was moved, in standard normals."""
    learned: Array
    """Of each guess: how wide it still is, as a share of how wide it was; 1: no count bears on it.
    """
    counts: tuple[str, ...]
    today: Array
    sd: Array
    """Of one count, by chance alone."""
    before: Array
    """Mean counts of the base as it was, simulated."""
    after: Array
    """Mean counts as it is fitted, simulated on paths that the fit did not see."""
    error: Array
    """Standard error of these means."""

    @property
    def reached(self) -> npt.NDArray[np.bool_]:
        """Which counts lie within what one count differs by chance."""
        return np.asarray(np.abs(self.after - self.today) <= self.sd)

    @property
    def fitted(self) -> Scenario:
        """The base as it is fitted; its guesses are still guesses, with a range as wide as it was.

        Raises
        ------
        ScenarioError
            When it cannot be so.
        """
        ((file, raw),) = self.base.read_from.chain
        return parse(self.guesses.fitted(raw, self.z), PurePath(file).stem)

    @property
    def texts(self) -> tuple[str, ...]:
        """What is read otherwise, as ``--guess`` takes it: what moved."""
        return tuple(text for text, plain in zip(
            self.guesses.texts(self.z), self.guesses.texts(np.zeros(len(self.z))), strict=True)
            if text != plain)  # fmt: skip

    @property
    def at_an_end(self) -> tuple[str, ...]:
        """Guesses that could not be moved any further."""
        names = self.guesses.names
        return tuple(
            name for name, z in zip(names, self.z, strict=True) if abs(z) >= FURTHEST - _AT_END
        )


def calibrate(
    base: Scenario, seed: int, jobs: int = 1, progress: Progress | None = None
) -> Calibrated:
    """Fit the guesses of a base to what it counts of today.

    Parameters
    ----------
    base
        With guesses that have a range, counts of today and a burn-in; it extends no other.
    seed
        Of the burn-ins.
    jobs
        Processes at work.
    progress
        Called after each simulation and each step.

    Raises
    ------
    EngineError
        When its balance does not settle, or a burn-in does not end.
    """
    total, done = 2 * ROUNDS + 3, 0

    def report() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)

    today = np.array(today_of(base))
    sd = np.maximum(chance_of(base, seed, jobs), LEAST_SD)
    report()
    fitting = _Fitting(base, sd, jobs)
    z, aim = np.zeros(len(fitting.guesses.names)), today
    fitting.people(z)  # there is a balance
    before = fitting.simulated(z, seed, _paths(0)).mean(axis=0)
    report()
    for number in range(ROUNDS):
        z = fitting.fitted(z, aim)
        report()
        simulated = fitting.simulated(z, seed, _paths(number + 1)).mean(axis=0)
        aim = today - (simulated - fitting.people(z))
        report()
    z = fitting.fitted(z, aim)
    last = fitting.simulated(z, seed, _paths(ROUNDS + 1))
    report()
    years = max(base.start.burn_in_years - SETTLING_YEARS, 1)
    error = sd / np.sqrt(PATHS_A_ROUND * max(years / YEARS_APART, 1.0))
    return Calibrated(base, fitting.guesses, z, fitting.learned(z), names_of(base), today, sd,
                      before, last.mean(axis=0), error)  # fmt: skip


def _paths(number: int) -> range:
    """Return the paths of one simulation: no other has them."""
    return range(number * PATHS_A_ROUND, (number + 1) * PATHS_A_ROUND)


class _Fitting:
    """The balance of a base as a function of its guesses."""

    def __init__(self, base: Scenario, sd: Array, jobs: int) -> None:
        self.guesses = Guesses(base)
        self._chain, self._jobs = base.read_from.chain, jobs
        self._sd = np.concatenate([sd / _TIGHT, sd_of_loads(base)])
        self._counts = len(sd)

    def people(self, z: Array) -> Array:
        """Return the counts of the balance, with what is to spare."""
        found = self._gives([z])[0][: self._counts]
        if np.isnan(found).any():
            raise EngineError(
                msg("the balance of this base does not settle: nothing can be fitted")
            )
        return np.asarray(found)

    def _gives(self, listed: Sequence[Array]) -> Array:
        tasks = [(number, self.guesses.texts(one)) for number, one in enumerate(listed)]
        jobs = min(self._jobs, len(tasks))
        found = dict(as_finished(partial(balance_of, self._chain), tasks, jobs))
        lost = np.full(len(self._sd), np.nan)
        return np.array([lost if (one := found[i]) is None else one[1] for i in range(len(tasks))])

    def fitted(self, z: Array, aim: Array) -> Array:
        """Return the guesses that give an aim, near where they are: least squares, by steps."""
        from scipy.optimize import least_squares

        target = np.concatenate([aim, np.zeros(len(self._sd) - len(aim))])

        def off(x: Array) -> Array:
            return np.concatenate([self._off(x, target), x])

        def slopes(x: Array) -> Array:
            return np.vstack([self._slopes(x), np.eye(len(x))])

        found = least_squares(
            off, np.clip(z, *_INSIDE), slopes, bounds=(-FURTHEST, FURTHEST), ftol=_LITTLE,
            xtol=_SMALL, max_nfev=_STEPS,
        )  # fmt: skip
        return np.asarray(found.x)

    def _off(self, z: Array, target: Array) -> Array:
        off = (self._gives([z])[0] - target) / self._sd
        return np.asarray(np.where(np.isnan(off), _LOST, off))

    def _slopes(self, z: Array) -> Array:
        """Return by how much each number moves with each guess: numbers x guesses."""
        steps = np.where(z > 0, -_STEP, _STEP)  # towards the median
        here, *there = self._gives([z, *(z + np.diag(steps))])
        found = (np.array(there) - here) / steps[:, None] / self._sd
        return np.asarray(np.nan_to_num(found).T)  # where there is no balance, it says nothing

    def learned(self, z: Array) -> Array:
        """Return how wide each guess still is, once the counts are known."""
        slopes = self._slopes(z)
        slopes[: self._counts] /= _TIGHT  # as wide as a count really is
        return np.asarray(np.sqrt(np.diag(np.linalg.inv(np.eye(len(z)) + slopes.T @ slopes))))

    def simulated(self, z: Array, seed: int, numbers: Sequence[int]) -> Array:
        """Return the mean counts of each path of the burn-in: paths x counts."""
        base = reread(self._chain, self.guesses.texts(z))
        paths = [BurnIn(base, seed, number) for number in numbers]
        found = dict(as_finished(partial(counts_on, names_of(base)), paths, self._jobs))
        return np.array([found[number].mean(axis=0) for number in sorted(found)])
