"""What a steady flow is made of: rates a year through each variant, and stocks in persons."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field

from flowsim.balance.inflow import Inflow

Kind = tuple[int, bool]
"""A support level (its place in the list) and whether the client rents a dwelling."""


def _rates() -> dict[str, float]:
    return defaultdict(float)


@dataclass(slots=True, kw_only=True)
class Station:
    """The steady flow through one variant; rates per year, stocks in persons."""

    entries: dict[Kind, float] = field(default_factory=lambda: defaultdict(float))
    """Who enters, by level and tenancy."""
    persons: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    """Residents who are not ready and need no other variant, by level."""
    blocked: float = 0.0
    """Residents who wait for the next step (or are in transition) and keep their place."""
    in_transition: float = 0.0
    """Those among them who have a dwelling and take it up."""
    turning_over: float = 0.0
    """Places empty between two residents."""
    asked: float = 0.0
    """Place-years asked by all who would enter if there were places."""
    passed_on: float = 0.0
    """People a year who find no room and go to the next variant that suits them."""
    given_up: float = 0.0
    gone: float = 0.0
    """People a year who leave or die, or come to need something else, while they wait."""
    unserved: float = 0.0
    """People a year for whom there is nothing, and who do not give up."""
    waiting: float = 0.0
    """People who wait for it in no place."""
    asks: dict[str, float] = field(default_factory=_rates)
    """Residents a year who ask a stream for a dwelling and keep their place until then."""
    onward: dict[str, float] = field(default_factory=_rates)
    """Residents a year who ask for the next station and keep their place until then."""
    slow: float = 1.0
    """Place-years that one client takes when all places are in use, against those without chance:
    places are also held by who waits while dwellings that nobody waited for are lost."""

    @property
    def residents(self) -> float:
        """Persons in the variant."""
        return math.fsum(self.persons.values()) + self.blocked

    @property
    def used(self) -> float:
        """Places filled or turning over."""
        return self.residents + self.turning_over

    @property
    def entered(self) -> float:
        """People a year who enter."""
        return math.fsum(self.entries.values())


@dataclass(slots=True, kw_only=True)
class Flow:
    """The steady flow of a scenario; rates per year, stocks in persons."""

    inflow: Inflow
    cases: dict[str, float] = field(default_factory=_rates)
    """New cases a year, by desk; returns included."""
    reassessed: dict[str, float] = field(default_factory=_rates)
    """Reassessments a year, by desk."""
    awarded: float = 0.0
    nowhere: float = 0.0
    """Awards a year that name no variant."""
    stations: dict[str, Station] = field(default_factory=dict)
    queued: dict[str, float] = field(default_factory=_rates)
    """People a year who ask a stream for a dwelling."""
    needed: dict[str, float] = field(default_factory=_rates)
    """Those among them who are still there when one comes."""
    used: dict[str, float] = field(default_factory=_rates)
    """Dwellings that a stream would have to give a year, without those who enter a home alone."""
    of_leavers: dict[str, float] = field(default_factory=_rates)
    """Dwellings a year that people who leave need of a stream."""
    kept_out: dict[str, float] = field(default_factory=_rates)
    """Newcomers a year who would enter a home of a stream if it had a dwelling."""
    without: dict[str, float] = field(default_factory=_rates)
    """Newcomers a year for whom a stream has none and who have no other way out."""
    left: dict[str, float] = field(default_factory=_rates)
    """People a year who are ready and leave, by destination."""
    relapsed: float = 0.0
    moved: dict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))
    """Moves a year between two variants."""
    held_up: dict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))
    """Movers a year who find no place, by the variant they hold and the one that they want."""
    by_movers: set[str] = field(default_factory=set)
    """Variants that people who live in another one ask for, their teams and dwellings."""
    staffed: dict[str, float] = field(default_factory=dict)
    """Share of those who would be supported for whom a team has hours."""
    supply: dict[str, float] = field(default_factory=dict)
    """Dwellings a year of each stream that reach who asks for them."""
    settled: bool = True
    """Whether the sweeps came to rest; if not, the numbers are those of the last one."""

    @property
    def notified(self) -> dict[str, float]:
        """Notifications a year, by profile."""
        return self.inflow.by_profile

    @property
    def waiting(self) -> float:
        """People with an award who wait in no place."""
        return math.fsum(station.waiting for station in self.stations.values())

    def short(self, stream: str, supply: float) -> float:
        """Return the dwellings asked of a stream a year that it does not give."""
        return max(self.needed[stream] - min(self.used[stream], supply), 0.0)
