"""What the types alone cannot say: names that must exist, shares that add up, areas that fit.

Works on the raw tables, so that these problems are found beside the errors in types.
"""

from __future__ import annotations

import math
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date as Date
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from flowsim.errors import Problem, one_of
from flowsim.scenario.flow import ORDERS
from flowsim.scenario.geography import Areas
from flowsim.scenario.model import BLOCK_KEYS, Scenario
from flowsim.scenario.providers import provider_findings, providers_of
from flowsim.scenario.ranges import range_problems
from flowsim.scenario.raw import Finding, Raw, all_numbers, areas_of, blocks, number, plain
from flowsim.scenario.values import (
    AreasOf,
    ByArea,
    Ref,
    Shares,
    is_evidence,
    whole_numbers,
)


def check(raw: Raw, file_of: Callable[[str], str]) -> list[Problem]:
    """Return the problems in names, shares, areas and combinations of keys."""
    findings = [*_Walker(raw).walk(), *_combinations(raw), *_start(raw, file_of)]
    unique = {(path, found): allowed for path, found, allowed in findings}
    return [
        Problem(file=file_of(path), path=path, found=found, allowed=allowed)
        for (path, found), allowed in unique.items()
    ]


# ---------------------------------------------------------------- names, shares and areas
class _Walker:
    """Walks the raw tables beside the types and tests what the types are marked with."""

    def __init__(self, raw: Raw) -> None:
        self.raw = raw
        self.areas = areas_of(raw)
        self.names: dict[str, list[str]] = {
            kind: [name for name, _ in blocks(raw, kind)] for kind in BLOCK_KEYS
        }
        self.names["profile"] = self.names["demand"]
        self.names["municipality"] = list(self.areas.municipalities)
        self.names["provider"] = providers_of(raw)

    def walk(self) -> Iterator[Finding]:
        yield from self._model(self.raw, Scenario, "", "region")

    def _model(self, raw: Raw, model: type[BaseModel], path: str, scale: str) -> Iterator[Finding]:
        default = model.model_fields["scale"].default if "scale" in model.model_fields else scale
        scale = raw.get("scale", default)
        for key, info in model.model_fields.items():
            if key in raw:
                yield from self._value(
                    raw[key], info.annotation, tuple(info.metadata), f"{path}{key}", scale
                )

    def _value(
        self, value: Any, annotation: Any, marks: tuple[Any, ...], path: str, scale: str
    ) -> Iterator[Finding]:
        if is_evidence(value):
            yield from range_problems(value, path)
        value = plain(value)
        origin, args = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            yield from self._value(value, args[0], marks + tuple(args[1:]), path, scale)
            return
        if origin in (Union, types.UnionType):
            inner = next((a for a in args if a is not type(None)), None)
            yield from self._value(value, inner, marks, path, scale)
            return
        yield from self._marks(value, marks, path, scale)
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            if isinstance(value, Mapping):
                yield from self._model(value, annotation, path + ".", scale)
        elif origin is tuple and isinstance(value, str) and len(args) == 2:
            yield from self._value(value, args[0], (), path, scale)
        elif origin is tuple and isinstance(value, list):
            for index, element in enumerate(value):
                inner = args[0 if args[1:] == (Ellipsis,) else index % len(args)]
                yield from self._value(element, inner, (), _element(path, element, index), scale)
        elif origin is dict and isinstance(value, Mapping):
            for key, element in value.items():
                yield from self._value(key, args[0], (), f"{path}.{key}", scale)
                yield from self._value(element, args[1], (), f"{path}.{key}", scale)

    def _marks(
        self, value: Any, marks: tuple[Any, ...], path: str, scale: str
    ) -> Iterator[Finding]:
        for mark in marks:
            if isinstance(mark, Ref):
                names = [*self.names[mark.kind], *mark.also]
                words = [value] if isinstance(value, str) else []
                words = list(value) if isinstance(value, Mapping) else words
                for word in words:
                    if word not in names:
                        here = word == value or path.endswith(f".{word}")
                        at = path if here else f"{path}.{word}"
                        yield at, f"no {mark.kind} {word!r}", one_of(names, str(word))
            elif isinstance(mark, Shares) and isinstance(value, Mapping) and all_numbers(value):
                shares = [number(share) or 0.0 for share in value.values()]
                total = math.fsum(shares)
                if mark.at_most:
                    if total > 1 + 1e-6 and max(shares) <= 1:
                        yield path, f"shares add up to {total:g}", "together at most 1"
                elif abs(total - 1) > 1e-6 and all(0 <= share <= 1 for share in shares):
                    yield path, f"shares add up to {total:g}", "they must add up to 1"
            elif isinstance(mark, AreasOf) and isinstance(value, Mapping):
                area_scale = mark.scale or scale
                if set(value) != {"each"} and area_scale in ("municipality", "subregion", "region"):
                    names = list(self.areas.of_scale(area_scale))  # type: ignore[arg-type]
                    for area in value:
                        if area not in names:
                            found = f"no {area_scale} {area!r} (the scale here)"
                            yield f"{path}.{area}", found, one_of(names, str(area))


