"""Dwellings come on the shelf, and are lost when nobody takes them in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowsim.cohort.supply import Days
from flowsim.ledger import EventKind
from flowsim.system.state.agenda import HOLD, SUPPLY
from flowsim.system.state.pools import DwellingPool, Moments, Offer

if TYPE_CHECKING:
    from flowsim.system.state.world import World

_OFFERED = int(EventKind.OFFERED)


class Supply:
    """Offers of dwellings."""

    def __init__(self, world: World) -> None:
        self.world = world
        for pools in world.dwellings:
            for pool in pools:
                for _ in range(pool.capacity):
                    self._shelve(pool, 0.0)
                if pool.free > pool.cap:
                    world.queues.filled.append(pool)
        self.begin(world.cohort.phases[0].offers)

    def begin(self, offers: tuple[Days, ...]) -> None:
        """Book the offers of a phase."""
        for pools, areas in zip(self.world.dwellings, offers, strict=True):
            for pool, days in zip(pools, areas, strict=True):
                if days:
                    self._book(Moments(days, pool))

    def _book(self, stream: Moments) -> None:
        pool: DwellingPool = stream.what
        self.world.agenda.book(stream, stream.items[stream.at], SUPPLY + pool.rank, self._offer)

    def _offer(self, stream: Moments) -> None:
        pool: DwellingPool = stream.what
        world = self.world
        self._shelve(pool, world.now)
        world.log_pool(pool, _OFFERED, pool.free)
        if world.flips.debts:
            world.flips.refill()
        if pool.free > pool.cap:
            world.queues.filled.append(pool)
            world.queues.unsettled = True
        stream.at += 1
        if stream.at < len(stream.items):
            self._book(stream)

    def _shelve(self, pool: DwellingPool, now: float) -> None:
        offer = Offer(pool, now)
        pool.shelf.append(offer)
        self.world.holding.raise_(pool, 1)
        if pool.hold_days is not None:
            self.world.agenda.book(offer, now + pool.hold_days, HOLD + pool.rank, self._lose)

    def _lose(self, offer: Offer) -> None:
        """The hold ends: the offer lives to the end of this instant."""
        self.world.queues.expiring.append(offer)
        self.world.queues.unsettled = True
