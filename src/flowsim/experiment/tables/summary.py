"""The numbers that a comparison is read from: estimates, intervals, paired differences.

Flows, stocks and costs are averages over the reporting window: one number a replication, then
estimated over replications. Waits are pooled over replications first
(`flowsim.experiment.estimates.curves`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flowsim.experiment.batch import Batch
from flowsim.experiment.estimates.estimate import RESAMPLES, RESAMPLES_OF_A_CELL
from flowsim.experiment.numbers.waits_of import Chosen, Waits, waits_of
from flowsim.experiment.numbers.years import Years
from flowsim.experiment.quantities.lines import over_window
from flowsim.experiment.quantities.quantity import quantity
from flowsim.experiment.tables.by_area import areas_of
from flowsim.experiment.tables.cells import ABOUT, Cell, WaitCell, judged, tabulate
from flowsim.experiment.tables.verdicts import judge

if TYPE_CHECKING:
    import pandas as pd


def summarise(batch: Batch, years: Years | None = None, waits: Waits | None = None) -> pd.DataFrame:
    """Estimate the waits, stocks, flows and costs of every scenario.

    Parameters
    ----------
    batch
        What was run.
    years, waits
        Its numbers by year, and its waits, where they are at hand.

    Returns
    -------
    DataFrame
        One row per line and scenario, with ``value`` and its 95% interval ``low`` to ``high`` (how
        well the mean is known); ``p10`` to ``p90`` (what one future may bring); for the others
        than the base the paired ``difference`` with the same, and the columns of
        `flowsim.experiment.tables.verdicts.judge`. ``differs_in``: there is no interval, because
        only in so many replications the number differs from ``common``. Not a number: not known,
        and ``reason`` says why (`flowsim.experiment.estimates.estimate.Reason`). Infinite: not
        reached.
    """
    waits = waits or Waits(batch)
    listed = (WaitCell((), one.name, waits.pools(one)) for one in waits_of(batch))
    listed_numbers = over_window(years or Years(batch), batch.scenarios)
    cells = [Cell((), one) for one in listed_numbers]
    frame = tabulate(batch, (), cells, listed, RESAMPLES)
    return judge_summary(frame, batch.keys[0])


def judge_summary(frame: pd.DataFrame, base: str) -> pd.DataFrame:
    """Add the verdicts: the main lines are one family, and all the others one."""
    about = zip(*(frame[name] for name in ABOUT), strict=True)
    return judge(frame, base, [quantity(*row).main for row in about])


def summarise_by_municipality(
    batch: Batch, kinds: Sequence[str] = ("access", "placement"), waits: Waits | None = None
) -> pd.DataFrame:
    """Estimate the waits by municipality of notification: the columns of `summarise`, and that.

    By subregion, where that is the smallest area with numbers (`Scenario.numbers_by`).
    """
    waits, base = waits or Waits(batch), batch.scenarios[0]
    cells = (
        WaitCell((name,), one.name, waits.pools(one, Chosen(members=members)))
        for one in waits_of(batch)
        if one.name in kinds
        for kind, name, members in areas_of(base)
        if kind == base.numbers_by
    )
    frame = tabulate(batch, ("municipality",), (), cells, RESAMPLES_OF_A_CELL)
    return judged(batch, frame, ABOUT) if len(frame) else frame  # all areas x scenarios
