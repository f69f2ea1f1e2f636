"""Movers who want each other's places: they change at once, and need no place that is free."""

from __future__ import annotations

from collections.abc import Mapping, Set

Moves = dict[tuple[str, str], float]
"""People a year, by where they live and what they want."""
NOBODY = 1e-9


def exchanged(waits: Mapping[tuple[str, str], float]) -> Moves:
    """Return how many of the movers who would wait change places, the shortest circles first.

    A circle lets as many through as ask on the way where the fewest do.
    """
    left = {move: rate for move, rate in waits.items() if rate > NOBODY}
    found: Moves = {}
    while circle := _shortest(left):
        rate = min(left[move] for move in circle)
        for move in circle:
            found[move] = found.get(move, 0.0) + rate
            left[move] -= rate
            if left[move] <= NOBODY:
                del left[move]
    return found


def _shortest(moves: Mapping[tuple[str, str], float]) -> list[tuple[str, str]]:
    """Return the moves of the shortest circle; none where there is no circle."""
    after: dict[str, list[str]] = {}
    for held, wanted in moves:
        after.setdefault(held, []).append(wanted)
    best: list[str] = []
    for start in after:
        paths, seen = [[start]], {start}
        while paths and not (best and len(paths[0]) >= len(best)):
            path = paths.pop(0)
            for wanted in after.get(path[-1], ()):
                if wanted == start:
                    best, paths = path, []
                    break
                if wanted not in seen:
                    seen.add(wanted)
                    paths.append([*path, wanted])
    return list(zip(best, [*best[1:], *best[:1]], strict=True))


def circles(moves: Set[tuple[str, str]]) -> list[list[str]]:
    """Return the names from which one can come back, together with those on the way."""
    reach: dict[str, set[str]] = {}
    for held, wanted in sorted(moves):
        reach.setdefault(held, set()).add(wanted)
    grows = True
    while grows:
        grows = False
        for there in reach.values():
            more = set[str]().union(*(reach.get(name, set()) for name in there)) - there
            grows = grows or bool(more)
            there |= more
    found: list[list[str]] = []
    for name in reach:
        if name in reach[name] and not any(name in names for names in found):
            found.append([to for to in reach if to in reach[name] and name in reach[to]])
    return found
