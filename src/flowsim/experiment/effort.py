"""What a batch will take, from the numbers of its scenarios: nothing is made or drawn for it.

Rates were measured on scenarios of 100 to 120,000 clients and of 1 to 1,000 municipalities, and
are right within a factor three or so: enough to tell a minute from a week.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from flowsim.balance.rates import notifications, spread
from flowsim.calendar import DAYS_PER_YEAR
from flowsim.experiment import kept
from flowsim.experiment.burn_in import MOST_INSTANTS, PATHS, base_key, in_balance, path_of
from flowsim.experiment.today import MOST_REMEMBERED
from flowsim.layout import Layout
from flowsim.metrics.window import A_YEAR
from flowsim.scenario import Scenario

EVENTS_PER_CLIENT: Final = 11
SECONDS_PER_EVENT: Final = 1.5e-5
SECONDS_PER_NUMBER: Final = 5e-7
"""Of a number that is measured."""
SECONDS_PER_RUN: Final = 0.02
SECONDS_PER_RECOUNT: Final = 1e-5
SECONDS_PER_PERSON_RECOUNTED: Final = 7e-7
"""With `check`, after each event: of those of today, and a twentieth of who is ever there."""

BYTES_PER_EVENT: Final = 400
BYTES_PER_NUMBER: Final = 100
"""While a run is measured; its labels among them."""
BYTES_PER_PERSON_OF_TODAY: Final = 1500
"""At each moment of a burn-in."""
BYTES_KEPT_PER_CLIENT: Final = 700
"""Of the waits of a run, with the table that is made of them."""
BYTES_KEPT_PER_NUMBER: Final = 24
"""A tenth on dates that are no quarter apart: they stay packed."""
BYTES_OF_THE_PROGRAM: Final = 350e6
BYTES_OF_A_WORKER: Final = 100e6

SECONDS_AT_MOST: Final = 2 * 3600.0
MOST_TIMES: Final = 10**18
"""More replications are not told apart."""
MEMORY_AT_MOST: Final = 0.5
"""Share of the machine's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """What a batch takes."""

    runs: int
    events: float
    """Of an average run."""
    seconds: float
    """Of computing, all processors together."""
    bytes_kept: float
    """Of results, at the end."""
    bytes_at_work: float
    """Of the largest run, or path of a burn-in, while it is made."""

    def jobs(self, asked: int, memory: float) -> int:
        """Return how many processes make sense: no more than runs, and than fit in half of memory.

        Parameters
        ----------
        asked
            How many are wanted.
        memory
            Bytes of the machine.
        """
        room = MEMORY_AT_MOST * memory - BYTES_OF_THE_PROGRAM - self.bytes_kept
        fit = room / (BYTES_OF_A_WORKER + self.bytes_at_work)
        return max(1, min(asked, self.runs, int(max(fit, 1.0))))

    def memory(self, jobs: int) -> float:
        """Return the bytes that are taken with a number of processes."""
        workers = jobs * (BYTES_OF_A_WORKER * (jobs > 1) + self.bytes_at_work)
        return BYTES_OF_THE_PROGRAM + self.bytes_kept + workers

    def is_too_much(self, jobs: int, memory: float) -> bool:
        """Return whether it takes too long, or more than half of the memory of the machine."""
        return self.seconds > SECONDS_AT_MOST or self.memory(jobs) > MEMORY_AT_MOST * memory

    def without(self, done: int) -> Self:
        """Return what the runs take that are not done yet; all results are held at the end."""
        left = max(self.runs - done, 0)
        return replace(self, runs=left, seconds=self.seconds * left / max(self.runs, 1))

    def with_run_of(self, seconds: float) -> Self:
        """Return the same with runs that take so long, as one was found to take."""
        return replace(self, seconds=seconds * self.runs)


