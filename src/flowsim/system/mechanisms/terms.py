"""Terms of awards, and the reassessments that precede their end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flowsim.cohort.drawn import Draw
from flowsim.cohort.snapshot import Snapshot
from flowsim.ledger import EventKind, RequestKind, State, pack
from flowsim.scenario.values import Duration
from flowsim.system.mechanisms.mechanism import Mechanism
from flowsim.system.state.agenda import INF
from flowsim.system.state.desks import REASSESSMENT, Case, DeskPool
from flowsim.system.state.moments import Moment
from flowsim.system.state.people import Client

if TYPE_CHECKING:
    from flowsim.system.waiting.world import World

_WHOLE: Final = Duration("uniform", (0.0, 1.0))


class Terms(Mechanism):
    """How long an award lasts; late, it runs on."""

    reads = ("desk",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.active = world.has.reassessments
        self._review = world.timers.on("review", self._ask_for_review)

    def wire(self) -> None:
        """Say what follows on a reassessment."""
        self.world.casework.on(REASSESSMENT, self._review_started, self._reviewed)

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        draws = self.world.cohort.draws
        self._blocks = self.world.layout.desks
        self._rework = [
            None
            if b.reassessment_hours is None
            else draws.durations(Draw.REASSESSMENT, b.reassessment_hours)
            for b in self._blocks
        ]
        self._on = self.world.layout.has.reassessments

    def placed(self, c: Client) -> None:
        """Start the term of the award with the first place."""
        if self._on and c.award_end == INF:
            self._start(c, since=self.world.now)

    def _start(self, c: Client, since: float) -> None:
        desk = self.world.routes.belong(c)
        if desk is not None and self._rework[desk.block] is not None:
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

    # ------------------------------------------------------------ reassessment
    def _ask_for_review(self, c: Client) -> None:
        """The reassessment joins the queue of the desk."""
        c.stop(self._review)
        desk = c.desk
        assert desk is not None
        work = self._rework[desk.block]
        assert work is not None
        hours = work.at(c.number, c.occurrence(Draw.REASSESSMENT))
        self._ask(c, desk, self.world.now, hours)
        self.world.timers.arm(c)

    def _ask(self, c: Client, desk: DeskPool, day: float, hours: float, done: float = 0.0) -> None:
        c.review_asked = day
        number = self.world.number(desk)
        self.world.write(pack(day, c.number, number, EventKind.REVIEW_REQUESTED, c.level, 0))
        case = Case(desk, REASSESSMENT, c.number, hours)
        self.world.casework.open(c, case, day, [REASSESSMENT], done)

    def _review_started(self, c: Client, desk: int, day: float) -> None:
        self.world.write(pack(day, c.number, desk, EventKind.REVIEW_STARTED, c.level, 0))

    def _reviewed(self, case: Case) -> None:
        """The reassessment is decided: a new term, and a misjudged level is put right."""
        world = self.world
        c = world.casework.close(case)
        now = world.now
        world.log(c, EventKind.REVIEWED, round(max(0.0, now - c.award_end)))
        self._start(c, since=max(now, c.award_end))
        world.happens(Moment.REVIEWED, c)
        world.timers.arm(c)

    # ------------------------------------------------------------ changes, and the start
    def go_on(self, c: Client) -> None:
        """Let residents whose awards had no term have one, of which a part is over."""
        if c.place is None or c.award_end < INF or c.desk is None:
            return
        if self._rework[c.desk.block] is not None and c.state != State.TRANSIT:
            share = self.world.cohort.draws.durations(Draw.START_AWARD, _WHOLE).at(c.number, 0)
            left = share * self._blocks[c.desk.block].award_days
            self._set_term(c, c.desk, self.world.now + left)

    def take(self, c: Client) -> dict[str, object]:
        """Keep the end of the award, and the reassessment under way."""
        now = self.world.now
        under_review = c.case is not None and c.review_asked < INF
        return {
            "review_since": now - c.review_asked if under_review else None,
            "award_left": c.award_end - now if c.award_end < INF else None,
        }

    def put(self, c: Client, one: Snapshot) -> None:
        """Go on with an award, and with its reassessment where that is under way."""
        desk = c.desk
        holds = c.place is not None or one.request == RequestKind.NEXT
        if not holds or desk is None or self._rework[desk.block] is None:
            return
        if one.award_left is None:
            self._set_term(c, desk, (1 - one.award_share) * self._blocks[desk.block].award_days)
        elif one.award_left < INF:
            self._set_term(c, desk, one.award_left)
        if one.review_since is not None and one.work_left is not None:
            c.stop(self._review)
            self._ask(c, desk, 0.0 - one.review_since, one.work_left, one.work_done)
