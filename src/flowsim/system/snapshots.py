"""Take the state of everybody in the chain at an instant, and put it back in another run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowsim.cohort.snapshot import Snapshot
from flowsim.cohort.start import Person
from flowsim.ledger import EventKind, How, RequestKind, State, pack
from flowsim.system.agenda import INF
from flowsim.system.people import Client
from flowsim.system.timers import ACCESS, WAITING

if TYPE_CHECKING:
    from flowsim.system.world import World

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


def take(world: World) -> list[Snapshot]:
    """Return the state of everybody who is in the chain, by client number."""
    return [_taken(world, c) for c in world.clients if c is not None]


def _taken(world: World, c: Client) -> Snapshot:
    now = world.now
    request = c.request
    variant, area = c.variant, -1
    if c.place is not None:
        area = world.layout.areas(world.layout.variants[variant].scale).index(c.place.info.area)
    elif c.state == State.WAITING and request is not None:
        variant = request.variants[0]
    passed = now - c.clock_since
    stage = c.stage_at
    if c.case is not None and c.case.started and c.state == State.ASSESSING:
        stage = c.case.ends_at
    return Snapshot(
        state=_WORDS[c.state],
        variant=variant,
        provider=_provider(world, c),
        area=area,
        municipality=c.home,
        origin=c.origin,
        notified_at=c.notified_at,
        profile=c.profile,
        reach=c.reach,
        urgent=c.urgent,
        tenancy=c.tenancy,
        level=c.level,
        award_level=c.award_level,
        recovery_left=c.recovery_left - c.speed * passed if c.speed else c.recovery_left,
        worse_left=c.worse_left - c.hazard * passed if c.hazard else c.worse_left,
        exit_left=world.timers.exits_left(c),
        award_left=c.award_end - now,
        stage_left=stage - now,
        relapse_left=world.leaving.relapse_left(c),
        find_left=world.requests.find_left(c),
        patience_left=c.patience_at - now,
        since_days=now - (request.day if request is not None else c.notified_on),
        destination=c.destination,
    )


def _provider(world: World, c: Client) -> int:
    if c.place is None:
        return -1
    rows = world.places[c.variant]
    return next(p for p, row in enumerate(rows) if any(pool is c.place for pool in row))


# ---------------------------------------------------------------- back in a run
def restore(world: World, c: Client, person: Person, one: Snapshot) -> None:
    """Put a person in the state that was taken, on day 0 of this run."""
    c.level, c.award_level = one.level, one.award_level
    c.error = c.award_level - c.level
    c.home = one.municipality
    c.destination = one.destination
    c.recovery_left, c.worse_left = one.recovery_left, one.worse_left
    world.timers.restore_exits(c, one.exit_left)
    c.desk = world.access.desk_of(c)
    match one.state:
        case "queue" | "assessing" | "paperwork":
            _in_access(world, c, one)
        case "waiting":
            _waiting(world, c, one)
        case "aftercare":
            world.leaving.start_aftercare(c, one.stage_left, one.relapse_left)
        case _:
            _resident(world, c, person, one)
    if world.needs.active and one.state != "aftercare":
        world.needs.run(c)
    world.timers.arm(c)


def _in_access(world: World, c: Client, one: Snapshot) -> None:
    desk, day = c.desk, -one.since_days
    world.timers.move_exits(c, ACCESS)
    number = world.number(desk)
    world.write(pack(day, c.number, number, EventKind.NOTIFIED, c.level, RequestKind.NEW))
    c.notified_on = day
    if desk is None:
        world.access.decide(c)
    elif one.state == "paperwork":
        world.log(c, EventKind.PAPERWORK, number)
        world.access.start_paperwork(c, one.stage_left)
    elif one.state == "assessing" and desk.free > 0:
        world.access.resume(c, desk, one.stage_left)
    else:
        world.access.go_on_in_queue(c, desk, day)


def _waiting(world: World, c: Client, one: Snapshot) -> None:
    c.state = State.WAITING
    world.timers.move_exits(c, WAITING)
    fit = world.access.suitable(c, RequestKind.NEW)
    first = one.variant
    variants = (first, *(v for v in fit if v != first)) if first in fit else fit or (first,)
    world.requests.ask(c, RequestKind.NEW, variants, row=EventKind.AWARDED, day=-one.since_days)
    if one.patience_left < INF:
        c.patience_at = one.patience_left
    world.requests.restore_find(c, one.find_left)


def _resident(world: World, c: Client, person: Person, one: Snapshot) -> None:
    variant = person.variant
    place = world.places[variant][person.provider][person.area]
    choice = world.options.resident(variant, place, world.team_of(variant, c.home), c.award_level)
    world.occupancy.put(c, choice)
    since = -one.since_days if one.state in ("move", "ready") else 0.0
    world.write(pack(since, c.number, choice.number, EventKind.PLACED, c.level, How.START))
    world.needs.set_under(c)
    if not world.by_need(variant):
        world.lines.begin(c, one.stage_left)
    world.timers.move_exits(c, variant)
    if one.award_left < INF:
        world.access.resume_term(c, one.award_left)
    if one.state == "ready":
        world.leaving.ready(c, since, one.destination)
        world.requests.restore_find(c, one.find_left)
    elif one.state == "transit":
        world.leaving.resume_transit(c, one.stage_left)
    elif one.state == "move":
        fit = world.needs.fitting(c)
        if fit:
            world.requests.ask(c, RequestKind.MOVE, fit, day=since)
            world.requests.restore_find(c, one.find_left)
