"""What the balance gives of what is counted today, so that it can be fitted to that."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from flowsim.balance.flow import Flow
from flowsim.balance.inflow import at_the_start
from flowsim.balance.limits import Limit
from flowsim.balance.stays import Stays
from flowsim.balance.steady import desk_load, steady_flow
from flowsim.balance.work import team_hours
from flowsim.layout import Layout
from flowsim.scenario.model import Scenario

WAITING: Final = "waiting"
"""People with an award who wait in no place."""
BLOCKED: Final = "blocked"
"""Residents who are ready to move or to leave."""
BUSY_TEAM: Final = 0.96
BUSY_DESK: Final = 0.90
"""Share of its hours that a team or a desk uses beyond which its queue is more than chance."""
YEARS_SPARE: Final = 2.0
"""A dwelling a year that nobody needs counts as so many people fewer who wait."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One balance: numbers in the order of `names_of`, and the hours beyond what is busy."""

    people: tuple[float, ...]
    """In persons, of what can be counted."""
    signed: tuple[float, ...]
    """The same, with what is to spare as a queue below 0: so each guess has a slope."""
    beyond: tuple[float, ...]
    """Of each team and desk: share of its hours that is asked beyond what is busy."""
    load: float
    """Largest share of its hours that a team or desk is asked."""


def names_of(scenario: Scenario) -> tuple[str, ...]:
    """Return what is counted: residents by variant, who waits, who is blocked."""
    return (*scenario.start.residents, WAITING, BLOCKED)


def today_of(scenario: Scenario) -> tuple[float, ...]:
    """Return the counts of today, in the order of `names_of`."""
    start = scenario.start
    waiting = sum(one.persons for one in start.waiting)
    blocked = sum(start.ready_to_leave.values()) + sum(start.ready_to_move.values())
    return (*map(float, start.residents.values()), float(waiting), float(blocked))


def counted(scenario: Scenario) -> Counted | None:
    """Return what the balance of a base gives; None where it does not settle."""
    flow = steady_flow(scenario, at_the_start(scenario), roughly=True)
    stays = Stays(Layout(scenario))
    residents = [flow.stations[name].residents for name in scenario.start.residents]
    blocked = math.fsum(station.blocked for station in flow.stations.values())
    people = (*residents, flow.waiting, blocked)
    if not flow.settled or not all(map(math.isfinite, people)):
        return None
    places, dwellings = _spare(stays, flow)
    waiting = flow.waiting - places - YEARS_SPARE * dwellings
    signed = (*residents, waiting, blocked - YEARS_SPARE * dwellings)
    loads = list(_loads(stays, flow))
    beyond = tuple(max(load - busy, 0.0) for load, busy in loads)
    return Counted(people, signed, beyond, max((load for load, _ in loads), default=0.0))


def _spare(stays: Stays, flow: Flow) -> tuple[float, float]:
    """Return the places that are free, and the dwellings a year that nobody needs."""
    layout, scenario = stays.layout, stays.layout.scenario
    places = (Limit(layout, one, flow.inflow).total - flow.stations[one.name].used
              for one in scenario.variant)  # fmt: skip
    dwellings = (Limit(layout, one, flow.inflow).total - flow.used[one.name]
                 for one in scenario.dwellings)  # fmt: skip
    free, lapse = ([max(n, 0.0) for n in listed if math.isfinite(n)]
                   for listed in (places, dwellings))  # fmt: skip
    return math.fsum(free), math.fsum(lapse)


def _loads(stays: Stays, flow: Flow) -> Iterator[tuple[float, float]]:
    """Yield the share of its hours that each team and desk is asked, and what is busy."""
    layout, scenario = stays.layout, stays.layout.scenario
    for team in scenario.team:
        there = Limit(layout, team, flow.inflow).total
        asked = team_hours(flow, team, stays) / max(flow.staffed.get(team.name, 1.0), 1e-3)
        yield asked / there if there else 0.0, BUSY_TEAM
    for desk in scenario.desk:
        new, other, there = desk_load(layout, desk, flow)
        yield (new + other) / there if there else 0.0, BUSY_DESK
