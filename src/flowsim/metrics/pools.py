"""Pools through time: which there are, how much they hold, and tables by pool."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from flowsim.ledger import EventKind, How
from flowsim.metrics.columns import Columns, stack, table
from flowsim.metrics.lives.history import in_place
from flowsim.metrics.reading import Reading, count
from flowsim.metrics.window import Floats, Ints
from flowsim.scenario.values import NO_LIMIT


def limited(run: Reading, kind: str) -> list[int]:
    """Return the numbers of the pools of a kind that have a limit."""
    pools = run.ledger.pools
    return [p for p in run.pools_of(kind) if pools[p].capacity < NO_LIMIT]


def capacity_steps(run: Reading, pools: list[int]) -> tuple[Ints, Floats, Floats]:
    """Return pool (a column), day and size of every change of capacity, the first at the start."""
    rows = run.pool_rows[run.pool_rows["kind"] == EventKind.CAPACITY]
    column = columns_of(run, pools)
    rows = rows[column[rows["ref"]] >= 0]
    parts = []
    for i, number in enumerate(pools):
        mine = rows[rows["ref"] == number]
        level = mine["client"].astype(float)
        first = float(run.ledger.pools[number].capacity)
        if len(level) and level[0] == first:
            first = 0.0  # its first row opens the pool
        day = np.append(-np.inf, mine["day"])
        step = np.append(first, np.diff(level, prepend=first))
        parts.append((np.full(len(day), i), day, step))
    pool, days, steps = (np.concatenate(column) for column in zip(*parts, strict=True))
    return pool, days, steps


def columns_of(run: Reading, pools: list[int]) -> Ints:
    """Return the column of each pool in a table of some of them; -1: not in it, or no pool."""
    column = np.full(len(run.ledger.pools) + 1, -1)
    column[pools] = np.arange(len(pools))
    return column


def capacity_days(run: Reading, pools: list[int]) -> Floats:
    """Return capacity times days by year and pool (minutes a week x days; assessor-days)."""
    pool, day, step = capacity_steps(run, pools)
    after = days_from(day, run.window.edges) * step
    return np.stack([np.bincount(pool, one, len(pools)) for one in after])


def beyond(run: Reading, pools: list[int], held: Ints, amount: Floats) -> Floats:
    """Return what is held beyond what there is, times days, by year and pool.

    Nobody is admitted beyond it: it comes of less capacity, of a start, or of a split.

    Parameters
    ----------
    run
        One run.
    pools
        Pools with a limit.
    held, amount
        The pool that each of `Reading.spells` holds some of (-1: none), and how much.
    """
    edges, cuts, every = run.window.edges, run.window.cuts, np.arange(len(pools))
    begin = np.maximum(run.spells.start, cuts[0])
    end = np.minimum(run.spells.end, cuts[-1])
    column = columns_of(run, pools)[held]
    mine = (column >= 0) & (end > begin)
    there, day, step = capacity_steps(run, pools)
    nothing = np.zeros(len(pools))
    pool = np.concatenate([column[mine], column[mine], there, *(every for _ in cuts)])
    at = np.concatenate(
        [
            begin[mine],
            end[mine],
            np.maximum(day, edges[0]),
            *(np.full(len(pools), cut) for cut in cuts),
        ]
    )
    change = np.concatenate([amount[mine], -amount[mine], -step, *(nothing for _ in cuts)])
    order = by_pool_and_day(pool, at)
    pool, at, change = pool[order], at[order], change[order]
    level = np.cumsum(change)  # whole numbers, so what an earlier pool leaves can be taken off
    before = np.append(0.0, level)[np.searchsorted(pool, every)]
    excess = np.maximum(level - before[pool], 0.0)[:-1]
    year = run.window.year_of(at[:-1])
    lasts = (year >= 0) & (pool[1:] == pool[:-1])
    days = np.diff(at)[lasts]
    return count((len(edges) - 1, len(pools)), year[lasts], pool[:-1][lasts],
                 weight=days * excess[lasts])  # fmt: skip


def turnovers(run: Reading, column: Ints) -> tuple[Ints, Floats, Floats]:
    """Return pool (a column), first and last day of every place between two residents."""
    past, ledger = run.history, run.ledger
    days = np.zeros((len(run.layouts), len(ledger.pools) + 1))
    for phase, layout in enumerate(run.layouts):
        turnover = {variant.name: variant.turnover_days for variant in layout.variants}
        days[phase, :-1] = [turnover.get(pool.block, 0.0) for pool in ledger.pools]
    exchanged = (past.kind == EventKind.PLACED) & np.isin(past.why, (How.EXCHANGE, How.FLIP))
    stays = (past.kind == EventKind.HOUSED) & (past.why == How.FLIP)
    exchanged[1:] |= stays[:-1]  # who takes the dwelling over leaves in the row after
    left = np.flatnonzero(
        in_place(past.before)
        & ((past.kind == EventKind.PLACED) | ~in_place(past.state))
        & ~exchanged
    )
    place = past.options.place[past.left[left]]
    left, place = left[column[place] >= 0], place[column[place] >= 0]
    return column[place], past.day[left], past.day[left] + days[run.phase_of_row[left], place]


def by_pool_and_day(pool: Ints, day: Floats) -> Ints:
    """Return the order by pool, then day; of one pool and day in any order."""
    order = np.argsort(day)
    few = np.min_scalar_type(pool.max(initial=0))  # numbers of 16 bits are ordered in one go
    return order[np.argsort(pool[order].astype(few), kind="stable")]


def days_from(day: Floats, edges: Floats) -> Floats:
    """Return how many days of each year come after each day: shape (years, n)."""
    start = np.maximum(day, edges[:-1, None])
    return np.maximum(edges[1:, None] - start, 0.0)


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
