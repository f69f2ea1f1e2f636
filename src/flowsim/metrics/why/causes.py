"""Causes of waiting: what was not on the shelf, on the shelf nearest to who waits.

At a moment something is *missing* for an option when less is free than this client alone needs.
The causes of the moment are the kinds that are missing in the options that lack the fewest kinds
(all of them, where several options lack equally few). This is the binding cause and not the whole
shortage, and it is no effect: one more of it may only show the next thing that is missing.

What is free is known from the pool rows of the ledger, which hold from the end of their instant.
Clients who wait for the same set of options have the same causes, so these are worked out once
for each set, and only for the time in which somebody waits in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.ledger import EventKind, Ledger, RefusedBy, State
from flowsim.metrics.lives.history import Options
from flowsim.metrics.lives.spells import Spells
from flowsim.metrics.window import Floats, Ints, written_out
from flowsim.scenario.values import NO_LIMIT

CAUSES: Final = (
    "assessor", "assessing", "paperwork", "place", "hours", "dwelling", "queue_order",
    "own_choice", "provider_refusal",
)  # fmt: skip
"""Causes, by index. ``assessor``: in the queue of the desk. ``assessing`` and ``paperwork``: the
desk's own time. ``place`` (also turning over), ``hours`` of a team, ``dwelling``: missing.
``queue_order``: nothing is missing, but another comes first. ``own_choice``: refused a place and
waits for the preferred provider. ``provider_refusal``: a provider refused and cannot be asked."""
FROM_SHELVES: Final = ("place", "hours", "dwelling", "queue_order")
"""Causes that follow from what is on the shelves, in the order of `SPLITS`."""
SHELVES: Final = np.array([CAUSES.index(cause) for cause in FROM_SHELVES])
"""Where they stand among all causes."""
AT_DESK: Final = {
    State.QUEUE: "assessor",
    State.ASSESSING: "assessing",
    State.PAPERWORK: "paperwork",
}
"""Cause of the wait for a decision, by where the client is."""
REFUSED: Final = {RefusedBy.CLIENT: "own_choice", RefusedBy.PROVIDER: "provider_refusal"}
"""Cause after a refusal: while it holds it is the only one."""

PLACE, HOURS, DWELLING = 1, 2, 4
_COMBINATIONS: Final = 8
"""Sets of missing kinds, as bits; 0: nothing is missing, so ``queue_order``."""
_MISSING: Final = np.array([[bool(c & bit) for bit in (1, 2, 4)] + [not c] for c in range(8)])
SPLITS: Final[dict[str, Floats]] = {
    "equal": _MISSING / _MISSING.sum(axis=1, keepdims=True),
    "sole": np.where(_MISSING.sum(axis=1, keepdims=True) == 1, _MISSING, False).astype(float),
    "any": _MISSING.astype(float),
}
"""Share of a moment that goes to each cause of `FROM_SHELVES`, by combination: shape (8, 4).

