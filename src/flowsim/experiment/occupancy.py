"""For how long so many places are there, are taken and are asked for: kept of every run."""

from __future__ import annotations

from typing import Final

import numpy as np

from flowsim.metrics import Reading
from flowsim.metrics.measures.occupancy import occupancy
from flowsim.metrics.pools import limited
from flowsim.store.packed import pack_arrays

NAME: Final = "occupancy"
"""Of the columns, in the store."""
COUNTED: Final = ("places", "taken", "asked", "full")


def packed_occupancy(reading: Reading) -> bytes:
    """Return the days of the window by number of places, of each group, packed.

    ======== ===== ======================================================================
    column   type  meaning
    ======== ===== ======================================================================
    pool     int32 first pool of the group (`flowsim.metrics.measures.occupancy.Occupancy`)
    number   int32 of places
    places   f8    days on which there are so many
    taken    f8    days on which so many are lived in or turn over
    asked    f8    days on which so many are taken or waited for
    full     f8    days on which there are so many, and none is free
    ======== ===== ======================================================================
    """
    if not limited(reading, "place"):
        return pack_arrays({name: np.empty(0) for name in ("pool", "number", *COUNTED)})
    found = occupancy(reading)
    levels = np.stack([found.places, found.taken, found.asked, found.places]).astype(np.int64)
    most = int(levels.max(initial=0)) + 1
    cell = found.group * most + levels
    days = np.stack([found.days] * 3 + [found.days * found.full])
    cells, at = np.unique(cell, return_inverse=True)
    at = at.reshape(cell.shape)
    counted = {name: np.bincount(at[i], days[i], len(cells)) for i, name in enumerate(COUNTED)}
    pool = np.array(found.groups, dtype=np.int32)[cells // most]
    return pack_arrays({"pool": pool, "number": (cells % most).astype(np.int32), **counted})
