"""Which block is which, whatever it is called and wherever it stands.

Random numbers and ties need a number for every profile, municipality, variant and pool. A number
taken from the place in the file changes when blocks are moved; one taken from the name changes
when a block is renamed. So blocks are ordered by what they say, with names replaced by what the
named block says; a scenario that extends another keeps the order of its base (by name), and new
blocks come last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from flowsim.scenario.geography import Areas
from flowsim.scenario.model import BLOCK_KEYS, Scenario
from flowsim.scenario.values import AreasOf, Ref, is_evidence

Said = Mapping[str, Mapping[str, str]]
"""What stands for a name, by kind: two kinds may use one name for different things."""

ORDERED = tuple(kind for kind in BLOCK_KEYS if kind != "level")
"""Kinds of block whose names have a lasting order; levels stand in the order of their need."""
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
    blocks = {kind: {str(b[BLOCK_KEYS[kind]]): b for b in raw.get(kind, [])} for kind in ORDERED}
    areas = Areas.parse(raw["areas"]) if "areas" in raw else Areas()
    order = _area_order(areas)
    said = {
        "area": {areas.region: "region"}
        | {name: f"{kind} {i}" for kind in order for i, name in enumerate(order[kind])},
        "level": {str(b["name"]): f"level {i}" for i, b in enumerate(raw.get("level", []))},
    }
    ranks = {kind: dict.fromkeys(members, 0) for kind, members in blocks.items()}
    for _ in range(_ROUNDS):
        for kind, members in ranks.items():
            said[kind] = {name: f"{kind} {rank}" for name, rank in members.items()}
        providers = _providers(raw, blocks["variant"], ranks["variant"])
        said["provider"] = {name: f"provider {rank}" for rank, name in enumerate(providers)}
        ranks = {kind: _ranked(kind, members, said) for kind, members in blocks.items()}
    for kind, members in ranks.items():
        order[kind] = tuple(sorted(members, key=members.__getitem__))  # stable: ties as written
    order["provider"] = _providers(raw, blocks["variant"], ranks["variant"])
    order = {kind: _anchored(names, anchor.get(kind, ())) for kind, names in order.items()}
    # who lives with a provider, or prefers one, does so also where it has no places any more
    order["provider"] = tuple(dict.fromkeys((*anchor.get("provider", ()), *order["provider"])))
    return order


def _providers(
    raw: Mapping[str, Any], variants: Mapping[str, Mapping[str, Any]], rank: Mapping[str, int]
) -> tuple[str, ...]:
    """Return the providers in the order of their variants, then as written; those of a change last.

    As in a table of providers, only their order in the file counts.
    """
    listed = [variants[name].get("providers", {}) for name in sorted(rank, key=rank.__getitem__)]
    for change in raw.get("change", []):
        changed = change.get("set", {})
        listed += [changed[path] for path in changed if path.endswith(".providers")]
    return tuple(dict.fromkeys(name for table in listed for name in table))


def _anchored(names: tuple[str, ...], anchor: tuple[str, ...]) -> tuple[str, ...]:
    there = set(names)
    kept = tuple(name for name in anchor if name in there)
    known = set(kept)
    return kept + tuple(name for name in names if name not in known)


def _area_order(areas: Areas) -> dict[str, tuple[str, ...]]:
    population = areas.populations
    whole = {name: areas.population_of("subregion", name) for name, _ in areas.subregions}
    subregions = tuple(sorted(whole, key=lambda name: -whole[name]))
    inside = {m: areas.area_of(m, "subregion") for m in population}
    rank = {name: i for i, name in enumerate(subregions)}
    municipalities = tuple(sorted(population, key=lambda m: (-population[m], rank[inside[m]])))
    return {"municipality": municipalities, "subregion": subregions}


def _ranked(kind: str, members: Mapping[str, Mapping[str, Any]], said: Said) -> dict[str, int]:
    labels = {BLOCK_KEYS[kind], "title"}
    keys = {}
    for name, block in members.items():
        content = {k: v for k, v in block.items() if k not in labels}
        keys[name] = (_shape(content, said, ""), _numbers(content, said, ""))
    listed = sorted(set(keys.values()))
    return {name: listed.index(key) for name, key in keys.items()}


def _shape(value: Any, said: Said, kind: str) -> str:
    """Return what a value says apart from its numbers; ``kind`` tells what its names name."""
    value = _plain(value)
    if isinstance(value, Mapping):
        return repr([(key, _shape(v, said, below)) for key, v, below in _items(value, said, kind)])
    if isinstance(value, list | tuple):
        return repr([_shape(v, said, kind) for v in value])
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return "#"
    return said.get(kind, {}).get(str(value), str(value))


def _numbers(value: Any, said: Said, kind: str) -> tuple[float, ...]:
    value = _plain(value)
    if isinstance(value, Mapping):
        items = _items(value, said, kind)
        return tuple(n for _, v, below in items for n in _numbers(v, said, below))
    if isinstance(value, list | tuple):
        return tuple(n for v in value for n in _numbers(v, said, kind))
    return (float(value),) if isinstance(value, int | float) else ()


def _items(value: Mapping[str, Any], said: Said, kind: str) -> list[tuple[str, Any, str]]:
    """Return the items of a table in an order of their own, with what the names below name."""
    if kind == "providers":  # free labels: only their order in the file counts
        return [("", v, "area") for v in value.values()]
    if kind:
        items = [(said[kind].get(key, key), v, kind) for key, v in value.items()]
    else:
        items = [(key, v, _names_in().get(key, "")) for key, v in value.items()]
    return sorted(items, key=lambda item: item[0])


@cache
def _names_in() -> dict[str, str]:
    """Return what the names in each field of a block name: levels, teams, areas ..."""
    found: dict[str, str] = {"providers": "providers"}
    kinds = {"profile": "demand", "municipality": "area"}
    for block in ORDERED:
        for model in models_in(Scenario.model_fields[block].annotation):
            for key, info in model.model_fields.items():
                for mark in marks_in(info.annotation, tuple(info.metadata)):
                    kind = "area" if isinstance(mark, AreasOf) else kinds.get(mark.kind, mark.kind)
                    found.setdefault(key, kind)
    return found


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models that an annotation holds, at any depth."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for info in annotation.model_fields.values():
            yield from models_in(info.annotation)
    for inner in get_args(annotation):
        yield from models_in(inner)


def named_in(value: Any, kind: str) -> Iterator[str]:
    """Yield every name of a kind of block that a scenario, or a part of one, gives."""
    if isinstance(value, BaseModel):
        for key, info in type(value).model_fields.items():
            below = getattr(value, key)
            marks = marks_in(info.annotation, tuple(info.metadata))
            if isinstance(below, str) and any(getattr(mark, "kind", "") == kind for mark in marks):
                yield below
            yield from named_in(below, kind)
    elif isinstance(value, tuple):
        for one in value:
            yield from named_in(one, kind)


def marks_in(annotation: Any, marks: tuple[Any, ...] = ()) -> Iterator[Ref | AreasOf]:
    """Yield the marks of a field that say what its names name."""
    yield from (mark for mark in marks if isinstance(mark, Ref | AreasOf))
    for inner in get_args(annotation):
        if isinstance(inner, Ref | AreasOf):
            yield inner
        else:
            yield from marks_in(inner)


def _plain(value: Any) -> Any:
    return value["value"] if is_evidence(value) else value
