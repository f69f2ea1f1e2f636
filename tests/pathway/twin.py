"""The benchmark pathway in idiomatic SimPy: a process per client, `Resource` and `Container`.

It shares nothing with flowsim but the draws. Every process that begins on a day of its own starts
with a timeout from day 0, so that all sums of days are made in the same order as in flowsim and
the two can be equal to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass

import simpy

Event = tuple[int, int, str, float]
"""Client, visit, what happened ("A", "B", "dwelling", "C" or "left"), day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    clients_per_year: float
    assessors: int
    places_b: int
    places_c: int
    stock: int
    cap: int
    days_per_dwelling: float
    again: float = 0.2
    horizon_days: float = 3650.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """All chance; the functions are of (client, visit)."""

    arrival_days: list[float]
    dwelling_days: list[float]
    service: Callable[[int, int], float]
    stay_b: Callable[[int, int], float]
    stay_c: Callable[[int, int], float]
    again: Callable[[int, int], bool]


class Pathway:
    def __init__(self, env: simpy.Environment, size: Size, draws: Draws) -> None:
        self.env = env
        self.draws = draws
        self.events: list[Event] = []
        self.lapsed = 0
        self.assessors = simpy.Resource(env, size.assessors)
        self.places_b = simpy.Resource(env, size.places_b)
        self.places_c = simpy.Resource(env, size.places_c)
        self.dwellings = simpy.Container(env, size.cap, size.stock)
        for client, day in enumerate(draws.arrival_days):
            env.process(self.client(client, day))
        for day in draws.dwelling_days:
            env.process(self.dwelling(day))

    def dwelling(self, day: float) -> Generator[simpy.Event, object, None]:
        yield self.env.timeout(day)
        if self.dwellings.level < self.dwellings.capacity:
            yield self.dwellings.put(1)
        else:
            self.lapsed += 1

    def client(self, client: int, day: float) -> Generator[simpy.Event, object, None]:
        env, draws, visit = self.env, self.draws, 0
        yield env.timeout(day)
        while True:
            with self.assessors.request() as assessor:
                yield assessor
                self.note(client, visit, "A")
                yield env.timeout(draws.service(client, visit))
            with self.places_b.request() as place:
                yield place
                self.note(client, visit, "B")
                yield env.timeout(draws.stay_b(client, visit))
                yield self.dwellings.get(1)
                self.note(client, visit, "dwelling")
            with self.places_c.request() as place:
                yield place
                self.note(client, visit, "C")
                yield env.timeout(draws.stay_c(client, visit))
            if not draws.again(client, visit):
                break
            visit += 1
        self.note(client, visit, "left")

    def note(self, client: int, visit: int, what: str) -> None:
        self.events.append((client, visit, what, self.env.now))


def run(size: Size, draws: Draws) -> Pathway:
    env = simpy.Environment()
    pathway = Pathway(env, size, draws)
    env.run(until=size.horizon_days)
    return pathway
