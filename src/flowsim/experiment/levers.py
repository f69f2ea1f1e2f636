"""What a sweep varies, and over which points: combinations, a list, or a Latin hypercube."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from flowsim.errors import Problem, Said, msg, verbatim
from flowsim.experiment.hypercube import latin_hypercube
from flowsim.scenario import paths
from flowsim.scenario.numbers import is_number
from flowsim.scenario.toml_read import value_of
from flowsim.scenario.toml_text import toml

if TYPE_CHECKING:
    import pandas as pd

Vary: TypeAlias = (
    "Mapping[str, Sequence[Any]] | Iterable[str] | Iterable[Mapping[str, Any]] | pd.DataFrame"
)
"""Values by path, or texts such as ``variant.bw.places=140,150``: every combination of them. Or
points: dicts of a value by path, or a frame with a column for each path."""

VARY: Final = "--vary"
_EXAMPLE: Final = msg("write for example {example}", example="variant.bw.places=140,150,160")
_RANGE_EXAMPLE: Final = msg("write for example {example}", example="variant.bw.places=140..160")
_BRACKETS: Final = {"[": 1, "{": 1, "]": -1, "}": -1}
_WRITABLE: Final = (bool, int, float, str, date, list, tuple, Mapping)
_NUMBER: Final = r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
_RANGE: Final = re.compile(rf"\s*({_NUMBER})\s*\.\.\s*({_NUMBER})\s*", re.ASCII)
MOST_DRAWN: Final = 100_000
"""Points of a hypercube."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """A path of the scenario, and the values that it takes, each once."""

    path: str
    values: tuple[Any, ...]

    @property
    def is_number(self) -> bool:
        """Whether all values are numbers, so that they have an order and distances."""
        return all(isinstance(v, int | float) and not isinstance(v, bool) for v in self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Levers:
    """What is varied, and the points: for each a value of every factor."""

    factors: tuple[Factor, ...]
    listed: tuple[tuple[Any, ...], ...] | None = None
    """The points, where they are not every combination of the values."""

    @property
    def count(self) -> int:
        """How many points there are."""
        if self.listed is not None:
            return len(self.listed)
        return math.prod(len(factor.values) for factor in self.factors)

    def points(self) -> Iterator[tuple[Any, ...]]:
        """Yield the values of each point; of combinations those of the last factor change first."""
        if self.listed is not None:
            return iter(self.listed)
        return product(*(factor.values for factor in self.factors))

    def label(self, values: Sequence[Any]) -> str:
        """Write a point as ``path = value, path = value``."""
        pairs = zip(self.factors, values, strict=True)
        return ", ".join(f"{factor.path} = {toml(value)}" for factor, value in pairs)

    def overrides(self, values: Sequence[Any], settings: tuple[str, ...]) -> tuple[str, ...]:
        """Return what is set at a point."""
        pairs = zip(self.factors, values, strict=True)
        return (*settings, *(f"{factor.path}={toml(value)}" for factor, value in pairs))


def read_levers(
    vary: Vary, lhs: int | None = None, lhs_seed: int = 0, file: str = VARY
) -> tuple[Levers, list[Problem]]:
    """Return what is varied as far as it can be read, and what is wrong with the rest.

    Parameters
    ----------
    vary
        Values by path, or points; with ``lhs`` a range by path: ``(low, high)``, or as a text
        ``path=low..high``.
    lhs, lhs_seed
        How many points of a Latin hypercube over the ranges to draw, and with which seed.
    file
        Where points are from, for messages.
    """
    problems: list[Problem] = []
    if isinstance(vary, Mapping):
        listed = list(vary.items())
    else:
        given: list[Any] = vary.to_dict("records") if hasattr(vary, "to_dict") else list(vary)
        if given and all(isinstance(one, Mapping) for one in given):
            return _points(given, lhs, file)
        listed = list(_from_texts(given, problems))
    if not listed and not problems:
        problems.append(_problem("", msg("nothing is varied"), _EXAMPLE))
    if lhs is not None:
        return _hypercube(listed, lhs, lhs_seed, problems)
    factors = []
    for path, values in listed:
        found = list(_wrong(path, values))
        problems += found
        if not found:
            factors.append(Factor(path=path, values=tuple(plain(value) for value in values)))
    return Levers(factors=tuple(factors)), problems


# ---------------------------------------------------------------- values by path
def _from_texts(
    texts: Iterable[str], problems: list[Problem]
) -> Iterator[tuple[str, Sequence[Any]]]:
    for text in texts:
        found = paths.setting(text)
        if found is None:
            problems.append(_problem(text, msg("no path=value,value"), _EXAMPLE))
        elif (ends := _RANGE.fullmatch(found[1])) is not None:
            yield paths.join(found[0]), Range(value_of(one) for one in ends.groups())
        else:
            yield paths.join(found[0]), [value_of(part) for part in split_values(found[1])]


class Range(tuple[Any, ...]):
    """The ends of ``low..high``."""

    __slots__ = ()


def split_values(text: str) -> list[str]:
    """Split on the commas that are in no brackets and in no quotes."""
    parts, depth, quote, escaped = [""], 0, "", False
    for sign in text:
        if quote:
            ends, escaped = sign == quote and not escaped, sign == "\\" and not escaped
            quote = "" if ends else quote
        elif sign in "\"'":
            quote, escaped = sign, False
        else:
            depth += _BRACKETS.get(sign, 0)
        if sign == "," and depth == 0 and not quote:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]


def plain(value: Any) -> Any:
    """Return a value as Python has it by itself."""
    return value.item() if isinstance(value, np.generic) else value


def _wrong(path: str, values: Sequence[Any]) -> Iterator[Problem]:
    """Yield what is wrong with the values of one factor by itself."""
    yield from _wrong_path(path)
    if isinstance(values, Range):
        found = verbatim(f"{toml(values[0])}..{toml(values[1])}")
        allowed = msg("a range is for --lhs N, which draws N points; or list the values")
        yield _problem(path, found, allowed)
        return
    if not len(values):
        yield _problem(path, msg("no values"), _EXAMPLE)
    same = [as_compared(plain(value)) for value in values]
    times = Counter(same)
    for i, value in enumerate(values):
        if (wrong := _not_a_value(path, value)) is not None:
            yield wrong
        elif times.pop(same[i], 0) > 1:  # told at the first of them
            found = msg("{value} more than once", value=toml(plain(value)))
            yield _problem(path, found, msg("give each value once"))


def _wrong_path(path: str, file: str = VARY) -> Iterator[Problem]:
    if path == "scenario" or path.startswith("scenario."):
        allowed = msg("all points have the same seed, replications and window; use --set or -n")
        yield _problem(path, msg("cannot be varied"), allowed, file)


def _not_a_value(path: str, value: Any, file: str = VARY) -> Problem | None:
    if not isinstance(plain(value), _WRITABLE):
        allowed = msg("a value that a scenario file can hold")
        return _problem(path, verbatim(repr(value)), allowed, file)
    return _problem(path, msg("an empty value"), _EXAMPLE, file) if value == "" else None


def as_compared(value: Any) -> str:
    """Write a value so that one number in two notations (0 and 0.0) is written once."""
    if isinstance(value, Mapping):
        return repr(sorted((str(key), as_compared(below)) for key, below in value.items()))
    if isinstance(value, list | tuple):
        return repr([as_compared(below) for below in value])
    if is_number(value):
        return repr(float(value) + 0.0) if abs(value) < 1e15 else repr(value)
    return toml(value)


def _problem(path: str, found: Said, allowed: Said, file: str = VARY) -> Problem:
    return Problem(file=file, path=path, found=found, allowed=allowed)


# ---------------------------------------------------------------- points of a hypercube
def _hypercube(
    listed: Sequence[tuple[str, Sequence[Any]]], count: int, seed: int, problems: list[Problem]
) -> tuple[Levers, list[Problem]]:
    """Draw points, each factor over its range."""
    ranges = {}
    for path, given in listed:
        ends = [plain(one) for one in given]
        problems += _wrong_path(path)
        if len(ends) == 2 and all(map(is_number, ends)) and ends[0] < ends[1]:
            ranges[path] = (ends[0], ends[1])
        else:
            found = verbatim(", ".join(map(toml, ends)))
            problems.append(_problem(path, found, _RANGE_EXAMPLE))
    if not 1 <= count <= MOST_DRAWN:
        found = msg("{n} points", n=count)
        allowed = msg("from 1 to {most}", most=MOST_DRAWN)
        problems.append(_problem("", found, allowed, "--lhs"))
    if problems:
        return Levers(factors=tuple(Factor(path=path, values=(low,))
                                    for path, (low, _) in ranges.items())), problems  # fmt: skip
    return _of_points(list(ranges), latin_hypercube(list(ranges.values()), count, seed)), problems


# ---------------------------------------------------------------- points that are listed
def _points(
    rows: Sequence[Mapping[str, Any]], lhs: int | None, file: str
) -> tuple[Levers, list[Problem]]:
    """Read points, of which each has a value for every path."""
    names = list(dict.fromkeys(path for row in rows for path in row))
    problems = [found for path in names for found in _wrong_path(path, file)]
    if lhs is not None:
        allowed = msg("give ranges with --vary, or points")
        problems.append(_problem("", msg("--lhs draws the points"), allowed, file))
    for number, row in enumerate(rows, 1):
        problems += [one for path in names for one in _wrong_cell(path, row, number, file)]
    paths_of = [paths.canonical(path) for path in names]
    points = [tuple(plain(row.get(path)) for path in names) for row in rows]
    return _of_points(paths_of, points) if not problems else Levers(factors=()), problems


def _wrong_cell(path: str, row: Mapping[str, Any], number: int, file: str) -> Iterator[Problem]:
    value = row.get(path)
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        found = msg("point {n} has no value", n=number)
        yield _problem(path, found, msg("give every path a value at every point"), file)
    elif (wrong := _not_a_value(path, value, file)) is not None:
        yield wrong


def _of_points(names: Sequence[str], points: Sequence[tuple[Any, ...]]) -> Levers:
    columns = zip(*points, strict=True)
    factors = []
    for path, column in zip(names, columns, strict=True):
        values: dict[str, Any] = {}
        for value in column:
            values.setdefault(as_compared(value), value)
        factors.append(Factor(path=path, values=tuple(values.values())))
    return Levers(factors=tuple(factors), listed=tuple(points))


# ---------------------------------------------------------------- as a store keeps it
def said_of(levers: Levers) -> dict[str, Any] | None:
    """Return points that are listed, as a store keeps them; None: every combination."""
    if levers.listed is None:
        return None
    rows = [[toml(value) for value in values] for values in levers.listed]
    return {"paths": [factor.path for factor in levers.factors], "points": rows}


def levers_of(said: Mapping[str, Any]) -> Levers:
    """Return points that `said_of` wrote."""
    rows = [tuple(value_of(text) for text in row) for row in said["points"]]
    return _of_points(said["paths"], rows)
