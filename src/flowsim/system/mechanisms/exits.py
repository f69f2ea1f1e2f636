"""Other exits (Wlz, death …): a hazard for each, by where a client is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from flowsim.cohort.drawn import Draw
from flowsim.cohort.draws import Column
from flowsim.cohort.snapshot import Snapshot
from flowsim.ledger import Reason, State
from flowsim.scenario.need import Destination
from flowsim.system.mechanisms.mechanism import Mechanism
from flowsim.system.state.agenda import END, INF
from flowsim.system.state.ground import per_day
from flowsim.system.state.people import Client

if TYPE_CHECKING:
    from flowsim.system.waiting.world import World

NOWHERE: Final = -9
ACCESS: Final = -3
WAITING: Final = -2
AFTERCARE: Final = -1
"""Where a client is who is in no place; a place is the number of its variant."""
EXIT_REASONS: Final = {
    Destination.FAMILY: Reason.FAMILY,
    Destination.ELSEWHERE: Reason.ELSEWHERE,
    Destination.CLINIC: Reason.CLINIC,
    Destination.UNKNOWN: Reason.UNKNOWN,
    Destination.WLZ: Reason.WLZ,
    Destination.DEATH: Reason.DEATH,
}


class Exits(Mechanism):
    """One Exp(1) threshold a kind for the whole life, counted down wherever a client is."""

    reads = ("exits_per_year", "variant")

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.active = world.has.exits
        self._timer = world.timers.on("exit", self._leave, END)

        self._drawn: list[tuple[int, Column[float]]] = []
        """Thresholds by reason, once anybody needs one."""

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        self._rates = self._rates_by_place()

    def _rates_by_place(self) -> dict[int, list[tuple[int, float]]]:
        """Return hazards per day by where a client is: (reason, hazard)."""
        layout = self.world.layout
        names = {ACCESS: "access", WAITING: "waiting", AFTERCARE: "aftercare"}
        names |= {v: block.name for v, block in enumerate(layout.variants)}
        rates: dict[int, list[tuple[int, float]]] = {}
        for place, name in names.items():
            listed = [
                (int(EXIT_REASONS[Destination(to)]), per_day(rate.of(name)))
                for to, rate in self.world.scenario.exits_per_year.items()
            ]
            listed = sorted((to, rate) for to, rate in listed if rate > 0)
            if listed:
                rates[place] = listed
        return rates

    def _thresholds(self) -> list[tuple[int, Column[float]]]:
        draws = self.world.cohort.draws
        kinds = sorted(int(to) for to in EXIT_REASONS.values())
        return [(to, draws.thresholds(Draw.EXIT + to)) for to in kinds]

    def move(self, c: Client, place: int) -> None:
        """Go on with the thresholds at another place."""
        if not self._rates:
            return
        now = self.world.now
        if c.exit_left is None:
            if not self._drawn:
                self._drawn = self._thresholds()
            c.exit_left = {to: drawn.at(c.number, 0) for to, drawn in self._drawn}
        elif c.exit_place == place:
            return
        else:
            for to, rate in self._rates.get(c.exit_place, ()):
                c.exit_left[to] = max(0.0, c.exit_left[to] - rate * (now - c.exit_since))
        c.exit_place, c.exit_since, soonest = place, now, INF
        for to, rate in self._rates.get(place, ()):
            at = now + c.exit_left[to] / rate
            if at < soonest:
                soonest, c.exit_kind = at, to
        c.due[self._timer] = soonest

    def notified(self, c: Client) -> None:
        """Go on at the rates at a desk."""
        self.move(c, ACCESS)

    def waits(self, c: Client) -> None:
        """Go on at the rates of waiting."""
        self.move(c, WAITING)

    def placed(self, c: Client) -> None:
        """Go on at the rates of the place."""
        self.move(c, c.variant)

    def cared_after(self, c: Client) -> None:
        """Go on at the rates of aftercare."""
        self.move(c, AFTERCARE)

    def left(self, c: Client) -> tuple[tuple[int, float], ...]:
        """Return what is left of every threshold, now."""
        if c.exit_left is None:
            return ()
        passed = self.world.now - c.exit_since
        rates = self.rates(c)
        return tuple(
            (to, max(0.0, left - rates.get(to, 0.0) * passed)) for to, left in c.exit_left.items()
        )

    def rates(self, c: Client) -> dict[int, float]:
        """Return the hazards per day that run for a client now, by reason."""
        return dict(self._rates.get(c.exit_place, ()))

    def carry(self, c: Client) -> None:
        """Fix what is left of the thresholds before rates change."""
        if c.exit_left is not None:
            c.exit_left = dict(self.left(c))
            c.exit_since = self.world.now

    def go_on(self, c: Client) -> None:
        """Go on with the thresholds at the rates that hold now."""
        place, c.exit_place = c.exit_place, NOWHERE
        c.stop(self._timer)
        if place == NOWHERE:
            place = self._place_of(c)
        self.move(c, place)

    @staticmethod
    def _place_of(c: Client) -> int:
        if c.place is not None:
            return c.variant
        if c.state in (State.QUEUE, State.ASSESSING, State.PAPERWORK):
            return ACCESS
        return AFTERCARE if c.state == State.AFTERCARE else WAITING

    def leave_behind(self, c: Client) -> None:
        """Let the thresholds stand still while a client is out of sight."""
        self.carry(c)
        c.exit_place = NOWHERE

    def take(self, c: Client) -> dict[str, object]:
        """Keep what is left of every threshold."""
        return {"exit_left": self.left(c)}

    def put(self, c: Client, one: Snapshot) -> None:
        """Set what is left of the thresholds; in a place they run already."""
        left = one.kept.get("exit_left")
        if self._rates and left:
            c.exit_left = dict(left)
            if c.exit_place != NOWHERE:
                self.go_on(c)

    def clocks(self, c: Client) -> Iterable[tuple[object, float, float]]:
        """Return every threshold."""
        rates = self.rates(c)
        for to, left in self.left(c):
            yield ("exit", to), left, rates.get(to, 0.0)

    def _leave(self, c: Client) -> None:
        self.world.end(c, Reason(c.exit_kind))
