"""Amounts with three decimals, which may be thousands in Dutch notation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from flowsim.errors import Problem, msg, number
from flowsim.scenario import paths
from flowsim.scenario.gate import is_amount, of_the_language
from flowsim.scenario.model import BLOCK_KEYS, Scenario
from flowsim.scenario.raw import plain


def thousands(scenario: Scenario) -> Iterator[Problem]:
    """Yield people a year, days or euros such as 1.045, which may be meant as 1045.

    A computed number may have three decimals; that of a range around it is no slip.
    """
    for keys, value in _values(scenario, ()):
        if not is_amount(of_the_language(keys)) or _has_range(scenario, keys):
            continue
        for one in _of(value):
            if 1 <= one < 1000 and round(one, 3) == one and round(one, 2) != one:
                yield _told(scenario, keys, one)
                break


def _told(scenario: Scenario, keys: tuple[str, ...], one: float) -> Problem:
    path, written, value = paths.join(keys), f"{one:.3f}", number(one, 3)
    yearly = of_the_language(keys)[2:3] == ["per_year"]
    found = (
        msg("{written} reads as {value} a year", written=written, value=value)
        if yearly
        else msg("{written} reads as {value}", written=written, value=value)
    )
    allowed = msg(
        "for a thousand write {plain}; if it is right, say with a range between what it lies",
        plain=written.replace(".", ""),
    )
    file = scenario.provenance.file_of(path)
    return Problem(file=file, path=path, found=found, allowed=allowed)


def _values(value: Any, keys: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every key of the language, and every path that a dated change sets, with its value."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _values(getattr(value, name), (*keys, name))
    elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        name = BLOCK_KEYS.get(keys[-1], "variant" if keys[-1] == "waiting" else "")
        for at, block in enumerate(value, 1):
            yield from _values(block, (*keys, str(getattr(block, name, at))))
    elif keys[:1] == ("change",) and keys[2:] == ("set",):
        for path, below in value.items():
            yield (*keys, path), plain(below)
    else:
        yield keys, value


def _has_range(scenario: Scenario, keys: tuple[str, ...]) -> bool:
    known = scenario.provenance.evidence.get(paths.join(keys))
    return known is not None and known.range is not None


def _of(value: Any) -> Iterator[float]:
    """Yield the numbers of a value, but for what says how much a duration varies."""
    value = value.written() if hasattr(value, "written") else value
    if isinstance(value, Mapping):
        for key, below in value.items():
            if key not in ("cv", "weight"):
                yield from _of(below)
    elif isinstance(value, list | tuple):
        for below in value:
            yield from _of(below)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)