def _element(path: str, element: Any, index: int) -> str:
    if isinstance(element, Mapping):
        name = element.get(BLOCK_KEYS.get(path, "variant"))
        return f"{path}.{name if isinstance(name, str) else index + 1}"
    return path


# ---------------------------------------------------------------- keys that need or exclude others
def _combinations(raw: Raw) -> Iterator[Finding]:
    yield from _names_once(raw)
    yield from _window(raw)
    yield from _inflow(raw)
    yield from _desks(raw)
    yield from _variants(raw)
    yield from _teams(raw)
    yield from _dwellings(raw)
    yield from _placement(raw)
    yield from _leaving(raw)
    yield from _levels_served(raw)
    yield from _start_levels(raw)
    yield from _changes(raw)
    yield from _clashes(raw)
    yield from provider_findings(raw)


def _names_once(raw: Raw) -> Iterator[Finding]:
    for kind in BLOCK_KEYS:
        seen: set[str] = set()
        for name, _ in blocks(raw, kind):
            if name in seen:
                yield f"{kind}.{name}", f"two blocks are called {name!r}", "give each its own name"
            seen.add(name)
    areas = areas_of(raw)
    listed = list(areas.municipalities)
    for name in {n for n in listed if listed.count(n) > 1}:
        yield "areas", f"two municipalities are called {name!r}", "give each its own name"


def _window(raw: Raw) -> Iterator[Finding]:
    about = raw.get("scenario")
    if isinstance(about, Mapping):
        yield from _exactly_one(about, ("years", "days"), "scenario", "the length of the window")


def _inflow(raw: Raw) -> Iterator[Finding]:
    inflows = ("per_10k_per_year", "per_year", "on_days")
    level_names = [name for name, _ in blocks(raw, "level")]
    for name, block in blocks(raw, "demand"):
        path = f"demand.{name}"
        yield from _exactly_one(block, inflows, path, "the inflow")
        if "level_mix" not in block and len(level_names) > 1:
            yield path, "level_mix is missing", "give the share of the clients by level"
        if "municipality" in block and "on_days" not in block:
            yield f"{path}.municipality", "given without on_days", "use a table in per_year"
        accepts = block.get("accepts_elsewhere")
        if isinstance(accepts, Mapping):
            near, far = (number(accepts.get(k, 0.0)) for k in ("municipality", "subregion"))
            if near is not None and far is not None and far > near:
                found = f"subregion = {far:g} is above municipality = {near:g}"
                yield f"{path}.accepts_elsewhere", found, "who goes far also goes near"


def _desks(raw: Raw) -> Iterator[Finding]:
    for name, block in blocks(raw, "desk"):
        path = f"desk.{name}"
        yield from _exactly_one(block, ("fte", "assessors"), path, "the capacity")
        if "fte" in block:
            yield from _needs(block, "fte", ("hours_per_fte", "assessment_hours"), path)
        if "assessors" in block:
            yield from _needs(block, "assessors", ("assessment_days",), path)
            for key in ("other_work", "reassessment_hours"):
                if key in block:
                    yield f"{path}.{key}", "counts in hours", "give fte and hours_per_fte instead"
    yield from _routes(raw)


