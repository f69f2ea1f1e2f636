"""How many people are where on each date, over all replications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from flowsim.experiment.batch import Batch
from flowsim.experiment.estimates.intervals import Array, order_statistic
from flowsim.experiment.numbers.compact import Key
from flowsim.experiment.numbers.yearly import IN_PLACE
from flowsim.experiment.numbers.years import Unpacker
from flowsim.metrics import KINDS

if TYPE_CHECKING:
    import pandas as pd

WAITING: Final = tuple(f"{kind}_persons" for kind in KINDS)
COLUMNS: Final = ("scenario", "date", "measure", "detail", "mean", "p10", "median", "p90")


def over_time(batch: Batch) -> pd.DataFrame:
    """Return residents by variant, and everyone who waits by cause, on every date of the window.

    Returns
    -------
    DataFrame
        The columns of `COLUMNS`: the mean over replications, and the range of one future. Measure
        ``residents`` has the variant as ``detail``, ``waiting`` the cause; an empty cause is
        everyone who waits.
    """
    import pandas as pd

    replication = {number: i for i, number in enumerate(batch.replications)}
    periods = dict.fromkeys(batch.runs[0].measures["period"].tolist())
    dates = tuple(one for one in periods if len(one) == len("YYYY-MM-DD"))
    unpacker = Unpacker(dates)
    cells: dict[tuple[str, str, str], Array] = {}
    for run in batch.runs:
        for key, values in zip(*unpacker.of(run), strict=True):
            for measure, detail in _lines_of(key):
                at = run.scenario, measure, detail
                cell = cells.setdefault(at, np.zeros((len(dates), len(replication))))
                cell[:, replication[run.replication]] += values
    one = len(replication) == 1
    parts = []
    for (scenario, measure, detail), values in cells.items():
        part = pd.DataFrame({"date": dates, "mean": values.mean(axis=1)})
        part["p10"] = np.nan if one else order_statistic(values, 0.1)
        part["median"] = np.median(values, axis=1)
        part["p90"] = np.nan if one else order_statistic(values, 0.9)
        parts.append(part.assign(scenario=scenario, measure=measure, detail=detail))
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)] if parts else _empty()


def _lines_of(key: Key) -> tuple[tuple[str, str], ...]:
    """Return which lines (measure and detail) a number on a date counts in."""
    measure, _, variant, detail = key
    if measure == "persons" and detail in IN_PLACE:
        return (("residents", variant),)
    if measure in WAITING:
        return (("waiting", detail), ("waiting", ""))
    return ()


def _empty() -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(columns=list(COLUMNS))
