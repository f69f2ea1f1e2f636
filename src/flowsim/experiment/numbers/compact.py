"""Many arrays of numbers in little room: most are whole numbers, and many are 0 throughout."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from flowsim.experiment.estimates.intervals import Array

Key = tuple[str, str, str, str]
"""What a number is about, but for its period: the columns of `KEY`."""
_TYPES: Final = (np.dtype(np.uint8), np.dtype(np.uint16), np.dtype(np.float64))
"""What numbers are kept as: the first that holds them all, exactly."""


class Compact(Mapping[Key, Array]):
    """Arrays of one shape, scenarios x replications x years, by what they are about.

    What comes out equals what went in.
    """

    def __init__(
        self, shape: tuple[int, ...], kept: Mapping[Key, npt.NDArray[Any] | None] | None = None
    ) -> None:
        self._kept = dict(kept or {})
        """None: 0 throughout."""
        self._nothing: Array = np.zeros(shape)
        self._nothing.flags.writeable = False

    def put(self, scenario: int, replication: int, keys: Sequence[Key], values: Array) -> None:
        """Keep the numbers of one run: keys x years."""
        for key, kind, row in zip(keys, _kinds(values), values, strict=True):
            kept = self._kept.setdefault(key, None)
            if kind < 0:
                continue
            needed = _TYPES[kind]
            if kept is None:
                kept = self._kept[key] = np.zeros(self._nothing.shape, needed)
            elif kept.itemsize < needed.itemsize:
                kept = self._kept[key] = kept.astype(needed)
            kept[scenario, replication] = row

    def only(self, keys: Collection[Key]) -> Compact:
        """Return some of the arrays."""
        return Compact(self._nothing.shape, {key: self._kept[key] for key in keys})

    def some(self, key: Key) -> bool:
        """Tell whether an array is not 0 throughout."""
        return self._kept[key] is not None

    def __getitem__(self, key: Key) -> Array:
        kept = self._kept[key]
        return self._nothing if kept is None else kept.astype(np.float64, copy=False)

    def __iter__(self) -> Iterator[Key]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)


def _kinds(values: Array) -> list[int]:
    """Return for each row the index in `_TYPES` of what holds its numbers; -1: all are 0."""
    most, least = values.max(axis=1), values.min(axis=1)
    whole = (values == np.floor(values)).all(axis=1) & (least >= 0)
    tests = [~values.any(axis=1), whole & (most < 1 << 8), whole & (most < 1 << 16)]
    kinds: list[int] = np.select(tests, [-1, 0, 1], 2).tolist()
    return kinds
