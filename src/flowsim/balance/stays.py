"""How long people stay on average, at which levels, and why a stay ends."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

from flowsim.balance.rates import spread
from flowsim.calendar import DAYS_PER_YEAR
from flowsim.layout import Layout
from flowsim.layout.awards import by_need
from flowsim.scenario.housing import Variant
from flowsim.scenario.need import Level
from flowsim.scenario.values import Duration

ROUNDS = 4000
CLOSE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """What a stay in a variant that begins at some level comes to, on average."""

    years: dict[int, float]
    """Mean years at each level."""
    ready: float
    """Chance that it ends because the client is ready to leave."""
    moves: dict[int, float]
    """Chance that it ends because, at this level, another variant is needed."""
    onward: dict[str, float]
    """Chance that it ends in each of the variant's ``next``."""


class Stays:
    """The stays of a scenario, each worked out once."""

    def __init__(self, layout: Layout) -> None:
        self.layout, scenario = layout, layout.scenario
        self.levels: tuple[Level, ...] = layout.levels or (Level(name=""),)
        self.index = {level.name: i for i, level in enumerate(self.levels)}
        self.ready_at = layout.ready_level
        self.named = tuple(
            tuple(layout.variants[v] for v in listed) for listed in layout.named_by_level
        )
        """Variants that an award names, in order, by level."""
        self._closed = {v.name for v in scenario.variant if not any(spread(layout, v))}
        self._speed = scenario.situation.adequate
        self._exits = scenario.exits_per_year
        self._known: dict[tuple[str, int], Stay] = {}
        self._phases: dict[tuple[str, int], tuple[float, float, float]] = {}
        self._hazards: dict[str, float] = {}

    def hazard(self, place: str) -> float:
        """Return the hazard per year of all ways out of a place that compete with recovery."""
        if place not in self._hazards:
            self._hazards[place] = math.fsum(rate.of(place) for rate in self._exits.values())
        return self._hazards[place]

    def serves(self, variant: Variant) -> range:
        """Return the levels that a variant serves."""
        return self.layout.served[self.layout.variant_number[variant.name]]

    def of(self, variant: Variant, level: int) -> Stay:
        """Return what a stay that begins at ``level`` comes to."""
        key = (variant.name, level)
        if key not in self._known:
            make = self._need if by_need(variant) else self._line
            self._known[key] = make(variant, level)
        return self._known[key]

    def _line(self, variant: Variant, level: int) -> Stay:
        assert variant.stay_days is not None
        exits = self.hazard(variant.name)
        stays = survives(variant.stay_days, exits)
        return Stay(
            years={level: years_within(variant.stay_days, exits)},
            ready=0.0,
            moves={},
            onward={name: share * stays for name, share in (variant.next or {}).items()},
        )

    def _need(self, variant: Variant, level: int) -> Stay:
        if level <= self.ready_at:
            return Stay(years={}, ready=1.0, moves={}, onward={})
        serves = self.serves(variant)
        years: dict[int, float] = defaultdict(float)
        moves: dict[int, float] = defaultdict(float)
        ready = 0.0
        at = {level: 1.0}
        for _ in range(ROUNDS):
            following: dict[int, float] = defaultdict(float)
            for now, share in at.items():
                if (variant.name, now) not in self._phases:
                    self._phases[variant.name, now] = self._phase(variant.name, now)
                length, lighter, heavier = self._phases[variant.name, now]
                years[now] += share * length
                for then, chance in ((now - 1, lighter), (now + 1, heavier)):
                    if not chance:
                        continue
                    if then <= self.ready_at:
                        ready += share * chance
                    elif then in serves or self._must_stay(variant, then):
                        following[then] += share * chance
                    else:
                        moves[then] += share * chance
            at = following
            if math.fsum(at.values()) < CLOSE:
                break
        else:  # levels go up and down without a way out
            years[level] = math.inf
        return Stay(years=dict(years), ready=ready, moves=dict(moves), onward={})

    def _must_stay(self, variant: Variant, level: int) -> bool:
        """Return whether all that serves a level, elsewhere, has no places: they live on here."""
        elsewhere = [v.name for v in self.named[level] if v.name != variant.name]
        return bool(elsewhere) and self._closed.issuperset(elsewhere)

    def _phase(self, place: str, level: int) -> tuple[float, float, float]:
        """Return the mean years at a level, and the chances that a lighter or heavier follows."""
        recovery = self.levels[level].recovery_days if level > 0 else None
        if self._speed.recovery == 0:
            recovery = None
        worse = self.levels[level].worse_per_year * self._speed.worse
        worse = worse if level + 1 < len(self.levels) else 0.0
        rate = worse + self.hazard(place)
        slow = self._speed.recovery or 1.0
        years = years_within(recovery, rate / slow) / slow
        lighter = 0.0 if recovery is None else survives(recovery, rate / slow)
        return years, lighter, worse * years if worse else 0.0


# ---------------------------------------------------------------- lengths of time
def survives(duration: Duration, rate: float) -> float:
    """Return the chance that a hazard of ``rate`` per year spares someone for a duration (days)."""
    mean = rate * duration.mean / DAYS_PER_YEAR
    cv = duration.cv
    p = tuple(rate * n / DAYS_PER_YEAR for n in duration.parameters)
    match duration.family:
        case _ if mean == 0:
            return 1.0
        case "constant":
            return math.exp(-mean)
        case "exponential":
            return 1 / (1 + mean)
        case "gamma":
            return float((1 + mean * cv * cv) ** (-1 / (cv * cv)))
        case "hyperexponential":
            weight = duration.parameters[2]
            return weight / (1 + p[0]) + (1 - weight) / (1 + p[1])
        case "lognormal":
            sigma = math.sqrt(math.log1p(cv * cv))
            middle = math.log(mean) - sigma * sigma / 2
            steps = [i / 32 for i in range(-256, 257)]
            heights = (math.exp(-z * z / 2 - math.exp(middle + sigma * z)) for z in steps)
            return math.fsum(heights) / 32 / math.sqrt(2 * math.pi)
        case _:  # uniform and triangular
            low, mode, high = (p[0], (p[0] + p[1]) / 2, p[1]) if len(p) == 2 else p
            return _bounded(duration.family, low, mode, high)


def _bounded(family: str, low: float, mode: float, high: float) -> float:
    if high == low:
        return math.exp(-low)
    total = weight = 0.0
    for i in range(2000):
        x = low + (high - low) * (i + 0.5) / 2000
        height = 1.0
        if family == "triangular":
            height = (x - low) / (mode - low) if x < mode else (high - x) / (high - mode or 1.0)
        total += height * math.exp(-x)
        weight += height
    return total / weight


def years_within(duration: Duration | None, rate: float) -> float:
    """Return the mean years until a duration ends or a hazard of ``rate`` per year strikes."""
    if duration is None:
        return 1 / rate if rate else math.inf
    if rate == 0:
        return duration.mean / DAYS_PER_YEAR
    return (1 - survives(duration, rate)) / rate
