"""The benchmark pathway: its sizes, its pre-sampled draws and the result every engine returns.

First come, first served everywhere; the system starts empty; the horizon is 3,650 days.

1. Clients arrive as a Poisson process.
2. Access A: assessors, an exponential assessment (mean 20 days).
3. Place B: places, a lognormal stay (mean 600 days, sigma 0.8).
4. After the stay the client needs a dwelling and keeps place B until it has one. Dwellings come one
   at a time, at fixed days; one that finds the stock at its most lapses.
5. Station C: places, a lognormal stay (mean 400 days, sigma 0.8).
6. With probability 0.2 back to A as a new visit, else the client leaves.

An event happens when its day is before the horizon. Queues are ordered by (request day, client
number); with continuous draws no two clients ask on the same day, so the order of asking is enough.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, isnan, log, nan
from typing import NamedTuple

import numpy as np

HORIZON_DAYS = 3650.0
DAYS_PER_YEAR = 365.0
ASSESSMENT_MEAN_DAYS = 20.0
STAY_B_MEAN_DAYS = 600.0
STAY_C_MEAN_DAYS = 400.0
STAY_SIGMA = 0.8
RETURN_PROBABILITY = 0.2
FLAT_VISITS = 4
"""Visits of each client that are drawn beforehand; later ones come from `Draws.further`."""

A, B, DWELLING, C, LEFT = range(5)
"""What can happen to a client. The first four are a *client-stage* each."""
STAGE_NAMES = ("A", "B", "dwelling", "C", "left")

TOLERANCE = 5e-8
"""Days and mean waits are the same when they agree to 7 decimals."""

Event = tuple[int, int, int, float]
"""(client, visit, stage, day); clients and visits are numbered from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large the pathway is.

    Attributes
    ----------
    name : str
    arrivals_per_year : float
    assessors, places_b, places_c : int
        Capacity of A, B and C.
    dwellings_at_start, dwellings_at_most : int
        Stock of dwellings on day 0, and the stock at which a new one lapses.
    days_per_dwelling : float
        Dwelling number k (1, 2, ...) comes on day k * days_per_dwelling.
    """

    name: str
    arrivals_per_year: float
    assessors: int
    places_b: int
    places_c: int
    dwellings_at_start: int
    dwellings_at_most: int
    days_per_dwelling: float


REGION = Size(
    name="region",
    arrivals_per_year=300.0,
    assessors=22,
    places_b=590,
    places_c=385,
    dwellings_at_start=5,
    dwellings_at_most=10,
    days_per_dwelling=365 / 360,
)
NATIONAL = Size(
    name="national",
    arrivals_per_year=15_000.0,
    assessors=1_030,
    places_b=29_300,
    places_c=18_700,
    dwellings_at_start=50,
    dwellings_at_most=100,
    days_per_dwelling=365 / 17_800,
)
SIZES = {size.name: size for size in (REGION, NATIONAL)}


class VisitDraws(NamedTuple):
    """All chance in one visit of one client."""

    service_days: float
    stay_b_days: float
    stay_c_days: float
    again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """All chance of one replication, so that engines that read it walk the same trajectory.

    Attributes
    ----------
    arrival_days : list of float
        One per client, ascending, all before the horizon.
    dwelling_days : list of float
        Days on which a dwelling comes, ascending, all before the horizon.
    service, stay_b, stay_c : list of float
        Days; visit v of client i stands at ``FLAT_VISITS * i + v``.
    returns : list of bool
        Whether the client comes back to A after the visit; same order.
    further : callable (client, visit) -> VisitDraws
        The visits from number FLAT_VISITS on: a pure function.
    """

    arrival_days: list[float]
    dwelling_days: list[float]
    service: list[float]
    stay_b: list[float]
    stay_c: list[float]
    returns: list[bool]
    further: Callable[[int, int], VisitDraws]

    def service_days(self, client: int, visit: int) -> float:
        """Length of the assessment."""
        if visit < FLAT_VISITS:
            return self.service[FLAT_VISITS * client + visit]
        return self.further(client, visit).service_days

    def stay_b_days(self, client: int, visit: int) -> float:
        """Length of the stay in B, before the wait for a dwelling."""
        if visit < FLAT_VISITS:
            return self.stay_b[FLAT_VISITS * client + visit]
        return self.further(client, visit).stay_b_days

    def stay_c_days(self, client: int, visit: int) -> float:
        """Length of the stay in C."""
        if visit < FLAT_VISITS:
            return self.stay_c[FLAT_VISITS * client + visit]
        return self.further(client, visit).stay_c_days

    def again(self, client: int, visit: int) -> bool:
        """Whether the client comes back to A after this visit."""
        if visit < FLAT_VISITS:
            return self.returns[FLAT_VISITS * client + visit]
        return self.further(client, visit).again


@dataclass(frozen=True, slots=True)
class FurtherDraws:
    """Visits beyond the flat ones, each from a generator of its own."""

    seed: int

    def __call__(self, client: int, visit: int) -> VisitDraws:
        """Draw visit `visit` of `client`: the same answer whenever it is asked."""
        rng = np.random.default_rng([self.seed, 1, client, visit])
        return VisitDraws(
            float(rng.exponential(ASSESSMENT_MEAN_DAYS)),
            float(rng.lognormal(_log_mean(STAY_B_MEAN_DAYS), STAY_SIGMA)),
            float(rng.lognormal(_log_mean(STAY_C_MEAN_DAYS), STAY_SIGMA)),
            bool(rng.random() < RETURN_PROBABILITY),
        )


@dataclass(frozen=True, slots=True)
class FurtherTable:
    """Visits beyond the flat ones, looked up."""

    visits: Mapping[tuple[int, int], VisitDraws]

    def __call__(self, client: int, visit: int) -> VisitDraws:
        """Look up visit `visit` of `client`."""
        return self.visits[client, visit]


def written_out(draws: Draws) -> Draws:
    """Replace the function `further` by a table of all it can be asked, so that draws pickle."""
    visits: dict[tuple[int, int], VisitDraws] = {}
    for client in range(len(draws.arrival_days)):
        flat = draws.returns[FLAT_VISITS * client : FLAT_VISITS * (client + 1)]
        visit, again = FLAT_VISITS, all(flat)
        while again:
            visits[client, visit] = draws.further(client, visit)
            again = visits[client, visit].again
            visit += 1
    return replace(draws, further=FurtherTable(visits))


def sample_draws(size: Size, seed: int) -> Draws:
    """Draw everything that chance decides in one replication of the pathway."""
    rng = np.random.default_rng([seed, 0])
    expected = size.arrivals_per_year * HORIZON_DAYS / DAYS_PER_YEAR
    arrival_days = np.sort(rng.uniform(0.0, HORIZON_DAYS, rng.poisson(expected))).tolist()
    visits = FLAT_VISITS * len(arrival_days)
    return Draws(
        arrival_days=arrival_days,
        dwelling_days=dwelling_days(size),
        service=rng.exponential(ASSESSMENT_MEAN_DAYS, visits).tolist(),
        stay_b=rng.lognormal(_log_mean(STAY_B_MEAN_DAYS), STAY_SIGMA, visits).tolist(),
        stay_c=rng.lognormal(_log_mean(STAY_C_MEAN_DAYS), STAY_SIGMA, visits).tolist(),
        returns=(rng.random(visits) < RETURN_PROBABILITY).tolist(),
        further=FurtherDraws(seed),
    )


def dwelling_days(size: Size) -> list[float]:
    """Days before the horizon on which a dwelling comes: k * x, never a running sum."""
    days: list[float] = []
    while (day := (len(days) + 1) * size.days_per_dwelling) < HORIZON_DAYS:
        days.append(day)
    return days


def _log_mean(mean_days: float) -> float:
    return log(mean_days) - STAY_SIGMA**2 / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What an engine found.

    Attributes
    ----------
    starts_a, starts_b, dwellings, starts_c, left, lapsed : int
        Starts at A, B and C, dwellings received, clients gone for good, dwellings lapsed.
    wait_a_days, wait_b_days, wait_dwelling_days, wait_c_days : float
        Means over all completed waits; NaN when there is none.
    trace : list of Event, or None
        Every start, receipt and departure, in the engine's own order; None unless asked for.
    """

    starts_a: int
    starts_b: int
    dwellings: int
    starts_c: int
    left: int
    lapsed: int
    wait_a_days: float
    wait_b_days: float
    wait_dwelling_days: float
    wait_c_days: float
    trace: list[Event] | None = None

    @property
    def client_stages(self) -> int:
        """Starts of A, B and C plus dwellings received: the unit of work of the benchmark."""
        return self.starts_a + self.starts_b + self.dwellings + self.starts_c


