"""Run again what a store has, and say of each run whether it is the same; it is only read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Final

from flowsim.errors import Said, clipped, joined, msg, verbatim
from flowsim.experiment.batch import Run
from flowsim.experiment.differing import Difference, differences
from flowsim.experiment.events import NAME as EVENTS
from flowsim.experiment.keep import record_of
from flowsim.experiment.processes import Here, Lost, Place, Progress
from flowsim.experiment.run import run_once
from flowsim.experiment.stored import scenario_of
from flowsim.experiment.today import Folders, todays
from flowsim.interrupts import noting_interrupts, times_asked
from flowsim.scenario import Scenario
from flowsim.store import Damaged, Store, StoreError

FIRST: Final = 5
"""Numbers that are told of a run that differs."""
Named = tuple[str, int, int]
"""Hash of a scenario, seed and replication: what is run once, whatever code it was stored by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRun:
    """A run as a store names it."""

    number: int
    """``run`` in the views of the store."""
    key: str
    scenario: str
    named: Named
    own: str
    """Not empty: it has metrics of one's own, which no store can run again."""
    today: str
    seconds: float
    host: str
    code: str
    version: str
    error: str = ""
    """Why it failed; empty: it is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a run is the same."""

    run: StoredRun
    count: int = 0
    """Numbers that differ."""
    first: tuple[Difference, ...] = ()
    """The first of them."""
    why: Said | None = None
    """Why there is nothing to compare with."""
    today: bool = False
    """Whether the people of today are others already."""

    @property
    def same(self) -> bool:
        """Whether every number is the same."""
        return self.why is None and not self.count


def stored_runs(store: Store, named: Sequence[str] = ()) -> list[StoredRun]:
    """Return runs of a store: all that are done, or those that are named, failed ones too.

    Parameters
    ----------
    store
        Open to read.
    named
        Numbers of the store (``12``), or scenario and replication of what was asked last
        (``more_dwellings/3``).

    Raises
    ------
    StoreError
        When there is none, or with every one that is named and is not there.
    """
    rows = store.database.execute(
        "select run.id, run.key, run.scenario, run.scenario_sha256, run.seed, run.replication, "
        "run.own, run.today_sha256, run.seconds, run.host, run.code_sha256, version, "
        "coalesce(run.error, ''), current from run join runs on runs.run = run.id order by run.id"
    ).fetchall()
    found = {
        row[0]: StoredRun(
            number=row[0], key=row[1], scenario=row[2], named=(row[3], row[4], row[5]), own=row[6],
            today=row[7], seconds=row[8], host=row[9], code=row[10], version=row[11],
            error=row[12],
        )
        for row in rows
    }  # fmt: skip
    asked = {f"{row[2]}/{row[5]}": row[0] for row in rows if row[13]}
    done = [one for one in found.values() if not one.error]
    if not done and not named:
        raise StoreError(msg("no results in {folder}: no run is done",
                             folder=store.path.parent))  # fmt: skip
    if not named:
        return done
    numbers = {one: _number(one, asked, found.keys()) for one in named}
    wrong = [
        msg("no run {name!r} in {folder}; a run is named by its number (flowsim sql {folder} "
            "\"select * from runs\"), or by scenario and replication, as in {example}",
            name=clipped(one, 100), folder=store.path.parent,
            example=next(iter(asked), "base/0"))
        for one, number in numbers.items() if number is None
    ]  # fmt: skip
    if wrong:
        raise StoreError(joined(wrong, "\n"))
    return [found[one] for one in dict.fromkeys(numbers.values()) if one is not None]


def _number(name: str, asked: Mapping[str, int], there: Collection[int]) -> int | None:
    """Return the number of a run that is named; None where it is not there."""
    number = asked.get(name)
    if number is None and name.isascii() and name.isdecimal() and len(name) < 19:
        number = int(name)
    return number if number in there else None


