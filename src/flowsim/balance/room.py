"""How much of what is asked finds room: shares that follow from sweep to sweep."""

from __future__ import annotations

import math

from flowsim.balance.deliveries import lots_of, passed_with_lots
from flowsim.balance.flow import Flow, Station
from flowsim.balance.inflow import Inflow
from flowsim.balance.limits import Limit
from flowsim.balance.saturation import (
    LARGEST,
    Shelf,
    held,
    passed_to_next,
    passed_with_dwellings,
    without_chance,
)
from flowsim.balance.stays import Stays
from flowsim.balance.work import new_work, other_hours, reassessment_hours, team_hours
from flowsim.calendar import DAYS_PER_YEAR
from flowsim.layout import Layout
from flowsim.scenario.housing import Dwellings, Variant

ALL = 1 - 1e-9
FEW = 0.01
NOBODY = 1e-6
SHORTEST, LONGEST_WAIT = 1e-4, 50.0
"""Years; who would wait longer is not told apart."""
STEPS = ((60, 0.5), (400, 0.25), (1000, 0.12), (math.inf, 0.05))
"""How far a share goes towards its goal, until so many sweeps: smaller where it goes to and fro."""


class Room:
    """Shares of who asks that places, hours, dwellings and assessors can serve."""

    def __init__(self, stays: Stays, inflow: Inflow) -> None:
        layout, self._stays = stays.layout, stays
        self._scenario = scenario = layout.scenario
        self._variants = {v.name: v for v in scenario.variant}
        self._streams = {d.name: d for d in scenario.dwellings}
        self.places = {v.name: Limit(layout, v, inflow) for v in scenario.variant}
        self.hours = {t.name: Limit(layout, t, inflow) for t in scenario.team}
        self.dwellings = {d.name: Limit(layout, d, inflow) for d in scenario.dwellings}
        self.desks = {d.name: Limit(layout, d, inflow) for d in scenario.desk}
        self.supply = {name: limit.total for name, limit in self.dwellings.items()}
        """Dwellings a year of each stream that reach who asks, where areas stand alone."""
        self.admitted = dict.fromkeys(self.places, 1.0)
        """Share of those who come to a variant for whom there is a place."""
        self.staffed = dict.fromkeys(self.hours, 1.0)
        """Share of those who would enter a variant of a team for whom it has hours."""
        self.granted = dict.fromkeys(self.dwellings, 1.0)
        """Share of those who would enter a home who get its dwelling from the stream: what
        leavers, who have nothing else to wait for, leave over."""
        self.assessed = dict.fromkeys(self.desks, 1.0)
        """Share of the new cases that a desk has hours for."""
        self.slow = dict.fromkeys(self.places, 1.0)
        self.late = dict.fromkeys([*self.places, *self.hours, *self.dwellings], 0.0)
        """Years that movers wait where they alone ask more than there is: as long as it takes to
        fill the places that they come from."""
        self._caps = {d.name: _cap(layout, d) for d in scenario.dwellings}
        self._sweeps = 0

    def of(self, variant: Variant) -> float:
        """Return the share of those who come to a variant who find a place and hours."""
        hours = 1.0 if variant.team is None else self.staffed[variant.team]
        return self.admitted[variant.name] * hours

    def all(self) -> list[float]:
        """Return every share."""
        tables = (self.admitted, self.staffed, self.granted, self.assessed, self.slow,
                  self.late, self.supply)  # fmt: skip
        return [share for table in tables for share in table.values()]

    def adjust(self, flow: Flow) -> None:
        """Bring each share a step closer to the one at which what is used fits what there is."""
        self._sweeps += 1
        step = next(size for until, size in STEPS if self._sweeps <= until)
        for name, station in flow.stations.items():
            goal = self._slowness(flow, self._variants[name], station)
            self.slow[name] = station.slow = _towards(self.slow[name], goal, step)
            used = max(station.used, (station.used - _waiting(station)) * self.slow[name])
            if self.admitted[name] < ALL and math.isfinite(used):
                station.blocked += used - station.used
            self.admitted[name] = _fit(self.admitted[name], self.places[name], used, step)
            kept_out = self.admitted[name] if station.unserved > NOBODY else 1.0
            few = self.admitted[name] < FEW
            asked = used / max(kept_out, FEW) if name in flow.by_movers else 0.0
            self._hold_up(name, asked, self.places[name].total, few, step)
        for team in self._scenario.team:
            hours = team_hours(flow, team, self._stays)
            name = team.name
            self.staffed[name] = _fit(self.staffed[name], self.hours[name], hours, step)
            few = self.staffed[name] < FEW
            asked = hours if name in flow.by_movers else 0.0
            self._hold_up(name, asked, self.hours[name].total, few, step)
        for name, limit in self.dwellings.items():
            needed = flow.needed[name]
            met = limit.met(needed)
            self.supply[name] = met if met < needed else limit.total
            share = 0.0 if limit.total == 0 else 1.0
            if share and flow.used[name] > 0:
                share = min(1.0, self.granted[name] * (self.supply[name] / flow.used[name]))
            self.granted[name] = _towards(self.granted[name], share, step) if share else 0.0
            asked = flow.used[name] + flow.without[name] if name in flow.by_movers else 0.0
            self._hold_up(name, asked, self.supply[name], self.granted[name] < FEW, step)
        self._adjust_desks(flow)
        flow.staffed, flow.supply = dict(self.staffed), dict(self.supply)

    def _hold_up(self, name: str, asked: float, there: float, few: bool, step: float) -> None:
        """Let movers wait longer, or less long where there is room again.

        Longer: where they keep out newcomers who have no other way out, or where no newcomer is
        left to keep out.
        """
        late = self.late[name]
        if not asked or not math.isfinite(asked) or not 0 < there < math.inf:
            self.late[name] = 0.0
        elif late or (asked > there and (few or asked > there * (1 + NOBODY))):
            grown = max(late, SHORTEST) * (asked / there) ** step
            self.late[name] = 0.0 if grown < SHORTEST else min(grown, LONGEST_WAIT)

    def _adjust_desks(self, flow: Flow) -> None:
        for desk in self._scenario.desk:
            new = new_work(desk, flow)
            again = reassessment_hours(desk, flow)
            limit = self.desks[desk.name]
            room = max(limit.total - other_hours(self._scenario, desk), 0.0)
            part = room / limit.total if limit.total else 0.0
            met = limit.met((new + again) / part) * part if part else 0.0
            share = min(max(met - again, 0.0) / new, 1.0) if new else 1.0
            self.assessed[desk.name] += (share - self.assessed[desk.name]) / 2

    def _slowness(self, flow: Flow, variant: Variant, station: Station) -> float:
        """Return how many would pass without chance, against how many do, all places in use."""
        places, entered = self.places[variant.name].total, station.entered
        in_use = station.used - _waiting(station)
        if not 0 < places <= LARGEST or entered <= 0 or not 0 < in_use < math.inf:
            return 1.0
        years, slow = in_use / entered, 1.0
        for name, asks in station.asks.items():
            if asks > 0:
                share = min(asks / entered, 1.0)
                others = max(flow.queued[name] - asks, 0.0)
                offers = max(self.supply[name] * asks / (asks + others), self.supply[name] - others)
                leaves = self._scenario.leaving.find_alone_per_year
                leaves += self._stays.hazard(variant.name)
                passed, mean = self._passed(name, offers, places, years, share, leaves)
                slow = max(slow, held(places / years, mean, passed))
        for name, asks in station.onward.items():
            there, total = flow.stations[name], self.places[name].total
            each = (there.used - _waiting(there)) / there.entered if there.entered > 0 else 0.0
            own = total * min(asks * each / there.asked, 1.0) if there.asked else 0.0
            if 1 - FEW <= own <= LARGEST and each < math.inf and variant.name not in there.onward:
                share, each = min(asks / entered, 1.0), each * self.slow[name]
                mean = min(places / years, own / each / share) if share and each else 0.0
                passed = passed_to_next(places, years, share, own, each) if mean else 0.0
                slow = max(slow, held(places / years, mean, passed))
        return slow

    def _passed(
        self, name: str, offers: float, places: float, years: float, share: float, leaves: float
    ) -> tuple[float, float]:
        """Return how many a year pass places kept for dwellings of a stream, and without chance."""
        stream, cap = self._streams[name], self._caps[name]
        hold = math.inf if stream.hold_days is None else stream.hold_days / DAYS_PER_YEAR
        shelf = Shelf(offers=offers, cap=cap, hold_years=hold)
        mean = without_chance(places, years, share, shelf, leaves)
        total = self.dwellings[name].total
        lots = lots_of(stream, offers, offers / total, cap, hold) if total else None
        if lots is None:
            return passed_with_dwellings(places, years, share, shelf, leaves), mean
        return min(passed_with_lots(int(places), years, share, lots, leaves), mean), mean


def _waiting(station: Station) -> float:
    """Return how many places are held by residents who wait for the next step."""
    return station.blocked - station.in_transition


def _cap(layout: Layout, stream: Dwellings) -> float:
    return math.fsum(layout.spread(stream.cap, stream.scale))


def _fit(share: float, limit: Limit, used: float, step: float) -> float:
    """Return a share a step closer to the one at which what is used fits the limit."""
    if limit.total == 0:
        return 0.0
    if used <= 0:
        return 1.0
    if not math.isfinite(used):  # nobody ever leaves: no share fits
        return share
    if share <= 0:  # so little room that the share is not a number any more
        return 0.0
    asked = used / share
    return _towards(share, limit.met(asked) / asked, step)


def _towards(share: float, goal: float, step: float) -> float:
    """Go part of the way, in proportion."""
    return float(share ** (1 - step) * goal**step)
