"""What must go together in the people of the start date."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from flowsim.errors import msg
from flowsim.scenario.geography import Areas
from flowsim.scenario.raw import Finding, Raw, areas_of, blocks, number, plain
from flowsim.scenario.values import ByArea, whole_numbers


def findings(raw: Raw, file_of: Callable[[str], str]) -> Iterator[Finding]:
    """Yield what is wrong in the people of the start date."""
    yield from _levels(raw)
    yield from _counted(raw, file_of)


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
        lowered = counted != "--set" and any(
            file_of(f"variant.{name}.{at}") != counted for at in ("places", "scale", *given)
        )
        if living is not None and places is not None and living > places and not lowered:
            found = msg("{n:g} residents in {places:g} places", n=living, places=places)
            yield f"start.residents.{name}", found, msg("not more residents than places")
        ready = 0.0
        for key in ("ready_to_leave", "ready_to_move"):
            table = plain(start.get(key, {}))
            ready += (number(table.get(name, 0)) or 0.0) if isinstance(table, Mapping) else 0.0
        if living is not None and ready > living:
            found = msg("{n:g} are ready among {residents:g} residents", n=ready, residents=living)
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
    start, leaving = raw.get("start"), raw.get("leaving")
    if not isinstance(start, Mapping):
        return
    leaving = leaving if isinstance(leaving, Mapping) else {}
    if plain(start.get("ready_to_leave")) and "ready_at" not in leaving:
        found = msg("people are ready to leave, and leaving.ready_at is missing")
        yield "start.ready_to_leave", found, msg("give {key}", key="leaving.ready_at")
    levels = [name for name, _ in blocks(raw, "level")]
    variants = dict(blocks(raw, "variant"))
    moving = start.get("ready_to_move")
    for name in moving if isinstance(moving, Mapping) else ():
        serves = variants.get(str(name), {}).get("serves")
        lightest = serves[0] if isinstance(serves, list) and serves else levels[:1] and levels[0]
        if levels and lightest == levels[0]:
            found = msg("{variant!r} serves the lightest level", variant=name)
            hint = msg("nobody there needs a lighter variant")
            yield f"start.ready_to_move.{name}", found, hint


def _places(block: Raw, areas: Areas) -> float | None:
    scale = block.get("scale", "region")
    if scale not in ("municipality", "subregion", "region"):
        return None
    names = areas.of_scale(scale)
    weights = tuple(areas.population_of(scale, n) for n in names)
    tables = block.get("providers")
    listed = list(tables.values()) if isinstance(tables, Mapping) else [block.get("places")]
    if listed == [None]:
        return None
    try:
        spread = [ByArea.parse(plain(one)).spread(names, weights) for one in listed]
    except (TypeError, ValueError):
        return None
    return float(sum(sum(whole_numbers(one)) for one in spread))
