"""Dwellings come on the shelf, and are lost when nobody takes them in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flowsim.ledger import EventKind
from flowsim.system.mechanisms.mechanism import Mechanism
from flowsim.system.state.agenda import HOLD, SUPPLY, Moments
from flowsim.system.state.shelves import DwellingPool, Offer

if TYPE_CHECKING:
    from flowsim.system.waiting.world import World

_OFFERED: Final = int(EventKind.OFFERED)


class Supply(Mechanism):
    """Offers of dwellings."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._stocked = False
        self._comes = self._offer

    def begin(self) -> None:
        """Put what there is at the start on the shelf, once; book the offers of the phase."""
        world = self.world
        if not self._stocked:
            self._stocked = True
            for pool in (pool for row in world.dwellings for pool in row):
                for _ in range(pool.stock):
                    offer = Offer(pool, 0.0)
                    pool.offer(offer)
                    if pool.hold_days is not None:
                        self._hold(offer, pool.hold_days)
                pool.look_at_cap()
        for pools, areas in zip(world.dwellings, world.phase.offers, strict=True):
            for pool, days in zip(pools, areas, strict=True):
                if days:
                    world.agenda.book(Moments(days, pool), days[0], SUPPLY + pool.rank, self._comes)

    def _offer(self, stream: Moments) -> None:
        pool: DwellingPool = stream.what
        world = self.world
        now = world.now
        offer = Offer(pool, now)
        pool.offer(offer)
        if pool.hold_days is not None:
            self._hold(offer, now + pool.hold_days)
        world.log_pool(pool, _OFFERED, pool.free)
        for follow in world.offered:
            follow()
        if pool.free > pool.cap:
            pool.look_at_cap()
        stream.at = at = stream.at + 1
        if at < len(stream.items):
            world.agenda.book(stream, stream.items[at], SUPPLY + pool.rank, self._comes)

    def _hold(self, offer: Offer, until: float) -> None:
        self.world.agenda.book(offer, until, HOLD + offer.pool.rank, Offer.hold_ends)
