"""Rows of clients that tell an event, counted by year and by where."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from flowsim.metrics.reading import Reading, count
from flowsim.metrics.window import Floats

Rows = npt.NDArray[np.intp]


def rows_of(run: Reading, which: npt.NDArray[np.bool_]) -> Rows:
    """Return which rows tell such an event in a year of the window."""
    return np.flatnonzero(which & (run.year_of_row >= 0))


def by_municipality(run: Reading, row: Rows, detail: npt.ArrayLike, size: int) -> Floats:
    """Count rows by year, municipality of notification and detail."""
    shape = (len(run.window.years), len(run.ledger.municipalities), size)
    municipality = run.municipality_of_client[run.history.client[row]]
    listed = np.broadcast_to(np.asarray(detail), row.shape)
    return count(shape, run.year_of_row[row], municipality, listed)


def by_variant(
    run: Reading, row: Rows, variant: npt.ArrayLike, detail: npt.ArrayLike, size: int
) -> Floats:
    """Count rows by year, municipality of notification, variant and detail."""
    ledger = run.ledger
    shape = (len(run.window.years), len(ledger.municipalities), len(ledger.variants), size)
    municipality = run.municipality_of_client[run.history.client[row]]
    return count(shape, run.year_of_row[row], municipality, variant, detail)
