"""The state of a run: pools by number, the agenda, and the rows written so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any, Final, TypeVar

from flowsim.calendar import DAYS_PER_YEAR
from flowsim.cohort import Cohort
from flowsim.cohort.phases import Phase
from flowsim.ledger import EventKind, Reason, RequestKind, State, pack
from flowsim.scenario.need import Speed
from flowsim.system.state.agenda import Agenda
from flowsim.system.state.board import Board, Pool
from flowsim.system.state.moments import Moment, Part
from flowsim.system.state.people import Client
from flowsim.system.state.pools import TeamPool
from flowsim.system.state.stock import Stock
from flowsim.system.state.timers import Timers

PartT = TypeVar("PartT", bound=Part)

_GONE: Final = State.GONE
_ENDS: Final = int(Moment.ENDS)
_HAS_GONE: Final = int(Moment.GONE)
_GONE_ROW: Final = int(EventKind.GONE)
_KIND_WORDS: dict[int, str] = {
    RequestKind.NEW: "new",
    RequestKind.NEXT: "move",
    RequestKind.MOVE: "move",
    RequestKind.DWELLING: "move",
    RequestKind.LEAVE: "leave",
    RequestKind.RETURN: "return",
    RequestKind.FLIP: "move",
}


class Ground:
    """What all of a run stands on: the calendar, the pools, the people, the rows."""

    mechanisms: tuple[Part, ...]
    """In the order of `flowsim.system.run.journey.MECHANISMS`."""
    follows: list[list[Callable[[Client], None]]]
    """What follows, by moment; of mechanisms that are at work in this scenario."""
    answers: list[Callable[[Client], bool]]
    """Who may say what a resident needs next; the first that has an answer does."""
    offered: list[Callable[[], None]]
    """What follows when a dwelling is on offer."""
    settled: list[Callable[[], None]]
    """Who looks at what is left when nobody can be placed any more in an instant, in order."""
    paces: list[Callable[[Client], Speed | None]]
    """Who may say at what pace a client's need goes; the first that has an answer does."""

    def __init__(self, cohort: Cohort) -> None:
        self.cohort = cohort
        self.has = cohort.has
        self.agenda = Agenda()
        self.timers = Timers(self.agenda)
        self.board = Board()
        self.now = 0.0
        """The instant that is being handled: days since the start."""
        self.rows = BytesIO()
        self.write = self.rows.write
        self.stock = Stock(self.board)
        self.clients: list[Client | None] = [None] * cohort.count
        """Clients who are in the chain, by number; None before they come and once they are gone."""
        self.begun = False
        """Whether the start is behind us; until then a capacity is what there is from the start."""
        self.today = 0
        """Rows that say where everybody is at the start."""
        self._by_client: list[dict[int, Any]] = []
        self.configure(cohort.before or cohort.phases[0])

    def begin(self) -> None:
        """Everybody is in place: what changes from now on is an event."""
        self.stock.begin()
        self.begun = True

    def configure(self, phase: Phase) -> None:
        """Take over a phase: at the start, and on the day of a change."""
        self.phase = phase
        """What is to come; its layout may differ from `layout` in rates of what comes alone."""
        self.layout = layout = phase.layout
        self.scenario = scenario = layout.scenario
        self.stock.configure(phase)
        self.places, self.teams = self.stock.places, self.stock.teams
        self.dwellings, self.desks = self.stock.dwellings, self.stock.desks
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
    def number(self, pool: Pool | None) -> int:
        """Return a pool's number in the ledger, given at first mention; -1 for none."""
        return self.stock.number(pool)

    def client(self, number: int) -> Client:
        """Return someone who is in the chain."""
        client = self.clients[number]
        assert client is not None
        return client

    @property
    def pools(self) -> list[Pool]:
        """All pools in lasting order."""
        return self.stock.pools

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
        number = pool.number if pool.number >= 0 else self.stock.number(pool)
        self.write(pack(self.now, amount, number, kind, -1, why))

    # ------------------------------------------------------------ moments
    def happens(self, moment: Moment, client: Client) -> None:
        """Let follow what follows a moment."""
        for follow in self.follows[moment]:
            follow(client)

    def next_step(self, client: Client) -> None:
        """Let a resident stay, ask for another variant, or be ready to leave."""
        for answer in self.answers:
            if answer(client):
                return

    def end(self, client: Client, reason: Reason, row: int = _GONE_ROW) -> None:
        """Let a client leave the chain from wherever they are."""
        for follow in self.follows[_ENDS]:
            follow(client)
        client.become(_GONE)
        client.gone_for = reason
        self.timers.clear(client)
        self.log(client, row, -1, reason)
        self.clients[client.number] = None
        for known in self._by_client:
            known.pop(client.number, None)
        for follow in self.follows[_HAS_GONE]:
            follow(client)

    def by_client(self) -> dict[int, Any]:
        """Return a place for what one mechanism knows of clients, by number.

        Of who leaves the chain nothing is known any more.
        """
        self._by_client.append({})
        return self._by_client[-1]

    def is_here(self, client: Client) -> bool:
        """Tell whether a client is in the chain."""
        return self.clients[client.number] is not None

    def mechanism(self, kind: type[PartT]) -> PartT:
        """Return the mechanism of a kind."""
        found = next(one for one in self.mechanisms if isinstance(one, kind))
        return found


def per_day(per_year: float) -> float:
    """Turn a hazard per year into one per day."""
    return per_year / DAYS_PER_YEAR
