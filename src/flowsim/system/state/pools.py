"""Pools that people live on: places, and minutes of a team."""

from __future__ import annotations

from bisect import bisect_right, insort

from flowsim.ledger import PoolInfo
from flowsim.system.state.agenda import Actor
from flowsim.system.state.board import NEVER, Board, Pool


class PlacePool(Pool):
    """Places of a variant and provider in an area."""

    __slots__ = ("owed", "provider", "turnover_days")

    def __init__(
        self,
        board: Board,
        info: PoolInfo,
        rank: int,
        capacity: int,
        turnover_days: float,
        provider: int,
    ) -> None:
        super().__init__(board, info, rank, capacity)
        self.turnover_days = turnover_days
        self.provider = provider
        """Lasting number; -1: nameless."""
        self.owed = 0
        """Places less than agreed, until the supply fills them up (after a flip)."""

    @property
    def exists(self) -> bool:
        """Whether there are, or will be, places to wait for."""
        return self.capacity > 0 or self.taken > 0 or self.owed > 0

    def keep(self) -> None:
        """Who had a place has left, and it is got ready for the next."""
        self.taken -= 1
        self.kept += 1

    def release(self) -> None:
        """A place that was got ready is free."""
        self.kept -= 1
        self.free += 1
        if self.watchers:
            self._raise()


class Vacancy(Actor):
    """A place between two occupants."""

    __slots__ = ("pool",)

    def __init__(self, pool: PlacePool) -> None:
        self.ticket = 0
        self.pool = pool


class Step:
    """A step up in minutes that waits for room in the team."""

    __slots__ = ("day", "extra", "number", "open")

    def __init__(self, number: int, day: float, extra: int) -> None:
        self.number = number
        """Of the client."""
        self.day = day
        self.extra = extra
        self.open = True


class TeamPool(Pool):
    """Client-bound minutes a week of a team in an area.

    ``free`` is what an admission may take: what is promised to waiting steps is not.
    """

    __slots__ = ("steps", "thresholds")

    def __init__(self, board: Board, info: PoolInfo, rank: int, capacity: int) -> None:
        super().__init__(board, info, rank, capacity)
        self.steps: list[tuple[float, int, Step]] = []
        self.thresholds: list[int] = []

    def met(self) -> int:
        """Return how many of the distinct needs of minutes fit in what is free."""
        return bisect_right(self.thresholds, max(self.free, 0))

    def may_be_asked(self, minutes: int) -> None:
        """Note that somebody may ask so many minutes: the ledger is to know whether they fit."""
        if minutes not in self.thresholds:
            insort(self.thresholds, minutes)
            self.recorded, self.looked_at = -1, NEVER
            if self.watchers:
                self.board.touched.append(self)

    def give(self, amount: int = 1) -> None:
        """Take minutes back; waiting steps are looked at before admissions."""
        if self.steps:
            self._step()
        super().give(amount)

    def resize(self, capacity: int) -> None:
        """Have more minutes, of which waiting steps go first; or less as they fall free."""
        if capacity > self.capacity:
            self._step()
        super().resize(capacity)

    def promise(self, step: Step) -> None:
        """Let a step up wait for its minutes, which nobody else can have."""
        self.promised += step.extra
        self.free -= step.extra
        if self.watchers:
            self.board.touched.append(self)
        self.steps.append((step.day, step.number, step))
        self._step()

    def fulfil(self, step: Step) -> None:
        """There is room: what was promised to a step is taken."""
        step.open = False
        self.promised -= step.extra
        self.taken += step.extra

    def take_back(self, step: Step) -> None:
        """A step need not wait any more; the next in line may fit."""
        step.open = False
        if self.steps:
            self._step()
        self.promised -= step.extra
        self.free += step.extra
        if self.watchers:
            self._raise()

    def _step(self) -> None:
        self.board.stepping.append(self)
        self.board.unsettled = True
