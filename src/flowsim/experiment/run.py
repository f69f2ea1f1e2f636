"""The pipeline on one screen: from a scenario to what one replication, or many, brought.

A worker process imports this module, so nothing here imports pandas, scipy.stats or matplotlib.
"""

from __future__ import annotations

import platform
import time
import traceback
from collections.abc import Collection, Sequence
from functools import partial
from itertools import pairwise

from flowsim.cohort import sample_cohort
from flowsim.costs import basis, price
from flowsim.experiment.batch import Batch, Failed, Labels, Run
from flowsim.experiment.coarser import by_subregion
from flowsim.experiment.events import NAME as EVENTS
from flowsim.experiment.events import packed_events
from flowsim.experiment.gather import Gathered, gather, raise_again
from flowsim.experiment.keep import Keep, Task
from flowsim.experiment.ledgers import asked_of
from flowsim.experiment.observing import Observer, Observing
from flowsim.experiment.occupancy import NAME as OCCUPANCY
from flowsim.experiment.occupancy import packed_occupancy
from flowsim.experiment.own_metrics import OwnMetrics, checked, measure_own, units_of
from flowsim.experiment.processes import LostError, Place, Progress, place_of
from flowsim.experiment.results import Results
from flowsim.experiment.today import Folders, Origin, people_of, todays
from flowsim.experiment.worker import portable
from flowsim.metrics import Reading, measure
from flowsim.scenario import Scenario
from flowsim.store.packed import PackedColumns, PackedWaits, pack_arrays
from flowsim.system import simulate


def run_once(
    scenario: Scenario,
    replication: int,
    *,
    check: bool = False,
    metrics: OwnMetrics | None = None,
    folders: Folders | None = None,
    more: Collection[str] | None = None,
    ledgers: bool = False,
) -> Run:
    """Sample, simulate, measure and price one replication.

    Parameters
    ----------
    scenario
        With the seed in ``scenario.scenario.seed``.
    replication
        From 0; the same number gives the same chance in every scenario.
    check
        Whether the engine recounts itself after every instant (slow).
    metrics
        Metrics of one's own, as in `run`.
    folders
        Where the people of today are, in a batch.
    more
        What is stored of it besides the billing basis, ``events`` (`flowsim.experiment.events`);
        None: it is not stored.
    ledgers
        Whether its ledger goes along.
    """
    began = time.perf_counter()
    clock = [time.process_time()]
    cohort = sample_cohort(scenario, replication, people_of(scenario, replication, folders))
    clock.append(time.process_time())
    ledger = simulate(scenario, cohort, check=check)
    clock.append(time.process_time())
    reading = Reading(ledger, scenario)
    measures, waits = measure(ledger, scenario, reading), reading.episodes
    own = measure_own(metrics or {}, reading, replication)
    clock.append(time.process_time())
    costs = price(ledger, scenario, reading)
    if scenario.numbers_by == "subregion":
        measures, costs = (by_subregion(one, scenario.areas) for one in (measures, costs))
    clock.append(time.process_time())
    return Run(
        scenario=scenario.key,
        seed=scenario.scenario.seed,
        replication=replication,
        packed=(PackedColumns.of(measures), PackedColumns.of(costs), PackedColumns.of(own)),
        packed_waits=PackedWaits.of(waits),
        labels=Labels.of(ledger),
        digest=ledger.digest(),
        cpu_seconds=tuple(after - before for before, after in pairwise(clock)),
        seconds=time.perf_counter() - began,
        host=platform.node(),
        more={OCCUPANCY: packed_occupancy(reading)}
        | ({} if more is None else _more(reading, more)),
        ledger=ledger if ledgers else None,
    )


def _more(reading: Reading, asked: Collection[str] | None) -> dict[str, bytes]:
    """Return what goes along in no table of numbers: to a store, the billing basis and events."""
    kept = {OCCUPANCY: packed_occupancy(reading)}
    if asked is not None:
        kept |= {name: pack_arrays(table) for name, table in basis(reading).items()}
        kept |= {EVENTS: packed_events(reading)} if EVENTS in asked else {}
    return kept


def run(
    scenario: Scenario,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | Place = 1,
    progress: Progress | None = None,
    *,
    check: bool = False,
    metrics: OwnMetrics | None = None,
    preparing: Progress | None = None,
    keep: Collection[str] = (),
    observer: Observer | None = None,
) -> Results:
    """Run a scenario many times.

    Parameters
    ----------
    scenario
        As `flowsim.load` gives it.
    replications
        How many; left out: what the scenario says.
    seed
        Left out: what the scenario says.
    jobs
        Processes at work, or where else runs are made (`flowsim.experiment.processes.Place`).
        The results do not depend on it.
    progress
        Called after every run.
    check
        Whether the engine recounts itself after every instant (slow).
    metrics
        Metrics of one's own by name: a function of a `flowsim.metrics.Reading`, or a pair of it
        and its unit. It returns a number about the whole window, or tables that
        `flowsim.metrics.table` makes. They come in `Results.measures`.
    preparing
        Called before the people of today are made, where they are not kept, and after each path.
    keep
        What comes along of each run: ``["ledger"]``, all that happened (`Results.ledger`), without
        a second simulation; ``"waits"`` (`Results.waits`) always do.
    observer
        Called for each row of each ledger (`flowsim.ledger.Row`): those of a run in order, and the
        runs by replication. In this process and after the run, whatever the jobs: it may be any
        function, and cannot change a run.

    Returns
    -------
    Results
        Complete, or after Ctrl-C those replications that were (`Results.interrupted`). What fails
        is named there (`Results.failed`), unless all does: then it is raised.

    Examples
    --------
    Of ``base``, as `flowsim.load` gives it:

    >>> results = run(base, replications=4)
    >>> persons = results.measures.query("measure == 'persons'")
    >>> def gone(reading):
    ...     return sum(reading.episodes.ending == 2)
    >>> own = run(base, replications=4, metrics={"gone": gone}).measures.query("measure == 'gone'")
    >>> len(own)
    4
    """
    batch = run_all(
        (scenario,), replications, seed, jobs, progress,
        check=check, metrics=metrics, preparing=preparing, keep=keep, observer=observer,
    )  # fmt: skip
    return Results(batch)


