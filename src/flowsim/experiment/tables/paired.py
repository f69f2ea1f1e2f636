"""What the same chance in every scenario is worth: how much it narrows each difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from flowsim.experiment.batch import Batch
from flowsim.experiment.estimates.intervals import EQUAL, Array
from flowsim.experiment.tables.by_future import by_future

if TYPE_CHECKING:
    import pandas as pd


def paired_table(batch: Batch) -> pd.DataFrame:
    """Return how many times as many futures a difference would take on chance of its own.

    Returns
    -------
    DataFrame
        A row per line of the summary and scenario but the base, with ``variance_ratio``: the
        variances of the two scenarios added up, over that of the difference in the same futures.
        What is not known in every future, or differs in none, has no row.
    """
    import pandas as pd

    rows = []
    for line, values in by_future(batch).items():
        about = {name: getattr(line, name) for name in line.__slots__}
        for key, ratio in zip(batch.keys[1:], variance_ratios(values), strict=True):
            if np.isfinite(ratio):
                rows.append({"scenario": key, **about, "variance_ratio": float(ratio)})
    return pd.DataFrame(rows)


def variance_ratios(values: Array) -> Array:
    """Return the ratio of each scenario but the base; not a number where there is none.

    Parameters
    ----------
    values
        Scenarios x futures, the base first.
    """
    out = np.full(len(values) - 1, np.nan)
    if values.shape[1] < 2 or not np.isfinite(values).all():
        return out
    own = values.var(axis=1, ddof=1)
    apart = (values - values[0]).var(axis=1, ddof=1)[1:]
    differs = apart > (EQUAL * (1 + np.abs(values[1:]).max(axis=1))) ** 2
    out[differs] = (own[0] + own[1:])[differs] / apart[differs]
    return out
