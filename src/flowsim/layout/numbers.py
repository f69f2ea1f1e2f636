"""A scenario in numbers: every block and area by its lasting number.

Balance, cohort, system and metrics work with these numbers; names are for files and people.
"""

from __future__ import annotations

from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from flowsim.calendar import year_starts
from flowsim.layout import capacity
from flowsim.layout.awards import by_need, is_own, named_by_level
from flowsim.layout.has import Has
from flowsim.layout.where import Where
from flowsim.scenario.demand import Demand
from flowsim.scenario.model import Scenario
from flowsim.scenario.values import ByArea, Scale

B = TypeVar("B")


class Layout(Where):
    """Numbers of municipalities, areas, profiles, levels, variants, teams, streams and desks."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario)
        self.scenario = scenario
        order = scenario.order
        self.profiles = _sorted(scenario.demand, order["demand"], "profile")
        self.variants = _sorted(scenario.variant, order["variant"], "name")
        self.teams = _sorted(scenario.team, order["team"], "name")
        self.desks = _sorted(scenario.desk, order["desk"], "name")
        self.streams = _sorted(scenario.dwellings, order["dwellings"], "name")
        self.levels = scenario.level
        self._level_names = {level.name: i for i, level in enumerate(self.levels)}
        self.variant_number = {block.name: v for v, block in enumerate(self.variants)}

    @cached_property
    def has(self) -> Has:
        """What can happen in this scenario at all."""
        return Has(self.scenario)

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

    # ------------------------------------------------------------ demand
    def rate_of(self, demand: Demand) -> tuple[float, ...]:
        """Notifications a year of a profile by municipality, at the start of the run."""
        population = self.scenario.areas.populations
        ones = ByArea(each=1.0)
        factors = (demand.weight or ones).spread(self.municipalities, self.populations)
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
    def _weights(self) -> npt.NDArray[np.float64]:
        rates = np.array([self.rate_of(demand) for demand in self.profiles]).sum(axis=0)
        return rates if rates.sum() > 0 else np.array(self.populations)

    def weights_of(self, municipalities: list[int]) -> npt.NDArray[np.float64]:
        """Share-out key of people who are there at the start: demand, else population."""
        weights = self._weights[municipalities]
        return weights if weights.sum() > 0 else np.array(self.populations)[municipalities]

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

    @cached_property
    def served(self) -> tuple[range, ...]:
        """Levels that each variant serves."""
        last = max(len(self.levels) - 1, 0)
        limits = ((0, last) if v.serves is None else map(self.level_number, v.serves)
                  for v in self.variants)  # fmt: skip
        return tuple(range(lightest, heaviest + 1) for lightest, heaviest in limits)

    def range_of(self, variant: int) -> tuple[int, int]:
        """Lightest and heaviest level that a variant serves."""
        served = self.served[variant]
        return served[0], served[-1]

    @cached_property
    def by_need(self) -> tuple[bool, ...]:
        """Whether residents of a variant leave when their need says so, not after a stay."""
        return tuple(map(by_need, self.variants))

    @cached_property
    def is_own(self) -> tuple[bool, ...]:
        """Whether residents of a variant rent the dwelling that they live in."""
        return tuple(map(is_own, self.variants))

    @cached_property
    def named_by_level(self) -> tuple[tuple[int, ...], ...]:
        """Numbers of the variants that an award names, in order, by level."""
        order, levels = self.scenario.placement.order, max(len(self.levels), 1)
        return named_by_level(order, self.variants, self.served, levels)

    # ------------------------------------------------------------ how much there is
    @cached_property
    def minutes(self) -> tuple[tuple[int, ...], ...]:
        """Minutes a week by variant and level: above what it serves, those of its heaviest."""
        hours = [level.hours_per_week for level in self.levels] or [0.0]
        return tuple(
            tuple(round(60 * hours[min(i, served[-1])] * block.hours_factor)
                  for i in range(len(hours)))
            for block, served in zip(self.variants, self.served, strict=True)
        )  # fmt: skip

    def providers(self, variant: int) -> tuple[str, ...]:
        """Names of the providers of a variant, by number (largest first); one nameless if none."""
        return capacity.providers_of(self, self.variants[variant])

    def provider_number(self, name: str) -> int:
        """Lasting number of a provider; -1 for the nameless one."""
        known = self.scenario.order["provider"]
        return known.index(name) if name in known else -1

    @cached_property
    def _places(self) -> tuple[tuple[tuple[int, ...], ...], ...]:
        return tuple(capacity.places_of(self, block) for block in self.variants)

    def places(self, variant: int) -> tuple[tuple[int, ...], ...]:
        """Places by provider and area."""
        return self._places[variant]

    @cached_property
    def team_minutes(self) -> tuple[tuple[int, ...], ...]:
        """Client-bound minutes a week by team and area, vacancies as a share."""
        return tuple(capacity.team_minutes(self, block) for block in self.teams)

    @cached_property
    def assessors(self) -> tuple[tuple[tuple[int, float], ...], ...]:
        """Assessors by desk and area, and the days that one needs for an hour of work."""
        return tuple(capacity.assessors_of(self, block) for block in self.desks)

    @cached_property
    def dwellings_a_year(self) -> tuple[tuple[float, ...], ...]:
        """Agreed dwellings a year by stream and area, realised or not."""
        return tuple(capacity.dwellings_a_year(self, block) for block in self.streams)


def _sorted(blocks: tuple[B, ...], names: tuple[str, ...], key: str) -> tuple[B, ...]:
    by_name = {getattr(block, key): block for block in blocks}
    return tuple(by_name[name] for name in names)
