"""Lines without need levels: a stay of some length, then the next station."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flowsim.cohort.drawn import Draw
from flowsim.cohort.snapshot import Snapshot
from flowsim.ledger import EventKind, Reason, RequestKind, State
from flowsim.system.mechanisms.mechanism import Mechanism
from flowsim.system.state.choices import Choice
from flowsim.system.state.moments import Moment
from flowsim.system.state.people import Client

if TYPE_CHECKING:
    from flowsim.cohort.draws import Column
    from flowsim.system.waiting.world import World

OUT: Final = -1
ACCESS: Final = -2
_MOVE: Final = int(RequestKind.MOVE)
_DWELLING: Final = int(RequestKind.DWELLING)
_NEXT: Final = int(RequestKind.NEXT)
_DONE: Final = Reason.DONE
_REQUESTED: Final = int(EventKind.REQUESTED)
_STEPPED_OUT: Final = int(EventKind.STEPPED_OUT)


class Lines(Mechanism):
    """Ends of stays, and keeping the place until the next step, a dwelling, or not at all."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.active = world.has.lines
        self._ends = self._end_of_stay

    def wire(self) -> None:
        """Say what may be had after a stay, and what happens then."""
        requests = self.world.requests
        requests.ways[_NEXT], requests.met[_NEXT] = requests.place, self.world.holding.enter
        requests.ways[_DWELLING] = self.world.options.dwelling
        requests.met[_DWELLING] = self._receive
        follows = self.world.follows
        self._over, self._reports = follows[Moment.PLACE_OVER], follows[Moment.REPORTS]

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        world = self.world
        layout, draws = world.layout, world.cohort.draws
        names = {block.name: v for v, block in enumerate(layout.variants)}
        names |= {"out": OUT, "access": ACCESS}
        self._stays: dict[int, Column[float]] = {}
        self._targets: dict[int, list[int]] = {}
        self._choices: dict[int, Column[int]] = {}
        for v, block in enumerate(layout.variants):
            if block.stay_days is not None and block.next is not None:
                self._stays[v] = draws.durations(Draw.STAY + v, block.stay_days)
                listed = sorted((names[name], share) for name, share in block.next.items())
                self._targets[v] = [target for target, _ in listed]
                if len(listed) > 1:
                    shares = tuple(share for _, share in listed)
                    self._choices[v] = draws.choices(Draw.NEXT + v, shares)
        self._own = layout.is_own
        self._keep = [block.keep_place_until for block in layout.variants]

    def placed(self, c: Client, remaining: float | None = None) -> None:
        """Start a stay, where there is one; `remaining` for people of the start."""
        variant = c.variant
        if variant not in self._stays:
            return
        stays = c.stays
        if stays is None or variant >= len(stays):
            stays = c.stays = [*(stays or ()), *[0] * (len(self._own) - len(stays or ()))]
        begun = stays[variant]
        stays[variant] = begun + 1
        if remaining is None:
            remaining = self._stays[variant].at(c.number, begun)
        self.world.timers.stage(c, self.world.now + remaining, self._ends)

    def _end_of_stay(self, c: Client) -> None:
        world, variant = self.world, c.variant
        self.world.timers.no_stage(c)
        target = self._targets[variant][0]
        if variant in self._choices:
            assert c.stays is not None
            occurrence = c.stays[variant] - 1
            target = self._targets[variant][self._choices[variant].at(c.number, occurrence)]
        if self._own[variant] and c.tenancy != c.line_tenancy:
            c.rent(c.line_tenancy)
        if target == OUT:
            world.end(c, _DONE)
        elif target == ACCESS:
            for follow in self._over:
                follow(c)
            world.holding.vacate(c)
            for follow in self._reports:
                follow(c)
        elif self._keep[variant] == "next_step":
            world.requests.ask(c, _MOVE, (target,), _REQUESTED, None, True)
        elif self._keep[variant] == "dwelling" and self._needs_dwelling(c, target):
            c.target = target
            world.requests.ask(c, _DWELLING, (target,), _REQUESTED, None, True)
        else:
            self._step_out(c, target)

    def _needs_dwelling(self, c: Client, target: int) -> bool:
        return self._own[target] and not c.tenancy and self.world.variant_stream[target] >= 0

    def _receive(self, c: Client, choice: Choice, how: int) -> None:
        """Go on with a dwelling in hand: leave the place and wait for the station outside."""
        if choice.dwelling is not None:
            choice.dwelling.take()
        c.rent(True)
        if choice.municipality >= 0:
            c.live_in(choice.municipality)
        self._step_out(c, c.target)

    def _step_out(self, c: Client, target: int) -> None:
        self.world.holding.step_out(c)
        self.world.requests.ask(c, _NEXT, (target,), _STEPPED_OUT, None, True)

    # ------------------------------------------------------------ the start
    def put(self, c: Client, one: Snapshot) -> None:
        """Go on with a stay, or with waiting for what comes after it."""
        requests, day = self.world.requests, 0.0 - one.since_days
        if one.state == "waiting" and one.request == _NEXT:
            c.become(State.WAITING)
            self.world.happens(Moment.WAITS, c)
            requests.ask(c, _NEXT, one.wanted, row=_STEPPED_OUT, day=day)
        elif c.place is not None and not self.world.by_need(c.variant):
            self.placed(c, one.stage_left)
            if one.state == "move" and one.request is not None:
                self.world.timers.no_stage(c)
                c.target = one.wanted[0]
                requests.ask(c, one.request, one.wanted, day=day)
