"""Circles: which movers may want each other's places, told from the pools alone.

A mover leads from the place held to the places wanted. Most of the time nobody who waits leads
back to where another one began; that is seen here without asking whose turn it would be.
"""

from __future__ import annotations

from flowsim.system.state.board import Pool
from flowsim.system.state.choices import Group


class Circles:
    """From the places that movers hold to those that they want."""

    def __init__(self) -> None:
        self._there: dict[int, dict[int, Group]] = {}
        """Groups in which someone waits, by the rank of the place that they hold."""
        self._ways: dict[int, dict[int, int]] = {}
        """By place held, the places wanted: dwellings of which one must be there, as bits."""
        self._ways_of_set: dict[int, dict[int, int]] = {}
        self._dwellings: list[Pool] = []
        """Of bit 1 and on; bit 0 says that no dwelling is needed."""
        self._bits: dict[int, int] = {}

    def joined(self, group: Group) -> None:
        """Someone waits in a group of movers, the first one."""
        assert group.held is not None
        held = group.held.rank
        self._there.setdefault(held, {})[group.order] = group
        ways = self._ways.get(held)
        if ways is not None:
            self._add(ways, group)

    def left(self, group: Group) -> None:
        """Nobody waits any more in a group of movers."""
        assert group.held is not None
        held = group.held.rank
        there = self._there[held]
        del there[group.order]
        if not there:
            del self._there[held]
        self._ways.pop(held, None)

    def places(self) -> set[int]:
        """Return the places that movers hold and from which there is always a way on, by rank."""
        for held in self._there:
            if held not in self._ways:
                self._look_from(held)
        free = 1  # only now: ways name the dwellings that there are bits for
        for number, pool in enumerate(self._dwellings):
            if pool.free > 0:
                free |= 2 << number
        left = set(self._there)
        while left:
            dead = [held for held in left if not self._leads_on(held, left, free)]
            if not dead:
                break
            left.difference_update(dead)
        return left

    def groups(self, places: set[int]) -> list[Group]:
        """Return the groups in which someone waits who holds one of some places."""
        return [group for held in sorted(places) for group in self._there[held].values()]

    def _look_from(self, held: int) -> None:
        ways: dict[int, int] = {}
        self._ways[held] = ways
        for group in self._there[held].values():
            self._add(ways, group)

    def _leads_on(self, held: int, left: set[int], free: int) -> bool:
        for place, dwellings in self._ways[held].items():
            if dwellings & free and place in left:
                return True
        return False

    def _add(self, ways: dict[int, int], group: Group) -> None:
        mine = self._ways_of_set.get(group.set_number)
        if mine is None:
            mine = self._ways_of_set[group.set_number] = self._ways_of(group)
        for place, dwellings in mine.items():
            ways[place] = ways.get(place, 0) | dwellings

    def _ways_of(self, group: Group) -> dict[int, int]:
        ways: dict[int, int] = {}
        for choice in group.choices:
            if choice.place is not None:
                place = choice.place.rank
                ways[place] = ways.get(place, 0) | self._bit(choice.dwelling)
        return ways

    def _bit(self, dwelling: Pool | None) -> int:
        if dwelling is None:
            return 1
        bit = self._bits.get(dwelling.rank)
        if bit is None:
            self._dwellings.append(dwelling)
            bit = self._bits[dwelling.rank] = 1 << len(self._dwellings)
        return bit
