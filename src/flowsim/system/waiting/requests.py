"""Requests: what a client waits for, from the day of the need until it is there or not needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowsim.cohort.streams import Stream
from flowsim.ledger import STATE_OF_REQUEST, EventKind, How, Reason, RequestKind, State, pack
from flowsim.scenario.flow import Urgency
from flowsim.system.state.agenda import GIVE_UP, INF
from flowsim.system.state.choices import Group, Request
from flowsim.system.state.people import Client
from flowsim.system.state.world import per_day

if TYPE_CHECKING:
    from flowsim.system.state.world import World

_REQUESTED = int(EventKind.REQUESTED)
_TURN = int(How.TURN)
_STATES: dict[int, State] = {int(kind): state for kind, state in STATE_OF_REQUEST.items()}
_LEAVE, _DWELLING = int(RequestKind.LEAVE), int(RequestKind.DWELLING)
_FIRST = (int(RequestKind.NEW), int(RequestKind.RETURN))
_FLIP = int(RequestKind.FLIP)
_OUTSIDE = (int(RequestKind.NEW), int(RequestKind.RETURN), int(RequestKind.NEXT))


class Requests:
    """Opens, changes and withdraws requests, and runs the timers that go with waiting."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._queues = world.queues
        self._named = world.named
        timers = world.timers
        self._lead = timers.on("lead", self.housed_urgently, waiting=True)
        self._find = timers.on("find", self.find_alone, waiting=True)
        self._widen = timers.on("widen", self.widen, waiting=True)
        self.patience = timers.on("patience", self.lose_patience, GIVE_UP, waiting=True)
        """The timer of patience, at a desk too."""

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        world = self.world
        placement, leaving = world.scenario.placement, world.scenario.leaving
        self._widen_days = placement.widen_after_days
        self._find_rate = per_day(leaving.find_alone_per_year)
        self._urgency = leaving.urgency
        self._may_give_up = any(
            patience is not None
            for patience in (
                *(block.patience_days for block in world.layout.variants),
                *(block.patience_days for block in world.layout.profiles),
            )
        )
        before, self._named = self._named, world.named
        self._reordered = [_both(old, new) != _both(new, old)
                           for old, new in zip(before, world.named, strict=False)]  # fmt: skip
        """Whether a change has put the variants of an award in another order, by level."""
        self._choosy = world.providers.active
        self._loses = world.tenancies.active
        leaves_trace = self._may_give_up or self._find_rate or self._urgency is not None
        leaves_trace = leaves_trace or self._choosy or self._loses
        self._quick = placement.passing and not leaves_trace
        """Whether a request that is served at once passes nobody and leaves no trace of waiting."""

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
        if self._choosy:
            world.providers.open(c, kind)
        group = self._resolve(c, kind, variants, since)
        world.write(pack(since, c.number, group.set_number, row, c.level, kind))
        queues = self._queues
        if last and self._quick and not group.waiting and queues.alone():
            choice = group.fitting()
            if choice is not None:
                if choice.place is not None:
                    world.holding.enter(c, choice, _TURN)
                else:
                    world.settling.give(c, kind, variants, choice, _TURN)
                if world.board.touched:
                    world.board.unsettled = True  # others who wait must know what is left
                return
        klass = world.priority_class(c, kind) if world.classes else 0
        c.request = request = Request(c.number, kind, since, klass, variants, group)
        c.state = _STATES[kind]
        queues.join(request)
        if self._may_give_up and kind in _OUTSIDE:
            self._set_patience(c, variants, now - since)
        if self._find_rate:
            self._set_finding(c, group, new=True)
        if self._urgency is not None and group.wants_dwelling:
            self._set_urgency(c, self._urgency)
        if self._loses:
            world.tenancies.follow(c)
        world.timers.arm(c)

    def _resolve(self, c: Client, kind: int, variants: tuple[int, ...], since: float) -> Group:
        options = self.world.options
        if kind == _LEAVE:
            return options.leaving(c, alone=c.destination != Reason.OWN_DWELLING)
        if kind == _DWELLING:
            return options.dwelling(c, variants)
        if kind == _FLIP:
            return self.world.flips.group(c, variants[0])
        if self._widen_days > 0 and kind in _FIRST:
            variants = self._open(c, variants, since)
        group = options.placement(c, variants)
        return group if c.wish is None else self.world.providers.narrowed(c, c.wish, group)

    def _open(self, c: Client, variants: tuple[int, ...], since: float) -> tuple[int, ...]:
        """Return the variants that are open to a client now: one more after each widening."""
        now = self.world.now
        opened = 1 + min(int((now - since) / self._widen_days + 1e-9), len(variants))
        while opened < len(variants) and since + opened * self._widen_days <= now:
            opened += 1  # a period too short to tell two instants apart
        if opened < len(variants):
            c.due[self._widen] = since + opened * self._widen_days
        return variants[:opened]

    def drop(self, c: Client) -> None:
        """Close whatever a client waits for, without a row."""
        if c.request is not None:
            self._queues.close(c.request)

    def withdraw(self, c: Client, silent: bool = False) -> None:
        """Withdraw a request to move or leave: the client stays; days blocked stay booked."""
        request = c.request
        if request is None:
            return
        self._queues.close(request)
        c.state = State.SETTLED
        self.world.timers.stop_waiting(c)
        if not silent:
            self.world.log(c, EventKind.WITHDRAWN, -1, request.kind)

    def regroup(self, c: Client, always: bool = False) -> None:
        """Resolve an open request again; it keeps its day, class and patience."""
        request = c.request
        assert request is not None
        group = self._resolve(c, request.kind, request.variants, request.day)
        changed = group is not request.group
        if not (changed or always):
            return
        self._queues.leave(request)
        request.group = group
        self._queues.join(request)
        if not changed:
            return
        self.world.log(c, _REQUESTED, group.set_number, request.kind)
        if self._find_rate:
            self._set_finding(c, group, new=False)
        if not group.wants_dwelling:
            c.stop(self._lead)

    def holding_changed(self, c: Client) -> None:
        """The client holds other minutes than before: what must be free has changed."""
        if c.request is not None:
            self.regroup(c)

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
        self.regroup(c)

    def go_on(self, c: Client) -> None:
        """Resolve an open request again under what holds now; it keeps its day and patience."""
        request = c.request
        if request is None:
            return
        klass = self.world.priority_class(c, request.kind)
        if klass != request.klass:
            request = self._reclassed(c, request, klass)
        if request.kind in (RequestKind.NEW, RequestKind.RETURN):
            fit, first = self.world.access.suitable(c, request.kind), request.variants[0]
            if first in fit and not any(
                self._reordered[c.award_level :][:1]
            ):  # who asked for one variant goes on asking
                fit = (first, *(v for v in fit if v != first))
            request.variants = fit or request.variants
        elif request.kind == RequestKind.MOVE and self.world.by_need(c.variant):
            fit = self.world.needs.fitting(c)
            request.variants = fit or request.variants
        elif request.kind == _FLIP:
            request.variants = self.world.flips.target(c) or request.variants
        self.regroup(c, always=True)
        has_none = not c.runs(self.patience) and not self._queues.would_not_wait(c)
        if self._may_give_up and has_none and request.kind in _OUTSIDE:
            self._set_patience(c, request.variants, self.world.now - request.day)
        if self._find_rate and request.group.wants_dwelling:
            self._set_finding(c, request.group, new=c.find_left == INF)

    @staticmethod
    def _reclassed(c: Client, old: Request, klass: int) -> Request:
        """Put a request in another class; what stands in the queue has the old one."""
        old.open = False
        new = Request(c.number, old.kind, old.day, klass, old.variants, old.group)
        c.request = new
        return new

    # ------------------------------------------------------------ timers of a request
    def _set_patience(self, c: Client, variants: tuple[int, ...], waited: float) -> None:
        """Let patience run; of who waited before the start, what is left of it."""
        world = self.world
        duration = world.layout.variants[variants[0]].patience_days if variants else None
        like = world.cohort.like[c.number]
        if duration is None and like >= 0:
            duration = world.layout.profiles[like].patience_days
        if duration is None:
            return
        occurrence = c.occurrence(Stream.PATIENCE)
        draws = world.cohort.draws
        patience = draws.residual(Stream.PATIENCE, duration, c.number, occurrence, waited)
        if patience <= 0:
            self._queues.refuse_to_wait(c)
        else:
            c.due[self.patience] = world.now + patience

    def lose_patience(self, c: Client) -> None:
        """Patience has run out: who is not served in this instant gives up."""
        c.stop(self.patience)
        self._queues.refuse_to_wait(c)
        self.world.timers.arm(c)

    def restore_waiting(self, c: Client, patience_left: float | None, lead_left: float) -> None:
        """Set what is left of patience, and of the time until the priority scheme helps."""
        if patience_left is not None:
            c.due[self.patience] = patience_left
        if lead_left < INF and c.request is not None and c.request.group.wants_dwelling:
            c.due[self._lead] = lead_left

    def lead_left(self, c: Client) -> float:
        """Return the days until the priority scheme gives a dwelling; infinite: it does not."""
        return c.at(self._lead) - self.world.now

    def give_up(self, c: Client) -> None:
        """Leave the chain, not served."""
        self.world.end(c, Reason.GAVE_UP)

    def widen(self, c: Client) -> None:
        """The client also accepts the next variant from now on."""
        c.stop(self._widen)
        if c.request is not None:
            self.regroup(c)
        self.world.timers.arm(c)

    def _set_finding(self, c: Client, group: Group, new: bool) -> None:
        now = self.world.now
        if new:
            column = self.world.cohort.draws.thresholds(Stream.FIND_ALONE)
            c.find_left = column.at(c.number, c.occurrence(Stream.FIND_ALONE))
            c.stop(self._find)
        if group.wants_dwelling and not c.runs(self._find):
            c.due[self._find] = now + c.find_left / self._find_rate
        elif not group.wants_dwelling and c.runs(self._find):
            c.find_left = (c.due.pop(self._find) - now) * self._find_rate

    def find_left(self, c: Client) -> float:
        """Return what is left of the threshold of finding a dwelling alone, now."""
        if c.runs(self._find):
            return (c.due[self._find] - self.world.now) * self._find_rate
        return c.find_left

    def restore_find(self, c: Client, left: float) -> None:
        """Set what is left of the threshold of finding a dwelling alone."""
        if self._find_rate and left < INF:
            c.find_left = left
            if c.runs(self._find):
                c.due[self._find] = self.world.now + left / self._find_rate

    def carry(self, c: Client) -> None:
        """Fix what is left of the threshold of finding a dwelling before the rate changes."""
        c.find_left = self.find_left(c)
        c.stop(self._find)

    def find_alone(self, c: Client) -> None:
        """The client finds a dwelling without the contingent."""
        self._found(c, 0)

    def _set_urgency(self, c: Client, urgency: Urgency) -> None:
        draws = self.world.cohort.draws
        occurrence = c.occurrence(Stream.URGENCY)
        shares = (1 - urgency.share, urgency.share)
        if draws.choices(Stream.URGENCY, shares).at(c.number, occurrence):
            lead = draws.durations(Stream.URGENCY_LEAD, urgency.lead_days)
            c.due[self._lead] = self.world.now + lead.at(c.number, occurrence)

    def housed_urgently(self, c: Client) -> None:
        """The priority scheme gives the client a dwelling."""
        self._found(c, 1)

    def _found(self, c: Client, why: int) -> None:
        c.stop(self._find)
        c.stop(self._lead)
        c.tenancy = True
        c.found = True
        c.flip_due = False
        self.world.log(c, EventKind.FOUND_ALONE, -1, why)
        if self._loses:
            self.world.tenancies.follow(c)
        if c.request is not None:
            self.regroup(c)
        self.world.timers.arm(c)


def _both(listed: tuple[int, ...], other: tuple[int, ...]) -> list[int]:
    return [v for v in listed if v in other]