def _routes(raw: Raw) -> Iterator[Finding]:
    profiles = [name for name, _ in blocks(raw, "demand")]
    levels = [name for name, _ in blocks(raw, "level")] or [""]
    totals = {(p, level): 0.0 for p in profiles for level in levels}
    for _, block in blocks(raw, "desk"):
        handles = block.get("handles")
        handles = handles if isinstance(handles, Mapping) else {}
        share = number(handles.get("share", 1.0))
        for p, level in totals:
            takes_profile = p in _listed(handles.get("profiles"), profiles)
            takes_level = level in _listed(handles.get("levels"), levels)
            if takes_profile and takes_level and share is not None:
                totals[p, level] += share
    wrong = [(p, level, t) for (p, level), t in totals.items() if t and abs(t - 1) > 1e-6]
    for p, level, total in wrong[:1]:
        who = f"profile {p!r}" + (f" at level {level!r}" if level else "")
        found = f"the desks that handle {who} have shares that add up to {total:g}"
        yield "desk", found, "they must add up to 1 (or no desk handles them: no access)"


def _listed(value: Any, everything: list[str]) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else everything


def _variants(raw: Raw) -> Iterator[Finding]:
    levels = [name for name, _ in blocks(raw, "level")]
    for name, block in blocks(raw, "variant"):
        path = f"variant.{name}"
        yield from _needs(block, "stay_days", ("next",), path)
        yield from _needs(block, "next", ("stay_days",), path)
        if block.get("keep_place_until", "next_step") != "next_step" and "stay_days" not in block:
            found = "given without stay_days"
            yield f"{path}.keep_place_until", found, "by need a place is kept until the next step"
        if "stay_days" not in block and not levels:
            hint = "give stay_days and next, or levels"
            yield path, "no stay_days, and there are no levels", hint
        if "places" in block and "providers" in block:
            yield f"{path}.places", "given beside providers", "give one of the two"
        if "dwellings" in block and block.get("tenancy") != "own":
            yield f"{path}.dwellings", "given without an own tenancy", 'set tenancy = "own"'
        serves = block.get("serves")
        if isinstance(serves, list) and all(s in levels for s in serves):
            at = [levels.index(s) for s in serves]
            if len(at) == 2 and at != sorted(at):
                yield f"{path}.serves", f"{serves!r}", "the lightest level first"
        yield from _same_tenancy(raw, block, path)


def _same_tenancy(raw: Raw, block: Raw, path: str) -> Iterator[Finding]:
    if block.get("keep_place_until") == "dwelling" and isinstance(block.get("next"), Mapping):
        tenancies = {n: b.get("tenancy") for n, b in blocks(raw, "variant")}
        if not any(tenancies.get(n) == "own" for n in block["next"]):
            found = '"dwelling", but no next variant has an own tenancy'
            yield f"{path}.keep_place_until", found, 'use "next_step" or "never"'


def _teams(raw: Raw) -> Iterator[Finding]:
    areas = areas_of(raw)
    teams = dict(blocks(raw, "team"))
    for name, block in teams.items():
        path = f"team.{name}"
        yield from _exactly_one(block, ("hours_per_week", "fte"), path, "the capacity")
        yield from _needs(block, "fte", ("client_hours",), path)
    for name, block in blocks(raw, "variant"):
        team = teams.get(str(block.get("team")))
        smallest = _smallest_minutes(team, areas) if team is not None else None
        factor = number(block.get("hours_factor", 1.0))
        if smallest is None or factor is None:
            continue
        for level, hours in _hours_served(raw, block):
            if hours is not None and round(60 * hours * factor) > smallest:
                each = f"{hours * factor:g} hours a week"
                found = f"level {level!r} asks {each} of team {block['team']!r}"
                yield (
                    f"variant.{name}.team",
                    found,
                    f"the team of the smallest area has {smallest / 60:g}: enlarge it or its scale",
                )


def _hours_served(raw: Raw, variant: Raw) -> Iterator[tuple[str, float | None]]:
    levels = [(name, number(b.get("hours_per_week", 0.0))) for name, b in blocks(raw, "level")]
    names = [name for name, _ in levels]
    serves = variant.get("serves")
    first, last = 0, len(names) - 1
    if isinstance(serves, list) and len(serves) == 2 and all(s in names for s in serves):
        first, last = sorted((names.index(serves[0]), names.index(serves[1])))
    yield from levels[first : last + 1]


