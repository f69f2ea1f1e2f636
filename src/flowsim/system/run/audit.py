"""Checks after every instant, from scratch: what `simulate(check=True)` adds."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from flowsim.errors import EngineError, msg, verbatim
from flowsim.ledger import ROW, State
from flowsim.system.mechanisms.flips import Flips
from flowsim.system.run.audit_clocks import Clocks
from flowsim.system.state.desks import Case
from flowsim.system.state.people import Client
from flowsim.system.state.pools import Vacancy
from flowsim.system.state.shelves import DwellingPool
from flowsim.system.waiting.exchange import best_exchange

if TYPE_CHECKING:
    from flowsim.system.waiting.world import World

_IN_PLACE = (State.SETTLED, State.MOVING, State.READY, State.TRANSIT)


class Audit:
    """Recomputes places, minutes and queues, and tests the promise of the settling."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._clocks = Clocks(world, self._fail)
        self._flips = world.mechanism(Flips)
        self._read, self._day = world.today * ROW.itemsize, 0.0

    def check(self) -> None:
        """Raise `EngineError` when anything does not add up."""
        present = [c for c in self.world.clients if c is not None and c.state != State.GONE]
        self._time()
        self._holders(present)
        self._books(present)
        self._debts()
        self._requests(present)
        self._promise(present)
        self._told()
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

    def _books(self, present: list[Client]) -> None:
        """What is free, taken, promised and kept is all there is, and is what people have."""
        taken, promised = _had(present)
        due = [entry[3] for entry in self.world.agenda.entries if entry[3].ticket == entry[2]]
        taken.update(case.desk.rank for case in due if isinstance(case, Case))
        kept = Counter(vacancy.pool.rank for vacancy in due if isinstance(vacancy, Vacancy))
        for pool in self.world.pools:
            had = {"taken": taken, "promised": promised, "kept": kept}
            for word, amounts in had.items():
                if getattr(pool, word) != amounts[pool.rank]:
                    self._fail(
                        f"{pool.info}: {getattr(pool, word)} {word}, not {amounts[pool.rank]}"
                    )
            booked = pool.taken + pool.promised + pool.kept
            if pool.free + booked != pool.size:
                self._fail(f"{pool.info}: {pool.free} free of {pool.size}, {booked} booked")
            if isinstance(pool, DwellingPool) and pool.free > pool.cap:
                self._fail(f"{pool.info}: {pool.free} on the shelf, at most {pool.cap}")

    def _holders(self, present: list[Client]) -> None:
        for c in present:
            if (c.place is not None) != (c.state in _IN_PLACE):
                self._fail(f"client {c.number} is {c.state.name} and holds {c.place}")

    def _debts(self) -> None:
        world = self.world
        wanted = {
            pool.rank: n
            for variant, rows in enumerate(world.places)
            for row, per_area in zip(rows, world.layout.places(variant), strict=True)
            for pool, n in zip(row, per_area, strict=True)
        }
        owed = dict.fromkeys(wanted, 0)
        for debt in self._flips.debts:
            place = self._flips.place(debt)
            if place is None or self._flips.shelf(debt).free > 0:
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
                if not request.open or request.number != c.number:
                    self._fail(f"client {c.number} holds a closed request")
                waiting[id(request.group)] = waiting.get(id(request.group), 0) + 1
        for group in self.world.options.catalogue.groups:
            if group.waiting != waiting.get(id(group), 0):
                self._fail(f"set {group.set_number}: {group.waiting} waiting")
        beside = [pool for one in self.world.mechanisms for pool in one.watches()]
        for pool in self.world.pools:
            families = self.world.options.catalogue.families
            watchers = sum(
                any(pool in choice.pools for choice in family.choices)
                for family in families
                if family.waiting
            )
            watchers += beside.count(pool)
            if pool.watchers != watchers:
                self._fail(f"{pool.info}: {pool.watchers} watchers, {watchers} families wait")

    def _told(self) -> None:
        """What the rows say of each pool that someone waits for is so at the end of the instant."""
        for pool in self.world.pools:
            if pool.watchers and pool.recorded != pool.met():
                self._fail(f"{pool.info}: {pool.free} free is not in the rows")

    def _promise(self, present: list[Client]) -> None:
        """Nobody waits for whom all is there, in whatever order people are served."""
        passing = self.world.scenario.placement.passing
        for c in present:
            if c.step is not None and c.team is not None and passing:
                room = c.team.capacity - c.team.taken
                if room >= c.step.extra:
                    self._fail(f"client {c.number} waits for hours that are there")
        if not passing:
            self._strict_promise()
            return
        for group in self.world.options.catalogue.groups:
            if group.waiting and any(choice.fits() for choice in group.choices):
                self._fail(f"set {group.set_number}: someone waits who could be placed")
        self._circles()

    def _strict_promise(self) -> None:
        """Who may not be passed keeps from those behind only places that both wait for."""
        groups = self.world.options.catalogue.groups
        barred: set[int] = set()
        heads = [head for g in groups if g.waiting and (head := g.head()) is not None]
        for head in sorted(heads, key=lambda one: one.key):
            places = [o.place.rank for o in head.group.choices if o.place is not None]
            free = [o for o in head.group.choices if o.fits()]
            if any(o.place is None or o.place.rank not in barred for o in free):
                self._fail(f"client {head.number} waits for what is there, and nobody goes before")
            barred.update(places)

    def _circles(self) -> None:
        """Movers cannot exchange places, also where it was not looked at."""
        catalogue, clients = self.world.options.catalogue, self.world.clients
        cycle, locked = best_exchange(catalogue.movers, clients)
        if cycle is not None:
            self._fail("movers wait who could exchange places")
        places = catalogue.circles.places()
        if best_exchange(catalogue.circles.groups(places), clients, places)[1] != locked:
            self._fail("movers lack hours to exchange places, on no circle")


def _had(present: list[Client]) -> tuple[Counter[int], Counter[int]]:
    """Return what people live on and what is promised to them, by the rank of the pool."""
    taken: Counter[int] = Counter()
    promised: Counter[int] = Counter()
    for c in present:
        if c.place is not None:
            taken[c.place.rank] += 1
        if c.team is not None:
            taken[c.team.rank] += c.minutes
            if c.step is not None:
                promised[c.team.rank] += c.step.extra
        if c.reserved is not None:
            team, minutes = c.reserved
            taken[team.rank] += minutes
    return taken, promised
