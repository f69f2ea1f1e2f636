"""What comes in and what there is, by area: notifications, places, hours and dwellings."""

from __future__ import annotations

import math

from flowsim.calendar import DAYS_PER_YEAR
from flowsim.scenario.access import Desk
from flowsim.scenario.demand import Demand
from flowsim.scenario.housing import Dwellings, Variant
from flowsim.scenario.model import Scenario
from flowsim.scenario.support import Team
from flowsim.scenario.values import NO_LIMIT, whole_numbers


def spread(scenario: Scenario, pool: Variant | Team | Desk | Dwellings) -> list[float]:
    """Return the capacity of a pool in every area of its scale, in its own unit.

    Places of a variant, client hours a week of a team, assessor hours a week (or assessors) of a
    desk, realised dwellings a year of a stream.
    """
    names = scenario.areas.of_scale(pool.scale)
    weights = tuple(scenario.areas.population_of(pool.scale, name) for name in names)
    if isinstance(pool, Variant):
        tables = list(pool.providers.values()) if pool.providers is not None else [pool.places]
        if tables == [None]:
            return [math.inf] * len(names)
        whole = [whole_numbers(t.spread(names, weights)) for t in tables if t is not None]
        rooms = [sum(by_provider) for by_provider in zip(*whole, strict=True)]
        return [math.inf if room >= NO_LIMIT else float(room) for room in rooms]
    if isinstance(pool, Team):
        if pool.hours_per_week is not None:
            hours = pool.hours_per_week.spread(names, weights)
        else:
            assert pool.fte is not None
            present = (pool.client_hours or 0.0) * (1 - pool.vacancy) * (1 - pool.absence)
            hours = tuple(present * fte for fte in pool.fte.spread(names, weights))
        return [math.floor(60 * h + 1e-6) / 60 if h < math.inf else h for h in hours]
    if isinstance(pool, Desk):
        if pool.assessors is not None:
            return list(pool.assessors.spread(names, weights))
        assert pool.fte is not None
        return [fte * (pool.hours_per_fte or 0.0) for fte in pool.fte.spread(names, weights)]
    if pool.every_days is not None:
        return [pool.batch * DAYS_PER_YEAR / pool.every_days * pool.realised for _ in names]
    assert pool.per_year is not None
    return [n * pool.realised for n in pool.per_year.spread(names, weights)]


def notifications(scenario: Scenario, demand: Demand) -> dict[str, float]:
    """Return a profile's notifications a year by municipality, on the start date."""
    areas, about = scenario.areas, scenario.scenario
    names = areas.municipalities
    people = tuple(areas.populations[name] for name in names)
    factors = demand.weight.spread(names, people) if demand.weight else (1.0,) * len(names)
    weights = tuple(p * factor for p, factor in zip(people, factors, strict=True))
    if demand.per_10k_per_year is not None:
        rates = tuple(demand.per_10k_per_year * weight / 10_000 for weight in weights)
    elif demand.per_year is not None:
        rates = demand.per_year.spread(names, weights)
    else:
        years = about.years or (about.days or DAYS_PER_YEAR) / DAYS_PER_YEAR
        home = demand.municipality or names[0]
        rates = tuple(len(demand.on_days or ()) / years if m == home else 0.0 for m in names)
    return dict(zip(names, rates, strict=True))


def by_municipality(scenario: Scenario) -> dict[str, float]:
    """Return the notifications a year of all profiles by municipality, on the start date."""
    parts = [notifications(scenario, demand) for demand in scenario.demand]
    names = scenario.areas.municipalities
    return {name: math.fsum(part[name] for part in parts) for name in names}


def mix_of(demand: Demand, index: dict[str, int]) -> dict[int, float]:
    """Return the share of a profile's clients by level."""
    if demand.level_mix is None:
        return {0: 1.0}
    return {index[name]: share for name, share in demand.level_mix.items()}


def handles(desk: Desk, profile: str, level: str) -> float:
    """Return the share of a profile's cases at a level that a desk takes."""
    takes = desk.handles
    if takes.profiles is not None and profile not in takes.profiles:
        return 0.0
    if takes.levels is not None and level not in takes.levels:
        return 0.0
    return takes.share
