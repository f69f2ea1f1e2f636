"""What a table must show: all that the scenario can bring about, and whatever did occur.

So every replication of a scenario has the same rows, a 0 inside a table is written, and a measure
that can only be 0 is not there.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from flowsim.ledger import State
from flowsim.metrics.causes import CAUSES
from flowsim.metrics.reading import Reading
from flowsim.metrics.waits import ACCESS, KINDS, OUTFLOW, PLACEMENT, RETURN
from flowsim.scenario.model import Scenario

Flags = npt.NDArray[np.bool_]


def states(run: Reading) -> Flags:
    """Return which states there are: shape (states without GONE,)."""
    shown = np.bincount(run.spells.state, minlength=len(State))[:-1] > 0
    for scenario in run.scenarios:
        places = bool(scenario.variant)
        shown[[State.SETTLED, State.WAITING]] |= places
        shown[State.MOVING] |= len(scenario.variant) > 1
        shown[[State.QUEUE, State.ASSESSING, State.PAPERWORK]] |= bool(scenario.desk)
        shown[[State.READY, State.TRANSIT]] |= places and scenario.leaving.ready_at is not None
        shown[State.AFTERCARE] |= scenario.leaving.aftercare is not None
    return shown


def kinds(run: Reading) -> list[int]:
    """Return the kinds of wait (indices in `KINDS`) that there are."""
    shown = np.bincount(run.kind[run.kind >= 0], minlength=len(KINDS)) > 0
    for scenario in run.scenarios:
        shown |= np.array(
            [
                bool(scenario.desk),
                bool(scenario.variant),
                len(scenario.variant) > 1,
                scenario.leaving.ready_at is not None,
                scenario.leaving.relapse is not None,
            ]
        )
    return [int(kind) for kind in np.flatnonzero(shown)]


def causes(run: Reading, kind: int) -> list[int]:
    """Return which causes (indices in `CAUSES`) a wait of a kind can have."""
    if kind == ACCESS:
        return [0, 1, 2]
    can = {"place"} if kind != OUTFLOW else set()
    for scenario in run.scenarios:
        aftercare = scenario.leaving.aftercare
        supported = aftercare is not None and aftercare.team is not None
        can |= {"hours"} if (supported if kind == OUTFLOW else scenario.team) else set()
        can |= {"dwelling"} if scenario.dwellings else set()
        can |= set() if scenario.placement.passing else {"queue_order"}
        if kind in (PLACEMENT, RETURN):
            can |= {"own_choice"} if prefers(scenario) else set()
            can |= {"provider_refusal"} if refuses(scenario) else set()
    occurs = run.wait_days["any"][run.kind[run.waiting.spell] == kind].any(axis=0)
    return [i for i, name in enumerate(CAUSES) if name in can or occurs[i]]


def prefers(scenario: Scenario) -> bool:
    """Tell whether anyone prefers a provider."""
    return any(demand.preferred_provider for demand in scenario.demand)


def refuses(scenario: Scenario) -> bool:
    """Tell whether providers may refuse anyone."""
    return any(block.refuses for block in scenario.variant)


def variants(run: Reading, kind: int) -> list[int]:
    """Return which variants the days of a kind of wait are split by.

    The variant held (internal, outflow) or wanted; after relapse only own tenancies, where relapse
    is met at home.
    """
    relapses = [scenario.leaving.relapse for scenario in run.scenarios]
    at_home = kind == RETURN and all(r is None or r.met == "at_home" for r in relapses)
    own = [block.tenancy == "own" for block in run.variants.values()]
    of_kind = run.kind[run.waiting.spell] == kind
    occurs = np.bincount(run.variant_of_wait[of_kind], minlength=len(own))
    return [v for v in range(len(own)) if not at_home or own[v] or occurs[v]]


def outside(run: Reading) -> list[int]:
    """Return the kinds of wait that people can wait in no place for."""
    blocks = [variant for scenario in run.scenarios for variant in scenario.variant]
    steps_out = any(block.keep_place_until != "next_step" for block in blocks)
    inside = (OUTFLOW,) if steps_out else (OUTFLOW, KINDS.index("internal"))
    return [kind for kind in kinds(run) if kind not in inside]


def patience(run: Reading) -> bool:
    """Tell whether anyone can give up."""
    given = [
        block.patience_days
        for scenario in run.scenarios
        for blocks in (scenario.demand, scenario.desk, scenario.variant)
        for block in blocks
    ]
    return any(days is not None for days in given)


def exits_outside(run: Reading) -> bool:
    """Tell whether anyone can leave or die who has no place yet."""
    return any(
        rate.of(place) > 0
        for scenario in run.scenarios
        for rate in scenario.exits_per_year.values()
        for place in ("access", "waiting")
    )
