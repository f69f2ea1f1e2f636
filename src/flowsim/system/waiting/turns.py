"""Turns: who is served first, of all for whom everything is there."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from flowsim.system.state.board import Pool
from flowsim.system.state.choices import Choice, Group, Request
from flowsim.system.waiting.queues import head_of

if TYPE_CHECKING:
    from flowsim.system.state.world import World

Turn = tuple[int, float, int, int, Group]
"""A group by the key of its head (class, day, client), and a number to tell two entries apart."""
Grant = Callable[[Request, Choice], None]


class Turns:
    """Serves people who need nobody else to move, by class, day and client number."""

    def __init__(self, world: World, grant: Grant) -> None:
        self.world = world
        self._grant = grant
        self._queues = world.queues
        self._fresh = world.queues.fresh
        self._raised, self._touched = world.board.raised, world.board.touched
        self._wanting = world.options.catalogue.wanting
        self._turns = 0

    def in_order(self) -> None:
        """Serve by key whoever can be served alone, until nobody can."""
        fresh, raised = self._fresh, self._raised
        heap: list[Turn] = []
        while True:
            if fresh or raised:
                if not heap and len(fresh) + len(raised) == 1:
                    group = fresh.pop() if fresh else self._only_group(raised)
                    if group is not None:
                        self._serve(group)
                        continue
                self._gather(heap)
            if not heap:
                return
            turn = heappop(heap)
            group = turn[4]
            head = head_of(group)
            if head is None:
                continue
            if head.number != turn[2] or head.day != turn[1] or head.klass != turn[0]:
                self._line_up(heap, group)  # served since, or somebody came before
                continue
            choice = group.fitting()
            if choice is not None:
                heappop(group.queue)
                self._grant(head, choice)
                self._line_up(heap, group)

    def _line_up(self, heap: list[Turn], group: Group) -> None:
        """Let a group have its turn by the key of its head."""
        head = head_of(group)
        if head is not None:
            self._turns += 1
            heappush(heap, (head.klass, head.day, head.number, self._turns, group))

    def _only_group(self, raised: list[Pool]) -> Group | None:
        """Return the one group that waits for the one pool that has more; None if not one."""
        only = None
        for group, _ in self._wanting(raised[0]):
            if group.waiting:
                if only is not None:
                    return None
                only = group
        if only is not None:
            self._note_raised()
            self._touched.append(raised.pop())
        return only

    def _serve(self, group: Group) -> None:
        """Serve one group until its head cannot be served, or another group may be first."""
        queue, fresh, raised = group.queue, self._fresh, self._raised
        while queue:
            request = queue[0][3]
            if not request.open or request.group is not group:
                heappop(queue)
                continue
            choice = group.fitting()
            if choice is None:
                return
            heappop(queue)
            self._grant(request, choice)
            if fresh or raised:
                fresh.append(group)
                return

    def _gather(self, heap: list[Turn]) -> None:
        """Put every group for which something may have changed in the heap, by its head."""
        groups = {group.order: group for group in self._fresh}
        self._fresh.clear()
        if self._raised:
            for pool in self._raised:
                for group, _ in self._wanting(pool):
                    if group.waiting:
                        groups[group.order] = group
            self._note_raised()
            self._touched.extend(self._raised)
            self._raised.clear()
        for group in groups.values():
            self._line_up(heap, group)

    def _note_raised(self) -> None:
        """With more hours or dwellings an exchange may be possible."""
        if self.world.options.catalogue.movers and not self._queues.exchangeable:
            self._queues.exchangeable = any(pool.info.kind != "place" for pool in self._raised)

    # ------------------------------------------------------------ strict order
    def in_strict_order(self) -> None:
        """As `in_order`, but in a pool of places nobody is served before a smaller key."""
        self._forget()
        served = True
        while served:
            served = False
            barred: set[int] = set()
            heads = [
                h for g in self.world.options.catalogue.groups if g.waiting and (h := head_of(g))
            ]
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
        self._note_raised()
        self._touched.extend(self._raised)
        self._raised.clear()
        self._fresh.clear()


def _may(choice: Choice, barred: set[int]) -> bool:
    return choice.fits() and (choice.place is None or choice.place.rank not in barred)
