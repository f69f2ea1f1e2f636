"""No clock has more left than it had less the time that it ran: tested after every instant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from flowsim.cohort.streams import Stream
from flowsim.ledger import State
from flowsim.system.state.agenda import INF
from flowsim.system.state.people import Client

if TYPE_CHECKING:
    from flowsim.system.state.world import World

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
            for of, left, pace in self._of(c):
                was = self._before.get((c.number, of))
                now[c.number, of] = (left, pace)
                if was is not None and left > max(was[0] - was[1] * ran, 0.0) + _CLOSE:
                    self._fail(
                        f"client {c.number}: clock {of} has {left:g} left, "
                        f"and had {was[0]:g} at pace {was[1]:g}, {ran:g} days ago"
                    )
        self._before, self._day = now, world.now

    def _of(self, c: Client) -> Iterator[Clock]:
        world = self._world
        if world.needs.active and c.state != State.AFTERCARE:  # there they are over
            recovery, worse = world.needs.clocks_left(c)
            yield ("recovery", c.phase), recovery, c.speed
            yield ("deterioration", c.phase), worse, c.hazard
        rates = world.exits.rates(c)
        for to, left in world.exits.left(c):
            yield ("exit", to), left, rates.get(to, 0.0)
        request = c.request
        patience = c.at(world.timers.named["patience"])
        if request is not None and patience < INF:
            yield ("patience", request.kind, request.day), patience - world.now, 1.0
        if world.tenancies.runs(c):
            uses = (c.counts or {}).get(Stream.LOSES_TENANCY)
            yield ("tenancy", uses), world.tenancies.left(c), world.tenancies.rate
        trial = c.at(world.timers.named["flip"])
        if trial < INF:
            yield ("trial", id(c.place)), trial - world.now, 1.0
