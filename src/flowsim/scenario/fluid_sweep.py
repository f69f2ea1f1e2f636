"""One sweep through the flow: who asks, who finds room, where they live and go on to."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping

from flowsim.calendar import DAYS_PER_YEAR
from flowsim.scenario.awards import named_by_level
from flowsim.scenario.fluid_room import FEW, LONGEST_WAIT, Room
from flowsim.scenario.housing import Variant
from flowsim.scenario.model import Scenario
from flowsim.scenario.rates import handles, mix_of
from flowsim.scenario.stays import Stays, years_within
from flowsim.scenario.steady import Flow, Kind, Station

ALL = 1 - 1e-9


class Sweep:
    """The flow of one sweep, from the shares that hold now and the entries of the last sweep."""

    def __init__(
        self,
        scenario: Scenario,
        stays: Stays,
        room: Room,
        endless: dict[tuple[str, int], list[str]],
        last: Flow,
    ) -> None:
        self._scenario, self._stays, self._room, self._last = scenario, stays, room, last
        self._endless = endless
        self._variants = {v.name: v for v in scenario.variant}
        self._named = named_by_level(scenario)
        self._alone = scenario.leaving.find_alone_per_year
        self.flow = Flow(inflow=last.inflow)
        self.flow.stations = {name: Station() for name in self._variants}
        self._delays = {name: self._delay(name) for name in room.supply}
        self._impatience = self._give_up_per_year()
        self.returns: dict[Kind, float] = defaultdict(float)
        """Who notifies again, a year."""
        self.worse: dict[Kind, float] = defaultdict(float)
        """Whose level rises while they wait, a year."""

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

    # ------------------------------------------------------------ placement
    def _place(self, kind: Kind, rate: float, origin: str | None) -> None:
        """Share out people who ask for a place over the variants that suit them, in order.

        Who finds no dwelling takes a place rather than wait for one.
        """
        options = [v for v in self._named[kind[0]] if v.name != origin]
        if not options:
            self.flow.nowhere += rate if origin is None else 0.0
            return
        rest = rate
        for variant in options:
            station = self.flow.stations[variant.name]
            station.asked += _times(rest, self._place_years(variant, kind[0]))
            share = self._room.of(variant)
            if self._needs_dwelling(variant, kind) and variant.dwellings:
                share *= self._room.granted[variant.dwellings]
                still = self._outlasts(origin, self._delays[variant.dwellings])
                self.flow.used[variant.dwellings] += rest * share * still
            self._enter(variant, kind, rest * share, origin)
            rest *= 1 - share
            if variant is not options[-1]:
                station.passed_on += rest
        if rest > rate * (1 - ALL):
            self._too_many(options, kind, rest, rate, origin)

    def _too_many(
        self, options: list[Variant], kind: Kind, rest: float, rate: float, origin: str | None
    ) -> None:
        """Deal with the people for whom there was nothing in any variant."""
        there = [v for v in options if self._room.places[v.name].total > 0]
        roomy = [v for v in there if self._room.places[v.name].total == math.inf]
        last = (roomy or there or options)[-1]
        short = self._needs_dwelling(last, kind) and last.dwellings is not None
        station = self.flow.stations[last.name]
        if origin is not None:
            if not there:
                station.unserved += rest
                return
            wait = self._wait_years(last, kind)
            if short and last.dwellings and not self._alone:  # they get them in the end
                still = self._outlasts(origin, wait + self._delays[last.dwellings])
                self.flow.used[last.dwellings] += rest * still
            self._enter(last, kind, rest, origin, wait)
            return
        if roomy and self._alone and short and last.dwellings:
            staffed, granted = self._room.of(last), self._room.granted[last.dwellings]
            finds = rest * staffed * (1 - granted) / max(1 - staffed * granted, 1e-12)
            rest -= finds
            gives_up = self._gives_up(options[0])
            quits = finds * (1 / (1 + self._alone / gives_up) if gives_up else 0.0)
            station.given_up += quits
            station.waiting += quits / (gives_up + self._alone)
            self._enter(last, kind, finds - quits, origin)
        if rest > rate * (1 - ALL):
            self._wait(options, station, kind, rest, rate)

    def _wait(
        self, options: list[Variant], station: Station, kind: Kind, rest: float, rate: float
    ) -> None:
        """Let people wait until they give up, leave, or come to need something else."""
        level, tenant = kind
        gives_up = self._gives_up(options[0])
        if math.isinf(gives_up):
            station.given_up += rest
            return
        leaves = self._stays.hazard("waiting")
        worse = self._worse_elsewhere(level)
        hazard = gives_up + leaves + worse
        if hazard <= 0:
            station.unserved += rest
            for stream in {v.dwellings for v in options if self._needs_dwelling(v, kind)}:
                self.flow.without[stream or ""] += rest
            return
        patience = options[0].patience_days
        if patience is not None and patience.family == "constant":  # all wait as long
            station.waiting += rate / hazard
        else:
            station.waiting += rest / hazard
        station.given_up += rest * gives_up / hazard
        station.gone += rest * (leaves + worse) / hazard
        if worse:
            self.worse[level + 1, tenant] += rest * worse / hazard

    def _worse_elsewhere(self, level: int) -> float:
        """Return the hazard that who waits comes to need what other variants serve."""
        named = self._named
        if level + 1 >= len(named) or named[level + 1] == named[level]:
            return 0.0
        worse = self._stays.levels[level].worse_per_year
        return worse * self._scenario.situation.unsupported.worse

    def _wait_years(self, variant: Variant, kind: Kind) -> float:
        """Return how long movers wait for a variant: as long as newcomers, of whom some give up."""
        level, known = kind[0], self._room.late
        late = known[variant.name] + known.get(variant.team or "", 0.0)
        if self._needs_dwelling(variant, kind) and not self._alone:
            late += known.get(variant.dwellings or "", 0.0)
        share = max(self._room.of(variant), FEW)
        hazard = self._gives_up(variant) + self._stays.hazard("waiting")
        hazard += self._worse_elsewhere(level)
        if share >= ALL or hazard <= 0 or math.isinf(hazard):
            return min(late, LONGEST_WAIT)
        return min(late - math.log(share) / hazard, LONGEST_WAIT)

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

    def _enter(
        self, variant: Variant, kind: Kind, rate: float, origin: str | None, wait: float = 0.0
    ) -> None:
        """Let people enter a variant, after what they wait for a dwelling (and ``wait`` years)."""
        if not rate:
            return
        station = self.flow.stations[variant.name]
        level, tenant = kind
        stream = variant.dwellings if self._needs_dwelling(variant, kind) else None
        years = wait + (self._delays[stream] if stream else 0.0)
        late = rate * self._late(origin, years)
        if stream:
            self.flow.queued[stream] += rate
            if origin is not None:
                self.flow.stations[origin].asks[stream] += rate
        rate *= self._outlasts(origin, years)
        if stream:
            self.flow.needed[stream] += rate
        if origin is None:
            station.waiting += late
        else:  # the clock of this level already ran in the place that was kept
            self.flow.stations[origin].blocked += late
            station.persons[level] -= min(late, _times(rate, self._years(variant, level)))
            self.flow.moved[origin, variant.name] += rate
        if variant.tenancy == "own":
            station.entries[level, True] += rate
            return
        keeps = self._scenario.leaving.keeps_tenancy if tenant else 0.0
        station.entries[level, True] += rate * keeps
        station.entries[level, False] += rate * (1 - keeps)

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
            station.persons[at] += _times(rate, years)
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
        there.asked += _times(rate, self._place_years(target, kind[0]))
        share = self._room.of(target)
        if self._needs_dwelling(target, kind) and target.dwellings:
            granted = self._room.granted[target.dwellings]
            self.flow.needed[target.dwellings] += rate * share * (1 - granted)
            share *= granted
            self.flow.used[target.dwellings] += rate * share
        keeps = variant.name if variant.keep_place_until != "never" else None
        if variant.keep_place_until == "next_step":
            self.flow.stations[variant.name].onward[target.name] += rate
        self._enter(target, kind, rate * share, keeps)
        rest = rate * (1 - share)
        if rest <= rate * (1 - ALL):
            return
        if keeps is None:
            self._wait([target], there, kind, rest, rate)
        else:
            there.unserved += rest

    def _leave(self, variant: Variant, tenant: bool, rate: float) -> None:
        leaving, stream = self._scenario.leaving, self._scenario.leaving.dwellings
        station = self.flow.stations[variant.name]
        for destination, share in leaving.destination.items():
            leave = rate * share
            stays_home = destination == "own_dwelling" and tenant
            if destination == "own_dwelling" and not tenant and stream is not None:
                self.flow.queued[stream] += leave
                station.asks[stream] += leave
                station.blocked += leave * self._late(variant.name, self._delays[stream])
                leave *= self._outlasts(variant.name, self._delays[stream])
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
        homes = [v for v in self._named[level] if v.tenancy == "own"]
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

    # ------------------------------------------------------------ lengths
    def _delay(self, stream: str) -> float:
        """Return the years for which a dwelling is waited for, bounded by those who find alone."""
        short = self._last.short(stream, self._room.supply[stream])
        return short / self._alone / self._last.queued[stream] if self._alone and short else 0.0

    def _outlasts(self, place: str | None, years: float) -> float:
        """Return the share of the people in a place who are still there after some years."""
        return math.exp(-self._stays.hazard(place or "waiting") * years)

    def _late(self, place: str | None, years: float) -> float:
        """Return the mean years that they wait, whether until then or until they go otherwise."""
        hazard = self._stays.hazard(place or "waiting")
        return -math.expm1(-hazard * years) / hazard if hazard else years

    def _needs_dwelling(self, variant: Variant, kind: Kind) -> bool:
        return variant.tenancy == "own" and not kind[1]

    def _years(self, variant: Variant, level: int) -> float:
        return self._stays.of(variant, level).years.get(level, 0.0)

    def _place_years(self, variant: Variant, level: int) -> float:
        stay = self._stays.of(variant, level)
        return math.fsum(stay.years.values()) + variant.turnover_days / DAYS_PER_YEAR


def _times(rate: float, years: float) -> float:
    return rate * years if rate else 0.0
