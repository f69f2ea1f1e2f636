"""Cases at a desk: who is next, the assessors at work, and the other work that they also do."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Final

from flowsim.cohort.phases import Cases
from flowsim.ledger import EventKind
from flowsim.system.state.agenda import END, REQUEST, Act, Moments
from flowsim.system.state.board import Pool
from flowsim.system.state.desks import OTHER, Case, DeskPool
from flowsim.system.state.ground import Ground
from flowsim.system.state.people import Client
from flowsim.system.waiting.queues import Queues
from flowsim.system.waiting.routes import Routes

_OTHER_NUMBER: Final = 1 << 31
"""Cases of other work come after clients at equal times."""
Begun = Callable[[Client, int, float], None]


class Casework:
    """The queues of the desks, and their assessors at work."""

    def __init__(self, world: Ground, queues: Queues, routes: Routes) -> None:
        self.world = world
        self._queues, self._routes = queues, routes
        self._clients = world.clients
        self._others = 0
        self._ended = self._other_ended
        self._kinds: dict[str, tuple[Begun, Act]] = {}

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        self._blocks = self.world.layout.desks
        self._classes = [{word: i for i, word in enumerate(b.priority)} for b in self._blocks]

    def on(self, kind: str, begun: Begun, done: Act) -> None:
        """Say what happens when an assessor begins on a client's case of a kind, and is done.

        ``begun`` is told the client, the desk's number in the ledger, and the day.
        """
        self._kinds[kind] = begun, done

    def push(self, desk: DeskPool, case: Case, day: float, words: list[str]) -> None:
        """Put a case in the queue of a desk, by class and day; or start it at once."""
        if desk.free > 0 and not desk.queue and self._queues.alone():
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
        c = self._clients[case.number]
        assert c is not None
        begun, done = self._kinds[case.kind]
        begun(c, number, world.now if since is None else since)
        world.agenda.book(case, at, END + c.number, done)

    def open(self, c: Client, case: Case, day: float, words: list[str], done: float = 0.0) -> None:
        """Open a client's case: in line since a day, or with some hours of it done already."""
        c.case, desk = case, case.desk
        if done > 0 and desk.free > 0:
            self.start(desk, case, max(day, -done * desk.days_per_hour))
        else:
            self.push(desk, case, day, words)

    def close(self, case: Case) -> Client:
        """The assessor is done: free again for the next case."""
        c = self._clients[case.number]
        assert c is not None
        c.case = None
        case.desk.give()
        return c

    def take(self, c: Client) -> dict[str, object]:
        """Return what a snapshot keeps of the work on a client's case: hours left, and done."""
        case = c.case
        if case is None:
            return {}
        if not case.started:
            return {"work_left": case.hours}
        left = (case.ends_at - self.world.now) / case.desk.days_per_hour
        return {"work_left": left, "work_done": case.hours - left}

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
        desk = self._routes.change(c, self._block_of(c.desk))
        if c.case is not None and not c.case.started:
            c.case = self._moved(c.case, desk)

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
