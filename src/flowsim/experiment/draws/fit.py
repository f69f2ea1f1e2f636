"""Draws of the guesses of a base that give today: an ensemble moved to its counts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from flowsim.balance.counts import counted, names_of, today_of
from flowsim.errors import ScenarioError
from flowsim.experiment.burn_in import base_key
from flowsim.experiment.code import code_hash
from flowsim.experiment.draws.counts import chance_of
from flowsim.experiment.processes import Progress, as_finished
from flowsim.guesses import P90, Ensemble, Guesses, Target, hypercube, moved
from flowsim.guesses.smoother import PASSES
from flowsim.scenario import Scenario
from flowsim.scenario.load import reread
from flowsim.scenario.values import Evidence

Array = npt.NDArray[np.float64]
Chain = Sequence[tuple[str, Mapping[str, Any]]]
DRAWS: Final = 200
"""Of an ensemble; those that give today are simulated, the first ones first."""
SD_OF_LOAD: Final = {"team": 0.02, "desk": 0.05}
"""How far the hours that a team or desk is asked may lie beyond what is busy."""
LEAST_SD: Final = 0.5
"""Persons: nobody counts more closely."""
FULL: Final = 1.0 + 1e-6
_CODE: Final = (
    "calendar.py", "scenario/", "layout/", "balance/", "cohort/", "system/", "guesses/",
    "experiment/burn_in.py", "experiment/draws/",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fit:
    """An ensemble of a base, and which of it gives today."""

    guesses: tuple[str, ...]
    """What is drawn (`flowsim.guesses.Guesses.names`)."""
    counts: tuple[str, ...]
    """What is counted (`flowsim.balance.counts.names_of`)."""
    target: Target
    """In persons."""
    ensemble: Ensemble
    """What its draws give is in persons; a row that is not a number has no balance."""
    fits: npt.NDArray[np.bool_]
    """Which draws give today."""
    fitted_before: float
    """Share of draws that gave today before they were moved."""

    @property
    def kept(self) -> npt.NDArray[np.intp]:
        """Numbers of the draws that give today."""
        return np.flatnonzero(self.fits)

    @property
    def fitted(self) -> float:
        """Share of draws that give today."""
        return float(self.fits.mean())

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        ensemble = {name: getattr(self.ensemble, name).tolist() for name in Ensemble.__slots__}
        return {
            "guesses": self.guesses, "counts": self.counts, "ensemble": ensemble,
            "target": [self.target.value.tolist(), self.target.sd.tolist()],
            "fits": self.fits.tolist(), "fitted_before": self.fitted_before,
        }  # fmt: skip

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Fit:
        """Return what `to_json` gave."""
        ensemble = Ensemble(**{name: np.array(said["ensemble"][name], dtype=float)
                               for name in Ensemble.__slots__})  # fmt: skip
        value, sd = (np.array(one, dtype=float) for one in said["target"])
        return cls(tuple(said["guesses"]), tuple(said["counts"]), Target(value, sd), ensemble,
                   np.array(said["fits"], dtype=bool), said["fitted_before"])  # fmt: skip


def key_of(base: Scenario, seed: int, draws: int = DRAWS) -> str:
    """Return a hash of all that an ensemble depends on."""
    known = {path: one.model_dump(mode="json") for path, one in base.provenance.evidence.items()}
    said = [base_key(base), known, seed, draws, code_hash(*_CODE)]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode("utf-8")).hexdigest()


def fit(
    base: Scenario,
    seed: int,
    draws: int = DRAWS,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Fit:
    """Draw all guesses of a base and move the draws to what it counts of today.

    Parameters
    ----------
    base
        With guesses that have a range, and counts of today.
    seed
        Of the draws.
    draws
        How many.
    jobs
        Processes at work.
    progress
        Called after each balance.
    """
    guesses = Guesses(base)
    sd = np.hypot(chance_of(base, seed, jobs), sd_of_counting(base))
    loads = sd_of_loads(base)
    people = Target(np.array(today_of(base)), np.maximum(sd, LEAST_SD))
    both = Target(
        np.concatenate([people.value, np.zeros(len(loads))]),
        np.concatenate([people.sd, loads]),
    )
    model = _Model(base, guesses, jobs, progress, draws * (PASSES + 1))
    ensemble = moved(model.signed, both, hypercube(draws, len(guesses.names), seed), seed)
    first, last = model.of[0], model.of[-1]
    return Fit(
        guesses.names, names_of(base), people,
        Ensemble(ensemble.prior, first.people, ensemble.moved, last.people),
        _fits(people, last), float(_fits(people, first).mean()),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Balances:
    """Balances of draws: persons, persons with what is to spare and hours beyond, largest load."""

    people: Array
    signed: Array
    load: Array


class _Model:
    """What draws give, by the balance; every call is remembered."""

    def __init__(
        self, base: Scenario, guesses: Guesses, jobs: int, progress: Progress | None, total: int
    ) -> None:
        self.of: list[_Balances] = []
        self._base, self._guesses, self._jobs = base, guesses, jobs
        self._progress, self._total, self._done = progress, total, 0

    def signed(self, draws: Array) -> Array:
        """Return counts with what is to spare, and hours beyond: draws x numbers."""
        base = self._base
        width = len(names_of(base))
        found = _Balances(
            np.full((len(draws), width), np.nan),
            np.full((len(draws), width + len(base.team) + len(base.desk)), np.nan),
            np.full(len(draws), np.nan),
        )
        tasks = [(i, self._guesses.texts(z)) for i, z in enumerate(draws)]
        for number, one in as_finished(
            partial(balance_of, base.read_from.chain), tasks, self._jobs
        ):
            self._done += 1
            if self._progress is not None:
                self._progress(self._done, self._total)
            if one is not None:
                found.people[number], found.signed[number], found.load[number] = one
        self.of.append(found)
        return found.signed


def balance_of(
    chain: Chain, task: tuple[int, Sequence[str]]
) -> tuple[int, tuple[Sequence[float], Sequence[float], float] | None]:
    """Return the number of a draw and its balance; None where it is refused or does not settle."""
    number, texts = task
    try:
        found = counted(reread(chain, texts))
    except ScenarioError:
        return number, None
    if found is None:
        return number, None
    return number, (found.people, (*found.signed, *found.beyond), found.load)


def _fits(people: Target, found: _Balances) -> npt.NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        return np.asarray(people.near(found.people) & (found.load <= FULL))


def sd_of_loads(base: Scenario) -> list[float]:
    """Return how far the hours that each team and desk is asked may lie beyond what is busy."""
    return [SD_OF_LOAD["team"]] * len(base.team) + [SD_OF_LOAD["desk"]] * len(base.desk)


def sd_of_counting(base: Scenario) -> Array:
    """Return how far each count of today may be off because of how it was counted."""
    known = base.provenance.evidence
    blocked = [path for path in known if path.startswith("start.ready_to_")]
    waiting = [path for path in known
               if path.startswith("start.waiting.") and path.endswith(".persons")]  # fmt: skip
    one_each = [[f"start.residents.{name}"] for name in base.start.residents]
    return np.array([
        np.sqrt(sum(_sd(known[path]) ** 2 for path in listed if path in known))
        for listed in (*one_each, waiting, blocked)
    ])  # fmt: skip


def _sd(said: Evidence) -> float:
    """Return the standard deviation that a range says, as if it were as wide on both sides."""
    if not isinstance(said.range, tuple):
        return 0.0
    low, high = said.range
    return (high - low) / (2 * P90)
