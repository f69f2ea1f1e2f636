"""A ledger in words: row by row, or the life of one client in sentences.

`rows_told` writes any ledger a line a row, in the words of `flowsim.ledger`. `life_of` tells what
happened to one client, with how long each wait took and on what; `a_few` picks the lives that teach
most. `event_told` tells one row, of a client or of a pool: what parts two futures. Sentences are
messages (`flowsim.errors.Said`), so that they can be said in Dutch too.
"""

from __future__ import annotations

from flowsim.tell.few import Chosen, a_few
from flowsim.tell.life import Moment, headline, life_of
from flowsim.tell.parting import event_told
from flowsim.tell.rows import option_name, pool_name, row_told, rows_told
from flowsim.tell.sentences import kind_told
from flowsim.tell.waits import Wait, waits_of_client
from flowsim.tell.words import Name, plain_name

__all__ = [
    "Chosen",
    "Moment",
    "Name",
    "Wait",
    "a_few",
    "event_told",
    "headline",
    "kind_told",
    "life_of",
    "option_name",
    "plain_name",
    "pool_name",
    "row_told",
    "rows_told",
    "waits_of_client",
]
