"""Day 0: put the people of the start where they are, in the state that is known of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from flowsim.cohort.snapshot import Snapshot
from flowsim.ledger import ROW, EventKind, How, pack
from flowsim.system.mechanisms.judgement import Judgement
from flowsim.system.state.moments import Moment, Part
from flowsim.system.state.people import Client
from flowsim.system.waiting.world import World

_IN_PLACE = ("settled", "ready", "move", "transit")


def put_in_place(world: World, c: Client, one: Snapshot, parts: Sequence[Part]) -> None:
    """Put one person of the start back in a state: from a burn-in, or from the data of today.

    ``parts``: the mechanisms that put something back, in that order. Rows carry the day on which
    the state began, where it is known.
    """
    begun = world.rows.tell()
    world.clients[c.number] = c
    c.live_in(one.municipality)
    world.routes.go_back(c, one.desk)
    world.mechanism(Judgement).recall(c, one.error)
    if one.state in _IN_PLACE:
        _live(world, c, one)
    for part in parts:
        part.put(c, one)
        if not world.is_here(c):
            return
    if one.review_since is not None:
        _in_order(world, begun)
    world.timers.arm(c)


def _live(world: World, c: Client, one: Snapshot) -> None:
    """Let somebody live in a place since the first day that is known."""
    variant = one.variant
    place = world.places[variant][one.provider][one.area]
    minutes = world.minutes(variant, c.award_level) if one.minutes is None else one.minutes
    at = one.municipality if one.supported_from is None else one.supported_from
    choice = world.options.resident(c, variant, place, world.team_of(variant, at), minutes)
    world.holding.put(c, choice)
    asked = one.since_days if one.state in ("ready", "move") else 0.0
    day = 0.0 - max(asked, one.review_since or 0.0)
    world.write(pack(day, c.number, choice.number, EventKind.PLACED, c.level, How.START))
    world.happens(Moment.LIVES, c)


def _in_order(world: World, begun: int) -> None:
    """Put the rows about one person in the order of their days."""
    world.rows.seek(begun)
    rows = np.frombuffer(world.rows.read(), dtype=ROW)
    world.rows.seek(begun)
    world.write(rows[np.argsort(rows["day"], kind="stable")].tobytes())
