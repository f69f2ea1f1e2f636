"""Checks after every instant, from scratch: what `simulate(check=True)` adds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from flowsim.errors import EngineError, msg, verbatim
from flowsim.ledger import ROW, State
from flowsim.system.run.audit_clocks import Clocks
from flowsim.system.state.people import Client
from flowsim.system.state.pools import PlacePool, TeamPool
from flowsim.system.waiting.exchange import best_exchange

if TYPE_CHECKING:
    from flowsim.system.state.world import World

_IN_PLACE = (State.SETTLED, State.MOVING, State.READY, State.TRANSIT)


class Audit:
    """Recomputes places, minutes and queues, and tests the promise of the settling."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._clocks = Clocks(world, self._fail)
        self._read, self._day = world.today * ROW.itemsize, 0.0

    def check(self) -> None:
        """Raise `EngineError` when anything does not add up."""
        present = [c for c in self.world.clients if c is not None and c.state != State.GONE]
        self._time()
        self._places(present)
        self._minutes(present)
        self._dwellings()
        self._debts()
        self._requests(present)
        self._promise(present)
        self._clocks.check(present)

    def _fail(self, what: str) -> None:
        raise EngineError(
            msg("the recount fails on day {day}: {what}", day=self.world.now, what=verbatim(what))
        )

    def _time(self) -> None:
        """Time never runs back: no row after the start is older than the one before it."""
        rows = self.world.rows
        rows.seek(self._read)
        days = np.frombuffer(rows.read(), dtype=ROW)["day"]
        self._read = rows.tell()
        if len(days):
            if days[0] < self._day or (np.diff(days) < 0).any():
                self._fail(f"a row of day {days.min():g} comes after one of day {self._day:g}")
            self._day = float(days[-1])

    def _places(self, present: list[Client]) -> None:
        held: dict[int, int] = {}
        for c in present:
            if (c.place is not None) != (c.state in _IN_PLACE):
                self._fail(f"client {c.number} is {c.state.name} and holds {c.place}")
            if c.place is not None:
                held[c.place.rank] = held.get(c.place.rank, 0) + 1
        for pool in self.world.pools:
            if isinstance(pool, PlacePool):
                if pool.used != held.get(pool.rank, 0):
                    self._fail(f"{pool.info}: {pool.used} used, {held.get(pool.rank, 0)} held")
                if pool.free != pool.capacity - pool.used - pool.turning:
                    self._fail(f"{pool.info}: {pool.free} free")

    def _minutes(self, present: list[Client]) -> None:
        used: dict[int, int] = {}
        promised: dict[int, int] = {}
        for c in present:
            if c.team is not None:
                used[c.team.rank] = used.get(c.team.rank, 0) + c.minutes
                if c.step is not None:
                    promised[c.team.rank] = promised.get(c.team.rank, 0) + c.step.extra
            if c.reserved is not None:
                team, minutes = c.reserved
                used[team.rank] = used.get(team.rank, 0) + minutes
        for pool in self.world.pools:
            if isinstance(pool, TeamPool):
                if pool.used != used.get(pool.rank, 0):
                    self._fail(f"{pool.info}: {pool.used} used, {used.get(pool.rank, 0)} given")
                if pool.promised != promised.get(pool.rank, 0):
                    self._fail(f"{pool.info}: {pool.promised} promised")
                if pool.free != pool.capacity - pool.used - pool.promised:
                    self._fail(f"{pool.info}: {pool.free} free")

    def _dwellings(self) -> None:
        for pools in self.world.dwellings:
            for pool in pools:
                if pool.free != len(pool.shelf) or pool.free > pool.cap:
                    self._fail(f"{pool.info}: {pool.free} free, {len(pool.shelf)} on the shelf")

    def _debts(self) -> None:
        world = self.world
        wanted = {
            pool.rank: n
            for variant, rows in enumerate(world.places)
            for row, per_area in zip(rows, world.layout.places(variant), strict=True)
            for pool, n in zip(row, per_area, strict=True)
        }
        owed = dict.fromkeys(wanted, 0)
        for debt in world.flips.debts:
            place = world.flips.place(debt)
            if place is None or world.flips.shelf(debt).free > 0:
                self._fail(f"{debt} is not paid")
            else:
                wanted[place.rank] -= 1
                owed[place.rank] += 1
        for rows in world.places:
            for pool in (pool for row in rows for pool in row):
                if pool.capacity != wanted[pool.rank] or pool.owed != owed[pool.rank]:
                    self._fail(f"{pool.info}: {pool.capacity} places, not {wanted[pool.rank]}")

    def _requests(self, present: list[Client]) -> None:
        waiting: dict[int, int] = {}
        for c in present:
            request = c.request
            wants = c.state in (State.WAITING, State.MOVING, State.READY)
            if wants != (request is not None):
                self._fail(f"client {c.number} is {c.state.name}, request {request}")
            if request is not None:
                if not request.open or request.client is not c:
                    self._fail(f"client {c.number} holds a closed request")
                waiting[id(request.group)] = waiting.get(id(request.group), 0) + 1
        for group in self.world.options.groups:
            if group.waiting != waiting.get(id(group), 0):
                self._fail(f"set {group.set_number}: {group.waiting} waiting")
        for pool in self.world.pools:
            watchers = sum(1 for group in pool.groups if group.waiting)
            if pool.watchers != watchers:
                self._fail(f"{pool.info}: {pool.watchers} watchers, {watchers} groups wait")

    def _promise(self, present: list[Client]) -> None:
        passing = self.world.scenario.placement.passing
        for c in present:
            if c.step is not None and c.team is not None and passing:
                room = c.team.capacity - c.team.used
                if room >= c.step.extra:
                    self._fail(f"client {c.number} waits for hours that are there")
        if not passing:
            return
        for group in self.world.options.groups:
            if group.waiting and any(choice.fits() for choice in group.choices):
                self._fail(f"set {group.set_number}: someone waits who could be placed")
        if best_exchange(self.world.options.movers)[0] is not None:
            self._fail("movers wait who could exchange places")
