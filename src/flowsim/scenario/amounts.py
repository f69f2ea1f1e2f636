"""Numbers by area and numbers by name."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic.json_schema import JsonSchemaValue

from flowsim.errors import msg
from flowsim.scenario.numbers import is_number, positive, refused
from flowsim.scenario.plain import NUMBER, Written
from flowsim.scenario.toml_text import as_found, as_found_at

UNLIMITED = math.inf
"""The value of a capacity that never binds; written ``"unlimited"``."""


@dataclass(frozen=True, slots=True)
class ByArea(Written):
    """A number for every area of a scale.

    Written as a bare number (the whole region's, shared out by population), ``{ each = n }``
    (every area has this many), ``{ area = n, ... }`` (an area that is left out has none), or
    ``"unlimited"``. At the scale ``region`` there is one area and a bare number is just that.
    """

    each: float | None = None
    total: float | None = None
    areas: tuple[tuple[str, float], ...] = ()

    @classmethod
    def forms(cls) -> JsonSchemaValue:
        """Return the written forms as JSON Schema."""
        return {
            "anyOf": [
                NUMBER,
                {"const": "unlimited"},
                {"type": "object", "additionalProperties": NUMBER},
            ]
        }

    @classmethod
    def parse(cls, raw: object) -> ByArea:
        """Read a number by area from its written form."""
        if isinstance(raw, ByArea):
            return raw
        if is_number(raw):
            return cls(total=positive(raw))
        if raw == "unlimited":
            return cls(each=UNLIMITED)
        if isinstance(raw, Mapping) and raw:
            for key, number in raw.items():
                if not is_number(number) or number < 0:
                    raise refused(
                        as_found_at(str(key), number),
                        msg("expected a number of at least 0 for each area"),
                    )
            if set(raw) == {"each"}:
                return cls(each=float(raw["each"]))
            return cls(areas=tuple((str(key), float(n)) for key, n in raw.items()))
        raise refused(
            as_found(raw),
            msg(
                "allowed: a number (of the whole region, shared out by population), "
                '{ each = n }, { area = n, ... } or "unlimited"'
            ),
        )

    def written(self) -> float | str | dict[str, float]:
        """Return the number as a scenario file writes it."""
        if self.total is not None:
            return self.total
        if self.each is not None:
            return "unlimited" if self.each == UNLIMITED else {"each": self.each}
        return dict(self.areas)

    def spread(self, names: tuple[str, ...], weights: tuple[float, ...]) -> tuple[float, ...]:
        """Return the number of each named area; a total is shared out by ``weights``."""
        if self.total is not None:
            whole = sum(weights)
            return tuple(self.total * weight / whole for weight in weights)
        if self.each is not None:
            return tuple(self.each for _ in names)
        given = dict(self.areas)
        return tuple(given.get(name, 0.0) for name in names)


NO_LIMIT = 1 << 30
"""What an unlimited capacity is in whole numbers."""


def whole_numbers(numbers: tuple[float, ...]) -> tuple[int, ...]:
    """Round to whole numbers that keep the rounded sum (largest remainder; infinite = 2**30)."""
    if any(math.isinf(n) for n in numbers):
        return tuple(NO_LIMIT if math.isinf(n) else round(n) for n in numbers)
    floors = [math.floor(n + 1e-9) for n in numbers]
    short = round(sum(numbers)) - sum(floors)
    order = sorted(range(len(numbers)), key=lambda i: (floors[i] - numbers[i], i))
    for i in order[:short]:
        floors[i] += 1
    return tuple(floors)


@dataclass(frozen=True, slots=True)
class NumberBy(Written):
    """One number for all, or a table of numbers by name (what is left out is 0)."""

    each: float | None = None
    table: tuple[tuple[str, float], ...] = ()

    @classmethod
    def forms(cls) -> JsonSchemaValue:
        """Return the written forms as JSON Schema."""
        return {"anyOf": [NUMBER, {"type": "object", "additionalProperties": NUMBER}]}

    @classmethod
    def parse(cls, raw: object) -> NumberBy:
        """Read a number, or a table of numbers, from its written form."""
        if isinstance(raw, NumberBy):
            return raw
        if is_number(raw):
            return cls(each=positive(raw))
        if isinstance(raw, Mapping) and raw and all(is_number(n) for n in raw.values()):
            return cls(table=tuple((str(key), positive(n)) for key, n in raw.items()))
        raise refused(as_found(raw), msg("allowed: a number, or a table { name = number, ... }"))

    def written(self) -> float | dict[str, float]:
        """Return the number or table as a scenario file writes it."""
        return dict(self.table) if self.each is None else self.each

    def of(self, name: str) -> float:
        """Return the number that holds for ``name``."""
        return dict(self.table).get(name, 0.0) if self.each is None else self.each
