"""A batch that is kept: what the store has is not run again, and what is run is there before told.

Only the process that gathers runs writes; those that simulate know nothing of a store.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flowsim.experiment import keys
from flowsim.experiment.batch import Failed, Labels, Run
from flowsim.experiment.environment import environment
from flowsim.experiment.keys import Keys
from flowsim.experiment.today import Origin
from flowsim.scenario import Scenario
from flowsim.scenario.again import text_of
from flowsim.store import FILE, Asked, Failure, Filling, Record, Store, is_begun

Task = tuple[Scenario, int]


class Keep:
    """One batch in a store.

    Parameters
    ----------
    store
        Open to be filled, for as long as the results are read.
    said
        What the exports need besides the runs, as JSON takes it.
    more
        Further columns that each run must have (`flowsim.store.Record.more`).
    """

    def __init__(
        self,
        store: Filling,
        said: Mapping[str, Any] | None = None,
        more: Collection[str] = (),
    ) -> None:
        self.store = store
        self.said = dict(said or {})
        self.more = tuple(more)
        self._keys = Keys(())
        self._read = Read()
        self._batch: int | None = None
        self._complete = False
        self._began = time.perf_counter()

    def know(self, scenarios: Sequence[Scenario], *, own: bool = False) -> None:
        """Note scenarios; before their runs.

        Runs with metrics of one's own are kept under a key that no other batch has: nothing tells
        whether a function, with all that it calls, is still the same (decision 0026).
        """
        self._keys = Keys(scenarios, secrets.token_hex(16) if own else "")
        self.store.know({self._keys.scenario(one.key): (one.key, text_of(one))
                         for one in scenarios})  # fmt: skip

    def begin(self, scenarios: Sequence[Scenario], planned: int) -> None:
        """Note what is asked, of scenarios that are known."""
        self._batch = self.store.begin(
            Asked(
                scenarios=tuple(self._keys.scenario(one.key) for one in scenarios),
                seed=scenarios[0].scenario.seed, planned=planned,
                code=keys.code(), own=self._keys.own, said=self.said,
            )
        )  # fmt: skip

    def end(
        self, *, complete: bool, today: Sequence[Origin], units: Mapping[str, str]
    ) -> tuple[Origin, ...]:
        """Note how it ended; return where all people of today came from, of earlier runs too."""
        assert self._batch is not None
        known = {one["key"]: Origin(**one) for one in self.store.said("today")}
        known |= {one.key: one for one in today}
        origins = tuple(known[key] for key in self._keys.todays() if key in known)
        self.said["wall_seconds"] = time.perf_counter() - self._began
        self.said |= {"today": [asdict(one) for one in origins], "units": dict(units),
                      "environment": environment()}  # fmt: skip
        self.store.end(self._batch, complete=complete, said=self.said)
        self._complete = complete
        return origins

    def add(self, said: Mapping[str, Any]) -> None:
        """Note what is known besides of a batch that ended."""
        assert self._batch is not None
        self.said |= said
        self.store.end(self._batch, complete=self._complete, said=self.said)

    def split(self, tasks: Sequence[Task]) -> tuple[list[Run], list[Task]]:
        """Return the runs that are there, and what is to be run."""
        wanted = [self._keys.of(*task) for task in tasks]
        there = self.store.has((one.sha256 for one in wanted), self.more)
        records = self.store.records(there)
        runs = [
            self._read.run(records[one.sha256], one.seed) for one in wanted if one.sha256 in there
        ]
        todo = [task for task, one in zip(tasks, wanted, strict=True) if one.sha256 not in there]
        return runs, todo

    def put(self, scenario: Scenario, run: Run) -> Run:
        """Keep a run; return the same, read from the store when it is asked for."""
        key = self._keys.of(scenario, run.replication)
        self.store.put(key, record_of(run))
        return self._read.run(self.store.records([key.sha256])[key.sha256], key.seed)

    def fail(self, scenario: Scenario, failed: Failed) -> None:
        """Keep that a run failed, and why."""
        error = f"{type(failed.error).__name__}: {failed.error}" if failed.traceback else failed.why
        failure = Failure(
            scenario=failed.scenario, replication=failed.replication, error=error,
            traceback=failed.traceback, seconds=failed.seconds, host=failed.host,
        )  # fmt: skip
        self.store.fail(self._keys.of(scenario, failed.replication), failure)


def record_of(run: Run) -> Record:
    """Return a run as the store keeps it."""
    measures, costs, own = run.packed
    return Record(
        scenario=run.scenario, replication=run.replication, measures=measures, costs=costs,
        own=own, waits=run.packed_waits, names=asdict(run.labels), digest=run.digest,
        cpu_seconds=run.cpu_seconds, seconds=run.seconds, host=run.host, more=run.more,
    )  # fmt: skip


def there(folder: Path, scenarios: Sequence[Scenario], count: int, more: Collection[str]) -> int:
    """Return how many runs of a batch a folder has already; 0 where it has no store.

    Parameters
    ----------
    folder, count, more
        Where, replications of each scenario, and the further columns that each must have.
    scenarios
        With the seed of the run.

    Raises
    ------
    StoreError
        When the store there cannot be used.
    """
    if not is_begun(folder / FILE):
        return 0
    known = Keys(scenarios)
    asked = [known.of(one, number).sha256 for one in scenarios for number in range(count)]
    with Store.read(folder) as store:
        return len(store.has(asked, more))


class Read:
    """Runs made of records: what their numbers stand for is held once."""

    def __init__(self) -> None:
        self._labels: dict[int, tuple[object, Labels]] = {}

    def run(self, record: Record, seed: int) -> Run:
        """Return a run as results read it."""
        return Run(
            scenario=record.scenario, seed=seed, replication=record.replication,
            packed=(record.measures, record.costs, record.own), packed_waits=record.waits,
            labels=self._labels_of(record.names), digest=record.digest,
            cpu_seconds=record.cpu_seconds, seconds=record.seconds, host=record.host,
            more=record.more,
        )  # fmt: skip

    def _labels_of(self, names: Mapping[str, Sequence[Any]]) -> Labels:
        """Return labels; a store gives the same names each time."""
        if id(names) not in self._labels:
            pools = tuple(tuple(one) for one in names["pools"])
            words = {kind: tuple(listed) for kind, listed in names.items() if kind != "pools"}
            self._labels[id(names)] = (names, Labels(**words, pools=pools))
        return self._labels[id(names)][1]
