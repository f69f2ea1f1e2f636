"""Names that must exist, shares that add up, areas that fit: what the types are marked with."""

from __future__ import annotations

import math
import types
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from flowsim.errors import Said, joined, msg, one_of
from flowsim.scenario import paths
from flowsim.scenario.geography import Areas
from flowsim.scenario.kinds import kind_said
from flowsim.scenario.model import BLOCK_KEYS, Scenario
from flowsim.scenario.providers import providers_of
from flowsim.scenario.ranges import mixed_groups, range_problems
from flowsim.scenario.raw import (
    SCALES,
    Finding,
    Raw,
    all_numbers,
    areas_named,
    blocks,
    number,
    plain,
    unreadable,
    whole,
)
from flowsim.scenario.values import EVIDENCE, AreasOf, Ref, Shares, is_evidence


def findings(raw: Raw, like: Raw) -> Iterator[Finding]:
    """Yield names that do not exist or stand twice, and shares and ranges that do not fit.

    ``like``: tables without a mistake; what is the very same object in both is not walked again.
    """
    yield from _Walker(raw).walk(like)
    yield from mixed_groups(raw)
    yield from _names_once(raw)
    yield from _words_of_priority(raw)


MOST_NAMES = 10
"""As many unknown names of one table are told."""


class _Walker:
    """Walks the raw tables beside the types and tests what the types are marked with."""

    def __init__(self, raw: Raw) -> None:
        self.raw = raw
        self.areas = areas_named(raw)
        self.names: dict[str, list[str]] = {
            kind: [name for name, _ in blocks(raw, kind)] for kind in BLOCK_KEYS
        }
        self.names["profile"] = self.names["demand"]
        self.names["municipality"] = self.areas["municipality"] if self.areas else []
        self.names["provider"] = providers_of(raw)
        variants = whole(raw, "variant") and not unreadable(
            *(block.get("providers") for _, block in blocks(raw, "variant"))
        )
        self.known = {kind for kind in BLOCK_KEYS if whole(raw, kind)}
        """Kinds of which every name can be read: of another kind a name may be there."""
        self.known |= {"profile"} if "demand" in self.known else set()
        self.known |= {"municipality"} if self.areas is not None else set()
        self.known |= {"provider"} if variants else set()

    def walk(self, like: Raw) -> Iterator[Finding]:
        other = _Walker(like)
        known = like and (self.names, self.areas) == (other.names, other.areas)
        raw = _changed(self.raw, like) if known else self.raw
        yield from self._model(raw, Scenario, "", "region")

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
        origin, args = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            yield from self._value(value, args[0], marks + tuple(args[1:]), path, scale)
            return
        if origin in (Union, types.UnionType):
            inner = next((a for a in args if a is not type(None)), None)
            yield from self._value(value, inner, marks, path, scale)
            return
        if is_evidence(value) and any(isinstance(mark, type(EVIDENCE)) for mark in marks):
            yield from range_problems(value, path)
            value = plain(value)
        yield from self._marks(value, marks, path, scale)
        if annotation is Areas:
            yield from _populations(value, path)
        elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
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
                below = f"{path}.{paths.part(key)}"
                yield from self._value(key, args[0], (), below, scale)
                yield from self._value(element, args[1], (), below, scale)

    def _marks(
        self, value: Any, marks: tuple[Any, ...], path: str, scale: str
    ) -> Iterator[Finding]:
        for mark in marks:
            if isinstance(mark, Ref) and mark.kind in self.known:
                names = [*self.names[mark.kind], *mark.also]
                words = [value] if isinstance(value, str) else []
                words = list(value) if isinstance(value, Mapping) else words
                known = frozenset(names)
                for word in [word for word in words if word not in known][:MOST_NAMES]:
                    here = word == value or path.endswith(f".{paths.part(word)}")
                    at = path if here else f"{path}.{paths.part(word)}"
                    found = msg("no {kind} {name!r}", kind=kind_said(mark.kind), name=str(word))
                    yield at, found, one_of(names, str(word))
            elif isinstance(mark, Shares) and isinstance(value, Mapping) and all_numbers(value):
                shares = [number(share) or 0.0 for share in value.values()]
                total = math.fsum(shares)
                if mark.at_most:
                    if total > 1 + 1e-6 and max(shares) <= 1:
                        yield path, _adds_up(total), msg("together at most 1")
                elif abs(total - 1) > 1e-6 and all(0 <= share <= 1 for share in shares):
                    yield path, _adds_up(total), msg("they must add up to 1")
            elif isinstance(mark, AreasOf) and isinstance(value, Mapping):
                area_scale = mark.scale or scale
                if set(value) != {"each"} and area_scale in SCALES and self.areas is not None:
                    yield from self._of_areas(value, area_scale, path, fixed=bool(mark.scale))

    def _of_areas(self, value: Raw, scale: str, path: str, *, fixed: bool) -> Iterator[Finding]:
        """Yield areas that are not there, or not at this scale; ``fixed``: no key says which."""
        assert self.areas is not None
        names = self.areas[scale]
        known = frozenset(names)
        elsewhere = {area: other for other in SCALES for area in self.areas[other]}
        for area in [area for area in value if area not in known][:MOST_NAMES]:
            found = msg("no {kind} {name!r}", kind=kind_said(scale), name=str(area))
            allowed = one_of(names, str(area))
            meant = next((one for one in (area, str(area).lower()) if one in elsewhere), None)
            if meant is not None and meant not in known:
                found = msg("no {kind} {name!r} (the scale here)",
                            kind=kind_said(scale), name=str(area))  # fmt: skip
                by = msg('for {area!r} write scale = "{scale}"', area=meant, scale=elsewhere[meant])
                allowed = one_of(names) if fixed else joined((one_of(names), by), "; ")
            yield f"{path}.{paths.part(area)}", found, allowed


