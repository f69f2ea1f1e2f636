"""What a number is to who draws guesses: a guess, a count of today, a lever or a price.

A field says so where it is declared (`OfKind`); evidence that says nothing is a guess. Guesses are
drawn; counts are data, which draws are moved to; levers are what is decided; prices move no one.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from annotated_types import Gt, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from flowsim.errors import Said, msg
from flowsim.scenario import paths
from flowsim.scenario.gate import of_the_language
from flowsim.scenario.model import Scenario
from flowsim.scenario.values import EVIDENCE, EachShare, Evidence, NumberKind, OfKind, Shares

Domain = Literal["share", "shares", "positive", "any"]
"""A share, or a table of shares each by itself; shares that add up (to one, or to one at most);
numbers of at least 0; numbers that may lie below 0."""


KIND: Final[Mapping[NumberKind, Said]] = {
    "guess": msg("guess"),
    "count": msg("count of today"),
    "lever": msg("lever"),
    "price": msg("price"),
}
"""What a kind of number is called."""


def kind_of(path: Sequence[str]) -> NumberKind:
    """Return what kind of number stands under these keys.

    What a dated change sets is a lever, as is what a file says over that which it extends: by its
    keys alone the latter is what it is in the base.
    """
    marks = list(_marks(Scenario, (), path))
    said = [mark.kind for mark in marks if isinstance(mark, OfKind)]
    evidence = any(isinstance(mark, type(EVIDENCE)) for mark in marks)
    return said[-1] if said else "guess" if evidence else "lever"


def domain_of(path: Sequence[str]) -> Domain:
    """Return what the numbers under these keys can be."""
    marks = list(_marks(Scenario, (), of_the_language(path)))
    if any(isinstance(mark, Shares) for mark in marks):
        return "shares"
    if EachShare() in marks or Le(1) in marks:
        return "share"
    return "any" if Gt(-1) in marks else "positive"


def drawn(base: Scenario, kind: NumberKind = "guess") -> dict[str, tuple[str, ...]]:
    """Return the paths of the numbers of a base that are drawn, by the guess they are part of.

    A guess has the name that its numbers move with, or the path of its one number. The levels of
    the people of today are not drawn where they follow from a burn-in.

    Parameters
    ----------
    base
        A scenario that extends no other: there, a number may be a lever.
    kind
        Which are meant, ``"guess"`` or ``"price"``.
    """
    found: dict[str, tuple[str, ...]] = {}
    for path, evidence in base.provenance.evidence.items():
        follows = path.startswith("start.") and base.start.burn_in_years > 0
        if is_drawn(path, evidence) and kind_of(paths.split(path) or []) == kind and not follows:
            name = evidence.moves_with or path
            found[name] = (*found.get(name, ()), path)
    return found


def is_drawn(path: str, evidence: Evidence) -> bool:
    """Tell whether a number is drawn: a guess or price that has a range and was not measured."""
    measured = evidence.confidence in ("A", "B")
    kind = kind_of(paths.split(path) or [])
    return kind in ("guess", "price") and evidence.range is not None and not measured


def _marks(annotation: Any, marks: Sequence[Any], keys: Sequence[str]) -> Iterator[Any]:
    """Yield the marks of the field that these keys lead to, and of what it is part of."""
    for mark in marks:
        yield from mark.metadata if isinstance(mark, FieldInfo) else (mark,)
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from _marks(args[0], args[1:], keys)
    elif origin in (Union, types.UnionType):
        yield from _marks(args[0], (), keys)
    elif origin is dict:
        yield from _marks(args[1], (), keys[1:])
    elif origin is tuple:
        yield from _marks(args[0], (), keys[1:])
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        info = annotation.model_fields.get(keys[0]) if keys else None
        if info is not None:
            yield from _marks(info.annotation, info.metadata, keys[1:])
