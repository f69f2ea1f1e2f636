"""Lengths of time and amounts of work, with their distributions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic.json_schema import JsonSchemaValue
from pydantic_core import PydanticCustomError

from flowsim.errors import msg
from flowsim.scenario.numbers import is_number, positive, refused
from flowsim.scenario.plain import NUMBER, Written
from flowsim.scenario.toml_text import as_found

FAMILIES: dict[str, tuple[str, ...]] = {
    "constant": (),
    "exponential": (),
    "gamma": ("cv",),
    "lognormal": ("cv",),
    "uniform": (),
    "triangular": (),
    "hyperexponential": ("weight",),
}
_ARITY = {"uniform": 2, "triangular": 3, "hyperexponential": 2}


@dataclass(frozen=True, slots=True)
class Duration(Written):
    """A length of time (days) or an amount of work (hours) with its distribution.

    Written as a bare number (constant) or as a table that names the family:
    ``{ exponential = mean }``, ``{ gamma = mean, cv = c }``, ``{ lognormal = mean, cv = c }``,
    ``{ uniform = [low, high] }``, ``{ triangular = [low, mode, high] }``,
    ``{ hyperexponential = [mean, mean], weight = share of the first }``.
    """

    family: str
    parameters: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Mean, in the unit of the duration."""
        p = self.parameters
        if self.family == "uniform":
            return (p[0] + p[1]) / 2
        if self.family == "triangular":
            return (p[0] + p[1] + p[2]) / 3
        if self.family == "hyperexponential":
            return p[2] * p[0] + (1 - p[2]) * p[1]
        return p[0]

    @property
    def cv(self) -> float:
        """Coefficient of variation (standard deviation over mean)."""
        p = self.parameters
        match self.family:
            case "constant":
                return 0.0
            case "exponential":
                return 1.0
            case "uniform":
                return (p[1] - p[0]) / math.sqrt(12) / self.mean if self.mean else 0.0
            case "triangular":
                a, m, b = p
                spread = a * a + m * m + b * b - a * m - a * b - m * b
                return math.sqrt(spread / 18) / self.mean if self.mean else 0.0
            case "hyperexponential":
                second = 2 * (p[2] * p[0] ** 2 + (1 - p[2]) * p[1] ** 2)
                return math.sqrt(second / self.mean**2 - 1) if self.mean else 0.0
            case _:
                return p[1]

    @classmethod
    def forms(cls) -> JsonSchemaValue:
        """Return the written forms as JSON Schema."""
        forms: list[JsonSchemaValue] = [dict(NUMBER)]
        for family, extra in FAMILIES.items():
            size = _ARITY.get(family)
            main: JsonSchemaValue = (
                {"type": "array", "items": NUMBER, "minItems": size, "maxItems": size}
                if size
                else dict(NUMBER)
            )
            forms.append(
                {
                    "type": "object",
                    "properties": {family: main, **{key: dict(NUMBER) for key in extra}},
                    "required": [family, *extra],
                    "additionalProperties": False,
                }
            )
        return {"anyOf": forms}

    @classmethod
    def parse(cls, raw: object) -> Duration:
        """Read a duration from its written form."""
        if isinstance(raw, Duration):
            return raw
        if is_number(raw):
            return cls("constant", (positive(raw),))
        if not isinstance(raw, Mapping):
            raise _duration_error(raw)
        families = [key for key in raw if key in FAMILIES]
        if len(families) != 1:
            raise _duration_error(raw)
        family = families[0]
        extra = FAMILIES[family]
        if set(raw) != {family, *extra}:
            raise _duration_error(raw)
        main = raw[family]
        size = _ARITY.get(family)
        numbers = list(main) if isinstance(main, list | tuple) else [main]
        if len(numbers) != (size or 1) or not all(is_number(n) for n in numbers):
            raise _duration_error(raw)
        if not all(is_number(raw[key]) for key in extra):
            raise _duration_error(raw)
        parameters = tuple(positive(n) for n in [*numbers, *(raw[key] for key in extra)])
        if family in ("uniform", "triangular") and list(parameters) != sorted(parameters):
            raise _duration_error(raw)
        if family == "hyperexponential" and not parameters[2] <= 1:
            raise _duration_error(raw)
        if family in ("gamma", "lognormal") and 0 in parameters:  # no length, or no spread
            return cls("constant", parameters[:1])
        return cls(family, parameters)

    def written(self) -> float | dict[str, Any]:
        """Return the duration as a scenario file writes it."""
        if self.family == "constant":
            return self.parameters[0]
        extra = FAMILIES[self.family]
        main = self.parameters[: len(self.parameters) - len(extra)]
        out: dict[str, Any] = {self.family: list(main) if len(main) > 1 else main[0]}
        return out | dict(zip(extra, self.parameters[len(main) :], strict=True))


def _duration_error(raw: object) -> PydanticCustomError:
    return refused(
        as_found(raw),
        msg(
            "allowed: a number, { exponential = mean }, { gamma = mean, cv = c }, "
            "{ lognormal = mean, cv = c }, { uniform = [low, high] }, "
            "{ triangular = [low, mode, high] }, { hyperexponential = [mean, mean], weight = w }"
        ),
    )
