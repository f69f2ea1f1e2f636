"""Access: from notification to decision."""

from __future__ import annotations

from typing import Final

from flowsim.cohort.drawn import Draw
from flowsim.cohort.snapshot import Snapshot
from flowsim.ledger import EventKind, Reason, RequestKind, State, pack
from flowsim.scenario.values import Duration
from flowsim.system.mechanisms.mechanism import Mechanism
from flowsim.system.state.agenda import INF
from flowsim.system.state.choices import Request
from flowsim.system.state.desks import NEW, Case, DeskPool
from flowsim.system.state.moments import Moment
from flowsim.system.state.people import Client
from flowsim.system.waiting.requests import FIRST

_AWARDED: Final = int(EventKind.AWARDED)
_NOTIFIED: Final = int(EventKind.NOTIFIED)
_ASSESSING: Final = int(EventKind.ASSESSING)
_NEW: Final = int(RequestKind.NEW)
_RETURN: Final = int(RequestKind.RETURN)
_QUEUE: Final = State.QUEUE
_IN_ASSESSMENT: Final = State.ASSESSING
_OPEN: Final = (State.WAITING, State.QUEUE, State.ASSESSING, State.PAPERWORK)
_AT_DESK: Final = ("deciding", "queue", "assessing", "paperwork")
_OUTCOMES: Final = ("award", "general", "rejected", "refer")
_REFUSALS: Final = {1: Reason.GENERAL, 2: Reason.REJECTED, 3: Reason.REFER}
_ZERO: Final = Duration("constant", (0.0,))


