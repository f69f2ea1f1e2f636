"""Requests, and the settling of queues at the end of each instant."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from flowsim.cohort.streams import Stream
from flowsim.ledger import STATE_OF_REQUEST, EventKind, How, LostBecause, Reason, RequestKind, State
from flowsim.ledger import pack
from flowsim.system.agenda import INF
from flowsim.system.exchange import best_exchange
from flowsim.system.options import Choice, Group
from flowsim.system.people import Client, Request
from flowsim.system.pools import DeskPool, DwellingPool, TeamPool
from flowsim.system.world import per_day

if TYPE_CHECKING:
    from flowsim.system.world import World

_REQUESTED = int(EventKind.REQUESTED)
_POOL = int(EventKind.POOL)
_OUTSIDE = (RequestKind.NEW, RequestKind.RETURN, RequestKind.NEXT)


class Queues:
    """Who waits for what, and who is served when something becomes free."""

    def __init__(self, world: World) -> None:
        self.world = world
        placement = world.scenario.placement
        self._passing = placement.passing
        self._widen_days = placement.widen_after_days
        self._find_rate = per_day(world.scenario.leaving.find_alone_per_year)
        self._raised = world.occupancy.raised
        self._touched = world.occupancy.touched
        self._fresh: list[Group] = []
        """Groups that someone has joined since the last settling."""
        self._impatient: list[Client] = []
        """Clients who give up at once if this instant does not serve them."""
        self.stepping: list[TeamPool] = []
        """Teams whose waiting steps may have room now."""
        self.starting: list[DeskPool] = []
        """Desks where a case may start now."""
        self.filled: list[DwellingPool] = []
        """Dwelling pools that got an offer in this instant."""
        self.unsettled = False
        """Whether anything happened that may let someone be served."""
        self._exchangeable = False
        """Whether a mover asked, or hours or dwellings rose, since exchanges were looked at."""

    # ------------------------------------------------------------ requests
    def ask(
        self,
        c: Client,
        kind: RequestKind,
        variants: tuple[int, ...] = (),
        row: int = _REQUESTED,
        day: float | None = None,
    ) -> None:
        """Open a request; its day is today unless it is older."""
        world = self.world
        now = world.agenda.now
        since = now if day is None else day
        group = self._resolve(c, kind, variants)
        request = Request(c, kind, since, world.priority_class(c, kind), variants, group)
        c.request = request
        c.state = STATE_OF_REQUEST[kind]
        world.write(pack(min(now, since), c.number, group.set_number, row, c.level, kind))
        self._join(request)
        if kind in _OUTSIDE:
            self._set_patience(c, variants)
        self._set_finding(c, group, new=True)
        world.timers.arm(c)

    def _resolve(self, c: Client, kind: RequestKind, variants: tuple[int, ...]) -> Group:
        options = self.world.options
        if kind is RequestKind.LEAVE:
            return options.leaving(c, alone=c.destination != Reason.OWN_DWELLING)
        if kind is RequestKind.DWELLING:
            return options.dwelling(c, variants)
        return options.placement(c, kind, self._open(c, kind, variants))

    def _open(
        self, c: Client, kind: RequestKind, variants: tuple[int, ...]
    ) -> tuple[int, ...]:
        """Return the variants that are open to a client now: one more after each widening."""
        if kind is not RequestKind.NEW or self._widen_days <= 0 or len(variants) < 2:
            return variants
        now = self.world.agenda.now
        since = now if c.request is None else c.request.day
        opened = 1 + int((now - since) / self._widen_days + 1e-9)
        if opened < len(variants):
            c.widen_at = since + opened * self._widen_days
        return variants[:opened]

    def _join(self, request: Request) -> None:
        group = request.group
        heappush(group.queue, (request.klass, request.day, request.client.number, request))
        group.waiting += 1
        if group.waiting == 1:
            for pool in group.pools:
                pool.watchers += 1
                self._touched.append(pool)
        self._fresh.append(group)
        self.unsettled = True
        if group.held is not None:
            self._exchangeable = True

    def _leave(self, request: Request) -> None:
        group = request.group
        group.waiting -= 1
        if group.waiting == 0:
            for pool in group.pools:
                pool.watchers -= 1
        if group.held is not None:
            self._exchangeable = self.unsettled = True
        if not self._passing:
            self._raised.extend(group.pools)
            self.unsettled = True

    def _close(self, request: Request) -> None:
        request.open = False
        request.client.request = None
        self._leave(request)

    def drop(self, c: Client) -> None:
        """Close whatever a client waits for, without a row."""
        if c.request is not None:
            self._close(c.request)

    def withdraw(self, c: Client, silent: bool = False) -> None:
        """Withdraw a request to move or leave: the client stays; days blocked stay booked."""
        request = c.request
        if request is None:
            return
        self._close(request)
        c.state = State.SETTLED
        c.find_at = INF
        if not silent:
            self.world.log(c, EventKind.WITHDRAWN, -1, request.kind)

    def _regroup(self, c: Client) -> None:
        """Resolve an open request again; it keeps its day, class and patience."""
        request = c.request
        assert request is not None
        group = self._resolve(c, request.kind, request.variants)
        if group is request.group:
            return
        self._leave(request)
        request.group = group
        self._join(request)
        self.world.log(c, _REQUESTED, group.set_number, request.kind)
        self._set_finding(c, group, new=False)

    def holding_changed(self, c: Client) -> None:
        """The client holds other minutes than before: what must be free has changed."""
        if c.request is not None:
            self._regroup(c)

    def level_changed(self, c: Client) -> None:
        """The level changed outside a place: other variants may fit now."""
        request = c.request
        if request is None or request.kind not in (RequestKind.NEW, RequestKind.RETURN):
            return
        fit = self.world.access.suitable(c, request.kind)
        if fit:
            request.variants = fit
            self._regroup(c)

    # ------------------------------------------------------------ timers of a request
    def _set_patience(self, c: Client, variants: tuple[int, ...]) -> None:
        world = self.world
        duration = world.layout.variants[variants[0]].patience_days if variants else None
        if duration is None and c.profile >= 0:
            duration = world.layout.profiles[c.profile].patience_days
        if duration is None:
            return
        column = world.cohort.draws.durations(Stream.PATIENCE, duration)
        patience = column.at(c.number, c.occurrence(Stream.PATIENCE))
        if patience <= 0:
            self._impatient.append(c)
        else:
            c.patience_at = world.agenda.now + patience

    def give_up(self, c: Client) -> None:
        """Patience has run out."""
        self.world.end(c, Reason.GAVE_UP)

    def widen(self, c: Client) -> None:
        """The client also accepts the next variant from now on."""
        c.widen_at = INF
        if c.request is not None:
            self._regroup(c)
        self.world.timers.arm(c)

    def _set_finding(self, c: Client, group: Group, new: bool) -> None:
        if self._find_rate <= 0:
            return
        now = self.world.agenda.now
        if new:
            column = self.world.cohort.draws.thresholds(Stream.FIND_ALONE)
            c.find_left = column.at(c.number, c.occurrence(Stream.FIND_ALONE))
            c.find_at = INF
        if group.wants_dwelling and c.find_at == INF:
            c.find_at = now + c.find_left / self._find_rate
        elif not group.wants_dwelling and c.find_at < INF:
            c.find_left = (c.find_at - now) * self._find_rate
            c.find_at = INF

    def find_alone(self, c: Client) -> None:
        """The client finds a dwelling without the contingent."""
        c.find_at = INF
        c.tenancy = True
        c.found = True
        self.world.log(c, EventKind.FOUND_ALONE)
        if c.request is not None:
            self._regroup(c)
        self.world.timers.arm(c)

    # ------------------------------------------------------------ settling
    def settle(self) -> None:
        """Serve whoever can be served now; then write which pools' answers flipped."""
        world = self.world
        while self.unsettled:
            self.unsettled = False
            if self.starting:
                world.access.start_cases(self.starting)
            if self.stepping:
                self._steps()
            if self._passing:
                self._singles()
            else:
                self._singles_in_strict_order()
            if self._exchangeable and not self.unsettled:
                self._exchangeable = False
                cycle = best_exchange(self.world.options.movers)
                if cycle is not None:
                    self._execute(cycle)
            if not self.unsettled and self._impatient:
                self._give_up_impatient()
        if self.filled:
            self._lapse()
        if self._touched:
            self._record_flips()

    def _steps(self) -> None:
        """Raise hours of people in place before anyone is admitted, by day of the step."""
        teams = {team.rank: team for team in self.stepping}
        self.stepping.clear()
        for team in teams.values():
            kept = []
            steps = sorted(step for step in team.steps if step[2].open)
            for at, step in enumerate(steps):
                extra = step[2].extra
                if team.capacity - team.used >= extra:
                    team.promised -= extra
                    team.used += extra
                    step[2].open = False
                    self.world.needs.stepped_up(step[2].client)
                elif self._passing:
                    kept.append(step)
                else:
                    kept += steps[at:]
                    break
            heapify(kept)
            team.steps = kept

    def _singles(self) -> None:
        """Serve by key whoever can be served alone, until nobody can."""
        heap: list[tuple[int, float, int, Group]] = []
        fresh, raised = self._fresh, self._raised
        while True:
            if fresh:
                for group in fresh:
                    self._offer(group, heap)
                fresh.clear()
            if raised:
                self._note_raised()
                for pool in raised:
                    for group in pool.groups:
                        if group.waiting:
                            self._offer(group, heap)
                self._touched.extend(raised)
                raised.clear()
            if not heap:
                return
            group = heappop(heap)[3]
            head = self._head(group)
            if head is None:
                continue
            for choice in group.choices:
                if choice.fits():
                    heappop(group.queue)
                    self._grant(head, choice)
                    self._offer(group, heap)
                    break

    def _note_raised(self) -> None:
        for pool in self._raised:
            if not self._exchangeable and pool.info.kind != "place":
                self._exchangeable = True

    def _offer(self, group: Group, heap: list[tuple[int, float, int, Group]]) -> None:
        head = self._head(group)
        if head is not None:
            heappush(heap, (head.klass, head.day, head.client.number, group))

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
        self._touched.extend(self._raised)
        self._raised.clear()
        self._fresh.clear()

    @staticmethod
    def _may(choice: Choice, barred: set[int]) -> bool:
        return choice.fits() and (choice.place is None or choice.place.rank not in barred)

    def _grant(self, request: Request, choice: Choice, how: How = How.TURN) -> None:
        """Give a client what was asked."""
        c = request.client
        self._close(request)
        if request.kind is RequestKind.LEAVE:
            self.world.leaving.housed(c, choice)
        elif request.kind is RequestKind.DWELLING:
            if choice.dwelling is not None:
                self.world.occupancy.take_dwelling(choice.dwelling)
            self.world.lines.dwelling_received(request, choice.municipality)
        else:
            self.world.occupancy.enter(c, choice, how)

    def _execute(self, cycle: list[tuple[Request, Choice]]) -> None:
        """Exchange places: everybody leaves and enters in the same instant."""
        self.world.write(
            pack(self.world.agenda.now, len(cycle), -1, EventKind.EXCHANGED, -1, 0)
        )
        for request, choice in cycle:
            self._grant(request, choice, How.EXCHANGE)
        self.unsettled = self._exchangeable = True

    def _give_up_impatient(self) -> None:
        """Let those go who would not wait at all and were not served in their instant."""
        impatient, self._impatient = self._impatient, []
        for c in impatient:
            waits_at_desk = c.case is not None and not c.case.started
            if waits_at_desk or (c.request is not None and c.state == State.WAITING):
                self.give_up(c)

    def refuse_to_wait(self, c: Client) -> None:
        """Note that a client gives up unless served in this instant."""
        self._impatient.append(c)
        self.unsettled = True

    # ------------------------------------------------------------ what the ledger must know
    def _lapse(self) -> None:
        """Offers beyond what can be on the shelf are lost at once."""
        for pool in self.filled:
            while pool.free > pool.cap:
                pool.shelf.pop().entry = None
                self.world.occupancy.lower(pool, 1)
                self.world.log_pool(pool, EventKind.LOST, pool.free, LostBecause.CAP)
        self.filled.clear()

    def _record_flips(self) -> None:
        """Write what is free in the pools whose answer to someone who waits has flipped."""
        now = self.world.agenda.now
        for pool in self._touched:
            if pool.watchers:
                met = pool.met()
                if met != pool.recorded:
                    pool.recorded = met
                    self.world.write(pack(now, pool.free, pool.number, _POOL, -1, 0))
        self._touched.clear()
