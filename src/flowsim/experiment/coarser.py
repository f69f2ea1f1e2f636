"""Numbers by subregion: of many municipalities those of each would fill a machine."""

from __future__ import annotations

import numpy as np

from flowsim.metrics import KEYS, Columns
from flowsim.scenario.geography import Areas
from flowsim.store.packed import coded


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
    places = [larger.get(name, name) for name in columns["municipality"]]
    named = columns | {"municipality": np.array([*places, ""], dtype=object)[:-1]}
    code = np.zeros(len(places), dtype=np.int64)
    for key in KEYS:
        words, number = coded(named[key].tolist())
        code = code * max(len(words), 1) + number
    _, first, row = np.unique(code, return_index=True, return_inverse=True)
    order = np.argsort(first)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    found = {key: named[key][first[order]] for key in KEYS}
    return found | {"value": np.bincount(place[row], columns["value"], len(order))}
