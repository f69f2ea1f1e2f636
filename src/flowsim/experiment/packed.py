"""What a run brought, in a quarter of its memory: many runs wait together to be told.

A process that simulates packs its run before it hands it over, so the one that gathers them reads
little, keeps little, and unpacks a run when it is its turn. What comes out equals what went in.
"""

from __future__ import annotations

import json
import pickle
import zlib
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

from flowsim.metrics import KEYS, Columns, Episodes

_FAST: Final = 1
"""Level of zlib: higher ones save little."""


@dataclass(frozen=True, slots=True)
class PackedColumns:
    """A tidy table; those of the runs of one scenario mostly have the same labels."""

    labels: bytes
    """All but the numbers: equal labels are equal bytes."""
    numbers: bytes

    @classmethod
    def of(cls, columns: Columns) -> PackedColumns:
        """Pack a table."""
        words, codes = zip(*(_coded(columns[key]) for key in KEYS), strict=True)
        text = json.dumps(words).encode("utf-8")
        labels = len(text).to_bytes(8) + text + b"".join(one.tobytes() for one in codes)
        return cls(_pack(labels), _pack(columns["value"].tobytes()))

    def open(self) -> Columns:
        """Return the table."""
        return _labels(self.labels) | {"value": self.values()}

    def values(self) -> npt.NDArray[np.float64]:
        """Return the numbers alone, one a row."""
        return np.frombuffer(zlib.decompress(self.numbers), dtype=np.float64)

    def sharing(self, known: dict[bytes, bytes]) -> PackedColumns:
        """Return the same with labels that are kept once, and note them."""
        return replace(self, labels=known.setdefault(self.labels, self.labels))


@dataclass(frozen=True, slots=True)
class PackedWaits:
    """The waits of a run."""

    packed: bytes

    @classmethod
    def of(cls, waits: Episodes) -> PackedWaits:
        """Pack waits."""
        return cls(_pack(pickle.dumps(waits)))

    def open(self) -> Episodes:
        """Return the waits."""
        return cast(Episodes, pickle.loads(zlib.decompress(self.packed)))


def _pack(said: bytes) -> bytes:
    return zlib.compress(said, _FAST)


def _coded(column: npt.NDArray[Any]) -> tuple[list[str], npt.NDArray[np.int32]]:
    """Return the different words of a column as they first come, and the number of each row's."""
    known: dict[str, int] = {}
    codes = [known.setdefault(word, len(known)) for word in column.tolist()]
    return list(known), np.array(codes, dtype=np.int32)


@lru_cache(maxsize=64)
def _labels(packed: bytes) -> Columns:
    said = zlib.decompress(packed)
    first = 8 + int.from_bytes(said[:8])
    words = json.loads(said[8:first])
    codes = np.frombuffer(said[first:], dtype=np.int32).reshape(len(KEYS), -1)
    columns = {}
    for key, known, code in zip(KEYS, words, codes, strict=True):
        listed = np.empty(len(known), dtype=object)
        listed[:] = known
        columns[key] = listed[code]
    return columns
