"""No clock has more left than it had less the time that it ran: tested after every instant."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flowsim.system.state.people import Client

if TYPE_CHECKING:
    from flowsim.system.waiting.world import World

Clock = tuple[object, float, float]
"""What it is a clock of (equal as long as it is the same one), what is left, and its pace."""
_CLOSE = 1e-6


class Clocks:
    """Remembers what every clock had left, and how fast it ran, after the instant before."""

    def __init__(self, world: World, fail: Callable[[str], None]) -> None:
        self._world = world
        self._fail = fail
        self._before: dict[tuple[int, object], tuple[float, float]] = {}
        self._day = 0.0

    def check(self, present: Iterable[Client]) -> None:
        """Fail where a clock went back, or stood still while it was to run."""
        world = self._world
        ran, now = world.now - self._day, {}
        for c in present:
            clocks = (clock for one in world.mechanisms for clock in one.clocks(c))
            for of, left, pace in clocks:
                was = self._before.get((c.number, of))
                now[c.number, of] = (left, pace)
                if was is not None and left > max(was[0] - was[1] * ran, 0.0) + _CLOSE:
                    self._fail(
                        f"client {c.number}: clock {of} has {left:g} left, "
                        f"and had {was[0]:g} at pace {was[1]:g}, {ran:g} days ago"
                    )
        self._before, self._day = now, world.now
