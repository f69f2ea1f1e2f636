"""Queues: who waits for what, and for whom something may have changed."""

from __future__ import annotations

from heapq import heappush

from flowsim.system.state.choices import Family, Request
from flowsim.system.state.ground import Ground
from flowsim.system.state.people import Client
from flowsim.system.waiting.catalogue import Catalogue


class Queues:
    """Who waits for what, and what the settling has to look at."""

    def __init__(self, world: Ground, catalogue: Catalogue) -> None:
        self.world = world
        self._catalogue, self._circles = catalogue, catalogue.circles
        self._board = board = world.board
        self._raised, self._touched = board.raised, board.touched
        self._calendar = world.agenda.entries
        self._clients = world.clients
        self.settling = False
        """Whether an instant is being settled."""
        self.fresh: list[Family] = []
        """Families that someone has joined since the last settling."""
        self.impatient: dict[int, tuple[Client, int]] = {}
        """Clients (and their visit) who give up if this instant does not serve them."""
        self.exchangeable = False
        """Whether a mover asked, or hours or dwellings rose, since exchanges were looked at."""

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        self._passing = self.world.scenario.placement.passing

    def alone(self) -> bool:
        """Tell whether nothing else is to be done in this instant."""
        if self._board.unsettled or self.settling:
            return False
        if not self._calendar:
            return True
        at: float = self._calendar[0][0]
        return at > self.world.now

    def is_last(self) -> bool:
        """Tell whether nothing else is due in this instant."""
        if not self._calendar:
            return True
        at: float = self._calendar[0][0]
        return at > self.world.now

    def open(self, c: Client, request: Request) -> None:
        """Let a client wait for something, in the queue of its group."""
        c.request = request
        self.join(request)

    def join(self, request: Request) -> None:
        """Put a request in the queue of its group."""
        group = request.group
        queue = group.queue
        heappush(queue, (request.klass, request.day, request.number, request))
        group.waiting += 1
        family = group.family
        family.waiting += 1
        is_head = queue[0][3] is request
        if is_head:
            family.came(request, group)
        if family.waiting == 1:
            for pool in group.pools:
                pool.watch()
        elif group.waiting == 1:
            self._touched.extend(group.pools)
        if group.waiting > 1:
            if self._passing and not is_head:
                return  # behind someone who cannot be served now
        elif group.held is not None:
            self._circles.joined(group)
        if family.waiting == 1 or self.settling or not self._passing:
            self.fresh.append(family)  # otherwise nothing that it can use is free
        self._board.unsettled = True
        if group.held is not None:
            self.exchangeable = True

    def leave(self, request: Request) -> None:
        """Take a request out of its group; what stands in the queue is dropped when it comes up."""
        group = request.group
        group.waiting -= 1
        group.family.waiting -= 1
        if group.family.waiting == 0:
            for pool in group.pools:
                pool.watchers -= 1
        if group.waiting == 0 and group.held is not None:
            self._circles.left(group)
        if group.held is not None:
            self.exchangeable = self._board.unsettled = True
        if not self._passing:
            self._raised.extend(group.pools)
            self._board.unsettled = True

    @staticmethod
    def reclass(c: Client, old: Request, klass: int) -> Request:
        """Put a request in another class; what stands in the queue has the old one."""
        old.open = False
        c.request = new = Request(c.number, old.kind, old.day, klass, old.variants, old.group)
        return new

    def close(self, request: Request) -> Client:
        """End a request, and what runs while one waits; return whose it was."""
        request.open = False
        c = self._clients[request.number]
        assert c is not None
        c.request = None
        self.leave(request)
        self.served(c)
        if c.due:
            self.world.timers.stop_waiting(c)
        return c

    def look_at_everybody(self) -> None:
        """Look again at every queue when this instant is settled."""
        families, movers = self._catalogue.families, self._catalogue.movers
        self.fresh.extend(family for family in families if family.waiting)
        self._board.starting.extend(desk for row in self.world.desks for desk in row)
        self.exchangeable = bool(movers)
        self._board.unsettled = True

    def refuse_to_wait(self, c: Client) -> None:
        """Note that a client gives up unless served to the end of this instant."""
        self.impatient[c.number] = (c, c.visit)
        self._board.unsettled = True

    def would_not_wait(self, c: Client) -> bool:
        """Tell whether a client gives up unless served to the end of this instant."""
        return c.number in self.impatient

    def served(self, c: Client) -> None:
        """Note that what a client would not wait for is over."""
        if self.impatient:
            self.impatient.pop(c.number, None)
