"""The fluid balance: on average, is there enough of everything for what is asked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flowsim.calendar import DAYS_PER_YEAR
from flowsim.errors import Problem
from flowsim.scenario.access import Desk
from flowsim.scenario.fluid import Flow, desk_load, steady_flow
from flowsim.scenario.housing import Dwellings, Variant
from flowsim.scenario.model import Scenario
from flowsim.scenario.rates import by_municipality, spread
from flowsim.scenario.stays import Stays
from flowsim.scenario.support import Team
from flowsim.scenario.values import Scale

DRIFT = 0.10
"""A stock further than this from today's is said to drift."""
FULL = 1 - 1e-6


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """One thing that should balance: what is asked of it against what there is."""

    what: str
    """What is compared, with its unit."""
    value: float
    """What is asked, or what the steady flow comes to."""
    against: float
    """What there is."""
    ratio: float
    """``value`` / ``against``; infinite where nothing can balance."""
    note: str = ""
    """In words; begins with ``no balance`` where a queue has no other end than service."""


def fluid_balance(scenario: Scenario) -> list[BalanceLine]:
    """Return the balance of a scenario: desks, variants, teams and dwellings, in that order.

    A steady flow without chance: real queues are longer, and arise below a ratio of 1 too. People
    for whom there is no room give up, go to the next variant that suits them, or find a dwelling
    alone; where a scenario allows none of these, the note begins with ``no balance``.
    """
    flow = steady_flow(scenario)
    return [
        *_desks(scenario, flow),
        *_variants(scenario, flow),
        *_today(scenario, flow),
        *_teams(scenario, flow),
        *_dwellings(scenario, flow),
    ]


def _line(what: str, value: float, against: float, note: str) -> BalanceLine:
    if value == 0:
        ratio = 0.0
    elif against == 0 or not math.isfinite(value):
        ratio = math.inf
    else:
        ratio = value / against
    return BalanceLine(what, value, against, ratio, note)


# ---------------------------------------------------------------- desks
def _desks(scenario: Scenario, flow: Flow) -> Iterator[BalanceLine]:
    for desk in scenario.desk:
        new, other, capacity = desk_load(scenario, desk, flow)
        unit = "assessors" if desk.assessment_days is not None else "hours a week"
        full = (new + other) / capacity >= FULL if capacity else True
        for area, share, people, room in _areas(scenario, desk):
            work = new * share + _per_head(scenario, desk, flow, share, people)
            note = f"{_n(flow.cases[desk.name] * share)} new cases a year"
            if flow.reassessed[desk.name]:
                note += f", {_n(flow.reassessed[desk.name] * share)} reassessments"
            if desk.other_work is not None:
                cases = desk.other_work.cases_per_1000_per_year * people / 1000
                note += f", {_n(cases)} other cases"
            if work >= room * FULL or (full and desk.scale == "region"):
                bounded = desk.patience_days is not None
                note = _over(note, work - room, bounded, "some give up", "the queue grows")
            yield _line(f"desk {desk.name}{area}, {unit}", work, room, note)


def _per_head(scenario: Scenario, desk: Desk, flow: Flow, share: float, people: float) -> float:
    """Return reassessments (by demand) and other work (by population) of one area."""
    everyone = math.fsum(scenario.areas.populations.values())
    weeks = DAYS_PER_YEAR / 7
    work = 0.0
    if desk.reassessment_hours is not None:
        work += flow.reassessed[desk.name] * share * desk.reassessment_hours.mean / weeks
    if desk.other_work is not None:
        cases = desk.other_work.cases_per_1000_per_year * everyone / 1000
        work += cases * (people / everyone) * desk.other_work.hours.mean / weeks
    return work


