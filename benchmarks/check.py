"""Prove that the engines walk the same trajectory: event by event, on the same draws.

``python -m benchmarks.check`` runs every engine that is installed on four small worlds and compares
all starts, receipts and departures with the plain heap loop, and that with one world by hand.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from benchmarks import heap
from benchmarks.engines import ENGINES, load
from benchmarks.pathway import (
    DWELLING,
    LEFT,
    REGION,
    A,
    B,
    C,
    Draws,
    FurtherDraws,
    Result,
    Size,
    differences,
    dwelling_days,
    sample_draws,
    to_result,
)

TOWN = replace(
    REGION,
    name="town",
    arrivals_per_year=30.0,
    assessors=6,
    places_b=59,
    places_c=38,
    days_per_dwelling=365 / 100,
)
SCARCE_TOWN = replace(
    TOWN, assessors=2, places_b=40, places_c=15, days_per_dwelling=15.0, dwellings_at_start=0
)
"""A tenth of the region, because Ciw looks through everyone in a queue at every event."""


class World(NamedTuple):
    """One world to run every engine in."""

    name: str
    size: Size
    draws: Draws
    expected: Result


def worlds() -> Iterator[World]:
    """Yield a world by hand, the region, a town short of everything and one with many visits."""
    size = replace(REGION, name="by hand", assessors=1, places_b=1, places_c=1)
    size = replace(size, dwellings_at_start=0, dwellings_at_most=1, days_per_dwelling=10.0)
    yield World("by hand", size, _hand_draws(size), _hand_result())
    yield _from_heap("region", REGION, sample_draws(REGION, 1))
    yield _from_heap("scarce", SCARCE_TOWN, sample_draws(SCARCE_TOWN, 2))
    yield _from_heap("many visits", TOWN, _hurried(sample_draws(TOWN, 3)))


def _from_heap(name: str, size: Size, draws: Draws) -> World:
    return World(name, size, draws, heap.run(size, draws, trace=True))


def _hurried(draws: Draws) -> Draws:
    """Shorten every stay tenfold and let everyone come back: visits beyond the flat ones."""
    return replace(
        draws,
        stay_b=[days / 10 for days in draws.stay_b],
        stay_c=[days / 10 for days in draws.stay_c],
        returns=[True] * len(draws.returns),
    )


def _hand_draws(size: Size) -> Draws:
    return Draws(
        arrival_days=[0.0, 1.0, 2.5],
        dwelling_days=dwelling_days(size),
        service=[2.0] * 12,
        stay_b=[5.0] * 12,
        stay_c=[4.0] * 12,
        returns=[True] + [False] * 11,
        further=FurtherDraws(0),
    )


def _hand_result() -> Result:
    """One assessor, one place B, one C, a dwelling every ten days; client 0 comes back once."""
    first = [(0, 0, A, 0.0), (0, 0, B, 2.0), (0, 0, DWELLING, 10.0), (0, 0, C, 10.0)]
    second = [(1, 0, A, 2.0), (1, 0, B, 10.0), (1, 0, DWELLING, 20.0), (1, 0, C, 20.0)]
    third = [(2, 0, A, 4.0), (2, 0, B, 20.0), (2, 0, DWELLING, 30.0), (2, 0, C, 30.0)]
    back = [(0, 1, A, 14.0), (0, 1, B, 30.0), (0, 1, DWELLING, 40.0), (0, 1, C, 40.0)]
    gone = [(1, 0, LEFT, 24.0), (2, 0, LEFT, 34.0), (0, 1, LEFT, 44.0)]
    waited = [1.0 + 1.5, (10 - 4) + (20 - 6) + (30 - 16), (10 - 7) + 5 + 5 + 5, 0.0]
    lapsed = 364 - 4 - 1
    return to_result([4, 4, 4, 4, 3], waited, lapsed, first + second + third + back + gone)


def check() -> bool:
    """Compare every engine in every world; prints a line for each and says whether all agree."""
    agree = True
    for world in worlds():
        print(f"{world.name}: {len(world.expected.trace or [])} events")
        for name in ENGINES:
            said = _compare(name, world)
            agree = agree and not said
    return agree


def _compare(name: str, world: World) -> list[str]:
    try:
        found = load(name).run(world.size, world.draws, trace=True)
    except (ImportError, NotImplementedError) as error:
        print(f"  {name:12} skipped: {error}")
        return []
    said = differences(found, world.expected)
    print(f"  {name:12} {'same' if not said else 'DIFFERS'}")
    for line in said:
        print(f"    {line}")
    return said


if __name__ == "__main__":
    sys.exit(0 if check() else 1)
