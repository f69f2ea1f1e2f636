"""What limits a steady flow: places, hours, dwellings and assessors, by area."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from flowsim.balance.inflow import Inflow
from flowsim.balance.rates import Pool, spread
from flowsim.errors import msg, number
from flowsim.layout import Layout
from flowsim.scenario.access import Desk
from flowsim.scenario.housing import Variant
from flowsim.scenario.model import Scenario
from flowsim.scenario.values import Scale

Numbers = npt.NDArray[np.float64]
MOST_ROWS = 20
"""Areas of one pool that are told one by one."""
MUCH = 1e15
"""Stands for no limit where shares of room are worked out."""


@dataclass(frozen=True, slots=True)
class Area:
    """One area of a pool: who asks there, and what there is."""

    name: str
    """Empty where all areas are one pool."""
    share: float
    """Share of all demand that comes from here."""
    people: float
    """Inhabitants."""
    room: float
    met: float
    """Of what is asked from here, the part that is met (here or elsewhere)."""
    used: float
    """Of what is given, the part that is used here."""


class Limit:
    """A capacity by area, and how far people cross from one to another.

    Who does not find room in the own area takes it in another as far as they accept: first within
    the subregion, then anywhere.
    """

    def __init__(self, layout: Layout, pool: Pool, inflow: Inflow) -> None:
        rooms, scenario = spread(layout, pool), layout.scenario
        near, far = (0.0, 0.0) if isinstance(pool, Desk) else _crossing(scenario, inflow)
        scale = pool.scale
        if scale == "municipality" and near == 1.0:  # all of a subregion is one pool
            rooms = _by_subregion(scenario, rooms)
            scale = "subregion"
        if scale == "subregion":
            near = far
        self._names: tuple[str, ...] = scenario.areas.of_scale(scale)
        self.total = math.fsum(rooms)
        if scale == "region" or len(rooms) == 1 or near == far == 1.0:
            self._names, rooms = ("",), [self.total]
        self._rooms = np.minimum(np.array(rooms, dtype=float), MUCH)
        self._shares, self._part = self._demand(scenario, scale, inflow)
        people = [math.fsum(scenario.areas.populations.values())]
        if self._names != ("",):
            people = [scenario.areas.population_of(scale, name) for name in self._names]
        self._people = np.array(people)
        self._near, self._far = near, far
        self._wishes = _wishes(layout, pool, inflow)

    def _demand(
        self, scenario: Scenario, scale: Scale, inflow: Inflow
    ) -> tuple[Numbers, npt.NDArray[np.int64]]:
        """Return the share of demand of each area, and the number of its subregion."""
        if self._names == ("",):
            return np.ones(1), np.zeros(1, dtype=np.int64)
        number = {name: i for i, name in enumerate(self._names)}
        shares = np.zeros(len(number))
        part = np.zeros(len(number), dtype=np.int64)
        rates = inflow.by_municipality
        weights = rates if any(rates.values()) else scenario.areas.populations
        for at, (subregion, members) in enumerate(scenario.areas.subregions):
            for name, _ in members:
                area = number[subregion if scale == "subregion" else name]
                shares[area] += weights.get(name, 0.0)
                part[area] = at if scale == "municipality" else 0
        return shares / (shares.sum() or 1.0), part

    @property
    def alone(self) -> bool:
        """Whether areas stand alone, wholly or in part."""
        return self._names != ("",)

    def met(self, asked: float) -> float:
        """Return how much of what is asked can be given."""
        if not self.alone:
            tied = math.fsum(min(asked * share, room) for share, room in self._wishes)
            free = asked * (1 - math.fsum(share for share, _ in self._wishes))
            return tied + min(free, self.total - tied)
        return float(self._given(asked)[0].sum())

    def areas(self, asked: float) -> list[Area]:
        """Return each area, when so much is asked in all."""
        met, used = self._given(asked)
        given = float(met.sum()) or 1.0
        return [
            Area(name, *map(_real, row))
            for name, *row in zip(
                self._names, self._shares, self._people, self._rooms, met / (asked or 1.0),
                used / given, strict=True,
            )
        ]  # fmt: skip

    def _given(self, asked: float) -> tuple[Numbers, Numbers]:
        """Return what is met of what each area asks, and what is used of its room."""
        wants = self._shares * min(asked, MUCH)
        met = np.minimum(wants, self._rooms)
        used = met.copy()
        ask = (wants - met) * self._near
        if self._near > 0:
            ask -= self._cross(ask, met, used, self._part)
        if self._near > 0 and self._far > 0 and self._part.any():
            self._cross(ask * self._far / self._near, met, used, np.zeros_like(self._part))
        return met, used

    def _cross(
        self, ask: Numbers, met: Numbers, used: Numbers, part: npt.NDArray[np.int64]
    ) -> Numbers:
        """Let who asks take what is left elsewhere in the same part; return how many do."""
        parts = int(part.max()) + 1
        room = self._rooms - used
        asked, there = np.bincount(part, ask, parts), np.bincount(part, room, parts)
        goes = np.minimum(asked, there)
        gone: Numbers = ask * (goes / np.where(asked > 0, asked, 1.0))[part]
        met += gone
        used += room * (goes / np.where(there > 0, there, 1.0))[part]
        return gone


def _wishes(layout: Layout, pool: Pool, inflow: Inflow) -> list[tuple[float, float]]:
    """Return the share of people who wait for one provider, and its places, for each of these."""
    if not isinstance(pool, Variant) or pool.providers is None:
        return []
    total, found = math.fsum(inflow.by_profile.values()), []
    rows = layout.places(layout.variant_number[pool.name])
    for name, places in zip(layout.providers(layout.variant_number[pool.name]), rows, strict=True):
        wish = math.fsum(
            inflow.by_profile[d.profile] * d.preferred_provider.get(name, 0.0)
            for d in layout.scenario.demand
        )
        room = float(sum(places))
        if wish and room:
            found.append((wish / total, room))
    return found


def _real(number: float) -> float:
    """Return a number as it is meant: what stands for no limit is none."""
    return math.inf if number >= MUCH else float(number)


def _by_subregion(scenario: Scenario, rooms: list[float]) -> list[float]:
    """Return the room of each subregion, from that of each municipality."""
    left = iter(rooms)
    return [math.fsum(next(left) for _ in members) for _, members in scenario.areas.subregions]


def _crossing(scenario: Scenario, inflow: Inflow) -> tuple[float, float]:
    """Return the share of people who cross to another municipality, and to another subregion."""
    within = scenario.placement.within
    total = math.fsum(inflow.by_profile.values())
    near = far = 0.0
    for demand in scenario.demand:
        weight = inflow.by_profile[demand.profile] / total if total else 1 / len(scenario.demand)
        near += weight * demand.accepts_elsewhere.municipality
        far += weight * demand.accepts_elsewhere.subregion
    near = 0.0 if within == "municipality" else near
    far = far if within == "region" else 0.0
    if len(scenario.areas.subregions) == 1:
        far = near
    return _whole(near), _whole(far)


def _whole(share: float) -> float:
    return 1.0 if share > 1 - 1e-9 else share


# ---------------------------------------------------------------- what is told
def told(pool: Pool, limit: Limit, asked: float) -> Iterator[Area]:
    """Yield each area of a pool, of many the tightest and the others together.

    The one area of a region has no name.
    """
    areas = limit.areas(asked)
    if pool.scale == "region":
        areas = [replace(area, name="") for area in areas]
    if len(areas) > MOST_ROWS:
        tightest = {a.name for a in sorted(areas, key=_tight, reverse=True)[:MOST_ROWS]}
        rest = [a for a in areas if a.name not in tightest]
        areas = [a for a in areas if a.name in tightest]
        name = msg("{n} other areas", n=number(len(rest)))
        areas.append(
            Area(name, *(math.fsum(part) for part in zip(*map(_numbers, rest), strict=True)))
        )
    yield from areas


def _tight(area: Area) -> float:
    return area.share / area.room if area.room else math.inf if area.share else 0.0


def _numbers(area: Area) -> tuple[float, ...]:
    return area.share, area.people, area.room, area.met, area.used
