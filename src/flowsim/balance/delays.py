"""How long people wait, stay or bear it in a steady flow, by the shares that hold now."""

from __future__ import annotations

import math

from flowsim.balance.flow import Flow, Kind, Station
from flowsim.balance.room import Room
from flowsim.balance.search import Search
from flowsim.balance.stays import Stays
from flowsim.calendar import DAYS_PER_YEAR
from flowsim.layout.awards import is_own
from flowsim.scenario.housing import Variant


class Delays:
    """Years of waiting and of living somewhere, and hazards of going otherwise."""

    def __init__(self, stays: Stays, room: Room, last: Flow) -> None:
        self._scenario = scenario = stays.layout.scenario
        self._stays, self._room, self._last = stays, room, last
        self._variants = {v.name: v for v in scenario.variant}
        self._named = stays.named
        self._alone = scenario.leaving.find_alone_per_year
        self._search = Search.of(scenario.leaving)
        self.flow = Flow(inflow=last.inflow)
        self.flow.stations = {name: Station() for name in self._variants}
        self._delays = {name: self._delay(name) for name in room.supply}
        self._impatience = self._give_up_per_year()

    def _gives_up(self, variant: Variant) -> float:
        """Return the hazard per year of giving up when an award names this variant first."""
        if variant.patience_days is None:
            return self._impatience
        mean = variant.patience_days.mean
        return DAYS_PER_YEAR / mean if mean else math.inf

    def _give_up_per_year(self) -> float:
        """Return the hazard of giving up by the patience of the profiles, on average."""
        total = math.fsum(self.flow.notified.values())
        hazard = 0.0
        for demand in self._scenario.demand:
            if demand.patience_days is not None and total:
                mean = demand.patience_days.mean
                part = self.flow.notified[demand.profile] / total
                hazard += part * (DAYS_PER_YEAR / mean if mean else math.inf) if part else 0.0
        return hazard

    def _delay(self, stream: str) -> float:
        """Return the mean years for which a dwelling of a stream is waited for.

        Bounded by those who find one alone or get one by urgency; what `Room` makes people wait
        beyond that is apart.
        """
        short, queued = self._last.short(stream, self._room.supply[stream]), self._last.queued
        if not short or not queued[stream] or self._search.least == 1:
            return 0.0
        return self._search.mean(self._search.until(1 - short / queued[stream]))

    def _delay_of_leavers(self, stream: str) -> float:
        """Return the mean years that leavers wait, who hold their places until nobody can enter."""
        return self._delays[stream] + self._search.least * self._room.late[stream]

    def _outlasts(self, place: str | None, years: float) -> float:
        """Return the share of the people in a place who are still there after some years."""
        return math.exp(-self._stays.hazard(place or "waiting") * years)

    def _late(self, place: str | None, years: float) -> float:
        """Return the mean years that they wait, whether until then or until they go otherwise."""
        hazard = self._stays.hazard(place or "waiting")
        return -math.expm1(-hazard * years) / hazard if hazard else years

    def _needs_dwelling(self, variant: Variant, kind: Kind) -> bool:
        return is_own(variant) and not kind[1]

    def _years(self, variant: Variant, level: int) -> float:
        return self._stays.of(variant, level).years.get(level, 0.0)

    def _place_years(self, variant: Variant, level: int) -> float:
        stay = self._stays.of(variant, level)
        return math.fsum(stay.years.values()) + variant.turnover_days / DAYS_PER_YEAR
