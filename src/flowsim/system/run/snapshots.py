"""Take the state of everybody in the chain at an instant; `today` puts it back in another run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowsim.cohort.snapshot import Snapshot
from flowsim.ledger import State
from flowsim.system.state.agenda import INF
from flowsim.system.state.people import Client

if TYPE_CHECKING:
    from flowsim.system.state.world import World

_WORDS = {
    State.QUEUE: "queue",
    State.ASSESSING: "assessing",
    State.PAPERWORK: "paperwork",
    State.WAITING: "waiting",
    State.SETTLED: "settled",
    State.MOVING: "move",
    State.READY: "ready",
    State.TRANSIT: "transit",
    State.AFTERCARE: "aftercare",
}


_UNDECIDED = (State.QUEUE, State.ASSESSING, State.PAPERWORK)


def take(world: World) -> list[Snapshot]:
    """Return the state of everybody who is in the chain, by client number."""
    return [_taken(world, c) for c in world.clients if c is not None]


def _taken(world: World, c: Client) -> Snapshot:
    now = world.now
    request, case = c.request, c.case
    variant, area = c.variant, -1
    if c.place is not None:
        area = world.layout.areas(world.layout.variants[variant].scale).index(c.place.info.area)
    elif request is not None:
        variant = request.variants[0]
    work_left, work_done = None, 0.0
    if case is not None:
        work_left = case.hours
        if case.started:
            work_left = (case.ends_at - now) / case.desk.days_per_hour
            work_done = case.hours - work_left
    recovery_left, worse_left = world.needs.clocks_left(c)
    return Snapshot(
        state=_WORDS[c.state],
        municipality=c.moving_to if c.state == State.TRANSIT else c.home,
        level=c.level,
        since_days=now - (request.day if request is not None else c.notified_on),
        variant=variant,
        provider=_provider(world, c),
        area=area,
        profile=c.profile,
        origin=c.origin,
        notified_at=c.notified_at,
        reach=c.reach,
        urgent=c.urgent,
        tenancy=c.tenancy,
        tenancy_at_door=c.line_tenancy,
        prefers=c.provider,
        error=0 if c.state in _UNDECIDED else c.error,
        recovery_left=_known(recovery_left),
        worse_left=_known(worse_left),
        supported_from=_supported_from(world, c),
        minutes=c.minutes,
        step_since=None if c.step is None else now - c.step.day,
        support_left=world.needs.support_left(c),
        exit_left=world.exits.left(c),
        request=None if request is None else request.kind,
        wanted=() if request is None else request.variants,
        returning=c.returning,
        destination=int(c.destination),
        found=c.found,
        patience_left=_known(c.at(world.requests.patience) - now),
        find_left=world.requests.find_left(c),
        lead_left=world.requests.lead_left(c),
        own_choice=c.wish is not None and c.wish.own_choice,
        turned_away=() if c.wish is None else c.wish.left(now),
        flip_left=world.flips.left(c),
        flip_due=c.flip_due,
        lose_left=world.tenancies.left(c),
        desk=-1 if c.desk is None else c.desk.block,
        work_left=work_left,
        work_done=work_done,
        review_since=now - c.review_asked if _under_review(c) else None,
        award_left=_known(c.award_end - now),
        stage_left=c.stage_at - now,
        relapse_left=_known(world.leaving.relapse_left(c)),
    )


def _known(left: float) -> float | None:
    return left if left < INF else None


def _under_review(c: Client) -> bool:
    return c.case is not None and c.review_asked < INF


def _supported_from(world: World, c: Client) -> int | None:
    if c.team is None or c.place is None:
        return None
    layout = world.layout
    scale = layout.teams[world.variant_team[c.variant]].scale
    area = layout.areas(scale).index(c.team.info.area)
    inside = layout.municipalities_in(scale, area)
    return c.home if c.home in inside else inside[0]


def _provider(world: World, c: Client) -> int:
    if c.place is None:
        return -1
    rows = world.places[c.variant]
    return next(p for p, row in enumerate(rows) if any(pool is c.place for pool in row))
