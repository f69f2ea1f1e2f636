"""Moving: a resident whose level the place does not serve asks for another variant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flowsim.cohort.snapshot import Snapshot
from flowsim.ledger import RequestKind, State
from flowsim.system.mechanisms.mechanism import Mechanism
from flowsim.system.state.choices import Request
from flowsim.system.state.moments import Moment
from flowsim.system.state.people import Client

if TYPE_CHECKING:
    from flowsim.system.waiting.world import World

_MOVE: Final = int(RequestKind.MOVE)


class Moving(Mechanism):
    """What a resident's level asks, as long as it asks a place."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.active = world.has.by_need

    def wire(self) -> None:
        """Say what may be had on a move, and that it is entered."""
        requests = self.world.requests
        requests.ways[_MOVE], requests.met[_MOVE] = requests.place, self.world.holding.enter
        requests.refit[_MOVE] = self._refit

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        self._ready = self.world.layout.ready_level

    def placed(self, c: Client) -> None:
        """Look at once for what is needed next, where this place is not it."""
        if self.world.by_need(c.variant) and (
            self.world.layout.range_of(c.variant)[0] > c.award_level
            or c.award_level <= self._ready
            or c.under
        ):
            self.world.happens(Moment.LEVEL, c)

    def levelled(self, c: Client) -> None:
        """See what a resident needs next."""
        if c.state in (State.SETTLED, State.MOVING, State.READY) and self.world.by_need(c.variant):
            self.world.next_step(c)

    def next_step(self, c: Client) -> bool:
        """Stay, or ask for a variant that serves the level; nothing is asked where none does."""
        world, requests = self.world, self.world.requests
        if world.serves(c.variant, c.award_level):
            requests.withdraw(c)
            return True
        fit = self._fitting(c)
        if c.state == State.READY:
            requests.withdraw(c)
        if not fit:
            requests.withdraw(c)
        elif c.state != State.MOVING:
            requests.ask(c, _MOVE, fit)
        elif c.request is not None and c.request.variants != fit:
            requests.want(c, fit)
        return True

    def _fitting(self, c: Client) -> tuple[int, ...]:
        """Return the other variants that serve a resident's level, in order."""
        return tuple(v for v in self.world.named[c.award_level] if v != c.variant)

    def _refit(self, c: Client, request: Request) -> tuple[int, ...]:
        return self._fitting(c) if self.world.by_need(c.variant) else ()

    def go_on(self, c: Client) -> None:
        """See what a resident needs next, under what holds now."""
        if c.place is not None and c.state != State.TRANSIT and self.world.by_need(c.variant):
            self.world.next_step(c)

    def put(self, c: Client, one: Snapshot) -> None:
        """Ask again for what someone in place was waiting for."""
        if one.state == "move" and c.request is None and self.world.by_need(c.variant):
            fit = self._fitting(c)
            if fit:
                self.world.requests.ask(c, _MOVE, fit, day=0.0 - one.since_days)
