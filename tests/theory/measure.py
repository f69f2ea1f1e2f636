"""What the tests of theory read from a ledger: plain numpy, apart from `flowsim.metrics`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from flowsim.ledger import (
    STATE_AFTER,
    STATE_OF_REQUEST,
    EventKind,
    Ledger,
    Reason,
    RequestKind,
    State,
)

Numbers = np.ndarray[Any, Any]
NO_STATE = -1
IN_PLACE = (State.SETTLED, State.MOVING, State.READY, State.TRANSIT)
AT_DESK = (State.QUEUE, State.ASSESSING, State.PAPERWORK)


# ---------------------------------------------------------------- from rows to spans
@dataclass(frozen=True, slots=True)
class Spans:
    """Each time that a client spent in one state, by client and then in order."""

    client: Numbers
    state: Numbers
    begin: Numbers
    end: Numbers
    open: Numbers
    """Still so at the end of the run."""
    ref: Numbers
    """Of the row that began it: the desk, the option of the place held, or the set waited for."""
    next_kind: Numbers
    """Kind of the row that ended it; -1 when open."""
    next_why: Numbers
    level: Numbers

    @property
    def days(self) -> Numbers:
        return self.end - self.begin

    def where(self, chosen: Numbers) -> Spans:
        return Spans(*(getattr(self, name)[chosen] for name in self.__slots__))

    def of(self, *states: State) -> Spans:
        return self.where(np.isin(self.state, states))

    def begun(self, first: float, last: float) -> Spans:
        return self.where((self.begin >= first) & (self.begin < last))

    @property
    def gave_up(self) -> Numbers:
        return (self.next_kind == EventKind.GONE) & (self.next_why == Reason.GAVE_UP)

    @property
    def placed(self) -> Numbers:
        return self.next_kind == EventKind.PLACED


def states_of(rows: Numbers) -> Numbers:
    """Return the state after each row; `NO_STATE` where the row leaves it as it was."""
    after = np.full(256, NO_STATE)
    for kind, state in STATE_AFTER.items():
        after[kind] = state
    states = after[rows["kind"]]
    requested = rows["kind"] == EventKind.REQUESTED
    of_request = np.array([STATE_OF_REQUEST[kind] for kind in RequestKind])
    states[requested] = of_request[rows["why"][requested]]
    return states


def spans(ledger: Ledger) -> Spans:
    """Return every span; rows that change no state are left out, and a request that only
    changes its options does not start a new one."""
    rows = ledger.rows[ledger.rows["kind"] < EventKind.POOL]
    states = states_of(rows)
    rows, states = rows[states != NO_STATE], states[states != NO_STATE]
    order = np.argsort(rows["client"], kind="stable")
    rows, states = rows[order], states[order]
    client = rows["client"]
    same = np.append(client[1:] == client[:-1], False)
    goes_on = np.append(False, same[:-1] & (states[1:] == states[:-1]))
    goes_on &= rows["kind"] == EventKind.REQUESTED
    rows, states = rows[~goes_on], states[~goes_on]
    client = rows["client"]
    closed = np.append(client[1:] == client[:-1], False)
    following = np.append(rows[1:], rows[-1:])
    inside = np.isin(states, IN_PLACE)
    entry = np.where(rows["kind"] == EventKind.PLACED, np.arange(len(rows)), 0)
    held = rows["ref"][np.maximum.accumulate(entry)]
    return Spans(
        client=client,
        state=states,
        begin=rows["day"],
        end=np.where(closed, following["day"], ledger.end_days),
        open=~closed,
        ref=np.where(inside, held, rows["ref"]),
        next_kind=np.where(closed, following["kind"], -1),
        next_why=np.where(closed, following["why"], -1),
        level=rows["level"],
    ).where(states != State.GONE)


def place_pool(ledger: Ledger, option: Numbers) -> Numbers:
    """Return the pool of places of each option."""
    return np.array([o.place for o in ledger.options], dtype=int)[option]


def variant_of(ledger: Ledger, option: Numbers) -> Numbers:
    """Return the name of the variant of each option."""
    names = np.array([*ledger.variants, ""])
    return names[np.array([o.variant for o in ledger.options], dtype=int)[option]]


def area_of(ledger: Ledger, spans: Spans) -> Numbers:
    """Return the municipality of notification of each span's client."""
    return ledger.clients.notified_at[spans.client]


def profile_of(ledger: Ledger, spans: Spans) -> Numbers:
    """Return the name of the profile of each span's client; empty for people of the start."""
    return np.array([*ledger.profiles, ""])[ledger.clients.profile[spans.client]]


def first_day(ledger: Ledger, kind: EventKind) -> Numbers:
    """Return per client the day of the first row of a kind; NaN where there is none."""
    rows = ledger.rows[ledger.rows["kind"] == kind]
    days = np.full(len(ledger.clients.key), np.nan)
    days[rows["client"][::-1]] = rows["day"][::-1]
    return days


# ---------------------------------------------------------------- what is estimated
@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean and its standard error, from independent pieces (areas or replications)."""

    mean: float
    error: float

    def __str__(self) -> str:
        return f"{self.mean:.6g} ± {self.error:.2g}"


def mean_of(pieces: Numbers | Sequence[float]) -> Estimate:
    """Estimate a mean from independent pieces."""
    pieces = np.asarray(pieces, dtype=float)
    return Estimate(float(pieces.mean()), float(pieces.std(ddof=1) / np.sqrt(len(pieces))))


def ratio_of(above: Numbers, below: Numbers) -> Estimate:
    """Estimate a ratio of means from independent pieces (delta method)."""
    ratio = above.sum() / below.sum()
    left = (above - ratio * below) / below.mean()
    return Estimate(float(ratio), float(left.std(ddof=1) / np.sqrt(len(below))))


def mean_by_piece(values: Numbers, piece: Numbers, pieces: int) -> Estimate:
    """Estimate the mean of values that come in independent pieces."""
    sums = np.bincount(piece, weights=values, minlength=pieces)
    return ratio_of(sums, np.bincount(piece, minlength=pieces).astype(float))


def time_average(spans: Spans, piece: Numbers, pieces: int, first: float, last: float) -> Estimate:
    """Estimate the mean number of people in these spans from day ``first`` to ``last``."""
    inside = np.minimum(spans.end, last) - np.maximum(spans.begin, first)
    sums = np.bincount(piece, weights=np.maximum(inside, 0), minlength=pieces)
    return mean_of(sums / (last - first))


def present(spans: Spans, piece: Numbers, pieces: int, day: float) -> Numbers:
    """Count the people in these spans on a day, by piece."""
    here = (spans.begin <= day) & (day < spans.end)
    return np.bincount(piece[here], minlength=pieces)


def assert_agrees(found: Estimate, theory: float, within: float = 0.1) -> None:
    """Hold an estimate to 4 standard errors of the theory.

    ``within``: the bound must be at most this share of the theory, or the test could hardly fail.
    """
    assert 4 * found.error <= within * abs(theory), f"too blunt: {found}, theory {theory:.6g}"
    apart = abs(found.mean - theory) / found.error
    assert apart <= 4, f"found {found}, theory {theory:.6g}: {apart:.1f} standard errors apart"


def correlation(x: Numbers, y: Numbers) -> float:
    """Return the size of the correlation of two columns, in standard errors."""
    return float(abs(np.corrcoef(x, y)[0, 1]) * np.sqrt(len(x)))
