"""Requests, and the settling of queues at the end of each instant."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

from flowsim.cohort.streams import Stream
from flowsim.ledger import (
    STATE_OF_REQUEST,
    EventKind,
    How,
    LostBecause,
    Reason,
    RequestKind,
    State,
    pack,
)
from flowsim.scenario.flow import Urgency
from flowsim.system.agenda import INF
from flowsim.system.exchange import best_exchange
from flowsim.system.options import Choice, Group
from flowsim.system.people import Client, Request
from flowsim.system.pools import DeskPool, DwellingPool, Offer, Pool, TeamPool
from flowsim.system.world import per_day

if TYPE_CHECKING:
    from flowsim.system.world import World

_REQUESTED = int(EventKind.REQUESTED)
_POOL = int(EventKind.POOL)
_TURN = int(How.TURN)
_STATES: dict[int, State] = {int(kind): state for kind, state in STATE_OF_REQUEST.items()}
_NEW, _LEAVE, _DWELLING = (
    int(kind) for kind in (RequestKind.NEW, RequestKind.LEAVE, RequestKind.DWELLING)
)
_OUTSIDE = (int(RequestKind.NEW), int(RequestKind.RETURN), int(RequestKind.NEXT))


class Queues:
    """Who waits for what, and who is served when something becomes free."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._raised = world.occupancy.raised
        self._touched = world.occupancy.touched
        self._calendar = world.agenda.entries
        self._settling = False
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
        self.expiring: list[Offer] = []
        """Dwellings whose hold ends in this instant."""
        self.unsettled = True
        """Whether anything happened that may let someone be served; so it is at the start, which
        is settled once everybody is in place."""
        self._exchangeable = False
        """Whether a mover asked, or hours or dwellings rose, since exchanges were looked at."""

        self.configure()

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        world = self.world
        placement = world.scenario.placement
        self._passing = placement.passing
        self._widen_days = placement.widen_after_days
        self._find_rate = per_day(world.scenario.leaving.find_alone_per_year)
        self._may_give_up = any(
            patience is not None
            for patience in (
                *(block.patience_days for block in world.layout.variants),
                *(block.patience_days for block in world.layout.profiles),
            )
        )
        self._urgency = world.scenario.leaving.urgency
        leaves_trace = self._may_give_up or self._find_rate or self._urgency is not None
        self._quick = self._passing and not leaves_trace
        """Whether a request that is served at once passes nobody and leaves no trace of waiting."""

    # ------------------------------------------------------------ requests
    def ask(
        self,
        c: Client,
        kind: int,
        variants: tuple[int, ...] = (),
        row: int = _REQUESTED,
        day: float | None = None,
        last: bool = False,
    ) -> None:
        """Open a request; its day is today unless it is older.

        ``last``: the caller does nothing to this client afterwards. Then a request that stands
        alone in its instant is settled at once, just as the end of the instant would do.
        """
        world = self.world
        now = world.now
        since = now if day is None or day > now else day
        group = self._resolve(c, kind, variants, since)
        world.write(pack(since, c.number, group.set_number, row, c.level, kind))
        if last and self._quick and not group.waiting and self.alone():
            choice = group.fitting()
            if choice is not None:
                self._give(c, kind, variants, choice, _TURN)
                if self._touched:
                    self.unsettled = True  # others who wait must know what is left
                return
        klass = world.priority_class(c, kind) if world.classes else 0
        c.request = request = Request(c, kind, since, klass, variants, group)
        c.state = _STATES[kind]
        self._join(request)
        if self._may_give_up and kind in _OUTSIDE:
            self._set_patience(c, variants)
        if self._find_rate:
            self._set_finding(c, group, new=True)
        if self._urgency is not None and group.wants_dwelling:
            self._set_urgency(c, self._urgency)
        world.timers.arm(c)

    def alone(self) -> bool:
        """Tell whether nothing else is to be done in this instant."""
        if self.unsettled or self._settling:
            return False
        calendar = self._calendar
        return not calendar or calendar[0][0] > self.world.now

    def _resolve(self, c: Client, kind: int, variants: tuple[int, ...], since: float) -> Group:
        options = self.world.options
        if kind == _LEAVE:
            return options.leaving(c, alone=c.destination != Reason.OWN_DWELLING)
        if kind == _DWELLING:
            return options.dwelling(c, variants)
        if self._widen_days > 0 and kind in (_NEW, RequestKind.RETURN):
            variants = self._open(c, variants, since)
        return options.placement(c, variants)

    def _open(self, c: Client, variants: tuple[int, ...], since: float) -> tuple[int, ...]:
        """Return the variants that are open to a client now: one more after each widening."""
        now = self.world.now
        opened = 1 + int((now - since) / self._widen_days + 1e-9)
        if opened < len(variants):
            c.widen_at = since + opened * self._widen_days
        return variants[:opened]

    def _join(self, request: Request) -> None:
        group = request.group
        queue = group.queue
        heappush(queue, (request.klass, request.day, request.client.number, request))
        group.waiting += 1
        if group.waiting == 1:
            for pool in group.pools:
                pool.watchers += 1
                self._touched.append(pool)
        elif self._passing and queue[0][3] is not request:
            return  # behind someone who cannot be served now
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
        c.find_at = c.lead_at = INF
        if not silent:
            self.world.log(c, EventKind.WITHDRAWN, -1, request.kind)

    def _regroup(self, c: Client, always: bool = False) -> None:
        """Resolve an open request again; it keeps its day, class and patience."""
        request = c.request
        assert request is not None
        group = self._resolve(c, request.kind, request.variants, request.day)
        changed = group is not request.group
        if not (changed or always):
            return
        self._leave(request)
        request.group = group
        self._join(request)
        if not changed:
            return
        self.world.log(c, _REQUESTED, group.set_number, request.kind)
        if self._find_rate:
            self._set_finding(c, group, new=False)
        if not group.wants_dwelling:
            c.lead_at = INF

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
            self.want(c, fit)

    def want(self, c: Client, variants: tuple[int, ...]) -> None:
        """Other variants fit than when the request was made; it keeps its day."""
        assert c.request is not None
        c.request.variants = variants
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
            self.refuse_to_wait(c)
        else:
            c.patience_at = world.now + patience

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
        now = self.world.now
        if new:
            column = self.world.cohort.draws.thresholds(Stream.FIND_ALONE)
            c.find_left = column.at(c.number, c.occurrence(Stream.FIND_ALONE))
            c.find_at = INF
        if group.wants_dwelling and c.find_at == INF:
            c.find_at = now + c.find_left / self._find_rate
        elif not group.wants_dwelling and c.find_at < INF:
            c.find_left = (c.find_at - now) * self._find_rate
            c.find_at = INF

    def _set_urgency(self, c: Client, urgency: Urgency) -> None:
        draws = self.world.cohort.draws
        occurrence = c.occurrence(Stream.URGENCY)
        shares = (1 - urgency.share, urgency.share)
        if draws.choices(Stream.URGENCY, shares).at(c.number, occurrence):
            lead = draws.durations(Stream.URGENCY_LEAD, urgency.lead_days)
            c.lead_at = self.world.now + lead.at(c.number, occurrence)

    def housed_urgently(self, c: Client) -> None:
        """The priority scheme gives the client a dwelling."""
        self._found(c, 1)

    def carry(self, c: Client) -> None:
        """Fix what is left of the threshold of finding a dwelling before the rate changes."""
        c.find_left = self.find_left(c)
        c.find_at = INF

    def go_on(self, c: Client) -> None:
        """Resolve an open request again under what holds now; it keeps its day and patience."""
        request = c.request
        if request is None:
            return
        klass = self.world.priority_class(c, request.kind)
        if klass != request.klass:
            request = self._reclassed(request, klass)
        if request.kind in (RequestKind.NEW, RequestKind.RETURN):
            fit = self.world.access.suitable(c, request.kind)
            request.variants = fit or request.variants
        elif request.kind == RequestKind.MOVE and self.world.by_need(c.variant):
            fit = self.world.needs.fitting(c)
            request.variants = fit or request.variants
        self._regroup(c, always=True)
        if self._find_rate and c.find_left < INF and request.group.wants_dwelling:
            c.find_at = self.world.now + c.find_left / self._find_rate

    @staticmethod
    def _reclassed(old: Request, klass: int) -> Request:
        """Put a request in another class; what stands in the queue has the old one."""
        old.open = False
        new = Request(old.client, old.kind, old.day, klass, old.variants, old.group)
        old.client.request = new
        return new

    def look_at_everybody(self) -> None:
        """Look again at every queue when this instant is settled."""
        options = self.world.options
        self._fresh.extend(group for group in options.groups if group.waiting)
        self.starting.extend(desk for row in self.world.desks for desk in row)
        self._exchangeable = bool(options.movers)
        self.unsettled = True

    def find_left(self, c: Client) -> float:
        """Return what is left of the threshold of finding a dwelling alone, now."""
        if c.find_at < INF:
            return (c.find_at - self.world.now) * self._find_rate
        return c.find_left

    def restore_find(self, c: Client, left: float) -> None:
        """Set what is left of the threshold of finding a dwelling alone."""
        if self._find_rate and left < INF:
            c.find_left = left
            if c.find_at < INF:
                c.find_at = self.world.now + left / self._find_rate

    def find_alone(self, c: Client) -> None:
        """The client finds a dwelling without the contingent."""
        self._found(c, 0)

    def _found(self, c: Client, why: int) -> None:
        c.find_at = c.lead_at = INF
        c.tenancy = True
        c.found = True
        self.world.log(c, EventKind.FOUND_ALONE, -1, why)
        if c.request is not None:
            self._regroup(c)
        self.world.timers.arm(c)

    # ------------------------------------------------------------ settling
    def settle(self) -> None:
        """Serve whoever can be served now; then write which pools' answers flipped."""
        self._settling = True
        while self.unsettled:
            self.unsettled = False
            if self.starting:
                self.world.access.start_cases(self.starting)
            if self.stepping:
                self._steps()
            if self._fresh or self._raised:
                if self._passing:
                    self._singles()
                else:
                    self._singles_in_strict_order()
            if self._exchangeable:
                self._exchange()
            if self._impatient and not (self._fresh or self._raised or self.starting):
                self._give_up_impatient()
        self._settling = False
        if self.expiring:
            self._expire()
        if self.filled:
            self._lapse()
        if self._touched:
            self._record_flips()

    def _exchange(self) -> None:
        if self.stepping or self._fresh or self._raised:
            return  # first whoever can be served alone
        self._exchangeable = False
        cycle = best_exchange(self.world.options.movers)
        if cycle is not None:
            self._execute(cycle)

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
            team.steps = kept

    def _singles(self) -> None:
        """Serve by key whoever can be served alone, until nobody can."""
        fresh, raised = self._fresh, self._raised
        heap: list[tuple[int, float, int, Group]] = []
        while fresh or raised:
            if len(fresh) + len(raised) == 1:
                group = fresh.pop() if fresh else self._only_group(raised)
                if group is not None:
                    self._serve(group)
                    continue
            self._gather(heap)
            while heap and not (fresh or raised):
                group = heappop(heap)[3]
                head = self._head(group)
                choice = None if head is None else group.fitting()
                if head is not None and choice is not None:
                    heappop(group.queue)
                    fresh.append(group)
                    self._grant(head, choice)
            if heap:
                fresh.extend(entry[3] for entry in heap)
                heap.clear()

    def _only_group(self, raised: list[Pool]) -> Group | None:
        """Return the one group that waits for the one pool that has more; None if not one."""
        only = None
        for group in raised[0].groups:
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

    def _gather(self, heap: list[tuple[int, float, int, Group]]) -> None:
        """Put every group for which something may have changed in the heap, by its head."""
        groups = {group.order: group for group in self._fresh}
        self._fresh.clear()
        if self._raised:
            self._note_raised()
            for pool in self._raised:
                for group in pool.groups:
                    if group.waiting:
                        groups[group.order] = group
            self._touched.extend(self._raised)
            self._raised.clear()
        for group in groups.values():
            head = self._head(group)
            if head is not None:
                heappush(heap, (head.klass, head.day, head.client.number, group))

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
        self._touched.extend(self._raised)
        self._raised.clear()
        self._fresh.clear()

    @staticmethod
    def _may(choice: Choice, barred: set[int]) -> bool:
        return choice.fits() and (choice.place is None or choice.place.rank not in barred)

    def _grant(self, request: Request, choice: Choice, how: int = 0) -> None:
        """Close a request and give the client what was asked."""
        self._close(request)
        self._give(request.client, request.kind, request.variants, choice, how)

    def _give(
        self, c: Client, kind: int, variants: tuple[int, ...], choice: Choice, how: int
    ) -> None:
        if kind == _LEAVE:
            self.world.leaving.housed(c, choice)
        elif kind == _DWELLING:
            if choice.dwelling is not None:
                self.world.occupancy.take_dwelling(choice.dwelling)
            self.world.lines.dwelling_received(c, variants[0], choice.municipality)
        else:
            self.world.occupancy.enter(c, choice, how)

    def _execute(self, cycle: list[tuple[Request, Choice]]) -> None:
        """Exchange places: everybody leaves and enters in the same instant."""
        self.world.write(pack(self.world.now, len(cycle), -1, EventKind.EXCHANGED, -1, 0))
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
    def _expire(self) -> None:
        """Offers whose hold ends in this instant, and that nobody took in it, are lost."""
        for offer in self.expiring:
            pool = offer.pool
            if offer in pool.shelf:
                pool.shelf.remove(offer)
                self.world.occupancy.lower(pool, 1)
                self.world.log_pool(pool, EventKind.LOST, pool.free, LostBecause.HOLD)
        self.expiring.clear()

    def _lapse(self) -> None:
        """Offers beyond what can be on the shelf are lost at once."""
        for pool in self.filled:
            while pool.free > pool.cap:
                pool.shelf.pop().ticket = 0
                self.world.occupancy.lower(pool, 1)
                self.world.log_pool(pool, EventKind.LOST, pool.free, LostBecause.CAP)
        self.filled.clear()

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
