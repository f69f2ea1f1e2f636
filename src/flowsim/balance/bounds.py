"""Where a row of the balance is a bound and no estimate, and why: found in the scenario itself."""

from __future__ import annotations

import math

from flowsim.balance.exchange import circles
from flowsim.balance.flow import Flow
from flowsim.balance.rates import spread
from flowsim.balance.titles import Titles
from flowsim.errors import Said, msg
from flowsim.layout import Layout
from flowsim.scenario.housing import Variant
from flowsim.scenario.model import Scenario

AT_MOST, ABOUT, AT_LEAST = "at most", "about", "at least"
BUSY = 0.75
"""Share of its places from which on a station of a circle can be full by chance."""


def bounds_of(layout: Layout, flow: Flow, titles: Titles) -> dict[str, tuple[str, Said]]:
    """Return of which variants the numbers are a bound, which, and the reason in words."""
    found: dict[str, tuple[str, Said]] = {}
    scenario = layout.scenario
    places = {v.name: math.fsum(spread(layout, v)) for v in scenario.variant}
    for names in _held(flow, places):
        said = msg("at most: places are held in a circle of {names}", names=_called(names, titles))
        found |= dict.fromkeys(names, (AT_MOST, said))
    for names in _changed(flow, places):
        said = msg(
            "about: residents of {names} wait for each other's places and change them as chance "
            "brings them together",
            names=_called(names, titles),
        )
        found |= dict.fromkeys(names, (ABOUT, said))
    for variant in scenario.variant:
        reason = _of_providers(scenario, variant)
        if reason is not None:
            found[variant.name] = reason
    return found


def of_returns(scenario: Scenario) -> Said | None:
    """Return why the work of desks is a lower bound; None where it is none."""
    if any(demand.again is not None for demand in scenario.demand):
        return msg("at least: people who notify again are not counted")
    return None


def _called(names: list[str], titles: Titles) -> list[Said]:
    return [titles.variants[name] for name in names]


def _held(flow: Flow, places: dict[str, float]) -> list[list[str]]:
    """Return the circles of lines in which a place is kept until the next one is free."""
    leads = {
        (name, to)
        for name, station in flow.stations.items()
        for to, rate in station.onward.items()
        if rate > 0 and max(places[name], places[to]) < math.inf and name != to
    }
    return [
        names
        for names in circles(leads)
        if any(flow.stations[name].used >= BUSY * places[name] for name in names)
    ]


def _changed(flow: Flow, places: dict[str, float]) -> list[list[str]]:
    """Return the circles of residents who want each other's places."""
    wants = {move for move, rate in flow.held_up.items() if rate > 0 and places[move[1]] < math.inf}
    return circles(wants)


def _of_providers(scenario: Scenario, variant: Variant) -> tuple[str, Said] | None:
    if variant.refuses:
        return AT_MOST, msg("at most: people whom a provider refuses are not counted")
    if variant.flip is not None:
        return ABOUT, msg("about: residents who become tenants of their dwelling are not counted")
    liked = {name for d in scenario.demand for name, n in d.preferred_provider.items() if n}
    if variant.scale != "region" and liked & set(variant.providers or ()):
        return AT_MOST, msg("at most: people wait for the provider that they prefer")
    return None
