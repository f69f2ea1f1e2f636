"""Pick rows of a table by what they are about."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import pandas as pd

Over = Literal["window", "year", "since", "municipality", "subregion", "region", "date"]
TABLE_OF: Final[dict[Over, tuple[str, dict[str, str]]]] = {
    "window": ("summary", {}),
    "year": ("by_year", {"period": "year"}),
    "since": ("by_year", {"period": "since"}),
    "municipality": ("by_area", {"kind": "municipality"}),
    "subregion": ("by_area", {"kind": "subregion"}),
    "region": ("by_area", {"kind": "region"}),
    "date": ("over_time", {}),
}
"""The table of `Results` that has a number over something, and which of its rows do."""


def rows_of(frame: pd.DataFrame, **where: str | Collection[str] | None) -> pd.DataFrame:
    """Return the rows with these words in these columns.

    Parameters
    ----------
    frame
        Any table of results.
    **where
        By column, a word or several of which any will do; None: whatever it is.
    """
    for column, wanted in where.items():
        if isinstance(wanted, str):
            frame = frame[frame[column] == wanted]
        elif wanted is not None:
            frame = frame[frame[column].isin(list(wanted))]
    return frame
