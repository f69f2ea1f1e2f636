"""Staff: a path for every position, filled or vacant."""

from __future__ import annotations

import math

import numpy as np

from flowsim.calendar import DAYS_PER_YEAR
from flowsim.cohort.drawn import Draw, Who, identity
from flowsim.cohort.quantile import quantile
from flowsim.cohort.uniform import Chance
from flowsim.scenario.support import Team

SPELLS_AHEAD = 64


def filled_fte(
    chance: Chance, team: Team, number: int, area: int, fte: float, end: float
) -> list[tuple[float, float]]:
    """Return (day, filled FTE) at the start and whenever it changes, up to ``end``.

    A position is left at the turnover rate and filled again after a hiring time; the last
    position may be a fraction. More FTE means the same positions and new ones. On day 0 a position
    is vacant with the share of time that it is vacant in the long run.
    """
    if not team.turnover_per_year:
        return [(0.0, fte)]
    changes: list[tuple[float, float]] = []
    filled = 0.0
    for position in range(math.ceil(fte - 1e-9)):
        size = min(1.0, fte - position)
        for day, is_filled in _path(chance, team, number, area, position, end):
            if day <= 0:
                filled += size * is_filled
            else:
                changes.append((day, size if is_filled else -size))
    path = [(0.0, filled)]
    for day, change in sorted(changes):
        path.append((day, path[-1][1] + change))
    return path


def _path(
    chance: Chance, team: Team, number: int, area: int, position: int, end: float
) -> list[tuple[float, bool]]:
    """Return when one position becomes filled or vacant; first its state on day 0."""
    stay = DAYS_PER_YEAR / team.turnover_per_year
    vacant_share = team.hiring_days.mean / (stay + team.hiring_days.mean)
    key = identity(Who.POSITION, number, area, 0, [position])
    first = 0
    u = chance.draw(Draw.STAFF, key, first, SPELLS_AHEAD)[0]
    filled = bool(u[0] >= vacant_share)
    path, day, used = [(0.0, filled)], 0.0, 1
    while day < end:
        if used == SPELLS_AHEAD:
            first += SPELLS_AHEAD
            u, used = chance.draw(Draw.STAFF, key, first, SPELLS_AHEAD)[0], 0
        share = np.array([u[used]])
        used += 1
        length = -stay * np.log1p(-share) if filled else quantile(team.hiring_days, share)
        day += float(length[0])
        filled = not filled
        path.append((day, filled))
    return [(at, state) for at, state in path if at < end]
