"""Where, in numbers: areas in lasting order, and what is spread over them."""

from __future__ import annotations

from functools import cached_property

from flowsim.scenario.model import Scenario
from flowsim.scenario.values import ByArea, Scale


class Where:
    """Areas of every scale by their lasting number."""

    def __init__(self, scenario: Scenario) -> None:
        self._written = scenario.areas
        self.municipalities = scenario.order["municipality"]
        self.subregions = scenario.order["subregion"]

    def areas(self, scale: Scale) -> tuple[str, ...]:
        """Names of the areas of a scale, by number."""
        if scale == "municipality":
            return self.municipalities
        return self.subregions if scale == "subregion" else (self._written.region,)

    def area_of(self, municipality: int, scale: Scale) -> int:
        """Number of the area of a scale that a municipality is in."""
        if scale == "municipality":
            return municipality
        return self._subregion_of[municipality] if scale == "subregion" else 0

    @cached_property
    def _subregion_of(self) -> tuple[int, ...]:
        number = {name: at for at, name in enumerate(self.subregions)}
        areas = self._written
        return tuple(number[areas.area_of(name, "subregion")] for name in self.municipalities)

    @cached_property
    def _inside(self) -> dict[str, tuple[tuple[int, ...], ...]]:
        everybody = tuple(range(len(self.municipalities)))
        parts: list[list[int]] = [[] for _ in self.subregions]
        for m in everybody:
            parts[self._subregion_of[m]].append(m)
        return {
            "municipality": tuple((m,) for m in everybody),
            "subregion": tuple(map(tuple, parts)),
            "region": (everybody,),
        }

    def municipalities_in(self, scale: str, area: int) -> list[int]:
        """Numbers of the municipalities of an area."""
        return list(self._inside[scale][area])

    @cached_property
    def populations(self) -> tuple[float, ...]:
        """Inhabitants by municipality."""
        return tuple(self._written.populations[name] for name in self.municipalities)

    def people_in(self, scale: Scale) -> tuple[float, ...]:
        """Inhabitants by area of a scale."""
        return tuple(self._written.population_of(scale, name) for name in self.areas(scale))

    def spread(self, number: ByArea, scale: Scale) -> tuple[float, ...]:
        """Return a number by area, for the areas of a scale by their number."""
        return number.spread(self.areas(scale), self.people_in(scale))
