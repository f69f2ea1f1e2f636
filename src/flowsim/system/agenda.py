"""SimPy's calendar, with appointments at absolute times and an order for equal times."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from heapq import heappush
from math import inf
from typing import Any, Final

import simpy

INF: Final = inf


class Rank(IntEnum):
    """Order of events at one instant; within a rank by client number."""

    SUPPLY = 0
    """Supply and dated changes."""
    END = 1
    """Ends and exits."""
    LEVEL = 2
    """Level changes."""
    REQUEST = 3
    """Notifications, decisions, requests."""
    HOLD = 4
    """End of a hold: an offer lives to the end of its last instant."""
    GIVE_UP = 5


SUPPLY, END, LEVEL, REQUEST, HOLD, GIVE_UP = (int(rank) << 32 for rank in Rank)


class Actor:
    """Whoever has one appointment at a time: a client, a case, a stream of offers."""

    __slots__ = ("entry",)

    entry: Entry | None


class Entry:
    """One appointment in SimPy's calendar: an event that has already been triggered.

    An entry that is no longer its actor's own is stale and ignored when it comes up.
    """

    __slots__ = ("act", "actor", "at", "callbacks")

    _ok = True
    """Read by ``simpy.Environment.step``."""

    def __init__(self, actor: Actor, at: float, act: Callable[[Any], None]) -> None:
        self.actor = actor
        self.at = at
        self.act = act
        self.callbacks: Any = _FIRE


def _fire(entry: Entry) -> None:
    actor = entry.actor
    if actor.entry is entry:
        actor.entry = None
        entry.act(actor)


_FIRE: Final = (_fire,)


class Agenda(simpy.Environment):
    """A SimPy environment that books actors at absolute times.

    ``now + (at - now)`` is not always ``at``, so a delay would move events by a rounding error.
    """

    def book(self, actor: Actor, at: float, priority: int, act: Callable[[Any], None]) -> None:
        """Give an actor its one appointment; an earlier one becomes stale."""
        actor.entry = entry = Entry(actor, at, act)
        heappush(self._queue, (at, priority, next(self._eid), entry))  # type: ignore[misc]
