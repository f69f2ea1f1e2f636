"""Each future beside the others: its waits and its chance, the longest waits, and the worst."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from flowsim.experiment.batch import Batch
from flowsim.experiment.estimates.estimate import estimate, mean_of
from flowsim.experiment.numbers.futures import Waited, chance
from flowsim.experiment.numbers.years import Years
from flowsim.experiment.quantities.lines import over_window
from flowsim.experiment.quantities.quantity import quantity
from flowsim.metrics import KINDS
from flowsim.metrics.lives.waits import PLACEMENT

if TYPE_CHECKING:
    import pandas as pd

WAITS: Final = ("mean_wait_weeks", "longest_wait_weeks", "still_waiting")
"""Columns of `futures` about waits for a first place; the others are what chance decided."""
LONGEST: Final = (
    "scenario", "wait", "value", "low", "high", "p10", "p90", "at_least_in", "most",
    "most_at_least", "replication",
)  # fmt: skip
FEWEST: Final = 3
"""Futures that tell what is usual."""


def futures(batch: Batch, years: Years, waits: Waited) -> pd.DataFrame:
    """Return one row for each future of each scenario."""
    import pandas as pd

    count = len(batch.replications)
    columns: dict[str, Any] = {
        "scenario": np.repeat(np.array(batch.keys, dtype=object), count),
        "replication": np.tile(batch.replications, len(batch.keys)),
        "mean_wait_weeks": waits.mean.ravel(),
        "longest_wait_weeks": waits.longest[PLACEMENT].ravel(),
        "still_waiting": waits.unfinished[PLACEMENT].ravel(),
    }
    return pd.DataFrame(columns | {name: values.ravel() for name, values in chance(years)})


def longest_waits(batch: Batch, waits: Waited) -> pd.DataFrame:
    """Return the longest wait of a future, by scenario and kind: its mean, and the most.

    Where somebody still waits at the end of the run the longest of that future is at least what was
    seen: in ``at_least_in`` of the futures, and of ``most`` where ``most_at_least``.
    """
    import pandas as pd

    return pd.DataFrame(list(_longest(batch, waits)), columns=list(LONGEST))


def _longest(batch: Batch, waits: Waited) -> Iterator[tuple[Any, ...]]:
    count = len(batch.replications)
    there = np.flatnonzero(waits.longest.any(axis=(1, 2)))
    values = np.moveaxis(waits.longest[there], 1, 0)
    own = estimate(mean_of(values), count, least=0.0, paths=batch.paths).own
    open_ = waits.unfinished > 0
    for i, key in enumerate(batch.keys):
        for k, kind in enumerate(there):
            most = int(values[i, k].argmax())
            numbers = (getattr(own, name)[i, k] for name in LONGEST[2:7])
            yield (
                key, KINDS[kind], *map(float, numbers), int(open_[kind, i].sum()),
                float(values[i, k, most]), bool(open_[kind, i, most]), batch.replications[most],
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Worst:
    """The future of a scenario in which people wait longest for a first place, on average."""

    scenario: str
    replication: int
    wait: float
    """Weeks, as in `futures`; and its mean over all futures."""
    mean_wait: float
    longest: float
    mean_longest: float
    still_waiting: int
    """As in `futures`, the mean over all; how many still wait in this future."""
    futures: int
    numbers: pd.DataFrame
    """The main lines of the summary: ``value`` in this future, and the ``mean`` over all."""
    chance: pd.DataFrame
    """What chance decided: ``value``, ``mean``, ``sd`` over all futures, and the ``deviation`` of
    this one in sd; the most unusual first. None with fewer than three futures; what is the same in
    all futures is left out."""


def worst(batch: Batch, years: Years, table: pd.DataFrame, scenario: str) -> Worst | None:
    """Return the worst future of a scenario; None where nobody asks for a first place."""
    mine = table[table["scenario"] == scenario].reset_index(drop=True)
    waits = mine["mean_wait_weeks"].to_numpy()
    if np.isnan(waits).all():
        return None
    at = int(np.nanargmax(waits))
    return Worst(
        scenario=scenario,
        replication=int(mine["replication"][at]),
        wait=float(waits[at]),
        mean_wait=float(np.nanmean(waits)),
        longest=float(mine["longest_wait_weeks"][at]),
        mean_longest=float(mine["longest_wait_weeks"].mean()),
        still_waiting=int(mine["still_waiting"][at]),
        futures=len(mine),
        numbers=_numbers(batch, years, batch.keys.index(scenario), at),
        chance=_chance(mine.drop(columns=["scenario", "replication", *WAITS]), at),
    )


def _numbers(batch: Batch, years: Years, scenario: int, at: int) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for one in over_window(years, batch.scenarios):
        line, values = one.line, one.values[scenario]
        about = (line.measure, line.detail, line.statistic, line.unit)
        if not quantity(*about).main:
            continue
        if one.over is None:
            rows.append((*about, values[at], values.mean()))
        elif (over := one.over[scenario])[at]:
            rows.append((*about, values[at] / over[at], values.sum() / over.sum()))
    return pd.DataFrame(
        rows, columns=["measure", "detail", "statistic", "unit", "value", "mean"]
    )  # fmt: skip


def _chance(table: pd.DataFrame, at: int) -> pd.DataFrame:
    import pandas as pd

    rows = []
    if len(table) >= FEWEST:
        for name in table:
            values = table[name].to_numpy(dtype=float)
            mean, sd = values.mean(), values.std(ddof=1)
            if np.ptp(values) > 0:
                rows.append((name, values[at], mean, sd, (values[at] - mean) / sd))
    rows.sort(key=lambda row: -abs(row[-1]))
    return pd.DataFrame(rows, columns=["what", "value", "mean", "sd", "deviation"])
