"""The kinds of value a scenario file holds: evidence, durations, numbers by area, references."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Strict,
    ValidationError,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from flowsim.errors import Said, msg
from flowsim.scenario.toml_text import as_found, as_found_at


class Block(BaseModel):
    """A frozen piece of a scenario; a key that it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


Pair = Annotated[tuple[float, float], Strict(False)]


class Evidence(Block):
    """What we know about a number, and how well."""

    value: Any
    range: Pair | dict[str, Pair] | None = None
    """Lowest and highest plausible value: of the number, of the mean of a duration, of every number
    of a table; or a pair for each key of a table."""
    source: str | None = None
    """A key of ``sources.toml``."""
    confidence: Literal["A", "B", "C", "D"] | None = None
    """A measured, B official estimate, C one region, D our guess."""
    note: str | None = None
    assumption: bool | str = False
    """True, or the reasoning, where the number is an assumption that has no source."""


def is_evidence(raw: object) -> bool:
    """Tell whether a raw value is an inline evidence table."""
    return isinstance(raw, Mapping) and "value" in raw


_PAIR: Final = {
    "type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2,
}  # fmt: skip


def refused(found: Said, allowed: Said) -> PydanticCustomError:
    """Return the error that refuses a value, for a `Problem` with these words."""
    return PydanticCustomError("flowsim", "{found}|{allowed}", {"found": found, "allowed": allowed})


class _EvidenceMarker:
    """Accepts ``{ value = ..., source = ... }`` where the bare value is accepted."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(bare, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        bare = handler(schema)
        table = {
            "type": "object",
            "title": "Evidence",
            "required": ["value"],
            "additionalProperties": False,
            "properties": {
                "value": bare,
                "range": {"anyOf": [_PAIR, {"type": "object", "additionalProperties": _PAIR}]},
                "source": {"type": "string"},
                "confidence": {"enum": ["A", "B", "C", "D"]},
                "note": {"type": "string"},
                "assumption": {"type": ["boolean", "string"]},
            },
        }
        return {"anyOf": [bare, table]}


def bare(raw: object) -> Any:
    """Return the value of an evidence table, or a bare value as it is."""
    if not is_evidence(raw):
        return raw
    try:
        return Evidence.model_validate(raw).value
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise refused(
            as_found_at(key, first["input"]),
            msg("evidence is { value, range, source, confidence (A-D), note, assumption }"),
        ) from None


EVIDENCE = _EvidenceMarker()
"""Marks a field as evidence about the world; unmarked fields are levers."""
AnyValue = Annotated[Any, _EvidenceMarker()]
"""A value of a lever or of evidence: what a dated change may set."""


@dataclass(frozen=True, slots=True)
class Ref:
    """Marks a text as the name of a block (``team``, ``variant``, ``level``, ``area`` ...)."""

    kind: str
    also: tuple[str, ...] = ()
    """Words that are allowed beside the names."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Marks a table of shares that must add up to one, or to one at most."""

    at_most: bool = False


@dataclass(frozen=True, slots=True)
class AreasOf:
    """Marks a number by area; its areas are those of the block's own ``scale``, or of ``scale``."""

    scale: str | None = None


