"""How much there is of a pool, by area in lasting order: places, minutes, assessors, dwellings."""

from __future__ import annotations

import math

from flowsim.calendar import DAYS_PER_WEEK, DAYS_PER_YEAR
from flowsim.layout.where import Where
from flowsim.scenario.access import Desk
from flowsim.scenario.housing import Dwellings, Variant
from flowsim.scenario.support import Team
from flowsim.scenario.values import NO_LIMIT, ByArea, whole_numbers

_UNLIMITED = ByArea.parse("unlimited")


def providers_of(where: Where, variant: Variant) -> tuple[str, ...]:
    """Return the names of the providers of a variant, largest first; one nameless if none."""
    if variant.providers is None:
        return ("",)
    sizes = {
        name: sum(where.spread(places, variant.scale)) for name, places in variant.providers.items()
    }
    return tuple(sorted(sizes, key=lambda name: -sizes[name]))


def places_of(where: Where, variant: Variant) -> tuple[tuple[int, ...], ...]:
    """Return the places of a variant by provider and area."""
    listed = [variant.places or _UNLIMITED]
    if variant.providers is not None:
        listed = [variant.providers[name] for name in providers_of(where, variant)]
    return tuple(whole_numbers(where.spread(places, variant.scale)) for places in listed)


def team_minutes(where: Where, team: Team) -> tuple[int, ...]:
    """Return a team's client-bound minutes a week by area, rounded down."""
    if team.hours_per_week is not None:
        hours = where.spread(team.hours_per_week, team.scale)
        return tuple(NO_LIMIT if math.isinf(h) else math.floor(60 * h + 1e-6) for h in hours)
    assert team.fte is not None
    filled = 1 - team.vacancy
    return tuple(present_minutes(team, filled * n) for n in where.spread(team.fte, team.scale))


def present_minutes(team: Team, filled_fte: float) -> int:
    """Return the minutes a week of filled positions, less absence, rounded down."""
    assert team.client_hours is not None
    hours = team.client_hours * filled_fte * (1 - team.absence)
    return NO_LIMIT if math.isinf(hours) else math.floor(60 * hours + 1e-6)


def assessors_of(where: Where, desk: Desk) -> tuple[tuple[int, float], ...]:
    """Return the assessors of a desk by area, and the days one needs for an hour of work."""
    if desk.fte is None:
        assert desk.assessors is not None
        return tuple((n, 1.0) for n in whole_numbers(where.spread(desk.assessors, desk.scale)))
    return tuple(_full_time(desk, fte) for fte in where.spread(desk.fte, desk.scale))


def _full_time(desk: Desk, fte: float) -> tuple[int, float]:
    assessors = math.ceil(fte - 1e-9)
    weekly = (desk.hours_per_fte or 0.0) * fte / assessors if assessors else 0.0
    return assessors, DAYS_PER_WEEK / weekly if weekly else math.inf


def dwellings_a_year(where: Where, stream: Dwellings) -> tuple[float, ...]:
    """Return the agreed dwellings a year of a stream by area, realised or not."""
    if stream.every_days is not None:
        each = stream.batch * DAYS_PER_YEAR / stream.every_days
        return (each,) * len(where.areas(stream.scale))
    assert stream.per_year is not None  # the one or the other
    return where.spread(stream.per_year, stream.scale)
