"""What the nearest options lack, pool by pool, for every set of options and through time.

`flowsim.metrics.why.causes` says which *kinds* are missing on the shelf nearest to who waits. This
says which *pools*: the pools of places that the nearest options lack, and the option that lacks
hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.ledger import EventKind, Ledger
from flowsim.metrics.lives.history import Options
from flowsim.metrics.why.causes import DWELLING, HOURS, PLACE, Shelves, free_in_pools
from flowsim.metrics.window import Floats, Ints, written_out


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """Runs of time in which the nearest options of a set lack the same; element i is about run i.

    Only the time in which somebody waits in a set is worked out (`Shelves.segment`).
    """

    shelves: Shelves
    run_of: Ints
    """The run that each moment of each stretch belongs to, as in `Shelves.run_of`."""
    start: Floats
    end: Floats
    """First and last day; infinite for the last run of a stretch."""
    missing: npt.NDArray[np.uint8]
    """Kinds that are missing, as bits: a row of `flowsim.metrics.why.causes.SPLITS`."""
    pattern: Ints
    """Row of `wanted`: which pools of places are missing."""
    wanted: npt.NDArray[np.bool_]
    """By pattern and pool; shape (patterns, pools)."""
    option: Ints
    """The first nearest option that lacks hours; -1: none."""

    def pieces(self, option_set: Ints, start: Floats, end: Floats) -> tuple[Ints, Ints, Floats]:
        """Cut waits in sets of options at the changes of what is lacking.

        Parameters
        ----------
        option_set
            Set that is waited in, in [start, end); shape (n,).
        start, end
            Days.

        Returns
        -------
        index, run, cuts
            Of every piece of positive length, in the order of the waits and then of time: which
            wait and run it belongs to, and its first and last day, shape (pieces, 2).
        """
        first, last = (self.run_of[self.shelves.position(option_set, day)] for day in (start, end))
        index, run = written_out(first, last - first + 1)
        begin = np.maximum(start[index], self.start[run])
        stop = np.minimum(end[index], self.end[run])
        keep = stop > begin
        return index[keep], run[keep], np.stack([begin[keep], stop[keep]], axis=1)


def nearest_of(ledger: Ledger, shelves: Shelves, options: Options) -> Nearest:
    """Work out what the nearest options lack wherever `shelves_of` did."""
    width = len(shelves.moments) + 1
    sets, begins = np.divmod(shelves.segment, width)
    heads = shelves.segment_base + begins
    lengths = np.diff(np.append(heads, len(shelves.run_of)))
    stretch, moment = written_out(begins, lengths)
    pair, option, lacks = _lacks(ledger, shelves, options, sets[stretch], moment)
    missing, near = _nearest(pair, lacks, len(moment))

    wants = np.zeros((len(moment), len(ledger.pools)), dtype=bool)
    of_place = near & (lacks & PLACE > 0)
    wants[pair[of_place], options.place[option[of_place]]] = True
    wanted, pattern = np.unique(np.packbits(wants, axis=1), axis=0, return_inverse=True)

    of_hours = np.flatnonzero(near & (lacks & HOURS > 0))
    who, which = np.unique(pair[of_hours], return_index=True)
    asked = np.full(len(moment), -1)
    asked[who] = option[of_hours[which]]

    new = np.ones(len(moment), dtype=bool)
    pattern = pattern.reshape(-1)
    facts = np.stack([missing, pattern, asked])
    new[1:] = (facts[:, 1:] != facts[:, :-1]).any(axis=0)
    new[heads] = True
    at = np.flatnonzero(new)
    start = shelves.moments[moment[at]]
    last = np.isin(np.append(at[1:], len(moment)), np.append(heads, len(moment)))
    return Nearest(
        shelves=shelves,
        run_of=np.cumsum(new) - 1,
        start=start,
        end=np.where(last, np.inf, np.append(start[1:], np.inf))[: len(at)],
        missing=missing[at],
        pattern=pattern[at],
        wanted=np.unpackbits(wanted, axis=1, count=len(ledger.pools)).astype(bool),
        option=asked[at],
    )


def _lacks(
    ledger: Ledger, shelves: Shelves, options: Options, sets: Ints, moment: Ints
) -> tuple[Ints, Ints, npt.NDArray[np.uint8]]:
    """Return every option of every set at every moment, and the kinds that it lacks, as bits."""
    rows = ledger.rows[ledger.rows["kind"] == EventKind.POOL]
    free = free_in_pools(ledger, rows, shelves.moments)
    counts = np.array([len(listed) for listed in ledger.option_sets], dtype=np.intp)
    flat = np.array([o for listed in ledger.option_sets for o in listed], dtype=np.intp)
    pair, position = written_out((np.cumsum(counts) - counts)[sets], counts[sets])
    option = flat[position]
    at = moment[pair]
    lacks = np.zeros(len(option), dtype=np.uint8)
    for bit, pools, needed in (
        (PLACE, options.place, None),
        (HOURS, options.team, options.net_minutes),
        (DWELLING, options.dwelling, None),
    ):
        pool = pools[option]
        there = free[pool, at]
        short = there < 1 if needed is None else np.maximum(there, 0) < needed[option]
        lacks[(pool >= 0) & short] |= bit
    return pair, option, lacks


def _nearest(
    pair: Ints, lacks: npt.NDArray[np.uint8], pairs: int
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_]]:
    """Return the kinds that are missing at each moment, and which options are nearest."""
    missing = np.full(pairs, PLACE, dtype=np.uint8)  # without any option
    some, head = np.unique(pair, return_index=True)
    if not len(some):
        return missing, np.zeros(0, dtype=bool)
    kinds = _KINDS[lacks]
    fewest = np.zeros(pairs, dtype=kinds.dtype)
    fewest[some] = np.minimum.reduceat(kinds, head)
    near = kinds == fewest[pair]
    missing[some] = np.bitwise_or.reduceat(np.where(near, lacks, 0).astype(np.uint8), head)
    return missing, near


_KINDS: Final = np.array([combination.bit_count() for combination in range(8)], dtype=np.uint8)
