"""The rows of every client in order, and what is true for the client after each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from flowsim.ledger import (
    STATE_AFTER,
    STATE_OF_REQUEST,
    EventKind,
    How,
    Ledger,
    RefusedBy,
    RequestKind,
    State,
)

NEVER: Final = -1
"""Of a state before a client's first row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`Ledger.options` as arrays; index -1 (the last element) is *no option*, -1 throughout."""

    variant: npt.NDArray[np.int64]
    municipality: npt.NDArray[np.int64]
    place: npt.NDArray[np.int64]
    team: npt.NDArray[np.int64]
    minutes: npt.NDArray[np.int64]
    net_minutes: npt.NDArray[np.int64]
    dwelling: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Rows about clients, by client and then as they happened; element i is about row i."""

    day: npt.NDArray[np.float64]
    until: npt.NDArray[np.float64]
    """Day of the client's next row; the end of the run after the last."""
    client: npt.NDArray[np.int64]
    ref: npt.NDArray[np.int64]
    kind: npt.NDArray[np.int64]
    """`EventKind`."""
    level: npt.NDArray[np.int8]
    why: npt.NDArray[np.int64]
    first: npt.NDArray[np.bool_]
    """Whether it is the client's first row."""
    today: npt.NDArray[np.bool_]
    """Whether it is the client's last row of today (`Ledger.today`)."""
    at_start: npt.NDArray[np.bool_]
    """Whether the row says where someone is on the start date, and so is no event of the run."""
    before: npt.NDArray[np.int8]
    """`State` until this row; `NEVER` for a first row."""
    state: npt.NDArray[np.int8]
    """`State` after this row."""
    request: npt.NDArray[np.int8]
    """`RequestKind` of the open request after this row; -1: none."""
    option: npt.NDArray[np.int32]
    """Option of the place held (or, in aftercare, of the leaving) after this row; -1: none."""
    left: npt.NDArray[np.int32]
    """The same until this row."""
    option_set: npt.NDArray[np.int32]
    """Set of options waited for after this row; -1: none."""
    wanted: npt.NDArray[np.int64]
    """Variant of the first option of the last set with any; -1: none yet, or no variant."""
    minutes: npt.NDArray[np.int64]
    """Minutes of support a week after this row."""
    under: npt.NDArray[np.bool_]
    """Whether these are fewer than needed."""
    refused: npt.NDArray[np.int8]
    """`RefusedBy` of the refusal that holds after this row, the client's own first; -1: none."""
    home: npt.NDArray[np.int64]
    """Municipality of the last own dwelling; where notified, before there was one."""
    options: Options


def history_of(ledger: Ledger) -> History:
    """Put the rows of each client together and carry forward what each row does not change.

    Raises
    ------
    ValueError
        When a client's first row does not say where the client is.
    """
    rows, here_today = _by_client(ledger)
    client, kind = rows["client"].astype(np.int64), rows["kind"].astype(np.int64)
    ref, why = rows["ref"].astype(np.int64), rows["why"].astype(np.int64)
    day = np.ascontiguousarray(rows["day"])
    first = np.append(True, client[1:] != client[:-1])[: len(rows)]
    state, moves = _states(client, kind, why, first)
    asks = _ASKS[kind] & (ref >= 0)
    entered = np.where(_ENTERS[kind], ref, -1)
    option = _held(kind, ref, first)
    options = _options(ledger)
    notified_at = ledger.clients.notified_at[client]
    got, used = options.municipality[entered], np.where(entered >= 0, options.minutes[entered], 0)
    supports = kind == EventKind.SUPPORT
    changes = supports | _ENTERS[kind] | _LEAVES[kind] | first
    wanted = heads_of(ledger)[np.where(asks, ref, -1)]
    return History(
        day=day,
        until=_until(day, first, ledger.end_days),
        client=client,
        ref=ref,
        kind=kind,
        level=np.ascontiguousarray(rows["level"]),
        why=why,
        first=first,
        today=here_today & ~np.append(here_today[1:] & ~first[1:], False)[: len(rows)],
        at_start=_at_start(ledger, client, kind, why, day, first, _previous(state, first)),
        before=_previous(state, first),
        state=state,
        request=_carried(np.where(asks, why, -1).astype(np.int8), moves | first),
        option=option,
        left=_previous(option, first),
        option_set=_carried(np.where(asks, ref, -1).astype(np.int32), moves | first),
        wanted=_carried(options.variant[wanted], (wanted >= 0) | first),
        minutes=_carried(np.maximum(np.where(supports, ref, used), 0), changes),
        under=_carried(supports & (why == 1), changes),
        refused=_refused(kind, ref, why, first),
        home=_carried(np.where(got >= 0, got, notified_at), (got >= 0) | first),
        options=options,
    )


