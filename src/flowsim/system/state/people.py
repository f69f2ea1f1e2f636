"""Clients, their cases at a desk, and their requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flowsim.ledger import State
from flowsim.system.state.agenda import INF, Actor

if TYPE_CHECKING:
    from flowsim.system.state.choices import Request
    from flowsim.system.state.desks import Case, DeskPool
    from flowsim.system.state.pools import PlacePool, Step, TeamPool


class _Often(Actor):
    """What nearly every event reads or writes: kept together in memory."""

    __slots__ = (
        "booked_act",
        "booked_at",
        "due",
        "home",
        "level",
        "minutes",
        "number",
        "place",
        "reach",
        "request",
        "stage_act",
        "stage_at",
        "state",
        "stays",
        "step",
        "team",
        "tenancy",
        "variant",
        "visit",
    )


class Client(_Often):
    """One person. What happens next is the earliest of the timers; the state sets them all."""

    __slots__ = (
        "award_end",
        "award_level",
        "case",
        "clock_since",
        "counts",
        "desk",
        "destination",
        "error",
        "exit_kind",
        "exit_left",
        "exit_place",
        "exit_since",
        "find_left",
        "flip_due",
        "found",
        "gone_for",
        "hazard",
        "housed_by",
        "line_tenancy",
        "lose_left",
        "moving_to",
        "notified_at",
        "notified_on",
        "origin",
        "phase",
        "profile",
        "provider",
        "recovers",
        "recovery_left",
        "relapse_left",
        "reserved",
        "returning",
        "review_asked",
        "speed",
        "target",
        "times_ready",
        "under",
        "urgent",
        "wish",
        "worse_left",
    )

    def __init__(
        self,
        number: int,
        *,
        profile: int = -1,
        origin: int = 0,
        notified_at: int = 0,
        level: int = 0,
        reach: int = 0,
        urgent: bool = False,
        provider: int = -1,
        tenancy: bool = False,
        line_tenancy: bool = False,
    ) -> None:
        self.number = number
        """Lasting number in the cohort."""
        self.ticket = 0
        """Number of the appointment that holds; 0 when there is none."""
        self.profile = profile
        """By number; -1 not known."""
        self.origin = origin
        """Municipality; -1 outside the region."""
        self.notified_at = notified_at
        """Municipality of notification."""
        self.home = notified_at
        """Municipality that the client lives or settles in."""
        self.reach = reach
        """How far a place is accepted: 0 own municipality, 1 subregion, 2 region."""
        self.urgent = urgent
        """Goes first where the policy says so."""
        self.provider = provider
        """Preferred provider, by its lasting number; -1 none."""
        self.tenancy = tenancy
        """Rents a dwelling now."""
        self.line_tenancy = line_tenancy
        """Rented one at the door."""
        self.level = level
        """The true level."""
        self.award_level = level
        """The level that the award names, and that support goes by."""
        self.phase = 0
        """Number of level changes."""
        self.error = 0
        """By how many levels the award is too light or too heavy."""
        self.visit = 0
        """Number of the visit to access, from 0."""
        self.counts: dict[int, int] | None = None
        """Occurrences used so far of the streams that can recur."""
        self.stays: list[int] | None = None
        """Stays begun so far by variant."""
        self.state = State.QUEUE
        """Where in the chain."""
        self.desk: DeskPool | None = None
        """The desk that handles the case and the award; None: none does, or not known yet."""
        self.case: Case | None = None
        """Open case at the desk: notification or reassessment."""
        self.variant = -1
        """Variant lived in; -1 none."""
        self.place: PlacePool | None = None
        """Pool of the place lived in."""
        self.team: TeamPool | None = None
        """Team that gives support, in a place or in aftercare."""
        self.minutes = 0
        """Minutes a week that it gives."""
        self.reserved: tuple[TeamPool, int] | None = None
        """Minutes kept free in a team for aftercare, from the offer to the move."""
        self.wish: Wish | None = None
        """What the open request leaves out, and whom it waits for; None: nothing and nobody."""
        self.request: Request | None = None
        """What is waited for."""
        self.step: Step | None = None
        """More minutes that are waited for."""
        self.under = False
        """Gets less support than the level asks, or a place that does not serve it."""
        self.destination = 0
        """Where to, once ready (`flowsim.ledger.Reason`)."""
        self.moving_to = 0
        """Municipality of the dwelling that the client in transition leaves for."""
        self.housed_by = -1
        """Ledger number of the option of the leaving under way."""
        self.notified_on = 0.0
        """Day of the notification of this visit."""
        self.award_end = INF
        """Day on which the term of the award ends; infinite without a term."""
        self.returning = False
        """Came back through the desk after relapse."""
        self.review_asked = INF
        """Day on which the reassessment under way was asked for."""
        self.gone_for = 0
        """Reason for which the client left the chain last."""
        self.target = -1
        """Variant that a stay in a line is followed by; for who waits for a dwelling first."""
        self.times_ready = 0
        """How often ready to leave so far."""
        self.found = False
        """Found the dwelling for the step under way without the contingent."""
        self.exit_left: dict[int, float] | None = None
        """What is left of the threshold of each other exit, on the day since which it runs."""
        self.exit_place = -9
        """Where the client is, for their rates (`flowsim.system.mechanisms.exits`)."""
        self.exit_since = 0.0
        """Day since which they run at these rates."""
        self.exit_kind = 0
        """Reason of the exit that comes first."""
        self.recovery_left = INF
        """Days until recovery at speed 1, on the day since which the clocks run."""
        self.worse_left = INF
        """What is left of the threshold of deterioration, on that day."""
        self.speed = 0.0
        """Of recovery; 0: the clock stands still."""
        self.hazard = 0.0
        """Of deterioration, per day."""
        self.recovers = False
        """Whether recovery is the clock that runs out first."""
        self.clock_since = 0.0
        """Day since which both clocks run at this pace."""
        self.find_left = INF
        """What is left of the threshold of finding a dwelling alone, while it stands still."""
        self.lose_left = INF
        """The same, of losing the dwelling rented."""
        self.relapse_left = INF
        """The same, of relapse."""
        self.flip_due = False
        """The trial is over: may go on as tenant of the dwelling lived in."""
        self.stage_act: Callable[[Any], None] = _nothing
        """What the end of the stage under way brings."""
        self.stage_at = INF
        """Day on which it ends: a stay, paperwork, a transition, aftercare."""
        self.due: dict[int, float] = {}
        """When each timer that runs goes off (`flowsim.system.state.timers`)."""
        self.booked_at = INF
        """Day for which the client is in the calendar."""
        self.booked_act: Callable[[Any], None] | None = None
        """What is due then."""

    def become(self, state: State) -> None:
        """Be in another state."""
        self.state = state

    def live_in(self, municipality: int) -> None:
        """Live, or have lived last, in another municipality."""
        self.home = municipality

    def rent(self, yes: bool) -> None:
        """Rent a dwelling, or none any more."""
        self.tenancy = yes

    def at(self, timer: int) -> float:
        """Return when a timer goes off; infinite when it does not run."""
        return self.due.get(timer, INF)

    def runs(self, timer: int) -> bool:
        """Tell whether a timer runs."""
        return self.due.get(timer, INF) < INF

    def stop(self, timer: int) -> None:
        """Let a timer run no more."""
        self.due.pop(timer, None)

    def occurrence(self, stream: int) -> int:
        """Count one more use of a stream; return its number, from 0."""
        if self.counts is None:
            self.counts = {}
        used = self.counts.get(stream, 0)
        self.counts[stream] = used + 1
        return used


def _nothing(_: object) -> None:
    """What happens at the end of no stage."""


class Wish:
    """What a request for a first place leaves out: the client's own choice, and refusals."""

    __slots__ = ("own_choice", "preferred", "until")

    def __init__(self, preferred: int) -> None:
        self.preferred = preferred
        """Provider; -1 none."""
        self.own_choice = False
        """Refused another provider: waits for the preferred one alone."""
        self.until: dict[tuple[int, int], float] = {}
        """Day on which a provider may be asked again, by (variant, provider)."""

    def left(self, now: float) -> tuple[tuple[int, int, float], ...]:
        """Return who refused: variant, provider, days until they may be asked again."""
        return tuple((*at, day - now) for at, day in sorted(self.until.items()))

    @property
    def key(self) -> tuple[object, ...]:
        """What it does to options: equal keys, equal options."""
        return (self.preferred, self.own_choice, *sorted(self.until))
