"""Moves into a dwelling: who gets a relocation allowance, and when."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from flowsim.ledger import EventKind, How, Reason
from flowsim.metrics.lives.history import History, in_place
from flowsim.metrics.reading import Reading


def moves_into_dwellings(run: Reading) -> npt.NDArray[np.bool_]:
    """Tell which rows of the history bring someone into a dwelling of their own.

    That is the start in a variant with an own tenancy, or leaving for an own dwelling, of someone
    who does not rent one: the dwelling came from the contingent, or was found alone. Who rents
    one stays there, unless that tenancy was given up since. In a line (``stay_days``) the tenancy
    ends with the stay.
    """
    past = run.history
    own = np.append(run.of_variants(lambda layout: layout.is_own)[0], [False])
    lasting = own & np.append(run.of_variants(lambda layout: layout.by_need)[0], [False])
    variant = past.options.variant[past.option]
    placed = past.kind == EventKind.PLACED
    left = in_place(past.before) & (
        (past.kind == EventKind.AFTERCARE)
        | ((past.kind == EventKind.GONE) & (past.why == Reason.OWN_DWELLING))
    )
    stays = (past.kind == EventKind.HOUSED) & (past.why == How.FLIP)
    left[1:] &= ~stays[:-1]  # takes over the dwelling lived in
    moved = ~np.isin(past.why, (How.START, How.FLIP))
    enters = (placed & own[variant] & moved) | left

    rents = (placed & lasting[variant]) | (past.kind == EventKind.AFTERCARE)
    lost = past.kind == EventKind.TENANCY_LOST
    before, latest = _latest(past, rents | lost)
    at_door = run.ledger.clients.has_tenancy[past.client]
    into: npt.NDArray[np.bool_] = enters & ~np.where(before, rents[latest], at_door)
    return into


def _latest(
    past: History, which: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.intp]]:
    """Tell whether some row of the same client comes before each row; return the latest."""
    row = np.arange(len(which))
    until = np.maximum.accumulate(np.where(which, row, -1))
    latest = np.append(-1, until[:-1])[: len(which)]
    first_row = np.flatnonzero(past.first)[np.cumsum(past.first) - 1]
    return latest >= first_row, latest
