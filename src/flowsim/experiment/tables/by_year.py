"""Every line of the summary by year, and from the first year with a difference on.

A mean over the window hides a dip that passes, and dilutes what begins half-way.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from flowsim.experiment.batch import Batch
from flowsim.experiment.numbers.waits_of import Chosen, Waits, waits_of
from flowsim.experiment.numbers.yearly import Yearly
from flowsim.experiment.numbers.years import Years
from flowsim.experiment.quantities.lines import lines
from flowsim.experiment.tables.cells import Cell, WaitCell, as_in_summary, judged, tabulate
from flowsim.experiment.tables.since import years_since

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Final = ("period", "year")
YEAR, SINCE = "year", "since"
"""``period``: one year, or all years of the window from one on."""


def by_year(
    batch: Batch, years: Years, summary: pd.DataFrame, waits: Waits | None = None
) -> pd.DataFrame:
    """Estimate every line in every year, and from the first year in which a scenario differs.

    Parameters
    ----------
    batch, years
        What was run, and its numbers by year.
    summary
        Over the whole window (`flowsim.experiment.tables.summary.summarise`).
    waits
        Its waits, where they are at hand.

    Returns
    -------
    DataFrame
        The columns of `flowsim.experiment.tables.cells.tabulate` and of `judge`; ``period`` (`YEAR`
        or `SINCE`) and ``year``: ``2028``, or ``2028-2035``. Waits by the year in which they began.
        Verdicts on one scenario in all years and details of a line are sure together; a number of
        the summary (the window is one year) has the summary's.
    """
    import pandas as pd

    waits, listed = waits or Waits(batch), lines(years, batch.scenarios)
    parts = [_table(waits, years, listed, np.eye(len(years.names), dtype=bool), YEAR)]
    since = years_since(batch.scenarios, years.length)
    for first in sorted(set(since.values())):
        which = (np.arange(len(years.names)) >= first)[:, None]
        part = _table(waits, years, listed, which, SINCE)
        mine = [key for key in batch.keys[1:] if since.get(key) == first]
        parts.append(part[part["scenario"].isin([batch.keys[0], *mine])])
    frame = pd.concat(parts, ignore_index=True)
    found = judged(batch, frame, ("scenario", "period", "measure", "statistic", "unit"))
    return as_in_summary(summary, found)


def _table(
    waits: Waits,
    years: Years,
    listed: list[Yearly],
    periods: npt.NDArray[np.bool_],
    period: str,
) -> pd.DataFrame:
    """Tabulate periods (years x periods) of one kind."""
    labels = [(period, _named(years.names, which)) for which in periods.T]
    numbers = [one.over_periods(periods, years.length) for one in listed]
    cells = [Cell(label, n.at(p)) for n in numbers for p, label in enumerate(labels)]
    return tabulate(waits.batch, COLUMNS, cells, _waits(waits, years, periods, labels))


def _waits(
    waits: Waits, years: Years, periods: npt.NDArray[np.bool_], labels: list[tuple[str, str]]
) -> Iterator[WaitCell]:
    """Yield each kind of wait in each period: those that began in it.

    So nobody enters late, and what went before a change does not count in what comes of it.
    """
    edges = np.concatenate([[0.0], np.cumsum(years.length)])
    for waited in waits_of(waits.batch):
        for which, label in zip(periods.T, labels, strict=True):
            begin, end = edges[:-1][which][0], edges[1:][which][-1]
            chosen = Chosen(begin=begin, end=end)
            yield WaitCell(label, waited.name, waits.pools(waited, chosen, coarse=True))


def _named(names: tuple[str, ...], which: npt.NDArray[np.bool_]) -> str:
    mine = [name for name, there in zip(names, which, strict=True) if there]
    return mine[0] if len(mine) == 1 else f"{mine[0]}-{mine[-1]}"
