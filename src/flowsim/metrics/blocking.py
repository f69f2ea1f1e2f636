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
import numpy.typing as npt

from flowsim.ledger import State
from flowsim.metrics.causes import FROM_SHELVES, SPLITS
from flowsim.metrics.history import in_place
from flowsim.metrics.pools import capacity_steps
from flowsim.metrics.reading import Reading, count
from flowsim.metrics.waits import INTERNAL, KINDS, PLACEMENT, RETURN
from flowsim.metrics.window import Floats, Ints

ENDS: Final = (
    "in_use", "transit", "turning_over", "hours", "dwelling", "queue_order", "no_place", "circle"
)  # fmt: skip
"""Ends of a chain. ``in_use``: a resident who needs nothing else. ``transit``: a resident who moves
out on a known day. ``turning_over``: no resident. ``hours``, ``dwelling``, ``queue_order``: what a
blocked resident misses. ``no_place``: no such place exists, or only until who lives there
leaves. ``circle``: people who wait for one another's places and for nothing else."""
HOLDERS: Final = (
    "settled", "transit", "turning_over",
    *(f"{state}_{cause}" for state in ("moving", "ready") for cause in FROM_SHELVES),
    "no_place",
)  # fmt: skip
"""Who holds a place that somebody waits for: the first link of the chain. ``moving_dwelling``: a
resident who needs another variant, for which a dwelling is missing; and so on."""
CHAINED: Final = (PLACEMENT, INTERNAL, RETURN)
"""Kinds of wait that can be for a place."""

_IN_USE, _TRANSIT, _TURNING, _NO_PLACE, _CIRCLE = (
    ENDS.index(end) for end in ("in_use", "transit", "turning_over", "no_place", "circle")
)
_EQUAL: Final = SPLITS["equal"]
_PLACE_SHARE: Final = _EQUAL[:, 0]
_NONE: Final = 1e-9
"""Places; shares of places are halves and thirds, so less than this is rounding."""


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
    waits, holds = _waits(run), _holds(run)
    for year in range(years):
        asked = waits.of_year(year)
        if len(asked.weight):
            edges = run.window.edges[year : year + 2]
            _charge(run, asked, holds.of_year(year), edges, by_end[year], by_holder[year])
    return ChainDays(by_end, by_holder)


# ---------------------------------------------------------------- who waits, and who holds
@dataclass(frozen=True, slots=True)
class _Stretches:
    """Pieces of time of people who wait for a place, or hold one."""

    year: Ints
    start: Floats
    end: Floats
    column: Ints
    """Number of what the piece is: an index in `facts`."""
    weight: Floats
    facts: Ints
    """Of a wait: kind, variant, pattern of pools. Of a holder: pool, `_HOLDS` code, pattern."""

    def of_year(self, year: int) -> _Stretches:
        mine = self.year == year
        return _Stretches(
            self.year[mine],
            self.start[mine],
            self.end[mine],
            self.column[mine],
            self.weight[mine],
            self.facts,
        )


def _stretches(
    year: Ints, start: Floats, end: Floats, weight: Floats, *facts: npt.NDArray[np.integer]
) -> _Stretches:
    listed = np.stack(facts, axis=1).astype(np.intp)
    widths = listed.max(axis=0, initial=0) + 1
    code = np.ravel_multi_index(tuple(listed.T), tuple(widths))
    codes, column = np.unique(code, return_inverse=True)
    unique = np.stack(np.unravel_index(codes, tuple(widths)), axis=1)
    return _Stretches(year, start, end, column, weight, unique)


def _waits(run: Reading) -> _Stretches:
    """Return who waits for a place, with the share of the wait that is charged to it."""
    piece, runs, cuts = run.nearest_pieces
    near, kind = run.nearest, run.kind[run.waiting.spell[piece]]
    share = _PLACE_SHARE[near.missing[runs]]
    mine = (share > 0) & np.isin(kind, CHAINED)
    piece, runs, cuts = piece[mine], runs[mine], cuts[mine]
    return _stretches(
        run.waiting.year[piece],
        cuts[:, 0],
        cuts[:, 1],
        share[mine],
        kind[mine],
        run.variant_of_wait[piece],
        near.pattern[runs],
    )


_SETTLED, _MOVES_OUT, _BLOCKED = 0, 1, 2
"""Codes of a holder; from `_BLOCKED` on: ``ready * 8 + missing``."""


