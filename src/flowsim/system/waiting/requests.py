"""Requests: what a client waits for, from the day of the need until it is there or not needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flowsim.ledger import STATE_OF_REQUEST, EventKind, How, RequestKind, State, pack
from flowsim.system.state.choices import Choice, Group, Request
from flowsim.system.state.ground import Ground
from flowsim.system.state.moments import Moment
from flowsim.system.state.people import Client
from flowsim.system.waiting.options import Options
from flowsim.system.waiting.queues import Queues

_REQUESTED: Final = int(EventKind.REQUESTED)
_TURN: Final = int(How.TURN)
_STATES: dict[int, State] = {int(kind): state for kind, state in STATE_OF_REQUEST.items()}
_RETURN: Final = int(RequestKind.RETURN)
FIRST: Final = (int(RequestKind.NEW), int(RequestKind.RETURN))
"""Kinds of request for a first place."""
OUTSIDE: Final = (*FIRST, int(RequestKind.NEXT))
"""Kinds of request of who is in no place."""

Way = Callable[[Client, tuple[int, ...], float], Group]
"""From a client, what is asked (variants, in order) and since when, to what may be had."""
End = Callable[[Client, Choice, int], None]
"""What happens when a client gets one of the options, in this way (`flowsim.ledger.How`)."""
Refit = Callable[[Client, Request], tuple[int, ...]]
"""What is asked (variants, in order) under what holds since a change; nothing: as before."""


class Requests:
    """Opens, changes and withdraws requests.

    What may be had, and what happens then, is said by the mechanism that owns a kind of request:
    here it is not known what is asked for.
    """

    def __init__(self, world: Ground, options: Options, queues: Queues) -> None:
        self.world = world
        self._queues = queues
        self.place: Way = options.placement
        """What a client may have who asks for a place: the way of most kinds."""
        self.ways: dict[int, Way] = {}
        """What may be had, by kind of request."""
        self.met: dict[int, End] = {}
        """What happens when it is there, by kind of request."""
        self.refit: dict[int, Refit] = {}
        """What is asked after a dated change, by kind of request; left out: what was asked."""
        self.opens: list[Callable[[Client, int], None]] = []
        """What is noted about the client before a request of some kind is resolved."""

    def wire(self) -> None:
        """Take hold of what follows on a request, once every mechanism is there."""
        self._asked = self.world.follows[Moment.ASKED]

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        leaves_trace = self._asked or self.opens
        self._quick = self.world.scenario.placement.passing and not leaves_trace
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
        for note in self.opens:
            note(c, kind)
        group = self.ways[kind](c, variants, since)
        world.write(pack(since, c.number, group.set_number, row, c.level, kind))
        queues = self._queues
        if last and self._quick and not group.family.waiting and queues.alone():
            choice = group.fitting()
            if choice is not None:
                self.met[kind](c, choice, _TURN)
                if world.board.touched:
                    world.board.unsettled = True  # others who wait must know what is left
                return
        klass = world.priority_class(c, kind) if world.classes else 0
        request = Request(c.number, kind, since, klass, variants, group)
        c.become(_STATES[kind])
        queues.open(c, request)
        for follow in self._asked:
            follow(c)
        world.timers.arm(c)

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
        c.become(State.SETTLED)
        if not silent:
            self.world.log(c, EventKind.WITHDRAWN, -1, request.kind)

    def regroup(self, c: Client, always: bool = False) -> None:
        """Resolve an open request again; it keeps its day, class and patience."""
        request = c.request
        assert request is not None
        group = self.ways[request.kind](c, request.variants, request.day)
        changed = group is not request.group
        if not (changed or always):
            return
        self._queues.leave(request)
        request.group = group
        self._queues.join(request)
        if changed:
            self.world.log(c, _REQUESTED, group.set_number, request.kind)
            self.world.happens(Moment.REGROUPED, c)

    def need_changed(self, c: Client) -> None:
        """Another level is served, or other minutes are held: what must be free has changed."""
        if c.request is not None:
            self.regroup(c)

    def want(self, c: Client, variants: tuple[int, ...]) -> None:
        """Other variants fit than when the request was made; it keeps its day."""
        assert c.request is not None
        c.request.variants = variants
        self.regroup(c)
        self.world.happens(Moment.ASKS_OTHER, c)

    def suitable(self, c: Client, kind: int) -> tuple[int, ...]:
        """Return the variants that an award names, in order; own tenancies for a return home."""
        world = self.world
        fit = world.named[c.award_level]
        if kind == _RETURN and not c.returning:
            return tuple(v for v in fit if world.layout.is_own[v])
        return fit

    def go_on(self, c: Client) -> None:
        """Resolve an open request again under what holds now; it keeps its day and patience."""
        request = c.request
        if request is None:
            return
        klass = self.world.priority_class(c, request.kind)
        if klass != request.klass:
            request = self._queues.reclass(c, request, klass)
        refit = self.refit.get(request.kind)
        if refit is not None:
            request.variants = refit(c, request) or request.variants
        self.regroup(c, always=True)
        self.world.happens(Moment.RESOLVED, c)
