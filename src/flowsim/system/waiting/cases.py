"""Cases at a desk: who is next, the assessors at work, and the other work that they also do."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

from flowsim.cohort.phases import Cases
from flowsim.ledger import EventKind, State, pack
from flowsim.system.state.agenda import END, REQUEST, Moments
from flowsim.system.state.board import Pool
from flowsim.system.state.desks import NEW, OTHER, Case, DeskPool
from flowsim.system.state.people import Client

if TYPE_CHECKING:
    from flowsim.system.state.world import World

_ASSESSING = int(EventKind.ASSESSING)
_IN_ASSESSMENT = State.ASSESSING
_OTHER_NUMBER = 1 << 31
"""Cases of other work come after clients at equal times."""


class Casework:
    """The queues of the desks, and their assessors at work."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._others = 0
        self._ended = self._other_ended

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        self._blocks = self.world.layout.desks
        self._classes = [{word: i for i, word in enumerate(b.priority)} for b in self._blocks]

    def wire(self) -> None:
        """Take hold of what follows on a case, once every mechanism is there."""
        self._assessed, self._reviewed = self.world.access.assessed, self.world.terms.reviewed

    def has_classes(self, desk: DeskPool) -> bool:
        """Tell whether some cases of a desk go before others."""
        return bool(self._classes[desk.block])

    def push(self, desk: DeskPool, case: Case, day: float, words: list[str]) -> None:
        """Put a case in the queue of a desk, by class and day; or start it at once."""
        if desk.free > 0 and not desk.queue and self.world.queues.alone():
            self.start(desk, case)
            return
        classes = self._classes[desk.block]
        klass = min(classes.get(word, len(classes)) for word in words) if classes else 0
        desk.line_up(klass, day, case)

    def start_cases(self, desks: list[Pool]) -> None:
        """Let free assessors start on the first cases in line."""
        for desk in desks:
            assert isinstance(desk, DeskPool)
            queue = desk.queue
            while queue and desk.free > 0:
                case = heappop(queue)[3]
                if case.open:
                    self.start(desk, case)
        desks.clear()

    def start(self, desk: DeskPool, case: Case, since: float | None = None) -> None:
        """Let an assessor begin; ``since``: of an assessment that began before the start."""
        world = self.world
        number = desk.number if desk.number >= 0 else world.number(desk)
        desk.take()
        case.started = True
        case.ends_at = at = world.now + case.hours * desk.days_per_hour
        if case.kind == OTHER:
            world.log_pool(desk, EventKind.OTHER_STARTED, -1)
            world.agenda.book(case, at, END + case.number, self._ended)
            return
        c = world.client(case.number)
        if case.kind == NEW:
            c.state = _IN_ASSESSMENT
            world.queues.served(c)
            day = world.now if since is None else since
            world.write(pack(day, c.number, number, _ASSESSING, c.level, 0))
            if world.timers.stop_waiting(c):
                world.timers.arm(c)
            world.agenda.book(case, at, END + c.number, self._assessed)
        else:
            day = world.now if since is None else since
            world.write(pack(day, c.number, number, EventKind.REVIEW_STARTED, c.level, 0))
            world.agenda.book(case, at, END + c.number, self._reviewed)

    def drop(self, c: Client) -> None:
        """Take a client's case off the desk; an assessor at work on it is free again."""
        case = c.case
        if case is None:
            return
        c.case = None
        case.open = False
        case.ticket = 0
        if case.started:
            case.desk.give()

    def other_work(self, moments: Moments) -> None:
        """A case of other work joins the queue; the next one is booked."""
        desk: DeskPool = moments.what
        day, hours = moments.items[moments.at]
        moments.at += 1
        self.book_other_work(moments)
        number = _OTHER_NUMBER + self._others
        self._others += 1
        self.push(desk, Case(desk, OTHER, number, hours), day, [OTHER])

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
        moved = Case(desk, case.kind, case.number, case.hours)
        heappush(desk.queue, (*entry[:3], moved))
        return moved

    def hand_over_other_work(self, old: DeskPool) -> None:
        """Let the largest desk of the same block have the other work of a desk that is gone."""
        heir = max(
            self.world.desks[self._block_of(old)], key=lambda desk: (desk.capacity, -desk.rank)
        )
        for _, _, _, case in sorted(old.queue, key=lambda entry: entry[:3]):
            if case.open and case.kind == OTHER:
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
        case.desk.give()
