"""The one pending personal event of a client: the earliest of the timers that the state set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowsim.cohort.streams import Stream
from flowsim.ledger import Reason, State
from flowsim.scenario.need import Destination
from flowsim.system.state.agenda import END, GIVE_UP, INF, LEVEL, REQUEST
from flowsim.system.state.people import Client
from flowsim.system.state.world import per_day

if TYPE_CHECKING:
    from flowsim.system.state.world import World

EXIT_REASONS = {
    Destination.FAMILY: Reason.FAMILY,
    Destination.ELSEWHERE: Reason.ELSEWHERE,
    Destination.CLINIC: Reason.CLINIC,
    Destination.UNKNOWN: Reason.UNKNOWN,
    Destination.WLZ: Reason.WLZ,
    Destination.DEATH: Reason.DEATH,
}
ACCESS, WAITING, AFTERCARE = -3, -2, -1
_NOWHERE = -9
"""Where a client is, for the rates of other exits; a place is the number of its variant."""


class Timers:
    """Books the earliest timer of a client, and lets other exits (Wlz, death ...) run."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._book = world.agenda.book
        self._exit = self._leave_by_exit
        self.configure()

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        world, scenario = self.world, self.world.scenario
        self._rates = self._exit_rates()
        self.exits = bool(self._rates)
        """Whether anyone can leave by another exit at all."""
        self.others = bool(
            self.exits
            or world.needs.active
            or scenario.leaving.relapse
            or scenario.leaving.find_alone_per_year
            or scenario.leaving.urgency is not None
            or scenario.placement.widen_after_days
            or any(block.reassessment_hours is not None for block in scenario.desk)
            or any(block.response_days for block in scenario.team)
            or world.providers.active
            or world.flips.active
            or world.tenancies.active
        )
        """Whether a client can have other timers than the end of a stage and of patience."""

    def arm(self, c: Client) -> None:
        """Book the client's earliest timer; ties go by rank, then in the order below."""
        at, act, rank = c.stage_at, c.stage_act, END
        if self.others:
            if c.exit_at < at:
                at, act, rank = c.exit_at, self._exit, END
            if c.need_at < at:
                at, act, rank = c.need_at, self.world.needs.change, LEVEL
            if c.relapse_at < at:
                at, act, rank = c.relapse_at, self.world.leaving.relapse, LEVEL
            if c.support_at < at:
                at, act, rank = c.support_at, self.world.needs.respond, REQUEST
            if c.review_at < at:
                at, act, rank = c.review_at, self.world.terms.review, REQUEST
            if c.lead_at < at:
                at, act, rank = c.lead_at, self.world.requests.housed_urgently, REQUEST
            if c.find_at < at:
                at, act, rank = c.find_at, self.world.requests.find_alone, REQUEST
            if c.widen_at < at:
                at, act, rank = c.widen_at, self.world.requests.widen, REQUEST
            if c.again_at < at:
                at, act, rank = c.again_at, self.world.providers.ask_again, REQUEST
            if c.flip_at < at:
                at, act, rank = c.flip_at, self.world.flips.trial_over, REQUEST
            if c.lose_at < at:
                at, act, rank = c.lose_at, self.world.tenancies.lose, REQUEST
        if c.patience_at < at:
            at, act, rank = c.patience_at, self.world.requests.lose_patience, GIVE_UP
        if c.ticket == 0:
            if at != INF:
                c.booked_at, c.booked_act = at, act
                self._book(c, at, rank + c.number, act)
        elif at == INF:
            c.ticket = 0
        elif c.booked_at != at or c.booked_act != act:
            c.booked_at, c.booked_act = at, act
            self._book(c, at, rank + c.number, act)

    def clear(self, c: Client) -> None:
        """Set every timer to never."""
        c.stage_at = c.need_at = c.exit_at = c.relapse_at = INF
        c.support_at = c.review_at = c.find_at = c.widen_at = c.patience_at = INF
        c.lead_at = c.again_at = c.flip_at = c.lose_at = c.lose_left = INF
        c.ticket = 0

    # ------------------------------------------------------------ other exits
    def _exit_rates(self) -> dict[int, list[tuple[int, float]]]:
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

    def move_exits(self, c: Client, place: int) -> None:
        """Go on with the exit thresholds (one a kind for the whole life) at another place."""
        if not self.exits:
            return
        now = self.world.now
        if c.exit_left is None:
            draws = self.world.cohort.draws
            kinds = sorted(EXIT_REASONS.values())
            c.exit_left = {
                int(to): draws.thresholds(Stream.EXIT + to).at(c.number, 0) for to in kinds
            }
        elif c.exit_place == place:
            return
        else:
            for to, rate in self._rates.get(c.exit_place, ()):
                c.exit_left[to] = max(0.0, c.exit_left[to] - rate * (now - c.exit_since))
        c.exit_place, c.exit_since, c.exit_at = place, now, INF
        for to, rate in self._rates.get(place, ()):
            at = now + c.exit_left[to] / rate
            if at < c.exit_at:
                c.exit_at, c.exit_kind = at, to

    def exits_left(self, c: Client) -> tuple[tuple[int, float], ...]:
        """Return what is left of every exit threshold, now."""
        if c.exit_left is None:
            return ()
        passed = self.world.now - c.exit_since
        rates = self.exit_rates(c)
        return tuple(
            (to, max(0.0, left - rates.get(to, 0.0) * passed)) for to, left in c.exit_left.items()
        )

    def exit_rates(self, c: Client) -> dict[int, float]:
        """Return the hazards per day of the exits that run for a client now, by reason."""
        return dict(self._rates.get(c.exit_place, ()))

    def carry(self, c: Client) -> None:
        """Fix what is left of the exit thresholds before rates change."""
        if c.exit_left is not None:
            c.exit_left = dict(self.exits_left(c))
            c.exit_since = self.world.now

    def go_on(self, c: Client) -> None:
        """Go on with the exit thresholds at the rates that hold now."""
        place, c.exit_place, c.exit_at = c.exit_place, _NOWHERE, INF
        if place == _NOWHERE:
            place = self._place_of(c)
        self.move_exits(c, place)

    @staticmethod
    def _place_of(c: Client) -> int:
        if c.place is not None:
            return c.variant
        if c.state in (State.QUEUE, State.ASSESSING, State.PAPERWORK):
            return ACCESS
        return AFTERCARE if c.state == State.AFTERCARE else WAITING

    def leave_behind(self, c: Client) -> None:
        """Let the exit thresholds stand still while a client is out of sight."""
        self.carry(c)
        c.exit_place = _NOWHERE

    def restore_exits(self, c: Client, left: tuple[tuple[int, float], ...]) -> None:
        """Set what is left of the exit thresholds."""
        if self.exits and left:
            c.exit_left = dict(left)

    def _leave_by_exit(self, c: Client) -> None:
        self.world.end(c, Reason(c.exit_kind))
