"""Records as a run gives them, without a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from flowsim.metrics import Episodes, stack, table
from flowsim.store import Filling, Key, Record
from flowsim.store.packed import PackedColumns, PackedWaits

NAMES = {
    "municipalities": ("Zoë's", "meppel"),
    "profiles": ("youth",),
    "variants": ("bw", "bt"),
    "levels": ("light", "heavy"),
    "pools": (["place", "bw", "linde", "Zoë's"], ["desk", "access", "", "Zoë's"]),
}


def key(**changes: Any) -> Key:
    """Return a key, with something else in it."""
    said: dict[str, Any] = {
        "scenario": "s" * 64, "today": "t" * 64, "seed": 1, "replication": 0,
        "path_code": "p" * 64, "code": "c" * 64, "own": "",
    }  # fmt: skip
    return Key(**(said | changes))


def waits(days: tuple[float, ...] = (0.0, 12.5, 99.0)) -> Episodes:
    """Return waits of these lengths, of clients 0, 1, 2 ...; the first one is not counted."""
    n = len(days)
    whole = {"kind": np.int8, "client": np.int64, "ending": np.int8, "municipality": np.int16,
             "profile": np.int16, "variant": np.int64, "held": np.int64, "level": np.int8,
             "got": np.int64}  # fmt: skip
    columns: dict[str, Any] = {name: np.zeros(n, dtype) for name, dtype in whole.items()}
    columns |= {name: np.zeros(n) for name in ("start", "entry", "assessor", "assessment")}
    columns |= {"transition": np.full(n, np.nan), "paperwork": np.full(n, np.nan)}
    columns |= {"wait": np.array(days), "client": np.arange(n), "got": np.full(n, -1)}
    columns |= {"kind": np.ones(n, np.int8), "counts": np.arange(n) > 0}
    columns["municipality"] = np.arange(n, dtype=np.int16) % 2
    return Episodes(**columns)


def record(replication: int = 0, scenario: str = "base", **changes: Any) -> Record:
    """Return the record of a replication; its numbers differ from those of another."""
    persons = table(
        "persons",
        [[replication + 0.25, 2.0], [3.0, 4.0]],
        {"period": ("2026", "2027"), "municipality": ("Zoë's", "meppel")},
    )
    said: dict[str, Any] = {
        "scenario": scenario,
        "replication": replication,
        "measures": PackedColumns.of(persons),
        "costs": PackedColumns.of(table("cost_eur", [1e6 / 3], {"period": ("2026",)})),
        "own": PackedColumns.of(stack([])),
        "waits": PackedWaits.of(waits()),
        "names": NAMES,
        "digest": f"{replication:064d}",
        "cpu_seconds": (0.1, 0.2, 0.3, 0.4),
        "seconds": 1.5,
        "host": "here",
        "more": {},
    }
    return Record(**(said | changes))


def filled(store: Filling, replications: range, more: Mapping[str, bytes] | None = None) -> None:
    """Put replications of one scenario in a store."""
    store.know({"s" * 64: ("base", "{}")})
    for number in replications:
        store.put(key(replication=number), record(number, more=more or {}))