def _smallest_minutes(team: Raw, areas: Areas) -> float | None:
    scale = team.get("scale", "region")
    if scale not in ("municipality", "subregion", "region"):
        return None
    names = areas.of_scale(scale)
    weights = tuple(areas.population_of(scale, name) for name in names)
    try:
        if "hours_per_week" in team:
            hours = ByArea.parse(plain(team["hours_per_week"])).spread(names, weights)
        else:
            present = float(plain(team["client_hours"]))
            for loss in ("vacancy", "absence"):
                present *= 1 - float(plain(team.get(loss, 0.0)))
            fte = ByArea.parse(plain(team["fte"])).spread(names, weights)
            hours = tuple(present * number for number in fte)
    except (KeyError, TypeError, ValueError):
        return None
    return 60 * min((h for h in hours if h > 0), default=0.0)


def _dwellings(raw: Raw) -> Iterator[Finding]:
    for name, block in blocks(raw, "dwellings"):
        path = f"dwellings.{name}"
        yield from _exactly_one(block, ("per_year", "every_days"), path, "the supply")
        if "every_days" in block and block.get("pattern", "even") != "even":
            yield f"{path}.pattern", repr(block["pattern"]), 'every_days goes with pattern = "even"'


def _placement(raw: Raw) -> Iterator[Finding]:
    placement = raw.get("placement")
    order = placement.get("order") if isinstance(placement, Mapping) else None
    if order == []:
        yield "placement.order", "an empty list", f"name variants, or one of {', '.join(ORDERS)}"
    elif isinstance(order, list) and len(order) > 1:
        for policy in (word for word in order if word in ORDERS):
            yield "placement.order", f"{policy!r} in a list", "a policy alone, or variants by name"


def _leaving(raw: Raw) -> Iterator[Finding]:
    leaving = raw.get("leaving")
    leaving = leaving if isinstance(leaving, Mapping) else {}
    by_need = [n for n, b in blocks(raw, "variant") if "stay_days" not in b]
    if by_need and any(blocks(raw, "level")) and "ready_at" not in leaving:
        hint = "name the level at which a resident is ready to leave"
        yield "leaving", "ready_at is missing", hint
    if "relapse" in leaving and "aftercare" not in leaving:
        yield "leaving.relapse", "given without aftercare", "relapse happens during aftercare"
    start = raw.get("start")
    if isinstance(start, Mapping) and start.get("aftercare") and "aftercare" not in leaving:
        found = "people in aftercare, but none is given"
        yield "start.aftercare", found, "describe it in [leaving.aftercare]"


def _levels_served(raw: Raw) -> Iterator[Finding]:
    variants = list(blocks(raw, "variant"))
    if not variants:
        return
    served = {level for _, block in variants for level, _ in _hours_served(raw, block)}
    levels = [name for name, _ in blocks(raw, "level")]
    for name, block in blocks(raw, "demand"):
        mix = plain(block.get("level_mix"))
        if isinstance(mix, Mapping):
            for level, share in mix.items():
                if level in levels and level not in served and number(share):
                    yield (
                        f"demand.{name}.level_mix.{level}",
                        f"no variant serves level {level!r}",
                        "widen the `serves` of a variant",
                    )


def _start(raw: Raw, file_of: Callable[[str], str]) -> Iterator[Finding]:
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
        given = [f"providers.{provider}" for provider in plain(block.get("providers", {}))]
        counted = file_of(f"start.residents.{name}")
        lowered = counted != "--set" and any(
            file_of(f"variant.{name}.{at}") != counted for at in ("places", *given)
        )
        if living is not None and places is not None and living > places and not lowered:
            found = f"{living:g} residents in {places:g} places"
            yield f"start.residents.{name}", found, "not more residents than places"
        ready = 0.0
        for key in ("ready_to_leave", "ready_to_move"):
            table = plain(start.get(key, {}))
            ready += (number(table.get(name, 0)) or 0.0) if isinstance(table, Mapping) else 0.0
        if living is not None and ready > living:
            found = f"{ready:g} are ready among {living:g} residents"
            yield f"start.ready_to_leave.{name}", found, "not more ready than residents"


