"""Losing the dwelling one rents, while one waits for a place or lives in a provider's place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flowsim.cohort.drawn import Draw
from flowsim.cohort.snapshot import Snapshot
from flowsim.ledger import EventKind, State
from flowsim.system.mechanisms.mechanism import Mechanism
from flowsim.system.state.agenda import INF
from flowsim.system.state.ground import per_day
from flowsim.system.state.moments import Moment
from flowsim.system.state.people import Client
from flowsim.system.waiting.requests import FIRST

if TYPE_CHECKING:
    from flowsim.system.waiting.world import World


class Losing(Mechanism):
    """A hazard that runs for tenants who do not live in the dwelling they rent, or have no place.

    One Exp(1) threshold for each stretch in which it runs.
    """

    reads = ("leaving", "variant")

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.active = world.has.losing
        self._lose = world.timers.on("lose", self._loses)
        self._paused: dict[int, float] = world.by_client()
        """What is left of the threshold of who is at risk while there is no hazard."""

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        world = self.world
        self._rate = per_day(world.scenario.leaving.loses_tenancy_per_year)
        by_need, is_own = world.layout.by_need, world.layout.is_own
        self._rented_elsewhere = [a and not b for a, b in zip(by_need, is_own, strict=True)]

    def follow(self, c: Client) -> None:
        """Let the hazard run, or not, by where the client is now."""
        if not self._at_risk(c):
            self.stop(c)
        elif not c.runs(self._lose) and self._rate > 0:
            left = self._paused.pop(c.number, INF)
            if left == INF:
                column = self.world.cohort.draws.thresholds(Draw.LOSES_TENANCY)
                left = column.at(c.number, c.occurrence(Draw.LOSES_TENANCY))
            c.due[self._lose] = self.world.now + left / self._rate

    def _at_risk(self, c: Client) -> bool:
        if not c.tenancy or c.flip_due:
            return False
        if c.place is not None:
            return c.state != State.TRANSIT and self._rented_elsewhere[c.variant]
        return c.state == State.WAITING and c.request is not None and c.request.kind in FIRST

    def stop(self, c: Client) -> None:
        """Let the hazard run no more."""
        c.stop(self._lose)
        self._paused.pop(c.number, None)

    def _loses(self, c: Client) -> None:
        """The dwelling is lost; what the client waits for is resolved again."""
        world = self.world
        c.stop(self._lose)
        c.rent(False)
        world.happens(Moment.LOST_DWELLING, c)
        world.log(c, EventKind.TENANCY_LOST)
        if c.request is not None:
            world.requests.regroup(c)
        world.timers.arm(c)

    # ------------------------------------------------------------ changes, and the start
    def _left(self, c: Client) -> float:
        """Return what is left of the threshold, now; infinite when it does not run."""
        return (c.at(self._lose) - self.world.now) * self._rate if c.runs(self._lose) else INF

    def carry(self, c: Client) -> None:
        """Fix what is left of the threshold before the hazard changes."""
        if c.runs(self._lose):
            self._paused[c.number] = self._left(c)
            c.stop(self._lose)

    def go_on(self, c: Client) -> None:
        """Go on with what is left of the threshold at the hazard that holds now."""
        if self.active:
            self.follow(c)

    def take(self, c: Client) -> dict[str, object]:
        """Keep what is left of the threshold."""
        return {"lose_left": self._left(c)}

    def put(self, c: Client, one: Snapshot) -> None:
        """Set what is left of the threshold, where it runs."""
        left = one.kept.get("lose_left")
        if left is not None and left < INF and c.runs(self._lose):
            c.due[self._lose] = self.world.now + left / self._rate

    def clocks(self, c: Client) -> Iterable[tuple[object, float, float]]:
        """Return the threshold, where it runs."""
        if c.runs(self._lose):
            uses = (c.counts or {}).get(Draw.LOSES_TENANCY)
            yield ("tenancy", uses), self._left(c), self._rate
