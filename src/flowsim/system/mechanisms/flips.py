"""Tenancy flip (omklap): after a trial period a resident becomes tenant of the same dwelling.

The dwelling leaves the provider's places with the client. The provider gets the next dwelling of
the supply for it, before people in the queue: until then the pool has a place less, a *debt*.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from flowsim.cohort.drawn import Draw
from flowsim.cohort.snapshot import Snapshot
from flowsim.ledger import EventKind, How, RequestKind, State
from flowsim.scenario.values import NO_LIMIT, Duration
from flowsim.system.mechanisms.mechanism import Mechanism
from flowsim.system.state.agenda import INF
from flowsim.system.state.choices import Choice, Group, Request
from flowsim.system.state.moments import Moment
from flowsim.system.state.people import Client
from flowsim.system.state.pools import PlacePool
from flowsim.system.state.shelves import DwellingPool

if TYPE_CHECKING:
    from flowsim.system.waiting.world import World

_FLIP: Final = int(RequestKind.FLIP)


class Debt(NamedTuple):
    """A dwelling that the supply owes to a provider, by lasting numbers."""

    variant: int
    provider: str
    municipality: int
    stream: int


class Flips(Mechanism):
    """Trials, taking over the dwelling, and filling up the provider's places."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.active = world.has.flips
        self.debts: list[Debt] = []
        """Dwellings owed to providers, in order."""
        self._blocks = world.layout.variants
        self._trial = world.timers.on("flip", self._trial_over)

    def wire(self) -> None:
        """Say what may be had by who goes on as tenant, and what happens then."""
        requests = self.world.requests
        requests.ways[_FLIP], requests.met[_FLIP] = self._way, self._become_tenant
        requests.refit[_FLIP] = self._refit

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        draws, before = self.world.cohort.draws, self._blocks
        self._blocks = blocks = self.world.layout.variants
        names = [block.name for block in blocks]
        self._after = [INF if b.flip is None else b.flip.after_days for b in blocks]
        self._to = [-1 if b.flip is None else names.index(b.flip.to) for b in blocks]
        self._chosen = [
            None if b.flip is None else draws.choices(Draw.FLIP, (1 - b.flip.share, b.flip.share))
            for b in blocks
        ]
        self._new = [
            now.flip is not None and (v >= len(before) or before[v].flip is None)
            for v, now in enumerate(blocks)
        ]

    # ------------------------------------------------------------ the trial
    def placed(self, c: Client) -> None:
        """Begin the trial of someone who enters a place, where the variant has one."""
        c.flip_due = False
        c.due[self._trial] = self.world.now + self._after[c.variant]

    def lives(self, c: Client) -> None:
        """Let a part of the trial be over for a resident of the start, evenly spread."""
        after = self._after[c.variant]
        if after < INF:
            column = self.world.cohort.draws.durations(
                Draw.START_TRIAL, Duration("uniform", (0.0, after))
            )
            c.due[self._trial] = column.at(c.number, 0)

    def stop(self, c: Client) -> None:
        """Let the trial run no more."""
        c.stop(self._trial)

    def found(self, c: Client) -> None:
        """Who rents another dwelling does not take over this one."""
        c.flip_due = False

    def _refit(self, c: Client, request: Request) -> tuple[int, ...]:
        """Return the variant in which a client of this one goes on as tenant, if there is one."""
        to = self._to[c.variant]
        return () if to < 0 else (to,)

    def next_step(self, c: Client) -> bool:
        """Answer for who may take over the dwelling."""
        return c.flip_due and self._follow(c)

    def take(self, c: Client) -> dict[str, object]:
        """Keep the days left of a trial: infinite when it is over, None where there is none."""
        trial = c.variant >= 0 and self._after[c.variant] < INF
        left = c.at(self._trial) - self.world.now if trial else None
        return {"flip_left": left, "flip_due": c.flip_due}

    def put(self, c: Client, one: Snapshot) -> None:
        """Go on with the trial, or with what a tenant to be waits for."""
        if c.place is None or not self.active:
            return
        left = one.kept.get("flip_left")
        if left is not None:
            c.due[self._trial], c.flip_due = left, one.kept["flip_due"]
        asks = one.state == "move" and one.request == _FLIP and self.world.by_need(c.variant)
        if asks and c.flip_due:
            self.world.requests.ask(c, _FLIP, one.wanted, day=0.0 - one.since_days)

    def clocks(self, c: Client) -> Iterable[tuple[object, float, float]]:
        """Return the trial."""
        if c.runs(self._trial):
            yield ("trial", id(c.place)), c.at(self._trial) - self.world.now, 1.0

    def go_on(self, c: Client) -> None:
        """Begin the trial of a resident on the day on which the variant gets one.

        Of one that a scenario has from the start, a part is over.
        """
        if c.place is None or not self._new[c.variant] or c.flip_due or c.runs(self._trial):
            return
        if self.world.begun:
            self.placed(c)
        else:
            self.lives(c)

    def _trial_over(self, c: Client) -> None:
        """A share takes over the dwelling, unless they rent another or have a day to move out."""
        c.stop(self._trial)
        chosen = self._chosen[c.variant]
        if chosen is not None and chosen.at(c.number, c.occurrence(Draw.FLIP)):
            c.flip_due = not c.tenancy and c.state != State.TRANSIT
            if c.flip_due:
                self._follow(c)
        self.world.timers.arm(c)

    def _follow(self, c: Client) -> bool:
        """Ask for what the level allows; tell whether nothing else is to be done about it."""
        world, requests = self.world, self.world.requests
        if c.award_level <= world.layout.ready_level:
            if not c.tenancy:
                c.rent(True)
                c.live_in(self._municipality(c))
                if c.state == State.READY:
                    requests.regroup(c)
                else:
                    requests.withdraw(c, silent=True)
                    world.happens(Moment.READY, c)
            return True
        c.rent(False)
        to, request = self._to[c.variant], c.request
        asks = request is not None and request.kind == _FLIP
        if to < 0 or not world.serves(to, c.award_level):
            if asks:
                requests.withdraw(c)
            return False
        if asks:
            requests.regroup(c)
            return True
        requests.withdraw(c, silent=True)
        requests.ask(c, RequestKind.FLIP, (to,))
        return True

    def _way(self, c: Client, variants: tuple[int, ...], since: float) -> Group:
        """Return the group of a client who goes on as tenant: a place there, and its hours."""
        world, held, to = self.world, c.place, variants[0]
        assert held is not None
        municipality = self._municipality(c)
        area = world.layout.area_of(municipality, world.layout.variants[to].scale)
        there = [row[area] for row in world.places[to]]
        places = [pool for pool in there if pool.exists]
        places.sort(key=lambda pool: pool.provider != held.provider)
        return world.options.flip(c, to, municipality, places, world.team_of(to, municipality))

    def _municipality(self, c: Client) -> int:
        """Return where the dwelling is: where the client lived last, if it lies in that area."""
        assert c.place is not None
        layout = self.world.layout
        scale = layout.variants[c.variant].scale
        area = layout.areas(scale).index(c.place.info.area)
        if layout.area_of(c.home, scale) == area:
            return c.home
        return layout.municipalities_in(scale, area)[0]

    # ------------------------------------------------------------ taking over
    def _become_tenant(self, c: Client, choice: Choice, how: int) -> None:
        """Go on in another variant, in the same dwelling."""
        place, variant = c.place, c.variant
        assert place is not None
        c.live_in(choice.municipality)
        owed = self._owed_for(place)
        self.world.holding.enter(c, choice, How.FLIP)
        if owed:
            self._owe(place, variant, choice.variant, c.home)

    def takes_over(self, c: Client) -> None:
        """Leave support behind, and stay in the same dwelling."""
        place = c.place
        assert place is not None
        owed = self._owed_for(place)
        self.world.holding.leave_place(c, turnover=False)
        if owed:
            self._owe(place, c.variant, self._to[c.variant], c.home)
        c.flip_due = False

    @staticmethod
    def _owed_for(place: PlacePool) -> bool:
        """Places without a limit have no fewer; one that was to close needs no other for it."""
        return place.taken <= place.capacity < NO_LIMIT

    def _owe(self, place: PlacePool, variant: int, to: int, municipality: int) -> None:
        stream = self.world.variant_stream[to] if to >= 0 else -1
        if stream < 0:
            return  # dwellings are no limit: another one takes its place at once
        self.world.set_capacity(place, place.capacity - 1)
        place.owed += 1
        self.debts.append(Debt(variant, place.info.provider, municipality, stream))
        self.refill()

    # ------------------------------------------------------------ filling up
    def refill(self) -> None:
        """Give the dwellings on the shelf to the providers that one is owed to."""
        world = self.world
        for debt in tuple(self.debts):
            dwellings, place = self.shelf(debt), self.place(debt)
            if dwellings.free > 0 and place is not None:
                self.debts.remove(debt)
                place.owed -= 1
                dwellings.take()
                world.log_pool(dwellings, EventKind.REFILLED, dwellings.free)
                world.set_capacity(place, place.capacity + 1)

    def shelf(self, debt: Debt) -> DwellingPool:
        """Return the dwellings that a debt is paid from."""
        layout = self.world.layout
        area = layout.area_of(debt.municipality, layout.streams[debt.stream].scale)
        return self.world.dwellings[debt.stream][area]

    def place(self, debt: Debt) -> PlacePool | None:
        """Return the places that a debt is due to; None: that provider has none any more."""
        layout = self.world.layout
        area = layout.area_of(debt.municipality, layout.variants[debt.variant].scale)
        rows = self.world.places[debt.variant]
        return next((r[area] for r in rows if r[0].info.provider == debt.provider), None)

    def less_owed(self, wanted: dict[int, int], known: set[int]) -> dict[int, int]:
        """Take what is owed off the places that a phase asks for; drop what is not needed now.

        A provider that still has as many places as are asked for (in pools that were `known`) needs
        no other dwelling.
        """
        wanted, debts, self.debts = dict(wanted), self.debts, []
        short: dict[int, int] = {}
        for pool in (pool for rows in self.world.places for row in rows for pool in row):
            pool.owed = 0
            has = pool.capacity if pool.rank in known else 0
            short[pool.rank] = wanted[pool.rank] - has if wanted[pool.rank] < NO_LIMIT else 0
        for debt in debts:
            place = self.place(debt)
            if place is not None and short[place.rank] > 0:
                short[place.rank] -= 1
                wanted[place.rank] -= 1
                place.owed += 1
                self.debts.append(debt)
        return wanted