def effort_of(
    scenarios: Sequence[Scenario],
    replications: int,
    seed: int | None = None,
    points: int = 1,
    loading: float = 0.0,
    *,
    check: bool = False,
) -> Effort:
    """Return what runs of scenarios take, with the burn-ins that are not kept yet.

    Parameters
    ----------
    scenarios, replications, seed
        As in `flowsim.experiment.run.run_all`.
    points, loading
        How many points of a sweep are like these scenarios, and the seconds to load each.
    check
        Whether the engine recounts itself throughout; in a burn-in it never does.
    """
    first = scenarios[0].scenario.seed if seed is None else seed
    bases = {base_key(one.base): one.base for one in scenarios if path_of(one, 0) is not None}
    runs = [_run(one, check) for one in scenarios]
    replications = min(replications, MOST_TIMES)
    paths = [one for base in bases.values() for one in _paths(base, replications, first)]
    held = min(len(bases) * min(replications, PATHS), MOST_REMEMBERED)
    people = max((_bytes_of_today(base) for base in bases.values()), default=0.0)
    times = min(replications * points, MOST_TIMES)
    return Effort(
        runs=len(runs) * times,
        events=sum(one.events for one in runs) / len(runs),
        seconds=times * sum(one.seconds for one in runs)
        + sum(one.seconds for one in paths)
        + points * loading,
        bytes_kept=times * sum(one.bytes_kept for one in runs),
        bytes_at_work=max(one.bytes_at_work for one in (*runs, *paths)) + held * people,
    )


def _paths(base: Scenario, replications: int, seed: int) -> list[Effort]:
    """Return what the paths take that must be made."""
    count = sum(not _is_kept(base, seed, r) for r in range(min(replications, PATHS)))
    return [_run(in_balance(base, seed))] * count


def _bytes_of_today(base: Scenario) -> float:
    """Return the memory of the people of one path."""
    return BYTES_PER_PERSON_OF_TODAY * MOST_INSTANTS * _people(base)


def _is_kept(base: Scenario, seed: int, replication: int) -> bool:
    from flowsim.experiment.run import with_seed

    path = path_of(with_seed(base, seed), replication)
    try:
        return path is not None and kept.file_of(kept.cache_folder(), path.key).is_file()
    except OSError:
        return False


def _run(scenario: Scenario, check: bool = False) -> Effort:
    """Return what one run takes."""
    clients, layout = _clients(scenario), Layout(scenario)
    events = EVENTS_PER_CLIENT * clients + _circles(layout, clients) + _supply(layout)
    events += _refusals(scenario, clients) + _staff(layout)
    numbers, dated = _numbers(scenario)
    seconds = SECONDS_PER_RUN + SECONDS_PER_EVENT * events + SECONDS_PER_NUMBER * (numbers + dated)
    if check:
        present = _people(scenario) + clients / 20
        seconds += events * (SECONDS_PER_RECOUNT + SECONDS_PER_PERSON_RECOUNTED * present)
    return Effort(
        runs=1,
        events=events,
        seconds=seconds,
        bytes_kept=BYTES_KEPT_PER_CLIENT * clients + BYTES_KEPT_PER_NUMBER * (numbers + dated / 10),
        bytes_at_work=BYTES_PER_EVENT * events + BYTES_PER_NUMBER * (numbers + dated),
    )


# ---------------------------------------------------------------- what happens in a run
def _days(scenario: Scenario) -> float:
    about = scenario.scenario
    window = about.days if about.years is None else about.years * DAYS_PER_YEAR
    return (window or 0.0) + about.follow_up_days


def _people(scenario: Scenario) -> float:
    """Return how many people are in the chain today."""
    start = scenario.start
    waiting = sum(line.persons for line in start.waiting)
    return sum(start.residents.values()) + waiting + start.deciding + start.aftercare


