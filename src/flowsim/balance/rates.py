"""What comes in and what there is, by area as the file lists them, in units of the balance."""

from __future__ import annotations

import math

from flowsim.calendar import DAYS_PER_YEAR
from flowsim.layout import Layout
from flowsim.scenario.access import Desk
from flowsim.scenario.demand import Demand
from flowsim.scenario.housing import Dwellings, Variant
from flowsim.scenario.support import Team
from flowsim.scenario.values import NO_LIMIT

Pool = Desk | Variant | Team | Dwellings


def spread(layout: Layout, pool: Pool) -> list[float]:
    """Return the capacity of a pool in every area of its scale, in its own unit.

    Places of a variant, client hours a week of a team, assessor hours a week (or assessors) of a
    desk, realised dwellings a year of a stream.
    """
    there = dict(zip(layout.areas(pool.scale), _capacity(layout, pool), strict=True))
    return [there[name] for name in layout.scenario.areas.of_scale(pool.scale)]


def _capacity(layout: Layout, pool: Pool) -> list[float]:
    if isinstance(pool, Variant):
        by_provider = layout.places(layout.variant_number[pool.name])
        rooms = [sum(row) for row in zip(*by_provider, strict=True)]
        return [math.inf if room >= NO_LIMIT else float(room) for room in rooms]
    if isinstance(pool, Team):
        minutes = layout.team_minutes[layout.teams.index(pool)]
        return [math.inf if n >= NO_LIMIT else n / 60 for n in minutes]
    if isinstance(pool, Desk):
        if pool.assessors is not None:
            return list(layout.spread(pool.assessors, pool.scale))
        assert pool.fte is not None
        hours = pool.hours_per_fte or 0.0
        return [fte * hours for fte in layout.spread(pool.fte, pool.scale)]
    agreed = layout.dwellings_a_year[layout.streams.index(pool)]
    return [n * pool.realised for n in agreed]


def notifications(layout: Layout, demand: Demand) -> dict[str, float]:
    """Return a profile's notifications a year by municipality, on the start date.

    Of those on exact days it is their mean over the window.
    """
    rates = dict(zip(layout.municipalities, layout.rate_of(demand), strict=True))
    names = layout.scenario.areas.municipalities
    if demand.on_days is not None:
        about = layout.scenario.scenario
        years = about.years or (about.days or DAYS_PER_YEAR) / DAYS_PER_YEAR
        rates[demand.municipality or names[0]] = len(demand.on_days) / years
    return {name: rates[name] for name in names}


def by_municipality(layout: Layout) -> dict[str, float]:
    """Return the notifications a year of all profiles by municipality, on the start date."""
    parts = [notifications(layout, demand) for demand in layout.scenario.demand]
    names = layout.scenario.areas.municipalities
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
