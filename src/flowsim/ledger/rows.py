"""How a row of the ledger lies in memory."""

from __future__ import annotations

from struct import Struct
from typing import Final

import numpy as np

ROW: Final = np.dtype(
    [
        ("day", "<f8"),
        ("client", "<i4"),
        ("ref", "<i4"),
        ("kind", "i1"),
        ("level", "i1"),
        ("why", "<i2"),
    ]
)
pack: Final = Struct("<diibbh").pack
"""Packs one row (day, client, ref, kind, level, why) into the bytes of `ROW`."""
