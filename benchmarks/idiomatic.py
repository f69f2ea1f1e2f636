"""The pathway in idiomatic SimPy: a process per client, `simpy.Resource` and `simpy.Container`."""

from __future__ import annotations

from collections.abc import Callable, Generator

import simpy

from benchmarks.pathway import DWELLING, HORIZON_DAYS, A, B, C, Draws, Result, Size, Tally

Process = Generator[simpy.Event, object, None]
ResourceKind = Callable[[simpy.Environment, int], simpy.Resource]


class Pathway:
    """Access A, place B until there is a dwelling, place C; then perhaps once more."""

    def __init__(
        self,
        env: simpy.Environment,
        size: Size,
        draws: Draws,
        tally: Tally,
        resource: ResourceKind = simpy.Resource,
    ) -> None:
        self.env = env
        self.draws = draws
        self.tally = tally
        self.assessors = resource(env, size.assessors)
        self.places_b = resource(env, size.places_b)
        self.places_c = resource(env, size.places_c)
        self.dwellings = simpy.Container(env, size.dwellings_at_most, size.dwellings_at_start)
        env.process(self.arrivals())
        env.process(self.supply())

    def arrivals(self) -> Process:
        """Send every client in on its day."""
        env = self.env
        for client, day in enumerate(self.draws.arrival_days):
            yield env.timeout(day - env.now)
            env.process(self.client(client))

    def supply(self) -> Process:
        """Bring the dwellings; one that finds the stock at its most lapses."""
        env, dwellings = self.env, self.dwellings
        for day in self.draws.dwelling_days:
            yield env.timeout(day - env.now)
            if dwellings.level < dwellings.capacity:
                yield dwellings.put(1)
            else:
                self.tally.lapsed += 1

    def client(self, client: int) -> Process:
        """Live one client's whole life in care."""
        env, draws, tally = self.env, self.draws, self.tally
        visit, again = 0, True
        while again:
            asked = env.now
            with self.assessors.request() as assessor:
                yield assessor
                tally.start(A, client, visit, env.now, asked)
                yield env.timeout(draws.service_days(client, visit))
            asked = env.now
            with self.places_b.request() as place:
                yield place
                tally.start(B, client, visit, env.now, asked)
                yield env.timeout(draws.stay_b_days(client, visit))
                asked = env.now
                yield self.dwellings.get(1)
                tally.start(DWELLING, client, visit, env.now, asked)
            asked = env.now
            with self.places_c.request() as place:
                yield place
                tally.start(C, client, visit, env.now, asked)
                yield env.timeout(draws.stay_c_days(client, visit))
            again = draws.again(client, visit)
            if again:
                visit += 1
        tally.leave(client, visit, env.now)


def run(
    size: Size, draws: Draws, *, trace: bool = False, resource: ResourceKind = simpy.Resource
) -> Result:
    """Run the pathway to the horizon."""
    env = simpy.Environment()
    tally = Tally(trace=trace)
    Pathway(env, size, draws, tally, resource)
    env.run(until=HORIZON_DAYS)
    return tally.result()
