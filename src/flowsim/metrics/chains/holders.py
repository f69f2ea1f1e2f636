"""Who waits for a place, who holds the places, and what those people wait for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.ledger import State
from flowsim.metrics.lives.history import in_place
from flowsim.metrics.lives.waits import INTERNAL, PLACEMENT, RETURN
from flowsim.metrics.reading import Reading
from flowsim.metrics.why.causes import FROM_SHELVES, SPLITS
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

IN_USE, TRANSIT, TURNING, NO_PLACE, CIRCLE = (
    ENDS.index(end) for end in ("in_use", "transit", "turning_over", "no_place", "circle")
)
_EQUAL: Final = SPLITS["equal"]
_PLACE_SHARE: Final = _EQUAL[:, 0]
NONE: Final = 1e-9
"""Places; shares of places are halves and thirds, so less than this is rounding."""


@dataclass(frozen=True, slots=True)
class Stretches:
    """Pieces of time of people who wait for a place, or hold one."""

    year: Ints
    start: Floats
    end: Floats
    column: Ints
    """Number of what the piece is: an index in `facts`."""
    weight: Floats
    facts: Ints
    """Of a wait: kind, variant, pattern of pools. Of a holder: pool, `_HOLDS` code, pattern."""

    def of_year(self, year: int) -> Stretches:
        """Return those of one year."""
        mine = np.flatnonzero(self.year == year)
        return Stretches(
            self.year[mine],
            self.start[mine],
            self.end[mine],
            self.column[mine],
            self.weight[mine],
            self.facts,
        )

    def of_facts(self, which: npt.NDArray[np.bool_]) -> Stretches:
        """Return those with some of the facts."""
        mine = which[self.column]
        return Stretches(
            self.year[mine],
            self.start[mine],
            self.end[mine],
            (np.cumsum(which) - 1)[self.column[mine]],
            self.weight[mine],
            self.facts[which],
        )


def parts_of(wanted: npt.NDArray[np.bool_], asked: Ints, held: Ints, goes_on: Ints) -> Ints:
    """Return a number for each pool, the same where one leads to another.

    Parameters
    ----------
    wanted
        Pools of each pattern, as in `Nearest`.
    asked
        Patterns that somebody waits for.
    held, goes_on
        Pools that somebody holds, and the pattern that this one may wait for.
    """
    number = np.arange(wanted.shape[1])
    together = [wanted[pattern] for pattern in np.unique(asked)]
    for pool, pattern in np.unique(np.stack([held, goes_on]), axis=1).T:
        one = wanted[pattern].copy()
        one[pool] = True
        together.append(one)
    for one in together:
        names = np.unique(number[one])
        if len(names) > 1:
            number[np.isin(number, names)] = names[0]
    return number


def _stretches(
    year: Ints, start: Floats, end: Floats, weight: Floats, *facts: npt.NDArray[np.integer]
) -> Stretches:
    listed = np.stack(facts, axis=1).astype(np.intp)
    widths = listed.max(axis=0, initial=0) + 1
    code = np.ravel_multi_index(tuple(listed.T), tuple(widths))
    codes, column = np.unique(code, return_inverse=True)
    unique = np.stack(np.unravel_index(codes, tuple(widths)), axis=1)
    return Stretches(year, start, end, column, weight, unique)


def waits_of(run: Reading) -> Stretches:
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


def holds_of(run: Reading) -> Stretches:
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


def _by_code() -> tuple[Floats, Floats, Floats]:
    """Return, by code of a holder: own end, share that waits for a place, and kind of holder."""
    codes = _BLOCKED + 16
    end, on, holder = (
        np.zeros((codes, len(ENDS))), np.zeros(codes), np.zeros((codes, len(HOLDERS)))
    )  # fmt: skip
    end[_SETTLED, IN_USE] = end[_MOVES_OUT, TRANSIT] = 1.0
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


OWN_END, WAITS_FOR_PLACE, HELD = _by_code()
