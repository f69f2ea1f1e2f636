"""The steady flow that a scenario asks for: rates instead of people, means instead of chance.

Nobody waits by chance here: a queue arises only where more is asked than there is. People who
give up, or who find a dwelling alone, then bound it; where neither can happen it has no balance.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field

from flowsim.calendar import DAYS_PER_WEEK, DAYS_PER_YEAR
from flowsim.scenario.access import Desk
from flowsim.scenario.awards import named_by_level
from flowsim.scenario.housing import Variant
from flowsim.scenario.model import Scenario
from flowsim.scenario.rates import handles, mix_of, notifications, spread
from flowsim.scenario.stays import Stays, years_within

WEEKS_PER_YEAR = DAYS_PER_YEAR / DAYS_PER_WEEK
SWEEPS = 4000
CLOSE = 1e-9
Kind = tuple[int, bool]
"""A support level (its place in the list) and whether the client rents a dwelling."""


@dataclass(slots=True, kw_only=True)
class Station:
    """The steady flow through one variant; rates per year, stocks in persons."""

    entries: dict[Kind, float] = field(default_factory=lambda: defaultdict(float))
    """Who enters, by level and tenancy."""
    persons: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    """Residents who are not ready and need no other variant, by level."""
    blocked: float = 0.0
    """Residents who wait for a dwelling (or take up one) and keep their place."""
    turning_over: float = 0.0
    """Places empty between two residents."""
    asked: float = 0.0
    """Place-years asked by all who would enter if there were places."""
    passed_on: float = 0.0
    """People a year who find no place and go to the next variant that suits them."""
    given_up: float = 0.0
    unserved: float = 0.0
    """People a year for whom there is nothing, and who do not give up."""

    @property
    def residents(self) -> float:
        """Persons in the variant."""
        return math.fsum(self.persons.values()) + self.blocked

    @property
    def used(self) -> float:
        """Places filled or turning over."""
        return self.residents + self.turning_over


@dataclass(slots=True, kw_only=True)
class Flow:
    """The steady flow of a scenario; rates per year, stocks in persons."""

    notified: dict[str, float]
    """Notifications a year, by profile."""
    cases: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """New cases a year, by desk; returns included."""
    reassessed: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """Reassessments a year, by desk."""
    awarded: float = 0.0
    stations: dict[str, Station] = field(default_factory=dict)
    queued: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """People a year who ask a stream for a dwelling."""
    needed: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """Those among them who are still there when one comes."""
    used: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """Dwellings that a stream would have to give a year, without those who enter a home alone."""
    left: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """People a year who are ready and leave, by destination."""
    relapsed: float = 0.0
    moved: dict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))
    """Moves a year between two variants."""
    waiting: float = 0.0
    """People with an award who wait in no place."""

    def short(self, stream: str, supply: float) -> float:
        """Return the dwellings asked of a stream a year that it does not give."""
        return max(self.needed[stream] - min(self.used[stream], supply), 0.0)


def steady_flow(scenario: Scenario) -> Flow:
    """Return the flow in which everything that comes in goes out, year after year.

    Demand is that of the start date, without growth. Areas of a scale count as one pool.
    """
    return _Solver(scenario).solve()


class _Solver:
    """Sweeps through the flow until each admission share fits what there is."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.stays = Stays(scenario)
        self.variants = {v.name: v for v in scenario.variant}
        self.places = {v.name: math.fsum(spread(scenario, v)) for v in scenario.variant}
        self.supply = {d.name: math.fsum(spread(scenario, d)) for d in scenario.dwellings}
        self.admitted = dict.fromkeys(self.variants, 1.0)
        """Share of those who come to a variant for whom there is a place."""
        self.granted = dict.fromkeys(self.supply, 1.0)
        """Share of those who would enter a home who get its dwelling from the stream.

        Leavers come first: while there is another variant to enter, only they wait for one.
        """
        self.assessed = {desk.name: 1.0 for desk in scenario.desk}
        """Share of the new cases that a desk has hours for."""
        self.notified = {
            d.profile: math.fsum(notifications(scenario, d).values()) for d in scenario.demand
        }
        self.options = named_by_level(scenario)
        self.impatient = any(d.patience_days for d in scenario.demand)

    def solve(self) -> Flow:
        flow = Flow(notified=self.notified)
        back: dict[Kind, float] = {}
        for _ in range(SWEEPS):
            before = [*self.admitted.values(), *self.granted.values(), *self.assessed.values()]
            entered = _entries(flow)
            flow, back = self._sweep(flow, back)
            self._adjust(flow)
            after = [*self.admitted.values(), *self.granted.values(), *self.assessed.values()]
            if _apart(before, after) < CLOSE and _apart(entered, _entries(flow)) < 1e-7:
                break
        return flow

    # ------------------------------------------------------------ one sweep
    def _sweep(self, last: Flow, back: dict[Kind, float]) -> tuple[Flow, dict[Kind, float]]:
        flow = Flow(notified=self.notified)
        flow.stations = {name: Station() for name in self.variants}
        delay = {name: self._delay(last, name) for name in self.supply}
        for kind, rate in self._awards(flow, back).items():
            self._place(flow, kind, rate, None, delay)
        returns: dict[Kind, float] = defaultdict(float)
        for name, station in last.stations.items():
            for kind, rate in station.entries.items():
                self._live(flow, self.variants[name], kind, rate, delay, returns)
        self._aftercare(flow, returns)
        self._reassess(flow)
        return flow, returns

    def _awards(self, flow: Flow, back: dict[Kind, float]) -> dict[Kind, float]:
        """Return who gets an award; people who come back are shared out as the new ones are."""
        awards: dict[Kind, float] = defaultdict(float)
        total = math.fsum(self.notified.values())
        returning = math.fsum(back.values())
        kept = 0.0
        for demand in self.scenario.demand:
            for level, share in mix_of(demand, self.stays.index).items():
                rate = self.notified[demand.profile] * share
                through = 0.0
                handled = False
                for desk in self.scenario.desk:
                    part = handles(desk, demand.profile, self.stays.levels[level].name)
                    if not part:
                        continue
                    handled = True
                    guided = 0.0  # decided at once by a guide, without the desk
                    if desk.guide is not None and level <= self.stays.index[desk.guide.up_to]:
                        guided = desk.guide.share
                    again = 1 + (returning / total if total else 0.0)
                    flow.cases[desk.name] += rate * part * (1 - guided) * again
                    decided = guided + (1 - guided) * self.assessed[desk.name]
                    through += part * decided * desk.outcome.get("award", 0.0)
                through = through if handled else 1.0
                kept += rate * through
                tenants = demand.has_tenancy.of(self.stays.levels[level].name)
                awards[level, True] += rate * through * tenants
                awards[level, False] += rate * through * (1 - tenants)
        for kind, rate in back.items():
            awards[kind] += rate * (kept / total if total else 1.0)
        flow.awarded = math.fsum(awards.values())
        return awards

    def _place(
        self, flow: Flow, kind: Kind, rate: float, origin: str | None, delay: dict[str, float]
    ) -> None:
        """Share out people who ask for a place over the variants that suit them, in order.

        Who accepts all of them at once takes a place rather than wait for a dwelling.
        """
        options = [v for v in self.options[kind[0]] if v.name != origin]
        if self.scenario.placement.widen_after_days == 0:
            options.sort(key=lambda v: self._needs_dwelling(v, kind))
        rest = rate
        for variant in options:
            stay = self._place_years(variant, kind[0])
            flow.stations[variant.name].asked += _times(rest, stay)
            asks = rest if self._needs_dwelling(variant, kind) else 0.0
            share = self.admitted[variant.name]
            if asks and variant.dwellings:
                share *= self.granted[variant.dwellings]
                still = self._outlasts(origin, delay[variant.dwellings])
                flow.used[variant.dwellings] += asks * share * still
            self._enter(flow, variant, kind, rest * share, origin, delay)
            rest *= 1 - share
            if variant is not options[-1]:
                flow.stations[variant.name].passed_on += rest
        if rest > 0 and options:
            self._too_many(flow, options, kind, rest, origin, delay)

    def _too_many(
        self,
        flow: Flow,
        options: list[Variant],
        kind: Kind,
        rest: float,
        origin: str | None,
        delay: dict[str, float],
    ) -> None:
        """Deal with the people for whom there was nothing in any variant."""
        roomy = [v for v in options if self.places[v.name] == math.inf]
        last = roomy[-1] if roomy else options[-1]
        alone = self.scenario.leaving.find_alone_per_year > 0
        short_of_dwellings = self._needs_dwelling(last, kind) and last.dwellings is not None
        station = flow.stations[last.name]
        somewhere = roomy[-1:] or [v for v in options if self.places[v.name]][-1:]
        if origin and somewhere and not short_of_dwellings:
            self._enter(flow, somewhere[0], kind, rest, origin, delay)
        elif roomy and alone and short_of_dwellings:
            self._enter(flow, last, kind, rest, origin, delay)
        elif origin is None and (options[0].patience_days is not None or self.impatient):
            station.given_up += rest
            patience = options[0].patience_days
            flow.waiting += rest * patience.mean / DAYS_PER_YEAR if patience else 0.0
        else:
            station.unserved += rest

    def _enter(
        self,
        flow: Flow,
        variant: Variant,
        kind: Kind,
        rate: float,
        origin: str | None,
        delay: dict[str, float],
    ) -> None:
        if not rate:
            return
        station = flow.stations[variant.name]
        level, tenant = kind
        if self._needs_dwelling(variant, kind) and variant.dwellings:
            flow.queued[variant.dwellings] += rate
            late = rate * self._late(origin, delay[variant.dwellings])
            rate *= self._outlasts(origin, delay[variant.dwellings])
            flow.needed[variant.dwellings] += rate
            if origin is None:
                flow.waiting += late
            else:  # the clock of this level already ran in the place that was kept
                flow.stations[origin].blocked += late
                station.persons[level] -= min(late, _times(rate, self._years(variant, level)))
        if origin is not None:
            flow.moved[origin, variant.name] += rate
        if variant.tenancy == "own":
            station.entries[level, True] += rate
            return
        keeps = self.scenario.leaving.keeps_tenancy if tenant else 0.0
        station.entries[level, True] += rate * keeps
        station.entries[level, False] += rate * (1 - keeps)

    def _live(
        self,
        flow: Flow,
        variant: Variant,
        kind: Kind,
        rate: float,
        delay: dict[str, float],
        returns: dict[Kind, float],
    ) -> None:
        """Let people who entered a variant live there, and send them on."""
        level, tenant = kind
        stay = self.stays.of(variant, level)
        station = flow.stations[variant.name]
        for at, years in stay.years.items():
            station.persons[at] += _times(rate, years)
        station.turning_over += rate * variant.turnover_days / DAYS_PER_YEAR
        for at, chance in stay.moves.items():
            self._place(flow, (at, tenant), rate * chance, variant.name, delay)
        for name, chance in stay.onward.items():
            if name == "access":
                returns[kind] += rate * chance
            elif name == "out":
                flow.left["out"] += rate * chance
            else:
                self._onward(flow, variant, self.variants[name], kind, rate * chance, delay)
        self._leave(flow, variant, tenant, rate * stay.ready, delay)

    def _onward(
        self,
        flow: Flow,
        variant: Variant,
        target: Variant,
        kind: Kind,
        rate: float,
        delay: dict[str, float],
    ) -> None:
        """Send people to the next variant of a line; who finds nothing there waits without end."""
        flow.stations[target.name].asked += _times(rate, self._place_years(target, kind[0]))
        share = self.admitted[target.name]
        if self._needs_dwelling(target, kind) and target.dwellings:
            share *= self.granted[target.dwellings]
            flow.used[target.dwellings] += rate * share
            flow.needed[target.dwellings] += rate * (1 - share)
        keeps = variant.name if variant.keep_place_until != "never" else None
        self._enter(flow, target, kind, rate * share, keeps, delay)
        flow.stations[target.name].unserved += rate * (1 - share)

    def _leave(
        self, flow: Flow, variant: Variant, tenant: bool, rate: float, delay: dict[str, float]
    ) -> None:
        leaving, stream = self.scenario.leaving, self.scenario.leaving.dwellings
        station = flow.stations[variant.name]
        for destination, share in leaving.destination.items():
            leave = rate * share
            stays_home = destination == "own_dwelling" and tenant
            if destination == "own_dwelling" and not tenant and stream is not None:
                flow.queued[stream] += leave
                station.blocked += leave * self._late(variant.name, delay[stream])
                leave *= self._outlasts(variant.name, delay[stream])
                flow.needed[stream] += leave
                flow.used[stream] += leave
            flow.left[destination] += leave
            if not stays_home:
                station.blocked += leave * leaving.transition_days.mean / DAYS_PER_YEAR

    def _aftercare(self, flow: Flow, returns: dict[Kind, float]) -> None:
        leaving = self.scenario.leaving
        aftercare, relapse = leaving.aftercare, leaving.relapse
        if aftercare is None or relapse is None:
            return
        rate = relapse.per_year + self.stays.hazard("aftercare")
        years = years_within(aftercare.days, rate)
        flow.relapsed = flow.left["own_dwelling"] * relapse.per_year * years
        level = self.stays.index[relapse.level]
        homes = [v for v in self.options[level] if v.tenancy == "own"]
        if relapse.met == "desk" or not homes:
            returns[level, True] += flow.relapsed
        else:
            flow.stations[homes[0].name].entries[level, True] += flow.relapsed

    def _reassess(self, flow: Flow) -> None:
        """Count reassessments as if the time in care were exponential; a term starts in place."""
        persons = math.fsum(s.residents for s in flow.stations.values())
        lost = math.fsum(s.given_up + s.unserved for s in flow.stations.values())
        started = flow.awarded - lost
        cases = math.fsum(flow.cases.values())
        if started <= 0 or not math.isfinite(persons) or persons <= 0:
            return
        mean = persons / started
        for desk in self.scenario.desk:
            if desk.reassessment_hours is None or not cases:
                continue
            term = desk.award_days / DAYS_PER_YEAR
            lead = min(desk.reassessment_lead_days / DAYS_PER_YEAR, term)
            each = math.exp((lead - term) / mean) / -math.expm1(-term / mean)
            flow.reassessed[desk.name] = started * each * flow.cases[desk.name] / cases

    # ------------------------------------------------------------ shares that fit
    def _adjust(self, flow: Flow) -> None:
        for name, station in flow.stations.items():
            self.admitted[name] = _fit(self.admitted[name], self.places[name], station.used)
        for name, supply in self.supply.items():
            self.granted[name] = _fit(self.granted[name], supply, flow.used[name])
        for desk in self.scenario.desk:
            new, other, capacity = desk_load(self.scenario, desk, flow)
            room = max(capacity - other, 0.0)
            share = min(1.0, room / new) if new else 1.0
            self.assessed[desk.name] += (share - self.assessed[desk.name]) / 2

    def _delay(self, flow: Flow, stream: str) -> float:
        """Return the years for which a dwelling is waited for, bounded by those who find alone."""
        alone = self.scenario.leaving.find_alone_per_year
        short = flow.short(stream, self.supply[stream])
        return short / alone / flow.queued[stream] if alone and short else 0.0

    def _outlasts(self, place: str | None, years: float) -> float:
        """Return the share of the people in a place who are still there after some years."""
        return math.exp(-self.stays.hazard(place or "waiting") * years)

    def _late(self, place: str | None, years: float) -> float:
        """Return the mean years that they wait, whether until then or until they go otherwise."""
        hazard = self.stays.hazard(place or "waiting")
        return -math.expm1(-hazard * years) / hazard if hazard else years

    def _needs_dwelling(self, variant: Variant, kind: Kind) -> bool:
        return variant.tenancy == "own" and not kind[1]

    def _years(self, variant: Variant, level: int) -> float:
        return self.stays.of(variant, level).years.get(level, 0.0)

    def _place_years(self, variant: Variant, level: int) -> float:
        stay = self.stays.of(variant, level)
        return math.fsum(stay.years.values()) + variant.turnover_days / DAYS_PER_YEAR


