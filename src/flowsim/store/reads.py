"""Columns of a run in a store, read when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

from flowsim.metrics import Episodes
from flowsim.store.gate import sound
from flowsim.store.packed import Tidy, Waited, numbers_of, open_arrays, waits_of


class Parts(Protocol):
    """What has the parts of runs: `flowsim.store.Store`."""

    path: Path

    def part(self, run: int, what: str) -> bytes:
        """Return packed columns of a run."""

    def size(self, labels: bytes) -> int:
        """Return the rows of a tidy table with these labels."""


@dataclass(frozen=True, slots=True)
class StoredColumns(Tidy):
    """A tidy table in a store."""

    labels: bytes
    store: Parts
    run: int
    what: str

    def packed_numbers(self) -> bytes:
        """Read the numbers."""
        return self.store.part(self.run, self.what)

    def values(self) -> npt.NDArray[np.float64]:
        """Return the numbers alone, one a row."""
        packed = self.packed_numbers()
        with sound(self.store.path, f"part.{self.what}"):
            values = numbers_of(packed)
            if len(values) != self.store.size(self.labels):
                raise ValueError(len(values))
        return values

    def sharing(self, known: dict[bytes, bytes]) -> Self:
        """Return the same: the store holds its labels once."""
        return self


@dataclass(frozen=True, slots=True)
class StoredWaits(Waited):
    """The waits of a run in a store."""

    store: Parts
    run: int

    def packed_waits(self) -> bytes:
        """Read the waits."""
        return self.store.part(self.run, "waits")

    def open(self) -> Episodes:
        """Return the waits."""
        packed = self.packed_waits()
        with sound(self.store.path, "part.waits"):
            return waits_of(packed)


@dataclass(frozen=True, slots=True)
class StoredMore(Mapping[str, bytes]):
    """Further columns of a run."""

    store: Parts
    run: int
    names: tuple[str, ...]

    def __getitem__(self, what: str) -> bytes:
        if what not in self.names:
            raise KeyError(what)
        packed = self.store.part(self.run, what)
        with sound(self.store.path, f"part.{what}"):
            open_arrays(packed)
        return packed

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)
