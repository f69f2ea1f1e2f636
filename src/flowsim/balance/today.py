"""Today against the long run: whether a base stays where it is when nobody decides anything."""

from __future__ import annotations

import math
from collections.abc import Iterator

from flowsim.balance.flow import Flow
from flowsim.balance.inflow import at_the_start
from flowsim.balance.lengths import some
from flowsim.balance.rates import spread
from flowsim.balance.steady import steady_flow
from flowsim.balance.titles import Titles
from flowsim.errors import Problem, Said, joined, msg, number
from flowsim.layout import Layout
from flowsim.scenario.flow import Drift
from flowsim.scenario.model import Scenario

DRIFT = 0.10
"""A stock further than this from today's is said to drift."""
NOBODY = 1e-6
"""People a year who are none."""


def flow_of_today(scenario: Scenario, flow: Flow) -> Flow:
    """Return the flow at the inflow of the start date: ``flow`` itself where that is the same."""
    inflow = at_the_start(scenario)
    known = flow.inflow.by_profile
    same = all(math.isclose(n, known[p], rel_tol=1e-9) for p, n in inflow.by_profile.items())
    return flow if same else steady_flow(scenario, inflow)


def today_lines(scenario: Scenario, flow: Flow) -> Iterator[tuple[Said, float, float, Said]]:
    """Yield what is compared, the long run, today and a note, of residents and of who is ready."""
    start, layout = scenario.start, Layout(scenario)
    titles = Titles(scenario).variants
    lasting = flow_of_today(scenario, flow) if start.residents else flow
    for name, residents in start.residents.items():
        station = lasting.stations[name]
        stock = station.residents
        said: list[Said] = [msg("in the long run, against today")]
        if residents and math.isfinite(stock) and stock > 0 and station.entered > NOBODY:
            stay = stock / station.entered
            first = (stock / residents - 1) * (1 - math.exp(-1 / stay))
            said.append(msg("{percent}% in the first year", percent=_signed(100 * first)))
        if _drifts(scenario, name, stock):
            said.append(msg("drifts by more than {percent}%", percent=float(100 * _may(scenario))))
        what = joined((msg("variant {name}", name=titles[name]), msg("residents")))
        yield what, stock, float(residents), joined(said, "; ")
    ready = sum(start.ready_to_leave.values()) + sum(start.ready_to_move.values())
    a_year = math.fsum(math.fsum(spread(layout, stream)) for stream in layout.streams)
    if ready and scenario.dwellings:
        note = msg("people ready today, against dwellings in a year")
        yield msg("ready to move or leave"), float(ready), a_year, note


def _signed(percent: float) -> Said:
    said = number(percent, 1)
    return joined(("+" if percent >= 0 else "", said), "")


def _may(scenario: Scenario) -> float:
    """Return how far a stock may end from today's, as a share."""
    drift = scenario.start.drift
    if isinstance(drift, Drift):
        return max(drift.accepted, DRIFT)
    return DRIFT if drift is None else math.inf


def _drifts(scenario: Scenario, name: str, stock: float) -> bool:
    """Tell whether the stock of a variant ends too far from today's.

    A scenario that extends another moves away from today on purpose, and a variant that no award
    names any more is meant to run empty. A stock without end has no balance at all: nobody can
    accept that as drift.
    """
    today = scenario.start.residents[name]
    if scenario.extends or not math.isfinite(stock) or not _entered(scenario, name):
        return False
    return abs(stock - today) > _may(scenario) * today


def _entered(scenario: Scenario, name: str) -> bool:
    """Tell whether an award names a variant, or another one leads to it."""
    layout = Layout(scenario)
    named = {layout.variants[v].name for listed in layout.named_by_level for v in listed}
    return name in named.union(*(v.next or {} for v in scenario.variant))


def drifts_of(scenario: Scenario, flow: Flow) -> list[Problem]:
    """Return where a base drifts away from its own today, and it may not."""
    if scenario.extends or not scenario.start.residents:
        return []
    lasting = flow_of_today(scenario, flow)
    problems = []
    for name, residents in scenario.start.residents.items():
        stock = lasting.stations[name].residents
        if not _drifts(scenario, name, stock):
            continue
        far = math.ceil(100 * abs(stock / residents - 1)) / 100 if residents else 1.0
        problems.append(
            Problem(
                file=scenario.provenance.file or scenario.key,
                path=f"start.residents.{name}",
                found=msg(
                    "{today} residents today, {later} in the long run",
                    today=residents,
                    later=some(stock),
                ),
                allowed=msg(
                    "a start within {percent}% of the long run, or start.drift = {accepted}",
                    percent=float(100 * _may(scenario)),
                    accepted=f"{{ accepted = {far:g} }}",
                ),
            )
        )
    return problems