# ---------------------------------------------------------------- variants
def _variants(scenario: Scenario, flow: Flow) -> Iterator[BalanceLine]:
    for variant in scenario.variant:
        station = flow.stations[variant.name]
        limited = math.isfinite(math.fsum(spread(scenario, variant)))
        entered = math.fsum(station.entries.values())
        stay = station.residents / entered if entered else 0.0
        note = f"{_n(entered)} enter a year and stay {_n(stay)} years"
        if station.blocked > 0.05:
            note += f", {_n(station.blocked)} are ready and wait"
        asked = station.asked + station.blocked
        if station.passed_on > 0 and station.given_up + station.unserved == 0:
            asked = station.used
            if limited and station.passed_on > 0.05:
                note += f"; {_n(station.passed_on)} a year find it full and take the next variant"
                note += " that suits them"
        note = _queue(variant, station.given_up, station.unserved, note)
        if not math.isfinite(station.used):
            stuck = ", ".join(_without_end(scenario, variant))
            note = f"no balance: nobody leaves {stuck or 'it'}"
        elif not limited:
            continue
        for area, share, _, room in _areas(scenario, variant):
            yield _line(f"variant {variant.name}{area}, places", asked * share, room, note)


def _queue(variant: Variant, given_up: float, unserved: float, note: str) -> str:
    if given_up > 0.05:
        note += f"; {_n(given_up)} a year give up"
        if variant.patience_days is not None:
            waiting = given_up * variant.patience_days.mean / DAYS_PER_YEAR
            note += f", about {_n(waiting)} wait"
    if unserved > 1e-6:
        note = f"no balance: the queue grows by {_n(unserved)} a year; {note}"
    return note


def _without_end(scenario: Scenario, variant: Variant) -> Iterator[str]:
    stays = Stays(scenario)
    for level in stays.serves(variant):
        if not math.isfinite(math.fsum(stays.of(variant, level).years.values())):
            yield f"level {stays.levels[level].name!r}" if scenario.level else "it"


def _today(scenario: Scenario, flow: Flow) -> Iterator[BalanceLine]:
    start = scenario.start
    for name, residents in start.residents.items():
        station = flow.stations[name]
        line = _line(_residents(name), station.residents, float(residents), "")
        note = "in the long run, against today"
        if residents and math.isfinite(station.residents):
            stay = station.residents / (math.fsum(station.entries.values()) or math.inf)
            first = (line.ratio - 1) * (1 - math.exp(-1 / stay)) if stay else -1.0
            note += f"; {first:+.1%} in the first year"
        if not 1 - DRIFT <= line.ratio <= 1 + DRIFT:
            note += f"; drifts by more than {DRIFT:.0%}"
        yield BalanceLine(line.what, line.value, line.against, line.ratio, note)
    ready = sum(start.ready_to_leave.values()) + sum(start.ready_to_move.values())
    a_year = math.fsum(math.fsum(spread(scenario, stream)) for stream in scenario.dwellings)
    if ready and scenario.dwellings:
        note = "people ready today, against dwellings in a year"
        yield _line("ready to move or leave", float(ready), a_year, note)


def _residents(variant: str) -> str:
    return f"variant {variant}, residents"


def drifts(scenario: Scenario, balance: Iterable[BalanceLine]) -> list[Problem]:
    """Return where its balance says that a base drifts away from its own today, and it may not.

    A scenario that extends another moves away from today on purpose: its balance says how far.
    """
    if scenario.extends or scenario.start.drift == "accepted":
        return []
    lines = {line.what: line for line in balance}
    problems = []
    for name in scenario.start.residents:
        line = lines[_residents(name)]
        if not 1 - DRIFT <= line.ratio <= 1 + DRIFT:
            file = scenario._origin.get("start") or scenario.key
            found = f"{line.against:.0f} residents today, {_n(line.value)} in the long run"
            allowed = f'a start within {DRIFT:.0%} of the long run, or start.drift = "accepted"'
            path = f"start.residents.{name}"
            problems.append(Problem(file=file, path=path, found=found, allowed=allowed))
    return problems


def warnings(scenario: Scenario) -> Iterator[Problem]:
    """Yield what the balance of a scenario says that must stand beside its results."""
    yield from drifts(scenario, fluid_balance(scenario))


