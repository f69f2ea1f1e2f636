"""Another scale: people and offers in pools that are gone count for the pools that took over."""

from __future__ import annotations

from flowsim.ledger import EventKind, State
from flowsim.system.mechanisms.leaving import Leaving
from flowsim.system.state.desks import DeskPool
from flowsim.system.state.people import Client
from flowsim.system.state.pools import PlacePool, TeamPool, Vacancy
from flowsim.system.state.shelves import DwellingPool
from flowsim.system.waiting.world import World


def rehouse(world: World, present: list[Client]) -> None:
    """Let people and offers in pools that are gone count for the pools that took over."""
    places = {p.rank for rows in world.places for row in rows for p in row}
    teams = {p.rank for row in world.teams for p in row}
    desks = {p.rank for row in world.desks for p in row}
    gone = {p.number for p in world.pools if isinstance(p, TeamPool) and p.rank not in teams}
    changed = _change_places(world, [c for c in present if c.place and c.place.rank not in places])
    _change_vacancies(world, places)
    for c in present:
        moved = c.number in changed
        if c.team is not None and c.team.rank not in teams:
            _change_team(world, c)
            moved = True
        if c.reserved is not None and c.reserved[0].rank not in teams:
            world.holding.change_reserved(c, world.aftercare_team(c.moving_to))
        if c.state == State.TRANSIT and world.options.catalogue.table[c.housed_by].team in gone - {
            -1
        }:
            world.mechanism(Leaving).forget_option(c)
        if moved:
            world.log(c, EventKind.REASSIGNED, world.options.occupied(c).number)
        if c.desk is not None and c.desk.rank not in desks:
            world.casework.change_desk(c)
    for pool in world.pools:
        if isinstance(pool, DeskPool) and pool.rank not in desks:
            world.casework.hand_over_other_work(pool)
    _reshelve(world)


def _change_places(world: World, residents: list[Client]) -> set[int]:
    """Let residents count for the area they live in; by building only as far as there is room."""
    rest, changed = [], set()
    for c in residents:
        row = _successors(world, c)
        if not row:
            continue  # a provider that is gone: its places close as they fall free
        changed.add(c.number)
        new = row[world.layout.area_of(c.home, world.layout.variants[c.variant].scale)]
        if world.scenario.by_building and new.free <= 0:
            rest.append((c, row, new))
        else:
            world.holding.change_place(c, new)
    for c, row, new in rest:
        roomiest = max(row, key=lambda pool: pool.free)
        world.holding.change_place(c, roomiest if new.free <= 0 < roomiest.free else new)
    return changed


def _successors(world: World, c: Client) -> list[PlacePool]:
    """Return the pools that took over from the one that a client lives in; none: it is closed."""
    assert c.place is not None
    rows = world.places[c.variant]
    return next((row for row in rows if _same(row[0], c.place)), [])


def _change_vacancies(world: World, places: set[int]) -> None:
    """Let places between two residents go on turning over in a pool that took over, with room."""
    rows = [row for rows in world.places for row in rows]
    due = [entry for entry in world.agenda.entries if isinstance(entry[3], Vacancy)]
    for *_, vacancy, _ in sorted(due, key=lambda entry: entry[:3]):
        old = vacancy.pool
        if old.rank in places:
            continue
        row = next((row for row in rows if _same(row[0], old)), None)
        new = None if row is None else max(row, key=lambda pool: pool.free)
        if new is not None and new.free > 0:
            old.release()
            new.take()
            new.keep()
            vacancy.pool = new


def _same(one: PlacePool, other: PlacePool) -> bool:
    return (one.info.block, one.info.provider) == (other.info.block, other.info.provider)


def _change_team(world: World, c: Client) -> None:
    new = world.aftercare_team(c.home) if c.place is None else world.team_of(c.variant, c.home)
    assert new is not None
    world.holding.change_team(c, new)


def _reshelve(world: World) -> None:
    """Offers on the shelf of a pool that is gone go to the largest area that took over."""
    layout = world.layout
    held = {p.rank for row in world.dwellings for p in row}
    for pool in world.pools:
        if not isinstance(pool, DwellingPool) or pool.rank in held or not pool.shelf:
            continue
        number = next(n for n, block in enumerate(layout.streams) if block.name == pool.info.block)
        heir = world.dwellings[number][0]
        while pool.shelf:
            heir.offer(pool.hand_on())
