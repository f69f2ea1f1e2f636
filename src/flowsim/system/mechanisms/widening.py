"""Widening: who waits for a first place accepts one more variant after each number of days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowsim.system.mechanisms.mechanism import Mechanism
from flowsim.system.state.choices import Group
from flowsim.system.state.people import Client
from flowsim.system.waiting.requests import FIRST, Way

if TYPE_CHECKING:
    from flowsim.system.waiting.world import World


class Widening(Mechanism):
    """At first only the variant that an award names first."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.active = world.has.widening
        self._timer = world.timers.on("widen", self._widen, waiting=True)
        self._whole: Way = world.requests.place

    def wire(self) -> None:
        """Come between a request for a first place and what may be had."""
        ways = self.world.requests.ways
        if self.active:
            for kind in FIRST:
                self._whole, ways[kind] = ways[kind], self._way

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        self._days = self.world.scenario.placement.widen_after_days

    def _way(self, c: Client, variants: tuple[int, ...], since: float) -> Group:
        """Return what is open to a client now: one variant more after each widening."""
        if self._days > 0:
            now = self.world.now
            opened = 1 + min(int((now - since) / self._days + 1e-9), len(variants))
            while opened < len(variants) and since + opened * self._days <= now:
                opened += 1  # a period too short to tell two instants apart
            if opened < len(variants):
                c.due[self._timer] = since + opened * self._days
            variants = variants[:opened]
        return self._whole(c, variants, since)

    def _widen(self, c: Client) -> None:
        """The client also accepts the next variant from now on."""
        c.stop(self._timer)
        if c.request is not None:
            self.world.requests.regroup(c)
        self.world.timers.arm(c)
