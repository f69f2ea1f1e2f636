"""Placement in a steady flow: who finds room at once, who waits, and how long movers wait."""

from __future__ import annotations

import math
from collections import defaultdict

from flowsim.balance.delays import Delays
from flowsim.balance.flow import Flow, Kind, Station
from flowsim.balance.room import FEW, LONGEST_WAIT, Room
from flowsim.balance.stays import Stays
from flowsim.calendar import DAYS_PER_YEAR
from flowsim.layout.awards import by_need, is_own
from flowsim.scenario.housing import Variant

ALL = 1 - 1e-9
FEWEST, SMALLEST = 1e-6, 1e-250
"""Shares of who asks: where nobody leaves the list, below the first fewer get through than become
ready while they wait; the smallest that is told apart."""
LONGEST_AFTER_EXCHANGE = 2.0
"""Years that movers wait for somebody to change places with."""


class Placing(Delays):
    """Shares out who asks for a place, by the shares that hold now."""

    def __init__(self, stays: Stays, room: Room, last: Flow) -> None:
        super().__init__(stays, room, last)
        self.worse: dict[Kind, float] = defaultdict(float)
        """Who comes to need another variant while they wait, a year."""

    def _place(self, kind: Kind, rate: float, origin: str | None) -> None:
        """Share out people who ask for a place over the variants that suit them, in order.

        Who finds no dwelling takes a place rather than wait for one.
        """
        options = [v for v in self._named[kind[0]] if v.name != origin]
        if not options:
            self.flow.nowhere += rate if origin is None else 0.0
            return
        if origin is not None and rate:
            asked = ((v.name, v.team or "", v.dwellings or "") for v in options)
            self.flow.by_movers.update(*asked)
        rest = rate
        for variant in options:
            station = self.flow.stations[variant.name]
            station.asked += times(rest, self._place_years(variant, kind[0]))
            share = self._room.of(variant)
            if self._needs_dwelling(variant, kind) and variant.dwellings:
                able, share = share, self._room.with_dwelling(variant)
                still = self._outlasts(origin, self._delays[variant.dwellings])
                self.flow.used[variant.dwellings] += rest * share * still
                self.flow.kept_out[variant.dwellings] += rest * (able - share)
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
            if not short and math.isfinite(self._room.places[origin].total):
                self.flow.held_up[origin, last.name] += rest
                change = self._room.exchanged.get((origin, last.name), 0.0)
                wait = min(wait, LONGEST_AFTER_EXCHANGE) * (1 - change) if change else wait
            if short and last.dwellings and not self._alone:  # they get them in the end
                still = self._outlasts(origin, wait + self._delays[last.dwellings])
                self.flow.used[last.dwellings] += rest * still
            self._enter(last, kind, rest, origin, wait)
            return
        if roomy and short and self._search.least < 1:
            rest -= self._look(last, kind, rest, self._gives_up(options[0]))
        if rest > rate * (1 - ALL):
            self._wait(options, station, kind, rest, rate)

    def _look(self, home: Variant, kind: Kind, rest: float, gives_up: float) -> float:
        """Let people find a dwelling beside the stream, or give up; return how many a year do."""
        able, share = self._room.of(home), self._room.with_dwelling(home)
        looks = rest * (able - share) / max(1 - share, 1e-12) * (1 - self._search.least)
        quits = looks * (1 - self._search.found(gives_up))
        if quits:
            station = self.flow.stations[home.name]
            station.given_up += quits
            station.waiting += quits / (gives_up + self._alone)
        self._enter(home, kind, looks - quits, None)
        return looks

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
        worse, (better, lighter) = self._worse_elsewhere(level), self._better(level)
        hazard, ends = gives_up + leaves + worse + better, (gives_up, leaves, worse, better)
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
        station.gone += rest * (leaves + worse + better) / hazard
        if worse:
            self.worse[level + 1, tenant] += rest * worse / hazard
        if better and lighter > self._stays.ready_at:
            self.worse[lighter, tenant] += rest * better / hazard
        elif better:
            self._pass_when_ready(options, station, (lighter, tenant), rest, rate, ends)

    def _pass_when_ready(
        self,
        options: list[Variant],
        station: Station,
        kind: Kind,
        rest: float,
        rate: float,
        ends: tuple[float, float, float, float],
    ) -> None:
        """Let people who came to need nothing wait on: when a place comes, they pass through.

        Parameters
        ----------
        ends
            Hazards per year of giving up, leaving, coming to need more, and of being ready.
        """
        gives_up, leaves, worse, better = ends
        hazard, goes = sum(ends), gives_up + leaves
        variant = next(v for v in options if self.flow.stations[v.name] is station)
        if not self._room.places[variant.name].total:
            return  # no place ever comes
        homeless = self._needs_dwelling(variant, kind)
        room = self._room.with_dwelling(variant) if homeless else self._room.of(variant)
        share = max(1 - rest / rate, room)  # the difference alone is lost in rounding
        least = max(math.exp(-hazard * LONGEST_WAIT), SMALLEST) if goes else FEWEST
        years = min(-math.log(max(share, least)) / hazard, LONGEST_WAIT)
        ready = better / (better + worse)
        still = math.exp(-goes * years)
        there = still * ready * -math.expm1(-(better + worse) * years)
        waits = (1 - still) / goes if goes else years
        station.waiting += rate * ready * (waits + math.expm1(-hazard * years) / hazard)
        lost = rest * better / hazard - rate * there
        station.gone -= rest * better / hazard
        station.given_up += lost * gives_up / goes if goes else 0.0
        station.gone += lost * leaves / goes if goes else 0.0
        passes = rate * there * min(share / least, 1.0)
        station.unserved += rate * there - passes  # more are ready than ever get through
        if homeless and variant.dwellings:
            self.flow.used[variant.dwellings] += passes
        self._enter(variant, kind, passes, None)

    def _worse_elsewhere(self, level: int) -> float:
        """Return the hazard that who waits comes to need what other variants serve."""
        named = self._named
        if level + 1 >= len(named) or named[level + 1] == named[level]:
            return 0.0
        worse = self._stays.levels[level].worse_per_year
        return worse * self._scenario.situation.unsupported.worse

    def _better(self, level: int) -> tuple[float, int]:
        """Return the hazard that who waits comes to need something lighter or nothing, and which.

        Levels for which an award names the same are waited through.
        """
        pace, days, lighter = self._scenario.situation.unsupported.recovery, 0.0, level
        if not pace:
            return 0.0, level
        while lighter > self._stays.ready_at and self._named[lighter] == self._named[level]:
            recovery = self._stays.levels[lighter].recovery_days
            if recovery is None:
                return 0.0, level
            days += recovery.mean / pace
            lighter -= 1
        return (DAYS_PER_YEAR / days if days else 0.0), lighter

    def _wait_years(self, variant: Variant, kind: Kind) -> float:
        """Return how long movers wait for a variant: as long as newcomers, of whom some give up."""
        level, known = kind[0], self._room.late
        late = known[variant.name] + known.get(variant.team or "", 0.0)
        if self._needs_dwelling(variant, kind) and not self._alone:
            late += known.get(variant.dwellings or "", 0.0)
        share = max(self._room.of(variant), FEW)
        hazard = self._gives_up(variant) + self._stays.hazard("waiting")
        hazard += self._worse_elsewhere(level) + self._better(level)[0]
        if share >= ALL or hazard <= 0 or math.isinf(hazard):
            return min(late, LONGEST_WAIT)
        return min(late - math.log(share) / hazard, LONGEST_WAIT)

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
            many = stream and self._search.urgent and not self._alone and self._gives_up(variant)
            station.waiting += 0.0 if many else late
        else:  # the clock of this level already ran in the place that was kept
            self.flow.stations[origin].blocked += late
            if by_need(variant):
                station.persons[level] -= min(late, times(rate, self._years(variant, level)))
            self.flow.moved[origin, variant.name] += rate
        if is_own(variant):
            station.entries[level, True] += rate
            return
        keeps = self._scenario.leaving.keeps_tenancy if tenant else 0.0
        station.entries[level, True] += rate * keeps
        station.entries[level, False] += rate * (1 - keeps)


def times(rate: float, years: float) -> float:
    """Multiply; nobody for ever is nobody."""
    return rate * years if rate else 0.0
