"""Where a client is after each row."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from flowsim.ledger.kinds import EventKind
from flowsim.ledger.whys import RequestKind


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
