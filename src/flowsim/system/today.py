"""Day 0: put the people of the start where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowsim.cohort.start import Person
from flowsim.ledger import EventKind, How, Reason, RequestKind, State, pack
from flowsim.system.people import Client
from flowsim.system.snapshots import restore
from flowsim.system.timers import ACCESS, WAITING

if TYPE_CHECKING:
    from flowsim.system.world import World


def put_in_place(world: World, c: Client, person: Person) -> None:
    """Put one person of the start in the state that the data of today say."""
    world.clients[c.number] = c
    c.award_level = c.level
    if person.snapshot is not None:
        restore(world, c, person, person.snapshot)
        return
    match person.state:
        case "deciding":
            _deciding(world, c, person)
        case "waiting":
            _waiting(world, c, person)
        case "aftercare":
            world.leaving.start_aftercare(c, person.remaining)
        case _:
            _resident(world, c, person)


def _resident(world: World, c: Client, person: Person) -> None:
    variant = person.variant
    place = world.places[variant][person.provider][person.area]
    choice = world.options.resident(variant, place, world.team_of(variant, c.home), c.level)
    world.occupancy.put(c, choice)
    day = 0.0 - person.since_days
    world.write(pack(day, c.number, choice.number, EventKind.PLACED, c.level, How.START))
    if world.layout.variants[variant].stay_days is not None:
        world.lines.begin(c, person.remaining)
    elif world.needs.active:
        world.needs.begin_phase(c, person.remaining)
        c.under = False
        world.needs.run(c)
    world.timers.move_exits(c, variant)
    world.access.start_term_of_today(c, person.award_share)
    if person.state == "ready":
        world.leaving.ready(c, day, Reason.OWN_DWELLING)  # or they would not wait
    elif person.state == "move":
        fit = world.needs.fitting(c)
        if fit:
            world.requests.ask(c, RequestKind.MOVE, fit, day=day)
    elif world.by_need(variant):
        world.needs.settle_in(c)
    world.timers.arm(c)


def _waiting(world: World, c: Client, person: Person) -> None:
    if world.needs.active:
        world.needs.begin_phase(c)
    c.desk = world.access.desk_of(c)
    c.state = State.WAITING
    world.timers.move_exits(c, WAITING)
    fit = world.access.suitable(c, RequestKind.NEW)
    ordered = (person.variant, *(v for v in fit if v != person.variant))
    variants = ordered if person.variant in fit else (person.variant,)
    day = 0.0 - person.since_days
    world.requests.ask(c, RequestKind.NEW, variants, row=EventKind.AWARDED, day=day)
    world.needs.run(c)
    world.timers.arm(c)


def _deciding(world: World, c: Client, person: Person) -> None:
    if world.needs.active:
        world.needs.begin_phase(c)
        world.needs.run(c)
    day = c.notified_on = -person.since_days
    c.desk = desk = world.access.desk_of(c)
    number = world.number(desk)
    world.write(pack(day, c.number, number, EventKind.NOTIFIED, c.level, RequestKind.NEW))
    world.timers.move_exits(c, ACCESS)
    if desk is None:
        world.access.decide(c)
    else:
        world.access.go_on(c, desk, day)
    world.timers.arm(c)
