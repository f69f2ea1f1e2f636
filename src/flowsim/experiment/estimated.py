"""Tables of estimates that a store keeps beside its runs, so that no command makes them again.

They are told by all that they are made of: the runs in their order, the code, and the libraries. A
run more, another scenario or other code gives another hash, and then they are made anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from flowsim.experiment.batch import Batch
from flowsim.experiment.environment import versions
from flowsim.experiment.tables.packed_frame import open_frame, pack_frame
from flowsim.store import Filling, Store, StoreError, sound

if TYPE_CHECKING:
    import pandas as pd

NAMES: Final = (
    "summary", "by_municipality", "by_year", "by_area", "over_time", "balance", "dwellings",
    "staff", "chains", "occupancy", "futures", "longest_waits",
)  # fmt: skip
"""Tables of estimates of `Results`, and of the means of the replications."""
KEPT: Final = (*NAMES, "warned")
"""What a store keeps of `Results`: these, and what the scenarios warn of."""


class Estimated:
    """The tables of estimates that a store has of a batch, each read when it is asked for."""

    def __init__(self, store: Store, batch: Batch) -> None:
        self._store = store
        self._batch = batch
        self._read: set[str] = set()
        self._handed: dict[str, bytes] = {}

    @property
    def folder(self) -> Path:
        """Where the store is."""
        return self._store.path.parent

    @cached_property
    def made_of(self) -> str:
        """Hash of all that the tables depend on."""
        return made_of(self._store, self._batch)

    def has(self, name: str) -> bool:
        """Tell whether a table need not be made, as far as its checksum tells."""
        return name in self._handed or self._store.derived(self.made_of, name) is not None

    def hand(self, name: str, packed: bytes) -> None:
        """Take a table that another process made of the same runs."""
        self._handed[name] = packed

    def get(self, name: str) -> pd.DataFrame | None:
        """Return a table; None: nobody has made it."""
        if name in self._handed:
            return open_frame(self._handed[name])
        packed = self._store.derived(self.made_of, name)
        if packed is None:
            return None
        try:
            with sound(self._store.path, "derived.packed"):
                found = open_frame(packed)
        except StoreError:  # it is made again
            return None
        self._read.add(name)
        return found

    def _new(self, made: Mapping[str, object]) -> dict[str, bytes]:
        """Return what was made that the store does not have, packed; by name."""
        known = {*self._read, *self._handed}
        names = [one for one in KEPT if one in made and one not in known]
        packed = {name: pack_frame(cast("pd.DataFrame", made[name])) for name in names}
        return self._handed | {name: one for name, one in packed.items() if one is not None}

    def put(self, store: Filling, made: Mapping[str, object]) -> None:
        """Keep what is new; a disk that is full keeps nobody from the results themselves.

        ``made``: all that results have worked out by now (``vars(results)``), by name.
        """
        if new := self._new(made):
            with suppress(StoreError):
                store.derive(self.made_of, new)

    def put_in(self, folder: Path, made: Mapping[str, object]) -> None:
        """Keep what is new in the store of a folder, if it can be written; close it first."""
        if new := self._new(made):
            made_of = self.made_of
            with suppress(StoreError), Filling.of(folder) as store:
                store.derive(made_of, new)


def made_of(store: Store, batch: Batch) -> str:
    """Return a hash of all that the tables of estimates of a batch depend on."""
    keys = store.keys()
    said = [versions(), batch.keys, dict(batch.own_units),
            [keys[one.scenario, one.replication] for one in batch.runs]]  # fmt: skip
    return hashlib.sha256(json.dumps(said).encode("utf-8")).hexdigest()
