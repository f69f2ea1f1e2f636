"""A scenario in numbers: every block and area by its lasting number.

Cohort and system work with these numbers; names are for files and people.
"""

from __future__ import annotations

from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from flowsim.calendar import year_starts
from flowsim.layout.awards import named_by_level
from flowsim.scenario.demand import Demand
from flowsim.scenario.model import Scenario
from flowsim.scenario.values import ByArea, Scale, whole_numbers

B = TypeVar("B")


class Layout:
    """Numbers of municipalities, areas, profiles, levels, variants, teams, streams and desks."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        order = scenario.order
        self.municipalities = order["municipality"]
        self.subregions = order["subregion"]
        self.profiles = _sorted(scenario.demand, order["demand"], "profile")
        self.variants = _sorted(scenario.variant, order["variant"], "name")
        self.teams = _sorted(scenario.team, order["team"], "name")
        self.desks = _sorted(scenario.desk, order["desk"], "name")
        self.streams = _sorted(scenario.dwellings, order["dwellings"], "name")
        self.levels = scenario.level
        self._level_names = {level.name: i for i, level in enumerate(self.levels)}

    # ------------------------------------------------------------ time
    @cached_property
    def window_days(self) -> float:
        """Days of the reporting window."""
        about = self.scenario.scenario
        if about.days is not None:
            return about.days
        assert about.years is not None
        return year_starts(about.start, about.years)[-1]

    @property
    def end_days(self) -> float:
        """Day on which the run ends: the window and the follow-up."""
        return self.window_days + self.scenario.scenario.follow_up_days

    # ------------------------------------------------------------ areas
    def areas(self, scale: Scale) -> tuple[str, ...]:
        """Names of the areas of a scale, by number."""
        if scale == "municipality":
            return self.municipalities
        return self.subregions if scale == "subregion" else (self.scenario.areas.region,)

    def area_of(self, municipality: int, scale: Scale) -> int:
        """Number of the area of a scale that a municipality is in."""
        if scale == "municipality":
            return municipality
        return self._subregion_of[municipality] if scale == "subregion" else 0

    @cached_property
    def _subregion_of(self) -> tuple[int, ...]:
        areas = self.scenario.areas
        return tuple(
            self.subregions.index(areas.area_of(name, "subregion")) for name in self.municipalities
        )

    def municipalities_in(self, scale: Scale | str, area: int) -> list[int]:
        """Numbers of the municipalities of an area."""
        return [
            m
            for m in range(len(self.municipalities))
            if self.area_of(m, scale) == area  # type: ignore[arg-type]
        ]

    def spread(self, number: ByArea, scale: Scale) -> tuple[float, ...]:
        """Return a number by area, for the areas of a scale by their number."""
        areas = self.scenario.areas
        names = self.areas(scale)
        weights = tuple(areas.population_of(scale, name) for name in names)
        return number.spread(names, weights)

    # ------------------------------------------------------------ demand
    def rate_of(self, demand: Demand) -> tuple[float, ...]:
        """Notifications a year of a profile by municipality, at the start of the run."""
        population = self.scenario.areas.populations
        ones = ByArea(each=1.0)
        factors = (demand.weight or ones).spread(self.municipalities, self._populations)
        if demand.per_10k_per_year is not None:
            return tuple(
                demand.per_10k_per_year * population[name] / 10_000 * factor
                for name, factor in zip(self.municipalities, factors, strict=True)
            )
        if demand.per_year is None:
            return tuple(0.0 for _ in self.municipalities)
        weights = tuple(
            population[name] * f for name, f in zip(self.municipalities, factors, strict=True)
        )
        return demand.per_year.spread(self.municipalities, weights)

    @cached_property
    def _populations(self) -> tuple[float, ...]:
        return tuple(self.scenario.areas.populations[name] for name in self.municipalities)

    @cached_property
    def _weights(self) -> npt.NDArray[np.float64]:
        rates = np.array([self.rate_of(demand) for demand in self.profiles]).sum(axis=0)
        return rates if rates.sum() > 0 else np.array(self._populations)

    def weights_of(self, municipalities: list[int]) -> npt.NDArray[np.float64]:
        """Share-out key of people who are there at the start: demand, else population."""
        weights = self._weights[municipalities]
        return weights if weights.sum() > 0 else np.array(self._populations)[municipalities]

    def weight_of_area(self, scale: Scale, area: int) -> float:
        """Sum of the weights of an area's municipalities."""
        return float(sum(self._weights[m] for m in self.municipalities_in(scale, area)))

    def level_mix_of(self, demand: Demand) -> tuple[float, ...]:
        """Shares by level number of a profile."""
        if not self.levels:
            return (1.0,)
        if demand.level_mix is None:
            return tuple(1.0 if i == 0 else 0.0 for i in range(len(self.levels)))
        return tuple(demand.level_mix.get(level.name, 0.0) for level in self.levels)

    def level_mix_of_demand(self) -> npt.NDArray[np.float64]:
        """Shares by level of all profiles together; even where nobody comes."""
        if not self.profiles:
            return np.full(max(len(self.levels), 1), 1 / max(len(self.levels), 1))
        sizes = np.array([sum(self.rate_of(d)) for d in self.profiles])
        mixes = np.array([self.level_mix_of(d) for d in self.profiles])
        whole = sizes @ mixes if sizes.sum() > 0 else mixes.sum(axis=0)
        return np.asarray(whole / whole.sum())

    # ------------------------------------------------------------ levels and variants
    def level_number(self, name: str) -> int:
        """Number of a level, light to heavy."""
        return self._level_names[name]

    @property
    def ready_level(self) -> int:
        """At this level or lighter a resident is ready to leave; -1 never."""
        ready = self.scenario.leaving.ready_at
        return -1 if ready is None else self._level_names[ready]

    def range_of(self, variant: int) -> tuple[int, int]:
        """Lightest and heaviest level that a variant serves."""
        serves = self.variants[variant].serves
        if serves is None:
            return 0, max(len(self.levels) - 1, 0)
        return self._level_names[serves[0]], self._level_names[serves[1]]

    @cached_property
    def named_by_level(self) -> tuple[tuple[int, ...], ...]:
        """Numbers of the variants that an award names, in order, by level."""
        number = {variant.name: v for v, variant in enumerate(self.variants)}
        named = named_by_level(self.scenario)
        return tuple(tuple(number[v.name] for v in variants) for variants in named)

    def providers(self, variant: int) -> tuple[str, ...]:
        """Names of the providers of a variant, by number (largest first); one nameless if none."""
        given = self.variants[variant].providers
        if given is None:
            return ("",)
        scale = self.variants[variant].scale
        sizes = {name: sum(self.spread(places, scale)) for name, places in given.items()}
        return tuple(sorted(sizes, key=lambda name: -sizes[name]))

    def provider_number(self, name: str) -> int:
        """Lasting number of a provider; -1 for the nameless one."""
        known = self.scenario.order["provider"]
        return known.index(name) if name in known else -1

    def places(self, variant: int) -> list[tuple[int, ...]]:
        """Places by provider and area."""
        block = self.variants[variant]
        if block.providers is not None:
            listed = [block.providers[name] for name in self.providers(variant)]
        else:
            listed = [block.places or ByArea.parse("unlimited")]
        return [whole_numbers(self.spread(places, block.scale)) for places in listed]


def _sorted(blocks: tuple[B, ...], names: tuple[str, ...], key: str) -> tuple[B, ...]:
    by_name = {getattr(block, key): block for block in blocks}
    return tuple(by_name[name] for name in names)
