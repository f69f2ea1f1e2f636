"""Places and what happens in them."""

from __future__ import annotations

from typing import Final

import numpy as np

from flowsim.ledger import State
from flowsim.metrics.columns import Columns, stack
from flowsim.metrics.defining import Measure, defines
from flowsim.metrics.lives.history import in_place
from flowsim.metrics.once import once
from flowsim.metrics.pools import (
    beyond,
    by_pool,
    by_pool_and_day,
    capacity_steps,
    columns_of,
    limited,
    turnovers,
)
from flowsim.metrics.reading import Reading, count
from flowsim.metrics.window import Floats, Ints, cut

PLACE_DAYS: Final = ("settled", "blocked", "transit", "turning_over", "unfilled")


@defines(
    place_days=Measure(
        "place_days",
        "Plaatsdagen: bewoond (settled), bewoond maar geblokkeerd (blocked), vertrek bekend "
        "(transit), mutatieleegstand (turning_over), onbezet (unfilled); samen alle plaatsen.",
        "Place-days: filled (settled), filled but blocked, departure known (transit), turning "
        "over, unfilled; together all places.",
    ),
    over_full_days=Measure(
        "days",
        "Dagen van bewoners boven het aantal plaatsen: plaatsen die sluiten als zij vrijvallen, "
        "of een gebied dat na een splitsing meer bewoners heeft dan plaatsen.",
        "Days of residents beyond the places there are: places that close as they fall free, or "
        "an area that has more residents than places after a split.",
    ),
)
def measure_places(run: Reading) -> Columns:
    """Add up place-days by what happens in the place; together the places there are."""
    pools = limited(run, "place")
    if not pools:
        return stack([])
    use = run.window.by_year(place_days(run))
    spells = run.spells
    held = np.where(in_place(spells.state), run.history.options.place[spells.option], -1)
    over = beyond(run, pools, held, np.ones(len(held)))
    return stack(
        [
            by_pool(run, "place_days", use, pools, PLACE_DAYS),
            by_pool(run, "over_full_days", over[..., None], pools, ("",)),
        ]
    )


@once
def place_days(run: Reading) -> Floats:
    """Return the days of each of `PLACE_DAYS` by span and limited pool: shape (spans, pools, 5).

    They add up to the places there are, but where an area holds more residents than it has places
    (places that close as they fall free).
    """
    pools = limited(run, "place")
    column = columns_of(run, pools)
    pieces, options = run.pieces, run.history.options
    use = _USE[run.spells.state[pieces.spell]]
    place = np.where(use >= 0, column[options.place[run.spells.option[pieces.spell]]], -1)
    mine = place >= 0
    days = np.zeros((len(run.window.span_length), len(pools), len(PLACE_DAYS)))
    days[..., :3] = count(
        (*days.shape[:2], 3),
        pieces.span[mine],
        place[mine],
        use[mine],
        weight=pieces.days[mine],
    )
    turning, begins, ends = turnovers(run, column)
    index, span, begin, end = cut(begins, ends, run.window.cuts)
    days[..., 3] = count(days.shape[:2], span, turning[index], weight=end - begin)
    days[..., 4] = _unfilled(run, pools, column, (turning, begins, ends))
    return days


def _unfilled(
    run: Reading, pools: list[int], column: Ints, turning: tuple[Ints, Floats, Floats]
) -> Floats:
    """Return the place-days without a resident or turnover: shape (spans, pools).

    Follows every pool through time: places less residents less places that turn over.
    """
    spells, options = run.spells, run.history.options
    lives = np.flatnonzero(in_place(spells.state))
    place = column[options.place[spells.option[lives]]]
    lives, place = lives[place >= 0], place[place >= 0]
    pool, day, step = capacity_steps(run, pools)
    at, begins, ends = turning
    pool = np.concatenate([pool, place, place, at, at])
    day = np.concatenate([day, spells.start[lives], spells.end[lives], begins, ends])
    one, back = np.ones(len(lives)), np.ones(len(at))
    step = np.concatenate([step, -one, one, -back, back])
    order = by_pool_and_day(pool, day)
    pool, day, step = pool[order], day[order], step[order]
    last = np.append(pool[1:] != pool[:-1], True)
    until = np.where(last, np.inf, np.roll(day, -1))
    level = np.cumsum(step)
    heads = np.flatnonzero(np.roll(last, 1))
    level -= np.repeat(level[heads] - step[heads], np.diff(np.append(heads, len(pool))))
    index, span, begin, end = cut(day, until, run.window.cuts)
    weight = np.maximum(level[index], 0.0) * (end - begin)
    return count((len(run.window.span_length), len(pools)), span, pool[index], weight=weight)


_USE: Final = np.full(len(State), -1)
_USE[State.SETTLED] = 0
_USE[[State.MOVING, State.READY]] = 1
_USE[State.TRANSIT] = 2