def _clients(scenario: Scenario) -> float:
    """Return how many people there will be: those of today, and who notify."""
    end = _days(scenario)
    starts = [day for day, _ in scenario.phases]
    ends = [*starts[1:], end]
    layouts = [Layout(phase) for _, phase in scenario.phases]
    clients = _people(scenario)
    for number, demand in enumerate(scenario.demand):
        if demand.on_days is not None:
            clients += sum(day < end for day in demand.on_days)
            continue
        grown = 1.0
        for layout, day, until in zip(layouts, starts, ends, strict=True):
            block = layout.scenario.demand[number]
            growth = 1 + block.growth_per_year
            years = max(min(until, end) - day, 0.0) / DAYS_PER_YEAR
            rate = sum(notifications(layout, block).values())
            if rate and years:
                clients += rate * grown * _years_grown(growth, years)
            grown *= _power(growth, years)
    return clients


def _years_grown(growth: float, years: float) -> float:
    """Return the integral of ``growth ** t`` over some years."""
    pace = math.log(growth)
    return years if abs(pace) < 1e-9 else (_power(growth, years) - 1) / pace


def _power(growth: float, years: float) -> float:
    try:
        return math.pow(growth, years)
    except OverflowError:
        return math.inf


def _circles(layout: Layout, clients: float) -> float:
    """Return the events of people who go round and round through stays."""
    scenario, events = layout.scenario, 0.0
    leads = {one.name: set(one.next or ()) - {"out"} for one in scenario.variant}
    for one in scenario.variant:
        if one.stay_days is not None and _comes_back(one.name, leads):
            days = max(one.stay_days.mean, 1e-3)
            events += 4 * min(sum(spread(layout, one)), clients) * _days(scenario) / days
    return events


def _comes_back(name: str, leads: dict[str, set[str]]) -> bool:
    """Return whether who leaves a variant may enter it again; a new visit may lead anywhere."""
    reached: set[str] = set()
    left = set(leads[name])
    while left:
        at = left.pop()
        if at in (name, "access"):
            return True
        reached.add(at)
        left |= leads.get(at, set()) - reached
    return False


def _supply(layout: Layout) -> float:
    """Return the dwellings that are offered and the other cases at the desks."""
    scenario = layout.scenario
    years = _days(scenario) / DAYS_PER_YEAR
    people = sum(scenario.areas.populations.values())
    events = sum(2 * sum(spread(layout, one)) * years for one in scenario.dwellings)
    for desk in scenario.desk:
        if desk.other_work is not None:
            events += 3 * desk.other_work.cases_per_1000_per_year * people / 1000 * years
    return events


def _refusals(scenario: Scenario, clients: float) -> float:
    """Return the refusals of providers, each with its end: as many as it takes to be admitted."""
    events = 0.0
    for one in scenario.variant:
        if one.refuses:
            least = min([share for _, share in one.accepts.table] or [one.accepts.each or 0.0])
            most = _days(scenario) / one.intake_again_days
            events += 2 * clients * (min((1 - least) / least, most) if least else most)
    return events


def _staff(layout: Layout) -> float:
    """Return how often positions are left and filled again."""
    events = 0.0
    for team in layout.teams:
        if team.turnover_per_year and team.fte is not None:
            positions = sum(layout.spread(team.fte, team.scale))
            apart = DAYS_PER_YEAR / team.turnover_per_year + team.hiring_days.mean
            events += 2 * positions * _days(layout.scenario) / apart
    return events


def _numbers(scenario: Scenario) -> tuple[float, float]:
    """Return how many numbers are measured, with dates a quarter apart, and on more dates."""
    about, variants = scenario.scenario, len(scenario.variant)
    years = about.years or (about.days or 0.0) / DAYS_PER_YEAR
    areas = len(scenario.areas.of_scale(scenario.numbers_by)) + 5
    more = ({"daily": DAYS_PER_YEAR} | A_YEAR)[about.dates] - A_YEAR["quarterly"]
    return areas * (years + 1) * (60 + 40 * variants), areas * years * more * (8 + 3 * variants)


# ---------------------------------------------------------------- what there is
def memory_of_the_machine() -> float:
    """Return the bytes of memory that this machine has."""
    import psutil

    return float(psutil.virtual_memory().total)
