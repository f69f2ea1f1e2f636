"""Which block is which, whatever it is called and wherever it stands.

Random numbers and ties need a number for every profile, municipality, variant and pool. A number
taken from the place in the file changes when blocks are moved; one taken from the name changes
when a block is renamed. So blocks are ordered by what they say, with names replaced by what the
named block says; a scenario that extends another keeps the order of its base (by name), and new
blocks come last.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowsim.scenario.geography import Areas
from flowsim.scenario.model import BLOCK_KEYS
from flowsim.scenario.values import is_evidence

ORDERED = ("demand", "desk", "variant", "team", "dwellings")
_ROUNDS = 4
"""Names refer to blocks that refer to blocks; no chain in the language is longer."""


def block_order(
    raw: Mapping[str, Any], anchor: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """Return the names of every kind of block, and of the areas, in their lasting order.

    Parameters
    ----------
    raw
        The tables of a valid scenario.
    anchor
        The order of the base that this scenario extends; empty for a base.
    """
    blocks = {
        kind: {str(b[BLOCK_KEYS[kind]]): b for b in raw.get(kind, [])} for kind in ORDERED
    }
    areas = Areas.parse(_plain(raw["areas"])) if "areas" in raw else Areas()
    order = _area_order(areas)
    words = {n: f"municipality {i}" for i, n in enumerate(order["municipality"])}
    words |= {n: f"subregion {i}" for i, n in enumerate(order["subregion"])}
    words |= {str(b["name"]): f"level {i}" for i, b in enumerate(raw.get("level", []))}
    ranks = {kind: dict.fromkeys(members, 0) for kind, members in blocks.items()}
    for _ in range(_ROUNDS):
        said = dict(words)
        for kind, members in ranks.items():
            for name, rank in members.items():
                said[name] = f"{said.get(name, '')} {kind} {rank}"
        ranks = {kind: _ranked(kind, members, said) for kind, members in blocks.items()}
    for kind, members in ranks.items():
        order[kind] = tuple(sorted(members, key=members.__getitem__))  # stable: ties as written
    return {kind: _anchored(names, anchor.get(kind, ())) for kind, names in order.items()}


def _anchored(names: tuple[str, ...], anchor: tuple[str, ...]) -> tuple[str, ...]:
    kept = tuple(name for name in anchor if name in names)
    return kept + tuple(name for name in names if name not in kept)


def _area_order(areas: Areas) -> dict[str, tuple[str, ...]]:
    population = areas.populations
    whole = {name: areas.population_of("subregion", name) for name, _ in areas.subregions}
    subregions = tuple(sorted(whole, key=lambda name: -whole[name]))
    inside = {m: areas.area_of(m, "subregion") for m in population}
    municipalities = tuple(
        sorted(population, key=lambda m: (-population[m], subregions.index(inside[m])))
    )
    return {"municipality": municipalities, "subregion": subregions}


def _ranked(
    kind: str, members: Mapping[str, Mapping[str, Any]], said: Mapping[str, str]
) -> dict[str, int]:
    labels = {BLOCK_KEYS[kind], "title"}
    keys = {}
    for name, block in members.items():
        content = {k: v for k, v in block.items() if k not in labels}
        keys[name] = (_shape(content, said), _numbers(content, said))
    listed = sorted(set(keys.values()))
    return {name: listed.index(key) for name, key in keys.items()}


def _shape(value: Any, said: Mapping[str, str]) -> str:
    """Return what a value says apart from its numbers."""
    value = _plain(value)
    if isinstance(value, Mapping):
        return repr(sorted((said.get(k, k), _shape(v, said)) for k, v in value.items()))
    if isinstance(value, list | tuple):
        return repr([_shape(v, said) for v in value])
    if isinstance(value, bool):
        return str(value)
    return "#" if isinstance(value, int | float) else said.get(str(value), str(value))


def _numbers(value: Any, said: Mapping[str, str]) -> tuple[float, ...]:
    value = _plain(value)
    if isinstance(value, Mapping):
        items = sorted((said.get(k, k), i, v) for i, (k, v) in enumerate(value.items()))
        return tuple(n for _, _, v in items for n in _numbers(v, said))
    if isinstance(value, list | tuple):
        return tuple(n for v in value for n in _numbers(v, said))
    return (float(value),) if isinstance(value, int | float) else ()


def _plain(value: Any) -> Any:
    return value["value"] if is_evidence(value) else value
