"""Where results live: every finished run in one file, from which all else can be made again."""

from __future__ import annotations

from flowsim.store.database import is_begun, refuse_other_kind
from flowsim.store.filling import Filling
from flowsim.store.gate import Damaged, damaged, sound
from flowsim.store.lock import NAME as LOCK
from flowsim.store.lock import Holder, StoreError, locked
from flowsim.store.record import SCHEMA, Asked, Failure, Key, Record, Status
from flowsim.store.store import FILE, Store

__all__ = [
    "FILE",
    "LOCK",
    "SCHEMA",
    "Asked",
    "Damaged",
    "Failure",
    "Filling",
    "Holder",
    "Key",
    "Record",
    "Status",
    "Store",
    "StoreError",
    "damaged",
    "is_begun",
    "locked",
    "refuse_other_kind",
    "sound",
]
