"""The same scenario in other words: other names, another order of blocks; and the same ledger."""

from __future__ import annotations

import random
from typing import Any

from flowsim.ledger import EventKind, Ledger
from flowsim.scenario.model import BLOCK_KEYS

Raw = dict[str, Any]
ORDER_COUNTS = {"level", "priority", "order", "serves", "range"}
"""Lists in which the order says something."""


def renamed(raw: Raw) -> Raw:
    """Give every block, area and provider another name."""
    return _replaced(
        raw, {name: f"z{number:02d}_{name[::-1]}" for number, name in enumerate(names(raw))}
    )


def names(raw: Raw) -> list[str]:
    """Return every name that the scenario gives, the last letter of the alphabet first."""
    found = [block[key] for kind, key in BLOCK_KEYS.items() for block in raw.get(kind, [])]
    areas = raw.get("areas", {})
    found += [areas["region"]] if "region" in areas else []
    for name, members in areas.items():
        if name != "region":
            found += [name, *members]
    for block in raw.get("variant", []):
        found += block.get("providers", {})
    return sorted(set(found), reverse=True)


def _replaced(value: Any, new: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {_renamed_path(key, new): _replaced(v, new) for key, v in value.items()}
    if isinstance(value, list):
        return [_replaced(v, new) for v in value]
    return new.get(value, value) if isinstance(value, str) else value


def _renamed_path(key: str, new: dict[str, str]) -> str:
    return ".".join(new.get(part, part) for part in key.split("."))


def shuffled(raw: Raw, seed: int) -> Raw:
    """Put blocks, areas and keys in another order, where the order says nothing."""
    return _shuffled(raw, random.Random(seed), "")


def _shuffled(value: Any, chance: random.Random, key: str) -> Any:
    if isinstance(value, dict):
        items = [(k, _shuffled(v, chance, k)) for k, v in value.items()]
        if key != "providers":  # of equally large providers the first in the file goes first
            chance.shuffle(items)
        return dict(items)
    if isinstance(value, list):
        listed = [_shuffled(v, chance, "") for v in value]
        if key in BLOCK_KEYS and key not in ORDER_COUNTS:
            chance.shuffle(listed)
        return listed
    return value


# ---------------------------------------------------------------- without numbers of the run
def by_client(ledger: Ledger) -> dict[int, list[tuple[Any, ...]]]:
    """Return the rows of each client by its lasting key, without the numbers of this run."""
    out: dict[int, list[tuple[Any, ...]]] = {int(key): [] for key in ledger.clients.key}
    for row in ledger.rows[ledger.rows["kind"] < EventKind.POOL]:
        kind = EventKind(row["kind"])
        said: Any = int(row["ref"])
        if kind in (EventKind.PLACED, EventKind.HOUSED, EventKind.AFTERCARE) and said >= 0:
            said = option(ledger, said)
        elif kind in (EventKind.AWARDED, EventKind.REQUESTED, EventKind.STEPPED_OUT) and said >= 0:
            said = tuple(option(ledger, number) for number in ledger.option_sets[said])
        elif kind in _OF_A_DESK and said >= 0:
            said = ledger.pools[said].area
        key = int(ledger.clients.key[row["client"]])
        out[key].append((float(row["day"]), kind.name, said, int(row["level"]), int(row["why"])))
    return out


_OF_A_DESK = {
    EventKind.NOTIFIED, EventKind.ASSESSING, EventKind.PAPERWORK, EventKind.REVIEW_REQUESTED,
    EventKind.REVIEW_STARTED,
}  # fmt: skip


def option(ledger: Ledger, number: int) -> tuple[Any, ...]:
    """Return an option with pools by what they are."""
    one = ledger.options[number]
    pools = [ledger.pools[p] if p >= 0 else None for p in (one.place, one.team, one.dwelling)]
    named = tuple(p and (p.block, p.area, p.provider) for p in pools)
    return one.variant, one.municipality, named, one.minutes, one.net_minutes
