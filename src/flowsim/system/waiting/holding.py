"""Entering and leaving places: what is taken, what is given back, and when it is free again."""

from __future__ import annotations

from typing import Final

from flowsim.ledger import EventKind, State, pack
from flowsim.scenario.values import NO_LIMIT
from flowsim.system.state.agenda import INF, SUPPLY
from flowsim.system.state.choices import Choice
from flowsim.system.state.ground import Ground
from flowsim.system.state.moments import Moment
from flowsim.system.state.people import Client
from flowsim.system.state.pools import PlacePool, Step, TeamPool, Vacancy

_PLACED: Final = int(EventKind.PLACED)
_SETTLED: Final = State.SETTLED
_WAITING: Final = State.WAITING


class Holding:
    """Takes and gives back places, minutes and dwellings."""

    def __init__(self, world: Ground) -> None:
        self.world = world

    def wire(self) -> None:
        """Take hold of what follows on entering a place, once every mechanism is there."""
        follows = self.world.follows
        self._placed, self._waits = follows[Moment.PLACED], follows[Moment.WAITS]

    # ------------------------------------------------------------ clients
    def enter(self, c: Client, choice: Choice, how: int) -> None:
        """Put a client in a place; a place that is held is given back in the same instant."""
        world = self.world
        if c.step is not None:
            self.cancel_step(c)
        if c.place is not None:
            self.leave_place(c, turnover=not how)
        if c.team is not None:
            c.team.give(c.minutes)
        place, team, dwelling = choice.place, choice.team, choice.dwelling
        assert place is not None
        place.take()
        if team is not None:
            team.take(choice.minutes)
        if dwelling is not None:
            dwelling.take()
        if choice.municipality >= 0:
            c.live_in(choice.municipality)
        c.place, c.team, c.minutes = place, team, choice.minutes
        c.variant = choice.variant
        c.become(_SETTLED)
        timers = world.timers
        if c.stage_at < INF:
            timers.no_stage(c)
        if c.due:
            timers.stop_waiting(c)
        world.write(pack(world.now, c.number, choice.number, _PLACED, c.level, how))
        for follow in self._placed:
            follow(c)
        timers.arm(c)

    def put(self, c: Client, choice: Choice) -> None:
        """Put a resident of the start in a place, full or not, without a row."""
        place, team = choice.place, choice.team
        assert place is not None
        place.take()
        if team is not None:
            team.take(choice.minutes)
        c.place, c.team, c.minutes, c.variant = place, team, choice.minutes, choice.variant
        c.become(_SETTLED)

    def turn_over_free_places(self) -> None:
        """Let the free places of the start be between two occupants, evenly spread."""
        for variants in self.world.places:
            for row in variants:
                for pool in row:
                    free = pool.free
                    if pool.turnover_days > 0 and pool.taken and free < NO_LIMIT // 2:
                        for i in range(free):
                            pool.take()
                            pool.keep()
                            at = pool.turnover_days * (i + 0.5) / free
                            self.world.agenda.book(
                                Vacancy(pool), at, SUPPLY + pool.rank, self._turned_over
                            )

    def vacate(self, c: Client) -> None:
        """Give back everything that a client holds."""
        if c.step is not None:
            self.cancel_step(c)
        if c.place is not None:
            self.leave_place(c)
        if c.team is not None:
            c.team.give(c.minutes)
            c.team, c.minutes = None, 0
        if c.reserved is not None:
            team, minutes = c.reserved
            team.give(minutes)
            c.reserved = None
        c.variant = -1

    def step_out(self, c: Client) -> None:
        """Leave the place to wait outside for the next station."""
        self.vacate(c)
        c.become(_WAITING)
        for follow in self._waits:
            follow(c)

    def leave_place(self, c: Client, turnover: bool = True) -> None:
        """Give back the place; it is free after its turnover time."""
        place = c.place
        assert place is not None
        c.place = None
        if place.turnover_days > 0 and turnover:
            place.keep()
            vacancy = Vacancy(place)
            at = self.world.now + place.turnover_days
            self.world.agenda.book(vacancy, at, SUPPLY + place.rank, self._turned_over)
        else:
            place.give()

    @staticmethod
    def _turned_over(vacancy: Vacancy) -> None:
        vacancy.pool.release()

    # ------------------------------------------------------------ hours
    def ask_hours(self, c: Client, day: float, extra: int) -> None:
        """Put a step up in the team's queue, by its day."""
        assert c.team is not None
        c.step = Step(c.number, day, extra)
        c.team.promise(c.step)

    def cancel_step(self, c: Client) -> None:
        """Take back a step up that waits; call it before the team changes."""
        if c.step is not None and c.team is not None:
            c.team.take_back(c.step)
            c.step = None

    def step_up(self, c: Client) -> None:
        """There was room in the team: the hours that were waited for are had."""
        assert c.step is not None
        c.minutes += c.step.extra
        c.step = None

    def lessen(self, c: Client, minutes: int) -> None:
        """Have fewer minutes from now on."""
        assert c.team is not None
        c.team.give(c.minutes - minutes)
        c.minutes = minutes

    def have_hours(self, c: Client, team: TeamPool, minutes: int) -> None:
        """Have minutes of a team, in no place."""
        team.take(minutes)
        c.team, c.minutes = team, minutes

    def reserve(self, c: Client, team: TeamPool, minutes: int) -> None:
        """Keep minutes of a team free for a client who moves out."""
        team.take(minutes)
        c.reserved = (team, minutes)

    # ------------------------------------------------------------ another scale
    def change_place(self, c: Client, new: PlacePool) -> None:
        """Live in a pool that took over."""
        assert c.place is not None
        c.place.give()
        new.take()
        c.place = new

    def change_team(self, c: Client, new: TeamPool) -> None:
        """Be supported by a team that took over; a step that waits, waits there."""
        step, old = c.step, c.team
        assert old is not None
        self.cancel_step(c)
        old.give(c.minutes)
        new.take(c.minutes)
        c.team = new
        if step is not None:
            self.ask_hours(c, step.day, step.extra)

    def change_reserved(self, c: Client, new: TeamPool | None) -> None:
        """Have minutes reserved in a team that took over; None: there is none any more."""
        assert c.reserved is not None
        old, minutes = c.reserved
        old.give(minutes)
        c.reserved = None
        if new is not None:
            self.reserve(c, new, minutes)
