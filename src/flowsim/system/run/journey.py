"""The journey of a client on one screen: the mechanisms, and what follows each moment.

Only here do mechanisms meet. A mechanism is one class, and one name in `MECHANISMS`; where it has
to act after another, a line in `FOLLOWS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flowsim.system.mechanisms.access import Access
from flowsim.system.mechanisms.aftercare import Aftercare
from flowsim.system.mechanisms.again import Again
from flowsim.system.mechanisms.exits import Exits
from flowsim.system.mechanisms.finding import Finding
from flowsim.system.mechanisms.flips import Flips
from flowsim.system.mechanisms.judgement import Judgement
from flowsim.system.mechanisms.leaving import Leaving
from flowsim.system.mechanisms.lines import Lines
from flowsim.system.mechanisms.losing import Losing
from flowsim.system.mechanisms.mechanism import Mechanism
from flowsim.system.mechanisms.moving import Moving
from flowsim.system.mechanisms.needs import Needs
from flowsim.system.mechanisms.patience import Patience
from flowsim.system.mechanisms.providers import Providers
from flowsim.system.mechanisms.staff import Staff
from flowsim.system.mechanisms.supply import Supply
from flowsim.system.mechanisms.support import Support
from flowsim.system.mechanisms.tenancies import Tenancies
from flowsim.system.mechanisms.terms import Terms
from flowsim.system.mechanisms.widening import Widening
from flowsim.system.state.moments import Moment
from flowsim.system.waiting.cases import Casework
from flowsim.system.waiting.holding import Holding
from flowsim.system.waiting.requests import Requests
from flowsim.system.waiting.world import World

MECHANISMS: Final[tuple[type[Mechanism], ...]] = (
    Needs, Judgement, Support, Terms, Finding, Widening, Providers, Patience, Moving, Aftercare,
    Leaving, Lines, Flips, Tenancies, Losing, Access, Again, Exits, Supply, Staff,
)  # fmt: skip
"""From what is in a client to where the client is. Timers of one instant and a dated change go in
this order; what is wired, and what is put back at a start, the other way round: where one is comes
before what goes on there."""

FOLLOWS: Final[dict[Moment, tuple[Callable[[Any, Any], object], ...]]] = {
    # at the door
    Moment.NOTIFIED: (Needs.notified, Exits.notified),
    Moment.LINED_UP: (Patience.lined_up,),
    Moment.DECIDED: (Judgement.decided,),
    Moment.REPORTS: (Access.reports,),
    Moment.RETURNS: (Access.returns,),
    Moment.COMES_AGAIN: (Access.comes_again,),
    # waiting
    Moment.WAITS: (Exits.waits,),
    Moment.ASKED: (Patience.asked, Finding.asked, Losing.follow),
    Moment.REGROUPED: (Finding.regrouped,),
    Moment.ASKS_OTHER: (Patience.resolved,),
    Moment.RESOLVED: (Patience.resolved, Finding.resolved),
    Moment.FOUND_DWELLING: (Leaving.found, Flips.found, Losing.follow),
    Moment.LOST_DWELLING: (Leaving.lost,),
    # in a place
    Moment.PLACED: (
        Tenancies.placed, Flips.placed, Losing.follow, Terms.placed, Lines.placed,
        Support.placed, Moving.placed, Needs.placed, Exits.placed,
    ),
    Moment.LIVES: (Flips.lives, Losing.follow, Exits.placed),
    Moment.FOUND_IN_PLACE: (Moving.placed,),
    Moment.LEVEL: (
        Judgement.levelled, Access.levelled, Support.levelled, Moving.levelled,
        Requests.need_changed, Needs.levelled,
    ),
    Moment.STEPPED_UP: (Support.stepped_up,),
    Moment.SUPPORTED: (Needs.run,),
    Moment.REVIEWED: (Judgement.reviewed,),
    # and out of it
    Moment.READY: (Leaving.ready,),
    Moment.HOUSED: (Flips.stop, Losing.stop),
    Moment.TAKES_OVER: (Flips.takes_over,),
    Moment.LEFT: (Aftercare.left,),
    Moment.PLACE_OVER: (Terms.end, Needs.stop, Support.stop, Losing.stop),
    Moment.CARED_AFTER: (Exits.cared_after,),
    Moment.RELAPSED: (Needs.relapsed, Judgement.relapsed, Access.relapsed, Losing.stop),
    Moment.ENDS: (Casework.drop, Requests.drop, Holding.vacate, Needs.stop, Terms.end),
    Moment.GONE: (Again.gone,),
    Moment.OUT_OF_SIGHT: (Exits.leave_behind,),
}  # fmt: skip
"""What follows a moment, in order. A mechanism that a scenario never uses is not called."""

NEXT_STEP: Final = (Flips.next_step, Leaving.next_step, Moving.next_step)
"""Who says what a resident needs next: the first that has an answer."""

PACES: Final = (Support.pace,)
"""Who says at what pace a client's need goes: the first that has an answer; none: unsupported."""

OFFERED: Final = (Flips.refill,)
"""What follows when a dwelling is on offer, before anyone who waits can have it."""

SETTLED: Final = (Patience.settled,)
"""Who looks at what is left when nobody can be placed any more, until one lets something happen;
who would not wait gives up last."""


def meet(world: World) -> None:
    """Make every mechanism of a run, and tie what follows to each moment."""
    mechanisms = world.mechanisms = tuple(kind(world) for kind in MECHANISMS)
    parts = (world.casework, world.requests, world.holding, *mechanisms)

    def tied(acts: tuple[Callable[..., Any], ...]) -> list[Any]:
        """Return the acts as methods of the parts that have them, but for mechanisms at rest."""
        found = [(next(p for p in parts if _has(p, act)), act.__name__) for act in acts]
        return [getattr(part, name) for part, name in found if getattr(part, "active", True)]

    world.follows = [tied(FOLLOWS.get(moment, ())) for moment in sorted(Moment)]
    world.answers, world.offered = tied(NEXT_STEP), tied(OFFERED)
    world.paces, world.settled = tied(PACES), tied(SETTLED)
    world.requests.wire()
    world.holding.wire()
    for one in reversed(mechanisms):
        one.wire()
    configure(world)


def configure(world: World) -> None:
    """Let everything read the parameters that hold now."""
    world.routes.configure()
    world.queues.configure()
    world.settling.configure()
    world.requests.configure()
    world.casework.configure()
    for one in world.mechanisms:
        one.configure()


def begin(world: World) -> None:
    """Let everything book what the phase brings."""
    for one in world.mechanisms:
        one.begin()
    world.casework.begin_other_work(world.phase.other_work)


def _has(part: object, act: Callable[..., Any]) -> bool:
    return getattr(type(part), act.__name__, None) is act
