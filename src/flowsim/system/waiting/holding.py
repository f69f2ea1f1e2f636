"""Entering and leaving places: what is taken, what is given back, and when it is free again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowsim.cohort.draws import Column
from flowsim.cohort.streams import Stream
from flowsim.ledger import EventKind, State, pack
from flowsim.scenario.values import NO_LIMIT
from flowsim.system.state.agenda import END, INF, SUPPLY
from flowsim.system.state.choices import Choice
from flowsim.system.state.people import WAITING, Client
from flowsim.system.state.pools import Vacancy

if TYPE_CHECKING:
    from flowsim.system.state.world import World

_PLACED = int(EventKind.PLACED)
_SETTLED, _WAITING = State.SETTLED, State.WAITING


class Holding:
    """Takes and gives back places, minutes and dwellings."""

    def __init__(self, world: World) -> None:
        self.world = world

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        world = self.world
        self._own = world.layout.is_own
        keeps = world.scenario.leaving.keeps_tenancy
        self._keeps = (
            world.cohort.draws.choices(Stream.KEPT_TENANCY, (keeps, 1 - keeps))
            if keeps < 1
            else None
        )
        self._by_need = world.layout.by_need
        self._flips, self._loses = world.flips.active, world.tenancies.active
        self._reviews = world.layout.has.reassessments

    # ------------------------------------------------------------ clients
    def wire(self) -> None:
        """Take hold of what entering a place calls, once every mechanism is there."""
        timers = self.world.timers
        self._arm, self._exits = timers.arm, self.world.exits.active
        self._book = self.world.agenda.book
        self._begin_stay = self.world.lines.begin

    def enter(self, c: Client, choice: Choice, how: int) -> None:
        """Put a client in a place; a place that is held is given back in the same instant."""
        world = self.world
        now = world.now
        if c.step is not None:
            world.needs.cancel_step(c)
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
            c.home = choice.municipality
        c.place, c.team, c.minutes = place, team, choice.minutes
        c.variant = variant = choice.variant
        c.state = _SETTLED
        world.timers.stop_waiting(c)
        world.write(pack(now, c.number, choice.number, _PLACED, c.level, how))
        if self._own[variant]:
            c.tenancy = True
        elif c.tenancy and self._keeps is not None and self._by_need[variant]:
            self._keep_tenancy(c, self._keeps)
        if self._flips:
            world.flips.begin_trial(c)
        if self._loses:
            world.tenancies.follow(c)
        if self._reviews and c.award_end == INF:
            world.terms.start(c, since=now)
        if not self._by_need[variant]:
            if world.needs.active:
                world.needs.pause(c)
            self._begin_stay(c)
        else:
            c.stage_at = INF
            world.needs.settle_in(c)
        if self._exits:
            world.exits.move(c, variant)
        if not c.due and not self._by_need[variant]:  # the end of the stay is all that can happen
            c.booked_at, c.booked_act = c.stage_at, c.stage_act
            self._book(c, c.stage_at, END + c.number, c.stage_act)
        else:
            self._arm(c)

    def _keep_tenancy(self, c: Client, keeps: Column[int]) -> None:
        if keeps.at(c.number, c.occurrence(Stream.KEPT_TENANCY)):
            c.tenancy = False
            self.world.log(c, EventKind.TENANCY_LOST)

    def put(self, c: Client, choice: Choice) -> None:
        """Put a resident of the start in a place, full or not, without a row."""
        place, team = choice.place, choice.team
        assert place is not None
        place.take()
        if team is not None:
            team.take(choice.minutes)
        c.place, c.team, c.minutes, c.variant = place, team, choice.minutes, choice.variant
        c.state = _SETTLED
        if self._flips:
            self.world.flips.begin_trial_of_today(c)
        if self._loses:
            self.world.tenancies.follow(c)

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
            self.world.needs.cancel_step(c)
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
        c.state = _WAITING
        if self._exits:
            self.world.exits.move(c, WAITING)

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
