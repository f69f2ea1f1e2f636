"""What a run brought, in a quarter of its memory: many runs wait together to be told.

A process that simulates packs its run before it hands it over, so the one that gathers them reads
little, keeps little, and unpacks a run when it is its turn. What comes out equals what went in.
Nothing is unpickled: a store that somebody sent holds numbers and words, never code.
"""

from __future__ import annotations

import json
import zlib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from flowsim.metrics import KEYS, Columns, Episodes

Arrays = Mapping[str, npt.NDArray[Any]]
"""Columns of equal length by name: numbers and booleans, no texts."""
_FAST: Final = 1
"""Level of zlib: higher ones save little."""
MOST: Final = 1 << 29
"""Bytes that are packed together, and so that are unpacked: five million waits of a run."""
MOST_OF_A_TEXT: Final = 1 << 26
"""Bytes of a scenario: eight times what its files may have together."""


def packed_bytes(said: bytes, most: int = MOST, level: int = _FAST) -> bytes:
    """Pack bytes.

    Raises
    ------
    ValueError
        When there are more than are unpacked again.
    """
    if len(said) > most:
        raise ValueError(f"{len(said)} bytes, more than a store reads again ({most})")
    return zlib.compress(said, level)


def unpacked_bytes(packed: bytes, most: int = MOST) -> bytes:
    """Return what was packed, whatever it says: a few bytes may stand for a thousand times more.

    Raises
    ------
    ValueError
        When there are more bytes than are packed together.
    zlib.error
        When nothing was packed like that.
    """
    unpacker = zlib.decompressobj()
    said = unpacker.decompress(packed, most + 1)
    if len(said) > most:
        raise ValueError(f"more than {most} bytes")
    if not unpacker.eof:
        raise zlib.error("it ends before its end")
    return said


def pack_arrays(columns: Arrays) -> bytes:
    """Pack columns; equal columns give equal bytes on every machine."""
    little = {name: _little(column) for name, column in columns.items()}
    if len({len(one) for one in little.values()}) > 1:
        raise ValueError(f"columns of different lengths: {list(little)}")
    head = json.dumps([[name, one.dtype.str] for name, one in little.items()]).encode("utf-8")
    size = len(next(iter(little.values()))) if little else 0
    body = b"".join(one.tobytes() for one in little.values())
    return packed_bytes(len(head).to_bytes(8) + size.to_bytes(8) + head + body)


def open_arrays(packed: bytes) -> dict[str, npt.NDArray[Any]]:
    """Return the columns."""
    said = unpacked_bytes(packed)
    length, size = int.from_bytes(said[:8]), int.from_bytes(said[8:16])
    at, columns = 16 + length, {}
    for name, kind in json.loads(said[16:at]):
        columns[name] = np.frombuffer(said, dtype=np.dtype(kind), count=size, offset=at)
        at += size * np.dtype(kind).itemsize
    return columns


