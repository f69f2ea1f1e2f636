"""Numbers a year with three decimals, which may be thousands in Dutch notation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flowsim.errors import Problem, msg, number
from flowsim.scenario import paths
from flowsim.scenario.amounts import ByArea
from flowsim.scenario.model import Scenario
from flowsim.scenario.raw import plain

KINDS = ("dwellings", "demand")


def thousands(scenario: Scenario) -> Iterator[Problem]:
    """Yield people and dwellings a year such as 1.045, which may be meant as 1045.

    A computed number may have three decimals; that of a range around it is no slip.
    """
    for path, value in _numbers_a_year(scenario):
        known = scenario.provenance.evidence.get(path)
        if known is not None and known.range is not None:
            continue
        for one in _of(value):
            if 1 <= one < 1000 and round(one, 3) == one and round(one, 2) != one:
                found = msg("{written} reads as {value} a year", written=f"{one:.3f}",
                            value=number(one, 3))  # fmt: skip
                allowed = msg(
                    "for a thousand write {plain}; if it is right, say with a range between what "
                    "it lies",
                    plain=f"{one:.3f}".replace(".", ""),
                )
                file = scenario.provenance.file_of(path)
                yield Problem(file=file, path=path, found=found, allowed=allowed)


def _numbers_a_year(scenario: Scenario) -> Iterator[tuple[str, Any]]:
    for stream in scenario.dwellings:
        yield f"dwellings.{paths.part(stream.name)}.per_year", stream.per_year
    for demand in scenario.demand:
        yield f"demand.{paths.part(demand.profile)}.per_year", demand.per_year
    for at, change in enumerate(scenario.change, 1):
        for path, value in change.set.items():
            keys = paths.split(path) or [""]
            if keys[0] in KINDS and keys[2:3] == ["per_year"]:
                yield f"change.{at}.set.{paths.part(path)}", plain(value)


def _of(value: Any) -> list[float]:
    if isinstance(value, ByArea):
        value = value.written()
    values = value.values() if isinstance(value, Mapping) else [value]
    return [float(one) for one in values if isinstance(one, int | float)]
