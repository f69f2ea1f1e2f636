"""Desks: assessors, and the cases that they work on or that wait for them."""

from __future__ import annotations

from heapq import heappush
from typing import Final

from flowsim.ledger import PoolInfo
from flowsim.system.state.agenda import INF, Actor
from flowsim.system.state.board import Board, Pool

NEW: Final = "new"
REASSESSMENT: Final = "reassessment"
OTHER: Final = "other_work"
"""Kinds of cases."""


class DeskPool(Pool):
    """Assessors of a desk in an area, and the cases that wait for them."""

    __slots__ = ("area", "block", "days_per_hour", "queue")

    def __init__(
        self,
        board: Board,
        info: PoolInfo,
        rank: int,
        assessors: int,
        block: int,
        area: int,
        days_per_hour: float,
    ) -> None:
        super().__init__(board, info, rank, assessors)
        self.block = block
        self.area = area
        self.days_per_hour = days_per_hour
        """Days that an assessor of this desk needs for an hour of work."""
        self.queue: list[tuple[int, float, int, Case]] = []

    def give(self, amount: int = 1) -> None:
        """Assessors are free again, for the next case in line."""
        self.taken -= amount
        self.free += amount
        if self.queue:
            self._start()

    def resize(self, capacity: int) -> None:
        """Have more assessors, or fewer once they are done with the case at hand."""
        super().resize(capacity)
        self._start()

    def line_up(self, klass: int, day: float, case: Case) -> None:
        """Put a case in line; an assessor may be free for it."""
        heappush(self.queue, (klass, day, case.number, case))
        self._start()

    def _start(self) -> None:
        self.board.starting.append(self)
        self.board.unsettled = True


class Case(Actor):
    """Work at a desk: a notification, a reassessment, or other work (no client)."""

    __slots__ = ("desk", "ends_at", "hours", "kind", "number", "open", "started")

    def __init__(self, desk: DeskPool, kind: str, number: int, hours: float) -> None:
        self.ticket = 0
        self.desk = desk
        self.kind = kind
        self.number = number
        """Of the client; of other work, a number that no client has."""
        self.hours = hours
        """Hours of work (days, for a desk whose work is given in days)."""
        self.open = True
        self.started = False
        self.ends_at = INF

    def __lt__(self, other: Case) -> bool:
        """Two cases of one client and day in a queue: all but one are closed, so any order does."""
        return False
