"""What must go together in the people of the start date."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flowsim.errors import msg
from flowsim.scenario.checks.staff import hours_served, serves_unknown
from flowsim.scenario.geography import Areas
from flowsim.scenario.raw import Finding, Raw, areas_of, blocks, by_area, number, plain, unreadable
from flowsim.scenario.values import whole_numbers


def findings(raw: Raw, file_of: Callable[[str], str]) -> Iterator[Finding]:
    """Yield what is wrong in the people of the start date."""
    yield from _levels(raw)
    yield from _counted(raw, file_of)
    yield from _ready_at_once(raw)


def _counted(raw: Raw, file_of: Callable[[str], str]) -> Iterator[Finding]:
    start = raw.get("start")
    if not isinstance(start, Mapping):
        return
    residents = start.get("residents", {})
    residents = residents if isinstance(residents, Mapping) else {}
    areas = areas_of(raw)
    for name, block in blocks(raw, "variant"):
        living = number(residents.get(name, 0))
        places = _places(block, areas)
        # Places that a later file takes away close as they fall free: nobody is put out.
        given = [at for key in ("places", "providers") for at in _paths(plain(block.get(key)), key)]
        counted = file_of(f"start.residents.{name}")
        if counted.startswith("--set"):  # then against the places of where the variant began
            counted = file_of(f"variant.{name}")
        lowered = any(
            file_of(f"variant.{name}.{at}") != counted for at in ("places", "scale", *given)
        )
        if living is not None and places is not None and living > places and not lowered:
            found = msg("{n} residents in {places} places", n=living, places=places)
            yield f"start.residents.{name}", found, msg("not more residents than places")
        ready = 0.0
        for key in ("ready_to_leave", "ready_to_move"):
            table = plain(start.get(key, {}))
            ready += (number(table.get(name, 0)) or 0.0) if isinstance(table, Mapping) else 0.0
        if living is not None and ready > living:
            found = msg("{n} are ready among {residents} residents", n=ready, residents=living)
            yield f"start.ready_to_leave.{name}", found, msg("not more ready than residents")


def _paths(value: object, path: str) -> Iterator[str]:
    """Yield the path of every number in a table, by area or by provider and area."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _paths(plain(inner), f"{path}.{key}")
    else:
        yield path


def _levels(raw: Raw) -> Iterator[Finding]:
    """People who are ready must have a level to be ready at."""
    start, leaving = raw.get("start"), raw.get("leaving", {})
    if not isinstance(start, Mapping) or not isinstance(leaving, Mapping):
        return
    if _some(start.get("ready_to_leave")) and "ready_at" not in leaving:
        found = msg("people are ready to leave, and leaving.ready_at is missing")
        yield "start.ready_to_leave", found, msg("give {key}", key="leaving.ready_at")
    levels = [name for name, _ in blocks(raw, "level")]
    variants = dict(blocks(raw, "variant"))
    moving = start.get("ready_to_move")
    for name in moving if isinstance(moving, Mapping) else ():
        variant = variants.get(str(name))
        if variant is None or serves_unknown(raw, variant):
            continue
        lightest = next((level for level, _ in hours_served(raw, variant)), None)
        if levels and lightest == levels[0]:
            found = msg("{variant!r} serves the lightest level", variant=name)
            hint = msg("nobody there needs a lighter variant")
            yield f"start.ready_to_move.{name}", found, hint


def _ready_at_once(raw: Raw) -> Iterator[Finding]:
    """Yield people whose levels are left out, where that sends some of them away at once.

    Their levels would be spread evenly over what the variant serves; who is at the level of
    `leaving.ready_at` leaves in the first instant. A burn-in gives them other levels.
    """
    start, leaving = raw.get("start"), raw.get("leaving")
    levels = [name for name, _ in blocks(raw, "level")]
    ready_at = leaving.get("ready_at") if isinstance(leaving, Mapping) else None
    if not isinstance(start, Mapping) or ready_at not in levels or start.get("burn_in_years"):
        return
    ready = levels[: levels.index(ready_at) + 1]
    residents, mixes = start.get("residents"), start.get("level_mix")
    for name, block in blocks(raw, "variant"):
        served = [level for level, _ in hours_served(raw, block) if level in ready]
        if "stay_days" in block or not served:
            continue
        found = msg("missing, and {variant!r} serves {level!r}, at which people are ready to leave",
                    variant=name, level=served[-1])  # fmt: skip
        settled = _settled(start, name) if isinstance(residents, Mapping) else 0
        if settled > 0 and name not in _keys(mixes) and not unreadable(mixes):
            yield f"start.level_mix.{name}", found, msg("give the levels of its residents")
        for line in _listed(start.get("waiting")):
            if line.get("variant") == name and "level_mix" not in line:
                hint = msg("give the levels of those who wait")
                yield f"start.waiting.{name}.level_mix", found, hint


def _settled(start: Raw, name: str) -> float:
    """Return how many residents of a variant are neither ready to leave nor to move."""
    counts = []
    for key in ("residents", "ready_to_leave", "ready_to_move"):
        table = plain(start.get(key))
        if unreadable(table) or (isinstance(table, Mapping) and unreadable(table.get(name))):
            return 0.0
        counts.append((number(table.get(name)) or 0.0) if isinstance(table, Mapping) else 0.0)
    return counts[0] - counts[1] - counts[2]


def _listed(value: Any) -> list[Raw]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _places(block: Raw, areas: Areas | None) -> float | None:
    tables = plain(block.get("providers"))
    listed = list(tables.values()) if isinstance(tables, Mapping) else [block.get("places")]
    spread = [by_area(one, block.get("scale", "region"), areas) for one in listed]
    if not all(spread):
        return None
    return float(sum(sum(whole_numbers(tuple(one.values()))) for one in spread))


def _some(count: Any) -> bool:
    """Tell whether there are people: a number, or a table by variant."""
    return bool(plain(count)) and not unreadable(count)


def _keys(table: Any) -> list[str]:
    return [str(key) for key in table] if isinstance(table, Mapping) else []
