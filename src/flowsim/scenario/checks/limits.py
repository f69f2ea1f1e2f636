"""What cannot be unlimited, and amounts that nobody can count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from flowsim.errors import msg
from flowsim.scenario import paths
from flowsim.scenario.raw import Finding, Raw, areas_of, blocks, by_area, number, plain
from flowsim.scenario.toml_text import as_found

ENDED: Final = {
    "demand": ("per_year", "weight"),
    "dwellings": ("per_year", "stock"),
    "desk": ("fte",),
    "team": ("fte", "on_call_fte"),
}
"""Numbers by area that are not a capacity: without end there is no rate, and no cost."""
MOST: Final = {
    "variant": {"places": 1e9, "providers": 1e9, "hours_factor": 1e3},
    "desk": {"assessors": 1e6, "fte": 1e6, "hours_per_fte": 1e3},
    "team": {"hours_per_week": 1e7, "fte": 1e5, "client_hours": 1e2},
    "dwellings": {"cap": 1e9, "stock": 1e6, "batch": 1e6},
    "level": {"hours_per_week": 1e4},
}
"""Above these, whole numbers of places, minutes and persons can no longer be counted."""
MOST_PERSONS: Final = 1e9
"""Of the start date, in one place."""


def findings(raw: Raw) -> Iterator[Finding]:
    """Yield capacities and counts that cannot be."""
    if not raw.get("variant") and not raw.get("desk"):
        yield "variant", msg("no variant"), msg("a scenario has at least one [[variant]]")
    for kind, keys in ENDED.items():
        for name, block in blocks(raw, kind):
            for key in keys:
                if plain(block.get(key)) == "unlimited":
                    found, hint = (
                        as_found("unlimited"),
                        msg("a number: only a capacity is unlimited"),
                    )
                    yield f"{kind}.{paths.part(name)}.{key}", found, hint
    for kind, limits in MOST.items():
        for name, block in blocks(raw, kind):
            for key, most in limits.items():
                yield from _above(block.get(key), most, f"{kind}.{paths.part(name)}.{key}")
    start = raw.get("start")
    for key in ("residents", "ready_to_leave", "ready_to_move", "deciding", "aftercare"):
        if isinstance(start, Mapping):
            yield from _above(start.get(key), MOST_PERSONS, f"start.{key}")
    waiting = start.get("waiting") if isinstance(start, Mapping) else None
    for at, line in enumerate(waiting if isinstance(waiting, list) else [], 1):
        if isinstance(line, Mapping):
            waits_for = line.get("variant")
            where = paths.part(waits_for) if isinstance(waits_for, str) and waits_for else at
            yield from _above(line.get("persons"), MOST_PERSONS, f"start.waiting.{where}.persons")
    yield from _without_weight(raw)


def _without_weight(raw: Raw) -> Iterator[Finding]:
    """Yield weights that leave nobody to share a whole region's clients out to."""
    areas = areas_of(raw)
    for name, block in blocks(raw, "demand"):
        weight = plain(block.get("weight"))
        known = {*areas.municipalities, "each"} if areas is not None else set()
        if number(block.get("per_year")) is None or not known.issuperset(
            weight if isinstance(weight, Mapping) else ()
        ):
            continue
        shares = by_area(weight, "municipality", areas)
        if shares and sum(shares.values()) == 0:
            hint = msg("weights that do not add up to 0; for no clients at all: per_year = 0")
            yield f"demand.{paths.part(name)}.weight", as_found(weight), hint


def _above(value: Any, most: float, path: str) -> Iterator[Finding]:
    """Yield each number above the most that can be, wherever it stands in a table."""
    bare = plain(value)
    if isinstance(bare, Mapping):
        for key, below in bare.items():
            yield from _above(below, most, f"{path}.{paths.part(key)}")
    elif (number(bare) or 0.0) > most:
        yield path, as_found(bare), msg("at most {most}", most=float(most))
