"""Dwellings on offer, and the shelf of an area that they stand on."""

from __future__ import annotations

from collections import deque

from flowsim.ledger import PoolInfo
from flowsim.system.state.agenda import Actor
from flowsim.system.state.board import Board, Pool


class Offer(Actor):
    """A dwelling on the shelf, since a day."""

    __slots__ = ("pool", "since")

    def __init__(self, pool: DwellingPool, since: float) -> None:
        self.ticket = 0
        self.pool = pool
        self.since = since

    def hold_ends(self) -> None:
        """Lose it, unless someone takes it in this instant."""
        self.pool.board.expiring.append(self)
        self.pool.board.unsettled = True


class DwellingPool(Pool):
    """Dwellings on offer in an area; ``free`` is what is on the shelf.

    A dwelling that is taken is the tenant's, and no part of the pool any more.
    """

    __slots__ = ("cap", "hold_days", "shelf", "stock")

    def __init__(
        self,
        board: Board,
        info: PoolInfo,
        rank: int,
        stock: int,
        cap: int,
        hold_days: float | None,
    ) -> None:
        super().__init__(board, info, rank, 0)
        self.stock = stock
        """Dwellings on the shelf at the start."""
        self.cap = cap
        self.hold_days = hold_days
        self.shelf: deque[Offer] = deque()

    @property
    def size(self) -> int:
        """Dwellings on the shelf."""
        return len(self.shelf)

    def offer(self, offer: Offer) -> None:
        """Put a dwelling on the shelf; one from another pool keeps its turn."""
        shelf, offer.pool = self.shelf, self
        if not shelf or shelf[-1].since <= offer.since:
            shelf.append(offer)
        else:
            at = len(shelf) - 1
            while at and shelf[at - 1].since > offer.since:
                at -= 1
            shelf.insert(at, offer)
        self.free += 1
        if self.watchers:
            self._raise()

    def take(self, amount: int = 1) -> None:
        """Take the offers that have been on the shelf longest."""
        self.shelf.popleft().ticket = 0
        self.free -= 1
        if self.watchers:
            self.board.touched.append(self)
        if amount > 1:
            self.take(amount - 1)

    def hand_on(self) -> Offer:
        """Take the longest offer off the shelf, to put it on another."""
        offer = self.shelf.popleft()
        self._fewer()
        return offer

    def lose(self, offer: Offer) -> None:
        """Take an offer off the shelf that nobody took."""
        offer.ticket = 0
        self.shelf.remove(offer)
        self._fewer()

    def _fewer(self) -> None:
        self.free -= 1
        if self.watchers:
            self.board.touched.append(self)

    def look_at_cap(self) -> None:
        """Let the end of this instant take away what is on the shelf beyond what may be there."""
        if self.free > self.cap:
            self.board.filled.append(self)
            self.board.unsettled = True