class Tally:
    """Counts and waits while an engine runs.

    Attributes
    ----------
    counts : list of int
        Indexed by A, B, DWELLING, C and LEFT.
    waited : list of float
        Total days waited before A, B, DWELLING and C.
    lapsed : int
    trace : list of Event, or None
    """

    __slots__ = ("counts", "lapsed", "trace", "waited")

    def __init__(self, *, trace: bool = False) -> None:
        self.counts = [0, 0, 0, 0, 0]
        self.waited = [0.0, 0.0, 0.0, 0.0]
        self.lapsed = 0
        self.trace: list[Event] | None = [] if trace else None

    def start(self, stage: int, client: int, visit: int, day: float, asked: float) -> None:
        """Book the end of a wait that began on day `asked`."""
        self.counts[stage] += 1
        self.waited[stage] += day - asked
        if self.trace is not None:
            self.trace.append((client, visit, stage, day))

    def leave(self, client: int, visit: int, day: float) -> None:
        """Book that a client has gone for good."""
        self.counts[LEFT] += 1
        if self.trace is not None:
            self.trace.append((client, visit, LEFT, day))

    def result(self) -> Result:
        """Turn totals into means."""
        return to_result(self.counts, self.waited, self.lapsed, self.trace)


def to_result(
    counts: Sequence[int],
    waited: Sequence[float],
    lapsed: int,
    trace: list[Event] | None = None,
) -> Result:
    """Build a Result from totals indexed by A, B, DWELLING, C (and LEFT for `counts`)."""
    waits = [total / n if n else nan for total, n in zip(waited, counts, strict=False)]
    return Result(
        starts_a=counts[A],
        starts_b=counts[B],
        dwellings=counts[DWELLING],
        starts_c=counts[C],
        left=counts[LEFT],
        lapsed=lapsed,
        wait_a_days=waits[A],
        wait_b_days=waits[B],
        wait_dwelling_days=waits[DWELLING],
        wait_c_days=waits[C],
        trace=trace,
    )


