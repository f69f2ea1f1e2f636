"""The range of a number that is not sure: between what it may lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flowsim.errors import msg, verbatim
from flowsim.scenario.raw import Finding, Raw, number
from flowsim.scenario.values import Duration


def range_problems(evidence: Raw, path: str) -> Iterator[Finding]:
    """Yield what is wrong with the range of an evidence table.

    One pair holds the number, the mean of the duration, or every number of the table that is the
    value; a table of pairs says it for each key of the value.
    """
    said, value = evidence.get("range"), evidence.get("value")
    if said is None and evidence.get("moves_with") is not None:
        found = msg("moves_with without a range")
        yield f"{path}.moves_with", found, msg("give {key}", key="range")
    if isinstance(said, Mapping):
        values = value if isinstance(value, Mapping) else {}
        if strange := [key for key in said if key not in values]:
            found = verbatim(", ".join(map(str, strange)))
            yield f"{path}.range", found, msg("a range for each key of the value")
            return
        for key, pair in said.items():
            yield from _pair(pair, [values[key]], f"{path}.range.{key}")
    else:
        yield from _pair(said, _numbers_in(value), f"{path}.range")


def _pair(pair: object, values: list[Any], path: str) -> Iterator[Finding]:
    ends = [number(end) for end in pair] if isinstance(pair, list | tuple) else []
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        return  # no pair of numbers: the schema says so
    low, high = ends[0], ends[1]
    inside = [v for one in values if (v := number(one)) is not None]
    beyond = [v for v in inside if not low <= v <= high]
    if low > high or beyond:
        around = beyond or inside
        found = msg("{low} to {high}", low=low, high=high)
        if around:
            found = msg("{low} to {high} around {value}", low=low, high=high, value=around[0])
        yield path, found, msg("[lowest, highest], with the value between them")


def _numbers_in(value: Any) -> list[Any]:
    """Return the numbers that one pair must hold: of a duration its mean alone."""
    if not isinstance(value, Mapping):
        return [value]
    try:
        return [Duration.parse(value).mean]
    except (ValueError, TypeError):
        return list(value.values())
