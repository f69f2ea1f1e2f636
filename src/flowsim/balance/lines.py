"""The lines of the fluid balance: what is asked, what there is, and what follows, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator

from flowsim.balance.bounds import AT_LEAST, bounds_of, of_returns
from flowsim.balance.endless import without_end
from flowsim.balance.flow import Flow, Station
from flowsim.balance.inflow import Inflow
from flowsim.balance.lengths import length, some
from flowsim.balance.limits import Area, Limit, told
from flowsim.balance.rows import FULL, GROWS, SEEN, BalanceLine, line, named, times
from flowsim.balance.stays import Stays
from flowsim.balance.steady import steady_flow
from flowsim.balance.supply_lines import dwelling_lines, team_lines
from flowsim.balance.titles import Titles
from flowsim.balance.today import today_lines
from flowsim.balance.work import (
    desk_load,
    other_hours,
    reassessment_hours,
)
from flowsim.errors import Said, joined, msg, number
from flowsim.layout import Layout
from flowsim.scenario.housing import Variant
from flowsim.scenario.model import Scenario

SLOW = 1.01


def fluid_balance(scenario: Scenario, inflow: Inflow | None = None) -> list[BalanceLine]:
    """Return the balance of a scenario: desks, variants, teams and dwellings, in that order.

    A steady flow without chance: real queues are longer, and arise below a ratio of 1 too. People
    for whom there is no room give up, leave, go to the next variant that suits them, or find a
    dwelling alone; where a scenario allows none of these, the note begins with ``no balance``.

    Parameters
    ----------
    inflow
        Notifications a year; left out: their mean over the window, or until another lever changes.
    """
    return lines_of(scenario, steady_flow(scenario, inflow))


def lines_of(scenario: Scenario, flow: Flow) -> list[BalanceLine]:
    """Return the lines of a flow that is known."""
    stays = Stays(Layout(scenario))
    lines = [
        *_desks(stays.layout, flow),
        *_variants(stays, flow),
        *(line(what, value, against, note) for what, value, against, note in today_lines(
            scenario, flow)),
        *team_lines(stays, flow),
        *dwelling_lines(stays.layout, flow),
    ]  # fmt: skip
    if not flow.settled:
        note = msg("not settled: these are the numbers of the last sweep, not a balance")
        lines.append(BalanceLine(msg("the balance itself"), 0.0, 0.0, 0.0, note))
    return lines


# ---------------------------------------------------------------- desks
def _desks(layout: Layout, flow: Flow) -> Iterator[BalanceLine]:
    scenario, titles = layout.scenario, Titles(layout.scenario).desks
    more = of_returns(scenario)
    everyone = math.fsum(scenario.areas.populations.values())
    for desk in scenario.desk:
        new, other, capacity = desk_load(layout, desk, flow)
        unit = "assessors" if desk.assessment_days is not None else "hours a week"
        full = (new + other) / capacity >= FULL if capacity else True
        again, rest = reassessment_hours(desk, flow), other_hours(scenario, desk)
        for area in told(desk, Limit(layout, desk, flow.inflow), new):
            work = (new + again) * area.share + rest * area.people / everyone
            parts = [msg("{n} new cases a year", n=some(flow.cases[desk.name] * area.share))]
            if flow.reassessed[desk.name]:
                many = some(flow.reassessed[desk.name] * area.share)
                parts.append(msg("{n} reassessments", n=many))
            if desk.other_work is not None:
                cases = desk.other_work.cases_per_1000_per_year * area.people / 1000
                parts.append(msg("{n} other cases", n=some(cases)))
            note: Said = joined(parts)
            over = work >= area.room * FULL or (full and desk.scale == "region")
            grows = over and desk.patience_days is None and work - area.room > -GROWS
            if over and desk.patience_days is not None:
                note = joined((note, msg("some give up")), "; ")
            elif grows:
                note = joined((msg("no balance: the queue grows"), note), "; ")
            what = named("desk", titles[desk.name], area, unit)
            if more is not None:
                note = joined((note, more), "; ")
            bound = AT_LEAST if more else ""
            yield line(what, work, area.room, note, f"desk.{desk.name}", grows, bound)


# ---------------------------------------------------------------- variants
def _variants(stays: Stays, flow: Flow) -> Iterator[BalanceLine]:
    endless, layout = without_end(stays), stays.layout
    titles = Titles(layout.scenario)
    bounds = bounds_of(layout, flow, titles)
    for variant in layout.scenario.variant:
        station, path = flow.stations[variant.name], f"variant.{variant.name}"
        limit = Limit(layout, variant, flow.inflow)
        stuck = not math.isfinite(station.used)
        lost = station.given_up + station.gone + station.unserved
        if not (stuck or math.isfinite(limit.total) or lost > SEEN or station.unserved > GROWS):
            continue
        asked = max(station.asked + station.blocked, station.asked * station.slow)
        if stuck or (station.passed_on > 0 and lost == 0):
            asked = station.used
        areas = list(told(variant, limit, asked))
        without = math.fsum(area.share - area.met for area in areas)
        for area in areas:
            if stuck:
                note, grows = _no_way_out(variant, stays, endless, titles), True
            else:
                part = (area.share - area.met) / without if without > GROWS else area.share
                note, grows = _of_variant(station, area, part)
                if asked * area.share > area.room + SEEN and not lost + station.passed_on > SEEN:
                    rest = msg("who finds no place here waits for another variant, or goes there")
                    note = joined((note, rest), "; ")
            bound = ""
            if variant.name in bounds and not stuck:
                bound, why = bounds[variant.name]
                note = joined((note, why), "; ")
            what = named("variant", titles.variants[variant.name], area, "places")
            yield line(what, times(asked, area.share), area.room, note, path, grows, bound)


def _of_variant(station: Station, area: Area, without: float) -> tuple[Said, bool]:
    """Say what happens in one area of a variant, and whether its queue grows without end.

    ``without``: share from this area of those for whom there is nothing.
    """
    stay = station.residents / station.entered if station.entered else 0.0
    many = some(station.entered * area.used)
    first: Said = msg("{n} enter a year", n=many)
    if station.entered * area.used > GROWS:
        first = msg("{n} enter a year and stay {stay}", n=many, stay=length(stay))
    said = [first]
    if station.blocked * area.used > SEEN:
        said = [joined((first, msg("{n} are ready and wait", n=some(station.blocked * area.used))))]
    if station.slow > SLOW:
        held = number(100 * (1 - 1 / station.slow))
        said.append(msg("when full, {n}% are held for a next step", n=held))
    if not station.given_up + station.gone + station.unserved and station.passed_on > SEEN:
        many = some(station.passed_on * area.share)
        said.append(
            msg("{n} a year find it full and take the next variant that suits them", n=many)
        )
    if station.given_up * without > SEEN:
        said.append(msg("{n} a year give up", n=some(station.given_up * without)))
    if station.gone * without > SEEN:
        said.append(msg("{n} a year leave while they wait", n=some(station.gone * without)))
    if station.waiting * without > SEEN:
        waiting = msg("about {n} wait", n=some(station.waiting * without))
        said[-1] = joined((said[-1], waiting))
    grows = station.unserved * without > GROWS
    if grows:
        many = some(station.unserved * without)
        said.insert(0, msg("no balance: the queue grows by {n} a year", n=many))
    return joined(said, "; "), grows


def _no_way_out(
    variant: Variant, stays: Stays, endless: dict[tuple[str, int], list[str]], titles: Titles
) -> Said:
    """Say why nobody leaves a variant."""
    for names in endless.values():
        if variant.name in names:
            called = [titles.variants[name] for name in names]
            return msg("no balance: nobody leaves the circle of {names}", names=called)
    levels = [
        stays.levels[level].name
        for level in stays.serves(variant)
        if not math.isfinite(math.fsum(stays.of(variant, level).years.values()))
    ]
    if not any(levels):
        return msg("no balance: nobody leaves it")
    named = joined([msg("level {name!r}", name=titles.levels[name]) for name in levels])
    return msg("no balance: nobody leaves {levels}", levels=named)