def _holds(run: Reading) -> _Stretches:
    """Return who holds the places that somebody waits for, and what those people wait for."""
    spells, pieces, near = run.spells, run.pieces, run.nearest
    place = run.history.options.place
    wanted = np.append(near.wanted.any(axis=0), False)  # the last: no place

    blocked_spell = np.zeros(len(spells.state), dtype=bool)
    blocked_spell[run.waiting.spell] = True
    free = in_place(spells.state[pieces.spell]) & ~blocked_spell[pieces.spell]
    free &= wanted[place[spells.option[pieces.spell]]]
    still = pieces.spell[free]

    piece, runs, cuts = run.nearest_pieces
    spell = run.waiting.spell[piece]
    mine = in_place(spells.state[spell]) & wanted[place[spells.option[spell]]]
    piece, runs, cuts, spell = piece[mine], runs[mine], cuts[mine], spell[mine]
    ready = spells.state[spell] == State.READY
    return _stretches(
        np.concatenate([pieces.year[free], run.waiting.year[piece]]),
        np.concatenate([pieces.start[free], cuts[:, 0]]),
        np.concatenate([pieces.end[free], cuts[:, 1]]),
        np.ones(len(still) + len(spell)),
        np.concatenate([place[spells.option[still]], place[spells.option[spell]]]),
        np.concatenate(
            [
                np.where(spells.state[still] == State.TRANSIT, _MOVES_OUT, _SETTLED),
                _BLOCKED + ready * 8 + near.missing[runs],
            ]
        ),
        np.concatenate([np.zeros(len(still), dtype=np.intp), near.pattern[runs]]),
    )


# ---------------------------------------------------------------- one year
def _charge(
    run: Reading,
    waits: _Stretches,
    holds: _Stretches,
    edges: Floats,
    by_end: Floats,
    by_holder: Floats,
) -> None:
    """Add the days of one year to its tables."""
    nearest = run.nearest
    pools = [p for p in run.pools_of("place") if nearest.wanted[:, p].any()]
    column = np.full(len(run.ledger.pools), 0)
    column[pools] = np.arange(len(pools))
    wanted = nearest.wanted[:, pools].astype(float)
    pool, day, step = _capacity(run, pools, edges)
    grid = np.unique(np.concatenate([edges, waits.start, waits.end, holds.start, holds.end, day]))
    asked = _counts(grid, waits.start, waits.end, waits.column, waits.weight, len(waits.facts))
    busy = asked.any(axis=1)
    asked = asked[busy] * np.diff(grid)[busy, None]
    held = _counts(grid, holds.start, holds.end, holds.column, holds.weight, len(holds.facts))[busy]
    places = _counts(grid, day, np.full(len(day), edges[1]), pool, step, len(pools))[busy]

    of_pool = column[holds.facts[:, 0]]
    held = np.where(places[:, of_pool] > _NONE, held, 0.0)  # without places: these close
    state = _Moment(held, np.maximum(places, held @ np.eye(len(pools))[of_pool]), of_pool, holds)
    ends = _ends(state, wanted)
    pattern = waits.facts[:, 2]
    there = state.places @ wanted[pattern].T
    rate = np.divide(asked, there, out=np.zeros_like(asked), where=there > _NONE)
    nowhere = np.where(there > _NONE, 0.0, asked).sum(axis=0)

    flat = ends.reshape(len(ends), len(pools) * len(ENDS))
    whole = (rate.T @ flat).reshape(len(pattern), len(pools), len(ENDS))
    charged = (whole * wanted[pattern][:, :, None]).sum(axis=1)
    charged[:, _NO_PLACE] += nowhere
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
    kind = _HELD[state.holds.facts[:, 1]]
    np.add.at(by_holder, variant[state.of_pool], by_column[:, None] * kind)
    np.add.at(by_holder[:, _TURNING], variant, (falls * state.turning).sum(axis=0))


@dataclass(frozen=True, slots=True)
class _Moment:
    """Holders of places at each of some moments (t), by column (c) and pool (p)."""

    held: Floats
    """Residents; shape (t, c)."""
    places: Floats
    """Places, or residents where they are more (places that close as they fall free); (t, p)."""
    of_pool: Ints
    """Pool of each column."""
    holds: _Stretches

    @property
    def turning(self) -> Floats:
        """Places without a resident: somebody waits, so they turn over; shape (t, p)."""
        return self.places - self.held @ np.eye(self.places.shape[1])[self.of_pool]


