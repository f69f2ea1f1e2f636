"""How many people notify themselves a year, on the start date and on average over some time."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from flowsim.balance.rates import notifications
from flowsim.calendar import DAYS_PER_YEAR
from flowsim.layout import Layout
from flowsim.scenario.demand import Demand
from flowsim.scenario.model import Scenario

SMALL_GROWTH = 1e-9
MOST_POWER = 300.0
"""Growth beyond this is beyond any number."""


@dataclass(frozen=True)
class Inflow:
    """Notifications a year, by profile and municipality."""

    rates: dict[str, dict[str, float]]

    @cached_property
    def by_profile(self) -> dict[str, float]:
        """Notifications a year of each profile."""
        return {profile: math.fsum(rates.values()) for profile, rates in self.rates.items()}

    @cached_property
    def by_municipality(self) -> dict[str, float]:
        """Notifications a year of all profiles, by municipality."""
        total: dict[str, float] = defaultdict(float)
        for rates in self.rates.values():
            for name, rate in rates.items():
                total[name] += rate
        return dict(total)


def at_the_start(scenario: Scenario) -> Inflow:
    """Return the inflow of the start date: without growth or dated changes."""
    layout = Layout(scenario)
    return Inflow({d.profile: notifications(layout, d) for d in scenario.demand})


def in_the_mean(scenario: Scenario, since: float = 0.0) -> Inflow:
    """Return the mean inflow from a day on, as long as nothing changes but the inflow itself.

    Growth, dated changes of the inflow and notifications on exact days count for the time that
    they hold. The mean ends with the window, or where another lever changes on a date.

    Parameters
    ----------
    since
        Days since the start date; one on which a phase begins.
    """
    phases = scenario.phases
    ends = [*(day for day, _ in phases[1:]), math.inf]
    until = _end_of_mean(scenario, since)
    total: dict[str, dict[str, float]] = {}
    grown = dict.fromkeys((demand.profile for demand in scenario.demand), 1.0)
    for (day, phase), next_day in zip(phases, ends, strict=True):
        first, last = max(day, since), min(next_day, until)
        layout = Layout(phase)
        for demand in phase.demand:
            known = total.setdefault(demand.profile, defaultdict(float))
            if last > first:
                for name, people in _people(layout, demand, day, first, last).items():
                    known[name] += people * grown[demand.profile] * DAYS_PER_YEAR / (until - since)
            if next_day < until:
                years = (next_day - day) / DAYS_PER_YEAR
                grown[demand.profile] *= _exp(math.log1p(demand.growth_per_year) * years)
    _add_exact_days(scenario, since, until, total)
    return Inflow(total)


def _end_of_mean(scenario: Scenario, since: float) -> float:
    end = Layout(scenario).window_days
    alike = None
    for day, phase in scenario.phases:
        levers = _without_inflow(phase)
        if day <= since:
            alike = levers
        elif levers != alike:
            end = min(end, day)
            break
    return end if end > since else since + DAYS_PER_YEAR


def _without_inflow(scenario: Scenario) -> dict[str, object]:
    none = {"per_year": None, "per_10k_per_year": None, "weight": None, "growth_per_year": 0.0}
    demand = tuple(block.model_copy(update=none) for block in scenario.demand)
    return {**scenario.__dict__, "demand": demand, "change": ()}


def _people(
    layout: Layout, demand: Demand, begun: float, first: float, last: float
) -> dict[str, float]:
    """Return how many notify themselves between two days, by municipality, before growth so far.

    ``begun``: the day from which the rate grows.
    """
    if demand.on_days is not None:
        return {}
    pace = math.log1p(demand.growth_per_year)
    start, end = (first - begun) / DAYS_PER_YEAR, (last - begun) / DAYS_PER_YEAR
    years = end - start
    if abs(pace) > SMALL_GROWTH:
        years = (_exp(pace * end) - _exp(pace * start)) / pace
    return {name: rate * years for name, rate in notifications(layout, demand).items()}


def _exp(power: float) -> float:
    return math.exp(min(power, MOST_POWER))


def _add_exact_days(
    scenario: Scenario, first: float, last: float, total: dict[str, dict[str, float]]
) -> None:
    for demand in scenario.demand:
        if demand.on_days is not None:
            home = demand.municipality or scenario.areas.municipalities[0]
            count = sum(first <= day < last for day in demand.on_days)
            total[demand.profile] = {home: count * DAYS_PER_YEAR / (last - first)}
