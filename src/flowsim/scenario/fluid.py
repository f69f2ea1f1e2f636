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
from flowsim.scenario.demand import Demand
from flowsim.scenario.flow import ORDERS
from flowsim.scenario.housing import Dwellings, Variant
from flowsim.scenario.model import Scenario
from flowsim.scenario.need import Level
from flowsim.scenario.support import Team
from flowsim.scenario.values import NO_LIMIT, Duration, whole_numbers

WEEKS_PER_YEAR = DAYS_PER_YEAR / DAYS_PER_WEEK
SWEEPS = 4000
CLOSE = 1e-9
Kind = tuple[int, bool]
"""A support level (its place in the list) and whether the client rents a dwelling."""


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


# ---------------------------------------------------------------- one stay
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

    def __init__(self, scenario: Scenario) -> None:
        self.levels: tuple[Level, ...] = scenario.level or (Level(name=""),)
        self.index = {level.name: i for i, level in enumerate(self.levels)}
        ready_at = scenario.leaving.ready_at
        self.ready_at = -1 if ready_at is None else self.index[ready_at]
        self._speed = scenario.situation.adequate
        self._exits = scenario.exits_per_year
        self._known: dict[tuple[str, int], Stay] = {}

    def hazard(self, place: str) -> float:
        """Return the hazard per year of all ways out of a place that compete with recovery."""
        return math.fsum(rate.of(place) for rate in self._exits.values())

    def serves(self, variant: Variant) -> range:
        """Return the levels that a variant serves."""
        if variant.serves is None:
            return range(len(self.levels))
        return range(self.index[variant.serves[0]], self.index[variant.serves[1]] + 1)

    def of(self, variant: Variant, level: int) -> Stay:
        """Return what a stay that begins at ``level`` comes to."""
        key = (variant.name, level)
        if key not in self._known:
            make = self._line if variant.stay_days is not None else self._need
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
        for _ in range(SWEEPS):
            following: dict[int, float] = defaultdict(float)
            for now, share in at.items():
                length, lighter, heavier = self._phase(variant.name, now)
                years[now] += share * length
                for then, chance in ((now - 1, lighter), (now + 1, heavier)):
                    if not chance:
                        continue
                    if then <= self.ready_at:
                        ready += share * chance
                    elif then in serves:
                        following[then] += share * chance
                    else:
                        moves[then] += share * chance
            at = following
            if math.fsum(at.values()) < CLOSE:
                break
        else:  # levels go up and down without a way out
            years[level] = math.inf
        return Stay(years=dict(years), ready=ready, moves=dict(moves), onward={})

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


# ---------------------------------------------------------------- capacities
def spread(scenario: Scenario, pool: Variant | Team | Desk | Dwellings) -> list[float]:
    """Return the capacity of a pool in every area of its scale, in its own unit.

    Places of a variant, client hours a week of a team, assessor hours a week (or assessors) of a
    desk, realised dwellings a year of a stream.
    """
    names = scenario.areas.of_scale(pool.scale)
    weights = tuple(scenario.areas.population_of(pool.scale, name) for name in names)
    if isinstance(pool, Variant):
        tables = list(pool.providers.values()) if pool.providers is not None else [pool.places]
        if tables == [None]:
            return [math.inf] * len(names)
        whole = [whole_numbers(t.spread(names, weights)) for t in tables if t is not None]
        rooms = [sum(by_provider) for by_provider in zip(*whole, strict=True)]
        return [math.inf if room >= NO_LIMIT else float(room) for room in rooms]
    if isinstance(pool, Team):
        if pool.hours_per_week is not None:
            hours = pool.hours_per_week.spread(names, weights)
        else:
            assert pool.fte is not None
            present = (pool.client_hours or 0.0) * (1 - pool.vacancy) * (1 - pool.absence)
            hours = tuple(present * fte for fte in pool.fte.spread(names, weights))
        return [math.floor(60 * h + 1e-6) / 60 if h < math.inf else h for h in hours]
    if isinstance(pool, Desk):
        if pool.assessors is not None:
            return list(pool.assessors.spread(names, weights))
        assert pool.fte is not None
        return [fte * (pool.hours_per_fte or 0.0) for fte in pool.fte.spread(names, weights)]
    if pool.every_days is not None:
        return [pool.batch * DAYS_PER_YEAR / pool.every_days * pool.realised for _ in names]
    assert pool.per_year is not None
    return [n * pool.realised for n in pool.per_year.spread(names, weights)]


