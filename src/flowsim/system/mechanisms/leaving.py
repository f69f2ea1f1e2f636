"""Leaving: ready, housed, in transition, aftercare, relapse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowsim.cohort.streams import Stream
from flowsim.ledger import EventKind, How, Reason, RequestKind, State
from flowsim.system.state.agenda import INF, LEVEL
from flowsim.system.state.choices import Choice
from flowsim.system.state.people import AFTERCARE, WAITING, Client
from flowsim.system.state.world import per_day

if TYPE_CHECKING:
    from flowsim.system.state.world import World

DESTINATIONS = {
    "own_dwelling": Reason.OWN_DWELLING,
    "family": Reason.FAMILY,
    "elsewhere": Reason.ELSEWHERE,
    "clinic": Reason.CLINIC,
    "unknown": Reason.UNKNOWN,
}


class Leaving:
    """From ready-to-leave, a dated event, to the end of aftercare."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._move_out, self._aftercare_ends = self._leave, self._end_aftercare
        self._back = world.timers.on("relapse", self.relapse, LEVEL)

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        world = self.world
        leaving, draws = world.scenario.leaving, world.cohort.draws
        shares = [(DESTINATIONS[to], leaving.destination.get(to, 0.0)) for to in DESTINATIONS]  # type: ignore[call-overload]
        self._reasons = [reason for reason, _ in shares]
        self._destination = draws.choices(Stream.DESTINATION, tuple(share for _, share in shares))
        self._transition = draws.durations(Stream.TRANSITION, leaving.transition_days)
        self._aftercare = leaving.aftercare
        self._aftercare_days = (
            None
            if leaving.aftercare is None
            else draws.durations(Stream.AFTERCARE, leaving.aftercare.days)
        )
        self._relapse = leaving.relapse
        self._relapse_rate = 0.0 if leaving.relapse is None else per_day(leaving.relapse.per_year)

    # ------------------------------------------------------------ ready, and moving out
    def ready(
        self,
        c: Client,
        day: float | None = None,
        destination: Reason | None = None,
        found: bool = False,
    ) -> None:
        """The client is ready to leave, and keeps the place until the next step is there.

        ``destination``, ``found``: of someone who was ready before the start.
        """
        c.destination = self._reasons[self._destination.at(c.number, c.times_ready)]
        c.times_ready += 1
        if destination is not None:
            c.destination = destination
        c.found = found
        self.world.requests.ask(c, RequestKind.LEAVE, day=day)

    def housed(self, c: Client, choice: Choice) -> None:
        """All that leaving needs is there: the transition starts.

        Who stays in a dwelling of their own has no transition.
        """
        world = self.world
        stays = c.tenancy and not c.found and c.destination == Reason.OWN_DWELLING
        takes_over = stays and c.flip_due
        if choice.dwelling is not None:
            choice.dwelling.take()
        world.timers.stop_waiting(c)
        world.flips.stop(c)
        world.tenancies.stop(c)
        self._begin_transit(c, choice, How.FLIP if takes_over else How.TURN)
        if takes_over:
            world.flips.leave_as_tenant(c)
        days = 0.0 if stays else self._transition.at(c.number, c.times_ready - 1)
        if days == 0:
            self._leave(c)
        else:
            c.stage_at, c.stage_act = world.now + days, self._move_out
            world.timers.arm(c)

    def _begin_transit(self, c: Client, choice: Choice, how: int = How.TURN) -> None:
        world = self.world
        if choice.team is not None and choice.net > 0:
            choice.team.take(choice.net)
            c.reserved = (choice.team, choice.net)
        c.tenancy = c.destination == Reason.OWN_DWELLING
        c.moving_to = c.home if choice.municipality < 0 else choice.municipality
        c.state = State.TRANSIT
        c.housed_by = choice.number
        world.log(c, EventKind.HOUSED, choice.number, how)

    def resume_transit(self, c: Client, destination: Reason, found: bool, remaining: float) -> None:
        """Go on with a transition of the start; the hours of aftercare are kept free as before."""
        c.destination, c.found = destination, found
        c.times_ready += 1
        own = destination == Reason.OWN_DWELLING
        c.tenancy = own
        self._begin_transit(c, self.world.options.leaving(c, alone=not own).choices[0])
        c.stage_at, c.stage_act = self.world.now + remaining, self._move_out

    def _leave(self, c: Client) -> None:
        c.stage_at = INF
        c.home = c.moving_to
        if self._aftercare is None or c.destination != Reason.OWN_DWELLING:
            self.world.end(c, Reason(c.destination))
            return
        assert self._aftercare_days is not None
        days = self._aftercare_days.at(c.number, c.occurrence(Stream.AFTERCARE))
        self.start_aftercare(c, days)

    # ------------------------------------------------------------ aftercare
    def resume_relapse(self, c: Client, left: float) -> None:
        """Go on with the relapse threshold at the hazard that holds now."""
        if c.state != State.AFTERCARE:
            return
        c.stop(self._back)
        if self._relapse_rate > 0:
            left = self._relapse_threshold(c) if left == INF else left
            c.due[self._back] = self.world.now + left / self._relapse_rate

    def _relapse_threshold(self, c: Client) -> float:
        column = self.world.cohort.draws.thresholds(Stream.RELAPSE)
        return column.at(c.number, c.occurrence(Stream.RELAPSE))

    def relapse_left(self, c: Client) -> float:
        """Return what is left of the relapse threshold, now; infinite when it does not run."""
        if not c.runs(self._back):
            return INF
        return (c.due[self._back] - self.world.now) * self._relapse_rate

    def start_aftercare(self, c: Client, days: float, relapse_left: float | None = None) -> None:
        """Give up the place; light support at home for some time."""
        world = self.world
        if c.housed_by < 0:  # in aftercare at the start, or moved out of a team that is gone
            c.housed_by = world.options.aftercare(c).number
        world.terms.end(c)
        world.needs.stop(c)
        world.holding.vacate(c)
        world.timers.clear(c)
        c.team = team = world.aftercare_team(c.home)
        if team is not None:
            c.minutes = world.aftercare_minutes
            team.take(c.minutes)
        c.state = State.AFTERCARE
        c.under = False
        world.log(c, EventKind.AFTERCARE, c.housed_by)
        c.stage_at, c.stage_act = world.now + days, self._aftercare_ends
        if self._relapse_rate > 0:
            threshold = self._relapse_threshold(c)
            if relapse_left is not None:
                threshold = relapse_left
            c.due[self._back] = world.now + threshold / self._relapse_rate
        world.exits.move(c, AFTERCARE)
        world.timers.arm(c)

    def _end_aftercare(self, c: Client) -> None:
        self.world.end(c, Reason.DONE)

    def relapse(self, c: Client) -> None:
        """The need is back: hours at home where a variant serves the level, else the desk."""
        world, relapse = self.world, self._relapse
        assert relapse is not None
        world.timers.clear(c)
        world.holding.vacate(c)
        c.level = c.award_level = world.layout.level_number(relapse.level)
        c.error = 0
        c.phase += 1
        c.returning = False
        world.log(c, EventKind.RELAPSED)
        fit = world.access.suitable(c, RequestKind.RETURN) if relapse.met == "at_home" else ()
        if not fit:
            c.returning = True
            c.visit += 1
            world.access.notify(c, RequestKind.RETURN)
            return
        if world.needs.active:
            world.needs.begin_phase(c)
        c.state = State.WAITING
        world.exits.move(c, WAITING)
        world.requests.ask(c, RequestKind.RETURN, fit)
        world.needs.run(c)
        world.timers.arm(c)