@dataclass
class Again:
    """Runs of a store that are run again.

    Parameters
    ----------
    store
        Open to read, as long as they are compared.
    runs
        Of `stored_runs`.
    """

    store: Store
    runs: Sequence[StoredRun]
    interrupted: bool = False
    """Whether Ctrl-C came before all of them."""
    scenarios: dict[tuple[str, int], Scenario] = field(default_factory=dict)
    """By hash and seed."""
    refused: dict[str, Said] = field(default_factory=dict)
    """Why this version of flowsim cannot run a scenario, by its hash."""
    people: dict[str, str] = field(default_factory=dict)
    """Hash of the people of today as the store knows them, by the key of their path."""

    def __post_init__(self) -> None:
        """Make every scenario again."""
        self.people = {one["key"]: one["sha256"] for one in self.store.said("today")}
        for sha256, seed, _ in dict.fromkeys(one.named for one in self.runs):
            if (sha256, seed) in self.scenarios or sha256 in self.refused:
                continue
            try:
                self.scenarios[sha256, seed] = scenario_of(self.store, sha256, seed)
            except Damaged:
                raise
            except StoreError as error:
                self.refused[sha256] = error.said

    @property
    def tasks(self) -> list[Named]:
        """What is run: a run that several versions of the code stored, once."""
        return [one for one in dict.fromkeys(run.named for run in self.runs)
                if one[0] not in self.refused]  # fmt: skip

    def verdicts(
        self,
        jobs: int | Place = 1,
        progress: Progress | None = None,
        preparing: Progress | None = None,
    ) -> Generator[Verdict]:
        """Yield whether each run is the same, as they finish.

        Parameters
        ----------
        jobs, progress, preparing
            As in `flowsim.run`.
        """
        listed = defaultdict(list)
        for run in self.runs:
            listed[run.named].append(run)
            if (why := self.refused.get(run.named[0])) is not None:
                yield Verdict(run=run, why=why)
        by_seed = defaultdict(list)
        for named in self.tasks:
            by_seed[named[1]].append(named)
        records = self.store.records([one.key for one in self.runs])
        more = [EVENTS] if any(EVENTS in one.more for one in records.values()) else []
        done, before = 0, times_asked()
        for tasks in by_seed.values():
            if times_asked() > before:  # during the last run of another seed
                self.interrupted = True
                return
            for named, found, others in self._of_one_seed(tasks, more, jobs, preparing):
                done += 1
                if progress is not None:
                    progress(done, len(self.tasks))
                yield from (self._compared(run, found, others) for run in listed[named])
            if self.interrupted:
                return

    def _of_one_seed(
        self, tasks: Sequence[Named], more: Collection[str], jobs: int | Place,
        preparing: Progress | None,
    ) -> Generator[tuple[Named, Run | Said, Mapping[str, str]]]:  # fmt: skip
        """Yield what each task brought, with the people of today by their key."""
        scenarios = list({one[:2]: self.scenarios[one[:2]] for one in tasks}.values())
        count = max(replication for *_, replication in tasks) + 1
        with todays(scenarios, count, jobs, preparing) as today:
            if today.interrupted:
                self.interrupted = True
                return
            listed = [(*one, self.scenarios[one[:2]]) for one in tasks]
            place = _place(jobs, len(listed))
            work = partial(_again, folders=today.at(place), more=more)
            results = place.run(work, listed)
            people = {one.key: one.sha256 for one in today.origins}
            try:
                with noting_interrupts() as interrupted, closing(results):
                    for done, one in enumerate(results, 1):
                        named, found = (one.task[:3], one.why) if isinstance(one, Lost) else one
                        yield named, found, people
                        if interrupted() and done < len(listed):
                            self.interrupted = True
                            return
            except KeyboardInterrupt:
                self.interrupted = True

    def _compared(self, run: StoredRun, found: Run | Said, people: Mapping[str, str]) -> Verdict:
        if run.error:
            now = found if isinstance(found, Said) else msg("it is done")
            return Verdict(run=run, why=msg("it failed then ({then}); now: {now}", then=run.error,
                                            now=now))  # fmt: skip
        if isinstance(found, Said):
            return Verdict(run=run, why=found)
        today = people.get(run.today)
        others = self.people.get(run.today, today) != today and today is not None
        try:
            stored = self.store.records([run.key])[run.key]
            differing = differences(stored, record_of(found), own=not run.own)
            first = tuple(islice(differing, FIRST))
            count = len(first) + sum(1 for _ in differing)
        except StoreError as error:
            return Verdict(run=run, why=error.said)
        return Verdict(run=run, count=count, first=first, today=others)


def _place(jobs: int | Place, runs: int) -> Place:
    """Return where so many runs are made; one alone in a process that may end too."""
    return Here(max(min(jobs, runs), min(jobs, 2))) if isinstance(jobs, int) else jobs


def _again(
    task: tuple[str, int, int, Scenario], *, folders: Folders, more: Collection[str]
) -> tuple[Named, Run | Said]:
    """Run a replication again; say what it raised."""
    *_, replication, scenario = task
    named = task[:3]
    try:
        return named, run_once(scenario, replication, folders=folders, more=more)
    except Exception as error:  # told as what this run brings now
        return named, verbatim(f"{type(error).__name__}: {error}")
