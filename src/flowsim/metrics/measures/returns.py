"""What becomes of people who left for an own dwelling: back in care, or not.

Every leaving is followed for 6, 12 and 24 months. Death and the Wlz compete with coming back: they
end what can be seen, and are no success.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.ledger import EventKind, Reason
from flowsim.metrics.columns import Columns, stack, table
from flowsim.metrics.defining import Measure, defines
from flowsim.metrics.lives.history import History, in_place
from flowsim.metrics.reading import Reading, count
from flowsim.metrics.window import Floats

MONTHS: Final = (6, 12, 24)
DAYS_PER_MONTH: Final = 365.0 / 12
"""So that 24 months are the 730 days of the usual follow-up."""
OUTCOMES: Final = ("sustained", "asking", "returned", "died_or_wlz")
"""``returned``: in a place again. ``asking``: relapsed or notified again, and in no place yet.
``died_or_wlz``: first. ``sustained``: none of these."""

Rows = npt.NDArray[np.intp]

_FOLLOWED: Final = (
    (
        "leavers",
        "Vertrokken naar een eigen woning en {} maanden te volgen",
        "Left for an own dwelling, and followed for {} months in full",
    ),
    (
        "after",
        "Van wie vertrok naar een eigen woning, wat er na {} maanden van kwam (duurzaam, weer "
        "gevraagd, terug in een plek, Wlz of overleden)",
        "Of those who left for an own dwelling, what came of it after {} months (sustained, "
        "asking again, back in a place, Wlz or died)",
    ),
    (
        "not_followed",
        "Vertrokken naar een eigen woning en geen {} maanden te volgen, omdat de run dan eindigt",
        "Left for an own dwelling, and not followed for {} months because the run ends before",
    ),
)


@defines(
    **{
        f"{name}_{months}_months": Measure(
            "events",
            f"{nl.format(months)}, naar jaar van vertrek.",
            f"{en.format(months)}, by year of leaving.",
        )
        for months in MONTHS
        for name, nl, en in _FOLLOWED
    }
)
def measure_returns(run: Reading) -> Columns:
    """Count leavers by year of leaving: followed in full, left out, and what became of them."""
    if not run.variants:
        return stack([])
    past, ledger = run.history, run.ledger
    left = np.flatnonzero(leaves_for_a_dwelling(past) & (run.year_of_row >= 0))
    first = first_events(past, left)
    size = (len(run.window.years), len(ledger.municipalities))
    year, municipality = run.year_of_row[left], run.municipality_of_client[past.client[left]]
    axes = {"period": run.window.years, "municipality": ledger.municipalities}
    parts = []
    for months in MONTHS:
        days = months * DAYS_PER_MONTH
        followed = past.day[left] + days <= ledger.end_days
        outcome = _outcome(first, days)
        at = (year[followed], municipality[followed])
        seen = count((*size, len(OUTCOMES)), *at, outcome[followed])
        parts += [
            table(f"leavers_{months}_months", seen.sum(axis=-1), axes),
            table(f"after_{months}_months", seen, {**axes, "detail": OUTCOMES}),
            table(
                f"not_followed_{months}_months",
                count(size, year[~followed], municipality[~followed]),
                axes,
            ),
        ]
    return stack(parts)


def leaves_for_a_dwelling(past: History) -> npt.NDArray[np.bool_]:
    """Tell which rows bring someone from a place to an own dwelling, with aftercare or without.

    The end of a line (`Reason.DONE`) counts as leaving without.
    """
    gone = past.kind == EventKind.GONE
    to_none = gone & np.isin(past.why, (Reason.OWN_DWELLING, Reason.DONE))
    leaves: npt.NDArray[np.bool_] = in_place(past.before) & (
        (past.kind == EventKind.AFTERCARE) | to_none
    )
    return leaves


def first_events(past: History, left: Rows) -> dict[str, Floats]:
    """Return the days from leaving to the first of each event; infinite: it does not come."""
    ends = (past.kind == EventKind.GONE) & np.isin(past.why, (Reason.DEATH, Reason.WLZ))
    ends |= (past.kind == EventKind.NOT_AWARDED) & (past.why == Reason.REFER)
    which = {
        "returned": past.kind == EventKind.PLACED,
        "asking": (past.kind == EventKind.RELAPSED) | (past.kind == EventKind.NOTIFIED),
        "died_or_wlz": ends,
    }
    return {name: _days_to(past, left, mine) for name, mine in which.items()}


def _days_to(past: History, left: Rows, mine: npt.NDArray[np.bool_]) -> Floats:
    rows = np.append(np.flatnonzero(mine), -1)
    following = rows[np.searchsorted(rows[:-1], left, side="right")]
    known = (following >= 0) & (past.client[following] == past.client[left])
    return np.where(known, past.day[following] - past.day[left], np.inf)


def _outcome(first: dict[str, Floats], days: float) -> npt.NDArray[np.int64]:
    """Return the index in `OUTCOMES` of what stands after so many days."""
    returned = (first["returned"] <= days) & (first["returned"] <= first["died_or_wlz"])
    return np.select(
        [returned, first["died_or_wlz"] <= days, first["asking"] <= days],
        [OUTCOMES.index(name) for name in ("returned", "died_or_wlz", "asking")],
        OUTCOMES.index("sustained"),
    )
