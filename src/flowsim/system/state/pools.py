"""What clients share: places, minutes of teams, dwellings, assessors."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from typing import TYPE_CHECKING, Any

from flowsim.ledger import PoolInfo
from flowsim.system.state.agenda import Actor

if TYPE_CHECKING:
    from flowsim.system.state.people import Case, Step
    from flowsim.system.waiting.options import Group


class Pool:
    """Something with an amount that is free, and groups of clients who may wait for it."""

    __slots__ = ("capacity", "free", "groups", "info", "number", "rank", "recorded", "watchers")

    def __init__(self, info: PoolInfo, rank: int, capacity: int) -> None:
        self.info = info
        self.rank = rank
        """Lasting order of the pools; breaks ties."""
        self.number = -1
        """Number in the ledger, given at first mention."""
        self.capacity = capacity
        self.free = capacity
        self.groups: list[Group] = []
        self.watchers = 0
        """Groups of this pool in which someone waits."""
        self.recorded = -1
        """What the ledger last said: how many of the thresholds are met."""

    def met(self) -> int:
        """Return how many of the needs that people have of this pool what is free would meet."""
        return 1 if self.free > 0 else 0


class PlacePool(Pool):
    """Places of a variant and provider in an area."""

    __slots__ = ("owed", "provider", "turning", "turnover_days", "used")

    def __init__(
        self, info: PoolInfo, rank: int, capacity: int, turnover_days: float, provider: int
    ) -> None:
        super().__init__(info, rank, capacity)
        self.turnover_days = turnover_days
        self.provider = provider
        """Lasting number; -1: nameless."""
        self.used = 0
        self.turning = 0
        self.owed = 0
        """Places less than agreed, until the supply fills them up (after a flip)."""

    @property
    def exists(self) -> bool:
        """Whether there are, or will be, places to wait for."""
        return self.capacity > 0 or self.used > 0 or self.owed > 0


class TeamPool(Pool):
    """Client-bound minutes a week of a team in an area.

    ``free`` is what an admission may take: capacity less used less promised to waiting steps.
    """

    __slots__ = ("promised", "steps", "thresholds", "used")

    def __init__(self, info: PoolInfo, rank: int, capacity: int) -> None:
        super().__init__(info, rank, capacity)
        self.used = 0
        self.promised = 0
        self.steps: list[tuple[float, int, Step]] = []
        self.thresholds: list[int] = []

    def met(self) -> int:
        """Return how many of the distinct needs of minutes fit in what is free."""
        return bisect_right(self.thresholds, max(self.free, 0))


class DwellingPool(Pool):
    """Dwellings on offer in an area; ``free`` is what is on the shelf."""

    __slots__ = ("cap", "hold_days", "shelf")

    def __init__(
        self, info: PoolInfo, rank: int, stock: int, cap: int, hold_days: float | None
    ) -> None:
        super().__init__(info, rank, 0)
        self.capacity = stock
        self.cap = cap
        self.hold_days = hold_days
        self.shelf: deque[Offer] = deque()


class Offer(Actor):
    """A dwelling on the shelf, since a day."""

    __slots__ = ("pool", "since")

    def __init__(self, pool: DwellingPool, since: float) -> None:
        self.ticket = 0
        self.pool = pool
        self.since = since


class Vacancy(Actor):
    """A place between two occupants."""

    __slots__ = ("pool",)

    def __init__(self, pool: PlacePool) -> None:
        self.ticket = 0
        self.pool = pool


class DeskPool(Pool):
    """Assessors of a desk in an area, and the cases that wait for them."""

    __slots__ = ("area", "block", "days_per_hour", "queue")

    def __init__(
        self,
        info: PoolInfo,
        rank: int,
        assessors: int,
        block: int,
        area: int,
        days_per_hour: float,
    ) -> None:
        super().__init__(info, rank, assessors)
        self.block = block
        self.area = area
        self.days_per_hour = days_per_hour
        """Days that an assessor of this desk needs for an hour of work."""
        self.queue: list[tuple[int, float, int, Case]] = []


class Moments(Actor):
    """A list of moments with something at each: the next is booked when one has come up."""

    __slots__ = ("at", "items", "what")

    def __init__(self, items: Any, what: Any) -> None:
        self.ticket = 0
        self.items = items
        self.at = 0
        self.what = what
