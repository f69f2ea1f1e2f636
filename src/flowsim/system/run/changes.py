"""Dated changes: from a day on the scenario is another one, and everybody in it stays."""

from __future__ import annotations

from flowsim.cohort.phases import Phase
from flowsim.system.mechanisms.flips import Flips
from flowsim.system.run.journey import begin, configure
from flowsim.system.run.reach import ONLY_COMING, differing, reaches
from flowsim.system.run.rehouse import rehouse
from flowsim.system.state.agenda import Actor
from flowsim.system.state.board import Pool
from flowsim.system.state.moments import Part
from flowsim.system.state.shelves import DwellingPool
from flowsim.system.waiting.world import World

FIRST = -1
"""A change comes before all else of its instant."""


class Changes(Actor):
    """Books the day of each further phase, and lets it take effect."""

    __slots__ = ("_at", "_world")

    def __init__(self, world: World) -> None:
        self.ticket = 0
        self._world = world
        self._at = 1
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
        begin(self._world)


def change(world: World, phase: Phase) -> None:
    """Let a phase take effect.

    Clocks go on with what is left of them at the new rates. People in place stay; where pools of
    another scale take over, they count for the area they live in. Requests keep day, class and
    patience, and are resolved again. A change of what is to come reaches nobody who is there.
    """
    differ = differing(world.phase.layout.scenario, phase.layout.scenario)
    if differ <= ONLY_COMING:
        world.phase = phase
        return
    present = [c for c in world.clients if c is not None]
    reached = [one for one in world.mechanisms if reaches(one, differ)]
    carrying = [one for one in reached if type(one).carry is not Part.carry]
    going_on = [one for one in reached if type(one).go_on is not Part.go_on]
    for c in present:
        for one in carrying:
            one.carry(c)
    before = list(world.pools)
    world.configure(phase)
    configure(world)
    world.options.forget()
    _set_capacities(world, before)
    rehouse(world, present)
    world.mechanism(Flips).refill()
    for c in present:
        for one in going_on:
            one.go_on(c)
        world.requests.go_on(c)
        world.timers.arm(c)
    for pools in world.dwellings:
        for pool in pools:
            pool.look_at_cap()
    world.queues.look_at_everybody()


def _set_capacities(world: World, before: list[Pool]) -> None:
    """Give every pool its capacity; pools of a scale that is gone have none any more."""
    wanted: dict[int, int] = {}
    layout = world.layout
    for variant, rows in enumerate(world.places):
        for row, per_area in zip(rows, layout.places(variant), strict=True):
            wanted |= {pool.rank: n for pool, n in zip(row, per_area, strict=True)}
    known = {pool.rank for pool in before}
    wanted = world.mechanism(Flips).less_owed(wanted, known)
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
