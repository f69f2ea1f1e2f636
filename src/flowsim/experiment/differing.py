"""Where two records of one run differ: exactly, by number, however they are packed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from flowsim.metrics import KEYS, Columns
from flowsim.store import Record
from flowsim.store.packed import Tidy, open_arrays


@dataclass(frozen=True, slots=True)
class Difference:
    """One number that is not the same."""

    where: tuple[str, ...]
    """Table, and what the number is about; of packed columns: column and row."""
    old: object
    """None: it was not there."""
    new: object
    """None: it is no longer there."""


def differences(old: Record, new: Record, *, own: bool = False) -> Iterator[Difference]:
    """Yield all that differs between what a run brought then and now, table by table.

    Parameters
    ----------
    old, new
        Of one run; of further columns those that ``old`` has count.
    own
        Whether metrics of one's own count.

    Raises
    ------
    flowsim.store.StoreError
        When what is stored is damaged.
    """
    if old.digest != new.digest:
        yield Difference(("digest",), old.digest, new.digest)
    if _plain(old.names) != _plain(new.names):
        yield from _words(old.names, new.names)
    for table in ("measures", "costs", "own") if own else ("measures", "costs"):
        yield from _tidy(table, getattr(old, table), getattr(new, table))
    yield from _arrays("waits", old.waits.packed_waits(), new.waits.packed_waits())
    for name in old.more:
        if name in new.more:
            yield from _arrays(name, old.more[name], new.more[name])
        else:
            yield Difference((name,), len(open_arrays(old.more[name])), None)


def _plain(said: Any) -> Any:
    """Return lists and tuples as the same thing."""
    if isinstance(said, Mapping):
        return {kind: _plain(words) for kind, words in said.items()}
    return [_plain(one) for one in said] if isinstance(said, list | tuple) else said


def _words(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    for kind in dict.fromkeys((*old, *new)):
        then, now = _plain(old.get(kind)), _plain(new.get(kind))
        if then != now:
            yield Difference(("names", kind), then, now)


def _tidy(table: str, old: Tidy, new: Tidy) -> Iterator[Difference]:
    then, now = old.open(), new.open()
    if _same_rows(then, now):
        for row in np.flatnonzero(_unequal(then["value"], now["value"])).tolist():
            where = tuple(str(then[key][row]) for key in KEYS)
            yield Difference((table, *where), float(then["value"][row]), float(now["value"][row]))
        return
    before, after = _by_row(then), _by_row(now)
    for where in dict.fromkeys((*before, *after)):
        one, other = before.get(where), after.get(where)
        if one != other:
            yield Difference((table, *where), one, other)


def _same_rows(old: Columns, new: Columns) -> bool:
    return len(old["value"]) == len(new["value"]) and all(
        np.array_equal(old[key], new[key]) for key in KEYS
    )


def _by_row(table: Columns) -> dict[tuple[str, ...], float]:
    rows = zip(*(table[key].tolist() for key in KEYS), strict=True)
    return dict(zip(rows, table["value"].tolist(), strict=True))


def _arrays(table: str, old: bytes, new: bytes) -> Iterator[Difference]:
    then, now = open_arrays(old), open_arrays(new)
    for name in dict.fromkeys((*then, *now)):
        if name not in then or name not in now:
            there = len(then.get(name, ())) if name in then else None
            yield Difference((table, name), there, len(now[name]) if name in now else None)
            continue
        one, other = then[name], now[name]
        if len(one) != len(other):
            yield Difference((table, name), len(one), len(other))
            continue
        for row in np.flatnonzero(_unequal(one, other)).tolist():
            yield Difference((table, name, str(row)), one[row].item(), other[row].item())


def _unequal(old: npt.NDArray[Any], new: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Return where two columns differ; what is no number equals what is no number."""
    differs: npt.NDArray[np.bool_] = old != new
    if old.dtype.kind == "f" and new.dtype.kind == "f":
        differs &= ~(np.isnan(old) & np.isnan(new))
    return differs