def desk_load(scenario: Scenario, desk: Desk, flow: Flow) -> tuple[float, float, float]:
    """Return new work, other work and capacity of a desk: hours a week, or assessors."""
    capacity = math.fsum(spread(scenario, desk))
    cases = flow.cases[desk.name]
    if desk.assessment_days is not None:
        return cases * desk.assessment_days.mean / DAYS_PER_YEAR, 0.0, capacity
    assert desk.assessment_hours is not None
    other = 0.0
    if desk.reassessment_hours is not None:
        other += flow.reassessed[desk.name] * desk.reassessment_hours.mean
    if desk.other_work is not None:
        people = math.fsum(scenario.areas.populations.values())
        work = desk.other_work
        other += work.cases_per_1000_per_year * people / 1000 * work.hours.mean
    return cases * desk.assessment_hours.mean / WEEKS_PER_YEAR, other / WEEKS_PER_YEAR, capacity


def _fit(share: float, capacity: float, used: float) -> float:
    """Return a share a step closer to the one at which what is used fits the capacity."""
    if capacity == 0:
        return 0.0
    if not math.isfinite(capacity) or used <= 0:
        return 1.0
    if not math.isfinite(used):  # nobody ever leaves: no share fits
        return share
    return min(1.0, share * math.sqrt(capacity / used))


def _times(rate: float, years: float) -> float:
    return rate * years if rate else 0.0


def _entries(flow: Flow) -> list[float]:
    return [n for s in flow.stations.values() for n in (s.used, *s.entries.values())]


def _apart(before: list[float], after: list[float]) -> float:
    if len(before) != len(after):
        return math.inf
    pairs = zip(before, after, strict=True)
    return max((abs(a - b) for a, b in pairs if a != b), default=0.0)
