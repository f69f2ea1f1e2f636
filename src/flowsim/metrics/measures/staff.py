"""Staff: the hours and full-time equivalents that clients need, get, and that are there."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.calendar import DAYS_PER_WEEK
from flowsim.ledger import EventKind, State
from flowsim.metrics.columns import Columns, stack
from flowsim.metrics.defining import Measure, defines
from flowsim.metrics.pools import by_pool, capacity_steps, columns_of, days_from, limited
from flowsim.metrics.reading import Pieces, Reading, count
from flowsim.metrics.why.causes import free_in_pools
from flowsim.metrics.window import Floats, Ints

MINUTES_PER_HOUR: Final = 60.0
NEEDED: Final = ("residents", "aftercare", "waiting")
"""``residents``: the hours of their level in their variant, given or not. ``aftercare``: the hours
of people in aftercare. ``waiting``: the hours that are lacking for whom a place, or a dwelling, is
free: of ten who wait for one free place, what one of them would add."""
FTE: Final = ("needed", "given", "available", "formation", "on_call")


@defines(
    team_hours_needed=Measure(
        "hours",
        "Uren die nodig zijn: van bewoners naar hun niveau, van nazorg, en van wie een plek of "
        "woning heeft als er uren waren.",
        "Hours that are needed: of residents by their level, of aftercare, and of people who "
        "would have a place or dwelling if there were hours.",
    ),
    team_fte=Measure(
        "fte",
        "Formatie-eenheden gemiddeld over het jaar: nodig, ingezet, bezet, formatie, en "
        "bereikbaarheid.",
        "Full-time equivalents on average over the year: needed, given, filled, formation, and "
        "on call.",
    ),
)
def measure_staff(run: Reading) -> Columns:
    """Give the hours that are needed by team, and the FTE needed, given, there and agreed."""
    pools = run.pools_of("team")
    if not pools:
        return stack([])
    asked, given = _needed(run, pools), _given(run, pools)
    hours = run.window.by_year(asked) / (DAYS_PER_WEEK * MINUTES_PER_HOUR)
    parts = [by_pool(run, "team_hours_needed", hours, pools, NEEDED, _can_be(run, hours))]
    per_fte, formation, on_call = _by_phase(run, pools)
    if not (np.isfinite(per_fte).any() or on_call.any()):
        return stack(parts)

    phase, length = run.window.phase_of_span, run.window.length[:, None]
    minutes = np.stack([asked.sum(axis=-1), given, _available(run, pools)], axis=-1)
    with np.errstate(invalid="ignore"):
        fte = np.nan_to_num(minutes / per_fte[phase][..., None])
    days = run.window.span_length[:, None]
    agreed = np.nan_to_num(formation[phase]) * days
    spans = np.concatenate([fte, agreed[..., None], (on_call[phase] * days)[..., None]], axis=-1)
    keep = np.zeros((len(run.window.years), len(pools), len(FTE)), dtype=bool)
    keep[..., :2] = (np.isfinite(per_fte).sum(axis=0) > 0)[:, None]
    counted = (np.isfinite(formation).sum(axis=0) > 0) & np.isin(pools, limited(run, "team"))
    keep[..., 2:4] = counted[:, None]
    keep[..., 4] = on_call.any(axis=0)
    mean = run.window.by_year(spans) / length[..., None]
    return stack([*parts, by_pool(run, "team_fte", mean, pools, FTE, keep)])


# ---------------------------------------------------------------- minutes
def _needed(run: Reading, pools: list[int]) -> Floats:
    """Return minutes a week x days by span, team and `NEEDED`."""
    spells, options, column = run.spells, run.history.options, columns_of(run, pools)
    size = (len(run.window.span_length), len(pools))
    pieces = run.pieces
    team = column[options.team[spells.option[pieces.spell]]]
    by_level = run.of_variants(lambda layout: layout.minutes)
    phase = run.window.phase_of_span[pieces.span]
    level = np.maximum(spells.level[pieces.spell], 0).astype(np.intp)
    lives = run.variant[pieces.spell] >= 0
    residents = np.where(lives, by_level[phase, run.variant[pieces.spell], level], 0)
    after = np.where(spells.state[pieces.spell] == State.AFTERCARE, spells.minutes[pieces.spell], 0)
    mine = team >= 0
    out = np.zeros((*size, len(NEEDED)))
    for detail, minutes in enumerate((residents, after)):
        weight = (pieces.days * minutes)[mine]
        out[..., detail] = count(size, pieces.span[mine], team[mine], weight=weight)

    piece, runs, cuts = run.nearest_pieces
    option = run.nearest.option[runs]
    piece, option, cuts = piece[option >= 0], option[option >= 0], cuts[option >= 0]
    weight = _days_with_room(run, option, cuts) * options.net_minutes[option]
    out[..., 2] = count(size, run.waiting.span[piece], column[options.team[option]], weight=weight)
    return out


def _days_with_room(run: Reading, option: Ints, cuts: Floats) -> Floats:
    """Return the days of each wait for the hours of an option in which all else is free.

    Where more people wait than there are places (or dwellings) free, each counts for an equal share
    of a day: hours would help no more of them.

    Parameters
    ----------
    option
        What lacks hours; shape (n,).
    cuts
        First and last day of the wait; shape (n, 2).
    """
    options, moments = run.history.options, run.shelves.moments
    rows = run.ledger.rows[run.ledger.rows["kind"] == EventKind.POOL]
    free = np.maximum(free_in_pools(run.ledger, rows, moments), 0)
    grid = np.unique(np.concatenate([cuts.ravel(), moments]))
    at = np.maximum(np.searchsorted(moments, grid, side="right") - 1, 0)
    first, last = np.searchsorted(grid, cuts.T)
    shelves = np.stack([options.place[option], options.dwelling[option]])
    helped = {-1: np.ones(len(grid))}
    for pool in np.unique(shelves[shelves >= 0]).tolist():
        mine = (shelves == pool).any(axis=0)
        change = np.bincount(first[mine], minlength=len(grid))
        people = np.cumsum(change - np.bincount(last[mine], minlength=len(grid)))
        helped[pool] = np.minimum(free[pool, at] / np.maximum(people, 1), 1.0)
    days = np.zeros(len(option))
    for place, dwelling in np.unique(shelves, axis=1).T.tolist():
        mine = (shelves == [[place], [dwelling]]).all(axis=0)
        share = np.minimum(helped[place], helped[dwelling])
        until = np.append(0.0, np.cumsum(share[:-1] * np.diff(grid)))
        days[mine] = until[last[mine]] - until[first[mine]]
    return days


def _given(run: Reading, pools: list[int]) -> Floats:
    """Return minutes a week x days that are given, by span and team."""
    pieces: Pieces = run.pieces
    team = columns_of(run, pools)[run.history.options.team[run.spells.option[pieces.spell]]]
    mine = team >= 0
    weight = pieces.days[mine] * run.spells.minutes[pieces.spell[mine]]
    return count(
        (len(run.window.span_length), len(pools)), pieces.span[mine], team[mine], weight=weight
    )


def _available(run: Reading, pools: list[int]) -> Floats:
    """Return minutes a week x days that are there, by span and team."""
    pool, day, step = capacity_steps(run, pools)
    after = days_from(day, run.window.cuts) * step
    return np.stack([np.bincount(pool, one, len(pools)) for one in after])


def _can_be(run: Reading, hours: Floats) -> npt.NDArray[np.bool_]:
    """Return which of `NEEDED` each team can have: shape of ``hours``."""
    after = run.has.aftercare_teams
    cares = [run.ledger.pools[p].block in after for p in run.pools_of("team")]
    keep = np.ones(hours.shape, dtype=bool)
    keep[..., 1] = np.array(cares) | (hours[..., 1] > 0).any(axis=0)
    return keep


# ---------------------------------------------------------------- full-time equivalents
def _by_phase(run: Reading, pools: list[int]) -> tuple[Floats, Floats, Floats]:
    """Return minutes a week of one FTE at work, formation, and FTE on call: (phases, teams).

    Not a number where a team has hours and no FTE, or does not exist.
    """
    size = (len(run.layouts), len(pools))
    per_fte, formation, on_call = np.full(size, np.nan), np.full(size, np.nan), np.zeros(size)
    column = {(run.ledger.pools[p].block, run.ledger.pools[p].area): i for i, p in enumerate(pools)}
    for phase, layout in enumerate(run.layouts):
        for team in layout.teams:
            mine = [column.get((team.name, area), -1) for area in layout.areas(team.scale)]
            area, at = np.flatnonzero(np.array(mine) >= 0), [i for i in mine if i >= 0]
            on_call[phase, at] = np.array(layout.spread(team.on_call_fte, team.scale))[area]
            if team.fte is not None and team.client_hours is not None:
                per_fte[phase, at] = MINUTES_PER_HOUR * team.client_hours * (1 - team.absence)
                formation[phase, at] = np.array(layout.spread(team.fte, team.scale))[area]
    per_fte[per_fte <= 0] = np.nan
    formation[np.isinf(formation)] = np.nan
    return per_fte, formation, on_call
