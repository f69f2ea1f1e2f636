"""Small readers of raw tables, as a file gives them: right or wrong."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from flowsim.errors import Said
from flowsim.scenario.geography import Areas
from flowsim.scenario.model import BLOCK_KEYS
from flowsim.scenario.values import ByArea, is_evidence

Raw = Mapping[str, Any]
Finding = tuple[str, Said, Said]
"""Path, what was found, what is allowed."""


def blocks(raw: Raw, kind: str) -> Iterator[tuple[str, Raw]]:
    """Yield the blocks of a kind that have a name, with that name."""
    listed = raw.get(kind)
    for block in listed if isinstance(listed, list) else []:
        if isinstance(block, Mapping) and isinstance(block.get(BLOCK_KEYS[kind]), str):
            yield block[BLOCK_KEYS[kind]], block


def areas_of(raw: Raw) -> Areas:
    """Return the areas; the default where they are left out or wrong."""
    try:
        return Areas.parse(raw["areas"]) if "areas" in raw else Areas()
    except ValueError:
        return Areas()


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


def by_area(value: Any, scale: Any, areas: Areas) -> dict[str, float]:
    """Return a number for every area of a scale; nothing where it is left out or wrong."""
    if value is None or scale not in ("municipality", "subregion", "region"):
        return {}
    names = areas.of_scale(scale)
    weights = tuple(areas.population_of(scale, name) for name in names)
    try:
        return dict(zip(names, ByArea.parse(plain(value)).spread(names, weights), strict=True))
    except ValueError:
        return {}
