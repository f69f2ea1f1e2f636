"""The ledger: everything that happened in one run, and nothing else.

The simulation writes rows and measures nothing; every wait, count, cause and cost is computed
from the rows afterwards. A row is ``(day, client, ref, kind, level, why)``:

======== ======= =====================================================================
column   type    meaning
======== ======= =====================================================================
day      float64 days since the start date; rows of the start carry the true (negative)
                 day on which that state began
client   int32   client number; in pool rows the free amount (places, minutes, dwellings)
ref      int32   what the row refers to: a pool, an option or a set of options (per kind)
kind     int8    `EventKind`
level    int8    true support level after the event; -1 in pool rows
why      int16   per kind: `RequestKind`, `How`, `Reason`, `RefusedBy` or `LostBecause`
======== ======= =====================================================================

Rows stand in the order in which they happened. Rows of the start come first. Within an instant
rows follow the rules of ``docs/model.md``: events by rank and client, then the settling of queues.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from struct import Struct
from typing import Final

import numpy as np
import numpy.typing as npt

ROW: Final = np.dtype(
    [
        ("day", "<f8"),
        ("client", "<i4"),
        ("ref", "<i4"),
        ("kind", "i1"),
        ("level", "i1"),
        ("why", "<i2"),
    ]
)
pack: Final = Struct("<diibbh").pack
"""Packs one row (day, client, ref, kind, level, why) into the bytes of `ROW`."""


class EventKind(IntEnum):
    """What happened. ``ref`` and ``why`` are explained per kind."""

    NOTIFIED = 1
    """Notification at a desk. ref: pool of the desk. why: `RequestKind` (NEW or RETURN)."""
    ASSESSING = 2
    """An assessor starts. ref: pool of the desk."""
    PAPERWORK = 3
    """The assessor is done, paperwork starts. ref: pool of the desk."""
    AWARDED = 4
    """Decision: an award; from now the client waits. ref: set of options. why: `RequestKind`."""
    NOT_AWARDED = 5
    """Decision: no award; the client leaves. why: `Reason`."""
    REQUESTED = 6
    """A request opens, or its options change while it is open (it keeps its day).
    ref: set of options. why: `RequestKind`."""
    WITHDRAWN = 7
    """A request for a move or for leaving is withdrawn; the client stays in place. why:
    `RequestKind`."""
    PLACED = 8
    """The client enters a place (and leaves the one held). ref: option. why: `How`."""
    STEPPED_OUT = 9
    """The client gives up the place and waits outside for the next. ref: set of options.
    why: `RequestKind`."""
    HOUSED = 10
    """All that leaving needs is there; the transition starts, the place is still held.
    ref: option. why: `How`; FLIP: the client stays there as tenant."""
    AFTERCARE = 11
    """The client has left for an own dwelling and gets aftercare. ref: option of the leaving."""
    GONE = 12
    """The client has left the chain. why: `Reason`."""
    LEVEL = 13
    """The support level changes. why: 0 recovery, 1 deterioration."""
    SUPPORT = 14
    """What support is given changes. ref: minutes a week now given. why: 1 less than needed, 0
    adequate."""
    REVIEW_REQUESTED = 15
    """A reassessment joins the queue of a desk. ref: pool of the desk."""
    REVIEW_STARTED = 16
    """An assessor starts a reassessment. ref: pool of the desk."""
    REVIEWED = 17
    """A reassessment is decided. ref: days (to the nearest whole one) that the award ran on."""
    FOUND_ALONE = 18
    """The client got a dwelling without the contingent. why: 0 found alone, 1 by urgency."""
    RELAPSED = 19
    """The need came back during aftercare."""
    CRISIS = 20
    """Deterioration at the highest level."""
    REASSIGNED = 21
    """Pools of another scale took over; the client stays and counts for another area. ref:
    option."""
    MISJUDGED = 22
    """The award differs from the need. why: -1 too light, 1 too heavy."""
    CORRECTED = 23
    """A misjudged level is put right."""
    TENANCY_LOST = 24
    """The client gives up, or loses, the dwelling they rented."""
    REFUSED = 25
    """The client could have been placed, and was not; the request goes on with fewer options.
    ref: option. why: `RefusedBy`."""
    REFUSAL_OVER = 26
    """What was refused may be had again. ref: how many refusals of this kind still hold. why:
    `RefusedBy`."""
    POOL = 32
    """What is free in a pool after an instant, written when the answer to someone's need flips.
    ref: pool. client: free amount."""
    CAPACITY = 33
    """The capacity of a pool changes. ref: pool. client: new capacity."""
    OFFERED = 34
    """A dwelling is offered. ref: pool."""
    LOST = 35
    """An offered dwelling is lost to this group. ref: pool. why: `LostBecause`."""
    EXCHANGED = 36
    """Movers exchange places. client: how many."""
    OTHER_STARTED = 37
    """An assessor starts a case of other work. ref: pool of the desk."""
    OTHER_ENDED = 38
    """An assessor ends a case of other work. ref: pool of the desk."""
    REFILLED = 39
    """A dwelling of the supply goes to a provider, for one that a tenant took over; a CAPACITY row
    of the places follows. ref: pool of dwellings. client: what is left on the shelf."""
    LOCKED = 40
    """How many movers could exchange places but for want of hours has changed. client: how many."""


class RequestKind(IntEnum):
    """What a request is for."""

    NEW = 0
    """A first place after an award."""
    MOVE = 1
    """Another variant, while in place."""
    LEAVE = 2
    """Leaving for an own dwelling."""
    RETURN = 3
    """A place after relapse."""
    DWELLING = 4
    """A dwelling alone; the place is kept until it is there."""
    NEXT = 5
    """The next station of a line, waited for outside."""
    FLIP = 6
    """Going on as tenant of the dwelling one lives in, in another variant."""


class How(IntEnum):
    """How a client came to a place."""

    TURN = 0
    EXCHANGE = 1
    START = 2
    FLIP = 3
    """Became tenant of the dwelling lived in: no move, and the place left goes along."""


class RefusedBy(IntEnum):
    """Who refused."""

    CLIENT = 0
    """The client, who waits for the preferred provider from then on (own choice)."""
    PROVIDER = 1
    """The provider, after its own intake."""


class Reason(IntEnum):
    """Why a client left the chain."""

    OWN_DWELLING = 0
    FAMILY = 1
    ELSEWHERE = 2
    CLINIC = 3
    UNKNOWN = 4
    WLZ = 5
    DEATH = 6
    GAVE_UP = 7
    GENERAL = 8
    """General services: no individual award."""
    REJECTED = 9
    REFER = 10
    """Referred to the Wlz at the desk."""
    DONE = 11
    """The end of a line, or of aftercare."""
    NO_VARIANT = 12
    """Awarded, but no variant that an award may name serves the level."""


class LostBecause(IntEnum):
    """Why an offered dwelling was lost."""

    HOLD = 0
    CAP = 1


class State(IntEnum):
    """Where a client is; every day of every client belongs to exactly one."""

    QUEUE = 0
    """Awaiting an assessor."""
    ASSESSING = 1
    PAPERWORK = 2
    WAITING = 3
    """With an award (or between two stations), in no place."""
    SETTLED = 4
    """In place, nothing else needed."""
    MOVING = 5
    """In place, needs another variant (or station)."""
    READY = 6
    """In place, ready to leave, waits."""
    TRANSIT = 7
    """In place, moves out on a known day."""
    AFTERCARE = 8
    GONE = 9


STATE_AFTER: Final[dict[EventKind, State]] = {
    EventKind.NOTIFIED: State.QUEUE,
    EventKind.ASSESSING: State.ASSESSING,
    EventKind.PAPERWORK: State.PAPERWORK,
    EventKind.AWARDED: State.WAITING,
    EventKind.NOT_AWARDED: State.GONE,
    EventKind.WITHDRAWN: State.SETTLED,
    EventKind.PLACED: State.SETTLED,
    EventKind.STEPPED_OUT: State.WAITING,
    EventKind.HOUSED: State.TRANSIT,
    EventKind.AFTERCARE: State.AFTERCARE,
    EventKind.GONE: State.GONE,
}
"""State after an event; REQUESTED depends on its `RequestKind` (`STATE_OF_REQUEST`); an event
that stands in neither leaves the state as it was."""

STATE_OF_REQUEST: Final[dict[RequestKind, State]] = {
    RequestKind.NEW: State.WAITING,
    RequestKind.RETURN: State.WAITING,
    RequestKind.NEXT: State.WAITING,
    RequestKind.MOVE: State.MOVING,
    RequestKind.DWELLING: State.MOVING,
    RequestKind.LEAVE: State.READY,
    RequestKind.FLIP: State.MOVING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolInfo:
    """One pool: places of a variant and provider, minutes of a team, dwellings, assessors."""

    kind: str
    """``place``, ``team``, ``dwellings`` or ``desk``."""
    block: str
    """Name of the variant, team, stream or desk."""
    area: str
    provider: str
    """Empty where a pool has no provider."""
    capacity: int
    """At the start: places, minutes a week, offers on the shelf, assessors; 0 for a pool that a
    dated change opened (a CAPACITY row tells the rest)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way to meet a request: what a client would take, and what must be free for it."""

    variant: int
    """Index in `Ledger.variants`; -1 for leaving or a dwelling alone."""
    municipality: int
    """Index in `Ledger.municipalities` of where the client would live; -1: the area's own."""
    place: int
    """Pool of places; -1: none needed."""
    team: int
    """Pool of minutes; -1: none needed."""
    minutes: int
    """Minutes a week that the client will use."""
    net_minutes: int
    """Minutes that must be free: ``minutes`` less what the client gives back to that team."""
    dwelling: int
    """Pool of dwellings; -1: none needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientTable:
    """What is fixed about each client; row i is client number i."""

    key: npt.NDArray[np.int64]
    """Identity that holds across scenarios (see `flowsim.cohort`)."""
    profile: npt.NDArray[np.int16]
    """Index in `Ledger.profiles`; -1: a resident of the start."""
    origin: npt.NDArray[np.int16]
    """Index in `Ledger.municipalities`; -1: outside the region."""
    notified_at: npt.NDArray[np.int16]
    """Index in `Ledger.municipalities`."""
    has_tenancy: npt.NDArray[np.bool_]
    """Rents a dwelling at the door (or, at the start, in an own tenancy)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Rows of one run and the tables that their numbers refer to."""

    rows: npt.NDArray[np.void]
    """dtype `ROW`."""
    pools: tuple[PoolInfo, ...]
    options: tuple[Option, ...]
    option_sets: tuple[tuple[int, ...], ...]
    clients: ClientTable
    variants: tuple[str, ...]
    profiles: tuple[str, ...]
    municipalities: tuple[str, ...]
    levels: tuple[str, ...]
    start: date
    window_days: float
    """End of the reporting window."""
    end_days: float
    """End of the run: window and follow-up."""
    today: int = 0
    """So many first rows say where everybody is on the start date, before anything is decided or
    settled on it; 0: not known."""

    def digest(self) -> str:
        """Return the SHA-256 of the rows: equal digests mean the same path, byte for byte."""
        return hashlib.sha256(self.rows.tobytes()).hexdigest()