# ---------------------------------------------------------------- durations
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
class Duration:
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
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.parse, serialization=core_schema.plain_serializer_function_ser_schema(cls.written)
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        number = {"type": "number", "minimum": 0}
        forms: list[JsonSchemaValue] = [dict(number)]
        for family, extra in FAMILIES.items():
            size = _ARITY.get(family)
            main: JsonSchemaValue = (
                {"type": "array", "items": number, "minItems": size, "maxItems": size}
                if size
                else dict(number)
            )
            forms.append(
                {
                    "type": "object",
                    "properties": {family: main, **{key: dict(number) for key in extra}},
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
            return cls("constant", (_positive(raw),))
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
        parameters = tuple(_positive(n) for n in [*numbers, *(raw[key] for key in extra)])
        if family in ("uniform", "triangular") and list(parameters) != sorted(parameters):
            raise _duration_error(raw)
        if family == "hyperexponential" and not parameters[2] <= 1:
            raise _duration_error(raw)
        if family in ("gamma", "lognormal") and parameters[1] == 0:
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


def is_number(raw: object) -> bool:
    """Tell whether a raw value is a finite number."""
    return isinstance(raw, int | float) and not isinstance(raw, bool) and math.isfinite(raw)


def _positive(raw: Any) -> float:
    if raw < 0:
        raise refused(as_found(raw), msg("a number of at least 0"))
    return float(raw)


def _duration_error(raw: object) -> PydanticCustomError:
    return refused(
        as_found(raw),
        msg(
            "allowed: a number, { exponential = mean }, { gamma = mean, cv = c }, "
            "{ lognormal = mean, cv = c }, { uniform = [low, high] }, "
            "{ triangular = [low, mode, high] }, { hyperexponential = [mean, mean], weight = w }"
        ),
    )


# ---------------------------------------------------------------- numbers by area
UNLIMITED = math.inf
"""The value of a capacity that never binds; written ``"unlimited"``."""


@dataclass(frozen=True, slots=True)
class ByArea:
    """A number for every area of a scale.

    Written as a bare number (the whole region's, shared out by population), ``{ each = n }``
    (every area has this many), ``{ area = n, ... }`` (an area that is left out has none), or
    ``"unlimited"``. At the scale ``region`` there is one area and a bare number is just that.
    """

    each: float | None = None
    total: float | None = None
    areas: tuple[tuple[str, float], ...] = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.parse, serialization=core_schema.plain_serializer_function_ser_schema(cls.written)
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        number = {"type": "number", "minimum": 0}
        return {
            "anyOf": [
                number,
                {"const": "unlimited"},
                {"type": "object", "additionalProperties": number},
            ]
        }

    @classmethod
    def parse(cls, raw: object) -> ByArea:
        """Read a number by area from its written form."""
        if isinstance(raw, ByArea):
            return raw
        if is_number(raw):
            return cls(total=_positive(raw))
        if raw == "unlimited":
            return cls(each=UNLIMITED)
        if isinstance(raw, Mapping) and raw:
            for key, number in raw.items():
                if not is_number(number) or number < 0:
                    raise refused(
                        as_found_at(str(key), number), msg("a number of at least 0 for each area")
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
class NumberBy:
    """One number for all, or a table of numbers by name (what is left out is 0)."""

    each: float | None = None
    table: tuple[tuple[str, float], ...] = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.parse, serialization=core_schema.plain_serializer_function_ser_schema(cls.written)
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        number = {"type": "number", "minimum": 0}
        return {"anyOf": [number, {"type": "object", "additionalProperties": number}]}

    @classmethod
    def parse(cls, raw: object) -> NumberBy:
        """Read a number, or a table of numbers, from its written form."""
        if isinstance(raw, NumberBy):
            return raw
        if is_number(raw):
            return cls(each=_positive(raw))
        if isinstance(raw, Mapping) and raw and all(is_number(n) for n in raw.values()):
            return cls(table=tuple((str(key), _positive(n)) for key, n in raw.items()))
        raise refused(as_found(raw), msg("allowed: a number, or a table { name = number, ... }"))

    def written(self) -> float | dict[str, float]:
        """Return the number or table as a scenario file writes it."""
        return dict(self.table) if self.each is None else self.each

    def of(self, name: str) -> float:
        """Return the number that holds for ``name``."""
        return dict(self.table).get(name, 0.0) if self.each is None else self.each


# ---------------------------------------------------------------- short names for fields
Scale = Literal["municipality", "subregion", "region"]
Positive = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Names = Annotated[tuple[str, ...], Strict(False)]
EvidenceNumber = Annotated[Positive, EVIDENCE]
EvidenceShare = Annotated[Share, EVIDENCE]
EvidenceDuration = Annotated[Duration, EVIDENCE]
EvidenceByArea = Annotated[ByArea, EVIDENCE, AreasOf()]
Text = Annotated[
    dict[Literal["nl", "en"], str],
    BeforeValidator(lambda raw: {"nl": raw, "en": raw} if isinstance(raw, str) else raw),
]
"""A text for people: one for both languages, or ``{ nl = ..., en = ... }``."""

EvidenceNumberBy = Annotated[NumberBy, EVIDENCE]
