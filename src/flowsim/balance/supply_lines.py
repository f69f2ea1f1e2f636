"""The rows of teams and of streams of dwellings."""

from __future__ import annotations

import math
from collections.abc import Iterator

from flowsim.balance.flow import Flow
from flowsim.balance.lengths import length, some
from flowsim.balance.limits import Limit, told
from flowsim.balance.rows import FULL, GROWS, SEEN, BalanceLine, line, named, times
from flowsim.balance.search import Search
from flowsim.balance.stays import Stays
from flowsim.balance.titles import Titles
from flowsim.balance.work import team_hours
from flowsim.errors import Said, joined, msg
from flowsim.layout import Layout

NEARLY = 0.97
"""Of the dwellings, when chance lets some of them lapse."""


def team_lines(stays: Stays, flow: Flow) -> Iterator[BalanceLine]:
    """Yield a row for each team, by area."""
    layout = stays.layout
    titles = Titles(layout.scenario).teams
    for team in layout.scenario.team:
        share = flow.staffed.get(team.name, 1.0)
        hours = team_hours(flow, team, stays)
        asked = hours / share if share > GROWS else hours
        limit = Limit(layout, team, flow.inflow)
        for area in told(team, limit, asked):
            note: Said = msg("asked by the residents and their aftercare")
            grows = share <= GROWS and hours > 0
            if grows:
                lacks = msg("no balance: people who move ask more hours than there are")
                note = joined((lacks, note), "; ")
            elif share < FULL:
                note = joined((note, msg("not all who could be placed will be")), "; ")
            what = named("team", titles[team.name], area, "hours a week")
            yield line(what, times(asked, area.share), area.room, note, "team." + team.name, grows)


def dwelling_lines(layout: Layout, flow: Flow) -> Iterator[BalanceLine]:
    """Yield a row for each stream of dwellings, by area."""
    scenario = layout.scenario
    search, titles = Search.of(scenario.leaving), Titles(scenario).streams
    for stream in scenario.dwellings:
        name, needed = stream.name, flow.needed[stream.name]
        limit = Limit(layout, stream, flow.inflow)
        short = flow.short(name, flow.supply.get(name, limit.total))
        queued = flow.queued[name]
        looking = queued * search.mean(search.until(1 - short / queued)) if short else 0.0
        held = math.fsum(
            s.blocked - s.in_transition for s in flow.stations.values() if s.asks[name]
        )
        asks = needed + (flow.kept_out[name] if limit.alone else 0.0)
        areas = list(told(stream, limit, asks))
        without = math.fsum(area.share - area.met for area in areas)
        given = min(needed / asks, math.fsum(area.met for area in areas)) if asks else 0.0
        for area in areas:
            part = (area.share - area.met) / without if without > GROWS else area.share
            lacks, grows = short * part, False
            note: Said = msg("asked by people who start at home, move there or leave")
            if flow.queued[name] and not limit.total and search.least == 1:
                note, grows = msg("no balance: no dwelling ever comes"), True
            elif lacks > GROWS and short > needed * (1 - search.least) + GROWS:
                note, grows = msg("no balance: the queue grows by {n} a year", n=some(lacks)), True
            elif lacks > GROWS:
                found = msg("{n} a year find one alone", n=some(lacks))
                if search.urgent:
                    found = msg("{n} a year get one by urgency or alone", n=some(lacks))
                note = joined((found, msg("about {n} wait", n=some(max(looking, held) * part))))
            elif held > SEEN and needed * search.least > limit.total * NEARLY:
                waits = msg("who is ready waits {length}", length=length(held / queued))
                few = msg("no more people enter than there are dwellings")
                note = joined((waits, few), "; ")
            what = named("dwellings", titles[name], area, "a year")
            value = asks * area.used * given + (needed - asks * given) * part
            yield line(what, value, area.room, note, f"dwellings.{name}", grows)
