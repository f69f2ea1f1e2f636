"""Blocking chains: who holds the places that people wait for, and what those people wait for.

A day of waiting for a place is charged to the end of its chain. At every moment the share of a
waiter that is charged to `place` is divided equally over the places of the pools that the nearest
options lack. A place with a resident who needs nothing else, who has a day to move out, or without
a resident (turning over) is an end. The share of a place whose resident waits (blocked) goes on to
what that resident misses, divided equally: hours, a dwelling and the order of a queue are ends; a
place is divided over the places of that pool in turn, and so on. So every day ends somewhere, and
the ends add up to the days charged to `place`.

With ``Y[p, e]`` the places of pool p whose chain ends in e, ``B`` those whose own end it is and
``M[p, q]`` the residents of p who wait for a place, by the share that falls on pool q over the
places of that share, it is ``Y = B + M Y``: one small linear system for every stretch of time in
which nobody who holds or waits for such a place changes. It is solved exactly, and the days are an
exact integral.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from flowsim.metrics.chains.holders import (
    CIRCLE,
    ENDS,
    HELD,
    HOLDERS,
    NO_PLACE,
    NONE,
    OWN_END,
    TURNING,
    WAITS_FOR_PLACE,
    Stretches,
    holds_of,
    parts_of,
    waits_of,
)
from flowsim.metrics.lives.waits import KINDS
from flowsim.metrics.pools import capacity_steps, columns_of
from flowsim.metrics.reading import Reading
from flowsim.metrics.window import Floats, Ints

MOST_CELLS: Final = 4_000_000
"""Of the systems that are solved together: pools that lead to one another, and no others, are one
system, in more than one go where they are many."""
Steps = tuple[Ints, Floats, Floats]
"""Pool, day and size of steps in capacity."""


@dataclass(frozen=True, slots=True)
class ChainDays:
    """Days charged to `place`, under the equal share."""

    by_end: Floats
    """By year, kind of wait (`KINDS`), variant (as in the days by cause) and end of the chain."""
    by_holder: Floats
    """By year, variant of the place (0: none; then the variants) and who holds it."""


def chain_days(run: Reading) -> ChainDays:
    """Work out the chains of every year.

    The days of every kind of wait, variant and year add up, over the ends, to those charged to
    ``place`` in `Reading.wait_days`; so do those of all kinds, over holders.
    """
    years, variants = len(run.window.years), len(run.ledger.variants)
    by_end = np.zeros((years, len(KINDS), variants, len(ENDS)))
    by_holder = np.zeros((years, 1 + variants, len(HOLDERS)))
    waits, holds, there = waits_of(run), holds_of(run), _places(run)
    for year in range(years):
        asked = waits.of_year(year)
        if len(asked.weight):
            edges = run.window.edges[year : year + 2]
            _charge(run, asked, holds.of_year(year), there, edges, by_end[year], by_holder[year])
    return ChainDays(by_end, by_holder)


# ---------------------------------------------------------------- one year
def _charge(
    run: Reading,
    waits: Stretches,
    holds: Stretches,
    there: Steps,
    edges: Floats,
    by_end: Floats,
    by_holder: Floats,
) -> None:
    """Add the days of one year to its tables."""
    wanted = run.nearest.wanted
    pools = [p for p in run.pools_of("place") if wanted[:, p].any()]
    if (len(waits.year) + len(holds.year)) * len(pools) ** 2 <= MOST_CELLS:
        _charge_pools(run, pools, waits, holds, there, edges, by_end, by_holder)
        return
    chained = holds.facts[WAITS_FOR_PLACE[holds.facts[:, 1]] > 0]
    part = parts_of(wanted, waits.facts[:, 2], chained[:, 0], chained[:, 2])
    some = wanted[waits.facts[:, 2]]
    asks = np.where(some.any(axis=1), part[some.argmax(axis=1)], part[pools[0]])
    for number in np.unique(part[pools]).tolist():
        mine = [p for p in pools if part[p] == number]
        asked, held = (
            waits.of_facts(asks == number),
            holds.of_facts(part[holds.facts[:, 0]] == number),
        )
        _charge_pools(run, mine, asked, held, there, edges, by_end, by_holder)


def _charge_pools(
    run: Reading,
    pools: list[int],
    waits: Stretches,
    holds: Stretches,
    there: Steps,
    edges: Floats,
    by_end: Floats,
    by_holder: Floats,
) -> None:
    """Add the days of one year that are charged to some pools, with all that they lead to."""
    column = columns_of(run, pools)
    wanted = run.nearest.wanted[:, pools].astype(float)
    pool, day, step = _capacity(there, column, edges)
    grid = np.unique(np.concatenate([edges, waits.start, waits.end, holds.start, holds.end, day]))
    asked = _counts(grid, waits.start, waits.end, waits.column, waits.weight, len(waits.facts))
    busy = asked.any(axis=1)
    asked = asked[busy] * np.diff(grid)[busy, None]
    held = _counts(grid, holds.start, holds.end, holds.column, holds.weight, len(holds.facts))[busy]
    places = _counts(grid, day, np.full(len(day), edges[1]), pool, step, len(pools))[busy]

    of_pool = column[holds.facts[:, 0]]
    held = np.where(places[:, of_pool] > NONE, held, 0.0)  # without places: these close
    places = np.maximum(places, held @ np.eye(len(pools))[of_pool])
    many = max(MOST_CELLS // max(len(pools), 1) ** 2, 1)
    for first in range(0, len(asked), many):
        some = slice(first, first + many)
        state = _Moment(held[some], places[some], of_pool, holds)
        _charge_moments(run, pools, waits, asked[some], state, wanted, by_end, by_holder)


def _charge_moments(
    run: Reading,
    pools: list[int],
    waits: Stretches,
    asked: Floats,
    state: _Moment,
    wanted: Floats,
    by_end: Floats,
    by_holder: Floats,
) -> None:
    """Add the days of some stretches of time."""
    ends = _ends(state, wanted)
    pattern = waits.facts[:, 2]
    there = state.places @ wanted[pattern].T
    rate = np.divide(asked, there, out=np.zeros_like(asked), where=there > NONE)
    nowhere = np.where(there > NONE, 0.0, asked).sum(axis=0)

    flat = ends.reshape(len(ends), len(pools) * len(ENDS))
    whole = (rate.T @ flat).reshape(len(pattern), len(pools), len(ENDS))
    charged = (whole * wanted[pattern][:, :, None]).sum(axis=1)
    charged[:, NO_PLACE] += nowhere
    np.add.at(by_end, (waits.facts[:, 0], waits.facts[:, 1]), charged)

    falls = rate @ wanted[pattern]  # days on each place of each pool
    _charge_holders(run, falls, pools, state, by_holder)
    by_holder[0, -1] += nowhere.sum()


def _charge_holders(
    run: Reading, falls: Floats, pools: list[int], state: _Moment, by_holder: Floats
) -> None:
    """Add the days that fall on each place of each pool to who holds it."""
    variant_of = {name: 1 + v for v, name in enumerate(run.ledger.variants)}
    variant = np.array([variant_of[run.ledger.pools[p].block] for p in pools], dtype=np.intp)
    by_column = (falls[:, state.of_pool] * state.held).sum(axis=0)
    kind = HELD[state.holds.facts[:, 1]]
    np.add.at(by_holder, variant[state.of_pool], by_column[:, None] * kind)
    np.add.at(by_holder[:, TURNING], variant, (falls * state.turning).sum(axis=0))


@dataclass(frozen=True, slots=True)
class _Moment:
    """Holders of places at each of some moments (t), by column (c) and pool (p)."""

    held: Floats
    """Residents; shape (t, c)."""
    places: Floats
    """Places, or residents where they are more (places that close as they fall free); (t, p)."""
    of_pool: Ints
    """Pool of each column."""
    holds: Stretches

    @property
    def turning(self) -> Floats:
        """Places without a resident: somebody waits, so they turn over; shape (t, p)."""
        return self.places - self.held @ np.eye(self.places.shape[1])[self.of_pool]


def _ends(state: _Moment, wanted: Floats) -> Floats:
    """Return the places of each pool by the end of their chain: shape (moments, pools, ends)."""
    code, pattern = state.holds.facts[:, 1], state.holds.facts[:, 2]
    moments, pools = state.places.shape
    own = np.zeros((len(code), pools, len(ENDS)))
    own[np.arange(len(code)), state.of_pool] = OWN_END[code]
    flat = own.reshape(len(code), pools * len(ENDS))
    ends = (state.held @ flat).reshape(moments, pools, len(ENDS))
    ends[..., TURNING] += state.turning

    chained = np.flatnonzero(WAITS_FOR_PLACE[code] > 0)
    if not len(chained) or not moments:
        return ends
    there = state.places @ wanted[pattern[chained]].T
    goes_on = state.held[:, chained] * WAITS_FOR_PLACE[code[chained]]
    rate = np.divide(goes_on, there, out=np.zeros_like(goes_on), where=there > NONE)
    stuck = np.where(there > NONE, 0.0, goes_on)
    links = np.zeros((moments, pools, pools))
    for p in np.unique(state.of_pool[chained]).tolist():
        mine = state.of_pool[chained] == p
        links[:, p] = rate[:, mine] @ wanted[pattern[chained[mine]]]
        ends[:, p, NO_PLACE] += stuck[:, mine].sum(axis=1)
    _cut_circles(links, ends, state.places)
    return _solved(links, ends)


def _solved(links: Floats, ends: Floats) -> Floats:
    """Return the chains of each moment; one after another with the same links has the same."""
    new = np.append(True, (np.diff(links, axis=0) != 0).any(axis=(1, 2)))
    new[1:] |= (np.diff(ends, axis=0) != 0).any(axis=(1, 2))
    found = np.linalg.solve(np.eye(links.shape[1]) - links[new], ends[new])
    return np.asarray(found[np.cumsum(new) - 1], dtype=np.float64)


def _cut_circles(links: Floats, ends: Floats, places: Floats) -> None:
    """End the chains that would never end: of pools from which no end can be reached."""
    ending = (ends.sum(axis=2) > NONE) | (places <= NONE)
    doubt = np.flatnonzero(~ending.all(axis=1))
    if not len(doubt):
        return
    reach, step = ending[doubt], links[doubt] > 0
    for _ in range(reach.shape[1]):
        reach = reach | (step & reach[:, None, :]).any(axis=2)
    moment, pool = np.nonzero(~reach)
    links[doubt[moment], pool] = 0.0
    ends[doubt[moment], pool, CIRCLE] = places[doubt[moment], pool]


def _counts(
    grid: Floats, start: Floats, end: Floats, column: Ints, weight: Floats, columns: int
) -> Floats:
    """Add up weights by stretch of the grid and column: shape (stretches, columns)."""
    size = len(grid) * columns
    first, last = (np.searchsorted(grid, day) * columns + column for day in (start, end))
    change = np.bincount(first, weight, size) - np.bincount(last, weight, size)
    level: Floats = np.cumsum(change.reshape(len(grid), columns), axis=0)[:-1]
    return np.where(np.abs(level) < NONE, 0.0, level)


def _places(run: Reading) -> Steps:
    """Return every step in the capacity of every pool of places that is wanted."""
    pools = [p for p in run.pools_of("place") if run.nearest.wanted[:, p].any()]
    if not pools:
        return np.empty(0, dtype=np.intp), np.empty(0), np.empty(0)
    column, day, step = capacity_steps(run, pools)
    return np.array(pools)[column], day, step


def _capacity(there: Steps, column: Ints, edges: Floats) -> Steps:
    """Return the steps in a year of the pools that have a column, the first on its first day."""
    pool, day, step = there
    mine = (column[pool] >= 0) & (day < edges[1])
    return column[pool[mine]], np.maximum(day[mine], edges[0]), step[mine]
