"""Movers who wait for each other's place: a cycle of any length moves at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from flowsim.system.state.board import Pool
from flowsim.system.state.choices import Choice, Group, Request
from flowsim.system.state.people import Client
from flowsim.system.state.pools import TeamPool
from flowsim.system.waiting.options import held_minutes

Move = tuple[Request, Choice]
MOST_PATHS: Final = 10_000
"""Paths looked at for one mover; with more, longer cycles are left for a later instant."""


def best_exchange(
    movers: Sequence[Group], clients: Sequence[Client | None], among: set[int] | None = None
) -> tuple[list[Move] | None, int]:
    """Return the exchange to execute, or None and how many movers lack hours alone for one.

    Movers are taken in key order; for each the shortest cycle back to the place held (ties: pools
    in their lasting order) for which, in every team, minutes asked less minutes given back are
    free, and dwellings suffice. ``among``: places, by rank, of which those that are left out are on
    no cycle (`flowsim.system.waiting.circles`).
    """
    edges: dict[int, list[Move]] = {}
    heads: list[Request] = []
    for group in movers:
        head = group.head() if group.waiting else None
        if head is None or group.held is None:
            continue
        moves = [
            (head, choice)
            for choice in group.choices
            if choice.place is not None
            and (among is None or choice.place.rank in among)
            and (choice.dwelling is None or choice.dwelling.free > 0)
        ]
        if moves:
            heads.append(head)
            edges.setdefault(group.held.rank, []).extend(moves)
    _prune(edges)
    if not edges:
        return None, 0
    for moves in edges.values():
        moves.sort(key=lambda move: (_rank(move[1]), move[0].key))
    locked: set[int] = set()
    heads = [head for head in heads if _held(head) in edges]
    for head in sorted(heads, key=lambda request: request.key):
        for cycle in _cycles(head, edges):
            lacking = _lacking(cycle, clients)
            if not lacking:
                return cycle, 0
            if all(isinstance(pool, TeamPool) for pool in lacking):
                locked |= {request.number for request, _ in cycle}
    return None, len(locked)


def _prune(edges: dict[int, list[Move]]) -> None:
    """Leave out moves to places that nobody wants to leave: they are on no cycle."""
    while True:
        dead = {
            held: [move for move in moves if _rank(move[1]) in edges]
            for held, moves in edges.items()
            if any(_rank(move[1]) not in edges for move in moves)
        }
        if not dead:
            return
        for held, moves in dead.items():
            edges[held] = moves
            if not moves:
                del edges[held]


def _held(request: Request) -> int:
    """Return the rank of the place that a mover holds."""
    assert request.group.held is not None
    return request.group.held.rank


def _rank(choice: Choice) -> int:
    assert choice.place is not None
    return choice.place.rank


def _cycles(head: Request, edges: dict[int, list[Move]]) -> Iterator[list[Move]]:
    """Yield the cycles through a mover, shortest first."""
    held = _held(head)
    paths = [[move] for move in edges[held] if move[0] is head]
    looked_at = 0
    while paths:
        longer: list[list[Move]] = []
        for path in paths:
            looked_at += 1
            if looked_at > MOST_PATHS:
                return
            at = _rank(path[-1][1])
            if at == held:
                yield path
                continue
            seen = {_rank(choice) for _, choice in path[:-1]}
            if at not in seen:
                longer += [[*path, move] for move in edges.get(at, ())]
        paths = longer


def _lacking(cycle: list[Move], clients: Sequence[Client | None]) -> list[Pool]:
    """Return the teams and dwellings of which a cycle asks more than is free.

    What is kept for the waiting steps of those who move falls free; but where they use more than
    now, all that is asked must be there.
    """
    asked: dict[int, int] = {}
    more: dict[int, int] = {}
    pools: dict[int, Pool] = {}
    for request, choice in cycle:
        client = clients[request.number]
        assert client is not None
        for pool, amount, extra in (
            (choice.team, choice.minutes, choice.minutes),
            (client.team, -held_minutes(client), -client.minutes),
            (choice.dwelling, 1, 1),
        ):
            if pool is not None:
                pools[pool.rank] = pool
                asked[pool.rank] = asked.get(pool.rank, 0) + amount
                more[pool.rank] = more.get(pool.rank, 0) + extra
    return [pools[rank] for rank in asked if more[rank] > 0 and asked[rank] > pools[rank].free]