def differences(found: Result, expected: Result) -> list[str]:
    """Say where two results differ: counts exactly, mean waits and trace days to 7 decimals."""
    said = []
    for name in (field for field in Result.__dataclass_fields__ if field != "trace"):
        ours, theirs = getattr(found, name), getattr(expected, name)
        if not (isnan(ours) and isnan(theirs)) and abs(ours - theirs) > TOLERANCE:
            said.append(f"{name}: {ours!r}, expected {theirs!r}")
    if found.trace is not None and expected.trace is not None:
        said += _trace_differences(found.trace, expected.trace)
    return said


def _trace_differences(found: list[Event], expected: list[Event]) -> list[str]:
    ours = {event[:3]: event[3] for event in found}
    theirs = {event[:3]: event[3] for event in expected}
    said = [f"{len(found)} events, expected {len(expected)}"] if len(found) != len(expected) else []
    apart = [
        key
        for key in ours.keys() | theirs.keys()
        if abs(ours.get(key, inf) - theirs.get(key, inf)) > TOLERANCE
    ]
    for client, visit, stage in sorted(apart)[:5]:
        key = (client, visit, stage)
        said.append(
            f"client {client}, visit {visit}, {STAGE_NAMES[stage]}: "
            f"day {ours.get(key)}, expected {theirs.get(key)}"
        )
    return said
