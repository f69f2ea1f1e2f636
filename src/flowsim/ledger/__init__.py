"""The ledger: everything that happened in one run, and nothing else.

The simulation writes rows and measures nothing; every wait, count, cause and cost is computed
from the rows afterwards. A row is ``(day, client, ref, kind, level, why)``:

======== ======= =====================================================================
column   type    meaning
======== ======= =====================================================================
day      float64 days since the start date; rows of the start carry the true (negative)
                 day on which that state began
client   int32   client number; in pool rows the free amount (places, minutes, dwellings)
ref      int32   what the row refers to: a pool, an option or a set of options (per kind)
kind     int8    `EventKind`
level    int8    true support level after the event; -1 in pool rows
why      int16   per kind: `RequestKind`, `How`, `Reason`, `RefusedBy` or `LostBecause`
======== ======= =====================================================================

Rows stand in the order in which they happened. Rows of the start come first. Within an instant
rows follow the rules of ``docs/model.md``: events by rank and client, then the settling of queues.
"""

from flowsim.ledger.frame import Row
from flowsim.ledger.kinds import EventKind
from flowsim.ledger.ledger import Ledger
from flowsim.ledger.rows import ROW, pack
from flowsim.ledger.states import STATE_AFTER, STATE_OF_REQUEST, State
from flowsim.ledger.tables import ClientTable, Option, PoolInfo
from flowsim.ledger.whys import How, LostBecause, Reason, RefusedBy, RequestKind

__all__ = [
    "ROW",
    "STATE_AFTER",
    "STATE_OF_REQUEST",
    "ClientTable",
    "EventKind",
    "How",
    "Ledger",
    "LostBecause",
    "Option",
    "PoolInfo",
    "Reason",
    "RefusedBy",
    "RequestKind",
    "Row",
    "State",
    "pack",
]
