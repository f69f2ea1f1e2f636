"""A table of estimates as bytes and back: numbers and words, and nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from flowsim.store.packed import coded, open_arrays, pack_arrays

if TYPE_CHECKING:
    import pandas as pd

_TEXTS: Final = ("object", "str")
"""Types of columns that hold texts."""


def pack_frame(frame: pd.DataFrame) -> bytes | None:
    """Pack a table; None: it has something else than numbers and texts, or names for its rows."""
    if list(frame.index) != list(range(len(frame))):
        return None
    said: list[tuple[str, str, list[str] | None]] = []
    columns: dict[str, npt.NDArray[Any]] = {}
    for name, column in frame.items():
        kind, at = str(column.dtype), str(len(said))
        if kind in _TEXTS:
            rows = column.tolist()
            if not all(type(one) is str for one in rows):
                return None
            known, columns[at] = coded(rows)
            said.append((str(name), kind, known))
        elif isinstance(column.dtype, np.dtype) and column.dtype.kind in "biuf":
            said.append((str(name), kind, None))
            columns[at] = column.to_numpy()
        else:
            return None
    head = json.dumps(said).encode("utf-8")
    return len(head).to_bytes(8) + head + pack_arrays(columns)


def open_frame(packed: bytes) -> pd.DataFrame:
    """Return the table.

    Raises
    ------
    ValueError
        When it is none.
    """
    import pandas as pd

    at = 8 + int.from_bytes(packed[:8])
    said, arrays = json.loads(packed[8:at]), open_arrays(packed[at:])
    columns = {}
    for i, (name, kind, known) in enumerate(said):
        column: npt.NDArray[Any] = arrays[str(i)]
        if known is not None:
            column = np.array([*known, ""], dtype=object)[column]
        columns[name] = pd.Series(column, dtype=kind, copy=True)
    return pd.DataFrame(columns)