``equal``: divided equally over the causes of the moment, adds up to the wait. ``sole``: only where
it is the only one. ``any``: wherever it is among them; adds up to more than the wait.
"""


def only_cause(
    at_desk: npt.NDArray[np.bool_], state: npt.NDArray[np.int8], refused: npt.NDArray[np.int8]
) -> Ints:
    """Return the cause, as an index in `CAUSES`, of waits that no shelf causes.

    By name: the order of `CAUSES`, and the numbers of `State` and `RefusedBy`, do not matter.
    """
    out = np.full(len(state), -1, dtype=np.intp)
    for where, cause in AT_DESK.items():
        out[at_desk & (state == where)] = CAUSES.index(cause)
    for who, cause in REFUSED.items():
        out[~at_desk & (refused == who)] = CAUSES.index(cause)
    return out


@dataclass(frozen=True, slots=True)
class Shelves:
    """What was missing for each set of options that somebody waited in, through time."""

    moments: Floats
    """Days on which what is free changed, or its answer to somebody's need; increasing."""
    segment: npt.NDArray[np.int64]
    """``set * (moments + 1) + first moment`` of each stretch that was worked out; increasing."""
    segment_base: npt.NDArray[np.int64]
    """Where moment 0 of the stretch would stand in `run_of`."""
    run_of: npt.NDArray[np.int64]
    """The run of equal causes that each moment of each stretch belongs to."""
    run_start: Floats
    """Day on which each run begins."""
    run_missing: npt.NDArray[np.uint8]
    """Combination that is missing in each run."""
    run_before: Floats
    """Days of each combination in all runs before this one; shape (runs, 8)."""

    def missing_at(self, option_set: Ints, day: Floats) -> npt.NDArray[np.uint8]:
        """Return the combination missing for each set at the end of the instant ``day``.

        Somebody must wait in the set on that day.
        """
        return self.run_missing[self._run(option_set, self._moment(day))]

    def missing_days(self, option_set: Ints, start: Floats, end: Floats) -> Floats:
        """Return the days of each combination in [start, end), for sets waited in throughout.

        Returns
        -------
        ndarray
            Shape (n, 8); the rows add up to ``end - start``.
        """
        segment = self._segment(option_set, self._moment(start))
        runs = [self.run_of[self.segment_base[segment] + self._moment(d)] for d in (start, end)]
        days: Floats = self.run_before[runs[1]] - self.run_before[runs[0]]
        row = np.arange(len(start))
        days[row, self.run_missing[runs[1]]] += end - self.run_start[runs[1]]
        days[row, self.run_missing[runs[0]]] -= start - self.run_start[runs[0]]
        return days

    def position(self, option_set: Ints, day: Floats) -> Ints:
        """Return where each day stands in `run_of`, for sets that somebody waits in on that day."""
        moment = self._moment(day)
        return self.segment_base[self._segment(option_set, moment)] + moment

    def _moment(self, day: Floats) -> npt.NDArray[np.int64]:
        return np.searchsorted(self.moments, day, side="right") - 1

    def _segment(self, option_set: Ints, moment: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        key = option_set * (len(self.moments) + 1) + moment
        return np.searchsorted(self.segment, key, side="right") - 1

    def _run(self, option_set: Ints, moment: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        run: npt.NDArray[np.int64] = self.run_of[
            self.segment_base[self._segment(option_set, moment)] + moment
        ]
        return run


def shelves_of(ledger: Ledger, spells: Spells, options: Options) -> Shelves:
    """Work out what was missing for every set of options while somebody waited in it.

    Raises
    ------
    ValueError
        When the ledger does not say what was free while somebody waited.
    """
    rows = ledger.rows[ledger.rows["kind"] == EventKind.POOL]
    moments = np.unique(np.append(rows["day"], 0.0))
    waits = (spells.option_set >= 0) & (spells.end > 0)
    option_set = spells.option_set[waits].astype(np.int64)
    first = np.searchsorted(moments, np.maximum(spells.start[waits], 0.0), side="right") - 1
    last = np.searchsorted(moments, spells.end[waits], side="right") - 1
    keys, ends = _stretches(option_set, first, last, len(moments) + 1)
    sets, begins = np.divmod(keys, len(moments) + 1)
    lengths = ends - keys + 1

    missing = _missing(ledger, options, rows, moments, sets, begins, lengths)
    _, moment = written_out(begins, lengths)
    heads = np.cumsum(lengths) - lengths
    new = np.ones(len(missing), dtype=bool)
    new[1:] = missing[1:] != missing[:-1]
    new[heads] = True
    at = np.flatnonzero(new)
    run_start, run_missing = moments[moment[at]], missing[at]
    # Nobody waits in a set beyond the end of a stretch, so its last run needs no length.
    length = np.where(np.isin(at[1:], heads), 0.0, np.diff(run_start))
    before = np.zeros((len(at), _COMBINATIONS))
    before[np.arange(1, len(at)), run_missing[:-1]] = length
    return Shelves(
        moments=moments,
        segment=keys,
        segment_base=heads - begins,
        run_of=np.cumsum(new) - 1,
        run_start=run_start,
        run_missing=run_missing,
        run_before=np.cumsum(before, axis=0),
    )


def _stretches(
    option_set: npt.NDArray[np.int64],
    first: npt.NDArray[np.int64],
    last: npt.NDArray[np.int64],
    width: int,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Merge overlapping waits in one set; return first and last, as ``set * width + moment``."""
    begin, end = option_set * width + first, option_set * width + last
    order = np.argsort(begin, kind="stable")
    begin, reach = begin[order], np.maximum.accumulate(end[order])
    new = np.ones(len(begin), dtype=bool)
    new[1:] = begin[1:] > reach[:-1]
    ends = np.append(np.flatnonzero(new)[1:] - 1, np.full(min(len(begin), 1), len(begin) - 1))
    return begin[new], reach[ends]


def _missing(
    ledger: Ledger,
    options: Options,
    rows: npt.NDArray[np.void],
    moments: Floats,
    sets: npt.NDArray[np.int64],
    begins: npt.NDArray[np.int64],
    lengths: npt.NDArray[np.int64],
) -> npt.NDArray[np.uint8]:
    """Return the combination missing at each moment of each stretch, one after the other."""
    free = free_in_pools(ledger, rows, moments)
    short = free < 1
    unknown = free == _UNKNOWN
    of_option: dict[int, npt.NDArray[np.uint8]] = {}
    parts = []
    for number, begin, length in zip(sets.tolist(), begins.tolist(), lengths.tolist(), strict=True):
        span = slice(begin, begin + length)
        present = np.zeros(length, dtype=np.uint8)
        for o in ledger.option_sets[number]:
            if o not in of_option:
                of_option[o] = _lacks(options, o, free, short)
            present |= of_option[o][span]
            for pool in (options.place[o], options.team[o], options.dwelling[o]):
                if pool >= 0 and unknown[pool, begin]:
                    raise ValueError(
                        f"someone waits and the ledger does not say what was free on day "
                        f"{moments[begin]:g} in {ledger.pools[pool]}"
                    )
        parts.append(_CAUSES_OF[present])
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.uint8)


def free_in_pools(
    ledger: Ledger, rows: npt.NDArray[np.void], moments: Floats
) -> npt.NDArray[np.int64]:
    """Return what is free in each pool from each moment on: shape (pools, moments)."""
    unlimited = np.array([pool.capacity >= NO_LIMIT for pool in ledger.pools], dtype=bool)
    free = np.full((len(ledger.pools), len(moments)), _UNKNOWN)
    free[unlimited] = NO_LIMIT
    at = np.searchsorted(moments, rows["day"])
    known = np.zeros(free.shape, dtype=bool)
    free[rows["ref"], at] = rows["client"]
    known[rows["ref"], at] = True
    latest = np.maximum.accumulate(np.where(known, np.arange(len(moments)), 0), axis=1)
    return np.take_along_axis(free, latest, axis=1)


def _lacks(
    options: Options, option: int, free: npt.NDArray[np.int64], short: npt.NDArray[np.bool_]
) -> npt.NDArray[np.uint8]:
    """Return what one option lacks at each moment: a bit for the combination (see `_CAUSES_OF`)."""
    place, team, dwelling = options.place[option], options.team[option], options.dwelling[option]
    lacks = np.zeros(free.shape[1], dtype=np.uint8)
    if place >= 0:
        lacks[short[place]] |= PLACE
    if team >= 0:
        lacks[np.maximum(free[team], 0) < options.net_minutes[option]] |= HOURS
    if dwelling >= 0:
        lacks[short[dwelling]] |= DWELLING
    return np.left_shift(np.uint8(1), lacks)


def _causes_of(present: int) -> int:
    """Return the kinds missing in the options that lack the fewest, from a bit per combination."""
    lacking = [c for c in range(_COMBINATIONS) if present >> c & 1]
    if not lacking:
        return PLACE
    fewest = min(c.bit_count() for c in lacking)
    causes = 0
    for c in lacking:
        causes |= c if c.bit_count() == fewest else 0
    return causes


_UNKNOWN: Final = np.iinfo(np.int64).min
_CAUSES_OF: Final = np.array([_causes_of(present) for present in range(256)], dtype=np.uint8)
"""Causes of the moment, by which combinations (bits) occur among the options."""
