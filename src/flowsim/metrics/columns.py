"""The tidy long table that metrics and costs are written in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Columns = dict[str, npt.NDArray[Any]]
"""One row per number, as arrays of equal length: the keys of `KEYS` (dtype object, Python
``str``) and ``value`` (float64). ``pandas.DataFrame(columns)`` takes it as it is.

============ ====================================================================================
measure      what the number is; unit and definition in `flowsim.metrics.MEASURES`
period       ``YYYY``: the year of the window that begins in that calendar year; ``YYYY-MM-DD``:
             on that date
municipality of a person: where notified; of a pool (dwellings, places, teams, desks): its area,
             which may be a subregion or the region; of a cost: who pays; empty: all together
variant      housing variant, or the team, desk or dwelling stream; empty: all together, or none
detail       what the measure is split by (a state, a cause, a reason ...); empty: not split
value        float64, never NaN and never -0.0
============ ====================================================================================

A measure is split in the same way in all its rows, so adding up rows of one measure over any
column (but ``period``, for stocks) never counts twice. A combination that could occur and did not
is there with the value 0.
"""


KEYS: Final = ("measure", "period", "municipality", "variant", "detail")


def table(
    measure: str,
    value: npt.ArrayLike,
    axes: Mapping[str, Sequence[str]],
    keep: npt.NDArray[np.bool_] | None = None,
) -> Columns:
    """Write an array as a tidy table.

    Parameters
    ----------
    measure
        Name of the measure.
    value
        One axis for each entry of ``axes``.
    axes
        The labels along each axis, by the name of the column; a column that is left out is empty
        in every row.
    keep
        Which cells become rows (same shape as ``value``); left out: all.

    Raises
    ------
    ValueError
        When the labels do not fit the array.
    """
    number = np.asarray(value, dtype=np.float64) + 0.0  # what rounds to -0.0 is 0.0
    if number.shape != tuple(len(labels) for labels in axes.values()):
        raise ValueError(f"{measure}: {number.shape} for { {k: len(a) for k, a in axes.items()} }")
    size = number.size if keep is None else int(keep.sum())
    given: Columns = {"measure": _constant(measure, size)}
    for axis, (key, labels) in enumerate(axes.items()):
        words = np.empty((len(labels),) + (1,) * (number.ndim - 1 - axis), dtype=object)
        words.ravel()[:] = labels
        spread = np.empty(number.shape, dtype=object)
        spread[...] = words
        given[key] = spread.ravel() if keep is None else spread[keep]
    columns = {key: given[key] if key in given else _constant("", size) for key in KEYS}
    columns["value"] = number.ravel() if keep is None else number[keep]
    return columns


def stack(parts: Sequence[Columns]) -> Columns:
    """Put tables below one another."""
    if not parts:
        return {key: np.empty(0, dtype=object) for key in KEYS} | {"value": np.empty(0)}
    return {key: np.concatenate([part[key] for part in parts]) for key in (*KEYS, "value")}


def _constant(word: str, size: int) -> npt.NDArray[Any]:
    column = np.empty(size, dtype=object)
    column[:] = word
    return column