# ---------------------------------------------------------------- the flow
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
        self.options = [self._suitable(level) for level in range(len(self.stays.levels))]
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
        if (roomy and alone and short_of_dwellings) or (origin and not short_of_dwellings):
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

    def _suitable(self, level: int) -> list[Variant]:
        """Return the variants that suit a level, in the order in which an award names them."""
        order, serves = self.scenario.placement.order, self.stays.serves
        named = order if order[0] not in ORDERS else self.scenario.order["variant"]
        able = [self.variants[name] for name in named if level in serves(self.variants[name])]
        if order[0] not in ORDERS:
            return able
        reached = {to for v in able for to in v.next or {} if to != v.name}
        entries = [v for v in able if v.stay_days is None or v.name not in reached] or able
        entries.sort(key=lambda v: (serves(v)[-1], serves(v)[0]))
        if order[0] == "home_first":
            entries.sort(key=lambda v: v.tenancy != "own")
        if order[0] == "best_fit":
            entries.sort(key=lambda v: (len(serves(v)), serves(v)[-1]))
        return entries


def notifications(scenario: Scenario, demand: Demand) -> dict[str, float]:
    """Return a profile's notifications a year by municipality, on the start date."""
    areas, about = scenario.areas, scenario.scenario
    names = areas.municipalities
    people = tuple(areas.populations[name] for name in names)
    factors = demand.weight.spread(names, people) if demand.weight else (1.0,) * len(names)
    weights = tuple(p * factor for p, factor in zip(people, factors, strict=True))
    if demand.per_10k_per_year is not None:
        rates = tuple(demand.per_10k_per_year * weight / 10_000 for weight in weights)
    elif demand.per_year is not None:
        rates = demand.per_year.spread(names, weights)
    else:
        years = about.years or (about.days or DAYS_PER_YEAR) / DAYS_PER_YEAR
        home = demand.municipality or names[0]
        rates = tuple(len(demand.on_days or ()) / years if m == home else 0.0 for m in names)
    return dict(zip(names, rates, strict=True))


def by_municipality(scenario: Scenario) -> dict[str, float]:
    """Return the notifications a year of all profiles by municipality, on the start date."""
    parts = [notifications(scenario, demand) for demand in scenario.demand]
    return {name: math.fsum(part[name] for part in parts) for name in parts[0]}


def mix_of(demand: Demand, index: dict[str, int]) -> dict[int, float]:
    """Return the share of a profile's clients by level."""
    if demand.level_mix is None:
        return {0: 1.0}
    return {index[name]: share for name, share in demand.level_mix.items()}


def handles(desk: Desk, profile: str, level: str) -> float:
    """Return the share of a profile's cases at a level that a desk takes."""
    takes = desk.handles
    if takes.profiles is not None and profile not in takes.profiles:
        return 0.0
    if takes.levels is not None and level not in takes.levels:
        return 0.0
    return takes.share


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
    if not math.isfinite(capacity) or used <= 0:
        return 1.0
    if not math.isfinite(used):  # nobody ever leaves: no share fits
        return share
    return min(1.0, share * math.sqrt(capacity / used)) if capacity else 0.0


def _times(rate: float, years: float) -> float:
    return rate * years if rate else 0.0


def _entries(flow: Flow) -> list[float]:
    return [n for s in flow.stations.values() for n in (s.used, *s.entries.values())]


def _apart(before: list[float], after: list[float]) -> float:
    if len(before) != len(after):
        return math.inf
    pairs = zip(before, after, strict=True)
    return max((abs(a - b) for a, b in pairs if a != b), default=0.0)