def _little(column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.ascontiguousarray(column, dtype=column.dtype.newbyteorder("<"))


class Tidy(ABC):
    """A tidy table, packed; those of the runs of one scenario mostly have the same labels."""

    __slots__ = ()
    labels: bytes
    """All but the numbers: equal labels are equal bytes."""

    @abstractmethod
    def packed_numbers(self) -> bytes:
        """Return the numbers, packed."""

    def open(self) -> Columns:
        """Return the table."""
        return labels_of(self.labels) | {"value": self.values()}

    def values(self) -> npt.NDArray[np.float64]:
        """Return the numbers alone, one a row."""
        return numbers_of(self.packed_numbers())

    @abstractmethod
    def sharing(self, known: dict[bytes, bytes]) -> Self:
        """Return the same with labels that are kept once, and note them."""


@dataclass(frozen=True, slots=True)
class PackedColumns(Tidy):
    """A tidy table in memory."""

    labels: bytes
    numbers: bytes

    @classmethod
    def of(cls, columns: Columns) -> PackedColumns:
        """Pack a table."""
        words, codes = zip(*(coded(columns[key].tolist()) for key in KEYS), strict=True)
        text = json.dumps(words).encode("utf-8")
        labels = len(text).to_bytes(8) + text + b"".join(one.tobytes() for one in codes)
        return cls(
            packed_bytes(labels), packed_bytes(np.asarray(columns["value"], dtype="<f8").tobytes())
        )

    def packed_numbers(self) -> bytes:
        """Return the numbers, packed."""
        return self.numbers

    def sharing(self, known: dict[bytes, bytes]) -> Self:
        """Return the same with labels that are kept once, and note them."""
        return replace(self, labels=known.setdefault(self.labels, self.labels))


class Waited(ABC):
    """The waits of a run, packed."""

    __slots__ = ()

    @abstractmethod
    def packed_waits(self) -> bytes:
        """Return the waits, packed."""

    def open(self) -> Episodes:
        """Return the waits."""
        return waits_of(self.packed_waits())


@dataclass(frozen=True, slots=True)
class PackedWaits(Waited):
    """The waits of a run in memory."""

    packed: bytes

    @classmethod
    def of(cls, waits: Episodes) -> PackedWaits:
        """Pack waits."""
        return cls(pack_arrays({one.name: getattr(waits, one.name) for one in fields(waits)}))

    def packed_waits(self) -> bytes:
        """Return the waits, packed."""
        return self.packed


def numbers_of(packed: bytes) -> npt.NDArray[np.float64]:
    """Return the numbers of a tidy table."""
    return np.frombuffer(unpacked_bytes(packed), dtype="<f8")


def waits_of(packed: bytes) -> Episodes:
    """Return waits.

    Raises
    ------
    TypeError
        When a column is not there, or is of another kind than flowsim packs.
    """
    columns = open_arrays(packed)
    for name, one in columns.items():
        wanted = "f" if name in _DAYS else "b" if name == "counts" else "i"
        if one.dtype.kind != wanted:
            raise TypeError(name)
    return Episodes(**columns)


_DAYS: Final = ("start", "entry", "wait", "transition", "assessor", "assessment", "paperwork")
"""Columns of waits in days; ``counts`` is yes or no, and all others are numbers of something."""


def names_of(said: str) -> dict[str, tuple[Any, ...]]:
    """Return what numbers in packed columns stand for, by kind.

    Raises
    ------
    ValueError
        When they are no names.
    """
    found = {kind: tuple(words) for kind, words in json.loads(said).items()}
    words = [word for kind, listed in found.items() for one in listed
             for word in (one if kind == "pools" else [one])]  # fmt: skip
    if found.keys() != set(NAMES) or not all(isinstance(one, str) for one in words):
        raise ValueError(said)
    if any(len(one) != 4 for one in found["pools"]):
        raise ValueError(said)
    return found


NAMES: Final = ("municipalities", "profiles", "variants", "levels", "pools")
"""Kinds of things that numbers stand for; a pool has a kind, block, provider and area."""


def coded(rows: Sequence[str]) -> tuple[list[str], npt.NDArray[np.int32]]:
    """Return the different words as they first come, and which of them stands in each row."""
    known = {word: code for code, word in enumerate(dict.fromkeys(rows))}
    return list(known), np.fromiter(map(known.__getitem__, rows), "<i4", len(rows))


def coded_labels_of(packed: bytes) -> dict[str, tuple[list[str], npt.NDArray[np.int32]]]:
    """Return the words of each column of a tidy table, and which of them stands in each row."""
    said = unpacked_bytes(packed)
    first = 8 + int.from_bytes(said[:8])
    words = json.loads(said[8:first])
    codes = np.frombuffer(said[first:], dtype="<i4").reshape(len(KEYS), -1)
    return dict(zip(KEYS, zip(words, codes, strict=True), strict=True))


def size_of_labels(packed: bytes) -> int:
    """Return how many rows have these labels.

    Raises
    ------
    ValueError
        When they are no labels.
    """
    size = 0
    for known, code in coded_labels_of(packed).values():
        size = len(code)
        if not all(isinstance(word, str) for word in known):
            raise ValueError(known)
        if size and not 0 <= code.min() <= code.max() < len(known):
            raise ValueError(known)
    return size


@lru_cache(maxsize=64)
def labels_of(packed: bytes) -> Columns:
    """Return the words of a tidy table, as `PackedColumns.labels` holds them."""
    columns = {}
    for key, (known, code) in coded_labels_of(packed).items():
        listed = np.empty(len(known), dtype=object)
        listed[:] = known
        columns[key] = listed[code]
    return columns