def _by_client(ledger: Ledger) -> tuple[npt.NDArray[np.void], npt.NDArray[np.bool_]]:
    """Return the rows about clients, those of each together, and whether they say who is where."""
    mine = np.flatnonzero(ledger.rows["kind"] < EventKind.POOL)
    few = np.min_scalar_type(len(ledger.clients.key))  # numbers of 16 bits are ordered in one go
    mine = mine[np.argsort(ledger.rows["client"][mine].astype(few), kind="stable")]
    return ledger.rows[mine], mine < ledger.today


def _until(
    day: npt.NDArray[np.float64], first: npt.NDArray[np.bool_], end: float
) -> npt.NDArray[np.float64]:
    until = np.full(len(day), end)
    until[:-1][~first[1:]] = day[1:][~first[1:]]
    return until


def _states(
    client: npt.NDArray[np.int64],
    kind: npt.NDArray[np.int64],
    why: npt.NDArray[np.int64],
    first: npt.NDArray[np.bool_],
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.bool_]]:
    """Return the state after each row, and whether the row says so itself."""
    said = _STATE[kind]
    requested = kind == EventKind.REQUESTED
    said[requested] = _STATE_OF_REQUEST[why[requested]]
    lost = np.flatnonzero(first & (said < 0))
    if len(lost):
        name = EventKind(int(kind[lost[0]])).name
        raise ValueError(f"the first row of client {client[lost[0]]} is {name}: in no state")
    moves = said >= 0
    return _carried(said, moves), moves


def _held(
    kind: npt.NDArray[np.int64], ref: npt.NDArray[np.int64], first: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int32]:
    """Return the option of the place held (or of the leaving) after each row; -1: none."""
    holds = _ENTERS[kind] | (kind == EventKind.REASSIGNED)
    return _carried(np.where(holds, ref, -1).astype(np.int32), holds | _LEAVES[kind] | first)


def heads_of(ledger: Ledger) -> npt.NDArray[np.int64]:
    """Return the first option of each set; -1 of one without any."""
    return np.array([listed[0] if listed else -1 for listed in ledger.option_sets] + [-1])


def _refused(
    kind: npt.NDArray[np.int64],
    ref: npt.NDArray[np.int64],
    why: npt.NDArray[np.int64],
    first: npt.NDArray[np.bool_],
) -> npt.NDArray[np.int8]:
    """Return which refusal holds after each row: from it until it is over, or the request ends."""
    starts, over = kind == EventKind.REFUSED, kind == EventKind.REFUSAL_OVER
    ends = first | _ENDS_REQUEST[kind]
    own, provider = (
        _carried(starts | (over & (ref > 0)), ends | ((starts | over) & (why == one)))
        for one in (RefusedBy.CLIENT, RefusedBy.PROVIDER)
    )
    return np.select([own, provider], [RefusedBy.CLIENT, RefusedBy.PROVIDER], -1).astype(np.int8)


def _carried(value: npt.NDArray[Any], sets: npt.NDArray[np.bool_]) -> npt.NDArray[Any]:
    """Carry each value forward to the rows that do not set it; every first row must set it."""
    return value[np.maximum.accumulate(np.where(sets, np.arange(len(sets)), 0))]


def _previous(value: npt.NDArray[Any], first: npt.NDArray[np.bool_]) -> npt.NDArray[Any]:
    out = np.empty_like(value)
    out[1:] = value[:-1]
    out[first] = NEVER
    return out


