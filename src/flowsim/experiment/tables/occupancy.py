"""How full places are, as a distribution: over time, and over all futures together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from flowsim.experiment.batch import Batch, Run
from flowsim.experiment.estimates.intervals import Array
from flowsim.experiment.occupancy import COUNTED, NAME
from flowsim.store.packed import open_arrays

if TYPE_CHECKING:
    import pandas as pd

TARGETS: Final = (5, 10, 20)
"""One in how many may have to wait."""
QUANTILES: Final = {"taken_p10": 0.1, "taken_p50": 0.5, "taken_p90": 0.9, "taken_most": 1.0}
COLUMNS: Final = (
    "scenario", "area", "variant", "places", "taken", *QUANTILES, "full", "asked",
    *(f"places_for_1_in_{n}" for n in TARGETS),
)  # fmt: skip
_GRACE: Final = 1e-9
"""Of a share of time: what days, added up, may differ."""


def occupancy(batch: Batch) -> pd.DataFrame:
    """Return one row for the places of a variant in an area: see docs/metrics.md, *Occupancy*."""
    import pandas as pd

    rows = [row for key in batch.keys for row in _rows(key, batch.runs_of(key))]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rows(key: str, runs: tuple[Run, ...]) -> Iterator[tuple[Any, ...]]:
    total: dict[tuple[str, str], dict[int, Array]] = {}
    for run in runs:
        if NAME not in run.more:
            return  # kept by an earlier version of flowsim
        found = open_arrays(run.more[NAME])
        days = np.stack([found[name] for name in COUNTED], axis=1)
        for pool, number, mine in zip(found["pool"], found["number"], days, strict=True):
            _, block, _, area = run.labels.pools[int(pool)]
            of_group = total.setdefault((area, block), {})
            of_group[int(number)] = of_group.get(int(number), 0.0) + mine
    for group, by_number in total.items():
        numbers = sorted(by_number)
        yield key, *group, *_told(np.array(numbers), np.stack([by_number[n] for n in numbers]))


def _told(numbers: Array, days: Array) -> Iterator[float]:
    """Yield the rest of `COLUMNS`, from the days of each number by what is counted."""
    share = days / days[:, COUNTED.index("places")].sum()
    places, taken, asked, full = share.T
    yield float(places @ numbers)
    yield float(taken @ numbers)
    for part in QUANTILES.values():
        yield _quantile(numbers, taken, part)
    yield float(full.sum())
    yield float(asked @ numbers)
    most = _quantile(numbers, asked, 1.0)
    for one_in in TARGETS:
        enough = _quantile(numbers, asked, 1 - 1 / one_in) + 1
        yield enough if enough <= most else np.nan  # never were so many asked for


def _quantile(numbers: Array, share: Array, part: float) -> float:
    """Return the smallest number that is not exceeded for so large a part of the time."""
    return float(numbers[np.searchsorted(share.cumsum(), part - _GRACE)])