def run_all(
    scenarios: Sequence[Scenario],
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | Place = 1,
    progress: Progress | None = None,
    *,
    check: bool = False,
    metrics: OwnMetrics | None = None,
    preparing: Progress | None = None,
    keep: Keep | Collection[str] | None = None,
    observer: Observer | None = None,
    ledgers_of: int | None = None,
) -> Batch:
    """Run several scenarios on the same chance; the first one says how often and with what seed.

    With a `Keep` every run goes to a store, and what is there is not run again; words are as in
    `run`. ``ledgers_of``: of how many of the first scenarios ledgers are kept, where not of all.
    """
    store, ledgers = asked_of(keep)
    about = scenarios[0].scenario
    count = about.replications if replications is None else replications
    seeded = [with_seed(one, about.seed if seed is None else seed) for one in scenarios]
    tasks = [(one, number) for number in range(count) for one in seeded]
    found, today = run_batch(
        seeded, count, tasks, jobs, progress,
        check=check, metrics=metrics, preparing=preparing, keep=store, observer=observer,
        ledgers={one.key for one in seeded[:ledgers_of]} if ledgers else (),
    )  # fmt: skip
    return Batch.of(
        tuple(seeded), found.runs, planned=count, interrupted=found.interrupted,
        today=today, own_units=units_of(metrics or {}), failed=found.failed,
    )  # fmt: skip


def run_batch(
    scenarios: Sequence[Scenario], count: int, tasks: Sequence[Task], jobs: int | Place,
    progress: Progress | None, *, check: bool, metrics: OwnMetrics | None,
    preparing: Progress | None, keep: Keep | None, ledgers: Collection[str] = (),
    observer: Observer | None = None,
) -> tuple[Gathered, tuple[Origin, ...]]:  # fmt: skip
    """Run tasks, with the people of today at hand.

    Returns
    -------
    tuple
        What there is of them now, and where the people of today came from.

    Raises
    ------
    Exception
        What the first replication raised, when none is done.
    """
    place = place_of(jobs)
    if count < 1 or place.jobs < 1:
        raise ValueError("at least 1 replication and 1 job")
    metrics = checked(metrics or {})
    if keep is not None:
        keep.know(scenarios, own=bool(metrics))
        keep.begin(scenarios, count)
    there, todo = ([], list(tasks)) if keep is None else keep.split(tasks)

    def report(more: int, _: int) -> None:
        if progress is not None:
            progress(len(there) + more, len(tasks))

    found = Gathered(interrupted=True)
    with todays([one for one, _ in todo], {r for _, r in tasks}, place, preparing) as today:
        if not today.interrupted:
            work = partial(
                tried, check=check, metrics=metrics, folders=today.at(place),
                ledgers=ledgers if observer is None else {one.key for one in scenarios},
                more=None if keep is None else keep.more,
            )  # fmt: skip
            seen = None if observer is None else Observing(observer, bool(ledgers), todo)
            found = gather(work, todo, place, report, keep, seen)
    found.runs = [*there, *found.runs]
    _refuse_in_vain(found, lost=keep is None)
    if keep is None:
        return found, today.origins
    complete = not (found.interrupted or found.failed)
    return found, keep.end(complete=complete, today=today.origins, units=units_of(metrics))


def _refuse_in_vain(found: Gathered, *, lost: bool) -> None:
    """Raise what was raised when nothing is done at all; what was ``lost`` too, or not."""
    if not found.runs:
        for one in found.failed:
            if lost or not isinstance(one.error, LostError):
                raise_again(one)


def with_seed(scenario: Scenario, seed: int) -> Scenario:
    """Return the scenario with another seed."""
    about = scenario.scenario.model_copy(update={"seed": seed})
    copy = scenario.model_copy(update={"scenario": about})
    return copy.known_as(base=scenario.base)  # today is the same, whatever the seed


def tried(
    task: Task,
    *,
    check: bool = False,
    metrics: OwnMetrics | None = None,
    folders: Folders | None = None,
    more: Collection[str] | None = None,
    ledgers: Collection[str] = (),
) -> Run | Failed:
    """Run a replication; return what it raised as what it brought.

    ``ledgers``: names of the scenarios whose ledgers go along.
    """
    began = time.perf_counter()
    try:
        return run_once(
            *task, check=check, metrics=metrics, folders=folders, more=more,
            ledgers=task[0].key in ledgers,
        )  # fmt: skip
    except Exception as error:  # told where runs are gathered, which is where it is kept
        scenario, replication = task
        return Failed(
            scenario.key, replication, portable(error), "".join(traceback.format_exception(error)),
            time.perf_counter() - began, platform.node(),
        )  # fmt: skip