def _at_start(
    ledger: Ledger,
    client: npt.NDArray[np.int64],
    kind: npt.NDArray[np.int64],
    why: npt.NDArray[np.int64],
    day: npt.NDArray[np.float64],
    first: npt.NDArray[np.bool_],
    before: npt.NDArray[np.int8],
) -> npt.NDArray[np.bool_]:
    """Tell rows of the start from events of day 0, of people who were there at the start."""
    placed = (kind == EventKind.PLACED) & (why == How.START)
    there = first & ((day < 0) | (kind == EventKind.AFTERCARE) | placed)
    there |= first & (ledger.clients.profile[client] < 0)
    of_start: npt.NDArray[np.bool_] = there[np.flatnonzero(first)][np.cumsum(first) - 1]
    says_where = first | (kind == EventKind.REQUESTED) | (kind == EventKind.PAPERWORK)
    says_where |= (kind == EventKind.MISJUDGED) | (kind == EventKind.REFUSED)
    says_where |= (kind == EventKind.HOUSED) & (before != State.READY)  # in transit on day 0
    at_start: npt.NDArray[np.bool_] = of_start & ((day < 0) | ((day == 0) & says_where))
    return at_start


def _options(ledger: Ledger) -> Options:
    names = ("variant", "municipality", "place", "team", "minutes", "net_minutes", "dwelling")
    table = [[getattr(option, name) for name in names] for option in ledger.options]
    columns = np.array([*table, [-1] * len(names)], dtype=np.int64).T
    return Options(**dict(zip(names, columns, strict=True)))


def in_place(state: npt.NDArray[np.int8]) -> npt.NDArray[np.bool_]:
    """Tell which states are in a place."""
    return _IN_PLACE[state]


def in_chain(state: npt.NDArray[np.int8]) -> npt.NDArray[np.bool_]:
    """Tell which states are in the support chain: notified and not yet left; not aftercare."""
    return _IN_CHAIN[state]


def at_desk(state: npt.NDArray[np.int8]) -> npt.NDArray[np.bool_]:
    """Tell which states await a decision."""
    return _AT_DESK[state]


def among(*states: State) -> npt.NDArray[np.bool_]:
    """Tell of each number of a state whether it is one of these; last: of -1, which is none."""
    out = np.zeros(max(State) + 2, dtype=np.bool_)
    out[list(states)] = True
    return out


_AT_DESK: Final = among(State.QUEUE, State.ASSESSING, State.PAPERWORK)
_IN_PLACE: Final = among(State.SETTLED, State.MOVING, State.READY, State.TRANSIT)
_IN_CHAIN: Final = _AT_DESK | _IN_PLACE | among(State.WAITING)


def _by_kind(default: int, values: dict[EventKind, int]) -> npt.NDArray[np.int8]:
    table = np.full(EventKind.POOL, default, dtype=np.int8)
    for kind, value in values.items():
        table[kind] = value
    return table


_STATE: Final = _by_kind(-1, {kind: int(state) for kind, state in STATE_AFTER.items()})
_STATE_OF_REQUEST: Final = np.array(
    [STATE_OF_REQUEST[kind] for kind in sorted(RequestKind)], np.int8
)
_ASKS: Final = _by_kind(
    0, dict.fromkeys((EventKind.AWARDED, EventKind.REQUESTED, EventKind.STEPPED_OUT), 1)
).astype(bool)
_ENTERS: Final = _by_kind(0, dict.fromkeys((EventKind.PLACED, EventKind.AFTERCARE), 1)).astype(bool)
_ENDS_REQUEST: Final = _by_kind(0, dict.fromkeys((*STATE_AFTER, EventKind.RELAPSED), 1)).astype(
    bool
)
_LEAVES: Final = _by_kind(
    0,
    dict.fromkeys(
        (
            EventKind.NOTIFIED,
            EventKind.AWARDED,
            EventKind.NOT_AWARDED,
            EventKind.STEPPED_OUT,
            EventKind.GONE,
            EventKind.RELAPSED,
        ),
        1,
    ),
).astype(bool)
