"""How many can pass when places are never empty, though some of them are held by who waits.

Chance alone makes this less than either bound: who is done waits at times for a dwelling or for
the next station and holds the place meanwhile, and at other times a dwelling finds nobody and
is lost. Exact for Poisson offers and, but for the shelf, for stays of any distribution (the places
are a closed network of two stations); a next station counts as if its stays were exponential.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

NOTHING = 1e-15
HALVINGS = 60
WHOLE = 1e-9
MUCH = 0.05
"""Share of what would pass without chance that is much; below it the means say it, too."""
LARGEST = 500
"""With more places than this chance takes away less than the balance can see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A stream of dwellings that comes when it comes; rates per year."""

    offers: float
    cap: float = math.inf
    """Most offers that can wait for somebody."""
    hold_years: float = math.inf
    """How long one waits."""

    def waits(self, taken: float) -> float:
        """Return the time that an offer is there, against the time that neither waits.

        ``taken``: how many a year are asked for.
        """
        if not self.offers or not taken:
            return 0.0
        gap = (self.offers - taken) * self.hold_years
        if math.isinf(self.hold_years):
            held = self.offers / (taken - self.offers) if self.offers < taken else math.inf
        elif abs(gap) < 1e-9:
            held = self.offers * self.hold_years
        else:
            held = self.offers * math.expm1(min(gap, 700.0)) / (self.offers - taken)
        if math.isinf(self.cap):
            return held
        ratio = self.offers / taken
        shelf = self.cap if ratio == 1 else ratio * (ratio**self.cap - 1) / (ratio - 1)
        return min(held, shelf)


def passed_with_dwellings(
    places: float, years: float, asks: float, shelf: Shelf, leaves: float
) -> float:
    """Return how many a year pass through places that are kept until a dwelling is there.

    Parameters
    ----------
    years
        Mean years that a place is in use for one client, without waiting.
    asks
        Share of the clients that waits for a dwelling at the end.
    leaves
        Hazard per year that who waits goes without one.
    """
    pace = asks / years
    waits = shelf.waits(places * pace)
    if math.isinf(waits) or not (shelf.offers or leaves):
        return without_chance(places, years, asks, shelf, leaves)

    def met(waiting: int) -> float:
        return shelf.offers + waiting * leaves

    at_work = _mean_at_work(int(places), int(places), lambda busy: busy * pace, met, waits)
    return at_work / years


def without_chance(places: float, years: float, asks: float, shelf: Shelf, leaves: float) -> float:
    """Return how many a year would pass if all that is random were at its mean."""
    if places * asks / years <= shelf.offers:
        return places / years
    if not leaves:
        return shelf.offers / asks
    return (places + shelf.offers / leaves) / (years + asks / leaves)


def held(alone: float, mean: float, passed: float, *, only: bool) -> float:
    """Return the places that who passes holds, against those that are in use: at least 1.

    Parameters
    ----------
    alone
        How many a year would pass if nobody had to wait.
    mean
        How many would pass without chance: so far what is asked of the next step says enough.
    passed
        How many pass. Where chance takes much, nothing but this says how many come through.
    only
        Whether nothing else lets people go on: then so many pass, and those who are too many are
        before these places, not before the next step.
    """
    if only:
        return alone / passed if 0 < passed < alone else 1.0
    if not 0 < passed < mean:
        return 1.0
    part = min((1 - passed / mean) / MUCH, 1.0)
    return max(mean, part * alone) / passed


def passed_to_next(
    places: float, years: float, asks: float, next_places: float, next_years: float
) -> float:
    """Return how many a year pass through places that are kept until the next station has one.

    A part of a place there counts as that part of the way from fewer to more.
    """
    whole = round(next_places)
    if abs(next_places - whole) > WHOLE:
        fewer = math.floor(next_places)
        low = passed_to_next(places, years, asks, fewer, next_years)
        high = passed_to_next(places, years, asks, fewer + 1, next_years)
        return low + (high - low) * (next_places - fewer)

    def met(there: int) -> float:
        return min(there, whole) / next_years

    at_work = _mean_at_work(
        int(places), int(places) + whole, lambda busy: busy * asks / years, met, 0.0, whole
    )
    return at_work / years


@dataclass(frozen=True, slots=True)
class Feeder:
    """A station that is always full and kept until the next one has a place."""

    places: float
    years: float
    """In use, without waiting, for each client who goes on to that next one."""


def waits_of(feeders: Sequence[Feeder], next_places: float, next_years: float) -> float:
    """Return the mean years for which a client who is done waits for the next station.

    The same for all who lead to it. How many pass follows as if they were one station.
    """
    kept = math.fsum(one.places for one in feeders)
    pace = math.fsum(one.places / one.years for one in feeders)
    passed = pace * passed_to_next(round(kept), 1.0, pace / kept, next_places, next_years) / kept
    low, high = 0.0, kept / passed
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        more = math.fsum(one.places / (one.years + middle) for one in feeders) > passed
        low, high = (middle, high) if more else (low, middle)
    return low


def _mean_at_work(
    places: int,
    states: int,
    comes: Callable[[int], float],
    met: Callable[[int], float],
    idle: float,
    room: int = 0,
) -> float:
    """Return the mean number of places whose client is not waiting, all being taken.

    A birth-death chain: state k holds k clients who are done, of whom ``room`` need not wait.
    """
    weight, total, work = 1.0, 1.0 + idle, places * (1.0 + idle)
    for state in range(1, states + 1):
        busy = places - max(state - 1 - room, 0)
        going = met(state)
        if not going:
            return 0.0  # all end up waiting for good
        ratio = comes(busy) / going
        weight *= ratio
        if ratio < 1 and weight < NOTHING * total:  # and it falls ever faster
            break
        if weight > 1e200:
            total, work, weight = total / weight, work / weight, 1.0
        total += weight
        work += weight * (places - max(state - room, 0))
    return work / total
