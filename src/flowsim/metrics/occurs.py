"""What a table must show: all that the scenario can bring about, and whatever did occur.

So every replication of a scenario has the same rows, a 0 inside a table is written, and a measure
that can only be 0 is not there.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from flowsim.ledger import State
from flowsim.metrics.lives.waits import ACCESS, KINDS, OUTFLOW, PLACEMENT, RETURN
from flowsim.metrics.reading import Reading
from flowsim.metrics.why.causes import AT_DESK, CAUSES

Flags = npt.NDArray[np.bool_]


def states(run: Reading) -> Flags:
    """Return which states there are: shape (states without GONE,)."""
    shown = np.bincount(run.spells.state, minlength=len(State))[:-1] > 0
    has = run.has
    shown[[State.SETTLED, State.WAITING]] |= has.places
    shown[State.MOVING] |= has.other_variants
    shown[[State.QUEUE, State.ASSESSING, State.PAPERWORK]] |= has.desk
    shown[[State.READY, State.TRANSIT]] |= has.places and has.ready
    shown[State.AFTERCARE] |= has.aftercare
    return shown


def kinds(run: Reading) -> list[int]:
    """Return the kinds of wait (indices in `KINDS`) that there are."""
    shown = np.bincount(run.kind[run.kind >= 0], minlength=len(KINDS)) > 0
    has = run.has
    shown |= np.array([has.desk, has.places, has.other_variants, has.ready, has.relapse])
    return [int(kind) for kind in np.flatnonzero(shown)]


def causes(run: Reading, kind: int) -> list[int]:
    """Return which causes (indices in `CAUSES`) a wait of a kind can have."""
    if kind == ACCESS:
        return [CAUSES.index(name) for name in AT_DESK.values()]
    can = {"place"} if kind != OUTFLOW else set()
    has = run.has
    can |= {"hours"} if (has.aftercare_teams if kind == OUTFLOW else has.teams) else set()
    can |= {"dwelling"} if has.dwellings else set()
    can |= {"queue_order"} if has.queue_order else set()
    if kind in (PLACEMENT, RETURN):
        can |= {"own_choice"} if has.preferences else set()
        can |= {"provider_refusal"} if has.intake else set()
    occurs = run.wait_days["any"][run.kind[run.waiting.spell] == kind].any(axis=0)
    return [i for i, name in enumerate(CAUSES) if name in can or occurs[i]]


def variants(run: Reading, kind: int) -> list[int]:
    """Return which variants the days of a kind of wait are split by.

    The variant held (internal, outflow) or wanted; after relapse only own tenancies, where relapse
    is met at home.
    """
    at_home = kind == RETURN and not run.has.relapse_at_desk
    own = run.of_variants(lambda layout: layout.is_own)[0]
    of_kind = run.kind[run.waiting.spell] == kind
    occurs = np.bincount(run.variant_of_wait[of_kind], minlength=len(own))
    return [v for v in range(len(own)) if not at_home or own[v] or occurs[v]]


def outside(run: Reading) -> list[int]:
    """Return the kinds of wait that people can wait in no place for."""
    inside = (OUTFLOW,) if run.has.steps_out else (OUTFLOW, KINDS.index("internal"))
    return [kind for kind in kinds(run) if kind not in inside]
