"""Turns: who is served first, of all for whom everything is there."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush

from flowsim.system.state.board import Board, Pool
from flowsim.system.state.choices import Choice, Family, Group, Request
from flowsim.system.waiting.catalogue import Catalogue
from flowsim.system.waiting.queues import Queues

Turn = tuple[int, float, int, int, Choice]
"""A choice for which all is there, by the key of the first whom it may help (class, day, client),
and a number to tell two entries apart."""
Grant = Callable[[Request, Choice], None]


class Turns:
    """Serves people who need nobody else to move, by class, day and client number."""

    def __init__(self, board: Board, queues: Queues, catalogue: Catalogue, grant: Grant) -> None:
        self._catalogue = catalogue
        self._grant = grant
        self._queues = queues
        self._fresh = queues.fresh
        self._raised, self._touched = board.raised, board.touched
        self._lacking: dict[int, dict[int, Choice]] = {}
        """Choices by the pool that they lack, by its rank; so more of a pool wakes those alone."""
        self._heap: list[Turn] = []
        self._turns = 0

    def in_order(self) -> None:
        """Serve by key whoever can be served alone, until nobody can."""
        fresh, raised, heap = self._fresh, self._raised, self._heap
        while True:
            if fresh:
                if len(fresh) == 1 and not (raised or heap):
                    self._serve(fresh.pop())
                    continue
                self._see()
            if raised:
                if len(raised) == 1 and not heap and self._one_choice(raised[0]):
                    continue
                self._wake()
            if not heap:
                return
            turn = heappop(heap)
            if turn[4].ready:
                self._take_turn(turn)

    def _serve(self, family: Family) -> None:
        """Serve the one family that somebody has joined, until its head cannot be served.

        For the others nothing has changed: the same order as by turns, without the heap.
        """
        while family.waiting:
            head = family.head()
            assert head is not None
            choice = head.group.fitting()
            if choice is None:
                for choice in family.choices:
                    self._look_again(choice)
                return
            heappop(head.group.queue)
            self._grant(head, choice)
            if self._fresh or self._raised:
                self._fresh.append(family)
                return

    def _one_choice(self, pool: Pool) -> bool:
        """Serve those whom the one pool that has more may help with one choice; tell if it is so.

        It is nearly always so in a line: the same order as by turns, without the heap.
        """
        woken = self._lacking.get(pool.rank)
        if woken is None or len(woken) > 1:
            return False
        choice = next(iter(woken.values()))
        if choice.lacks is not pool:
            return False
        self._note_raised()
        self._touched.append(self._raised.pop())
        while choice.fits():
            head = choice.head()
            if head is None:
                break
            heappop(head.group.queue)
            self._grant(head, choice)
            if self._fresh or self._raised:
                break
        if pool.free >= choice.short:
            del self._lacking[pool.rank]
            choice.lacks = None
            self._look_at(choice)
        return True

    def _take_turn(self, turn: Turn) -> None:
        """Serve the first whom a choice may help, with what comes first in that one's order."""
        choice = turn[4]
        if not choice.fits():
            choice.ready = False
            self._look_at(choice)
            return
        head = choice.head()
        if head is None:  # it is looked at when somebody comes
            choice.ready = False
            return
        if head.number == turn[2] and head.day == turn[1] and head.klass == turn[0]:
            first = self._first_ready(head.group)
            heappop(head.group.queue)
            self._grant(head, first)
        self._line_up(choice)

    def _first_ready(self, group: Group) -> Choice:
        """Return the first choice of a group for which all is there."""
        for choice in group.choices:
            if choice.ready:
                if choice.fits():
                    return choice
                choice.ready = False
                self._look_at(choice)
        raise AssertionError(group)

    def _line_up(self, choice: Choice) -> None:
        """Let a choice for which all is there have its turn, by the first whom it may help."""
        head = choice.head()
        if head is None:
            choice.ready = False
        else:
            self._turns += 1
            heappush(self._heap, (head.klass, head.day, head.number, self._turns, choice))

    def _wake(self) -> None:
        """Look at the choices that lacked a pool that has more now."""
        self._note_raised()
        lacking = self._lacking
        for pool in self._raised:
            woken = lacking.get(pool.rank)
            if woken:
                del lacking[pool.rank]
                for choice in woken.values():
                    if choice.lacks is pool:
                        self._look_at(choice)
        self._touched.extend(self._raised)
        self._raised.clear()

    def _see(self) -> None:
        """Look at the choices of people who have come."""
        for family in self._fresh:
            if family.waiting:
                for choice in family.choices:
                    if choice.ready:
                        self._line_up(choice)
                    else:
                        self._look_again(choice)
        self._fresh.clear()

    def _look_again(self, choice: Choice) -> None:
        """Look at a choice for people who have come, unless what it lacked is still not there."""
        lacks = choice.lacks
        if lacks is None or lacks.free >= choice.short:
            self._look_at(choice)

    def _look_at(self, choice: Choice) -> None:
        """Let a choice wait for a pool that it lacks; with all there it has a turn."""
        for pool, amount in choice.needs:
            if pool.free < amount:
                choice.lacks, choice.short = pool, amount
                self._lacking.setdefault(pool.rank, {})[choice.number] = choice
                return
        choice.lacks = None
        if not choice.ready:
            choice.ready = True
            self._line_up(choice)

    def _note_raised(self) -> None:
        """With more hours or dwellings an exchange may be possible."""
        if self._catalogue.movers and not self._queues.exchangeable:
            self._queues.exchangeable = any(pool.info.kind != "place" for pool in self._raised)

    # ------------------------------------------------------------ strict order
    def in_strict_order(self) -> None:
        """As `in_order`, but in a pool of places nobody is served before a smaller key."""
        self._forget()
        served = True
        while served:
            served = False
            barred: set[int] = set()
            heads = [h for g in self._catalogue.groups if g.waiting and (h := g.head())]
            for head in sorted(heads, key=lambda request: request.key):
                choice = next((c for c in head.group.choices if _may(c, barred)), None)
                if choice is not None:
                    heappop(head.group.queue)
                    self._grant(head, choice)
                    served = True
                    break
                barred |= {c.place.rank for c in head.group.choices if c.place is not None}
        self._forget()

    def _forget(self) -> None:
        """Everybody is looked at, whatever was raised."""
        for lacking in self._lacking.values():
            for choice in lacking.values():
                choice.lacks = None
        self._lacking.clear()
        self._note_raised()
        self._touched.extend(self._raised)
        self._raised.clear()
        self._fresh.clear()


def _may(choice: Choice, barred: set[int]) -> bool:
    return choice.fits() and (choice.place is None or choice.place.rank not in barred)
