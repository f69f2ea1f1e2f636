"""One unit more of each resource of a scenario, as the file counts it: what is scarce."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from flowsim.calendar import DAYS_PER_YEAR
from flowsim.layout import Layout
from flowsim.scenario import Scenario
from flowsim.scenario.paths import join
from flowsim.scenario.values import ByArea, Scale

PLACE, DWELLING, ASSESSOR = "place", "dwelling a year", "assessor"
FTE, HOUR = "FTE", "hour a week"
_More = tuple[tuple[str, ...], float | dict[str, float], str]
"""Keys of a value, the value with one more, and where that one is (empty: spread as it was)."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One more of a resource, from today on."""

    resource: str
    """``place``, ``dwellings``, ``team`` or ``desk``, as `flowsim.ledger.PoolInfo.kind`."""
    name: str
    """Of the variant, stream, team or desk."""
    more: str
    """What one unit is: `PLACE`, `DWELLING`, `FTE`, `HOUR` or `ASSESSOR`."""
    provider: str
    area: str
    """Where the one more is; both empty where it is spread as the others are."""
    scenario: Scenario
    """The scenario with it."""


def one_more(base: Scenario) -> list[Unit]:
    """Return a scenario with one unit more of each resource; what is unlimited is left out.

    A place or an assessor is whole: of those that are given by area, one more in the area that has
    most. FTE, hours and dwellings a year are spread as they were.
    """
    found = []
    for number, (resource, name, what, provider, more) in enumerate(_resources(Layout(base))):
        keys, value, area = more
        one = base.with_({join(keys): value}, name=f"one_more_{number + 1}")
        found.append(Unit(resource, name, what, provider, area, one))
    return found


def _resources(layout: Layout) -> Iterator[tuple[str, str, str, str, _More]]:
    for variant in layout.scenario.variant:
        at = ("variant", variant.name)
        if variant.providers is not None:
            sizes = {one: sum(layout.spread(places, variant.scale))
                     for one, places in variant.providers.items()}  # fmt: skip
            largest = max(sizes, key=lambda one: sizes[one])
            places = variant.providers[largest]
            if math.isfinite(sizes[largest]):
                keys = (*at, "providers", largest)
                more = _whole(layout, keys, places, variant.scale)
                yield "place", variant.name, PLACE, largest, more
        elif variant.places is not None and _is_limited(variant.places):
            more = _whole(layout, (*at, "places"), variant.places, variant.scale)
            yield "place", variant.name, PLACE, "", more
    for stream in layout.scenario.dwellings:
        at = ("dwellings", stream.name)
        if stream.every_days is not None:
            areas = len(layout.areas(stream.scale))
            a_year = stream.batch * DAYS_PER_YEAR / stream.every_days + 1 / areas
            more = (*at, "every_days"), stream.batch * DAYS_PER_YEAR / a_year, ""
            yield "dwellings", stream.name, DWELLING, "", more
        elif stream.per_year is not None and _is_limited(stream.per_year):
            more = _spread(layout, (*at, "per_year"), stream.per_year, stream.scale)
            yield "dwellings", stream.name, DWELLING, "", more
    yield from _staff(layout)


def _staff(layout: Layout) -> Iterator[tuple[str, str, str, str, _More]]:
    for team in layout.scenario.team:
        number, key = (team.hours_per_week, "hours_per_week") if team.fte is None else (
            team.fte, "fte")  # fmt: skip
        if number is not None and _is_limited(number):
            more = _spread(layout, ("team", team.name, key), number, team.scale)
            yield "team", team.name, HOUR if team.fte is None else FTE, "", more
    for desk in layout.scenario.desk:
        if desk.fte is not None and _is_limited(desk.fte):
            more = _spread(layout, ("desk", desk.name, "fte"), desk.fte, desk.scale)
            yield "desk", desk.name, FTE, "", more
        elif desk.assessors is not None and _is_limited(desk.assessors):
            more = _whole(layout, ("desk", desk.name, "assessors"), desk.assessors, desk.scale)
            yield "desk", desk.name, ASSESSOR, "", more


def _is_limited(number: ByArea) -> bool:
    return number.each is None or math.isfinite(number.each)


def _whole(layout: Layout, keys: tuple[str, ...], number: ByArea, scale: Scale) -> _More:
    """Return a number with one more, in the area that has most."""
    if number.total is not None:
        return keys, _plain(number.total + 1), ""
    names, numbers = layout.areas(scale), list(layout.spread(number, scale))
    most = numbers.index(max(numbers))
    numbers[most] += 1
    table = {name: _plain(n) for name, n in zip(names, numbers, strict=True)}
    return keys, table, names[most] if len(names) > 1 else ""


def _spread(layout: Layout, keys: tuple[str, ...], number: ByArea, scale: Scale) -> _More:
    """Return a number with one more, spread over areas as it was."""
    if number.total is not None:
        return keys, _plain(number.total + 1), ""
    names, numbers = layout.areas(scale), layout.spread(number, scale)
    whole = sum(numbers)
    shares = [n / whole for n in numbers] if whole else [1 / len(names)] * len(names)
    table = {name: _plain(n + s) for name, n, s in zip(names, numbers, shares, strict=True)}
    return keys, table, ""


def _plain(value: float) -> float:
    """Return a number as one writes it: whole where it is."""
    return int(value) if value == int(value) else value
