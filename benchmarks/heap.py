"""The pathway as a plain loop over a heap: no simulation library, a client is a number.

About the least that Python can do and still be read: a floor for the other engines. A queue is
served at once, not after all events of the instant; that changes nothing here, because no two
events of these draws share an instant.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush, merge
from math import inf

from benchmarks.pathway import DWELLING, HORIZON_DAYS, A, B, C, Draws, Result, Size, Tally

OFFER = -1
"""Stands for the client where a dwelling comes."""
Handler = Callable[[float, int], None]


class Pathway:
    """The state of the system; one method per event, called with (day, client).

    Attributes
    ----------
    calendar : heap of (day, client, handler)
        A client has one entry at most, so that handlers are never compared.
    visit : list of int
        The number of the current visit of each client.
    """

    def __init__(self, size: Size, draws: Draws, tally: Tally) -> None:
        self.draws = draws
        self.tally = tally
        self.calendar: list[tuple[float, int, Handler]] = [(inf, 0, self.arrive)]
        self.visit = [0] * len(draws.arrival_days)
        self.access = Station(A, size.assessors, draws.service_days, self.assessed, self)
        self.place_b = Station(B, size.places_b, draws.stay_b_days, self.ready, self)
        self.place_c = Station(C, size.places_c, draws.stay_c_days, self.served, self)
        self.stock = size.dwellings_at_start
        self.most = size.dwellings_at_most
        self.homeless: deque[tuple[float, int]] = deque()

    def run(self) -> None:
        """Take arrivals and dwellings in turn; before each, all that was due earlier."""
        arrivals = zip(self.draws.arrival_days, range(len(self.visit)), strict=True)
        offers = ((day, OFFER) for day in self.draws.dwelling_days)
        calendar = self.calendar
        for day, client in merge(offers, arrivals, [(HORIZON_DAYS, OFFER)]):
            while calendar[0][0] < day:
                now, who, handler = heappop(calendar)
                handler(now, who)
            if client != OFFER:
                self.arrive(day, client)
            elif day < HORIZON_DAYS:
                self.offer(day)

    def arrive(self, now: float, client: int) -> None:
        self.access.ask(now, client)

    def assessed(self, now: float, client: int) -> None:
        self.access.give_back(now)
        self.place_b.ask(now, client)

    def ready(self, now: float, client: int) -> None:
        """The stay in B is over: a dwelling from stock, or keep the place and wait."""
        if self.stock:
            self.stock -= 1
            self.move(now, client, now)
        else:
            self.homeless.append((now, client))

    def offer(self, now: float) -> None:
        """A dwelling comes: for the first who waits, else to stock, else it lapses."""
        if self.homeless:
            asked, client = self.homeless.popleft()
            self.move(now, client, asked)
        elif self.stock < self.most:
            self.stock += 1
        else:
            self.tally.lapsed += 1

    def move(self, now: float, client: int, asked: float) -> None:
        self.tally.start(DWELLING, client, self.visit[client], now, asked)
        self.place_b.give_back(now)
        self.place_c.ask(now, client)

    def served(self, now: float, client: int) -> None:
        self.place_c.give_back(now)
        visit = self.visit[client]
        if self.draws.again(client, visit):
            self.visit[client] = visit + 1
            self.access.ask(now, client)
        else:
            self.tally.leave(client, visit, now)


class Station:
    """Equal places with one queue, first come, first served."""

    __slots__ = ("calendar", "days", "ended", "free", "queue", "stage", "tally", "visit")

    def __init__(
        self,
        stage: int,
        places: int,
        days: Callable[[int, int], float],
        ended: Handler,
        pathway: Pathway,
    ) -> None:
        self.stage = stage
        self.free = places
        self.queue: deque[tuple[float, int]] = deque()
        self.days = days
        self.ended = ended
        self.calendar = pathway.calendar
        self.visit = pathway.visit
        self.tally = pathway.tally

    def ask(self, now: float, client: int) -> None:
        """Take a place now, or queue for one."""
        if self.free:
            self.free -= 1
            self.start(now, client, now)
        else:
            self.queue.append((now, client))

    def give_back(self, now: float) -> None:
        """Hand the place to the first in the queue, if any."""
        if self.queue:
            asked, client = self.queue.popleft()
            self.start(now, client, asked)
        else:
            self.free += 1

    def start(self, now: float, client: int, asked: float) -> None:
        visit = self.visit[client]
        self.tally.start(self.stage, client, visit, now, asked)
        heappush(self.calendar, (now + self.days(client, visit), client, self.ended))


def run(size: Size, draws: Draws, *, trace: bool = False) -> Result:
    """Run the pathway to the horizon."""
    tally = Tally(trace=trace)
    Pathway(size, draws, tally).run()
    return tally.result()
