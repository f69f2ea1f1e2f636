"""Dated changes: from a day on the scenario is another one, and everybody in it stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowsim.cohort.phases import Phase
from flowsim.layout.capacity import present_minutes
from flowsim.ledger import EventKind, State
from flowsim.system.state.agenda import SUPPLY, Actor, Moments
from flowsim.system.state.board import Pool
from flowsim.system.state.desks import DeskPool
from flowsim.system.state.people import Client
from flowsim.system.state.pools import PlacePool, TeamPool, Vacancy
from flowsim.system.state.shelves import DwellingPool

if TYPE_CHECKING:
    from flowsim.system.mechanisms.supply import Supply
    from flowsim.system.state.world import World

FIRST = -1
"""A change comes before all else of its instant."""


class Changes(Actor):
    """Books the day of each further phase, and lets it take effect."""

    __slots__ = ("_at", "_supply", "_world")

    def __init__(self, world: World, supply: Supply) -> None:
        self.ticket = 0
        self._world = world
        self._supply = supply
        self._at = 1
        follow_staff(world)
        self._book()

    def _book(self) -> None:
        phases = self._world.cohort.phases
        if self._at < len(phases):
            self._world.agenda.book(self, phases[self._at].day, FIRST, Changes._take_effect)

    def _take_effect(self) -> None:
        phase = self._world.cohort.phases[self._at]
        self._at += 1
        self._book()
        change(self._world, phase)
        follow_staff(self._world)
        self._supply.begin(phase.offers)
        self._world.casework.begin_other_work(phase.other_work)


def follow_staff(world: World) -> None:
    """Book the changes in filled positions of a phase."""
    for pools, paths in zip(world.teams, world.phase.filled_fte, strict=True):
        for pool, path in zip(pools, paths, strict=True):
            if len(path) > 1:
                _book_staff(world, Moments(path[1:], pool))


def _book_staff(world: World, stream: Moments) -> None:
    day, fte = stream.items[stream.at]
    pool: TeamPool = stream.what
    block = next(team for team in world.layout.teams if team.name == pool.info.block)

    def act(_: Moments) -> None:
        world.set_capacity(pool, present_minutes(block, fte))
        stream.at += 1
        if stream.at < len(stream.items):
            _book_staff(world, stream)

    world.agenda.book(stream, day, SUPPLY + pool.rank, act)


def configure(world: World) -> None:
    """Let everything read the parameters that hold now."""
    early = (world.providers, world.flips, world.tenancies, world.exits, world.needs)
    waiting = (world.holding, world.queues, world.settling, world.requests, world.casework)
    late = (world.terms, world.access, world.leaving, world.lines)
    for one in (*early, *waiting, *late):
        one.configure()


def change(world: World, phase: Phase) -> None:
    """Let a phase take effect.

    Clocks go on with what is left of them at the new rates. People in place stay; where pools of
    another scale take over, they count for the area they live in. Requests keep day, class and
    patience, and are resolved again.
    """
    present = [c for c in world.clients if c is not None]
    relapses = {c.number: world.leaving.relapse_left(c) for c in present}
    for c in present:
        world.exits.carry(c)
        world.needs.carry(c)
        world.requests.carry(c)
        world.tenancies.carry(c)
    before = list(world.pools)
    world.configure(phase)
    configure(world)
    world.holding.wire()
    world.options.forget()
    _set_capacities(world, before)
    _rehouse(world, present)
    world.flips.refill()
    for c in present:
        world.flips.go_on(c)
        world.tenancies.go_on(c)
        world.leaving.resume_relapse(c, relapses[c.number])
        world.needs.go_on(c)
        world.terms.go_on(c)
        world.exits.go_on(c)
        world.requests.go_on(c)
        world.access.go_on(c)
        world.timers.arm(c)
    for pools in world.dwellings:
        for pool in pools:
            pool.look_at_cap()
    world.queues.look_at_everybody()


# ---------------------------------------------------------------- pools
def _set_capacities(world: World, before: list[Pool]) -> None:
    """Give every pool its capacity; pools of a scale that is gone have none any more."""
    wanted: dict[int, int] = {}
    layout = world.layout
    for variant, rows in enumerate(world.places):
        for row, per_area in zip(rows, layout.places(variant), strict=True):
            wanted |= {pool.rank: n for pool, n in zip(row, per_area, strict=True)}
    known = {pool.rank for pool in before}
    wanted = world.flips.less_owed(wanted, known)
    for number, teams in enumerate(world.teams):
        minutes = world.stock.team_minutes(number)
        wanted |= {pool.rank: n for pool, n in zip(teams, minutes, strict=True)}
    for assessors, desks in zip(layout.assessors, world.desks, strict=True):
        wanted |= {pool.rank: assessors[pool.area][0] for pool in desks}
    for pool in world.pools:
        if isinstance(pool, DwellingPool):
            continue
        new = wanted.get(pool.rank, 0)
        if pool.rank not in known:
            world.note_capacity(pool)
        if new != pool.capacity:
            world.set_capacity(pool, new)


# ---------------------------------------------------------------- another scale
def _rehouse(world: World, present: list[Client]) -> None:
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
            _change_team(world, c, c.team)
            moved = True
        if c.reserved is not None and c.reserved[0].rank not in teams:
            _change_reserved(world, c)
        if c.state == State.TRANSIT and world.options.catalogue.table[c.housed_by].team in gone - {
            -1
        }:
            c.housed_by = -1  # resolved anew when the client moves out
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
            _change_place(c, new)
    for c, row, new in rest:
        roomiest = max(row, key=lambda pool: pool.free)
        _change_place(c, roomiest if new.free <= 0 < roomiest.free else new)
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


def _change_place(c: Client, new: PlacePool) -> None:
    old = c.place
    assert old is not None
    old.give()
    new.take()
    c.place = new


def _change_team(world: World, c: Client, old: TeamPool) -> None:
    new = world.aftercare_team(c.home) if c.place is None else world.team_of(c.variant, c.home)
    assert new is not None
    step = c.step
    if step is not None:
        world.needs.cancel_step(c)
    old.give(c.minutes)
    new.take(c.minutes)
    c.team = new
    if step is not None:
        world.needs.wait_for_hours(c, step.day, step.extra)


def _change_reserved(world: World, c: Client) -> None:
    assert c.reserved is not None
    old, minutes = c.reserved
    new = world.aftercare_team(c.moving_to)
    old.give(minutes)
    c.reserved = None
    if new is not None:
        new.take(minutes)
        c.reserved = (new, minutes)


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
