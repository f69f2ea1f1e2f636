"""Draws that fit today, simulated: each is another base, with a today of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.errors import Problem, ScenarioError
from flowsim.experiment import kept
from flowsim.experiment.batch import Batch, Run
from flowsim.experiment.burn_in import PATHS, path_of
from flowsim.experiment.draws.counts import mean_counts
from flowsim.experiment.draws.fit import Fit
from flowsim.experiment.keep import Keep, Read
from flowsim.experiment.numbers.yearly import Line
from flowsim.experiment.processes import Place, Progress
from flowsim.experiment.run import run_batch, with_seed
from flowsim.experiment.tables.by_future import by_future
from flowsim.guesses import Guesses
from flowsim.scenario import Scenario
from flowsim.scenario.load import reread
from flowsim.store import Store, sound

Array = npt.NDArray[np.float64]
FUTURES: Final = (0, PATHS)
"""Futures of each draw: they start from one path of its burn-in, and are the same in every draw."""


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw, and the scenarios as they are in it."""

    number: int
    """Of the ensemble."""
    scenarios: tuple[Scenario, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What draws came to."""

    fit: Fit
    draws: tuple[Draw, ...]
    """Those that are complete."""
    refused: tuple[tuple[int, tuple[Problem, ...]], ...]
    """Draws in which a scenario cannot be, and why."""
    planned: int
    lines: dict[Line, Array]
    """Of every line of the summary: draws x scenarios x futures."""
    simulated: dict[int, Array]
    """The mean of each count over the burn-in of a draw, by its number."""
    interrupted: bool = False

    @property
    def checked(self) -> tuple[int, int]:
        """How many draws also give today when they are simulated, and of how many it is known."""
        known = [self.simulated[one.number] for one in self.draws if one.number in self.simulated]
        return sum(bool(self.fit.target.near(one)) for one in known), len(known)

    @property
    def z(self) -> Array:
        """The draws as standard normals: draws x guesses."""
        return self.fit.ensemble.moved[[one.number for one in self.draws]]


def draws_of(
    scenarios: Sequence[Scenario], fit: Fit, count: int, seed: int
) -> tuple[list[Draw], list[tuple[int, tuple[Problem, ...]]]]:
    """Return the first draws that fit today, and those in which a scenario is refused."""
    guesses = Guesses(scenarios[0].base)
    found: list[Draw] = []
    refused: list[tuple[int, tuple[Problem, ...]]] = []
    for number in fit.kept.tolist():
        if len(found) == count:
            break
        texts = guesses.texts(fit.ensemble.moved[number])
        try:
            made = tuple(_in_draw(one, texts, number, seed) for one in scenarios)
        except ScenarioError as error:
            refused.append((number, tuple(error.problems)))
        else:
            found.append(Draw(number, made))
    return found, refused


def _in_draw(scenario: Scenario, texts: Sequence[str], number: int, seed: int) -> Scenario:
    """Return a scenario as it is in a draw, under a name of its own."""
    said = scenario.read_from
    one = with_seed(reread(said.chain, texts, said.set), seed)
    about = one.scenario.model_copy(update={"name": f"draw{number}.{scenario.key}"})
    return one.model_copy(update={"scenario": about}).known_as(base=one.base)


def run_draws(
    scenarios: Sequence[Scenario],
    fit: Fit,
    count: int,
    seed: int,
    jobs: int | Place = 1,
    progress: Progress | None = None,
    *,
    preparing: Progress | None = None,
    keep: Keep | None = None,
) -> Drawn:
    """Simulate the draws that fit today, each with a burn-in of its own.

    Parameters
    ----------
    scenarios
        The base first; all extend it.
    fit
        Of that base.
    count
        How many draws at most.
    seed, jobs, progress, preparing
        As in `flowsim.run`.
    keep
        A store: what is there is not run again.
    """
    draws, refused = draws_of(scenarios, fit, count, seed)
    if not draws:
        return Drawn(fit, (), tuple(refused), 0, {}, {})
    listed, tasks = tasks_of(draws)
    found, _ = run_batch(
        listed, FUTURES[-1] + 1, tasks, jobs, progress,
        check=False, metrics=None, preparing=preparing, keep=keep,
    )  # fmt: skip
    done = _complete(draws, found.runs)
    simulated = _simulated(done)
    if keep is not None:
        simulated = _known(keep.store, str(keep.said.get("fit_key"))) | simulated
        keep.add({"simulated": [[keep.said.get("fit_key"), number, one.tolist()]
                                for number, one in simulated.items()]})  # fmt: skip
    _forget(done)
    return Drawn(fit, tuple(done), tuple(refused), len(draws), _lines(done, found.runs),
                 simulated, found.interrupted)  # fmt: skip


def drawn_of(store: Store, scenarios: Sequence[Scenario], fit: Fit, count: int, seed: int) -> Drawn:
    """Return the draws of which a store has every run, as `run_draws` put them there last."""
    draws, refused = draws_of(scenarios, fit, count, seed)
    read = Read()
    runs = [read.run(one, seed) for one in store.records(store.current()).values()]
    done = _complete(draws, runs)
    simulated = _known(store, str(store.asked().said["fit_key"]))
    return Drawn(fit, tuple(done), tuple(refused), len(draws), _lines(done, runs), simulated,
                 len(done) < len(draws))  # fmt: skip


def tasks_of(draws: Sequence[Draw]) -> tuple[list[Scenario], list[tuple[Scenario, int]]]:
    """Return the scenarios of draws, and their runs: draw by draw."""
    listed = [one for draw in draws for one in draw.scenarios]
    return listed, [(one, r) for draw in draws for r in FUTURES for one in draw.scenarios]


def _complete(draws: Sequence[Draw], runs: Sequence[Run]) -> list[Draw]:
    times = Counter(one.scenario for one in runs)
    return [draw for draw in draws if all(times[one.key] == len(FUTURES)
                                          for one in draw.scenarios)]  # fmt: skip


def _known(store: Store, key: str) -> dict[int, Array]:
    """Return the mean counts that a store has of draws of one ensemble, by number."""
    said = store.said("simulated")
    with sound(store.path, "batch.said (simulated)"):
        return {int(number): np.array(counts) for fit, number, counts in said if fit == key}


def _simulated(draws: Sequence[Draw]) -> dict[int, Array]:
    """Return the mean counts of the burn-ins that are at hand, by number of the draw."""
    found: dict[int, Array] = {}
    with suppress(OSError):
        folder = kept.cache_folder()
        for draw in draws:
            path = path_of(draw.scenarios[0], FUTURES[0])
            with suppress(kept.DoubtError):
                people = None if path is None else kept.read(folder, path.key)
                if path is not None and people is not None:
                    found[draw.number] = mean_counts(path.base, people[0], path.instants)
    return found


def _lines(draws: Sequence[Draw], runs: Sequence[Run]) -> dict[Line, Array]:
    """Return every line of which some draw has a number: draws x scenarios x futures."""
    by_name: dict[str, list[Run]] = {}
    for run in runs:
        by_name.setdefault(run.scenario, []).append(run)
    listed = []
    for draw in draws:
        mine = [run for one in draw.scenarios for run in by_name[one.key]]
        listed.append(by_future(Batch.of(draw.scenarios, mine, planned=len(FUTURES))))
    lines = dict.fromkeys(line for one in listed for line in one)
    return {line: np.stack(list(_each(listed, line))) for line in lines}


def _each(listed: Sequence[dict[Line, Array]], line: Line) -> Iterator[Array]:
    shape = next(one[line].shape for one in listed if line in one)
    for one in listed:
        yield one.get(line, np.full(shape, np.nan))


def _forget(draws: Sequence[Draw]) -> None:
    """Take the people of draws that are done out of the cache: nobody asks for them again."""
    with suppress(OSError):
        folder = kept.cache_folder()
        for draw in draws:
            if (path := path_of(draw.scenarios[0], FUTURES[0])) is not None:
                kept.file_of(folder, path.key).unlink(missing_ok=True)
