"""Telling a run that goes round in circles, in no time, from one in which much happens."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from flowsim.errors import EngineError, msg
from flowsim.system.state.desks import OTHER, Case
from flowsim.system.state.people import Client

MANY: Final = 10_000
"""Events of one day from which it is watched whose they are."""
MOST_OF_ONE: Final = 1_000
"""Events of one client in one day after which a run is stopped as endless."""


class Watch:
    """Counts the events of each client in a day with very many.

    Twelve thousand people may give up on one day; one person cannot do a thousand things on it. A
    circle of a billionth of a day is as endless as one of none.
    """

    def __init__(self) -> None:
        self._day = 0
        self._events: Counter[int] = Counter()

    def see(self, entry: tuple[Any, ...]) -> None:
        """Count an appointment that is about to be carried out.

        Raises
        ------
        EngineError
            When a client has come up too often.
        """
        day, actor = int(entry[0]), entry[3]
        if day != self._day:
            self._day = day
            self._events.clear()
        if not isinstance(actor, Client | Case):
            return
        if isinstance(actor, Case) and actor.kind == OTHER:
            return
        self._events[actor.number] += 1
        if self._events[actor.number] > MOST_OF_ONE:
            raise EngineError(
                msg(
                    "day {day}: more than {n} events of one client in one day; look for a stay, "
                    "term, pause or recovery of (almost) 0 days that leads back to itself",
                    day=day, n=MOST_OF_ONE,
                )
            )  # fmt: skip
