"""What every mechanism is."""

from __future__ import annotations

from flowsim.system.state.moments import Part
from flowsim.system.waiting.world import World


class Mechanism(Part):
    """A rule of the chain, whole: its parameters, its timers, its part of a client.

    It uses what is in `state` and `waiting`, and knows no other mechanism: what it lets happen it
    says as a `Moment`.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.active = True
