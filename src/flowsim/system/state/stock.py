"""The stock: every pool of a run, by what it is of and where."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from flowsim.cohort.phases import Phase
from flowsim.layout.capacity import present_minutes
from flowsim.ledger import PoolInfo
from flowsim.scenario.values import whole_numbers
from flowsim.system.state.board import Board, Pool
from flowsim.system.state.desks import DeskPool
from flowsim.system.state.pools import PlacePool, TeamPool
from flowsim.system.state.shelves import DwellingPool

PoolT = TypeVar("PoolT", bound=Pool)


class Stock:
    """Makes the pools that a phase needs, once each, and keeps those that it needs no more."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self.pools: list[Pool] = []
        """All pools, in their lasting order."""
        self._mentioned: list[Pool] = []
        self._named: dict[tuple[str, str, str, str], Pool] = {}
        self._begun = False
        self._past: set[int] = set()
        """Ranks of the pools that the scenario replaces on day 0."""

    def configure(self, phase: Phase) -> None:
        """Have the pools of a phase: places and teams, dwellings and desks."""
        self._phase = phase
        self._layout = layout = phase.layout
        self.places = [self._place_pools(v) for v in range(len(layout.variants))]
        """By variant, provider and area."""
        self.teams = [self._team_pools(t) for t in range(len(layout.teams))]
        """By team and area."""
        self.dwellings = [self._dwelling_pools(s) for s in range(len(layout.streams))]
        """By stream and area."""
        self.desks = [self._desk_pools(d) for d in range(len(layout.desks))]
        """By desk and area."""

    def begin(self) -> None:
        """Everybody is in place: pools that are new from now on are an event."""
        rows: list[list[Any]] = [row for variants in self.places for row in variants]
        rows += [*self.teams, *self.dwellings, *self.desks]
        self._past = {p.rank for p in self.pools} - {p.rank for row in rows for p in row}
        self._begun = True

    def number(self, pool: Pool | None) -> int:
        """Return a pool's number in the ledger, given at first mention; -1 for none.

        So a pool that nobody uses has no effect on any row.
        """
        if pool is None:
            return -1
        if pool.number < 0:
            pool.number = len(self._mentioned)
            self._mentioned.append(pool)
        return pool.number

    def all_pools(self) -> list[Pool]:
        """Return all pools in ledger order: as mentioned, then the unused ones."""
        unused = (p for p in self.pools if p.number < 0 and p.rank not in self._past)
        return [*self._mentioned, *unused]

    # ------------------------------------------------------------ by what they are of
    def _pool(self, kind: str, block: str, area: str, provider: str = "") -> Pool | None:
        return self._named.get((kind, block, area, provider))

    def _new(self, pool: PoolT) -> PoolT:
        info = pool.info
        if self._begun:
            pool.info = replace(info, capacity=0)  # a CAPACITY row tells the rest
        self._named[info.kind, info.block, info.area, info.provider] = pool
        self.pools.append(pool)
        return pool

    def _place_pools(self, variant: int) -> list[list[PlacePool]]:
        block, layout = self._layout.variants[variant], self._layout
        rows = []
        for provider, per_area in zip(
            layout.providers(variant), layout.places(variant), strict=True
        ):
            row = []
            for area, capacity in zip(layout.areas(block.scale), per_area, strict=True):
                pool = self._pool("place", block.name, area, provider)
                if not isinstance(pool, PlacePool):
                    info = _info("place", block.name, area, capacity, provider)
                    rank = len(self.pools)
                    number = layout.provider_number(provider)
                    pool = self._new(
                        PlacePool(self._board, info, rank, capacity, block.turnover_days, number)
                    )
                pool.turnover_days = block.turnover_days
                row.append(pool)
            rows.append(row)
        return rows

    def _team_pools(self, team: int) -> list[TeamPool]:
        block = self._layout.teams[team]
        pools = []
        for area, minutes in zip(
            self._layout.areas(block.scale), self.team_minutes(team), strict=True
        ):
            pool = self._pool("team", block.name, area)
            if not isinstance(pool, TeamPool):
                info = _info("team", block.name, area, minutes)
                pool = self._new(TeamPool(self._board, info, len(self.pools), minutes))
            pools.append(pool)
        return pools

    def team_minutes(self, team: int) -> tuple[int, ...]:
        """Return a team's client-bound minutes a week by area when the phase begins."""
        block = self._layout.teams[team]
        paths = self._phase.filled_fte[team]
        if not all(paths):
            return self._layout.team_minutes[team]
        return tuple(present_minutes(block, path[0][1]) for path in paths)

    def _dwelling_pools(self, stream: int) -> list[DwellingPool]:
        block, layout = self._layout.streams[stream], self._layout
        stock = whole_numbers(layout.spread(block.stock, block.scale))
        caps = whole_numbers(layout.spread(block.cap, block.scale))
        pools = []
        for area, on_shelf, cap in zip(layout.areas(block.scale), stock, caps, strict=True):
            pool = self._pool("dwellings", block.name, area)
            if not isinstance(pool, DwellingPool):
                info = _info("dwellings", block.name, area, on_shelf)
                pool = self._new(
                    DwellingPool(self._board, info, len(self.pools), on_shelf, cap, block.hold_days)
                )
            pool.cap, pool.hold_days = cap, block.hold_days
            if not self._begun:
                pool.stock = on_shelf
                pool.info = replace(pool.info, capacity=on_shelf)
            pools.append(pool)
        return pools

    def _desk_pools(self, desk: int) -> list[DeskPool]:
        block, layout = self._layout.desks[desk], self._layout
        pools = []
        for area, name in enumerate(layout.areas(block.scale)):
            assessors, pace = layout.assessors[desk][area]
            pool = self._pool("desk", block.name, name)
            if not isinstance(pool, DeskPool):
                info = _info("desk", block.name, name, assessors)
                pool = self._new(
                    DeskPool(self._board, info, len(self.pools), assessors, desk, area, pace)
                )
            pool.area, pool.days_per_hour = area, pace
            pools.append(pool)
        return pools


def _info(kind: str, block: str, area: str, capacity: int, provider: str = "") -> PoolInfo:
    return PoolInfo(kind=kind, block=block, area=area, provider=provider, capacity=capacity)
