"""Clients, their cases at a desk, and their requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from flowsim.ledger import State
from flowsim.system.state.agenda import INF, Actor

if TYPE_CHECKING:
    from flowsim.system.state.choices import Request
    from flowsim.system.state.desks import Case, DeskPool
    from flowsim.system.state.pools import PlacePool, Step, TeamPool


_QUEUE: Final = State.QUEUE


def _nothing(_: object) -> None:
    """What happens at the end of no stage."""


class _Often(Actor):
    """What nearly every event reads or writes: kept together in memory."""

    number: int
    """Lasting number in the cohort."""
    home: int
    """Municipality that the client lives or settles in."""
    reach: int
    """How far a place is accepted: 0 own municipality, 1 subregion, 2 region."""
    tenancy: bool
    """Rents a dwelling now."""
    level: int
    """The true level."""
    visit: int
    """Number of the visit to access, from 0."""
    stays: list[int] | None
    """Stays begun so far by variant."""
    state: State
    """Where in the chain."""
    variant: int
    """Variant lived in; -1 none."""
    place: PlacePool | None
    """Pool of the place lived in."""
    team: TeamPool | None
    """Team that gives support, in a place or in aftercare."""
    minutes: int
    """Minutes a week that it gives."""
    request: Request | None
    """What is waited for."""
    step: Step | None
    """More minutes that are waited for."""
    stage_act: Callable[[Any], None]
    """What the end of the stage under way brings."""
    stage_at: float
    """Day on which it ends: a stay, paperwork, a transition, aftercare."""
    due: dict[int, float]
    """When each timer that runs goes off (`flowsim.system.state.timers`)."""
    booked_at: float
    """Day for which the client is in the calendar."""
    booked_act: Callable[[Any], None] | None
    """What is due then."""

    __slots__ = tuple(__annotations__)


class Client(_Often):
    """One person. What happens next is the earliest of the timers; the state sets them all."""

    profile: int
    """By number; -1 not known."""
    origin: int
    """Municipality; -1 outside the region."""
    notified_at: int
    """Municipality of notification."""
    urgent: bool
    """Goes first where the policy says so."""
    provider: int
    """Preferred provider, by its lasting number; -1 none."""
    line_tenancy: bool
    """Rented one at the door."""
    award_level: int
    """The level that the award names, and that support goes by."""
    level_changes: int
    """Changes of level so far: which draw of the clocks of need holds."""
    error: int
    """By how many levels the award is too light or too heavy."""
    counts: dict[int, int] | None
    """Occurrences used so far of the draws that can recur."""
    desk: DeskPool | None
    """The desk that handles the case and the award; None: none does, or not known yet."""
    case: Case | None
    """Open case at the desk: notification or reassessment."""
    reserved: tuple[TeamPool, int] | None
    """Minutes kept free in a team for aftercare, from the offer to the move."""
    wish: Wish | None
    """What the open request leaves out, and whom it waits for; None: nothing and nobody."""
    under: bool
    """Gets less support than the level asks, or a place that does not serve it."""
    destination: int
    """Where to, once ready (`flowsim.ledger.Reason`)."""
    moving_to: int
    """Municipality of the dwelling that the client in transition leaves for."""
    housed_by: int
    """Ledger number of the option of the leaving under way."""
    notified_on: float
    """Day of the notification of this visit."""
    award_end: float
    """Day on which the term of the award ends; infinite without a term."""
    returning: bool
    """Came back through the desk after relapse."""
    review_asked: float
    """Day on which the reassessment under way was asked for."""
    gone_for: int
    """Reason for which the client left the chain last."""
    target: int
    """Variant that a stay in a line is followed by; for who waits for a dwelling first."""
    times_ready: int
    """How often ready to leave so far."""
    found: bool
    """Found the dwelling for the step under way without the contingent."""
    exit_left: dict[int, float] | None
    """What is left of the threshold of each other exit, on the day since which it runs."""
    exit_place: int
    """Where the client is, for their rates (`flowsim.system.mechanisms.exits`)."""
    exit_since: float
    """Day since which they run at these rates."""
    exit_kind: int
    """Reason of the exit that comes first."""
    recovery_left: float
    """Days until recovery at speed 1, on the day since which the clocks run."""
    worse_left: float
    """What is left of the threshold of deterioration, on that day."""
    speed: float
    """Of recovery; 0: the clock stands still."""
    hazard: float
    """Of deterioration, per day."""
    recovers: bool
    """Whether recovery is the clock that runs out first."""
    clock_since: float
    """Day since which both clocks run at this pace."""
    find_left: float
    """What is left of the threshold of finding a dwelling alone, while it stands still."""
    relapse_left: float
    """The same, of relapse."""
    flip_due: bool
    """The trial is over: may go on as tenant of the dwelling lived in."""

    __slots__ = tuple(__annotations__)

    def __init__(
        self,
        number: int,
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
        self.number, self.profile, self.origin = number, profile, origin
        self.notified_at = self.home = notified_at
        self.level = self.award_level = level
        self.reach, self.urgent, self.provider = reach, urgent, provider
        self.tenancy, self.line_tenancy = tenancy, line_tenancy
        self.due = {}
        self.state = _QUEUE
        self.stage_act = _nothing
        self.booked_act = self.counts = self.stays = self.exit_left = None
        self.desk = self.case = self.place = self.team = self.reserved = None
        self.wish = self.request = self.step = None
        self.stage_at = self.booked_at = self.award_end = self.review_asked = INF
        self.recovery_left = self.worse_left = self.find_left = INF
        self.relapse_left = INF
        self.speed = self.hazard = self.clock_since = self.exit_since = self.notified_on = 0.0
        self.ticket = self.level_changes = self.error = self.visit = self.minutes = 0
        self.destination = self.moving_to = self.gone_for = self.times_ready = self.exit_kind = 0
        self.variant = self.housed_by = self.target = -1
        self.exit_place = -9
        self.under = self.returning = self.found = self.recovers = self.flip_due = False

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

    def occurrence(self, draw: int) -> int:
        """Count one more use of a draw; return its number, from 0."""
        if self.counts is None:
            self.counts = {}
        used = self.counts.get(draw, 0)
        self.counts[draw] = used + 1
        return used


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
