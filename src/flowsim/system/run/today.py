"""Day 0: put the people of the start where they are, in the state that is known of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowsim.cohort.snapshot import Snapshot
from flowsim.ledger import EventKind, How, Reason, RequestKind, State, pack
from flowsim.system.state.agenda import INF
from flowsim.system.state.people import ACCESS, WAITING, Client

if TYPE_CHECKING:
    from flowsim.system.state.world import World

_AT_DESK = ("deciding", "queue", "assessing", "paperwork")


def put_in_place(world: World, c: Client, one: Snapshot) -> None:
    """Put one person of the start back in a state: from a burn-in, or from the data of today.

    Rows carry the day on which the state began, where it is known.
    """
    world.clients[c.number] = c
    c.home = one.municipality
    c.error = one.error
    c.award_level = world.needs.judged(c)
    c.returning = one.returning
    if one.tenancy_at_door is not None:
        c.line_tenancy = one.tenancy_at_door
    c.desk = world.access.desk_of_today(c, one.desk)
    world.exits.restore(c, one.exit_left)
    if world.needs.active and one.state != "aftercare":
        world.needs.begin_phase(c, one.recovery_left, one.worse_left)
    if one.state in _AT_DESK:
        _at_desk(world, c, one)
    elif one.state == "waiting":
        _waiting(world, c, one)
    elif one.state == "aftercare":
        world.leaving.start_aftercare(c, one.stage_left, one.relapse_left)
    else:
        _resident(world, c, one)
    if c.error and one.state != "aftercare":
        world.log(c, EventKind.MISJUDGED, -1, c.error)
    if one.state != "aftercare" and (c.place is None or world.by_need(c.variant)):
        world.needs.run(c)
    world.timers.arm(c)


def _at_desk(world: World, c: Client, one: Snapshot) -> None:
    access, desk, day = world.access, c.desk, 0.0 - one.since_days
    c.state, c.notified_on = State.QUEUE, day
    world.exits.move(c, ACCESS)
    kind = RequestKind.RETURN if one.returning else RequestKind.NEW
    world.write(pack(day, c.number, world.number(desk), EventKind.NOTIFIED, c.level, kind))
    if desk is None:
        access.decide(c)
    elif one.state in ("deciding", "paperwork") and access.has_paperwork(desk):
        access.resume_paperwork(c, desk, one.stage_left)
    else:
        access.resume_case(c, desk, day, one.work_left, one.work_done)
        if c.state == State.QUEUE:
            access.set_patience(c, desk, one.patience_left)


def _waiting(world: World, c: Client, one: Snapshot) -> None:
    c.state = State.WAITING
    world.exits.move(c, WAITING)
    kind = RequestKind.NEW if one.request is None else RequestKind(one.request)
    variants, row = one.wanted, EventKind.STEPPED_OUT
    if kind == RequestKind.NEXT:
        world.terms.resume(c, one)
    else:
        fit, first = world.access.suitable(c, kind), one.variant
        variants = (first, *(v for v in fit if v != first)) if first in fit else fit or one.wanted
        at_home = kind == RequestKind.RETURN and not c.returning
        row = EventKind.REQUESTED if at_home else EventKind.AWARDED
    world.requests.ask(c, kind, variants, row=row, day=0.0 - one.since_days)
    _resume_waiting(world, c, one)


def _resume_waiting(world: World, c: Client, one: Snapshot) -> None:
    """Go on with the timers of waiting, where they are known."""
    world.requests.restore_waiting(c, one.patience_left, one.lead_left)
    if one.find_left is not None:
        world.requests.restore_find(c, one.find_left)
    if one.lose_left is not None:
        world.tenancies.restore(c, one.lose_left)
    world.providers.resume(c, one.own_choice, one.turned_away)


def _resident(world: World, c: Client, one: Snapshot) -> None:
    variant, needs = one.variant, world.needs
    place = world.places[variant][one.provider][one.area]
    minutes = world.minutes(variant, c.award_level) if one.minutes is None else one.minutes
    at = one.municipality if one.supported_from is None else one.supported_from
    choice = world.options.resident(c, variant, place, world.team_of(variant, at), minutes)
    world.holding.put(c, choice)
    if one.flip_left is not None and world.flips.active:
        world.flips.restore(c, one.flip_left, one.flip_due)
    if one.lose_left is not None:
        world.tenancies.restore(c, one.lose_left)
    asked = one.since_days if one.state in ("ready", "move") else 0.0
    reviewed = one.review_since or 0.0
    day = 0.0 - max(asked, reviewed)
    world.write(pack(day, c.number, choice.number, EventKind.PLACED, c.level, How.START))
    world.exits.move(c, variant)
    if reviewed >= asked:
        world.terms.resume(c, one)
    if not world.by_need(variant):
        world.lines.begin(c, one.stage_left)
    if one.state != "settled":
        _resume_next_step(world, c, one)
    if reviewed < asked:
        world.terms.resume(c, one)
    if world.by_need(variant):
        if one.state == "settled" and not needs.at_home_in(c):
            needs.settle_in(c)
        else:
            needs.resume_support(c, one.step_since, one.support_left)


def _resume_next_step(world: World, c: Client, one: Snapshot) -> None:
    """Go on with what someone in place was waiting for, or with the transition."""
    day = 0.0 - one.since_days
    if one.state == "transit":
        world.leaving.resume_transit(c, Reason(one.destination), one.found, one.stage_left)
    elif one.state == "ready":
        world.leaving.ready(c, day, Reason(one.destination), one.found)
    elif not world.by_need(c.variant):
        if one.request is not None:
            c.stage_at = INF
            world.requests.ask(c, one.request, one.wanted, day=day)
    elif one.request == RequestKind.FLIP and c.flip_due:
        world.requests.ask(c, RequestKind.FLIP, one.wanted, day=day)
    elif fit := world.needs.fitting(c):
        world.requests.ask(c, RequestKind.MOVE, fit, day=day)
    if c.request is not None:
        _resume_waiting(world, c, one)
