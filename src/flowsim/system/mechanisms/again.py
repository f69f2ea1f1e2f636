"""Coming again: who went without support may notify anew after some time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowsim.cohort.drawn import Draw
from flowsim.ledger import Reason
from flowsim.system.mechanisms.mechanism import Mechanism
from flowsim.system.state.moments import Moment
from flowsim.system.state.people import Client

if TYPE_CHECKING:
    from flowsim.system.waiting.world import World


class Again(Mechanism):
    """A share, after a number of days; until then they are out of sight."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.active = world.has.again

    def gone(self, c: Client) -> None:
        """Let a client who went without support notify again after some time."""
        world = self.world
        again = world.layout.profiles[c.profile].again if c.profile >= 0 else None
        if again is None or Reason(c.gone_for).name.lower() not in again.after:
            return
        draws, occurrence = world.cohort.draws, c.occurrence(Draw.AGAIN)
        if draws.choices(Draw.AGAIN, (1 - again.share, again.share)).at(c.number, occurrence):
            days = draws.durations(Draw.AGAIN_DAYS, again.days).at(c.number, occurrence)
            world.happens(Moment.OUT_OF_SIGHT, c)
            self.world.timers.stage(c, world.now + days, self._come)
            world.timers.arm(c)

    def _come(self, c: Client) -> None:
        self.world.timers.no_stage(c)
        self.world.clients[c.number] = c
        self.world.happens(Moment.COMES_AGAIN, c)
