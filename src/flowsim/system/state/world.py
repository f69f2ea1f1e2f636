"""The state of a run: pools by number, the agenda, and the rows written so far."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar

from flowsim.calendar import DAYS_PER_YEAR
from flowsim.cohort import Cohort
from flowsim.cohort.phases import Phase
from flowsim.layout.capacity import present_minutes
from flowsim.ledger import EventKind, PoolInfo, Reason, RequestKind, State, pack
from flowsim.scenario.values import whole_numbers
from flowsim.system.state.agenda import Agenda
from flowsim.system.state.board import Board, Pool
from flowsim.system.state.desks import DeskPool
from flowsim.system.state.people import Client
from flowsim.system.state.pools import PlacePool, TeamPool
from flowsim.system.state.shelves import DwellingPool

if TYPE_CHECKING:
    from flowsim.system.mechanisms.access import Access
    from flowsim.system.mechanisms.exits import Exits
    from flowsim.system.mechanisms.flips import Flips
    from flowsim.system.mechanisms.leaving import Leaving
    from flowsim.system.mechanisms.lines import Lines
    from flowsim.system.mechanisms.needs import Needs
    from flowsim.system.mechanisms.providers import Providers
    from flowsim.system.mechanisms.tenancies import Tenancies
    from flowsim.system.mechanisms.terms import Terms
    from flowsim.system.state.timers import Timers
    from flowsim.system.waiting.cases import Casework
    from flowsim.system.waiting.holding import Holding
    from flowsim.system.waiting.options import Options
    from flowsim.system.waiting.queues import Queues
    from flowsim.system.waiting.requests import Requests
    from flowsim.system.waiting.settling import Settling

_GONE = State.GONE
_GONE_ROW = int(EventKind.GONE)
_KIND_WORDS: dict[int, str] = {
    RequestKind.NEW: "new",
    RequestKind.NEXT: "move",
    RequestKind.MOVE: "move",
    RequestKind.DWELLING: "move",
    RequestKind.LEAVE: "leave",
    RequestKind.RETURN: "return",
    RequestKind.FLIP: "move",
}


PoolT = TypeVar("PoolT", bound=Pool)


class World:
    """What the mechanisms share. Each mechanism is a small object that holds this one."""

    access: Access
    casework: Casework
    exits: Exits
    flips: Flips
    leaving: Leaving
    lines: Lines
    needs: Needs
    options: Options
    holding: Holding
    providers: Providers
    queues: Queues
    settling: Settling
    requests: Requests
    tenancies: Tenancies
    terms: Terms
    timers: Timers

    def __init__(self, cohort: Cohort) -> None:
        self.cohort = cohort
        self.has = cohort.has
        self.agenda = Agenda()
        self.board = Board()
        self.now = 0.0
        """The instant that is being handled: days since the start."""
        self.rows = BytesIO()
        self.write = self.rows.write
        self._pools: list[Pool] = []
        self._mentioned: list[Pool] = []
        self._named: dict[tuple[str, str, str, str], Pool] = {}
        self.clients: list[Client | None] = [None] * cohort.count
        """Clients who are in the chain, by number; None before they come and once they are gone."""
        self.begun = False
        """Whether the start is behind us; until then a capacity is what there is from the start."""
        self.today = 0
        """Rows that say where everybody is at the start."""
        self._past: set[int] = set()
        """Ranks of the pools that the scenario replaces on day 0."""
        self.configure(cohort.before or cohort.phases[0])

    def begin(self) -> None:
        """Everybody is in place: what changes from now on is an event."""
        rows: list[list[Any]] = [row for variants in self.places for row in variants]
        rows += [*self.teams, *self.dwellings, *self.desks]
        self._past = {p.rank for p in self._pools} - {p.rank for row in rows for p in row}
        self.begun = True

    def configure(self, phase: Phase) -> None:
        """Take over a phase: at the start, and on the day of a change."""
        self.phase = phase
        self.layout = layout = phase.layout
        self.scenario = scenario = layout.scenario
        self.places = [self._place_pools(v) for v in range(len(layout.variants))]
        self.teams = [self._team_pools(t) for t in range(len(layout.teams))]
        self.dwellings = [self._dwelling_pools(s) for s in range(len(layout.streams))]
        self.desks = [self._desk_pools(d) for d in range(len(layout.desks))]
        streams = {block.name: number for number, block in enumerate(layout.streams)}
        teams = {block.name: number for number, block in enumerate(layout.teams)}
        self.variant_stream = [streams.get(v.dwellings or "", -1) for v in layout.variants]
        self.variant_team = [teams.get(v.team or "", -1) for v in layout.variants]
        self.leaving_stream = streams.get(scenario.leaving.dwellings or "", -1)
        aftercare = scenario.leaving.aftercare
        self._aftercare_team = -1 if aftercare is None else teams.get(aftercare.team or "", -1)
        self.aftercare_minutes = 0
        if aftercare is not None:
            level = layout.levels[layout.level_number(aftercare.level)]
            self.aftercare_minutes = round(60 * level.hours_per_week)
        self._minutes = [
            listed if block.team is not None else (0,) * len(listed)
            for block, listed in zip(layout.variants, layout.minutes, strict=True)
        ]
        self.named = layout.named_by_level
        self.classes = {name: i for i, name in enumerate(scenario.placement.priority)}

    # ------------------------------------------------------------ pools
    def _pool(self, kind: str, block: str, area: str, provider: str = "") -> Pool | None:
        return self._named.get((kind, block, area, provider))

    def _new(self, pool: PoolT) -> PoolT:
        info = pool.info
        if self.begun:
            pool.info = replace(info, capacity=0)  # a CAPACITY row tells the rest
        self._named[info.kind, info.block, info.area, info.provider] = pool
        self._pools.append(pool)
        return pool

    def _place_pools(self, variant: int) -> list[list[PlacePool]]:
        block, layout = self.layout.variants[variant], self.layout
        rows = []
        for provider, per_area in zip(
            layout.providers(variant), layout.places(variant), strict=True
        ):
            row = []
            for area, capacity in zip(layout.areas(block.scale), per_area, strict=True):
                pool = self._pool("place", block.name, area, provider)
                if not isinstance(pool, PlacePool):
                    info = _info("place", block.name, area, capacity, provider)
                    rank = len(self._pools)
                    number = layout.provider_number(provider)
                    pool = self._new(
                        PlacePool(self.board, info, rank, capacity, block.turnover_days, number)
                    )
                pool.turnover_days = block.turnover_days
                row.append(pool)
            rows.append(row)
        return rows

    def _team_pools(self, team: int) -> list[TeamPool]:
        block = self.layout.teams[team]
        pools = []
        for area, minutes in zip(
            self.layout.areas(block.scale), self.team_minutes(team), strict=True
        ):
            pool = self._pool("team", block.name, area)
            if not isinstance(pool, TeamPool):
                info = _info("team", block.name, area, minutes)
                pool = self._new(TeamPool(self.board, info, len(self._pools), minutes))
            pools.append(pool)
        return pools

    def team_minutes(self, team: int) -> tuple[int, ...]:
        """Return a team's client-bound minutes a week by area when the phase begins."""
        block = self.layout.teams[team]
        paths = self.phase.filled_fte[team]
        if not all(paths):
            return self.layout.team_minutes[team]
        return tuple(present_minutes(block, path[0][1]) for path in paths)

    def _dwelling_pools(self, stream: int) -> list[DwellingPool]:
        block, layout = self.layout.streams[stream], self.layout
        stock = whole_numbers(layout.spread(block.stock, block.scale))
        caps = whole_numbers(layout.spread(block.cap, block.scale))
        pools = []
        for area, on_shelf, cap in zip(layout.areas(block.scale), stock, caps, strict=True):
            pool = self._pool("dwellings", block.name, area)
            if not isinstance(pool, DwellingPool):
                info = _info("dwellings", block.name, area, on_shelf)
                pool = self._new(
                    DwellingPool(self.board, info, len(self._pools), on_shelf, cap, block.hold_days)
                )
            pool.cap, pool.hold_days = cap, block.hold_days
            if not self.begun:
                pool.stock = on_shelf
                pool.info = replace(pool.info, capacity=on_shelf)
            pools.append(pool)
        return pools

    def _desk_pools(self, desk: int) -> list[DeskPool]:
        block, layout = self.layout.desks[desk], self.layout
        pools = []
        for area, name in enumerate(layout.areas(block.scale)):
            assessors, pace = layout.assessors[desk][area]
            pool = self._pool("desk", block.name, name)
            if not isinstance(pool, DeskPool):
                info = _info("desk", block.name, name, assessors)
                pool = self._new(
                    DeskPool(self.board, info, len(self._pools), assessors, desk, area, pace)
                )
            pool.area, pool.days_per_hour = area, pace
            pools.append(pool)
        return pools

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
        unused = (p for p in self._pools if p.number < 0 and p.rank not in self._past)
        return [*self._mentioned, *unused]

    def client(self, number: int) -> Client:
        """Return someone who is in the chain."""
        client = self.clients[number]
        assert client is not None
        return client

    @property
    def pools(self) -> list[Pool]:
        """All pools in lasting order."""
        return self._pools

    def set_capacity(self, pool: Pool, capacity: int) -> None:
        """Fewer places or hours close as they fall free: nobody is put out, no support stops."""
        pool.resize(capacity)
        self.note_capacity(pool)

    def note_capacity(self, pool: Pool) -> None:
        """Write a pool's capacity, or say that it is so from the start."""
        if self.begun:
            self.log_pool(pool, EventKind.CAPACITY, pool.capacity)
        else:
            pool.info = replace(pool.info, capacity=pool.capacity)

    # ------------------------------------------------------------ what a client asks
    def minutes(self, variant: int, level: int) -> int:
        """Minutes a week that a variant gives at a level."""
        return self._minutes[variant][level]

    def team_of(self, variant: int, municipality: int) -> TeamPool | None:
        """Team that supports a variant in a municipality."""
        return self._team_in(self.variant_team[variant], municipality)

    def aftercare_team(self, municipality: int) -> TeamPool | None:
        """Team that gives aftercare in a municipality."""
        return self._team_in(self._aftercare_team, municipality)

    def _team_in(self, team: int, municipality: int) -> TeamPool | None:
        if team < 0:
            return None
        return self.teams[team][self.layout.area_of(municipality, self.layout.teams[team].scale)]

    def serves(self, variant: int, level: int) -> bool:
        """Whether a variant can serve a level."""
        return level in self.layout.served[variant]

    def by_need(self, variant: int) -> bool:
        """Whether residents of a variant leave when their need says so, not after a stay."""
        return self.layout.by_need[variant]

    def priority_class(self, client: Client, kind: int) -> int:
        """Return the class of a request: the first word of the policy that fits it."""
        if not self.classes:
            return 0
        words = {_KIND_WORDS[kind]}
        if client.urgent:
            words.add("urgent")
        if client.profile >= 0:
            words.add(self.layout.profiles[client.profile].profile)
        return min(self.classes.get(word, len(self.classes)) for word in words)

    # ------------------------------------------------------------ rows
    def log(self, client: Client, kind: int, ref: int = -1, why: int = 0) -> None:
        """Write a row about a client, now."""
        self.write(pack(self.now, client.number, ref, kind, client.level, why))

    def log_pool(self, pool: Pool, kind: int, amount: int, why: int = 0) -> None:
        """Write a row about a pool, now."""
        self.write(pack(self.now, amount, self.number(pool), kind, -1, why))

    def end(self, client: Client, reason: Reason) -> None:
        """Let a client leave the chain from wherever they are."""
        if client.case is not None:
            self.casework.drop(client)
        if client.request is not None:
            self.requests.drop(client)
        self.holding.vacate(client)
        self.needs.stop(client)
        client.state = _GONE
        self.timers.clear(client)
        self.log(client, _GONE_ROW, -1, reason)
        self.clients[client.number] = None
        self.access.maybe_again(client, reason)


def per_day(per_year: float) -> float:
    """Turn a hazard per year into one per day."""
    return per_year / DAYS_PER_YEAR


def _info(kind: str, block: str, area: str, capacity: int, provider: str = "") -> PoolInfo:
    return PoolInfo(kind=kind, block=block, area=area, provider=provider, capacity=capacity)
