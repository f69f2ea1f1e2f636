"""Dwellings come on the shelf, and are lost when nobody takes them in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowsim.ledger import EventKind
from flowsim.system.mechanisms.mechanism import Mechanism
from flowsim.system.state.agenda import HOLD, SUPPLY, Moments
from flowsim.system.state.shelves import DwellingPool, Offer

if TYPE_CHECKING:
    from flowsim.system.waiting.world import World

_OFFERED = int(EventKind.OFFERED)


class Supply(Mechanism):
    """Offers of dwellings."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._stocked = False

    def begin(self) -> None:
        """Put what there is at the start on the shelf, once; book the offers of the phase."""
        world = self.world
        if not self._stocked:
            self._stocked = True
            for pool in (pool for row in world.dwellings for pool in row):
                for _ in range(pool.stock):
                    self._shelve(pool, 0.0)
                pool.look_at_cap()
        for pools, areas in zip(world.dwellings, world.phase.offers, strict=True):
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
        for follow in world.offered:
            follow()
        pool.look_at_cap()
        stream.at += 1
        if stream.at < len(stream.items):
            self._book(stream)

    def _shelve(self, pool: DwellingPool, now: float) -> None:
        offer = Offer(pool, now)
        pool.offer(offer)
        if pool.hold_days is not None:
            self.world.agenda.book(offer, now + pool.hold_days, HOLD + pool.rank, Offer.hold_ends)
