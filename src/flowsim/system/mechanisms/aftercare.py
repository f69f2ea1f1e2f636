"""Aftercare: light support at home for some time, and relapse while it lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flowsim.cohort.drawn import Draw
from flowsim.cohort.snapshot import Snapshot
from flowsim.ledger import EventKind, Reason, RequestKind, State
from flowsim.system.mechanisms.mechanism import Mechanism
from flowsim.system.state.agenda import INF, LEVEL
from flowsim.system.state.ground import per_day
from flowsim.system.state.moments import Moment
from flowsim.system.state.people import Client

if TYPE_CHECKING:
    from flowsim.system.waiting.world import World

_RETURN: Final = int(RequestKind.RETURN)


class Aftercare(Mechanism):
    """Who moved to an own dwelling keeps support for some time; the need may come back."""

    reads = ("leaving",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._back = world.timers.on("relapse", self._relapse, LEVEL)

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        leaving, draws = self.world.scenario.leaving, self.world.cohort.draws
        self._days = (
            None
            if leaving.aftercare is None
            else draws.durations(Draw.AFTERCARE, leaving.aftercare.days)
        )
        relapse = leaving.relapse
        self._rate = 0.0 if relapse is None else per_day(relapse.per_year)
        self._at_home = relapse is not None and relapse.met == "at_home"

    def left(self, c: Client) -> None:
        """Go on at home with aftercare, or leave the chain."""
        if self._days is None or c.destination != Reason.OWN_DWELLING:
            self.world.end(c, Reason(c.destination))
        else:
            self._start(c, self._days.at(c.number, c.occurrence(Draw.AFTERCARE)))

    def _start(self, c: Client, days: float, relapse_left: float | None = None) -> None:
        """Give up the place; light support at home for some time."""
        world = self.world
        option = c.housed_by
        if option < 0:  # in aftercare at the start, or moved out of a team that is gone
            option = world.options.aftercare(c).number
        world.happens(Moment.PLACE_OVER, c)
        world.holding.vacate(c)
        world.timers.clear(c)
        team = world.aftercare_team(c.home)
        if team is not None:
            world.holding.have_hours(c, team, world.aftercare_minutes)
        c.become(State.AFTERCARE)
        world.log(c, EventKind.AFTERCARE, option)
        self.world.timers.stage(c, world.now + days, self._end)
        if self._rate > 0:
            drawn = self._threshold(c)
            self._run(c, drawn if relapse_left is None else relapse_left)
        world.happens(Moment.CARED_AFTER, c)
        world.timers.arm(c)

    def _end(self, c: Client) -> None:
        self.world.end(c, Reason.DONE)

    # ------------------------------------------------------------ relapse
    def _threshold(self, c: Client) -> float:
        column = self.world.cohort.draws.thresholds(Draw.RELAPSE)
        return column.at(c.number, c.occurrence(Draw.RELAPSE))

    def _run(self, c: Client, left: float) -> None:
        c.due[self._back] = self.world.now + left / self._rate

    def _relapse(self, c: Client) -> None:
        """The need is back: hours at home where a variant serves the level, else the desk."""
        world = self.world
        world.timers.clear(c)
        world.holding.vacate(c)
        world.happens(Moment.RELAPSED, c)
        world.log(c, EventKind.RELAPSED)
        fit = world.requests.suitable(c, _RETURN) if self._at_home else ()
        if not fit:
            world.happens(Moment.RETURNS, c)
            return
        c.become(State.WAITING)
        world.happens(Moment.WAITS, c)
        world.requests.ask(c, _RETURN, fit)

    # ------------------------------------------------------------ changes, and the start
    def _left(self, c: Client) -> float:
        """Return what is left of the relapse threshold, now; infinite when it does not run."""
        if not c.runs(self._back):
            return INF
        return (c.due[self._back] - self.world.now) * self._rate

    def carry(self, c: Client) -> None:
        """Fix what is left of the threshold before the hazard changes."""
        c.relapse_left = self._left(c)

    def go_on(self, c: Client) -> None:
        """Go on with the threshold at the hazard that holds now."""
        if c.state != State.AFTERCARE:
            return
        c.stop(self._back)
        if self._rate > 0:
            self._run(c, self._threshold(c) if c.relapse_left == INF else c.relapse_left)

    def take(self, c: Client) -> dict[str, object]:
        """Keep what is left of the threshold."""
        left = self._left(c)
        return {"relapse_left": left if left < INF else None}

    def put(self, c: Client, one: Snapshot) -> None:
        """Be supported at home as before."""
        if one.state == "aftercare":
            self._start(c, one.stage_left, one.kept.get("relapse_left"))
