"""How many people are where on each date, over all replications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from flowsim.experiment.estimate import order_statistic
from flowsim.experiment.numbers import IN_PLACE
from flowsim.experiment.results import Results
from flowsim.metrics import KINDS

if TYPE_CHECKING:
    import pandas as pd

WAITING: Final = tuple(f"{kind}_persons" for kind in KINDS)
COLUMNS_READ: Final = ("scenario", "replication", "period", "measure", "detail", "value")
COLUMNS: Final = ("scenario", "date", "measure", "detail", "mean", "p10", "median", "p90")


def over_time(results: Results) -> pd.DataFrame:
    """Return residents by variant, and everyone who waits by cause, on every date of the window.

    Returns
    -------
    DataFrame
        The columns of `COLUMNS`: the mean over replications, and the range of one future. Measure
        ``residents`` has the variant as ``detail``, ``waiting`` the cause; an empty cause is
        everyone who waits.
    """
    import pandas as pd

    frame = results.measures
    lives = frame[(frame["measure"] == "persons") & frame["detail"].isin(IN_PLACE)]
    waits = frame[frame["measure"].isin(WAITING)].assign(measure="waiting")
    parts = [
        lives.assign(measure="residents", detail=lives["variant"].astype(str)),
        waits.astype({"detail": str}),
        waits.assign(detail=""),
    ]
    frame = pd.concat([part[list(COLUMNS_READ)] for part in parts], ignore_index=True)
    keys = ["scenario", "period", "measure", "detail"]
    persons = frame.groupby([*keys, "replication"], observed=True, sort=False)["value"].sum()
    table = persons.unstack("replication", fill_value=0, sort=False)
    values = table.to_numpy()
    one = values.shape[1] == 1
    spread = {
        "mean": values.mean(axis=1),
        "p10": np.nan if one else order_statistic(values, 0.1),
        "median": np.median(values, axis=1),
        "p90": np.nan if one else order_statistic(values, 0.9),
    }
    out = table.index.to_frame(index=False).assign(**spread).rename(columns={"period": "date"})
    return out.astype({"scenario": str, "date": str, "detail": str})[list(COLUMNS)]