# ---------------------------------------------------------------- teams and dwellings
def _teams(scenario: Scenario, flow: Flow) -> Iterator[BalanceLine]:
    levels = Stays(scenario).levels
    for team in scenario.team:
        hours = 0.0
        for variant in scenario.variant:
            if variant.team == team.name:
                station = flow.stations[variant.name]
                for level, persons in station.persons.items():
                    each = levels[level].hours_per_week * variant.hours_factor
                    hours += persons * each if persons and each else 0.0
                hours += station.blocked * _hours_of_blocked(scenario, variant)
        hours += _aftercare_hours(scenario, flow, team)
        for area, share, _, room in _areas(scenario, team):
            note = "asked by the residents and their aftercare"
            if hours * share >= room * FULL:
                note += "; not all who could be placed will be"
            yield _line(f"team {team.name}{area}, hours a week", hours * share, room, note)


def _hours_of_blocked(scenario: Scenario, variant: Variant) -> float:
    """Return the hours a week of someone who is ready to leave, or one level below the variant."""
    stays = Stays(scenario)
    below = max(stays.serves(variant)[0] - 1, stays.ready_at, 0)
    return stays.levels[below].hours_per_week * variant.hours_factor


def _aftercare_hours(scenario: Scenario, flow: Flow, team: Team) -> float:
    aftercare = scenario.leaving.aftercare
    if aftercare is None or aftercare.team != team.name:
        return 0.0
    persons = flow.left["own_dwelling"] * aftercare.days.mean / DAYS_PER_YEAR
    return persons * Stays(scenario).levels[Stays(scenario).index[aftercare.level]].hours_per_week


def _dwellings(scenario: Scenario, flow: Flow) -> Iterator[BalanceLine]:
    alone = scenario.leaving.find_alone_per_year
    for stream in scenario.dwellings:
        needed = flow.needed[stream.name]
        short = flow.short(stream.name, math.fsum(spread(scenario, stream)))
        note = "asked by people who start at home, move there or leave"
        if short > 1e-6 and alone:
            note = f"{_n(short)} a year find one alone, about {_n(short / alone)} wait"
        elif short > 1e-6:
            note = f"no balance: the queue grows by {_n(short)} a year"
        for area, share, _, room in _areas(scenario, stream):
            yield _line(f"dwellings {stream.name}{area}, a year", needed * share, room, note)


# ---------------------------------------------------------------- areas and words
def _areas(
    scenario: Scenario, pool: Desk | Variant | Team | Dwellings
) -> Iterator[tuple[str, float, float, float]]:
    """Yield label, share of the demand, population and capacity of each area that stands alone.

    A desk stands alone in every area. The rest is one pool where everyone crosses the border.
    """
    areas = scenario.areas
    rooms = spread(scenario, pool)
    if not isinstance(pool, Desk) and _crosses(scenario, pool.scale):
        yield "", 1.0, math.fsum(areas.populations.values()), math.fsum(rooms)
        return
    demand = by_municipality(scenario)
    total = math.fsum(demand.values())
    for name, room in zip(areas.of_scale(pool.scale), rooms, strict=True):
        inside = [d for m, d in demand.items() if areas.area_of(m, pool.scale) == name]
        share = math.fsum(inside) / total if total else 0.0
        label = "" if pool.scale == "region" else f" in {name}"
        yield label, share, areas.population_of(pool.scale, name), room


def _crosses(scenario: Scenario, scale: Scale) -> bool:
    """Tell whether everyone accepts a place or dwelling in every area of a scale."""
    accepts = [d.accepts_elsewhere for d in scenario.demand]
    if scale == "region" or len(scenario.areas.of_scale(scale)) == 1:
        return True
    if scenario.placement.within != "region":
        return False
    far = all(a.subregion == 1 for a in accepts) or len(scenario.areas.subregions) == 1
    return far and (scale == "subregion" or all(a.municipality == 1 for a in accepts))


def _over(note: str, excess: float, bounded: bool, given_up: str, grows: str) -> str:
    if bounded:
        return f"{note}; {given_up}"
    return f"no balance: {grows}; {note}" if excess > -1e-6 else note


def _n(number: float) -> str:
    if not math.isfinite(number):
        return "without end"
    return f"{number:.0f}" if abs(number) >= 100 else f"{number:.1f}"
