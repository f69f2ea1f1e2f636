"""Need over time: two clocks at each level, at the pace of the situation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from flowsim.cohort.drawn import Draw
from flowsim.cohort.snapshot import Snapshot
from flowsim.ledger import EventKind, RequestKind, State
from flowsim.scenario.need import Speed
from flowsim.system.mechanisms.mechanism import Mechanism
from flowsim.system.state.agenda import INF, LEVEL
from flowsim.system.state.ground import per_day
from flowsim.system.state.moments import Moment
from flowsim.system.state.people import Client

if TYPE_CHECKING:
    from flowsim.system.waiting.world import World

_LEVEL: Final = int(EventKind.LEVEL)
_CRISIS: Final = int(EventKind.CRISIS)
_NEXT: Final = int(RequestKind.NEXT)


class Needs(Mechanism):
    """Recovery and deterioration."""

    reads = ("level", "situation", "variant", "leaving")

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.active = world.has.clocks
        self._need = world.timers.on("need", self.change, LEVEL)

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        layout, draws = self.world.layout, self.world.cohort.draws
        levels, scenario = layout.levels, self.world.scenario
        self._recovery = [
            None
            if level.recovery_days is None
            else draws.durations(Draw.RECOVERY, level.recovery_days)
            for level in levels
        ]
        self._worse = draws.thresholds(Draw.WORSE) if levels else None
        self._hazard = [per_day(level.worse_per_year) for level in levels]
        self._top = len(levels) - 1
        self._on = layout.has.clocks
        relapse = scenario.leaving.relapse
        self._unsupported, self._paces = scenario.situation.unsupported, self.world.paces
        self._relapse_level = 0 if relapse is None else layout.level_number(relapse.level)

    # ------------------------------------------------------------ clocks
    def _begin_phase(
        self, c: Client, recovery_left: float | None = None, worse_left: float | None = None
    ) -> None:
        """Draw both clocks anew for the phase that begins now, but for what is known of them."""
        recovery = self._recovery[c.level]
        if recovery_left is None:
            recovery_left = INF if recovery is None else recovery.at(c.number, c.level_changes)
        if worse_left is None:
            assert self._worse is not None
            worse_left = (
                self._worse.at(c.number, c.level_changes) if self._hazard[c.level] > 0 else INF
            )
        c.recovery_left, c.worse_left = recovery_left, worse_left
        c.clock_since = self.world.now
        c.speed = c.hazard = 0.0
        c.stop(self._need)

    def run(self, c: Client) -> None:
        """Let the clocks run at the pace of the client's situation; keep what is left."""
        if not self._on:
            return
        situation = self._situation(c)
        speed, hazard = situation.recovery, situation.worse * self._hazard[c.level]
        if speed == c.speed and hazard == c.hazard:
            return
        self._count_down(c)
        c.speed, c.hazard = speed, hazard
        now = self.world.now
        recovers = now + c.recovery_left / speed if speed > 0 else INF
        worsens = now + c.worse_left / hazard if hazard > 0 else INF
        c.recovers = recovers <= worsens
        c.due[self._need] = recovers if c.recovers else worsens

    def _situation(self, c: Client) -> Speed:
        for pace in self._paces:
            said = pace(c)
            if said is not None:
                return said
        return self._unsupported

    def left(self, c: Client) -> tuple[float, float]:
        """Return what is left of both clocks, now."""
        passed = self.world.now - c.clock_since
        return (
            max(0.0, c.recovery_left - c.speed * passed) if c.speed else c.recovery_left,
            max(0.0, c.worse_left - c.hazard * passed) if c.hazard else c.worse_left,
        )

    def _count_down(self, c: Client) -> None:
        c.recovery_left, c.worse_left = self.left(c)
        c.clock_since = self.world.now

    def change(self, c: Client) -> None:
        """A clock has run out: one level lighter or heavier, and a new phase."""
        c.stop(self._need)
        if c.recovers:
            self._to_level(c, max(c.level - 1, 0), 0)
        elif c.level < self._top:
            self._to_level(c, c.level + 1, 1)
        else:
            self.world.log(c, _CRISIS)
            self._to_level(c, c.level, 1)

    def _to_level(self, c: Client, level: int, why: int) -> None:
        changed = level != c.level
        c.level = level
        c.level_changes += 1
        if changed:
            self.world.log(c, _LEVEL, -1, why)
        self._begin_phase(c)
        if changed:
            self.world.happens(Moment.LEVEL, c)
        self.run(c)
        self.world.timers.arm(c)

    # ------------------------------------------------------------ what follows elsewhere
    def notified(self, c: Client) -> None:
        """Let a new phase begin with every visit to access."""
        if self._on:
            c.level_changes += c.visit > 0
            self._begin_phase(c)
            self.run(c)

    def placed(self, c: Client) -> None:
        """Go at the pace of a place; a stay of a given length does not follow the need."""
        if not self._in_line(c):
            self.run(c)
        elif self._on:
            self.pause(c)

    def levelled(self, c: Client) -> None:
        """Go on at the pace of the new level; in a line the clocks stand still."""
        if not self._in_line(c):
            self.run(c)

    def _in_line(self, c: Client) -> bool:
        """Tell whether a client is at a station of a line, or on the way to the next."""
        if c.place is not None:
            return not self.world.by_need(c.variant)
        return c.request is not None and c.request.kind == _NEXT

    def pause(self, c: Client) -> None:
        """Keep what is left of both clocks while they stand still."""
        self._count_down(c)
        self.stop(c)

    def relapsed(self, c: Client) -> None:
        """Have the level of a relapse, in a new phase."""
        c.level = self._relapse_level
        c.level_changes += 1
        if self._on:
            self._begin_phase(c)
            self.run(c)

    def stop(self, c: Client) -> None:
        """Stop both clocks."""
        c.stop(self._need)
        c.speed = c.hazard = 0.0

    # ------------------------------------------------------------ changes, and the start
    def carry(self, c: Client) -> None:
        """Fix what is left of both clocks before rates change."""
        if c.speed or c.hazard:
            self._count_down(c)

    def go_on(self, c: Client) -> None:
        """Go on at the pace that holds now."""
        if self._on and not self._in_line(c) and c.state != State.AFTERCARE:
            self._draw_missing(c)
            c.speed = c.hazard = 0.0
            c.stop(self._need)
            self.run(c)

    def _draw_missing(self, c: Client) -> None:
        """Draw a clock that this level had not when its phase began."""
        recovery = self._recovery[c.level]
        if c.recovery_left == INF and recovery is not None:
            c.recovery_left = recovery.at(c.number, c.level_changes)
        if c.worse_left == INF and self._hazard[c.level] > 0 and self._worse is not None:
            c.worse_left = self._worse.at(c.number, c.level_changes)

    def take(self, c: Client) -> dict[str, object]:
        """Keep what is left of both clocks."""
        recovery, worse = self.left(c)
        return {
            "recovery_left": recovery if recovery < INF else None,
            "worse_left": worse if worse < INF else None,
        }

    def put(self, c: Client, one: Snapshot) -> None:
        """Go on with the clocks of before, as far as they are known."""
        if self._on and c.state != State.AFTERCARE:
            self._begin_phase(c, one.recovery_left, one.kept.get("worse_left"))
            if not self._in_line(c):
                self.run(c)

    def clocks(self, c: Client) -> Iterable[tuple[object, float, float]]:
        """Return both clocks; in aftercare they are over."""
        if self._on and c.state != State.AFTERCARE:
            recovery, worse = self.left(c)
            yield ("recovery", c.level_changes), recovery, c.speed
            yield ("deterioration", c.level_changes), worse, c.hazard
