"""What is shared, and what the end of an instant has to settle about it.

Only the methods of a pool change what is free in it, and they mark the board. At every instant
``free + taken + promised + kept == size``.
"""

from __future__ import annotations

from typing import Final

from flowsim.ledger import PoolInfo
from flowsim.system.state.agenda import Actor

NEVER: Final = -1 << 62
"""No amount that can be free."""


class Board:
    """What pools have marked since the last settling; one for a run."""

    __slots__ = ("expiring", "filled", "raised", "starting", "stepping", "touched", "unsettled")

    def __init__(self) -> None:
        self.unsettled = True
        """Whether anything happened that may let someone be served; so it is at the start, which
        is settled once everybody is in place."""
        self.raised: list[Pool] = []
        """Pools with more free than before, in which someone waits."""
        self.touched: list[Pool] = []
        """Pools whose free amount changed, in which someone waits."""
        self.stepping: list[Pool] = []
        """Teams whose waiting steps may have room now."""
        self.starting: list[Pool] = []
        """Desks where a case may start now."""
        self.filled: list[Pool] = []
        """Dwelling pools with more on the shelf than may be there."""
        self.expiring: list[Actor] = []
        """Dwellings whose hold ends in this instant."""


class Pool:
    """Something with an amount that is free, and groups of clients who may wait for it."""

    __slots__ = (
        "board",
        "capacity",
        "free",
        "info",
        "kept",
        "looked_at",
        "number",
        "promised",
        "rank",
        "recorded",
        "taken",
        "watchers",
    )

    def __init__(self, board: Board, info: PoolInfo, rank: int, capacity: int) -> None:
        self.board = board
        self.info = info
        self.rank = rank
        """Lasting order of the pools; breaks ties."""
        self.number = -1
        """Number in the ledger, given at first mention."""
        self.capacity = capacity
        self.free = capacity
        """What someone who waits may have; below 0 where more is taken than there is now."""
        self.taken = 0
        self.promised = 0
        """Not free, since it waits for residents who need more (minutes of a team)."""
        self.kept = 0
        """Not free, since it is between two residents (places)."""
        self.watchers = 0
        """Families of groups that use this pool and in which someone waits."""
        self.recorded = -1
        """What the ledger last said: how many of the thresholds are met."""
        self.looked_at = NEVER
        """What was free when it was last looked at whether the ledger must say something else."""

    @property
    def size(self) -> int:
        """All that there is, whoever has it."""
        return self.capacity

    def met(self) -> int:
        """Return how many of the needs that people have of this pool what is free would meet."""
        return 1 if self.free > 0 else 0

    def take(self, amount: int = 1) -> None:
        """Someone has it from now on; free or not."""
        self.taken += amount
        self.free -= amount
        if self.watchers:
            self.board.touched.append(self)

    def give(self, amount: int = 1) -> None:
        """Who had it gives it back: it is free at once."""
        self.taken -= amount
        self.free += amount
        if self.watchers:
            self._raise()

    def resize(self, capacity: int) -> None:
        """Have more; or less as it falls free: nobody is put out, no support stops."""
        more = capacity - self.capacity
        self.capacity = capacity
        self.free += more
        if self.watchers:
            if more > 0:
                self._raise()
            else:
                self.board.touched.append(self)

    def _raise(self) -> None:
        self.board.raised.append(self)
        self.board.unsettled = True

    def watch(self) -> None:
        """People of one more group wait for it: the ledger is to know what is free."""
        self.watchers += 1
        self.board.touched.append(self)
