"""Access: from notification to decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowsim.cohort.streams import Stream
from flowsim.ledger import EventKind, Reason, RequestKind, State, pack
from flowsim.scenario.values import Duration
from flowsim.system.state.agenda import INF
from flowsim.system.state.desks import NEW, Case, DeskPool
from flowsim.system.state.people import ACCESS, WAITING, Client

if TYPE_CHECKING:
    from flowsim.system.state.world import World

_AWARDED, _NOTIFIED = int(EventKind.AWARDED), int(EventKind.NOTIFIED)
_NEW, _RETURN = int(RequestKind.NEW), int(RequestKind.RETURN)
_QUEUE = State.QUEUE
_OUTCOMES = ("award", "general", "rejected", "refer")
_REFUSALS = {1: Reason.GENERAL, 2: Reason.REJECTED, 3: Reason.REFER}
_ZERO = Duration("constant", (0.0,))


class Access:
    """Who handles whom, and what is decided."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._casework = world.casework

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        world = self.world
        layout, draws = world.layout, world.cohort.draws
        self._blocks = layout.desks
        self._work = [
            draws.durations(Stream.ASSESSMENT, b.assessment_hours or b.assessment_days or _ZERO)
            for b in self._blocks
        ]
        self._paperwork = [
            draws.durations(Stream.PAPERWORK, b.paperwork_days)
            if b.paperwork_days.mean > 0
            else None
            for b in self._blocks
        ]
        self._outcome = [
            draws.choices(Stream.OUTCOME, tuple(b.outcome.get(o, 0.0) for o in _OUTCOMES))  # type: ignore[call-overload]
            if b.outcome.get("award", 0.0) < 1
            else None
            for b in self._blocks
        ]
        self._misjudged = [
            draws.choices(
                Stream.MISJUDGED, (1 - b.too_light - b.too_heavy, b.too_light, b.too_heavy)
            )
            if b.too_light + b.too_heavy > 0
            else None
            for b in self._blocks
        ]
        self._guided = [
            None if b.guide is None else (layout.level_number(b.guide.up_to), b.guide.share)
            for b in self._blocks
        ]
        self._guide_u = (
            draws.once(Stream.GUIDE).tolist() if any(g is not None for g in self._guided) else []
        )
        self._routes: dict[tuple[int, int], list[tuple[float, int]]] = {}
        self._route_u = (
            draws.once(Stream.ROUTE).tolist()
            if any(b.handles.share < 1 for b in self._blocks)
            else None
        )
        self._some_again = layout.has.again
        self._fits = world.named
        self._single = self._single_desk()
        self._timed = world.needs.active or world.exits.active
        """Whether anything can happen to a client who is at a desk."""
        self._decide_ = self.decide

    # ------------------------------------------------------------ notification
    def notify(self, c: Client, kind: RequestKind) -> None:
        """A client reports; without a desk that handles the case there is an award at once."""
        world = self.world
        c.state = _QUEUE
        c.notified_on = world.now
        c.desk = desk = self.desk_of(c)
        if world.needs.active:
            c.phase += c.visit > 0  # clocks are drawn anew
            world.needs.begin_phase(c)
            world.needs.run(c)
        if desk is None:
            world.log(c, EventKind.NOTIFIED, -1, kind)
            self.decide(c)
            return
        number = desk.number if desk.number >= 0 else world.number(desk)
        world.write(pack(world.now, c.number, number, _NOTIFIED, c.level, kind))
        guided = self._guided[desk.block]
        if guided is not None and c.level <= guided[0] and self._guide_u[c.number] < guided[1]:
            self.decide(c)
            return
        c.stage_at = INF
        work = self._work[desk.block].at(c.number, c.visit)
        self.queue_up(c, desk, work, world.now)
        patience = self._blocks[desk.block].patience_days
        if patience is not None and c.state == _QUEUE:  # an assessor may have started
            self.set_patience(c, desk, None)
        if world.exits.active:
            world.exits.move(c, ACCESS)
        if patience is not None or self._timed:
            world.timers.arm(c)

    def queue_up(self, c: Client, desk: DeskPool, hours: float, day: float) -> None:
        """Put a notification in the queue of a desk."""
        c.case = Case(desk, NEW, c.number, hours)
        words = [NEW]
        if self._casework.has_classes(desk):
            if c.profile >= 0:
                words.append(self.world.layout.profiles[c.profile].profile)
            if c.urgent:
                words.append("urgent")
        self._casework.push(desk, c.case, day, words)

    def desk_of(self, c: Client) -> DeskPool | None:
        """Return the desk of the client's area that handles the case; None: no access."""
        if self._single is not None:
            return self._single
        at = (c.profile, c.level)
        if at not in self._routes:
            self._routes[at] = self._route(*at)
        route = self._routes[at]
        if not route:
            return None
        block = route[-1][1]
        if len(route) > 1:
            assert self._route_u is not None
            u = self._route_u[c.number]
            block = next((b for edge, b in route if u < edge), block)
        scale = self._blocks[block].scale
        return self.world.desks[block][self.world.layout.area_of(c.notified_at, scale)]

    def _single_desk(self) -> DeskPool | None:
        """Return the desk if one desk of one area handles everybody."""
        if len(self._blocks) == 1 and len(self.world.desks[0]) == 1:
            handles = self._blocks[0].handles
            if handles.profiles is None and handles.levels is None and handles.share == 1:
                return self.world.desks[0][0]
        return None

    def _route(self, profile: int, level: int) -> list[tuple[float, int]]:
        """Return (upper edge of the share, desk) of the desks that handle a profile and level."""
        layout = self.world.layout
        edge, route = 0.0, []
        for number, block in enumerate(self._blocks):
            profiles, levels = block.handles.profiles, block.handles.levels
            if profiles is not None and (
                profile < 0 or layout.profiles[profile].profile not in profiles
            ):
                continue
            if levels is not None and layout.levels[level].name not in levels:
                continue
            edge += block.handles.share
            route.append((edge, number))
        return route

    # ------------------------------------------------------------ decision
    def assessed(self, case: Case) -> None:
        """The assessor is done: paperwork, or the decision at once."""
        c = self.world.client(case.number)
        c.case = None
        case.desk.give()
        papers = self._paperwork[case.desk.block]
        if papers is None:
            self.decide(c)
        else:
            self.world.log(c, EventKind.PAPERWORK, case.desk.number)
            self.start_paperwork(c, papers.at(c.number, c.visit))

    def start_paperwork(self, c: Client, days: float) -> None:
        """Wait for the decision; nobody is held."""
        c.state = State.PAPERWORK
        c.stage_at = self.world.now + days
        c.stage_act = self._decide_
        self.world.timers.arm(c)

    def decide(self, c: Client) -> None:
        """Award, or not."""
        world = self.world
        c.stage_at = INF
        world.timers.stop_waiting(c)
        outcomes = None if c.desk is None else self._outcome[c.desk.block]
        outcome = 0 if outcomes is None else outcomes.at(c.number, c.visit)
        if outcome:
            world.needs.stop(c)
            c.state = State.GONE
            world.timers.clear(c)
            world.log(c, EventKind.NOT_AWARDED, -1, _REFUSALS[outcome])
            world.clients[c.number] = None
            self.maybe_again(c, _REFUSALS[outcome])
            return
        self._judge(c)
        kind = _RETURN if c.returning else _NEW
        variants = self.suitable(c, _NEW)
        if not variants:
            world.log(c, EventKind.AWARDED, -1, kind)
            world.end(c, Reason.NO_VARIANT)
            return
        if world.exits.active:
            world.exits.move(c, WAITING)
        world.requests.ask(c, kind, variants, row=_AWARDED, last=True)

    def _judge(self, c: Client) -> None:
        """Award the true level, or one lighter or heavier than that."""
        c.error = 0
        wrong = None if c.desk is None else self._misjudged[c.desk.block]
        if wrong is not None:
            c.error = (0, -1, 1)[wrong.at(c.number, c.visit)]
        c.award_level = self.world.needs.judged(c)
        if not self._fits[c.award_level]:  # nobody is awarded what no variant serves
            c.award_level = c.level
        c.error = c.award_level - c.level
        if c.error:
            self.world.log(c, EventKind.MISJUDGED, -1, c.error)

    def suitable(self, c: Client, kind: int) -> tuple[int, ...]:
        """Return the variants that an award names, in order; own tenancies for a return home."""
        world = self.world
        fit = self._fits[c.award_level]
        if kind == _RETURN and not c.returning:
            return tuple(v for v in fit if world.layout.is_own[v])
        return fit

    # ------------------------------------------------------------ notifying again
    def maybe_again(self, c: Client, reason: int) -> None:
        """Let a client who went without support notify again after some time."""
        if not self._some_again:
            return
        again = self.world.layout.profiles[c.profile].again if c.profile >= 0 else None
        if again is None or Reason(reason).name.lower() not in again.after:
            return
        draws, world = self.world.cohort.draws, self.world
        occurrence = c.occurrence(Stream.AGAIN)
        if draws.choices(Stream.AGAIN, (1 - again.share, again.share)).at(c.number, occurrence):
            days = draws.durations(Stream.AGAIN_DAYS, again.days).at(c.number, occurrence)
            world.exits.leave_behind(c)
            c.stage_at, c.stage_act = world.now + days, self._again
            world.timers.arm(c)

    def _again(self, c: Client) -> None:
        self.world.clients[c.number] = c
        c.visit += 1
        c.award_end = INF
        c.returning = False
        self.notify(c, RequestKind.NEW)

    # ------------------------------------------------------------ people of the start
    def desk_of_today(self, c: Client, block: int) -> DeskPool | None:
        """Return the desk that handled a case before the start, else the one that would now."""
        if not 0 <= block < len(self._blocks):
            return self.desk_of(c)
        area = self.world.layout.area_of(c.notified_at, self._blocks[block].scale)
        return self.world.desks[block][area]

    def set_patience(self, c: Client, desk: DeskPool, left: float | None) -> None:
        """Let the patience at a desk run, with what is known to be left of it."""
        world, patience = self.world, self._blocks[desk.block].patience_days
        if patience is None:
            return
        if left is None:
            waited, draws = world.now - c.notified_on, world.cohort.draws
            left = draws.residual(Stream.DESK_PATIENCE, patience, c.number, c.visit, waited)
        if left <= 0:
            world.queues.refuse_to_wait(c)
        else:
            c.due[world.requests.patience] = world.now + left

    def go_on(self, c: Client) -> None:
        """Let who waits at a desk have the patience that has come, of which a part is over."""
        waits = c.state == _QUEUE and c.case is not None
        waits = waits and not c.runs(self.world.requests.patience)
        if waits and c.desk is not None and not self.world.queues.would_not_wait(c):
            self.set_patience(c, c.desk, None)

    def has_paperwork(self, desk: DeskPool) -> bool:
        """Tell whether paperwork follows an assessment at a desk."""
        return self._paperwork[desk.block] is not None

    def resume_paperwork(self, c: Client, desk: DeskPool, left: float) -> None:
        """Go on with paperwork; not known how much is left (infinite): as for somebody new."""
        papers = self._paperwork[desk.block]
        assert papers is not None
        self.world.log(c, EventKind.PAPERWORK, desk.number)
        self.start_paperwork(c, left if left < INF else papers.at(c.number, c.visit))

    def resume_case(
        self, c: Client, desk: DeskPool, day: float, left: float | None, done: float
    ) -> None:
        """Go on with an assessment that waits since a day, or of which some hours are done."""
        hours = self._work[desk.block].at(c.number, c.visit) if left is None else left
        if done > 0 and desk.free > 0:
            c.case = Case(desk, NEW, c.number, hours)
            self._casework.start(desk, c.case, since=max(day, -done * desk.days_per_hour))
        else:
            self.queue_up(c, desk, hours, day)
