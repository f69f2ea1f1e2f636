"""Losing the dwelling one rents, while one waits for a place or lives in a provider's place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowsim.cohort.streams import Stream
from flowsim.ledger import EventKind, RequestKind, State
from flowsim.system.state.agenda import INF
from flowsim.system.state.people import Client
from flowsim.system.state.world import per_day

if TYPE_CHECKING:
    from flowsim.system.state.world import World

_FIRST = (int(RequestKind.NEW), int(RequestKind.RETURN))


class Tenancies:
    """A hazard that runs for tenants who do not live in the dwelling they rent, or have no place.

    One Exp(1) threshold for each stretch in which it runs.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.active = world.has.losing
        """Whether anybody can ever lose a tenancy."""
        self._lose = world.timers.on("lose", self.lose)

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        world = self.world
        self.rate = per_day(world.scenario.leaving.loses_tenancy_per_year)
        """Hazard per day."""
        by_need, is_own = world.layout.by_need, world.layout.is_own
        self._rented_elsewhere = [a and not b for a, b in zip(by_need, is_own, strict=True)]

    def follow(self, c: Client) -> None:
        """Let the hazard run, or not, by where the client is now."""
        if not self._runs(c):
            c.stop(self._lose)
            c.lose_left = INF
        elif not c.runs(self._lose) and self.rate > 0:
            left, c.lose_left = c.lose_left, INF
            if left == INF:
                column = self.world.cohort.draws.thresholds(Stream.LOSES_TENANCY)
                left = column.at(c.number, c.occurrence(Stream.LOSES_TENANCY))
            c.due[self._lose] = self.world.now + left / self.rate

    def _runs(self, c: Client) -> bool:
        if not c.tenancy or c.flip_due:
            return False
        if c.place is not None:
            return c.state != State.TRANSIT and self._rented_elsewhere[c.variant]
        return c.state == State.WAITING and c.request is not None and c.request.kind in _FIRST

    def lose(self, c: Client) -> None:
        """The dwelling is lost; what the client waits for is resolved again."""
        c.stop(self._lose)
        c.tenancy = c.found = False
        self.world.log(c, EventKind.TENANCY_LOST)
        if c.request is not None:
            self.world.requests.regroup(c)
        self.world.timers.arm(c)

    def runs(self, c: Client) -> bool:
        """Tell whether the hazard runs for a client."""
        return c.runs(self._lose)

    def stop(self, c: Client) -> None:
        """Let the hazard run no more."""
        c.stop(self._lose)

    def left(self, c: Client) -> float:
        """Return what is left of the threshold, now; infinite when it does not run."""
        return (c.at(self._lose) - self.world.now) * self.rate if self.runs(c) else INF

    def restore(self, c: Client, left: float) -> None:
        """Set what is left of the threshold, where it runs."""
        if left < INF and self.runs(c):
            c.due[self._lose] = self.world.now + left / self.rate

    # ------------------------------------------------------------ dated changes
    def carry(self, c: Client) -> None:
        """Fix what is left of the threshold before the hazard changes."""
        if self.runs(c):
            c.lose_left = self.left(c)
            c.stop(self._lose)

    def go_on(self, c: Client) -> None:
        """Go on with what is left of the threshold at the hazard that holds now."""
        if self.active:
            self.follow(c)
