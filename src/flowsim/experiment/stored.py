"""A batch as a store has it: its scenarios made again, its runs read when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from flowsim.errors import EngineError, Problem, Said, ScenarioError, joined, mistake, msg, verbatim
from flowsim.experiment.batch import Batch, Failed
from flowsim.experiment.compare import Comparison
from flowsim.experiment.design import Design, Point
from flowsim.experiment.estimated import Estimated
from flowsim.experiment.keep import Read
from flowsim.experiment.keys import hash_of
from flowsim.experiment.levers import levers_of, read_levers
from flowsim.experiment.results import Results
from flowsim.experiment.run import with_seed
from flowsim.experiment.sweep import Sweep
from flowsim.experiment.today import Origin
from flowsim.scenario import Scenario
from flowsim.scenario.again import again
from flowsim.scenario.problems import not_too_many
from flowsim.store import Damaged, Store, StoreError, damaged, sound

DRAWS: Final = "draws"
"""The kind of a batch that is read with the comparison beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """The last batch of a store."""

    batch: Batch
    """With the replications that every scenario has."""
    said: Mapping[str, Any]
    """What was asked besides (`flowsim.store.Asked.said`)."""
    code: str
    """Hash of the code that made it."""


def stored(store: Store) -> Stored:
    """Return the last batch of a store, as long as that is open.

    Raises
    ------
    StoreError
        When there is none, or its scenarios cannot be read by this version of flowsim.
    """
    asked = store.asked()
    scenarios = _scenarios(store, asked.scenarios, asked.seed)
    records = store.records(store.current())
    read = Read()
    runs = [read.run(one, asked.seed) for one in records.values()]
    named = {(one.scenario, one.replication) for one in runs}
    if len(named) < len(runs) or {name for name, _ in named} - {one.key for one in scenarios}:
        raise damaged(store.path, "run.scenario")
    failed = tuple(_failed(store))
    make = Batch.of if asked.said.get("kind") != "sweep" else _every_run
    with sound(store.path, "batch"):
        batch = make(
            scenarios, runs, planned=asked.planned,
            interrupted=len(runs) + len(failed) < asked.planned * len(scenarios),
            today=tuple(Origin(**one) for one in asked.said.get("today", ())),
            own_units=asked.said.get("units", {}), failed=failed,
        )  # fmt: skip
    return Stored(batch=batch, said=asked.said, code=asked.code)


def _failed(store: Store) -> Iterator[Failed]:
    """Yield the replications of what was asked last that brought nothing."""
    rows = store.database.execute(
        "select scenario, replication, error, traceback, seconds, host from runs "
        "where status = 'failed' and current order by replication, scenario"
    )
    for scenario, replication, error, *more in rows:
        yield Failed(scenario, replication, EngineError(verbatim(error)), *more)


def _every_run(scenarios: tuple[Scenario, ...], runs: list[Any], **more: Any) -> Batch:
    """Return the points of a sweep of which all is there: it goes point by point."""
    return Batch(scenarios, tuple(runs), **more).complete()


class Refused(StoreError):
    """Scenarios that a store has are refused by this version of flowsim.

    Parameters
    ----------
    path
        Of the store.
    problems
        At least one, none twice.
    """

    def __init__(self, path: Path, problems: Sequence[Problem]) -> None:
        self.problems = problems
        said = msg("{path}: this version of flowsim refuses what is kept there; run it again. What "
                   "it refuses:", path=path)  # fmt: skip
        super().__init__(joined([said, *map(mistake, not_too_many(list(problems)))], "\n  "))


def _scenarios(store: Store, hashes: Sequence[str], seed: int) -> tuple[Scenario, ...]:
    """Return scenarios of a store, or all that is wrong with any of them.

    Raises
    ------
    StoreError
        As `scenario_of`.
    """
    made, problems, others = [], dict[Problem, None](), dict[Said, None]()
    for sha256 in hashes:
        try:
            made.append(scenario_of(store, sha256, seed))
        except Refused as error:
            problems |= dict.fromkeys(error.problems)
        except Damaged:
            raise
        except StoreError as error:
            others[error.said] = None
    if problems:
        others = {Refused(store.path, list(problems)).said: None} | others
    if others:
        raise StoreError(joined(others, "\n"))
    return tuple(made)


def scenario_of(store: Store, sha256: str, seed: int) -> Scenario:
    """Return a scenario that a store has, with this seed.

    Raises
    ------
    StoreError
        When this version of flowsim refuses it (`Refused`), or reads it in another way.
    """
    text = store.scenario(sha256)
    with sound(store.path, "scenario.said"):
        try:
            one = with_seed(again(text), seed)
        except ScenarioError as error:
            raise Refused(store.path, error.problems) from error
    if hash_of(one) != sha256:
        raise StoreError(
            msg("{path}: this version of flowsim reads the scenario {name!r} in another way; run "
                "it again", path=store.path, name=one.key)
        )  # fmt: skip
    return one


def results_of(store: Store) -> Results:
    """Return what the last batch of a store says: results, a comparison or a sweep.

    Raises
    ------
    StoreError
        As with `stored`, and when no replication is complete.
    """
    if store.asked().said.get("kind") == DRAWS:
        raise StoreError(msg("{folder}: these are draws of what is guessed; flowsim tornado tells "
                             "of them, by the folder that they are in",
                             folder=str(store.path.parent)))  # fmt: skip
    found = stored(store)
    if not found.batch.runs:
        raise StoreError(msg("{folder}: no replication is complete yet; give the same command "
                             "again", folder=store.path.parent))  # fmt: skip
    if found.said.get("kind") == "sweep":
        return Sweep(found.batch, _design(store, found))
    return Comparison(found.batch, estimated=Estimated(store, found.batch))


def _design(store: Store, found: Stored) -> Design:
    """Return the design of a sweep, of which the store has every point."""
    asked = store.asked()
    listed = found.said.get("levers")
    with sound(store.path, "batch.said (vary)"):
        levers, problems = (
            read_levers(found.said["vary"]) if listed is None else (levers_of(listed), [])
        )
    if problems:
        raise damaged(store.path, "batch.said (vary)")
    points = []
    with sound(store.path, "batch_scenario"):
        swept = range(len(asked.scenarios) // levers.count)
        combined = (values for _ in swept for values in levers.points())
        for sha256, values in zip(asked.scenarios, combined, strict=True):
            text = store.scenario(sha256)
            points.append(Point(name=again(text).key, values=values,
                                scenario=again(text, as_read=True)))  # fmt: skip
    return Design(levers=levers, points=tuple(points), own=found.said["own"])