class Access(Mechanism):
    """What is decided about whoever reports, and the request that follows."""

    def wire(self) -> None:
        """Say what may be had after an award, and that it is entered."""
        world, requests = self.world, self.world.requests
        for kind in FIRST:
            requests.ways[kind], requests.met[kind] = requests.place, world.holding.enter
            requests.refit[kind] = self._refit
        world.casework.on(NEW, self._started, self._assessed)
        self._named = world.named
        follows = world.follows
        self._notified, self._lined_up = follows[Moment.NOTIFIED], follows[Moment.LINED_UP]
        self._decided, self._waits = follows[Moment.DECIDED], follows[Moment.WAITS]

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        world = self.world
        layout, draws = world.layout, world.cohort.draws
        self._blocks = layout.desks
        self._classed = [bool(block.priority) for block in layout.desks]
        self._work = [
            draws.durations(Draw.ASSESSMENT, b.assessment_hours or b.assessment_days or _ZERO)
            for b in self._blocks
        ]
        self._paperwork = [
            draws.durations(Draw.PAPERWORK, b.paperwork_days) if b.paperwork_days.mean > 0 else None
            for b in self._blocks
        ]
        self._outcome = [
            draws.choices(Draw.OUTCOME, tuple(b.outcome.get(o, 0.0) for o in _OUTCOMES))
            if b.outcome.get("award", 0.0) < 1
            else None
            for b in self._blocks
        ]
        self._guided = [
            None if b.guide is None else (layout.level_number(b.guide.up_to), b.guide.share)
            for b in self._blocks
        ]
        self._guide_u = (
            draws.once(Draw.GUIDE).tolist() if any(g is not None for g in self._guided) else []
        )
        before, self._named = self._named, world.named
        self._reordered = [
            _both(old, new) != _both(new, old)
            for old, new in zip(before, world.named, strict=False)
        ]
        """Whether a change has put the variants of an award in another order, by level."""

    # ------------------------------------------------------------ notification
    def arrives(self, c: Client) -> None:
        """A client reports for the first time."""
        self._notify(c, _NEW)

    def reports(self, c: Client) -> None:
        """A client from a line reports anew."""
        c.visit += 1
        self._notify(c, _NEW)

    def returns(self, c: Client) -> None:
        """A client reports after relapse."""
        c.visit += 1
        c.returning = True
        self._notify(c, _RETURN)

    def comes_again(self, c: Client) -> None:
        """A client reports who went without support before."""
        c.visit += 1
        c.returning = False
        self._notify(c, _NEW)

    def relapsed(self, c: Client) -> None:
        """A return home does not go through the desk."""
        c.returning = False

    def _notify(self, c: Client, kind: int) -> None:
        """A client reports; without a desk that handles the case there is an award at once."""
        world = self.world
        c.become(_QUEUE)
        c.notified_on = world.now
        desk = world.routes.go(c)
        for follow in self._notified:
            follow(c)
        if desk is None:
            world.log(c, EventKind.NOTIFIED, -1, kind)
            self._decide(c)
            return
        number = desk.number if desk.number >= 0 else world.number(desk)
        world.write(pack(world.now, c.number, number, _NOTIFIED, c.level, kind))
        guided = self._guided[desk.block]
        if guided is not None and c.level <= guided[0] and self._guide_u[c.number] < guided[1]:
            self._decide(c)
            return
        hours = self._work[desk.block].at(c.number, c.visit)
        self._line_up(c, desk, hours, world.now)
        if c.state == _QUEUE:  # an assessor may have started
            for follow in self._lined_up:
                follow(c)
        if c.due:
            world.timers.arm(c)

    def _line_up(
        self, c: Client, desk: DeskPool, hours: float, day: float, done: float = 0.0
    ) -> None:
        """Put a notification in the queue of a desk."""
        words = [NEW]
        if self._classed[desk.block]:
            if c.profile >= 0:
                words.append(self.world.layout.profiles[c.profile].profile)
            if c.urgent:
                words.append("urgent")
        self.world.casework.open(c, Case(desk, NEW, c.number, hours), day, words, done)

    # ------------------------------------------------------------ decision
    def _started(self, c: Client, desk: int, day: float) -> None:
        """An assessor begins: nobody gives up any more."""
        world = self.world
        c.become(_IN_ASSESSMENT)
        world.queues.served(c)
        world.write(pack(day, c.number, desk, _ASSESSING, c.level, 0))
        if c.due and world.timers.stop_waiting(c):
            world.timers.arm(c)

    def _assessed(self, case: Case) -> None:
        """The assessor is done: paperwork, or the decision at once."""
        c = self.world.casework.close(case)
        papers = self._paperwork[case.desk.block]
        if papers is None:
            self._decide(c)
        else:
            self.world.log(c, EventKind.PAPERWORK, case.desk.number)
            self._start_paperwork(c, papers.at(c.number, c.visit))

    def _start_paperwork(self, c: Client, days: float) -> None:
        """Wait for the decision; nobody is held."""
        c.become(State.PAPERWORK)
        self.world.timers.stage(c, self.world.now + days, self._papers_done)
        self.world.timers.arm(c)

    def _papers_done(self, c: Client) -> None:
        self.world.timers.no_stage(c)
        self._decide(c)

    def _decide(self, c: Client) -> None:
        """Award, or not."""
        world = self.world
        if c.due:
            world.timers.stop_waiting(c)
        outcomes = None if c.desk is None else self._outcome[c.desk.block]
        outcome = 0 if outcomes is None else outcomes.at(c.number, c.visit)
        if outcome:
            world.end(c, _REFUSALS[outcome], EventKind.NOT_AWARDED)
            return
        for follow in self._decided:
            follow(c)
        kind = _RETURN if c.returning else _NEW
        variants = world.named[c.award_level]
        if not variants:
            world.log(c, EventKind.AWARDED, -1, kind)
            world.end(c, Reason.NO_VARIANT)
            return
        for follow in self._waits:
            follow(c)
        world.requests.ask(c, kind, variants, _AWARDED, None, True)

    # ------------------------------------------------------------ other variants
    def levelled(self, c: Client) -> None:
        """The level changed outside a place: other variants may fit now."""
        request = c.request
        if c.state in _OPEN and request is not None and request.kind in FIRST:
            fit = self.world.requests.suitable(c, request.kind)
            if fit and fit != request.variants:
                self.world.requests.want(c, fit)

    def _refit(self, c: Client, request: Request) -> tuple[int, ...]:
        fit, first = self.world.requests.suitable(c, request.kind), request.variants[0]
        if first in fit and not any(self._reordered[c.award_level :][:1]):
            return (first, *(v for v in fit if v != first))  # who asked for one goes on asking
        return fit

    # ------------------------------------------------------------ the start
    def take(self, c: Client) -> dict[str, object]:
        """Keep whether the client came back."""
        return {"returning": c.returning}

    def put(self, c: Client, one: Snapshot) -> None:
        """Be at the desk, or wait with an award, since the day of before."""
        c.returning = one.kept.get("returning", False)
        if one.state in _AT_DESK:
            self._put_at_desk(c, one)
        elif one.state == "waiting" and one.request != RequestKind.NEXT:
            self._put_waiting(c, one)

    def _put_at_desk(self, c: Client, one: Snapshot) -> None:
        world, desk, day = self.world, c.desk, 0.0 - one.since_days
        c.become(_QUEUE)
        c.notified_on = day
        world.happens(Moment.NOTIFIED, c)
        kind = _RETURN if c.returning else _NEW
        world.write(pack(day, c.number, world.number(desk), EventKind.NOTIFIED, c.level, kind))
        if desk is None:
            self._decide(c)
            return
        papers = self._paperwork[desk.block]
        if one.state in ("deciding", "paperwork") and papers is not None:
            known = one.stage_left < INF
            world.log(c, EventKind.PAPERWORK, desk.number)
            self._start_paperwork(c, one.stage_left if known else papers.at(c.number, c.visit))
        else:
            left = one.work_left
            hours = self._work[desk.block].at(c.number, c.visit) if left is None else left
            self._line_up(c, desk, hours, day, one.work_done)

    def _put_waiting(self, c: Client, one: Snapshot) -> None:
        c.become(State.WAITING)
        self.world.happens(Moment.WAITS, c)
        kind = _NEW if one.request is None else one.request
        fit, first = self.world.requests.suitable(c, kind), one.variant
        variants = (first, *(v for v in fit if v != first)) if first in fit else fit or one.wanted
        at_home = kind == _RETURN and not c.returning
        row = EventKind.REQUESTED if at_home else EventKind.AWARDED
        self.world.requests.ask(c, kind, variants, row=row, day=0.0 - one.since_days)


def _both(listed: tuple[int, ...], other: tuple[int, ...]) -> list[int]:
    return [v for v in listed if v in other]
