"""Take the state of everybody in the chain at an instant; `today` puts it back in another run."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from flowsim.cohort.snapshot import Snapshot
from flowsim.ledger import State
from flowsim.system.state.people import Client

if TYPE_CHECKING:
    from flowsim.system.waiting.world import World

_NAMED = tuple(one.name for one in fields(Snapshot))
"""What has a name in every snapshot; the rest is a mechanism's own."""
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
    elif request is not None:
        variant = request.variants[0]
    said: dict[str, Any] = {
        "state": _WORDS[c.state],
        "municipality": c.moving_to if c.state == State.TRANSIT else c.home,
        "level": c.level,
        "since_days": now - (request.day if request is not None else c.notified_on),
        "variant": variant,
        "provider": _provider(world, c),
        "area": area,
        "profile": c.profile,
        "origin": c.origin,
        "notified_at": c.notified_at,
        "reach": c.reach,
        "urgent": c.urgent,
        "tenancy": c.tenancy,
        "tenancy_at_door": c.line_tenancy,
        "prefers": c.provider,
        "supported_from": _supported_from(world, c),
        "request": None if request is None else request.kind,
        "wanted": () if request is None else request.variants,
        "desk": -1 if c.desk is None else c.desk.block,
        "stage_left": c.stage_at - now,
    }
    kept = world.casework.take(c)
    for one in world.mechanisms:
        kept |= one.take(c)
    said |= {name: kept.pop(name) for name in _NAMED if name in kept}
    return Snapshot(**said, kept=kept)


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
