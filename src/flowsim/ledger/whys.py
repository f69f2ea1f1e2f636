"""Why, and how: what the last column of a row says, by the kind of the row."""

from __future__ import annotations

from enum import IntEnum


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
