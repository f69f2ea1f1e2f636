"""Small readers of raw tables, as a file gives them: right or wrong."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flowsim.errors import Said
from flowsim.scenario.geography import Areas
from flowsim.scenario.model import BLOCK_KEYS
from flowsim.scenario.values import ByArea, Scale, is_evidence

Raw = Mapping[str, Any]
Finding = tuple[str, Said, Said]
"""Path, what was found, what is allowed."""
SCALES: Final[tuple[Scale, ...]] = ("municipality", "subregion", "region")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A value that is there and was refused: what it was meant to be, nobody knows."""

    was: Any


def unreadable(*values: Any) -> bool:
    """Tell whether one of these values was refused, or the value of its evidence."""
    return any(isinstance(plain(value), Unreadable) for value in values)


def whole(raw: Raw, kind: str) -> bool:
    """Tell whether all blocks of a kind have a name that can be read.

    If not, a name that is not found may be that of such a block.
    """
    listed = raw.get(kind, [])
    return isinstance(listed, list) and len(list(blocks(raw, kind))) == len(listed)


def blocks(raw: Raw, kind: str) -> Iterator[tuple[str, Raw]]:
    """Yield the blocks of a kind that have a name, with that name."""
    listed = raw.get(kind)
    for block in listed if isinstance(listed, list) else []:
        if isinstance(block, Mapping) and isinstance(block.get(BLOCK_KEYS[kind]), str):
            yield block[BLOCK_KEYS[kind]], block


def beside(kind: str, over: list[Any], *others: Any) -> Iterator[tuple[Any, str, list[Any]]]:
    """Yield each block of a list, its name, and the blocks of that name in other lists.

    One that has no name that can be read has "", and nothing beside it; nor has one without its
    like in a list, or in what is none.
    """
    listed = [dict(blocks({kind: one}, kind)) for one in others]
    names = {id(block): name for name, block in blocks({kind: over}, kind)}
    for one in over:
        name = names.get(id(one), "")
        yield one, name, [inherited.get(name) for inherited in listed]


def areas_of(raw: Raw) -> Areas | None:
    """Return the areas; the default where they are left out, None where they are wrong."""
    try:
        return Areas.parse(raw["areas"]) if "areas" in raw else Areas()
    except ValueError:
        return None


def areas_named(raw: Raw) -> dict[str, list[str]] | None:
    """Return the names of the areas by scale, also where their inhabitants cannot be read.

    None where the tables that name them cannot be.
    """
    if "areas" not in raw:
        areas = Areas()
        return {scale: list(areas.of_scale(scale)) for scale in SCALES}
    given = raw["areas"]
    given = given.was if isinstance(given, Unreadable) else given
    if not isinstance(given, Mapping):
        return None
    region = given.get("region", "region")
    tables = {str(name): below for name, below in given.items() if name != "region"}
    tables = {name: t.was if isinstance(t, Unreadable) else t for name, t in tables.items()}
    if (
        not tables
        or not isinstance(region, str)
        or not all(isinstance(table, Mapping) and table for table in tables.values())
    ):
        return None
    municipalities = [str(name) for table in tables.values() for name in table]
    return {"municipality": municipalities, "subregion": list(tables), "region": [region]}


def number(value: Any) -> float | None:
    """Return a finite number, or None where it is something else."""
    value = plain(value)
    good = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if good and math.isfinite(value) else None


def all_numbers(value: Mapping[str, Any]) -> bool:
    """Tell whether all values of a table are numbers."""
    return all(number(v) is not None for v in value.values())


def plain(value: Any) -> Any:
    """Return a value without the evidence around it."""
    return value["value"] if is_evidence(value) else value


def by_area(value: Any, scale: Any, areas: Areas | None) -> dict[str, float]:
    """Return a number for every area of a scale; nothing where it is left out or wrong."""
    if value is None or areas is None or scale not in SCALES:
        return {}
    names = areas.of_scale(scale)
    weights = tuple(areas.population_of(scale, name) for name in names)
    try:
        parsed = ByArea.parse(plain(value))
    except ValueError:
        return {}
    if not {name for name, _ in parsed.areas} <= set(names):
        return {}  # of an area that is not there nobody knows which it is
    return dict(zip(names, parsed.spread(names, weights), strict=True))