def _start_levels(raw: Raw) -> Iterator[Finding]:
    """People who are ready must have a level to be ready at."""
    start, leaving = raw.get("start"), raw.get("leaving")
    if not isinstance(start, Mapping):
        return
    leaving = leaving if isinstance(leaving, Mapping) else {}
    if plain(start.get("ready_to_leave")) and "ready_at" not in leaving:
        found = "people are ready to leave, and leaving.ready_at is missing"
        yield "start.ready_to_leave", found, "give leaving.ready_at"
    levels = [name for name, _ in blocks(raw, "level")]
    variants = dict(blocks(raw, "variant"))
    moving = start.get("ready_to_move")
    for name in moving if isinstance(moving, Mapping) else ():
        serves = variants.get(str(name), {}).get("serves")
        lightest = serves[0] if isinstance(serves, list) and serves else levels[:1] and levels[0]
        if levels and lightest == levels[0]:
            found = f"{name!r} serves the lightest level"
            yield f"start.ready_to_move.{name}", found, "nobody there needs a lighter variant"


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


FIXED = ("scenario", "areas", "start", "change", "extends")
"""What a dated change cannot set."""


def _changes(raw: Raw) -> Iterator[Finding]:
    listed, about = raw.get("change"), raw.get("scenario")
    first = about.get("start", Date(2026, 1, 1)) if isinstance(about, Mapping) else None
    for nth, change in enumerate(listed if isinstance(listed, list) else [], start=1):
        if not isinstance(change, Mapping):
            continue
        path, day, last = f"change.{nth}", change.get("date"), change.get("until")
        if isinstance(day, Date) and isinstance(first, Date) and day <= first:
            hint = "write what holds from the start in the scenario itself"
            yield f"{path}.date", f"{day} is not after the start, {first}", hint
        if isinstance(day, Date) and isinstance(last, Date) and last <= day:
            yield f"{path}.until", f"{last} is not after {day}", "a ramp ends after it begins"
        values = change.get("set")
        for key in values if isinstance(values, Mapping) else ():
            if key.split(".")[0] in FIXED or key.endswith(".on_days"):
                yield f"{path}.set.{key}", "cannot change on a date", "leave it out"


def _clashes(raw: Raw) -> Iterator[Finding]:
    """Words with a meaning of their own, and numbers that only make sense together."""
    words = ("urgent", "new", "move", "leave", "return", "reassessment", "other_work")
    for name, _ in blocks(raw, "demand"):
        if name in words:
            yield f"demand.{name}", f"{name!r} is a word of `priority`", "choose another name"
    for name, block in blocks(raw, "desk"):
        light, heavy = (number(block.get(key, 0.0)) for key in ("too_light", "too_heavy"))
        if light is not None and heavy is not None and light + heavy > 1:
            found = f"too_light and too_heavy add up to {light + heavy:g}"
            yield f"desk.{name}", found, "together at most 1"
    for name, block in blocks(raw, "team"):
        if number(block.get("turnover_per_year")) and "fte" not in block:
            found = "turnover_per_year is given without fte"
            yield f"team.{name}", found, "positions are counted in fte"
    yield from _aftercare_fits(raw)


def _aftercare_fits(raw: Raw) -> Iterator[Finding]:
    leaving = raw.get("leaving")
    aftercare = leaving.get("aftercare") if isinstance(leaving, Mapping) else None
    if not isinstance(aftercare, Mapping):
        return
    team = dict(blocks(raw, "team")).get(str(aftercare.get("team")))
    level = dict(blocks(raw, "level")).get(str(aftercare.get("level")))
    if team is None or level is None:
        return
    smallest = _smallest_minutes(team, areas_of(raw))
    hours = number(level.get("hours_per_week", 0.0))
    if smallest is not None and hours is not None and round(60 * hours) > smallest:
        found = f"asks {hours:g} hours a week of team {aftercare['team']!r}"
        yield "leaving.aftercare", found, f"the team of the smallest area has {smallest / 60:g}"


# ---------------------------------------------------------------- two kinds of findings
def _exactly_one(block: Raw, keys: Iterable[str], path: str, what: str) -> Iterator[Finding]:
    given = [key for key in keys if key in block]
    if len(given) != 1:
        found = f"both {' and '.join(given)} are given" if given else f"{what} is missing"
        yield path, found, f"give exactly one of {', '.join(keys)}"


def _needs(block: Raw, key: str, others: Iterable[str], path: str) -> Iterator[Finding]:
    for other in others:
        if key in block and other not in block:
            yield path, f"{key} is given without {other}", f"give {other}"
