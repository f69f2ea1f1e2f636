"""The range of a number that is not sure: one in ten lies below it, and one in ten above.

The value is the middle, so it lies inside; and what is drawn from a range is never something that
cannot be, so a share has no end at 0 or 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from flowsim.errors import Said, msg, verbatim
from flowsim.scenario import paths
from flowsim.scenario.draft import evidence_tables
from flowsim.scenario.gate import is_whole, of_the_language
from flowsim.scenario.number_kinds import KIND, domain_of, kind_of
from flowsim.scenario.raw import Finding, Raw, number
from flowsim.scenario.toml_text import as_found
from flowsim.scenario.values import Duration

_NEAREST: Final = 0.03
"""Nearer to 0 or 1 no share is proposed, unless the value is nearer itself."""


def range_problems(evidence: Raw, path: str) -> Iterator[Finding]:
    """Yield what is wrong with the range of an evidence table.

    One pair holds the number, the mean of the duration, or every number of the table that is the
    value; a table of pairs says it for each key of the value.
    """
    said, value = evidence.get("range"), evidence.get("value")
    yield from _moves_alone(evidence, path)
    keys = of_the_language(paths.split(path) or [])
    if isinstance(said, Mapping):
        values = value if isinstance(value, Mapping) else {}
        if strange := [key for key in said if key not in values]:
            found = verbatim(", ".join(map(str, strange)))
            yield f"{path}.range", found, msg("a range for each key of the value")
            return
        for key, pair in said.items():
            yield from _pair(pair, [values[key]], f"{path}.range.{key}", keys)
    else:
        yield from _pair(said, _numbers_in(value), f"{path}.range", keys)


def mixed_groups(raw: Raw) -> Iterator[Finding]:
    """Yield a name by which guesses and prices move, for these are drawn apart."""
    first: dict[object, dict[str, str]] = {}
    for path, evidence in evidence_tables(dict(raw)):
        name = evidence.get("moves_with")
        if isinstance(name, str):
            first.setdefault(name, {}).setdefault(kind_of(paths.split(path) or []), path)
    for name, kinds in first.items():
        if "guess" in kinds and "price" in kinds:
            found = msg("{name!r} is the name of guesses too ({path})",
                        name=str(name), path=kinds["guess"])  # fmt: skip
            hint = msg("another name: prices are drawn apart from what moves people")
            yield f"{kinds['price']}.moves_with", found, hint


def _moves_alone(evidence: Raw, path: str) -> Iterator[Finding]:
    """Yield a number that says it moves with others, and is not drawn."""
    if evidence.get("moves_with") is None:
        return
    kind = kind_of(paths.split(path) or [])
    if kind in ("count", "lever"):
        found, hint = KIND[kind], msg("no moves_with: only guesses and prices are drawn")
        yield f"{path}.moves_with", found, hint
    elif evidence.get("range") is None:
        found = msg("moves_with without a range")
        yield f"{path}.moves_with", found, msg("give {key}", key="range")


def _pair(pair: object, values: list[Any], path: str, keys: list[str]) -> Iterator[Finding]:
    ends = [number(end) for end in pair] if isinstance(pair, list | tuple) else []
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        return  # no pair of numbers: the schema says so
    low, high = ends[0], ends[1]
    inside = [v for one in values if (v := number(one)) is not None]
    beyond = [v for v in inside if not low <= v <= high]
    if low > high or beyond:
        around = beyond or inside
        found = msg("{low} to {high}", low=low, high=high)
        if around:
            found = msg("{low} to {high} around {value}", low=low, high=high, value=around[0])
        yield path, found, msg("[lowest, highest], with the value between them")
        return
    if sure := [v for v in inside if _is_sure(v, keys)]:
        near = _near_end(sure[0], 0.5) if _is_share(keys) else float(f"{high / 10:.3g}")
        found = msg("{low} to {high} around {value}", low=low, high=high, value=sure[0])
        yield path, found, msg("{value} has no range: give {near}, or leave the range out",
                               value=sure[0], near=_to_write(near))  # fmt: skip
        return
    yield from _at_an_end(low, high, inside, path, keys)
    yield from _ends((low, high), inside or [0.5], path, keys)


def _ends(
    ends: tuple[float, float], values: list[float], path: str, keys: list[str]
) -> Iterator[Finding]:
    """Yield an end that cannot be, or that no share reaches for sure."""
    for at, end in enumerate(ends, 1):
        if _is_share(keys) and not 0 < end < 1:
            near = _to_write(_near_end(end, max(values) if end > 0 else min(values)))
            yield (
                f"{path}.{at}",
                as_found(end),
                msg("a share is never sure: give {near}", near=near),
            )
        elif end < 0 and domain_of(keys) == "positive":
            yield (
                f"{path}.{at}",
                as_found(end),
                msg("expected a number of at least {number}", number=0),
            )


def _is_share(keys: list[str]) -> bool:
    return domain_of(keys) in ("share", "shares")


def _is_sure(value: float, keys: list[str]) -> bool:
    """Tell whether a value leaves nothing to guess: 0, or a share of 1. A count of 0 may be off."""
    none = value == 0 and domain_of(keys) != "any" and kind_of(keys) != "count"
    return none or (value == 1 and _is_share(keys))


def _at_an_end(
    low: float, high: float, values: list[float], path: str, keys: list[str]
) -> Iterator[Finding]:
    """Yield a value that lies at an end; who counts nobody may have missed some."""
    counted = kind_of(keys) == "count"
    for value in values:
        if low < value < high or (counted and value == low == 0 < high):
            continue
        middle = round((low + high) / 2, 6)
        near = round(middle) if is_whole(keys) else middle
        allowed = msg("a wider range: the value lies inside it")
        if low < near < high:
            allowed = msg("a value inside the range, such as {near}, or a wider range",
                          near=_to_write(near))  # fmt: skip
        yield path, msg("{low} to {high} around {value}", low=low, high=high, value=value), allowed
        return


def _to_write(near: float) -> Said:
    """Say a number as a file writes it."""
    return verbatim(f"{near:.10g}")


def _near_end(end: float, value: float) -> float:
    """Return a share near 0 or 1: 0.03 or 0.97, or nearer where the value is nearer itself."""
    if end > 0:
        return max(1 - _NEAREST, float(f"{(1 + value) / 2:.4g}"))
    return min(_NEAREST, float(f"{value / 2:.4g}"))


def _numbers_in(value: Any) -> list[Any]:
    """Return the numbers that one pair must hold: of a duration its mean alone."""
    if not isinstance(value, Mapping):
        return [value]
    try:
        return [Duration.parse(value).mean]
    except (ValueError, TypeError):
        return list(value.values())
