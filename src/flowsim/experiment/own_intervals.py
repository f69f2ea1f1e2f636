"""Metrics of one's own with their intervals, worked out as those of the tables are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowsim.experiment.estimates.estimate import estimate, mean_of
from flowsim.experiment.results import Results

if TYPE_CHECKING:
    import pandas as pd


def intervals(results: Results, metric: str) -> pd.DataFrame:
    """Return the mean of a metric of one's own in each scenario, and its difference with the base.

    What a metric gives several rows of in one run (years, variants) is added up.

    Parameters
    ----------
    results
        Of `flowsim.run`, `flowsim.compare` or `flowsim.sweep` with ``metrics``.
    metric
        A name in those.

    Returns
    -------
    pandas.DataFrame
        A row for each scenario, with columns as in `Results.summary`: ``value`` with the 95%
        interval ``low`` to ``high``, what one future may bring (``p10``, ``p90``), and the
        ``difference`` with the first scenario in the same futures, with its interval.

    Raises
    ------
    ValueError
        When it is no metric of one's own.

    Examples
    --------
    Of ``base`` and ``more``, as `flowsim.load` gives them:

    >>> found = flowsim.compare(base, [more], 4, metrics={"rows": lambda r: len(r.ledger.rows)})
    >>> list(intervals(found, "rows")["scenario"])
    ['base', 'more_dwellings']
    """
    import pandas as pd

    if metric not in results.own_units:
        raise ValueError(f"no metric of one's own {metric!r}; there is: {list(results.own_units)}")
    frame = results.measures
    rows = frame[frame["measure"] == metric]
    sums = rows.groupby(["scenario", "replication"], observed=True)["value"].sum()
    cells = pd.MultiIndex.from_product([results.keys, results.replications])
    count = len(results.replications)
    values = sums.reindex(cells, fill_value=0.0).to_numpy().reshape(-1, 1, count)
    found = estimate(mean_of(values), count, paths=results.batch.paths)
    own, other = found.own, found.difference
    columns = {
        "value": own.value, "low": own.low, "high": own.high, "p10": own.p10, "p90": own.p90,
        "difference": other.value, "difference_low": other.low, "difference_high": other.high,
    }  # fmt: skip
    return pd.DataFrame(
        {"scenario": results.keys} | {name: one[:, 0] for name, one in columns.items()}
    )
