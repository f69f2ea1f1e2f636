"""Terms of awards, and the reassessments that precede their end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowsim.cohort.snapshot import Snapshot
from flowsim.cohort.streams import Stream
from flowsim.ledger import EventKind, State, pack
from flowsim.scenario.values import Duration
from flowsim.system.state.agenda import INF
from flowsim.system.state.desks import REASSESSMENT, Case, DeskPool
from flowsim.system.state.people import Client

if TYPE_CHECKING:
    from flowsim.system.state.world import World

_WHOLE = Duration("uniform", (0.0, 1.0))


class Terms:
    """How long an award lasts; late, it runs on."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._review = world.timers.on("review", self.review)

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        draws = self.world.cohort.draws
        self._blocks = self.world.layout.desks
        self._rework = [
            None
            if b.reassessment_hours is None
            else draws.durations(Stream.REASSESSMENT, b.reassessment_hours)
            for b in self._blocks
        ]

    def start(self, c: Client, since: float) -> None:
        """Start a term of the award; a reassessment precedes its end."""
        desk = self.world.access.desk_of(c) if c.desk is None else c.desk
        if desk is None or self._rework[desk.block] is None:
            return
        c.desk = desk
        self._set_term(c, desk, since + self._blocks[desk.block].award_days)

    def _set_term(self, c: Client, desk: DeskPool, end: float) -> None:
        c.award_end = end
        lead = self._blocks[desk.block].reassessment_lead_days
        c.due[self._review] = max(end - lead, self.world.now)

    def end(self, c: Client) -> None:
        """The award ends with the stay; a reassessment under way is dropped."""
        self.world.casework.drop(c)
        c.award_end = INF
        c.stop(self._review)

    def go_on(self, c: Client) -> None:
        """Let residents whose awards had no term have one, of which a part is over."""
        if c.place is None or c.award_end < INF or c.desk is None:
            return
        if self._rework[c.desk.block] is not None and c.state != State.TRANSIT:
            share = self.world.cohort.draws.durations(Stream.START_AWARD, _WHOLE).at(c.number, 0)
            left = share * self._blocks[c.desk.block].award_days
            self._set_term(c, c.desk, self.world.now + left)

    def resume(self, c: Client, one: Snapshot) -> None:
        """Go on with an award, and with its reassessment where that is under way."""
        desk = c.desk
        if desk is None or self._rework[desk.block] is None:
            return
        if one.award_left is None:
            self._set_term(c, desk, (1 - one.award_share) * self._blocks[desk.block].award_days)
        elif one.award_left < INF:
            self._set_term(c, desk, one.award_left)
        if one.review_since is not None and one.work_left is not None:
            c.stop(self._review)
            self._ask_review(c, desk, 0.0 - one.review_since, one.work_left, one.work_done)

    def review(self, c: Client) -> None:
        """The reassessment joins the queue of the desk."""
        c.stop(self._review)
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
        c.case = Case(desk, REASSESSMENT, c.number, hours)
        c.review_asked = day
        number = self.world.number(desk)
        self.world.write(pack(day, c.number, number, EventKind.REVIEW_REQUESTED, c.level, 0))
        if done > 0 and desk.free > 0:
            self.world.casework.start(desk, c.case, since=max(day, -done * desk.days_per_hour))
        else:
            self.world.casework.push(desk, c.case, day, [REASSESSMENT])

    def reviewed(self, case: Case) -> None:
        """The reassessment is decided: a new term, and a misjudged level is put right."""
        c = self.world.client(case.number)
        c.case = None
        case.desk.give()
        now = self.world.now
        overrun = max(0.0, now - c.award_end)
        self.world.log(c, EventKind.REVIEWED, round(overrun))
        self.start(c, since=max(now, c.award_end))
        if c.error:
            self.world.needs.correct(c)
        self.world.timers.arm(c)
