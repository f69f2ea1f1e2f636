"""Every number and every wait of a batch, one a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from flowsim.costs import MEASURES as COSTS
from flowsim.experiment.batch import Batch, Run
from flowsim.experiment.tables.long import Words, waits_of
from flowsim.metrics import MEASURES

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Final = (
    "scenario",
    "replication",
    "period",
    "municipality",
    "variant",
    "measure",
    "detail",
    "value",
    "unit",
)
"""Of `Results.measures`."""


def units() -> dict[str, str]:
    """Return the unit of every measure of flowsim itself."""
    return {name: one.unit for name, one in (MEASURES | COSTS).items()}


def unit_of(batch: Batch, measure: str) -> str:
    """Return the unit of a measure."""
    known = MEASURES | COSTS
    return known[measure].unit if measure in known else batch.own_units.get(measure, "")


def measures_frame(batch: Batch) -> pd.DataFrame:
    """Return the rows of `Results.measures`."""
    import pandas as pd

    parts = [part for one in batch.runs for part in (one.measures, one.costs, one.own)]
    rows = [len(part["value"]) for part in parts]
    owners = [one for one in batch.runs for _ in range(3)]
    numbers = np.array([one.replication for one in owners], dtype=np.int64)
    columns: dict[str, Any] = {
        "scenario": _repeat([one.scenario for one in owners], rows),
        "replication": np.repeat(numbers, rows),
    }
    for name in ("period", "municipality", "variant", "measure", "detail"):
        columns[name] = pd.Categorical(_stack([part[name] for part in parts]))
    columns["value"] = _stack([part["value"] for part in parts])
    frame = pd.DataFrame(columns)
    units = {name: unit_of(batch, name) for name in frame["measure"].cat.categories}
    frame["unit"] = pd.Categorical(frame["measure"].map(units).astype(object))
    return frame[list(COLUMNS)]


def waits_frame(run: Run) -> pd.DataFrame:
    """Return the rows of `Results.waits` about one run."""
    import pandas as pd

    columns = waits_of(run).items()
    return pd.DataFrame({name: one.texts() if isinstance(one, Words) else one
                         for name, one in columns})  # fmt: skip


def _repeat(words: Sequence[str], times: Sequence[int]) -> pd.Categorical[str]:
    import pandas as pd

    order = list(dict.fromkeys(words))
    codes = np.repeat([order.index(word) for word in words], times)
    return pd.Categorical.from_codes(codes.tolist(), categories=pd.Index(order))


def _stack(parts: Sequence[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    return np.concatenate(parts) if parts else np.empty(0)
