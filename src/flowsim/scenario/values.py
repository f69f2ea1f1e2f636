"""The kinds of value a scenario file holds: evidence, durations, numbers by area, references."""

from __future__ import annotations

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
from pydantic_core import CoreSchema, core_schema

from flowsim.errors import msg, one_of
from flowsim.scenario.amounts import NO_LIMIT as NO_LIMIT
from flowsim.scenario.amounts import UNLIMITED as UNLIMITED
from flowsim.scenario.amounts import ByArea as ByArea
from flowsim.scenario.amounts import NumberBy as NumberBy
from flowsim.scenario.amounts import whole_numbers as whole_numbers
from flowsim.scenario.durations import FAMILIES as FAMILIES
from flowsim.scenario.durations import Duration as Duration
from flowsim.scenario.numbers import is_number as is_number
from flowsim.scenario.numbers import refused as refused
from flowsim.scenario.toml_text import as_found_at


class Block(BaseModel):
    """A frozen piece of a scenario; a key that it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


Pair = Annotated[tuple[float, float], Strict(False)]


MOVES_WITH: Final = "^[a-z0-9_]+$"


class Evidence(Block):
    """What we know about a number, and how well."""

    value: Any
    range: Pair | dict[str, Pair] | None = None
    """P10 and P90 round the value as median: of the number, of the mean of a duration, of every
    number of a table; or a pair for each key of a table."""
    source: str | None = None
    """A key of ``sources.toml``."""
    confidence: Literal["A", "B", "C", "D"] | None = None
    """A measured, B official estimate, C one region, D our guess."""
    note: str | None = None
    assumption: bool | str = False
    """True, or the reasoning, where the number is an assumption that has no source."""
    moves_with: Annotated[str, Field(pattern=MOVES_WITH)] | None = None
    """A name that several guesses share: they are one guess, all high or all low together."""


RANGE: Final = ("range", "moves_with")
"""What evidence says of a guess; a number that is set is none."""


def is_evidence(raw: object) -> bool:
    """Tell whether a raw value is an inline evidence table."""
    return isinstance(raw, Mapping) and "value" in raw


_PAIR: Final = {
    "type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2,
}  # fmt: skip


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
                "moves_with": {"type": "string", "pattern": MOVES_WITH},
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
        if first["type"] == "extra_forbidden":
            unknown = str(first["loc"][0])
            found = msg("unknown key {key!r}", key=unknown)
            raise refused(found, one_of(Evidence.model_fields, unknown)) from None
        key = ".".join(str(part) for part in first["loc"])
        allowed = msg(
            "evidence is { value, range, source, confidence (A-D), note, assumption, moves_with }"
        )
        if key == "moves_with":
            allowed = msg("a name of small letters, digits and _")
        raise refused(as_found_at(key, first["input"]), allowed) from None


NumberKind = Literal["guess", "count", "lever", "price"]
"""What a number is to who draws the guesses (`flowsim.scenario.number_kinds`)."""


@dataclass(frozen=True, slots=True)
class OfKind:
    """Marks what kind of number a field holds; evidence that is not marked so is a guess."""

    kind: NumberKind


EVIDENCE = _EvidenceMarker()
"""Marks a field as evidence about the world; unmarked fields are levers."""
COUNT = OfKind("count")
"""Of today: persons, places and posts that are there. Data, so it is not drawn."""
PRICE = OfKind("price")
"""Moves no one: what it costs can be worked out again without a run."""
AnyValue = Annotated[Any, _EvidenceMarker(), OfKind("lever")]
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
class EachShare:
    """Marks a number, or a table of numbers, each of which is a share by itself."""


@dataclass(frozen=True, slots=True)
class AreasOf:
    """Marks a number by area; its areas are those of the block's own ``scale``, or of ``scale``."""

    scale: str | None = None


# ---------------------------------------------------------------- short names for fields
Scale = Literal["municipality", "subregion", "region"]
Split = Literal["home", "building"]
"""Where pools of another scale take over, whom people in place count for: ``home`` the area they
live in, which may then be over-full; ``building`` the same as far as there is room, and for the
rest an area with room, for that is where they must live."""
Positive = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
EvidenceNumber = Annotated[Positive, EVIDENCE]
EvidenceShare = Annotated[Share, EVIDENCE]
EvidenceDuration = Annotated[Duration, EVIDENCE]
EvidenceByArea = Annotated[ByArea, EVIDENCE, AreasOf()]
CountByArea = Annotated[ByArea, EVIDENCE, COUNT, AreasOf()]
CountOfPersons = Annotated[int, EVIDENCE, COUNT]
Price = Annotated[Positive, EVIDENCE, PRICE]
Text = Annotated[
    dict[Literal["nl", "en"], str],
    BeforeValidator(lambda raw: {"nl": raw, "en": raw} if isinstance(raw, str) else raw),
]
"""A text for people: one for both languages, or ``{ nl = ..., en = ... }``."""
