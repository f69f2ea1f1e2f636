"""The wait for a decision in its parts: for an assessor, the assessment, the paperwork."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flowsim.ledger import EventKind
from flowsim.metrics.lives.history import History

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Parts:
    """Days of waits for a decision, by what was waited for; they add up to the wait.

    Not a number: not begun, or (``assessor`` too) not known, as of people of the start who were
    found in the paperwork.
    """

    assessor: Floats
    """From notification to the begin of the assessment, or to the end of the wait without one."""
    assessment: Floats
    paperwork: Floats


def parts_of(
    past: History,
    start: npt.NDArray[np.intp],
    stop: npt.NDArray[np.intp],
    finish: Floats,
    access: npt.NDArray[np.bool_],
) -> Parts:
    """Split waits for a decision.

    Parameters
    ----------
    past
        Rows of clients.
    start, stop
        Row that begins each wait, and the first after it that is not in it.
    finish
        Day on which each wait ends.
    access
        Which of the waits are for a decision; the others have no parts.
    """
    assessed = _first(past, start, stop, EventKind.ASSESSING)
    papers = _first(past, start, stop, EventKind.PAPERWORK)
    begin = past.day[start]
    unknown = np.isnan(assessed) & ~np.isnan(papers)
    assessor = np.where(np.isnan(assessed), finish, assessed) - begin
    assessment = np.where(np.isnan(papers), finish, papers) - assessed
    paperwork = finish - papers
    paperwork[~np.isnan(assessed) & np.isnan(papers)] = 0.0
    for days in (assessor, assessment, paperwork):
        days[unknown | ~access] = np.nan
    return Parts(assessor + 0.0, assessment + 0.0, paperwork + 0.0)


def _first(
    past: History,
    start: npt.NDArray[np.intp],
    stop: npt.NDArray[np.intp],
    kind: EventKind,
) -> Floats:
    """Return the day of the first row of a kind in each wait; not a number: none."""
    rows = np.flatnonzero(past.kind == kind)
    at = np.append(rows, len(past.kind))[np.searchsorted(rows, start, side="left")]
    return np.where(at < stop, past.day[np.minimum(at, len(past.kind) - 1)], np.nan)
