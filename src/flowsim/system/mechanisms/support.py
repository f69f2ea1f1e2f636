"""Support in a place: hours that follow the need, after a response time and as there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flowsim.cohort.snapshot import Snapshot
from flowsim.ledger import EventKind, State
from flowsim.scenario.need import Speed
from flowsim.system.mechanisms.mechanism import Mechanism
from flowsim.system.state.agenda import INF
from flowsim.system.state.moments import Moment
from flowsim.system.state.people import Client

if TYPE_CHECKING:
    from flowsim.system.waiting.world import World

_SUPPORT: Final = int(EventKind.SUPPORT)
_SETTLED: Final = (State.SETTLED, State.MOVING, State.READY)


class Support(Mechanism):
    """Less at once, more when the team has room."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.active = world.has.by_need
        self._timer = world.timers.on("support", self.respond)

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        world = self.world
        self._ready = world.layout.ready_level
        situation = world.scenario.situation
        self._adequate, self._less = situation.adequate, situation.under
        self._response = [
            world.layout.teams[team].response_days if team >= 0 else 0.0
            for team in world.variant_team
        ]

    def placed(self, c: Client) -> None:
        """Note whether someone who enters a place is under-supported from the first day."""
        if not self.world.by_need(c.variant):
            return
        c.stop(self._timer)
        self._begin_under(c)

    def _begin_under(self, c: Client) -> None:
        c.under = self._lacks(c)
        if c.under:
            self.world.log(c, _SUPPORT, c.minutes, 1)

    def levelled(self, c: Client) -> None:
        """Follow a change of level of a resident."""
        if c.state in _SETTLED and self.world.by_need(c.variant):
            self._follow(c)

    def _follow(self, c: Client, day: float | None = None) -> None:
        """Let the support follow the need after the response time of the team.

        ``day``: since when a step up waits, which it keeps.
        """
        need = self.world.minutes(c.variant, c.award_level)
        waited = c.step is not None
        self.world.holding.cancel_step(c)
        self._set_under(c)
        if need == c.minutes or c.team is None:
            c.stop(self._timer)
        elif day is not None and need > c.minutes:
            self.world.holding.ask_hours(c, day, need - c.minutes)
        elif self._response[c.variant] > 0:
            c.due[self._timer] = self.world.now + self._response[c.variant]
        else:
            self.respond(c)
            return
        if waited:
            self.world.requests.need_changed(c)

    def respond(self, c: Client) -> None:
        """Adjust the hours: less at once, more when the team has room."""
        c.stop(self._timer)
        world = self.world
        need = world.minutes(c.variant, c.award_level)
        if need < c.minutes and c.state != State.TRANSIT:  # aftercare counts on these hours
            world.holding.lessen(c, need)
            self._given(c)
        elif need > c.minutes:
            world.holding.ask_hours(c, world.now, need - c.minutes)
            world.requests.need_changed(c)
        world.timers.arm(c)

    def stepped_up(self, c: Client) -> None:
        """The team had room: the hours are raised."""
        self.world.holding.step_up(c)
        self._given(c)
        self.world.timers.arm(c)

    def _given(self, c: Client) -> None:
        self._set_under(c, write=False)
        self.world.log(c, _SUPPORT, c.minutes, int(c.under))
        self.world.requests.need_changed(c)
        self.world.happens(Moment.SUPPORTED, c)

    def _set_under(self, c: Client, write: bool = True) -> None:
        lacks = self._lacks(c)
        if lacks != c.under:
            c.under = lacks
            if write:
                self.world.log(c, _SUPPORT, c.minutes, int(lacks))

    def _lacks(self, c: Client) -> bool:
        if c.team is not None and c.minutes < self.world.minutes(c.variant, c.award_level):
            return True
        return c.level > min(c.award_level, self.world.layout.range_of(c.variant)[1])

    def stop(self, c: Client) -> None:
        """The support of the place is over."""
        c.stop(self._timer)
        c.under = False

    def pace(self, c: Client) -> Speed | None:
        """Say at what pace the need of a resident goes."""
        if c.place is None:
            return None
        return self._less if c.under else self._adequate

    # ------------------------------------------------------------ changes, and the start
    def go_on(self, c: Client) -> None:
        """Follow if a level asks other hours now; what is under way goes on."""
        if c.place is None or c.state == State.TRANSIT or not self.world.by_need(c.variant):
            return
        coming = c.minutes if c.step is None else c.minutes + c.step.extra
        asked = self.world.minutes(c.variant, c.award_level)
        if not c.runs(self._timer) and coming != asked:
            self._follow(c, None if c.step is None else c.step.day)
        else:
            self._set_under(c)
        self.world.happens(Moment.SUPPORTED, c)

    def take(self, c: Client) -> dict[str, object]:
        """Keep the hours, and those that are to come."""
        now = self.world.now
        return {
            "minutes": c.minutes,
            "step_since": None if c.step is None else now - c.step.day,
            "support_left": c.at(self._timer) - now,
        }

    def put(self, c: Client, one: Snapshot) -> None:
        """Go on with the support of someone who was in place before the start."""
        world = self.world
        if c.place is None or not world.by_need(c.variant):
            return
        at_home = c.award_level > self._ready and world.serves(c.variant, c.award_level)
        if one.state == "settled" and not at_home:
            self.placed(c)
            world.happens(Moment.FOUND_IN_PLACE, c)
        else:
            self._begin_under(c)
            self._resume(c, one.kept.get("step_since"), one.kept.get("support_left", INF))

    def _resume(self, c: Client, step_since: float | None, support_left: float) -> None:
        need = self.world.minutes(c.variant, c.award_level)
        if c.team is None or c.minutes == need or c.state == State.TRANSIT:
            return
        if step_since is not None and need > c.minutes:
            self.world.holding.ask_hours(c, 0.0 - step_since, need - c.minutes)
        elif support_left < INF:
            c.due[self._timer] = self.world.now + support_left
        else:
            self._follow(c)
