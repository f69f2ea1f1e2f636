"""Refusals of a first place: clients wait for a preferred provider, providers turn people away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowsim.cohort.drawn import Draw
from flowsim.cohort.draws import Column
from flowsim.cohort.snapshot import Snapshot
from flowsim.ledger import EventKind, RefusedBy
from flowsim.system.mechanisms.mechanism import Mechanism
from flowsim.system.state.agenda import INF
from flowsim.system.state.choices import Choice, Group, Request
from flowsim.system.state.people import Client, Wish
from flowsim.system.waiting.requests import FIRST, Way

if TYPE_CHECKING:
    from flowsim.system.waiting.world import World


class Providers(Mechanism):
    """What a request for a first place leaves out, and when it may be had again."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.active = world.has.preferences or world.has.intake
        self._whole: Way = world.requests.place
        self._parts: dict[tuple[object, ...], Group] = {}
        self._again = world.timers.on("again", self._ask_again, waiting=True)

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        layout = self.world.layout
        self._parts.clear()
        self._intake = [self._columns(v) for v in range(len(layout.variants))]
        self._again_days = [block.intake_again_days for block in layout.variants]

    def _columns(self, variant: int) -> list[Column[int]]:
        """Return the draws of a provider's intake by level: 1 is refused; empty: nobody is."""
        layout, block = self.world.layout, self.world.layout.variants[variant]
        if not block.refuses:
            return []
        lightest, heaviest = layout.range_of(variant)
        names = [level.name for level in layout.levels] or [""]
        served = [names[min(max(i, lightest), heaviest)] for i in range(len(names))]
        shares = [block.accepts.of(name) for name in served]
        draws = self.world.cohort.draws
        return [draws.choices(Draw.INTAKE, (share, 1 - share)) for share in shares]

    def wire(self) -> None:
        """Come between a request for a first place and what may be had."""
        requests = self.world.requests
        if self.active:
            for kind in FIRST:
                self._whole, requests.ways[kind] = requests.ways[kind], self._way
            requests.opens.append(self._open)
            self.world.settling.refusals.append(self._refused)

    # ------------------------------------------------------------ options
    def _open(self, c: Client, kind: int) -> None:
        """Begin a request without refusals."""
        c.stop(self._again)
        c.wish = Wish(c.provider) if kind in FIRST and c.provider >= 0 else None

    def _way(self, c: Client, variants: tuple[int, ...], since: float) -> Group:
        whole = self._whole(c, variants, since)
        return whole if c.wish is None else self._narrowed(c, c.wish, whole)

    def _narrowed(self, c: Client, wish: Wish, whole: Group) -> Group:
        """Return the group for what a wish leaves of the options, the preferred provider first."""
        if wish.own_choice and not any(_has(wish.preferred, o) for o in whole.choices):
            wish.own_choice = False
            self.world.log(c, EventKind.REFUSAL_OVER, 0, RefusedBy.CLIENT)
        at = (whole.order, *wish.key)
        group = self._parts.get(at)
        if group is None:
            group = self._parts[at] = self.world.options.part(_left(wish, whole.choices))
        return group

    # ------------------------------------------------------------ refusing
    def _refused(self, request: Request, choice: Choice) -> bool:
        """Tell whether client or provider refuses; then the request goes on with what is left."""
        if request.kind not in FIRST:
            return False
        world = self.world
        c = world.client(request.number)
        wish = c.wish
        if wish is not None and _rather_waits(wish, request.group, choice):
            wish.own_choice = True
            why = RefusedBy.CLIENT
        elif self._turned_away(c, choice):
            wish = c.wish = wish or Wish(-1)
            again = world.now + self._again_days[choice.variant]
            wish.until[choice.variant, _provider(choice)] = again
            c.due[self._again] = min(c.at(self._again), again)
            why = RefusedBy.PROVIDER
        else:
            return False
        world.log(c, EventKind.REFUSED, choice.number, why)
        world.requests.regroup(c)
        world.timers.arm(c)
        return True

    def _turned_away(self, c: Client, choice: Choice) -> bool:
        columns = self._intake[choice.variant]
        if not columns:
            return False
        return columns[c.award_level].at(c.number, c.occurrence(Draw.INTAKE)) == 1

    def _ask_again(self, c: Client) -> None:
        """A provider that refused may be asked again."""
        world, wish = self.world, c.wish
        assert wish is not None
        wish.until = {at: day for at, day in wish.until.items() if day > world.now}
        c.due[self._again] = min(wish.until.values(), default=INF)
        world.log(c, EventKind.REFUSAL_OVER, len(wish.until), RefusedBy.PROVIDER)
        world.requests.regroup(c)
        world.timers.arm(c)

    # ------------------------------------------------------------ the start
    def take(self, c: Client) -> dict[str, object]:
        """Keep whom the client waits for, and who refused."""
        wish = c.wish
        return {
            "own_choice": wish is not None and wish.own_choice,
            "turned_away": () if wish is None else wish.left(self.world.now),
        }

    def put(self, c: Client, one: Snapshot) -> None:
        """Go on with the refusals of someone who waited before the start."""
        own_choice, turned_away = one.kept.get("own_choice", False), one.kept.get("turned_away")
        if not self.active or not (own_choice or turned_away) or c.request is None:
            return
        world, whole = self.world, c.request.group.choices
        wish = c.wish = c.wish or Wish(-1)
        wish.own_choice = own_choice and wish.preferred >= 0
        wish.until = {(variant, at): world.now + left for variant, at, left in turned_away or ()}
        c.due[self._again] = min(wish.until.values(), default=INF)
        said: dict[RefusedBy, int] = {}
        for choice in whole:
            if (choice.variant, _provider(choice)) in wish.until:
                said.setdefault(RefusedBy.PROVIDER, choice.number)
            elif wish.own_choice and _provider(choice) != wish.preferred:
                said.setdefault(RefusedBy.CLIENT, choice.number)
        for who, option in said.items():
            world.log(c, EventKind.REFUSED, option, who)
        world.requests.regroup(c)


def _provider(choice: Choice) -> int:
    return -1 if choice.place is None else choice.place.provider


def _has(provider: int, choice: Choice) -> bool:
    """Tell whether an option is one of a provider that goes on having places there."""
    place = choice.place
    return place is not None and place.provider == provider and place.capacity + place.owed > 0


def _rather_waits(wish: Wish, group: Group, choice: Choice) -> bool:
    """Tell whether a client refuses a place, since the preferred provider has that variant too."""
    if wish.own_choice or wish.preferred < 0 or _provider(choice) == wish.preferred:
        return False
    return any(o.variant == choice.variant and _has(wish.preferred, o) for o in group.choices)


def _left(wish: Wish, choices: tuple[Choice, ...]) -> list[Choice]:
    left = [
        choice
        for choice in choices
        if (choice.variant, _provider(choice)) not in wish.until
        and not (wish.own_choice and _provider(choice) != wish.preferred)
    ]
    if wish.preferred >= 0:
        variants = list(dict.fromkeys(choice.variant for choice in left))
        left.sort(key=lambda o: (variants.index(o.variant), _provider(o) != wish.preferred))
    return left
