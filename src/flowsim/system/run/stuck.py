"""People who wait at the end of a run for what will never come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowsim.system.state.board import Pool
from flowsim.system.state.choices import Choice
from flowsim.system.state.people import Client
from flowsim.system.state.pools import PlacePool, TeamPool
from flowsim.system.state.shelves import DwellingPool

if TYPE_CHECKING:
    from flowsim.layout import Layout
    from flowsim.system.waiting.world import World


def stuck(world: World) -> int:
    """Return how many people wait for ever; 0 while anything is due, also after the run.

    Supply to come counts: a stream of dwellings goes on, positions are left and filled, and who
    waits for that leaves a place behind.
    """
    if any(entry[3].ticket == entry[2] for entry in world.agenda.entries if len(entry) == 5):
        return 0
    waiting = [c for c in world.clients if c is not None and _waits(c)]
    comes = {pool.rank for pool in world.pools if _comes(world, pool)}
    while True:
        served = [c for c in waiting if _may_be_served(c, comes)]
        left_behind = {p.rank for c in served for p in (c.place, c.team) if p is not None}
        if left_behind <= comes:
            return len(waiting) - len(served)
        comes |= left_behind


def _waits(c: Client) -> bool:
    return c.request is not None or (c.case is not None and not c.case.started)


def _may_be_served(c: Client, comes: set[int]) -> bool:
    return c.request is not None and any(_met(o, comes) for o in c.request.group.choices)


def _met(option: Choice, comes: set[int]) -> bool:
    return all(pool.rank in comes or pool.free >= least for pool, least in option.needs)


def _comes(world: World, pool: Pool) -> bool:
    """Tell whether there will be more of a pool by itself."""
    layout = world.phase.layout
    if isinstance(pool, DwellingPool):
        streams = enumerate(world.dwellings)
        return any(
            pool in row and _goes_on(layout, stream, row.index(pool)) for stream, row in streams
        )
    if isinstance(pool, TeamPool):
        teams = zip(layout.teams, world.teams, strict=True)
        return any(block.turnover_per_year > 0 and pool in row for block, row in teams)
    return isinstance(pool, PlacePool) and pool.owed > 0


def _goes_on(layout: Layout, stream: int, area: int) -> bool:
    """Tell whether a stream brings dwellings to an area, however seldom."""
    return layout.streams[stream].realised * layout.dwellings_a_year[stream][area] > 0
