"""What was there and what was used: places, hours of teams, dwellings."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.calendar import DAYS_PER_WEEK
from flowsim.ledger import EventKind, LostBecause, RequestKind, State
from flowsim.metrics.columns import Columns, stack, table
from flowsim.metrics.history import in_place
from flowsim.metrics.reading import Reading, count
from flowsim.metrics.window import Floats, Ints, cut
from flowsim.scenario.values import NO_LIMIT

PLACE_DAYS: Final = ("settled", "blocked", "transit", "turning_over", "unfilled")
DWELLINGS: Final = ("offered", "used", "lost_hold", "lost_cap")
MINUTES_PER_HOUR: Final = 60.0


def measure_places(run: Reading) -> Columns:
    """Add up place-days by what happens in the place; together the places there are."""
    pools = [p for p in run.pools_of("place") if run.ledger.pools[p].capacity < NO_LIMIT]
    if not pools:
        return stack([])
    use = place_days(run, pools)
    return by_pool(run, "place_days", use, pools, PLACE_DAYS)


def place_days(run: Reading, pools: list[int]) -> Floats:
    """Return the days of each of `PLACE_DAYS` by year and pool: shape (years, pools, 5).

    ``unfilled`` is what is left of the places there are; below 0 where an area holds more
    residents than it has places.
    """
    years = len(run.window.years)
    column = np.full(len(run.ledger.pools) + 1, -1)
    column[pools] = np.arange(len(pools))
    pieces, options = run.pieces, run.history.options
    use = _USE[run.spells.state[pieces.spell]]
    place = np.where(use >= 0, options.place[run.spells.option[pieces.spell]], -1)
    mine = column[place] >= 0
    days = count(
        (years, len(pools), len(PLACE_DAYS)),
        pieces.year[mine],
        column[place[mine]],
        use[mine],
        weight=pieces.days[mine],
    )
    days[..., 3] = _turning(run, column, len(pools))
    rest = capacity_days(run, pools) - days[..., :4].sum(axis=-1)
    days[..., 4] = np.where(np.abs(rest) < _ROUNDING, 0.0, rest)
    return days


def _turning(run: Reading, column: npt.NDArray[np.int64], size: int) -> Floats:
    """Return the days between two occupants, by year and pool."""
    past, ledger = run.history, run.ledger
    turnover = {name: block.turnover_days for name, block in run.variants.items()}
    days = np.array([*(turnover.get(pool.block, 0.0) for pool in ledger.pools), 0.0])
    exchanged = (past.kind == EventKind.PLACED) & (past.why == 1)
    left = np.flatnonzero(
        in_place(past.before)
        & ((past.kind == EventKind.PLACED) | ~in_place(past.state))
        & ~exchanged
    )
    place = past.options.place[past.left[left]]
    left, place = left[column[place] >= 0], place[column[place] >= 0]
    start = past.day[left]
    index, year, begin, end = cut(start, start + days[place], run.window.edges)
    return count((len(run.window.years), size), year, column[place[index]], weight=end - begin)


def capacity_days(run: Reading, pools: list[int]) -> Floats:
    """Return capacity times days by year and pool (place-days; minutes a week x days)."""
    edges = run.window.edges
    at_first = np.array([run.ledger.pools[p].capacity for p in pools], dtype=float)
    total = at_first * run.window.length[:, None]
    rows = run.pool_rows[run.pool_rows["kind"] == EventKind.CAPACITY]
    for column, pool in enumerate(pools):
        mine = rows[rows["ref"] == pool]
        step = np.diff(mine["client"].astype(float), prepend=at_first[column])
        total[:, column] += days_from(mine["day"], edges) @ step
    return total


def days_from(day: Floats, edges: Floats) -> Floats:
    """Return how many days of each year come after each day: shape (years, n)."""
    start = np.maximum(day, edges[:-1, None])
    return np.maximum(edges[1:, None] - start, 0.0)


def measure_hours(run: Reading) -> Columns:
    """Add up hours given and available by team, and days with less support than needed."""
    pools = run.pools_of("team")
    if not pools:
        return stack([])
    pieces, spells, years = run.pieces, run.spells, run.window.years
    column = np.full(len(run.ledger.pools) + 1, -1)
    column[pools] = np.arange(len(pools))
    team = column[run.history.options.team[spells.option[pieces.spell]]]
    mine = team >= 0
    given = count(
        (len(years), len(pools)),
        pieces.year[mine],
        team[mine],
        weight=pieces.days[mine] * spells.minutes[pieces.spell[mine]],
    )
    hours = np.stack([given, capacity_days(run, pools)], axis=-1) / (
        DAYS_PER_WEEK * MINUTES_PER_HOUR
    )
    limited = np.array([run.ledger.pools[p].capacity < NO_LIMIT for p in pools])
    keep = np.ones(hours.shape, dtype=bool)
    keep[..., 1] = limited
    parts = [by_pool(run, "team_hours", hours, pools, ("given", "available"), keep)]
    if run.has_levels:
        parts.append(_under_supported(run))
    return stack(parts)


def _under_supported(run: Reading) -> Columns:
    pieces, ledger = run.pieces, run.ledger
    spell = pieces.spell
    mine = run.spells.under[spell] & (run.variant[spell] >= 0)
    spell = spell[mine]
    days = count(
        (len(run.window.years), len(ledger.municipalities), len(ledger.variants)),
        pieces.year[mine],
        run.municipality[spell],
        run.variant[spell],
        weight=pieces.days[mine],
    )
    return table(
        "under_supported_days",
        days,
        {
            "period": run.window.years,
            "municipality": ledger.municipalities,
            "variant": ledger.variants,
        },
    )


def measure_dwellings(run: Reading) -> Columns:
    """Count dwellings offered, used and lost by stream and area, and those found alone."""
    pools = run.pools_of("dwellings")
    parts = []
    if pools:
        rows, size = run.pool_rows, len(pools)
        column = np.full(len(run.ledger.pools) + 1, -1)
        column[pools] = np.arange(size)
        day, pool = _used(run)
        lost = rows["kind"] == EventKind.LOST
        events = (
            (rows["day"], rows["ref"], rows["kind"] == EventKind.OFFERED),
            (day, pool, np.ones(len(day), dtype=bool)),
            (rows["day"], rows["ref"], lost & (rows["why"] == LostBecause.HOLD)),
            (rows["day"], rows["ref"], lost & (rows["why"] == LostBecause.CAP)),
        )
        number = [_events(run, d[m], column[p[m]], size) for d, p, m in events]
        parts.append(by_pool(run, "dwellings", np.stack(number, axis=-1), pools, DWELLINGS))
    if run.scenario.leaving.find_alone_per_year > 0:
        past, ledger = run.history, run.ledger
        found = np.flatnonzero((past.kind == EventKind.FOUND_ALONE) & (run.year_of_row >= 0))
        shape = (len(run.window.years), len(ledger.municipalities))
        municipality = run.municipality_of_client[past.client[found]]
        number_found = count(shape, run.year_of_row[found], municipality)
        axes = {"period": run.window.years, "municipality": ledger.municipalities}
        parts.append(table("found_alone", number_found, axes))
    return stack(parts)


def _used(run: Reading) -> tuple[Floats, Ints]:
    """Return day and pool of every dwelling of the supply that a client took.

    Taken on entering a place, on being housed, or (in a line) on stepping out of a place that was
    kept until there was a dwelling; the ledger does not tell which of several streams or areas the
    last came from, so it is booked on the first that the client would take.
    """
    past = run.history
    takes = (past.kind == EventKind.PLACED) | (past.kind == EventKind.HOUSED)
    option = np.where(takes, past.ref, -1)
    steps = np.flatnonzero(past.kind == EventKind.STEPPED_OUT)
    steps = steps[past.request[steps - 1] == RequestKind.DWELLING]
    heads = np.array([options[0] if options else -1 for options in run.ledger.option_sets] + [-1])
    option[steps] = heads[past.option_set[steps - 1]]
    pool = past.options.dwelling[option]
    row = np.flatnonzero((pool >= 0) & ~past.at_start)
    return past.day[row], pool[row]


def _events(run: Reading, day: Floats, column: Ints, size: int) -> Floats:
    year = run.window.year_of(day)
    inside = year >= 0
    return count((len(run.window.years), size), year[inside], column[inside])


def by_pool(
    run: Reading,
    measure: str,
    value: Floats,
    pools: list[int],
    details: tuple[str, ...],
    keep: npt.NDArray[np.bool_] | None = None,
) -> Columns:
    """Write an array (years, pools, details) as a table by area and block.

    Pools that differ only in their provider are added up.
    """
    labels = [(run.ledger.pools[p].area, run.ledger.pools[p].block) for p in pools]
    parts = []
    for area, block in dict.fromkeys(labels):
        mine = [i for i, label in enumerate(labels) if label == (area, block)]
        cells = value[:, mine].sum(axis=1)[:, None, None, :]
        shown = None if keep is None else np.all(keep[:, mine], axis=1, keepdims=True)[:, None]
        parts.append(
            table(
                measure,
                cells,
                {
                    "period": run.window.years,
                    "municipality": (area,),
                    "variant": (block,),
                    "detail": details,
                },
                shown,
            )
        )
    return stack(parts)


_ROUNDING: Final = 1e-6
_USE: Final = np.full(len(State), -1)
_USE[State.SETTLED] = 0
_USE[[State.MOVING, State.READY]] = 1
_USE[State.TRANSIT] = 2
