"""Need over time: two clocks at each level, and what support does to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowsim.cohort.streams import Stream
from flowsim.ledger import EventKind, RequestKind, State
from flowsim.scenario.need import Speed
from flowsim.system.state.agenda import INF, LEVEL
from flowsim.system.state.people import Client
from flowsim.system.state.pools import Step
from flowsim.system.state.world import per_day

if TYPE_CHECKING:
    from flowsim.system.state.world import World

_LEVEL, _SUPPORT, _CRISIS = (
    int(kind) for kind in (EventKind.LEVEL, EventKind.SUPPORT, EventKind.CRISIS)
)
_OPEN = (State.WAITING, State.QUEUE, State.ASSESSING, State.PAPERWORK)


class Needs:
    """Recovery and deterioration, and support that follows the need in place."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._need = world.timers.on("need", self.change, LEVEL)
        self._support = world.timers.on("support", self.respond)

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        world = self.world
        levels, draws = world.layout.levels, world.cohort.draws
        self._recovery = [
            None
            if level.recovery_days is None
            else draws.durations(Stream.RECOVERY, level.recovery_days)
            for level in levels
        ]
        self._worse = draws.thresholds(Stream.WORSE) if levels else None
        self._hazard = [per_day(level.worse_per_year) for level in levels]
        self._top = len(levels) - 1
        by_need = any(world.layout.by_need)
        clocks = any(self._hazard) or any(c is not None for c in self._recovery)
        self.active = bool(levels) and by_need and clocks
        """Whether levels change at all in this scenario."""
        situation = world.scenario.situation
        self._adequate, self._under = situation.adequate, situation.under
        self._unsupported = situation.unsupported
        self._ready = world.layout.ready_level
        self._response = [
            world.layout.teams[team].response_days if team >= 0 else 0.0
            for team in world.variant_team
        ]

    # ------------------------------------------------------------ clocks
    def begin_phase(
        self, c: Client, recovery_left: float | None = None, worse_left: float | None = None
    ) -> None:
        """Draw both clocks anew for the phase that begins now, but for what is known of them."""
        recovery = self._recovery[c.level]
        if recovery_left is None:
            recovery_left = INF if recovery is None else recovery.at(c.number, c.phase)
        if worse_left is None:
            assert self._worse is not None
            worse_left = self._worse.at(c.number, c.phase) if self._hazard[c.level] > 0 else INF
        c.recovery_left, c.worse_left = recovery_left, worse_left
        c.clock_since = self.world.now
        c.speed = c.hazard = 0.0
        c.stop(self._need)

    def run(self, c: Client) -> None:
        """Let the clocks run at the pace of the client's situation; keep what is left."""
        if not self.active:
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
        if c.place is None:
            return self._unsupported
        return self._under if c.under else self._adequate

    def clocks_left(self, c: Client) -> tuple[float, float]:
        """Return what is left of both clocks, now."""
        passed = self.world.now - c.clock_since
        return (
            max(0.0, c.recovery_left - c.speed * passed) if c.speed else c.recovery_left,
            max(0.0, c.worse_left - c.hazard * passed) if c.hazard else c.worse_left,
        )

    def _count_down(self, c: Client) -> None:
        c.recovery_left, c.worse_left = self.clocks_left(c)
        c.clock_since = self.world.now

    def carry(self, c: Client) -> None:
        """Fix what is left of both clocks before rates change."""
        if c.speed or c.hazard:
            self._count_down(c)

    def go_on(self, c: Client) -> None:
        """Go on at the pace that holds now; support follows if a level asks other hours."""
        if c.place is not None and c.state != State.TRANSIT and self.world.by_need(c.variant):
            coming = c.minutes if c.step is None else c.minutes + c.step.extra
            if not c.runs(self._support) and coming != self.world.minutes(c.variant, c.award_level):
                self._follow(c, None if c.step is None else c.step.day)
            else:  # what is under way goes on
                self._set_under(c)
            self._next_step(c)
        in_line = c.place is not None and not self.world.by_need(c.variant)
        if self.active and not in_line and c.state != State.AFTERCARE:
            self._draw_missing(c)
            c.speed = c.hazard = 0.0
            c.stop(self._need)
            self.run(c)

    def _draw_missing(self, c: Client) -> None:
        """Draw a clock that this level had not when its phase began."""
        recovery = self._recovery[c.level]
        if c.recovery_left == INF and recovery is not None:
            c.recovery_left = recovery.at(c.number, c.phase)
        if c.worse_left == INF and self._hazard[c.level] > 0 and self._worse is not None:
            c.worse_left = self._worse.at(c.number, c.phase)

    def stop(self, c: Client) -> None:
        """Stop both clocks."""
        c.stop(self._need)
        c.stop(self._support)
        c.speed = c.hazard = 0.0

    def pause(self, c: Client) -> None:
        """Keep what is left of both clocks: a stay of a given length does not follow the need."""
        self._count_down(c)
        self.stop(c)

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
        c.award_level = self.judged(c)
        c.phase += 1
        if changed:
            self.world.log(c, _LEVEL, -1, why)
        self.begin_phase(c)
        if changed:
            self._react(c)
        self.run(c)
        self.world.timers.arm(c)

    def judged(self, c: Client) -> int:
        """Return the level that awards and support go by: the true one but for misjudgement."""
        return min(max(c.level + c.error, 0), max(self._top, 0))

    def correct(self, c: Client) -> None:
        """Correct a misjudged level; support follows."""
        c.error = 0
        if c.award_level != c.level:
            c.award_level = c.level
            self.world.log(c, EventKind.CORRECTED)
            self._react(c)
            self.run(c)

    # ------------------------------------------------------------ what a change of level means
    def settle_in(self, c: Client) -> None:
        """Begin in a place: adequate support unless the level is beyond what it serves."""
        c.stop(self._support)
        self.set_under(c)
        if self._lightest(c) > c.award_level or c.award_level <= self._ready or c.under:
            self._react(c)
        self.run(c)

    def at_home_in(self, c: Client) -> bool:
        """Tell whether a resident's place serves the level, so that nothing else is needed."""
        return c.award_level > self._ready and self.world.serves(c.variant, c.award_level)

    def _react(self, c: Client) -> None:
        """Follow a change of level: more or less support, another variant, or leaving."""
        if c.state in _OPEN:
            self.world.requests.level_changed(c)
            return
        if c.state not in (State.SETTLED, State.MOVING, State.READY):
            return
        if not self.world.by_need(c.variant):
            return
        self._follow(c)
        self._next_step(c)

    def _next_step(self, c: Client) -> None:
        """Stay, ask for another variant, or be ready to leave: what the level says."""
        if c.flip_due and self.world.flips.follow(c):
            return
        requests = self.world.requests
        if c.award_level <= self._ready:
            if c.state != State.READY:
                requests.withdraw(c, silent=True)
                self.world.leaving.ready(c)
        elif self.world.serves(c.variant, c.award_level):
            requests.withdraw(c)
        else:
            self._ask_move(c)

    def fitting(self, c: Client) -> tuple[int, ...]:
        """Return the other variants that serve a resident's level, in order."""
        world = self.world
        return tuple(v for v in world.named[c.award_level] if v != c.variant)

    def _ask_move(self, c: Client) -> None:
        """Ask for a variant that serves the level; nothing is asked where none does."""
        world = self.world
        fit = self.fitting(c)
        if c.state == State.READY:
            world.requests.withdraw(c)
        if not fit:
            world.requests.withdraw(c)
        elif c.state != State.MOVING:
            world.requests.ask(c, RequestKind.MOVE, fit)
        elif c.request is not None and c.request.variants != fit:
            world.requests.want(c, fit)

    def _lightest(self, c: Client) -> int:
        return self.world.layout.range_of(c.variant)[0]

    # ------------------------------------------------------------ support in place
    def _follow(self, c: Client, day: float | None = None) -> None:
        """Let the support follow the need after the response time of the team.

        ``day``: since when a step up waits, which it keeps.
        """
        need = self.world.minutes(c.variant, c.award_level)
        waited = c.step is not None
        self.cancel_step(c)
        self._set_under(c)
        if need == c.minutes or c.team is None:
            c.stop(self._support)
        elif day is not None and need > c.minutes:
            self.wait_for_hours(c, day, need - c.minutes)
        elif self._response[c.variant] > 0:
            c.due[self._support] = self.world.now + self._response[c.variant]
        else:
            self.respond(c)
            return
        if waited:
            self.world.requests.holding_changed(c)

    def support_left(self, c: Client) -> float:
        """Return the days until the support follows the need."""
        return c.at(self._support) - self.world.now

    def respond(self, c: Client) -> None:
        """Adjust the hours: less at once, more when the team has room."""
        c.stop(self._support)
        team, world = c.team, self.world
        assert team is not None
        need = world.minutes(c.variant, c.award_level)
        if need < c.minutes and c.state != State.TRANSIT:  # aftercare counts on these hours
            team.give(c.minutes - need)
            self._given(c, need)
        elif need > c.minutes:
            self.wait_for_hours(c, world.now, need - c.minutes)
            world.requests.holding_changed(c)
        world.timers.arm(c)

    def wait_for_hours(self, c: Client, day: float, extra: int) -> None:
        """Put a step up in the team's queue, by its day."""
        assert c.team is not None
        c.step = Step(c.number, day, extra)
        c.team.promise(c.step)

    def stepped_up(self, c: Client) -> None:
        """The team had room: the hours are raised."""
        step = c.step
        assert step is not None
        c.step = None
        self._given(c, c.minutes + step.extra)
        self.world.timers.arm(c)

    def _given(self, c: Client, minutes: int) -> None:
        c.minutes = minutes
        self._set_under(c, write=False)
        self.world.log(c, _SUPPORT, minutes, int(c.under))
        self.world.requests.holding_changed(c)
        self.run(c)

    def _set_under(self, c: Client, write: bool = True) -> None:
        lacks = self._lacks(c)
        if lacks != c.under:
            c.under = lacks
            if write:
                self.world.log(c, _SUPPORT, c.minutes, int(lacks))

    def resume_support(self, c: Client, step_since: float | None, support_left: float) -> None:
        """Go on with the support of someone who was in place before the start."""
        self.set_under(c)
        need = self.world.minutes(c.variant, c.award_level)
        if c.team is None or c.minutes == need or c.state == State.TRANSIT:
            return
        if step_since is not None and need > c.minutes:
            self.wait_for_hours(c, 0.0 - step_since, need - c.minutes)
        elif support_left < INF:
            c.due[self._support] = self.world.now + support_left
        else:
            self._follow(c)

    def set_under(self, c: Client) -> None:
        """Note whether someone who enters a place is under-supported from the first day."""
        c.under = self._lacks(c)
        if c.under:
            self.world.log(c, _SUPPORT, c.minutes, 1)

    def _lacks(self, c: Client) -> bool:
        if c.team is not None and c.minutes < self.world.minutes(c.variant, c.award_level):
            return True
        return c.level > min(c.award_level, self.world.layout.range_of(c.variant)[1])

    def cancel_step(self, c: Client) -> None:
        """Take back a step up that waits; call it before the team changes."""
        step = c.step
        if step is not None and c.team is not None:
            c.step = None
            c.team.take_back(step)
