"""The pathway in Ciw: four nodes, of which the one that hands out dwellings is our own `ciw.Node`.

Ciw's parameters state arrivals, A, B, C, the return and the blocked place B ("type I blocking": a
client keeps the server until the next node has room). They cannot state a stock of dwellings that
is filled at fixed days, so `Dwellings` overrides a node, as Ciw's guide to custom behaviour does:
the stock is the room in that node. Nothing is approximated; stays and returns come from custom
distributions and a custom router that read the common draws, arrivals from `Sequential`. Ciw adds
up the gaps between arrivals, which moves a day by less than 1e-7.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, pairwise
from math import inf
from typing import Any

import ciw  # type: ignore[import-untyped]

from benchmarks.pathway import (
    DWELLING,
    HORIZON_DAYS,
    LEFT,
    A,
    B,
    C,
    Draws,
    Event,
    Result,
    Size,
    to_result,
)

NODE_A, NODE_B, NODE_D, NODE_C = 1, 2, 3, 4
STAGE_OF_NODE = {NODE_A: A, NODE_B: B, NODE_C: C}


class Client(ciw.Individual):  # type: ignore[misc]
    """A client who counts visits; Ciw numbers individuals from 1."""

    visit = 0

    @property
    def client(self) -> int:
        return int(self.id_number) - 1


class Stay(ciw.dists.Distribution):  # type: ignore[misc]
    """Read a length of stay from the common draws."""

    def __init__(self, days: Callable[[int, int], float]) -> None:
        self.days = days

    def sample(self, t: float | None = None, ind: Any = None) -> float:
        return self.days(ind.client, ind.visit)


class Return(ciw.routing.NodeRouting):  # type: ignore[misc]
    """After C, back to A or out."""

    def __init__(self, again: Callable[[int, int], bool]) -> None:
        self.again = again

    def next_node(self, ind: Client) -> Any:
        if not self.again(ind.client, ind.visit):
            return self.simulation.nodes[-1]
        ind.visit += 1
        return self.simulation.nodes[NODE_A]


class Dwellings(ciw.Node):  # type: ignore[misc]
    """A node with as much room as there are dwellings in stock, and that passes clients on.

    A client who finds no stock is blocked, and so keeps place B, until a dwelling comes. The size
    and the days are set on the instance before the run.
    """

    stock = 0
    most = 0
    lapsed = 0
    coming: Iterator[float] = iter(())

    def open(self, size: Size, days: list[float]) -> None:
        self.stock = size.dwellings_at_start
        self.most = size.dwellings_at_most
        self.coming = chain(days, [inf])
        self.next_event_date = next(self.coming)

    @property
    def node_capacity(self) -> int:
        return self.stock

    @node_capacity.setter
    def node_capacity(self, _: float) -> None:
        """Ciw sets the capacity from the network; ours is the stock."""

    def have_event(self) -> None:
        if self.stock < self.most:
            self.stock += 1
            self.release_blocked_individual()
        else:
            self.lapsed += 1
        self.next_event_date = next(self.coming)

    def accept(self, next_individual: Client, completed: bool = False) -> None:
        self.stock -= 1
        self.simulation.nodes[NODE_C].accept(next_individual)

    def update_next_event_date(self) -> None:
        """The days are known beforehand; `have_event` moves to the next."""


def run(size: Size, draws: Draws, *, trace: bool = False) -> Result:
    """Run the pathway to the horizon and read the counts from Ciw's records."""
    simulation = ciw.Simulation(
        _network(size, draws),
        node_class=[ciw.Node, ciw.Node, Dwellings, ciw.Node],
        individual_class=Client,
    )
    dwellings = simulation.nodes[NODE_D]
    dwellings.open(size, draws.dwelling_days)
    simulation.simulate_until_max_time(HORIZON_DAYS)
    return _read(simulation, dwellings.lapsed, trace)


def _network(size: Size, draws: Draws) -> Any:
    gaps = [later - day for day, later in pairwise([0.0, *draws.arrival_days])]
    return ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential([*gaps, inf]), None, None, None],
        service_distributions=[
            Stay(draws.service_days),
            Stay(draws.stay_b_days),
            ciw.dists.Deterministic(0.0),
            Stay(draws.stay_c_days),
        ],
        number_of_servers=[size.assessors, size.places_b, 1, size.places_c],
        routing=ciw.routing.NetworkRouting(
            routers=[
                ciw.routing.Direct(to=NODE_B),
                ciw.routing.Direct(to=NODE_D),
                ciw.routing.Direct(to=NODE_C),
                Return(draws.again),
            ]
        ),
    )


def _read(simulation: Any, lapsed: int, trace: bool) -> Result:
    counts, waited = [0, 0, 0, 0, 0], [0.0, 0.0, 0.0, 0.0]
    events: list[Event] = []
    for stage, day, wait, client, visit in _happened(simulation):
        counts[stage] += 1
        if stage != LEFT:
            waited[stage] += wait
        if trace:
            events.append((client, visit, stage, day))
    return to_result(counts, waited, lapsed, events if trace else None)


def _happened(simulation: Any) -> Iterator[tuple[int, float, float, int, int]]:
    """Yield (stage, day, days waited, client, visit) from the records, also of who is still in."""
    for person in simulation.get_all_individuals():
        records = list(person.data_records)
        if person.node != -1:
            records.append(simulation.nodes[person.node].write_incomplete_record(person))
        visit = -1
        for record in records:
            visit += record.node == NODE_A
            if record.waiting_time is not None:
                stage = STAGE_OF_NODE[record.node]
                yield stage, record.service_start_date, record.waiting_time, person.client, visit
            if record.node == NODE_B and record.exit_date is not None:
                yield DWELLING, record.exit_date, record.time_blocked, person.client, visit
        if person.node == -1:
            yield LEFT, records[-1].exit_date, 0.0, person.client, visit
