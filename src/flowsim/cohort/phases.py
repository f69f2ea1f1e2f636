"""Phases: what holds from a day on, and what supply and work it brings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flowsim.cohort.arrivals import Source, poisson_events
from flowsim.cohort.drawn import Draw, Who
from flowsim.cohort.quantile import quantile
from flowsim.cohort.staff import filled_fte
from flowsim.cohort.supply import Days, offer_days
from flowsim.cohort.uniform import Chance
from flowsim.layout import Layout
from flowsim.scenario.access import Desk

Cases = tuple[list[tuple[float, float]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """What holds from a day on, until the next phase or the end of the run."""

    day: float
    layout: Layout
    offers: tuple[Days, ...]
    """Days of dwelling offers by stream and area."""
    other_work: tuple[Cases, ...]
    """Cases of other work (day, hours) by desk and area."""
    filled_fte: tuple[tuple[list[tuple[float, float]], ...], ...]
    """Filled FTE (day, FTE) by team and area; empty for a team whose vacancies are a share."""


def until_the_start(chance: Chance, layout: Layout) -> Phase:
    """Return what held until the start; it brings nothing."""
    return Phase(
        day=0.0,
        layout=layout,
        offers=tuple(tuple([] for _ in layout.areas(s.scale)) for s in layout.streams),
        other_work=tuple(tuple([] for _ in layout.areas(d.scale)) for d in layout.desks),
        filled_fte=tuple(
            _filled_fte(chance, layout, number, 0.0, 1.0) for number in range(len(layout.teams))
        ),
    )


def phases_of(chance: Chance, layouts: list[tuple[float, Layout]]) -> tuple[Phase, ...]:
    """Return what each phase brings; offers and cases fall between its day and the next one's."""
    ends = [day for day, _ in layouts[1:]] + [layouts[0][1].end_days]
    streams = range(len(layouts[0][1].streams))
    offers = list(zip(*(offer_days(chance, layouts, number) for number in streams), strict=True))
    phases = []
    for at, ((day, layout), end) in enumerate(zip(layouts, ends, strict=True)):
        cases = [_other_work(chance, layout, number) for number in range(len(layout.desks))]
        phases.append(
            Phase(
                day=day,
                layout=layout,
                offers=offers[at] if offers else (),
                other_work=tuple(
                    tuple([case for case in area if day <= case[0] < end] for area in desk)
                    for desk in cases
                ),
                filled_fte=tuple(
                    _filled_fte(chance, layout, number, day, end)
                    for number in range(len(layout.teams))
                ),
            )
        )
    return tuple(phases)


def _filled_fte(
    chance: Chance, layout: Layout, number: int, start: float, end: float
) -> tuple[list[tuple[float, float]], ...]:
    """Return the filled FTE of a team by area, from the first day of a phase on."""
    team = layout.teams[number]
    if team.fte is None or not team.turnover_per_year:
        return tuple([] for _ in layout.areas(team.scale))
    paths = []
    for area, fte in enumerate(layout.spread(team.fte, team.scale)):
        path = filled_fte(chance, team, number, area, fte, end)
        before = [filled for day, filled in path if day <= start]
        paths.append([(start, before[-1]), *((d, f) for d, f in path if start < d < end)])
    return tuple(paths)


def _other_work(
    chance: Chance, layout: Layout, number: int
) -> tuple[list[tuple[float, float]], ...]:
    desk: Desk = layout.desks[number]
    areas = layout.areas(desk.scale)
    if desk.other_work is None:
        return tuple([] for _ in areas)
    work = desk.other_work
    sources = []
    for area, name in enumerate(areas):
        people = layout.scenario.areas.population_of(desk.scale, name)
        rate = work.cases_per_1000_per_year * people / 1000
        sources.append(Source(number, area, lambda d, r=rate: np.full(d.shape, r), rate))  # type: ignore[misc]
    cases = []
    for events in poisson_events(chance, Who.OTHER_WORK, sources, layout.end_days):
        u = chance.draw(Draw.OTHER_HOURS, events.keys, 0, 2)[:, 0]
        hours = quantile(work.hours, u).tolist()
        cases.append(list(zip(events.days.tolist(), hours, strict=True)))
    return tuple(cases)
