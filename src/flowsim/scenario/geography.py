"""Where: municipalities in subregions in one region."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic.json_schema import JsonSchemaValue
from pydantic_core import PydanticCustomError

from flowsim.errors import Said, msg
from flowsim.scenario.plain import Written
from flowsim.scenario.toml_text import as_found, as_found_at
from flowsim.scenario.values import Scale, bare, is_number, refused


@dataclass(frozen=True)
class Areas(Written):
    """The region: its subregions, and the population of their municipalities.

    Written as ``[areas]`` with ``region = "Name"`` and, per subregion, a table
    ``{ municipality = population, ... }``.
    """

    region: str = "region"
    subregions: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = (
        ("subregion", (("municipality", 100_000.0),)),
    )

    @classmethod
    def forms(cls) -> JsonSchemaValue:
        """Return the written forms as JSON Schema."""
        population = {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0},
                {"type": "object", "required": ["value"]},
            ]
        }
        return {
            "type": "object",
            "properties": {"region": {"type": "string"}},
            "additionalProperties": {"type": "object", "additionalProperties": population},
        }

    @classmethod
    def parse(cls, raw: object) -> Areas:
        """Read the areas from their written form."""
        if isinstance(raw, Areas):
            return raw
        if not isinstance(raw, Mapping):
            raise _areas_error(as_found(raw))
        region = raw.get("region", "region")
        if not isinstance(region, str):
            raise _areas_error(as_found_at("region", region))
        subregions = []
        for name, members in raw.items():
            if name == "region":
                continue
            if not isinstance(members, Mapping) or not members:
                raise _areas_error(as_found_at(str(name), members))
            populations = []
            for municipality, population in members.items():
                number = bare(population)
                if not is_number(number) or number <= 0:
                    raise _areas_error(as_found_at(f"{name}.{municipality}", number))
                populations.append((str(municipality), float(number)))
            subregions.append((str(name), tuple(populations)))
        if not subregions:
            raise _areas_error(msg("no subregion"))
        return cls(region, tuple(subregions))

    def written(self) -> dict[str, Any]:
        """Return the areas as a scenario file writes them."""
        return {"region": self.region} | {name: dict(m) for name, m in self.subregions}

    @cached_property
    def municipalities(self) -> tuple[str, ...]:
        """Names of the municipalities, in the order of the file."""
        return tuple(name for _, members in self.subregions for name, _ in members)

    @cached_property
    def populations(self) -> dict[str, float]:
        """Population by municipality, persons."""
        return {name: number for _, members in self.subregions for name, number in members}

    def of_scale(self, scale: Scale) -> tuple[str, ...]:
        """Names of the areas of a scale."""
        if scale == "municipality":
            return self.municipalities
        if scale == "subregion":
            return tuple(name for name, _ in self.subregions)
        return (self.region,)

    def area_of(self, municipality: str, scale: Scale) -> str:
        """Name of the area of ``scale`` that holds a municipality."""
        if scale == "municipality":
            return municipality
        if scale == "region":
            return self.region
        return self._subregion_of[municipality]

    @cached_property
    def _subregion_of(self) -> dict[str, str]:
        return {name: subregion for subregion, members in self.subregions for name, _ in members}

    def population_of(self, scale: Scale, area: str) -> float:
        """Return the population of one area of a scale, persons."""
        return self._population_of[scale].get(area, 0.0)

    @cached_property
    def _population_of(self) -> dict[Scale, dict[str, float]]:
        whole = {name: math.fsum(dict(members).values()) for name, members in self.subregions}
        region = {self.region: math.fsum(self.populations.values())}
        return {"municipality": self.populations, "subregion": whole, "region": region}


def _areas_error(found: Said) -> PydanticCustomError:
    return refused(
        found,
        msg(
            'allowed: region = "name" and, per subregion, '
            "{ municipality = population above 0, ... }"
        ),
    )
