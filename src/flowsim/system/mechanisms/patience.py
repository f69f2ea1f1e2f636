"""Patience: who is not served in time, at a desk or waiting for a place, gives up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from flowsim.cohort.drawn import Draw
from flowsim.cohort.snapshot import Snapshot
from flowsim.ledger import Reason, State
from flowsim.system.mechanisms.mechanism import Mechanism
from flowsim.system.state.agenda import GIVE_UP, INF
from flowsim.system.state.people import Client
from flowsim.system.waiting.requests import OUTSIDE

if TYPE_CHECKING:
    from flowsim.system.waiting.world import World

_QUEUE: Final = State.QUEUE


class Patience(Mechanism):
    """One timer, at the desk and while waiting; who is served in the last instant stays."""

    reads = ("desk", "variant", "demand")

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.active = world.has.patience
        self._timer = world.timers.on("patience", self._run_out, GIVE_UP, waiting=True)

    # ------------------------------------------------------------ at a desk
    def lined_up(self, c: Client) -> None:
        """Let the patience at a desk run."""
        self._wait_at_desk(c, None)

    def _wait_at_desk(self, c: Client, left: float | None) -> None:
        assert c.desk is not None
        world = self.world
        patience = world.layout.desks[c.desk.block].patience_days
        if patience is None:
            return
        if left is None:
            waited, draws = world.now - c.notified_on, world.cohort.draws
            left = draws.residual(Draw.DESK_PATIENCE, patience, c.number, c.visit, waited)
        self._let_run(c, left)

    # ------------------------------------------------------------ for a place
    def asked(self, c: Client) -> None:
        """Let patience run; of who waited before the start, what is left of it."""
        request = c.request
        assert request is not None
        if request.kind not in OUTSIDE:
            return
        world, variants = self.world, request.variants
        duration = world.layout.variants[variants[0]].patience_days if variants else None
        like = world.cohort.like[c.number]
        if duration is None and like >= 0:
            duration = world.layout.profiles[like].patience_days
        if duration is None:
            return
        occurrence, waited = c.occurrence(Draw.PATIENCE), world.now - request.day
        draws = world.cohort.draws
        self._let_run(c, draws.residual(Draw.PATIENCE, duration, c.number, occurrence, waited))

    def _let_run(self, c: Client, left: float) -> None:
        if left <= 0:
            self.world.queues.refuse_to_wait(c)
        else:
            c.due[self._timer] = self.world.now + left

    def _run_out(self, c: Client) -> None:
        """Who is not served in this instant gives up."""
        c.stop(self._timer)
        self.world.queues.refuse_to_wait(c)
        self.world.timers.arm(c)

    def settled(self) -> None:
        """Let those go who would not wait at all and were not served in their instant."""
        queues = self.world.queues
        if not queues.impatient or not queues.is_last():
            return
        impatient, queues.impatient = queues.impatient, {}
        for c, visit in impatient.values():
            waits_at_desk = c.case is not None and not c.case.started
            waits = waits_at_desk or (c.request is not None and c.state == State.WAITING)
            if waits and c.visit == visit:
                self.world.end(c, Reason.GAVE_UP)

    # ------------------------------------------------------------ changes, and the start
    def resolved(self, c: Client) -> None:
        """Let who waits have the patience that has come, of which a part is over.

        By a dated change, or with another variant that is named first.
        """
        if self._has_none(c):
            self.asked(c)

    def go_on(self, c: Client) -> None:
        """Let who waits at a desk have the patience that has come, of which a part is over."""
        in_line = c.state == _QUEUE and c.case is not None and c.desk is not None
        if in_line and self._has_none(c):
            self._wait_at_desk(c, None)

    def _has_none(self, c: Client) -> bool:
        return not c.runs(self._timer) and not self.world.queues.would_not_wait(c)

    def take(self, c: Client) -> dict[str, object]:
        """Keep what is left of it."""
        left = c.at(self._timer) - self.world.now
        return {"patience_left": left if left < INF else None}

    def put(self, c: Client, one: Snapshot) -> None:
        """Set what is left of it."""
        if c.request is not None and one.patience_left is not None:
            c.due[self._timer] = one.patience_left
        elif c.state == _QUEUE and c.desk is not None:
            self._wait_at_desk(c, one.patience_left)

    def clocks(self, c: Client) -> Iterable[tuple[object, float, float]]:
        """Return the patience of who waits for a place."""
        request = c.request
        if request is not None and c.runs(self._timer):
            yield ("patience", request.kind, request.day), c.at(self._timer) - self.world.now, 1.0
