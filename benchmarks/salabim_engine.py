"""The pathway in salabim: a component per client, resources, and an anonymous one for dwellings.

Nothing is approximated: arrivals, stays and returns come from the common draws. Salabim runs with
fast settings: generators (``yieldless=False``), resources without monitors, and
``honor_only_first``, which spares it a look at everyone in a queue.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import salabim as sim  # type: ignore[import-untyped]

from benchmarks.pathway import DWELLING, HORIZON_DAYS, A, B, C, Draws, Result, Size, Tally

Process = Generator[None, None, None]


class Pathway(sim.Environment):  # type: ignore[misc]
    """The environment, with what the components share."""

    def setup(self, size: Size, draws: Draws, tally: Tally) -> None:
        self.draws = draws
        self.tally = tally
        self.assessors = self.resource("A", size.assessors)
        self.places_b = self.resource("B", size.places_b)
        self.places_c = self.resource("C", size.places_c)
        self.dwellings = self.resource(
            "dwellings",
            size.dwellings_at_most,
            anonymous=True,
            initial_claimed_quantity=size.dwellings_at_most - size.dwellings_at_start,
        )

    def resource(self, name: str, capacity: int, **options: Any) -> Any:
        return sim.Resource(
            name, capacity, honor_only_first=True, monitor=False, env=self, **options
        )


class Arrivals(sim.Component):  # type: ignore[misc]
    """Sends every client in on its day."""

    def process(self) -> Process:
        for client, day in enumerate(self.env.draws.arrival_days):
            yield self.hold(till=day)
            Client(client=client, env=self.env)


class Supply(sim.Component):  # type: ignore[misc]
    """Brings the dwellings: what is not claimed of the resource is the stock."""

    def process(self) -> Process:
        dwellings = self.env.dwellings
        for day in self.env.draws.dwelling_days:
            yield self.hold(till=day)
            if dwellings.claimed_quantity() > 0:
                dwellings.release(1)
            else:
                self.env.tally.lapsed += 1


class Client(sim.Component):  # type: ignore[misc]
    """Lives one client's whole life in care."""

    def setup(self, client: int) -> None:
        self.client = client

    def process(self) -> Process:
        env, client = self.env, self.client
        draws, tally = env.draws, env.tally
        visit, again = 0, True
        while again:
            asked = env.now()
            yield self.request(env.assessors)
            tally.start(A, client, visit, env.now(), asked)
            yield self.hold(draws.service_days(client, visit))
            self.release(env.assessors)
            asked = env.now()
            yield self.request(env.places_b)
            tally.start(B, client, visit, env.now(), asked)
            yield self.hold(draws.stay_b_days(client, visit))
            asked = env.now()
            yield self.request(env.dwellings)
            tally.start(DWELLING, client, visit, env.now(), asked)
            self.release(env.places_b)
            asked = env.now()
            yield self.request(env.places_c)
            tally.start(C, client, visit, env.now(), asked)
            yield self.hold(draws.stay_c_days(client, visit))
            self.release(env.places_c)
            again = draws.again(client, visit)
            if again:
                visit += 1
        tally.leave(client, visit, env.now())


def run(size: Size, draws: Draws, *, trace: bool = False) -> Result:
    """Run the pathway to the horizon."""
    tally = Tally(trace=trace)
    env = Pathway(yieldless=False, size=size, draws=draws, tally=tally)
    Arrivals(env=env)
    Supply(env=env)
    env.run(till=HORIZON_DAYS)
    return tally.result()
