"""The rows of one run, and the tables that their numbers refer to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from flowsim.ledger.frame import Row, columns_of, in_words
from flowsim.ledger.tables import Tables

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger(Tables):
    """Rows of one run and the tables that their numbers refer to."""

    rows: npt.NDArray[np.void]
    """dtype `ROW`."""
    start: date
    window_days: float
    """End of the reporting window."""
    end_days: float
    """End of the run: window and follow-up."""
    today: int = 0
    """So many first rows say where everybody is on the start date, before anything is decided or
    settled on it; 0: not known."""

    def digest(self) -> str:
        """Return the SHA-256 of the rows: equal digests mean the same path, byte for byte."""
        return hashlib.sha256(self.rows.tobytes()).hexdigest()

    def in_words(self, scenario: str = "", replication: int = 0) -> Iterator[Row]:
        """Yield the rows in words, one an event, in the order in which they happened.

        Each has the columns of `to_frame`, after the ``scenario`` and ``replication`` given here.
        """
        return in_words(self.rows, self, scenario, replication)

    def to_frame(self) -> pd.DataFrame:
        """Return the rows in words, one an event, in the order in which they happened.

        Where a column has nothing to say it is empty (``client``: missing; ``amount``: nan).

        ============ ==========================================================================
        column       meaning
        ============ ==========================================================================
        day          days since the start date; in rows of the start, the day it began
        event        `EventKind`, in small letters
        client       number of the client; missing in events of a pool
        profile      of the client; empty for a resident of the start
        origin       municipality the client is from; empty outside the region
        notified_at  municipality where the client notified
        level        support level of the client after the event
        variant      entered, held after or refused; wanted, with `` | `` between them
        municipality where the client then lives; empty: that of the area
        pool         block of the desk, team, places or dwellings that it is about
        pool_kind    ``place``, ``team``, ``dwellings`` or ``desk``
        provider     of the pool
        area         of the pool
        why          why, how or for what, by event (`EventKind` says which), in small letters
        amount       free or new capacity (a pool), minutes a week (`SUPPORT`), days (`REVIEWED`),
                     refusals that hold (`REFUSAL_OVER`), movers (`EXCHANGED`, `LOCKED`)
        ============ ==========================================================================
        """
        import pandas as pd

        columns = columns_of(self.rows, self)
        frame = pd.DataFrame({name: one for name, one in columns.items() if name != "client"})
        client = pd.Series(columns["client"]).astype("Int64")
        frame.insert(2, "client", client.mask(client < 0))
        words = [name for name, one in columns.items() if one.dtype == object]
        return frame.astype(dict.fromkeys(words, "category"))
