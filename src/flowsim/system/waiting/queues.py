"""Queues, and their settling at the end of each instant."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

from flowsim.ledger import (
    EventKind,
    How,
    LostBecause,
    RequestKind,
    State,
    pack,
)
from flowsim.system.state.board import Pool
from flowsim.system.state.choices import Choice, Group, Request
from flowsim.system.state.people import Client
from flowsim.system.state.pools import TeamPool
from flowsim.system.state.shelves import DwellingPool, Offer
from flowsim.system.waiting.exchange import best_exchange

if TYPE_CHECKING:
    from flowsim.system.state.world import World

_POOL = int(EventKind.POOL)
_LEAVE, _DWELLING, _FLIP = (
    int(kind) for kind in (RequestKind.LEAVE, RequestKind.DWELLING, RequestKind.FLIP)
)


Turn = tuple[int, float, int, int, Group]
"""A group by the key of its head (class, day, client), and a number to tell two entries apart."""


class Queues:
    """Who waits for what, and who is served when something becomes free."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._board = board = world.board
        self._raised, self._touched = board.raised, board.touched
        self._calendar = world.agenda.entries
        self._clients = world.clients
        self._wanting = world.options.wanting
        self._settling = False
        self._fresh: list[Group] = []
        """Groups that someone has joined since the last settling."""
        self._impatient: dict[int, tuple[Client, int]] = {}
        """Clients (and their visit) who give up if this instant does not serve them."""
        self._exchangeable = False
        """Whether a mover asked, or hours or dwellings rose, since exchanges were looked at."""

        self._turns = 0
        self._locked = 0
        """Movers who could exchange places but for want of hours."""

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        self._passing = self.world.scenario.placement.passing
        self._choosy = self.world.providers.active

    def alone(self) -> bool:
        """Tell whether nothing else is to be done in this instant."""
        if self._board.unsettled or self._settling:
            return False
        calendar = self._calendar
        return not calendar or calendar[0][0] > self.world.now

    def join(self, request: Request) -> None:
        """Put a request in the queue of its group."""
        group = request.group
        queue = group.queue
        heappush(queue, (request.klass, request.day, request.number, request))
        group.waiting += 1
        if group.waiting == 1:
            for pool in group.pools:
                pool.watch()
        elif self._passing and queue[0][3] is not request:
            return  # behind someone who cannot be served now
        if group.waiting == 1 or self._settling or not self._passing:
            self._fresh.append(group)  # otherwise nothing that it can use is free
        self._board.unsettled = True
        if group.held is not None:
            self._exchangeable = True

    def leave(self, request: Request) -> None:
        """Take a request out of its group; what stands in the queue is dropped when it comes up."""
        group = request.group
        group.waiting -= 1
        if group.waiting == 0:
            for pool in group.pools:
                pool.watchers -= 1
        if group.held is not None:
            self._exchangeable = self._board.unsettled = True
        if not self._passing:
            self._raised.extend(group.pools)
            self._board.unsettled = True

    def close(self, request: Request) -> None:
        """End a request."""
        request.open = False
        c = self._clients[request.number]
        assert c is not None
        c.request = None
        self.leave(request)
        self.served(c)

    def look_at_everybody(self) -> None:
        """Look again at every queue when this instant is settled."""
        options = self.world.options
        self._fresh.extend(group for group in options.groups if group.waiting)
        self._board.starting.extend(desk for row in self.world.desks for desk in row)
        self._exchangeable = bool(options.movers)
        self._board.unsettled = True

    def refuse_to_wait(self, c: Client) -> None:
        """Note that a client gives up unless served to the end of this instant."""
        self._impatient[c.number] = (c, c.visit)
        self._board.unsettled = True

    def would_not_wait(self, c: Client) -> bool:
        """Tell whether a client gives up unless served to the end of this instant."""
        return c.number in self._impatient

    def served(self, c: Client) -> None:
        """Note that what a client would not wait for is over."""
        if self._impatient:
            self._impatient.pop(c.number, None)

    # ------------------------------------------------------------ settling
    def settle(self) -> None:
        """Serve whoever can be served now; then write which pools' answers flipped.

        Who gives up and what is lost go last in an instant: while anything else is due in it, they
        stay.
        """
        self._settling = True
        while self._board.unsettled:
            self._board.unsettled = False
            self._serve_once()
            if self._impatient and not self._board.unsettled and self._is_last():
                self._give_up_impatient()
        self._settling = False
        if self._impatient or self._board.expiring or self._board.filled:
            self._board.unsettled = not self._is_last()
            if not self._board.unsettled:
                self._expire()
                self._lapse()
        if self._touched:
            self._record_flips()

    def _is_last(self) -> bool:
        """Tell whether nothing else is due in this instant."""
        return not self._calendar or self._calendar[0][0] > self.world.now

    def _serve_once(self) -> None:
        """Go once through desks, steps, people who can be served alone, and exchanges."""
        if self._board.starting:
            self.world.casework.start_cases(self._board.starting)
        if self._board.stepping:
            self._steps()
        if self._fresh or self._raised:
            if self._passing:
                self._singles()
            else:
                self._singles_in_strict_order()
        if self._exchangeable:
            self._exchange()

    def _exchange(self) -> None:
        if self._board.stepping or self._fresh or self._raised:
            return  # first whoever can be served alone
        self._exchangeable = False
        cycle, locked = best_exchange(self.world.options.movers, self.world.clients)
        if cycle is not None:
            self._execute(cycle)
        elif locked != self._locked:
            self._locked = locked
            self.world.write(pack(self.world.now, locked, -1, EventKind.LOCKED, -1, 0))

    def _steps(self) -> None:
        """Raise hours of people in place before anyone is admitted, by day of the step."""
        teams = {team.rank: team for team in self._board.stepping}
        self._board.stepping.clear()
        for team in teams.values():
            assert isinstance(team, TeamPool)
            kept = []
            steps = sorted(step for step in team.steps if step[2].open)
            for at, step in enumerate(steps):
                if team.capacity - team.taken >= step[2].extra:
                    team.fulfil(step[2])
                    self.world.needs.stepped_up(self.world.client(step[2].number))
                elif self._passing:
                    kept.append(step)
                else:
                    kept += steps[at:]
                    break
            team.steps = kept

    def _singles(self) -> None:
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
            head = self._head(group)
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
        head = self._head(group)
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
            self._note_raised()
            for pool in self._raised:
                for group, _ in self._wanting(pool):
                    if group.waiting:
                        groups[group.order] = group
            self._touched.extend(self._raised)
            self._raised.clear()
        for group in groups.values():
            self._line_up(heap, group)

    def _note_raised(self) -> None:
        if self.world.options.movers and not self._exchangeable:
            self._exchangeable = any(pool.info.kind != "place" for pool in self._raised)

    def _head(self, group: Group) -> Request | None:
        """Return who is first in a group; requests that closed or moved on are dropped here."""
        queue = group.queue
        while queue:
            request = queue[0][3]
            if request.open and request.group is group:
                return request
            heappop(queue)
        return None

    def _singles_in_strict_order(self) -> None:
        """As `_singles`, but in a pool of places nobody is served before a smaller key."""
        self._note_raised()
        self._touched.extend(self._raised)
        self._raised.clear()
        self._fresh.clear()
        served = True
        while served:
            served = False
            barred: set[int] = set()
            heads = [h for g in self.world.options.groups if g.waiting and (h := self._head(g))]
            for head in sorted(heads, key=lambda request: request.key):
                choice = next((c for c in head.group.choices if self._may(c, barred)), None)
                if choice is not None:
                    heappop(head.group.queue)
                    self._grant(head, choice)
                    served = True
                    break
                barred |= {c.place.rank for c in head.group.choices if c.place is not None}
        self._note_raised()
        self._touched.extend(self._raised)
        self._raised.clear()
        self._fresh.clear()

    @staticmethod
    def _may(choice: Choice, barred: set[int]) -> bool:
        return choice.fits() and (choice.place is None or choice.place.rank not in barred)

    def _grant(self, request: Request, choice: Choice, how: int = 0) -> None:
        """Close a request and give the client what was asked, unless one of the two refuses."""
        if self._choosy and self.world.providers.refused(request, choice):
            return
        self.close(request)
        self.give(self.world.client(request.number), request.kind, request.variants, choice, how)

    def give(
        self, c: Client, kind: int, variants: tuple[int, ...], choice: Choice, how: int
    ) -> None:
        """Give a client what was asked, however it came about."""
        if kind == _LEAVE:
            self.world.leaving.housed(c, choice)
        elif kind == _DWELLING:
            if choice.dwelling is not None:
                choice.dwelling.take()
            self.world.lines.dwelling_received(c, variants[0], choice.municipality)
        elif kind == _FLIP:
            self.world.flips.become_tenant(c, choice)
        else:
            self.world.holding.enter(c, choice, how)

    def _execute(self, cycle: list[tuple[Request, Choice]]) -> None:
        """Exchange places: everybody leaves and enters in the same instant."""
        self.world.write(pack(self.world.now, len(cycle), -1, EventKind.EXCHANGED, -1, 0))
        for request, choice in cycle:
            self._grant(request, choice, How.EXCHANGE)
        self._board.unsettled = self._exchangeable = True

    def _give_up_impatient(self) -> None:
        """Let those go who would not wait at all and were not served in their instant."""
        impatient, self._impatient = self._impatient, {}
        for c, visit in impatient.values():
            waits_at_desk = c.case is not None and not c.case.started
            waits = waits_at_desk or (c.request is not None and c.state == State.WAITING)
            if waits and c.visit == visit:
                self.world.requests.give_up(c)

    # ------------------------------------------------------------ what the ledger must know
    def _expire(self) -> None:
        """Offers whose hold ends in this instant, and that nobody took in it, are lost."""
        for offer in self._board.expiring:
            assert isinstance(offer, Offer)
            pool = offer.pool
            if offer in pool.shelf:
                pool.lose(offer)
                self.world.log_pool(pool, EventKind.LOST, pool.free, LostBecause.HOLD)
        self._board.expiring.clear()

    def _lapse(self) -> None:
        """Offers beyond what can be on the shelf are lost at once."""
        for pool in self._board.filled:
            assert isinstance(pool, DwellingPool)
            while pool.free > pool.cap:
                pool.lose(pool.shelf[-1])
                self.world.log_pool(pool, EventKind.LOST, pool.free, LostBecause.CAP)
        self._board.filled.clear()

    def _record_flips(self) -> None:
        """Write what is free in the pools whose answer to someone who waits has flipped."""
        now = self.world.now
        for pool in self._touched:
            if pool.watchers:
                met = pool.met()
                if met != pool.recorded:
                    pool.recorded = met
                    self.world.write(pack(now, pool.free, pool.number, _POOL, -1, 0))
        self._touched.clear()
