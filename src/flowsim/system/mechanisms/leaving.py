"""Leaving: ready, housed, in transition, and out."""

from __future__ import annotations

from typing import Final

from flowsim.cohort.drawn import Draw
from flowsim.cohort.snapshot import Snapshot
from flowsim.ledger import EventKind, How, Reason, RequestKind, State
from flowsim.system.mechanisms.mechanism import Mechanism
from flowsim.system.state.choices import Choice, Group
from flowsim.system.state.moments import Moment
from flowsim.system.state.people import Client

DESTINATIONS: Final = {
    "own_dwelling": Reason.OWN_DWELLING,
    "family": Reason.FAMILY,
    "elsewhere": Reason.ELSEWHERE,
    "clinic": Reason.CLINIC,
    "unknown": Reason.UNKNOWN,
}
_LEAVE: Final = int(RequestKind.LEAVE)


class Leaving(Mechanism):
    """From ready-to-leave, a dated event, to the day on which the client moves out."""

    def wire(self) -> None:
        """Say what may be had by who is ready, and what happens then."""
        requests = self.world.requests
        requests.ways[_LEAVE], requests.met[_LEAVE] = self._way, self._housed

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        world = self.world
        leaving, draws = world.scenario.leaving, world.cohort.draws
        shares = [(DESTINATIONS[to], leaving.destination.get(to, 0.0)) for to in DESTINATIONS]  # type: ignore[call-overload]
        self._reasons = [reason for reason, _ in shares]
        self._destination = draws.choices(Draw.DESTINATION, tuple(share for _, share in shares))
        self._transition = draws.durations(Draw.TRANSITION, leaving.transition_days)
        self._ready = world.layout.ready_level

    def next_step(self, c: Client) -> bool:
        """Let who needs a place no more be ready to leave."""
        if c.award_level > self._ready:
            return False
        if c.state != State.READY:
            self.world.requests.withdraw(c, silent=True)
            self.ready(c)
        return True

    def ready(self, c: Client) -> None:
        """The client is ready to leave, and keeps the place until the next step is there."""
        c.found = False
        c.destination = self._drawn(c)
        self.world.requests.ask(c, _LEAVE)

    def _drawn(self, c: Client) -> Reason:
        """Return where somebody goes who is ready once more."""
        to = self._reasons[self._destination.at(c.number, c.times_ready)]
        c.times_ready += 1
        return to

    def found(self, c: Client) -> None:
        """A dwelling was found for the step under way."""
        c.found = True

    def lost(self, c: Client) -> None:
        """The dwelling that was found is lost."""
        c.found = False

    # ------------------------------------------------------------ moving out
    def _way(self, c: Client, variants: tuple[int, ...], since: float) -> Group:
        return self.world.options.leaving(c, alone=c.destination != Reason.OWN_DWELLING)

    def _housed(self, c: Client, choice: Choice, how: int) -> None:
        """All that leaving needs is there: the transition starts.

        Who stays in a dwelling of their own has no transition.
        """
        world = self.world
        stays = c.tenancy and not c.found and c.destination == Reason.OWN_DWELLING
        takes_over = stays and c.flip_due
        if choice.dwelling is not None:
            choice.dwelling.take()
        world.happens(Moment.HOUSED, c)
        self._begin_transit(c, choice, How.FLIP if takes_over else How.TURN)
        if takes_over:
            world.happens(Moment.TAKES_OVER, c)
        days = 0.0 if stays else self._transition.at(c.number, c.times_ready - 1)
        if days == 0:
            self._leave(c)
        else:
            self.world.timers.stage(c, world.now + days, self._leave)
            world.timers.arm(c)

    def _begin_transit(self, c: Client, choice: Choice, how: int = How.TURN) -> None:
        world = self.world
        if choice.team is not None and choice.net > 0:
            world.holding.reserve(c, choice.team, choice.net)
        c.rent(c.destination == Reason.OWN_DWELLING)
        c.moving_to = c.home if choice.municipality < 0 else choice.municipality
        c.become(State.TRANSIT)
        c.housed_by = choice.number
        world.log(c, EventKind.HOUSED, choice.number, how)

    def _leave(self, c: Client) -> None:
        self.world.timers.no_stage(c)
        c.live_in(c.moving_to)
        self.world.happens(Moment.LEFT, c)

    def forget_option(self, c: Client) -> None:
        """The team of the aftercare is gone: it is resolved anew when the client moves out."""
        c.housed_by = -1

    # ------------------------------------------------------------ the start
    def take(self, c: Client) -> dict[str, object]:
        """Keep where the client goes, and whether a dwelling was found for it."""
        return {"destination": int(c.destination), "found": c.found}

    def put(self, c: Client, one: Snapshot) -> None:
        """Be ready since the day of before; or go on with a transition.

        The hours of aftercare are kept free as before.
        """
        if one.state not in ("ready", "transit"):
            return
        kept = one.kept
        c.times_ready += 1
        c.destination, c.found = Reason(kept.get("destination", 0)), kept.get("found", False)
        own = c.destination == Reason.OWN_DWELLING
        if one.state == "ready":
            self.world.requests.ask(c, _LEAVE, day=0.0 - one.since_days)
        else:
            c.rent(own)
            choice = self.world.options.leaving(c, alone=not own).choices[0]
            self._begin_transit(c, choice)
            self.world.timers.stage(c, self.world.now + one.stage_left, self._leave)