def _ends(state: _Moment, wanted: Floats) -> Floats:
    """Return the places of each pool by the end of their chain: shape (moments, pools, ends)."""
    code, pattern = state.holds.facts[:, 1], state.holds.facts[:, 2]
    moments, pools = state.places.shape
    own = np.zeros((len(code), pools, len(ENDS)))
    own[np.arange(len(code)), state.of_pool] = _OWN_END[code]
    flat = own.reshape(len(code), pools * len(ENDS))
    ends = (state.held @ flat).reshape(moments, pools, len(ENDS))
    ends[..., _TURNING] += state.turning

    chained = np.flatnonzero(_WAITS_FOR_PLACE[code] > 0)
    if not len(chained) or not moments:
        return ends
    there = state.places @ wanted[pattern[chained]].T
    goes_on = state.held[:, chained] * _WAITS_FOR_PLACE[code[chained]]
    rate = np.divide(goes_on, there, out=np.zeros_like(goes_on), where=there > _NONE)
    stuck = np.where(there > _NONE, 0.0, goes_on)
    links = np.zeros((moments, pools, pools))
    for p in np.unique(state.of_pool[chained]).tolist():
        mine = state.of_pool[chained] == p
        links[:, p] = rate[:, mine] @ wanted[pattern[chained[mine]]]
        ends[:, p, _NO_PLACE] += stuck[:, mine].sum(axis=1)
    _cut_circles(links, ends, state.places)
    return np.asarray(np.linalg.solve(np.eye(pools) - links, ends), dtype=np.float64)


def _cut_circles(links: Floats, ends: Floats, places: Floats) -> None:
    """End the chains that would never end: of pools from which no end can be reached."""
    ending = (ends.sum(axis=2) > _NONE) | (places <= _NONE)
    doubt = np.flatnonzero(~ending.all(axis=1))
    if not len(doubt):
        return
    reach, step = ending[doubt], links[doubt] > 0
    for _ in range(reach.shape[1]):
        reach = reach | (step & reach[:, None, :]).any(axis=2)
    moment, pool = np.nonzero(~reach)
    links[doubt[moment], pool] = 0.0
    ends[doubt[moment], pool, _CIRCLE] = places[doubt[moment], pool]


def _counts(
    grid: Floats, start: Floats, end: Floats, column: Ints, weight: Floats, columns: int
) -> Floats:
    """Add up weights by stretch of the grid and column: shape (stretches, columns)."""
    size = (len(grid), columns)
    first, last = np.searchsorted(grid, start), np.searchsorted(grid, end)
    change = count(size, first, column, weight=weight) - count(size, last, column, weight=weight)
    level: Floats = np.cumsum(change, axis=0)[:-1]
    return np.where(np.abs(level) < _NONE, 0.0, level)


def _capacity(run: Reading, pools: list[int], edges: Floats) -> tuple[Ints, Floats, Floats]:
    """Return pool, day and size of the steps in capacity in a year, the first on its first day."""
    if not pools:
        return np.empty(0, dtype=np.intp), np.empty(0), np.empty(0)
    pool, day, step = capacity_steps(run, pools)
    before = day < edges[1]
    return pool[before], np.maximum(day[before], edges[0]), step[before]


# ---------------------------------------------------------------- what a holder is
def _by_code() -> tuple[Floats, Floats, Floats]:
    """Return, by code of a holder: own end, share that waits for a place, and kind of holder."""
    codes = _BLOCKED + 16
    end, on, holder = (
        np.zeros((codes, len(ENDS))), np.zeros(codes), np.zeros((codes, len(HOLDERS)))
    )  # fmt: skip
    end[_SETTLED, _IN_USE] = end[_MOVES_OUT, _TRANSIT] = 1.0
    holder[_SETTLED, HOLDERS.index("settled")] = holder[_MOVES_OUT, HOLDERS.index("transit")] = 1.0
    for code in range(_BLOCKED, codes):
        ready, missing = divmod(code - _BLOCKED, 8)
        shares = dict(zip(FROM_SHELVES, _EQUAL[missing], strict=True))
        on[code] = shares["place"]
        for cause, share in shares.items():
            holder[code, HOLDERS.index(f"{('moving', 'ready')[ready]}_{cause}")] = share
            if cause != "place":
                end[code, ENDS.index(cause)] = share
    return end, on, holder


_OWN_END, _WAITS_FOR_PLACE, _HELD = _by_code()
