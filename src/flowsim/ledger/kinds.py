"""What can happen: the kinds of rows."""

from __future__ import annotations

from enum import IntEnum


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
