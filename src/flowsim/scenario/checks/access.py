"""What must go together in who comes and who decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flowsim.errors import msg
from flowsim.scenario.checks.both import exactly_one, needs
from flowsim.scenario.raw import (
    Finding,
    Raw,
    areas_of,
    blocks,
    by_area,
    number,
    unreadable,
    whole,
)
from flowsim.scenario.toml_text import as_found_at


def findings(raw: Raw) -> Iterator[Finding]:
    """Yield what is wrong in profiles and desks."""
    yield from _inflow(raw)
    yield from _desks(raw)
    yield from _open(raw)
    yield from _routes(raw)
    yield from _misjudged(raw)


def _inflow(raw: Raw) -> Iterator[Finding]:
    inflows = ("per_10k_per_year", "per_year", "on_days")
    level_names = [name for name, _ in blocks(raw, "level")]
    for name, block in blocks(raw, "demand"):
        path = f"demand.{name}"
        yield from exactly_one(block, inflows, path, msg("the inflow"))
        if "level_mix" not in block and len(level_names) > 1 and whole(raw, "level"):
            found = msg("{key} is missing", key="level_mix")
            yield path, found, msg("give the share of the clients by level")
        if "municipality" in block and "on_days" not in block:
            found = msg("given without {key}", key="on_days")
            yield f"{path}.municipality", found, msg("use a table in per_year")
        accepts = block.get("accepts_elsewhere")
        if isinstance(accepts, Mapping):
            near, far = (number(accepts.get(k, 0.0)) for k in ("municipality", "subregion"))
            if near is not None and far is not None and far > near:
                found = msg("{far} is above {near}", far=as_found_at("subregion", far),
                            near=as_found_at("municipality", near))  # fmt: skip
                yield f"{path}.accepts_elsewhere", found, msg("who goes far also goes near")


def _desks(raw: Raw) -> Iterator[Finding]:
    for name, block in blocks(raw, "desk"):
        path = f"desk.{name}"
        yield from exactly_one(block, ("fte", "assessors"), path, msg("the capacity"))
        if "fte" in block:
            yield from needs(block, "fte", ("hours_per_fte", "assessment_hours"), path)
        if "assessors" in block:
            yield from needs(block, "assessors", ("assessment_days",), path)
            for key in ("other_work", "reassessment_hours"):
                if key in block:
                    hint = msg("give fte and hours_per_fte instead")
                    yield f"{path}.{key}", msg("counts in hours"), hint


def _open(raw: Raw) -> Iterator[Finding]:
    """Yield desks that nobody works at: who notifies there would wait for ever."""
    areas = areas_of(raw)
    for name, block in blocks(raw, "desk"):
        for key in ("fte", "assessors"):
            present = by_area(block.get(key), block.get("scale", "region"), areas)
            if present and not any(present.values()):
                found, hint = msg("nobody works here"), msg("more than 0, or leave the desk out")
                yield f"desk.{name}.{key}", found, hint


def _routes(raw: Raw) -> Iterator[Finding]:
    if not all(whole(raw, kind) for kind in ("demand", "level", "desk")) or any(
        _handles_unread(block.get("handles")) for _, block in blocks(raw, "desk")
    ):
        return
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
        who = msg("profile {profile!r}", profile=p)
        if level:
            who = msg("profile {profile!r} at level {level!r}", profile=p, level=level)
        found = msg("the desks that handle {who} have shares that add up to {total}", who=who,
                    total=total)  # fmt: skip
        yield "desk", found, msg("they must add up to 1 (or no desk handles them: no access)")


def _handles_unread(handles: Any) -> bool:
    parts = [*handles.values()] if isinstance(handles, Mapping) else [handles]
    return any(unreadable(*one) if isinstance(one, list) else unreadable(one) for one in parts)


def _listed(value: Any, everything: list[str]) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else everything


def _misjudged(raw: Raw) -> Iterator[Finding]:
    for name, block in blocks(raw, "desk"):
        light, heavy = (number(block.get(key, 0.0)) for key in ("too_light", "too_heavy"))
        if light is not None and heavy is not None and light + heavy > 1:
            found = msg("too_light and too_heavy add up to {total}", total=light + heavy)
            yield f"desk.{name}", found, msg("together at most 1")
