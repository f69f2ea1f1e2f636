"""What is drawn, and the identities that it is drawn for.

A draw is a decision or a duration (one number each); an identity is a client, a dwelling offer
or a case of other work. A new mechanism gets a new draw; a number is never given out twice.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt


class Draw(IntEnum):
    """What is drawn. The numbers are part of every published result: never change one."""

    ARRIVAL = 1
    """Two numbers: the gap since the event before, and the mark."""
    LEVEL = 3
    TENANCY = 4
    REACH = 5
    URGENT = 6
    ROUTE = 7
    ASSESSMENT = 8
    PAPERWORK = 9
    OUTCOME = 10
    DESK_PATIENCE = 11
    PATIENCE = 12
    RECOVERY = 13
    WORSE = 14
    REASSESSMENT = 15
    DESTINATION = 16
    TRANSITION = 17
    FIND_ALONE = 18
    AFTERCARE = 19
    RELAPSE = 20
    REALISED = 21
    OTHER_HOURS = 22
    START_LEVEL = 24
    START_LENGTH = 25
    START_ELAPSED = 26
    START_SINCE = 27
    START_READY = 28
    START_AWARD = 29
    START_PERSON = 30
    MISJUDGED = 31
    GUIDE = 32
    KEPT_TENANCY = 33
    URGENCY = 34
    URGENCY_LEAD = 35
    AGAIN = 36
    AGAIN_DAYS = 37
    STAFF = 39
    PREFERRED = 40
    INTAKE = 41
    FLIP = 42
    START_TRIAL = 43
    LOSES_TENANCY = 44
    START_PROFILE = 45
    EXIT = 100
    """Plus the number of the destination."""
    STAY = 1000
    """Plus the number of the variant."""
    NEXT = 2000
    """Plus the number of the variant."""


class Who(IntEnum):
    """Kinds of identity."""

    CLIENT = 0
    RESIDENT = 1
    WAITING = 2
    DECIDING = 3
    AFTERCARE = 4
    OFFER = 5
    OTHER_WORK = 6
    POSITION = 7


def identity(
    who: Who, group: int, area: int, octave: int, index: npt.ArrayLike
) -> npt.NDArray[np.int64]:
    """Return 64-bit identities: 4 bits who, 10 group, 12 area, 8 octave, 28 index.

    Parameters
    ----------
    who
        Kind of identity.
    group
        Number of the profile, variant, stream of dwellings or desk.
    area
        Number of the municipality or area.
    octave
        Octave of the rate (`flowsim.cohort.arrivals`).
    index
        Order within the octave.
    """
    head = ((int(who) << 10 | group) << 12 | area) << 8 | octave
    return np.asarray(index, dtype=np.int64) + (head << 28)