def _populations(areas: Any, path: str) -> Iterator[Finding]:
    """Yield what is wrong with the ranges of populations; anything may be the name of one."""
    for name, members in areas.items() if isinstance(areas, Mapping) else ():
        for municipality, evidence in members.items() if isinstance(members, Mapping) else ():
            if is_evidence(evidence):
                at = f"{path}.{paths.part(name)}.{paths.part(municipality)}"
                yield from range_problems(evidence, at)


def _changed(raw: Raw, like: Raw) -> dict[str, Any]:
    """Return the sections and named blocks that are not the very same."""
    out: dict[str, Any] = {}
    for key, value in raw.items():
        before = like.get(key)
        if key in BLOCK_KEYS and isinstance(value, list) and isinstance(before, list):
            same = {id(block) for block in before}
            out[key] = [block for block in value if id(block) not in same]
        elif value is not before:
            out[key] = value
    return out


def _adds_up(total: float) -> Said:
    return msg("shares add up to {total}", total=total)


def _element(path: str, element: Any, index: int) -> str:
    if isinstance(element, Mapping):
        name = element.get(BLOCK_KEYS.get(path, "variant"))
        return f"{path}.{paths.part(name) if isinstance(name, str) and name else index + 1}"
    return path


def _names_once(raw: Raw) -> Iterator[Finding]:
    for kind in BLOCK_KEYS:
        seen: set[str] = set()
        for name, _ in blocks(raw, kind):
            if name in seen:
                found = msg("two blocks are called {name!r}", name=name)
                yield f"{kind}.{name}", found, msg("give each its own name")
            seen.add(name)
    areas = areas_named(raw)
    municipalities = areas["municipality"] if areas is not None else []
    for name in [n for n, times in Counter(municipalities).items() if times > 1]:
        found = msg("two municipalities are called {name!r}", name=name)
        yield "areas", found, msg("give each its own name")


WORDS = ("urgent", "new", "move", "leave", "return", "reassessment", "other_work")


def _words_of_priority(raw: Raw) -> Iterator[Finding]:
    for name, _ in blocks(raw, "demand"):
        if name in WORDS:
            found = msg("{name!r} is a word of `priority`", name=name)
            yield f"demand.{name}", found, msg("choose another name")
