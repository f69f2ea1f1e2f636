"""How much of what is asked finds room: shares that follow from sweep to sweep."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from flowsim.balance.deliveries import lots_of, passed_with_lots
from flowsim.balance.exchange import Moves, exchanged
from flowsim.balance.flow import Flow, Station
from flowsim.balance.inflow import Inflow
from flowsim.balance.limits import Limit
from flowsim.balance.saturation import (
    LARGEST,
    Feeder,
    Shelf,
    held,
    passed_with_dwellings,
    waits_of,
    without_chance,
)
from flowsim.balance.search import Search
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
NEVER = 1e6
"""Years until a dwelling comes where none does."""
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
        self.exchanged: Moves = {}
        """Share of the movers who would wait that change places with one another."""
        self._search = Search.of(scenario.leaving)
        self._caps = {d.name: _cap(layout, d) for d in scenario.dwellings}
        self._sweeps = 0

    def of(self, variant: Variant) -> float:
        """Return the share of those who come to a variant who find a place and hours.

        Who needs several things waits for the scarcest: the least of their shares, not their
        product.
        """
        hours = 1.0 if variant.team is None else self.staffed[variant.team]
        return min(self.admitted[variant.name], hours)

    def with_dwelling(self, variant: Variant) -> float:
        """Return the share of those who come to a home without a dwelling who find all of it."""
        if variant.dwellings is None:
            return self.of(variant)
        return min(self.of(variant), self.granted[variant.dwellings])

    def all(self) -> list[float]:
        """Return every share."""
        tables: tuple[Mapping[Any, float], ...] = (
            self.admitted, self.staffed, self.granted, self.assessed, self.slow, self.late,
            self.supply, self.exchanged,
        )  # fmt: skip
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
            asks = flow.needed[name] + flow.kept_out[name]
            met = limit.met(asks)
            self.supply[name] = met if met < asks else limit.total
            share = 0.0 if limit.total == 0 else 1.0
            if share and flow.used[name] > 0:
                share = min(1.0, self.granted[name] * (self.supply[name] / flow.used[name]))
            others = flow.used[name] - flow.of_leavers[name] + flow.kept_out[name]
            if share and others <= NOBODY:
                self.granted[name] = 1.0
            else:
                self.granted[name] = _towards(self.granted[name], share, step) if share else 0.0
            self._hold_up_for(name, flow, step)
        self._exchange(flow, step)
        self._adjust_desks(flow)
        flow.staffed, flow.supply = dict(self.staffed), dict(self.supply)

    def _hold_up_for(self, name: str, flow: Flow, step: float) -> None:
        """Let movers and leavers wait longer for a dwelling, or less long."""
        asked = flow.used[name] + flow.without[name] if name in flow.by_movers else 0.0
        few = self.granted[name] < FEW
        leavers = flow.of_leavers[name] * self._search.least
        if leavers and not asked and self._all_fill_up(name, flow):
            asked, few = leavers, True
            if not self.dwellings[name].total:
                self.late[name] = NEVER
                return
        self._hold_up(name, asked, self.supply[name], few, step)

    def _all_fill_up(self, name: str, flow: Flow) -> bool:
        """Tell whether who waits for a dwelling of a stream holds a place that is counted.

        Of few places it is known already how many pass (`flowsim.balance.saturation`).
        """
        asked = [self.places[v].total for v, s in flow.stations.items() if s.asks[name]]
        most = max(asked, default=0.0)
        return math.isfinite(most) and (most > LARGEST or not self.dwellings[name].total)

    def _hold_up(self, name: str, asked: float, there: float, few: bool, step: float) -> None:
        """Let movers wait longer, or less long where there is room again.

        Longer: where they keep out newcomers who have no other way out, or where no newcomer is
        left to keep out.
        """
        late = self.late[name]
        if not 0 < asked < math.inf or not 0 < there < math.inf:
            self.late[name] = 0.0
        elif late or (asked > there and (few or asked > there * (1 + NOBODY))):
            grown = max(late, SHORTEST) * (asked / there) ** step
            self.late[name] = 0.0 if grown < SHORTEST else min(grown, LONGEST_WAIT)

    def _exchange(self, flow: Flow, step: float) -> None:
        """Let movers who want each other's places change them, a step closer to all who can."""
        change = exchanged(flow.held_up)
        for move, rate in flow.held_up.items():
            goal, now = change.get(move, 0.0) / rate if rate else 0.0, self.exchanged.get(move, 0.0)
            self.exchanged[move] = now + (goal - now) * step

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
                only = not self._search.alone
                share *= self._search.least if only else 1.0
                passed, mean = self._passed(name, offers, places, years, share, leaves)
                slow = max(slow, held(places / years, mean, passed, only=only))
        for name in station.onward:
            slow = max(slow, self._slowness_before(flow, variant, name))
        return slow

    def _slowness_before(self, flow: Flow, variant: Variant, name: str) -> float:
        """Return the same of a station that is kept until the next one has a place.

        All that are full and lead to the same one count together: its places are for whoever
        waits longest, so that all wait as long.
        """
        there, asked, here = flow.stations[name], 0.0, Feeder(1.0, math.inf)
        each = (there.used - _waiting(there)) / there.entered if there.entered > 0 else 0.0
        feeders = []
        for other, station in flow.stations.items():
            asks, places = station.onward.get(name, 0.0), self.places[other].total
            full = other == variant.name or self.admitted[other] < ALL
            in_use = station.used - _waiting(station)
            if asks and full and math.isfinite(places) and in_use > 0:
                asked += asks
                feeders.append(Feeder(places, in_use / asks))
                here = feeders[-1] if other == variant.name else here
        own = self.places[name].total * min(asked * each / there.asked, 1.0) if there.asked else 0.0
        kept = math.fsum(one.places for one in feeders)
        if not 1 - FEW <= own <= LARGEST or variant.name in there.onward or kept > LARGEST:
            return 1.0
        each *= self.slow[name]
        return 1 + waits_of(feeders, own, each) / here.years if 0 < each < math.inf else 1.0

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
