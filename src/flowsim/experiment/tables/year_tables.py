"""Tables of years: the balance of persons, dwellings, staff and blocking chains, with intervals.

In each, ``value`` is the mean over replications, ``low`` to ``high`` its 95% interval (how well
the mean is known), ``p10`` to ``p90`` what one future may bring. Not a number: one replication. An
empty municipality is the whole region. After the years, where there are several, comes the whole
window (``2026-2035``): on average a year.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from flowsim.calendar import DAYS_PER_YEAR
from flowsim.experiment.estimates.estimate import estimate, mean_of
from flowsim.experiment.estimates.intervals import Array
from flowsim.experiment.numbers.series import (
    WHOLE,
    Series,
    chain_series,
    dwelling_series,
    staff_series,
)
from flowsim.experiment.numbers.years import Years
from flowsim.metrics.measures.persons import BALANCE

if TYPE_CHECKING:
    import pandas as pd

ESTIMATE: Final = ("value", "low", "high", "p10", "p90")
BELOW_0: Final = ("short", "unmet")
"""Dwellings that may be below 0: what is left of new need while a queue shrinks."""


def balance(years: Years) -> pd.DataFrame:
    """Balance the persons in the chain, by municipality and year: start + in - out = end.

    The columns of `BALANCE` are means over replications; ``end`` comes with its interval
    (``end_low``, ``end_high``) and the range of one future (``end_p10``, ``end_p90``).
    """
    import pandas as pd

    parts = []
    for area in (WHOLE, *years.labels("balance", "municipality")):
        flows = {
            name: years.of("balance", municipality=area or None, detail=name) for name in BALANCE
        }
        part = _estimated(years, ("municipality",), [((area,), flows["end"])])
        part = part.rename(columns={name: f"end_{name}" for name in ESTIMATE[1:]})
        part = part.drop(columns="value")
        for i, name in enumerate(BALANCE):  # scenario by scenario, year by year, as the rows are
            part.insert(3 + i, name, flows[name].mean(axis=1).ravel())
        parts.append(part)
    return _by_scenario(pd.concat(parts, ignore_index=True), years)


def dwellings(years: Years) -> pd.DataFrame:
    """Dwellings needed, agreed, realised and short, by municipality and year.

    Columns ``scenario``, ``municipality``, ``measure`` (of
    `flowsim.experiment.numbers.series.DWELLINGS`), ``year`` and the estimate.
    """

    def a_year(values: Array, name: str) -> Array:
        stock = name in ("start", "end")
        number = len(years.names) if stock else years.length.sum() / DAYS_PER_YEAR
        average: Array = values.sum(axis=-1) / number
        return average

    listed = (
        (labels, _with_window(values, a_year(values, labels[1])))
        for labels, values in dwelling_series(years)
    )
    return _estimated(years, ("municipality", "measure"), listed)


def staff(years: Years) -> pd.DataFrame:
    """FTE (or hours a week) needed, available and short, by team and year."""
    columns = ("municipality", "team", "measure", "unit")
    listed = (
        (labels, _with_window(values, years.mean(values))) for labels, values in staff_series(years)
    )
    return _estimated(years, columns, listed)


def chains(years: Years) -> pd.DataFrame:
    """People who wait, on average, by who holds the place and by the end of the chain.

    Columns ``scenario``, ``link``, ``wait``, ``variant``, ``detail`` and the estimate, over the
    whole window; see `flowsim.experiment.numbers.series.chain_series`.
    """
    length = years.length.sum()
    listed = (
        (labels, values.sum(axis=-1, keepdims=True) / length)
        for labels, values in chain_series(years)
    )
    frame = _estimated(years, ("link", "wait", "variant", "detail"), listed)
    return frame.drop(columns="year")


def _with_window(values: Array, mean: Array) -> Array:
    """Put the average a year after the years, where there are several."""
    return values if values.shape[-1] == 1 else np.concatenate([values, mean[..., None]], axis=-1)


def _estimated(years: Years, columns: Sequence[str], listed: Iterable[Series]) -> pd.DataFrame:
    """Estimate each number in every scenario and year, one a row."""
    import pandas as pd

    n = years.replications
    names = (*years.names, years.window)
    rows = []
    for labels, values in listed:
        by_year: Array = np.moveaxis(values, 1, -1)
        least = -np.inf if labels[-1] in BELOW_0 else 0.0
        own = estimate(mean_of(by_year), n, least=least, paths=years.paths).own
        numbers = np.stack([getattr(own, name) for name in ESTIMATE], axis=-1)
        rows += [
            (key, *labels, year, *cell)
            for key, mine in zip(years.keys, numbers.tolist(), strict=True)
            for year, cell in zip(names, mine, strict=False)
        ]
    frame = pd.DataFrame(rows, columns=["scenario", *columns, "year", *ESTIMATE])
    return _by_scenario(frame, years)


def _by_scenario(frame: pd.DataFrame, years: Years) -> pd.DataFrame:
    """Put the scenarios below one another, the base first."""
    place = frame["scenario"].map({key: i for i, key in enumerate(years.keys)})
    return frame.iloc[np.argsort(place.to_numpy(), kind="stable")].reset_index(drop=True)
