"""Waits: every stretch of waiting for one thing, with how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from flowsim.ledger import EventKind, How, Ledger, Reason, RequestKind, State
from flowsim.metrics.lives.access import parts_of
from flowsim.metrics.lives.history import (
    History,
    among,
    at_desk,
    heads_of,
    history_of,
    in_place,
)

KINDS: Final = ("access", "placement", "internal", "outflow", "return")
"""Kinds of wait, by the index in `Episodes.kind`.

``access``: notification to decision. ``placement``: decision to a first place. ``internal``: the
need for another variant (or the next station of a line) to the move. ``outflow``: ready to leave
to all that leaving needs being there: the capacity delay; the transition that follows is apart.
``return``: a place after relapse, from the request (or the decision, when met through the desk).
"""
ACCESS, PLACEMENT, INTERNAL, OUTFLOW, RETURN = range(len(KINDS))

ENDINGS: Final = ("unfinished", "placed", "gave_up", "left_or_died", "withdrawn")
"""How a wait ended, by the index in `Episodes.ending`.

``unfinished``: censored at the end of the run. ``placed``: what was waited for came (access: a
decision, of whatever kind; outflow: housed). ``gave_up``: patience ran out. ``left_or_died``: left
the chain for another reason. ``withdrawn``: no longer needed, because the need changed: the client
stays in place. It competes with the others: nobody knows when the place would have come.
"""
UNFINISHED, PLACED, GAVE_UP, LEFT_OR_DIED, WITHDRAWN = range(len(ENDINGS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Episodes:
    """Waits of one run; element i of every array is about wait i (order: client, then time)."""

    kind: npt.NDArray[np.int8]
    """Index in `KINDS`."""
    client: npt.NDArray[np.int64]
    start: npt.NDArray[np.float64]
    """Day on which the wait began; negative when truly before the start date."""
    entry: npt.NDArray[np.float64]
    """Days already waited when first observed, on day 0 (left truncation); 0 for later waits."""
    wait: npt.NDArray[np.float64]
    """Days from `start` to the ending (at most to the end of the run, follow-up included)."""
    ending: npt.NDArray[np.int8]
    """Index in `ENDINGS`."""
    transition: npt.NDArray[np.float64]
    """Days from housed to left, for ``outflow`` that ended in ``placed``; NaN otherwise, and when
    the transition was not over at the end of the run."""
    municipality: npt.NDArray[np.int16]
    """Where notified: index in `Ledger.municipalities`."""
    profile: npt.NDArray[np.int16]
    """Index in `Ledger.profiles`; -1: a resident of the start."""
    variant: npt.NDArray[np.int64]
    """Wanted: variant of the first option of the first set; -1 for access and outflow."""
    held: npt.NDArray[np.int64]
    """Variant of the place held when the wait began; -1: none."""
    level: npt.NDArray[np.int8]
    """True support level when the wait began."""
    counts: npt.NDArray[np.bool_]
    """Whether tables count it: it began inside the window, or was open on day 0."""
    got: npt.NDArray[np.int64]
    """Variant of the place that ended the wait; -1: it ended in no place."""
    assessor: npt.NDArray[np.float64]
    """Of ``access``: days until an assessor began; see `flowsim.metrics.lives.access.Parts`."""
    assessment: npt.NDArray[np.float64]
    paperwork: npt.NDArray[np.float64]


def episodes(ledger: Ledger, history: History | None = None) -> Episodes:
    """Return every wait of a run, also those of no length.

    Consecutive requests of one kind are one wait, as long as nothing but the options (or the
    place, when it is given up to wait outside) changes. Who is placed or housed without having
    waited has a wait of 0 days.

    Parameters
    ----------
    ledger
        One run.
    history
        ``history_of(ledger)``, where it is at hand.
    """
    past = history_of(ledger) if history is None else history
    row, stop, kind, finish, ending, ends = _found(past)
    begin, client = past.day[row], past.client[row]
    parts = parts_of(past, row, stop, finish, kind == ACCESS)
    enters = past.kind[row] == EventKind.PLACED
    held = past.options.variant[np.where(enters, past.left[row], past.option[row])]
    return Episodes(
        kind=kind,
        client=client,
        start=begin,
        entry=np.maximum(0.0, -begin) + 0.0,  # never -0.0
        wait=finish - begin,
        ending=ending,
        transition=_transition(past, ends, (kind == OUTFLOW) & (ending == PLACED)),
        municipality=ledger.clients.notified_at[client],
        profile=ledger.clients.profile[client],
        variant=_wanted(ledger, past, row, kind),
        held=np.where(in_place(past.state[row]) | enters, held, -1),
        level=past.level[row],
        counts=(begin < ledger.window_days) & (finish >= 0),
        got=_got(past, ends, ending),
        assessor=parts.assessor,
        assessment=parts.assessment,
        paperwork=parts.paperwork,
    )


class _Found(NamedTuple):
    """Where waits stand in the rows of a `History`, in the order of these."""

    row: npt.NDArray[np.intp]
    """That begins it."""
    stop: npt.NDArray[np.intp]
    """The first after it."""
    kind: npt.NDArray[np.int8]
    finish: npt.NDArray[np.float64]
    """Day."""
    ending: npt.NDArray[np.int8]
    ends: npt.NDArray[np.intp]
    """That ends it; 0 where none does."""


def _found(past: History) -> _Found:
    """Find the waits, those of no length among them."""
    waited = kind_of_wait(past.state, past.request)
    # Without a desk there is no access to wait for.
    waited[(past.kind == EventKind.NOTIFIED) & (past.ref < 0)] = -1
    opens = waited >= 0
    opens[1:] &= (waited[1:] != waited[:-1]) | past.first[1:] | _STARTS[past.kind[1:]]
    start = np.flatnonzero(opens)
    stays = (waited >= 0) & ~opens
    # The row that ends a wait: the first after its start that does not carry it on.
    stops = np.append(np.flatnonzero(~stays), len(waited))
    stop = stops[np.searchsorted(stops, start, side="right")]
    over = stop < len(waited)
    over[over] &= ~past.first[stop[over]]
    ends = np.where(over, stop, 0)
    ending = np.where(over, _ending(past, waited[start], ends), UNFINISHED)
    none, kind = _without_wait(past, waited)
    row = np.concatenate([start, none])
    order = np.argsort(row, kind="stable")
    return _Found(
        row[order],
        np.concatenate([stop, none + 1])[order],
        np.concatenate([waited[start], kind])[order].astype(np.int8),
        np.concatenate([past.until[stop - 1], past.day[none]])[order],
        np.concatenate([ending, np.full(len(none), PLACED)])[order].astype(np.int8),
        np.concatenate([ends, none])[order],
    )


def kind_of_wait(
    state: npt.NDArray[np.int8], request: npt.NDArray[np.int8]
) -> npt.NDArray[np.int8]:
    """Return the index in `KINDS` of what is waited for; -1: nothing."""
    kind = _KIND_OF_REQUEST[request]
    kind[at_desk(state)] = ACCESS
    kind[_NO_WAIT[state]] = -1
    return kind


def _ending(
    past: History, kind: npt.NDArray[np.int8], row: npt.NDArray[np.intp]
) -> npt.NDArray[np.int64]:
    """Return how waits of these kinds end with these rows."""
    event, why = past.kind[row], past.why[row]
    gone = event == EventKind.GONE
    served = np.select(
        [kind == ACCESS, kind == OUTFLOW],
        [
            (event == EventKind.AWARDED) | (event == EventKind.NOT_AWARDED),
            (event == EventKind.HOUSED)
            | (event == EventKind.AFTERCARE)
            | (gone & (why == Reason.OWN_DWELLING)),
        ],
        event == EventKind.PLACED,
    )
    return np.select(
        [served, gone & (why == Reason.GAVE_UP), gone], [PLACED, GAVE_UP, LEFT_OR_DIED], WITHDRAWN
    )


def _without_wait(
    past: History, waited: npt.NDArray[np.int8]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int8]]:
    """Return the rows of placing or housing someone who had not been waiting for it, and kinds."""
    until = np.empty_like(waited)
    until[1:] = waited[:-1]
    until[past.first] = -1
    placed = (past.kind == EventKind.PLACED) & (past.why != How.START)
    placed &= ~np.isin(until, (PLACEMENT, INTERNAL, RETURN))
    housed = (past.kind == EventKind.HOUSED) & (until != OUTFLOW) & ~past.at_start
    row = np.flatnonzero(placed | housed)
    back = (past.before[row] == State.AFTERCARE) | (past.before[row] == State.GONE)
    kind = np.select(
        [housed[row], in_place(past.before[row]), back], [OUTFLOW, INTERNAL, RETURN], PLACEMENT
    )
    return row, kind.astype(np.int8)


def _transition(
    past: History, housed: npt.NDArray[np.intp], counts: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """Return the days from the row that says housed to leaving; NaN where there is none."""
    leaving = (past.kind == EventKind.AFTERCARE) | (past.kind == EventKind.GONE) | past.first
    after = np.append(np.flatnonzero(leaving), len(leaving))
    left = after[np.searchsorted(after, housed, side="left")]
    known = counts & (left < len(leaving))
    left = np.where(known, left, 0)
    known &= ~past.first[left]
    return np.where(known, past.day[left] - past.day[housed], np.nan)


def _got(
    past: History, end: npt.NDArray[np.intp], ending: npt.NDArray[np.int8]
) -> npt.NDArray[np.int64]:
    """Return the variant of the place that these rows bring, where they end a wait so."""
    placed = (ending == PLACED) & (past.kind[end] == EventKind.PLACED)
    return np.where(placed, past.options.variant[past.option[end]], -1)


def _wanted(
    ledger: Ledger, past: History, row: npt.NDArray[np.intp], kind: npt.NDArray[np.int8]
) -> npt.NDArray[np.int64]:
    """Return the variant that is wanted; of a wait of no length, the one that was got."""
    got = past.kind[row] == EventKind.PLACED
    option = np.where(got, past.option[row], heads_of(ledger)[past.option_set[row]])
    return np.where((kind == ACCESS) | (kind == OUTFLOW), -1, past.options.variant[option])


_STARTS: Final = np.zeros(EventKind.POOL, dtype=bool)
_STARTS[[EventKind.NOTIFIED, EventKind.AWARDED]] = True

_NO_WAIT: Final = among(State.SETTLED, State.TRANSIT, State.AFTERCARE, State.GONE)
_KIND_OF_REQUEST: Final = np.full(len(RequestKind) + 1, -1, dtype=np.int8)
for _request, _kind in {
    RequestKind.NEW: PLACEMENT,
    RequestKind.MOVE: INTERNAL,
    RequestKind.LEAVE: OUTFLOW,
    RequestKind.RETURN: RETURN,
    RequestKind.DWELLING: INTERNAL,
    RequestKind.NEXT: INTERNAL,
    RequestKind.FLIP: INTERNAL,
}.items():
    _KIND_OF_REQUEST[_request] = _kind
