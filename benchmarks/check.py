"""Prove that the engines walk the same trajectory: event by event, on the same draws.

``python -m benchmarks.check`` runs every engine that is installed in small worlds and compares all
starts, receipts and departures with the plain heap loop, and that with one world by hand. Flowsim
runs on draws of its own only: on its cohort for the region and for a town short of everything.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from benchmarks import engines, heap, pathway
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
    TOWN,
    name="scarce town",
    assessors=2,
    places_b=40,
    places_c=15,
    days_per_dwelling=15.0,
    dwellings_at_start=0,
)
"""A tenth of the region, because Ciw looks through everyone in a queue at every event."""


class World(NamedTuple):
    """One world to run every engine in; flowsim only where it drew, with its seed."""

    name: str
    size: Size
    draws: Draws
    expected: Result
    flowsim_seed: int | None = None


def worlds() -> Iterator[World]:
    """Yield a world by hand, the region, a town short of everything and one with many visits."""
    size = replace(REGION, name="by hand", assessors=1, places_b=1, places_c=1)
    size = replace(size, dwellings_at_start=0, dwellings_at_most=1, days_per_dwelling=10.0)
    yield World("by hand", size, _hand_draws(size), _hand_result())
    many_visits = _hurried(pathway.sample_draws(TOWN, 3))
    yield World("many visits", TOWN, many_visits, heap.run(TOWN, many_visits, trace=True))
    yield from (_drawn(size, seed) for size in (REGION, SCARCE_TOWN) for seed in (1, 2))


def _drawn(size: Size, seed: int) -> World:
    source, draws = engines.sample_draws(size, seed)
    expected = heap.run(size, draws, trace=True)
    drew = source == engines.FLOWSIM_DRAWS
    return World(f"{size.name}, seed {seed}", size, draws, expected, seed if drew else None)


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
        for name in engines.ENGINES:
            said = _compare(name, world)
            agree = agree and not said
    return agree


def _compare(name: str, world: World) -> list[str]:
    if name == "flowsim" and world.flowsim_seed is None:
        print(f"  {name:12} left out: these draws are not its own")
        return []
    options = {"seed": world.flowsim_seed} if name == "flowsim" else {}
    try:
        found = engines.load(name).run(world.size, world.draws, trace=True, **options)
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
