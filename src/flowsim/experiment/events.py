"""What happened to each client, kept on request: for process mining and for animation."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from flowsim.ledger import EventKind
from flowsim.metrics import Reading
from flowsim.metrics.lives.history import in_place
from flowsim.metrics.lives.waits import kind_of_wait
from flowsim.store.packed import pack_arrays

NAME: Final = "events"
"""Of the columns, in the store."""
AT_A_DESK: Final = (
    EventKind.NOTIFIED, EventKind.ASSESSING, EventKind.PAPERWORK, EventKind.REVIEW_REQUESTED,
    EventKind.REVIEW_STARTED,
)  # fmt: skip
"""Events whose resource is the desk; that of all others is the place that is held after them."""


def packed_events(reading: Reading) -> bytes:
    """Return the events of a run by client and then as they happened, packed.

    ======== ===== =====================================================================
    column   type  meaning
    ======== ===== =====================================================================
    client   int32 number of the client, as in the waits
    day      f8    days since the start date; of who was there then, negative
    kind     int8  `flowsim.ledger.EventKind`
    level    int8  support level after it
    why      int16 as in the ledger
    waits    int8  what the client waits for after it: index in `flowsim.metrics.KINDS`; -1
    resource int32 pool of the desk, or of the place held after it; -1: none
    ======== ===== =====================================================================
    """
    past = reading.history
    columns: dict[str, npt.NDArray[Any]] = {
        "client": past.client.astype(np.int32),
        "day": past.day,
        "kind": past.kind.astype(np.int8),
        "level": past.level,
        "why": past.why.astype(np.int16),
        "waits": kind_of_wait(past.state, past.request),
    }
    held = np.where(in_place(past.state), past.options.place[past.option], -1)
    desk = np.isin(past.kind, AT_A_DESK)
    columns["resource"] = np.where(desk, past.ref, held).astype(np.int32)
    return pack_arrays(columns)
