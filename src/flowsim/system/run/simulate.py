"""One run: the calendar turns, the mechanisms act, the ledger grows."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from flowsim.cohort import Cohort
from flowsim.cohort.snapshot import Snapshot
from flowsim.errors import msg
from flowsim.ledger import ROW, ClientTable, Ledger, Row
from flowsim.scenario.model import Scenario
from flowsim.system.mechanisms.access import Access
from flowsim.system.run.audit import Audit
from flowsim.system.run.changes import Changes, change
from flowsim.system.run.endless import MANY, Watch
from flowsim.system.run.journey import begin, meet
from flowsim.system.run.snapshots import take
from flowsim.system.run.stuck import stuck
from flowsim.system.run.today import put_in_place
from flowsim.system.state.agenda import INF, REQUEST, Actor
from flowsim.system.state.moments import Part
from flowsim.system.state.people import Client
from flowsim.system.waiting.world import World

_log = logging.getLogger("flowsim")


def simulate(
    scenario: Scenario,
    cohort: Cohort,
    check: bool = False,
    observer: Callable[[Row], object] | None = None,
) -> Ledger:
    """Run one replication.

    Parameters
    ----------
    scenario
        The scenario that the cohort was sampled from.
    cohort
        All chance of the replication; the simulation draws nothing.
    check
        Recompute places, minutes and queues after every instant, and test that nobody waits who
        could be served and that the rows say what is free (slow; for tests and for doubt).
    observer
        Called for each row of the ledger in order, once the run is over: it cannot change it.

    Returns
    -------
    Ledger
        Everything that happened, to the end of the follow-up.

    Raises
    ------
    EngineError
        When an instant does not end, or (with `check`) a promise of the engine is broken.
    """
    if scenario is not cohort.layout.scenario and scenario != cohort.layout.scenario:
        raise ValueError("the cohort was sampled from another scenario")
    world = build(cohort)
    collecting = gc.isenabled()
    gc.disable()
    try:
        _turn(world, cohort.layout.end_days, Audit(world) if check else None)
    finally:
        if collecting:
            gc.enable()
    _warn_if_stuck(world)
    ledger = _ledger(world)
    if observer is not None:
        for row in ledger.in_words(scenario.key, cohort.replication):
            observer(row)
    return ledger


def snapshots(cohort: Cohort, days: Iterable[float]) -> Iterator[list[Snapshot]]:
    """Run one replication; yield the state of everybody in the chain on each of some days."""
    world = build(cohort)
    for day in days:
        _turn(world, day, None)
        world.now = day
        yield take(world)


def build(cohort: Cohort) -> World:
    """Return the world of a cohort on the start date, before anything is settled."""
    world = World(cohort)
    meet(world)
    today(world)
    world.begin()
    begin(world)
    Changes(world)
    Arrivals(world, len(cohort.today))
    return world


def today(world: World) -> None:
    """Put everybody of the start in place as the base says; then let what is decided begin."""
    cohort = world.cohort
    parts = [one for one in reversed(world.mechanisms) if type(one).put is not Part.put]
    for number, person in enumerate(cohort.today):
        c = _client(cohort, number, person.now.tenancy_at_door)
        put_in_place(world, c, person.now, parts)
    world.today = world.rows.tell() // ROW.itemsize
    world.holding.turn_over_free_places()
    if cohort.before is not None:
        change(world, cohort.phases[0])


class Arrivals(Actor):
    """Clients notify one after another; only the next is in the calendar."""

    __slots__ = ("_cohort", "_come", "_days", "_next", "_notify", "_world")

    def __init__(self, world: World, first: int) -> None:
        self.ticket = 0
        self._world = world
        self._cohort = world.cohort
        self._days = world.cohort.arrival_days
        self._next = first
        self._come: Callable[[Arrivals], None] = Arrivals._arrive
        self._notify = world.mechanism(Access).arrives
        self._book()

    def _book(self) -> None:
        if self._next < len(self._days):
            at = self._days[self._next]
            self._world.agenda.book(self, at, REQUEST + self._next, self._come)

    def _arrive(self) -> None:
        number = self._next
        self._next += 1
        self._book()
        c = _client(self._cohort, number)
        self._world.clients[number] = c
        self._notify(c)


def _client(cohort: Cohort, number: int, rented_at_door: bool | None = None) -> Client:
    rents = cohort.has_tenancy[number]
    return Client(
        number,
        cohort.profile[number],
        cohort.origin[number],
        cohort.notified_at[number],
        cohort.level[number],
        cohort.reach[number],
        cohort.urgent[number],
        cohort.provider[number],
        rents,
        rents if rented_at_door is None else rented_at_door,
    )


def _turn(world: World, end: float, audit: Audit | None) -> None:
    """Apply all events of an instant, then settle the queues once; and so on to the end."""
    step, settle = world.agenda.step, world.settling.settle
    calendar, board = world.agenda.entries, world.board
    events, tomorrow, watch = 0, 0.0, Watch()
    settle()
    at: float = calendar[0][0] if calendar else INF
    while at < end:
        if at != world.now:
            world.now = at
            if at >= tomorrow:
                events, tomorrow = 0, at // 1.0 + 1.0
        if events >= MANY:
            watch.see(calendar[0])
        step()
        events += 1
        then: float = calendar[0][0] if calendar else INF
        if then > at:
            if board.unsettled or board.touched:
                settle()
                then = calendar[0][0] if calendar else INF
            if audit is not None and then > at:
                audit.check()
        at = then


def _warn_if_stuck(world: World) -> None:
    """Say so where people wait at the end of a run for what will never come."""
    waiting = stuck(world)
    if waiting:
        _log.warning(
            msg(
                "day {day}: nothing is due any more while {n} people wait and no supply is to "
                "come",
                day=world.now, n=waiting,
            )
        )  # fmt: skip


def _ledger(world: World) -> Ledger:
    cohort, layout = world.cohort, world.layout
    return Ledger(
        rows=np.frombuffer(world.rows.getvalue(), dtype=ROW),
        pools=tuple(pool.info for pool in world.stock.all_pools()),
        options=tuple(world.options.catalogue.table),
        option_sets=tuple(world.options.catalogue.sets),
        clients=ClientTable(
            key=cohort.keys,
            profile=np.array(cohort.profile, dtype=np.int16),
            origin=np.array(cohort.origin, dtype=np.int16),
            notified_at=np.array(cohort.notified_at, dtype=np.int16),
            has_tenancy=np.array(cohort.has_tenancy, dtype=np.bool_),
        ),
        variants=tuple(block.name for block in layout.variants),
        profiles=tuple(block.profile for block in layout.profiles),
        municipalities=layout.municipalities,
        levels=tuple(level.name for level in layout.levels),
        start=layout.scenario.scenario.start,
        window_days=layout.window_days,
        end_days=layout.end_days,
        today=world.today,
    )
