"""SimPy's calendar, with appointments at absolute times and an order for equal times."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from heapq import heappop, heappush
from math import inf
from typing import Any, Final, cast

import simpy

from flowsim.errors import EngineError, msg

INF: Final = inf
_ROUNDING: Final = 1e-6
"""Days."""


class Rank(IntEnum):
    """Order of events at one instant; within a rank by client number."""

    SUPPLY = 0
    """Supply and dated changes."""
    END = 1
    """Ends and exits."""
    LEVEL = 2
    """Level changes."""
    REQUEST = 3
    """Notifications and requests; a decision falls with the end of the work before it."""
    HOLD = 4
    """End of a hold: an offer lives to the end of its last instant."""
    GIVE_UP = 5


SUPPLY: Final = (1 + Rank.SUPPLY) << 32
END: Final = (1 + Rank.END) << 32
LEVEL: Final = (1 + Rank.LEVEL) << 32
REQUEST: Final = (1 + Rank.REQUEST) << 32
HOLD: Final = (1 + Rank.HOLD) << 32
GIVE_UP: Final = (1 + Rank.GIVE_UP) << 32
"""Priorities, after those of SimPy's own events."""


class Actor:
    """Whoever has one appointment at a time: a client, a case, a stream of offers."""

    __slots__ = ("ticket",)

    ticket: int
    """Number of the appointment that holds; 0 when there is none."""


class Moments(Actor):
    """A list of moments with something at each: the next is booked when one has come up."""

    __slots__ = ("at", "items", "what")

    def __init__(self, items: Any, what: Any) -> None:
        self.ticket = 0
        self.items = items
        self.at = 0
        self.what = what


Act = Callable[[Any], None]


class Agenda:
    """SimPy's calendar, with actors booked at absolute times.

    ``now + (at - now)`` is not always ``at``, so a delay would move events by a rounding error.
    An appointment is ``(at, priority, ticket, actor, act)`` in SimPy's own calendar, beside any
    SimPy events. One whose ticket is no longer its actor's own is stale and ignored.
    """

    def __init__(self) -> None:
        self.now = 0.0
        """Day of what was carried out last."""
        self.simpy = simpy.Environment()
        """For events that are SimPy's own."""
        self.entries: list[tuple[Any, ...]] = cast("list[Any]", self.simpy._queue)
        """The calendar itself, a heap by (time, priority, number): to look at."""
        self._tickets = 0

    def book(self, actor: Actor, at: float, priority: int, act: Act) -> None:
        """Give an actor its one appointment; an earlier one becomes stale.

        Raises
        ------
        EngineError
            When it is in the past: time never runs back.
        """
        if at < self.now:
            at = self._not_before_now(at)
        self._tickets = actor.ticket = ticket = self._tickets + 1
        heappush(self.entries, (at, priority, ticket, actor, act))

    def _not_before_now(self, at: float) -> float:
        """Return now where an appointment is a rounding error too early."""
        if at < self.now - _ROUNDING:
            raise EngineError(
                msg(
                    "day {day}: an appointment is made for day {at}, which is past",
                    day=self.now, at=at,
                )
            )  # fmt: skip
        return self.now

    def step(self) -> None:
        """Take the next appointment (or SimPy event) from the calendar and carry it out."""
        entry = heappop(self.entries)
        try:
            self.now, _, ticket, actor, act = entry
        except ValueError:  # an event has four parts
            heappush(self.entries, entry)
            self.simpy.step()
            self.now = self.simpy.now
            return
        if actor.ticket == ticket:
            actor.ticket = 0
            act(actor)
