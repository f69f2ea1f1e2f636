"""Numbers by subregion: of many municipalities those of each would fill a machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from flowsim.metrics import KEYS, Columns
from flowsim.scenario.geography import Areas


def by_subregion(columns: Columns, areas: Areas) -> Columns:
    """Add up the rows of the municipalities of each subregion, under its name.

    Parameters
    ----------
    columns
        A tidy table (`flowsim.metrics.columns.Columns`).
    areas
        The region.

    Returns
    -------
    Columns
        As many rows as there are combinations, in the order in which they come first. What
        belongs to a larger area, or to none, is as it was.
    """
    larger = {name: areas.area_of(name, "subregion") for name in areas.municipalities}
    code = np.zeros(len(columns["value"]), dtype=np.int64)
    for name in KEYS:
        words = larger if name == "municipality" else {}
        number, count = _numbered(columns[name], words)
        code = code * count + number
    _, first, row = np.unique(code, return_index=True, return_inverse=True)
    order = np.argsort(first)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    found = {name: columns[name][first[order]] for name in KEYS}
    found["municipality"] = _said(found["municipality"], larger)
    return found | {"value": np.bincount(place[row], columns["value"], len(order))}


def _numbered(column: Iterable[str], words: Mapping[str, str]) -> tuple[npt.NDArray[np.int64], int]:
    """Return a number for the word of each row, and how many there are."""
    known: dict[str, int] = {}
    numbers = [known.setdefault(words.get(word, word), len(known)) for word in column]
    return np.array(numbers, dtype=np.int64), max(len(known), 1)


def _said(column: npt.NDArray[Any], words: Mapping[str, str]) -> npt.NDArray[Any]:
    found = np.empty(len(column), dtype=object)
    found[:] = [words.get(word, word) for word in column]
    return found
