"""Access: from notification to decision, and the other work of the same assessors."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

from flowsim.cohort.sample import Cases
from flowsim.cohort.snapshot import Snapshot
from flowsim.cohort.streams import Stream
from flowsim.ledger import EventKind, Reason, RequestKind, State, pack
from flowsim.scenario.values import Duration
from flowsim.system.agenda import END, INF, REQUEST
from flowsim.system.people import Case, Client
from flowsim.system.pools import DeskPool, Moments
from flowsim.system.timers import ACCESS, WAITING

if TYPE_CHECKING:
    from flowsim.system.world import World

_AWARDED, _NOTIFIED, _ASSESSING = (
    int(kind) for kind in (EventKind.AWARDED, EventKind.NOTIFIED, EventKind.ASSESSING)
)
_NEW, _RETURN = int(RequestKind.NEW), int(RequestKind.RETURN)
_QUEUE, _IN_ASSESSMENT = State.QUEUE, State.ASSESSING
NEW, REASSESSMENT, OTHER = "new", "reassessment", "other_work"
_OUTCOMES = ("award", "general", "rejected", "refer")
_REFUSALS = {1: Reason.GENERAL, 2: Reason.REJECTED, 3: Reason.REFER}
_ZERO = Duration("constant", (0.0,))
_WHOLE = Duration("uniform", (0.0, 1.0))
_OTHER_NUMBER = 1 << 31
"""Cases of other work come after clients at equal times."""


class Access:
    """Desks: who handles whom, who is next, what is decided."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._others = 0
        self.configure()

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        world = self.world
        layout, draws = world.layout, world.cohort.draws
        self._blocks = layout.desks
        self._work = [
            draws.durations(Stream.ASSESSMENT, b.assessment_hours or b.assessment_days or _ZERO)
            for b in self._blocks
        ]
        self._rework = [
            None
            if b.reassessment_hours is None
            else draws.durations(Stream.REASSESSMENT, b.reassessment_hours)
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
        self._classes = [{word: i for i, word in enumerate(b.priority)} for b in self._blocks]
        self._routes: dict[tuple[int, int], list[tuple[float, int]]] = {}
        self._route_u = (
            draws.once(Stream.ROUTE).tolist()
            if any(b.handles.share < 1 for b in self._blocks)
            else None
        )
        self._some_again = any(block.again is not None for block in layout.profiles)
        self._fits = [
            tuple(v for v in world.order if world.serves(v, level))
            for level in range(max(len(layout.levels), 1))
        ]
        self._single = self._single_desk()
        self._timed = world.needs.active or world.timers.exits
        """Whether anything can happen to a client who is at a desk."""
        self._assessed_, self._decide_, self._ended_ = (
            self._assessed,
            self.decide,
            self._other_ended,
        )

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
            self.resume_patience(c, desk, None)
        if world.timers.exits:
            world.timers.move_exits(c, ACCESS)
        if patience is not None or self._timed:
            world.timers.arm(c)

    def queue_up(self, c: Client, desk: DeskPool, hours: float, day: float) -> None:
        """Put a notification in the queue of a desk."""
        c.case = Case(desk, c, NEW, c.number, hours)
        words = [NEW]
        if self._classes[desk.block]:
            if c.profile >= 0:
                words.append(self.world.layout.profiles[c.profile].profile)
            if c.urgent:
                words.append("urgent")
        self._push(desk, c.case, day, words)

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

    # ------------------------------------------------------------ the queue of a desk
    def _push(self, desk: DeskPool, case: Case, day: float, words: list[str]) -> None:
        if desk.free > 0 and not desk.queue and self.world.queues.alone():
            self._start(desk, case)
            return
        classes = self._classes[desk.block]
        klass = min(classes.get(word, len(classes)) for word in words) if classes else 0
        heappush(desk.queue, (klass, day, case.number, case))
        self.world.queues.starting.append(desk)
        self.world.queues.unsettled = True

    def start_cases(self, desks: list[DeskPool]) -> None:
        """Let free assessors start on the first cases in line."""
        for desk in desks:
            queue = desk.queue
            while queue and desk.free > 0:
                case = heappop(queue)[3]
                if case.open:
                    self._start(desk, case)
        desks.clear()

    def _start(self, desk: DeskPool, case: Case, since: float | None = None) -> None:
        """Let an assessor begin; ``since``: of an assessment that began before the start."""
        world = self.world
        desk.free -= 1
        case.started = True
        case.ends_at = at = world.now + case.hours * desk.days_per_hour
        c = case.client
        if c is None:
            world.log_pool(desk, EventKind.OTHER_STARTED, -1)
            world.agenda.book(case, at, END + case.number, self._ended_)
        elif case.kind == NEW:
            c.state = _IN_ASSESSMENT
            day = world.now if since is None else since
            world.write(pack(day, c.number, desk.number, _ASSESSING, c.level, 0))
            if c.patience_at != INF:
                c.patience_at = INF
                world.timers.arm(c)
            world.agenda.book(case, at, END + c.number, self._assessed_)
        else:
            day = world.now if since is None else since
            world.write(pack(day, c.number, desk.number, EventKind.REVIEW_STARTED, c.level, 0))
            world.agenda.book(case, at, END + c.number, self._reviewed)

    def _release(self, desk: DeskPool) -> None:
        desk.free += 1
        if desk.queue:
            self.world.queues.starting.append(desk)
            self.world.queues.unsettled = True

    def drop(self, c: Client) -> None:
        """Take a client's case off the desk; an assessor at work on it is free again."""
        case = c.case
        if case is None:
            return
        c.case = None
        case.open = False
        case.ticket = 0
        if case.started:
            self._release(case.desk)

    # ------------------------------------------------------------ decision
    def _assessed(self, case: Case) -> None:
        c = case.client
        assert c is not None
        c.case = None
        self._release(case.desk)
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
        c.stage_at = c.patience_at = INF
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
        if world.timers.exits:
            world.timers.move_exits(c, WAITING)
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
            return tuple(v for v in fit if world.layout.variants[v].tenancy == "own")
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
            world.timers.leave_behind(c)
            c.stage_at, c.stage_act = world.now + days, self._again
            world.timers.arm(c)

    def _again(self, c: Client) -> None:
        self.world.clients[c.number] = c
        c.visit += 1
        c.award_end = INF
        c.returning = False
        self.notify(c, RequestKind.NEW)

    # ------------------------------------------------------------ terms of awards
    def start_term(self, c: Client, since: float) -> None:
        """Start a term of the award; a reassessment precedes its end."""
        desk = self.desk_of(c) if c.desk is None else c.desk
        if desk is None or self._rework[desk.block] is None:
            return
        c.desk = desk
        self._set_term(c, desk, since + self._blocks[desk.block].award_days)

    def _set_term(self, c: Client, desk: DeskPool, end: float) -> None:
        c.award_end = end
        lead = self._blocks[desk.block].reassessment_lead_days
        c.review_at = max(end - lead, self.world.now)

    def end_term(self, c: Client) -> None:
        """The award ends with the stay; a reassessment under way is dropped."""
        self.drop(c)
        c.award_end = c.review_at = INF

    def resume_patience(self, c: Client, desk: DeskPool, left: float | None) -> None:
        """Let the patience at a desk run, with what is known to be left of it."""
        world, patience = self.world, self._blocks[desk.block].patience_days
        if patience is None:
            return
        if left is None:
            column = world.cohort.draws.durations(Stream.DESK_PATIENCE, patience)
            left = column.at(c.number, c.visit)
        if left <= 0:
            world.queues.refuse_to_wait(c)
        else:
            c.patience_at = world.now + left

    # ------------------------------------------------------------ people of the start
    def desk_of_today(self, c: Client, block: int) -> DeskPool | None:
        """Return the desk that handled a case before the start, else the one that would now."""
        if not 0 <= block < len(self._blocks):
            return self.desk_of(c)
        area = self.world.layout.area_of(c.notified_at, self._blocks[block].scale)
        return self.world.desks[block][area]

    def go_on_term(self, c: Client) -> None:
        """Let residents whose awards had no term have one, of which a part is over."""
        if c.place is None or c.award_end < INF or c.desk is None:
            return
        if self._rework[c.desk.block] is not None and c.state != State.TRANSIT:
            share = self.world.cohort.draws.durations(Stream.START_AWARD, _WHOLE).at(c.number, 0)
            left = share * self._blocks[c.desk.block].award_days
            self._set_term(c, c.desk, self.world.now + left)

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
            c.case = Case(desk, c, NEW, c.number, hours)
            self._start(desk, c.case, since=max(day, -done * desk.days_per_hour))
        else:
            self.queue_up(c, desk, hours, day)

    def resume_term(self, c: Client, one: Snapshot) -> None:
        """Go on with an award, and with its reassessment where that is under way."""
        desk = c.desk
        if desk is None or self._rework[desk.block] is None:
            return
        if one.award_left is None:
            self._set_term(c, desk, (1 - one.award_share) * self._blocks[desk.block].award_days)
        elif one.award_left < INF:
            self._set_term(c, desk, one.award_left)
        if one.review_since is not None and one.work_left is not None:
            c.review_at = INF
            self._ask_review(c, desk, 0.0 - one.review_since, one.work_left, one.work_done)

    def review(self, c: Client) -> None:
        """The reassessment joins the queue of the desk."""
        c.review_at = INF
        desk = c.desk
        assert desk is not None
        work = self._rework[desk.block]
        assert work is not None
        hours = work.at(c.number, c.occurrence(Stream.REASSESSMENT))
        self._ask_review(c, desk, self.world.now, hours)
        self.world.timers.arm(c)

    def _ask_review(
        self, c: Client, desk: DeskPool, day: float, hours: float, done: float = 0.0
    ) -> None:
        c.case = Case(desk, c, REASSESSMENT, c.number, hours)
        c.review_asked = day
        number = self.world.number(desk)
        self.world.write(pack(day, c.number, number, EventKind.REVIEW_REQUESTED, c.level, 0))
        if done > 0 and desk.free > 0:
            self._start(desk, c.case, since=max(day, -done * desk.days_per_hour))
        else:
            self._push(desk, c.case, day, [REASSESSMENT])

    def _reviewed(self, case: Case) -> None:
        c = case.client
        assert c is not None
        c.case = None
        self._release(case.desk)
        now = self.world.now
        overrun = max(0.0, now - c.award_end)
        self.world.log(c, EventKind.REVIEWED, int(overrun))
        self.start_term(c, since=max(now, c.award_end))
        if c.error:
            self.world.needs.correct(c)
        self.world.timers.arm(c)

    # ------------------------------------------------------------ other work
    def other_work(self, moments: Moments) -> None:
        """A case of other work joins the queue; the next one is booked."""
        desk: DeskPool = moments.what
        day, hours = moments.items[moments.at]
        moments.at += 1
        self.book_other_work(moments)
        number = _OTHER_NUMBER + self._others
        self._others += 1
        self._push(desk, Case(desk, None, OTHER, number, hours), day, [OTHER])

    def begin_other_work(self, cases: tuple[Cases, ...]) -> None:
        """Book the other work of a phase."""
        for desks, areas in zip(self.world.desks, cases, strict=True):
            for desk, listed in zip(desks, areas, strict=True):
                self.book_other_work(Moments(listed, desk))

    def change_desk(self, c: Client) -> None:
        """Go to the pool that took over; an assessor at work finishes, a case in line moves."""
        assert c.desk is not None
        block = self._block_of(c.desk)
        area = self.world.layout.area_of(c.notified_at, self._blocks[block].scale)
        c.desk = self.world.desks[block][area]
        if c.case is not None and not c.case.started:
            c.case = self._moved(c.case, c.desk)

    def _block_of(self, desk: DeskPool) -> int:
        return next(n for n, block in enumerate(self._blocks) if block.name == desk.info.block)

    def _moved(self, case: Case, desk: DeskPool) -> Case:
        entry = next(entry for entry in case.desk.queue if entry[3] is case)
        case.open = False
        moved = Case(desk, case.client, case.kind, case.number, case.hours)
        heappush(desk.queue, (*entry[:3], moved))
        return moved

    def hand_over_other_work(self, old: DeskPool) -> None:
        """Let the largest desk of the same block have the other work of a desk that is gone."""
        heir = max(
            self.world.desks[self._block_of(old)], key=lambda desk: (desk.capacity, -desk.rank)
        )
        for _, _, _, case in sorted(old.queue, key=lambda entry: entry[:3]):
            if case.open and case.client is None:
                self._moved(case, heir)

    def book_other_work(self, moments: Moments) -> None:
        """Book the next case of other work at a desk."""
        if moments.at < len(moments.items):
            day = moments.items[moments.at][0]
            desk: DeskPool = moments.what
            self.world.agenda.book(
                moments, day, REQUEST + _OTHER_NUMBER + desk.rank, self.other_work
            )

    def _other_ended(self, case: Case) -> None:
        self.world.log_pool(case.desk, EventKind.OTHER_ENDED, -1)
        self._release(case.desk)
