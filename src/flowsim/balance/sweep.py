"""One sweep through the flow: who asks, where they live and what they go on to."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping

from flowsim.balance.flow import Flow, Kind
from flowsim.balance.placing import ALL, Placing, times
from flowsim.balance.rates import handles, mix_of
from flowsim.balance.room import Room
from flowsim.balance.stays import Stays, years_within
from flowsim.calendar import DAYS_PER_YEAR
from flowsim.layout.awards import is_own
from flowsim.scenario.housing import Variant


class Sweep(Placing):
    """The flow of one sweep, from the shares that hold now and the entries of the last sweep."""

    def __init__(
        self,
        stays: Stays,
        room: Room,
        endless: dict[tuple[str, int], list[str]],
        last: Flow,
    ) -> None:
        super().__init__(stays, room, last)
        self._endless = endless
        self.returns: dict[Kind, float] = defaultdict(float)
        """Who notifies again, a year."""

    def run(self, back: Mapping[Kind, float], worse: Mapping[Kind, float]) -> Flow:
        """Let everybody who comes, or is there, go one step on."""
        awards = self._awards(back)
        for kind in {**awards, **worse}:
            self._place(kind, awards.get(kind, 0.0) + worse.get(kind, 0.0), None)
        for name, station in self._last.stations.items():
            for kind, rate in station.entries.items():
                self._live(self._variants[name], kind, rate)
        self._aftercare()
        self._reassess()
        return self.flow

    # ------------------------------------------------------------ awards
    def _awards(self, back: Mapping[Kind, float]) -> dict[Kind, float]:
        """Return who gets an award; people who come back are shared out as the new ones are."""
        awards: dict[Kind, float] = defaultdict(float)
        notified = self.flow.notified
        total = math.fsum(notified.values())
        again = 1 + (math.fsum(back.values()) / total if total else 0.0)
        kept = 0.0
        for demand in self._scenario.demand:
            for level, share in mix_of(demand, self._stays.index).items():
                name = self._stays.levels[level].name
                rate = notified[demand.profile] * share
                through = self._decided(demand.profile, level, rate * again)
                kept += rate * through
                tenants = demand.has_tenancy.of(name)
                awards[level, True] += rate * through * tenants
                awards[level, False] += rate * through * (1 - tenants)
        for kind, rate in back.items():
            awards[kind] += rate * (kept / total if total else 1.0)
        self.flow.awarded = math.fsum(awards.values())
        return awards

    def _decided(self, profile: str, level: int, rate: float) -> float:
        """Count the cases of a profile and level, and return the share that gets an award."""
        through, handled = 0.0, False
        for desk in self._scenario.desk:
            part = handles(desk, profile, self._stays.levels[level].name)
            if not part:
                continue
            handled = True
            guided = 0.0  # decided at once by a guide, without the desk
            if desk.guide is not None and level <= self._stays.index[desk.guide.up_to]:
                guided = desk.guide.share
            self.flow.cases[desk.name] += rate * part * (1 - guided)
            decided = guided + (1 - guided) * self._room.assessed[desk.name]
            through += part * decided * desk.outcome.get("award", 0.0)
        return through if handled else 1.0

    # ------------------------------------------------------------ living there, and what follows
    def _live(self, variant: Variant, kind: Kind, rate: float) -> None:
        """Let people who entered a variant live there, and send them on."""
        level, tenant = kind
        station = self.flow.stations[variant.name]
        if rate and (variant.name, level) in self._endless:
            for name in self._endless[variant.name, level]:
                self.flow.stations[name].persons[level] = math.inf
            return
        stay = self._stays.of(variant, level)
        for at, years in stay.years.items():
            station.persons[at] += times(rate, years)
        station.turning_over += rate * variant.turnover_days / DAYS_PER_YEAR
        for at, chance in stay.moves.items():
            self._place((at, tenant), rate * chance, variant.name)
        for name, chance in stay.onward.items():
            if name == "access":
                self.returns[kind] += rate * chance
            elif name == "out":
                self.flow.left["out"] += rate * chance
            else:
                self._onward(variant, self._variants[name], kind, rate * chance)
        self._leave(variant, tenant, rate * stay.ready)

    def _onward(self, variant: Variant, target: Variant, kind: Kind, rate: float) -> None:
        """Send people to the next variant of a line; who finds nothing there waits without end."""
        there = self.flow.stations[target.name]
        there.asked += times(rate, self._place_years(target, kind[0]))
        share, wait = self._room.of(target), 0.0
        if self._fills_up(variant, target, kind) and target.dwellings:
            wait = self._room.late[target.dwellings]
            self.flow.used[target.dwellings] += rate * share
            self.flow.of_leavers[target.dwellings] += rate * share
        elif self._needs_dwelling(target, kind) and target.dwellings:
            granted = self._room.granted[target.dwellings]
            self.flow.needed[target.dwellings] += rate * share * (1 - granted)
            if variant.keep_place_until != "never":  # they keep their place, too
                station = self.flow.stations[variant.name]
                station.asks[target.dwellings] += rate * share * (1 - granted)
            share *= granted
            self.flow.used[target.dwellings] += rate * share
        keeps = variant.name if variant.keep_place_until != "never" else None
        if variant.keep_place_until == "next_step":
            self.flow.stations[variant.name].onward[target.name] += rate
        self._enter(target, kind, rate * share, keeps, wait)
        rest = rate * (1 - share)
        if rest <= rate * (1 - ALL):
            return
        if keeps is None:
            self._wait([target], there, kind, rest, rate)
        else:
            there.unserved += rest

    def _fills_up(self, variant: Variant, target: Variant, kind: Kind) -> bool:
        """Tell whether people wait for a dwelling in places that are kept until they get one."""
        kept = variant.keep_place_until != "never" and self._room.places[variant.name].total
        only = self._needs_dwelling(target, kind) and not self._alone
        return only and math.isfinite(kept or math.inf)

    def _leave(self, variant: Variant, tenant: bool, rate: float) -> None:
        leaving, stream = self._scenario.leaving, self._scenario.leaving.dwellings
        station = self.flow.stations[variant.name]
        for destination, share in leaving.destination.items():
            leave = rate * share
            stays_home = destination == "own_dwelling" and tenant
            if destination == "own_dwelling" and not tenant and stream is not None:
                self.flow.queued[stream] += leave
                station.asks[stream] += leave
                years = self._delay_of_leavers(stream)
                station.blocked += leave * self._late(variant.name, years)
                leave *= self._outlasts(variant.name, years)
                self.flow.of_leavers[stream] += leave
                self.flow.needed[stream] += leave
                self.flow.used[stream] += leave
            self.flow.left[destination] += leave
            if not stays_home:
                moving = leave * leaving.transition_days.mean / DAYS_PER_YEAR
                station.blocked += moving
                station.in_transition += moving

    def _aftercare(self) -> None:
        leaving = self._scenario.leaving
        aftercare, relapse = leaving.aftercare, leaving.relapse
        if aftercare is None or relapse is None:
            return
        rate = relapse.per_year + self._stays.hazard("aftercare")
        years = years_within(aftercare.days, rate)
        self.flow.relapsed = self.flow.left["own_dwelling"] * relapse.per_year * years
        level = self._stays.index[relapse.level]
        homes = [v for v in self._named[level] if is_own(v)]
        if relapse.met == "desk" or not homes:
            self.returns[level, True] += self.flow.relapsed
        else:
            self.flow.stations[homes[0].name].entries[level, True] += self.flow.relapsed

    def _reassess(self) -> None:
        """Count reassessments as if the time in care were exponential; a term starts in place."""
        flow = self.flow
        persons = math.fsum(s.residents for s in flow.stations.values())
        lost = math.fsum(s.given_up + s.gone + s.unserved for s in flow.stations.values())
        started = flow.awarded - lost - flow.nowhere
        cases = math.fsum(flow.cases.values())
        if started <= 0 or not math.isfinite(persons) or persons <= 0:
            return
        mean = persons / started
        for desk in self._scenario.desk:
            if desk.reassessment_hours is None or not cases:
                continue
            term = desk.award_days / DAYS_PER_YEAR
            lead = min(desk.reassessment_lead_days / DAYS_PER_YEAR, term)
            each = math.exp((lead - term) / mean) / -math.expm1(-term / mean)
            flow.reassessed[desk.name] = started * each * flow.cases[desk.name] / cases
