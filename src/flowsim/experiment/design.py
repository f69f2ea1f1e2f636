"""The points of a sweep: every combination of the values that are varied."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any, Final

import numpy as np

from flowsim.errors import Problem, Said, ScenarioError, msg, verbatim
from flowsim.experiment.compare import comparable
from flowsim.scenario import Scenario, load, paths
from flowsim.scenario.toml_read import value_of
from flowsim.scenario.toml_text import toml

Loader = Callable[[tuple[str, ...]], Scenario]
"""From overrides (``path=value``, the last one wins) to a scenario."""
Vary = Mapping[str, Sequence[Any]] | Iterable[str]
"""Values by path; or texts such as ``variant.bw.places=140,150``, as on the command line."""

_FILE: Final = "--vary"
_EXAMPLE: Final = msg("write for example {example}", example="variant.bw.places=140,150,160")
_BRACKETS: Final = {"[": 1, "{": 1, "]": -1, "}": -1}
_WRITABLE: Final = (bool, int, float, str, date, list, tuple, Mapping)


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """A path of the scenario, and the values that it takes."""

    path: str
    values: tuple[Any, ...]

    @property
    def is_number(self) -> bool:
        """Whether all values are numbers, so that they have an order and distances."""
        return all(isinstance(v, int | float) and not isinstance(v, bool) for v in self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One combination of values."""

    name: str
    values: tuple[Any, ...]
    """One for each factor."""
    scenario: Scenario
    """The file with these values, as ``--set`` would give it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What a sweep runs."""

    factors: tuple[Factor, ...]
    points: tuple[Point, ...]
    """The product of the values; those of the last factor change fastest."""
    own: int | None
    """The point that says just what the file says (with what is set); None: no point does."""

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios of the points, each called after its point."""
        return tuple(_called(point, self.factors) for point in self.points)


def plan(source: str | Path | Loader, vary: Vary, set: Iterable[str] = ()) -> Design:
    """Load the scenario of every point.

    Parameters
    ----------
    source
        A scenario file, or a function from overrides to a scenario.
    vary
        The values of each factor, by its path. Nothing under ``scenario`` can be varied: the
        points meet the same chance over the same window.
    set
        Overrides that hold at every point.

    Raises
    ------
    ScenarioError
        With every problem of every point.
    """
    factors, problems = read_factors(vary)
    settings = tuple(set)
    problems += _clashes(factors, settings)
    loader = source if callable(source) else lambda overrides: load(source, overrides)
    loaded, found = _load(loader, factors, settings)
    problems += [p for p in found if p not in problems]
    if not problems:
        problems = comparable([_called(point, factors) for point in loaded])
    if problems:
        raise ScenarioError(problems)
    own = _own(loader, settings, loaded)
    return Design(factors=tuple(factors), points=tuple(loaded), own=own)


def points_of(factors: Sequence[Factor]) -> int:
    """Return how many combinations there are."""
    return math.prod(len(factor.values) for factor in factors)


def overrides_of(
    factors: Sequence[Factor], values: Sequence[Any], settings: tuple[str, ...]
) -> tuple[str, ...]:
    """Return what is set at a point."""
    pairs = zip(factors, values, strict=True)
    return (*settings, *(f"{factor.path}={toml(value)}" for factor, value in pairs))


# ---------------------------------------------------------------- reading what is varied
def read_factors(vary: Vary) -> tuple[list[Factor], list[Problem]]:
    """Return the factors that can be read, and what is wrong with the others."""
    factors: list[Factor] = []
    problems: list[Problem] = []
    listed = vary.items() if isinstance(vary, Mapping) else _from_texts(vary, problems)
    for path, values in listed:
        found = list(_wrong(path, values))
        problems += found
        if not found:
            factors.append(Factor(path=path, values=tuple(_plain(value) for value in values)))
    if not factors and not problems:
        problems.append(_problem("", msg("nothing is varied"), _EXAMPLE))
    return factors, problems


def _from_texts(
    texts: Iterable[str], problems: list[Problem]
) -> Iterator[tuple[str, Sequence[Any]]]:
    for text in texts:
        found = paths.setting(text)
        if found is not None:
            yield paths.join(found[0]), [value_of(part) for part in split_values(found[1])]
        else:
            problems.append(_problem(text, msg("no path=value,value"), _EXAMPLE))


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


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _wrong(path: str, values: Sequence[Any]) -> Iterator[Problem]:
    """Yield what is wrong with one factor by itself."""
    if path == "scenario" or path.startswith("scenario."):
        allowed = msg("all points have the same seed, replications and window; use --set or -n")
        yield _problem(path, msg("cannot be varied"), allowed)
    if not len(values):
        yield _problem(path, msg("no values"), _EXAMPLE)
    texts = [toml(_plain(value)) for value in values]
    same = [_as_compared(_plain(value)) for value in values]
    times = Counter(same)
    for i, value in enumerate(values):
        if not isinstance(_plain(value), _WRITABLE):
            allowed = msg("a value that a scenario file can hold")
            yield _problem(path, verbatim(repr(value)), allowed)
        elif value == "":
            yield _problem(path, msg("an empty value"), _EXAMPLE)
        elif times.pop(same[i], 0) > 1:  # told at the first of them
            found = msg("{value} more than once", value=texts[i])
            yield _problem(path, found, msg("give each value once"))


def _as_compared(value: Any) -> str:
    """Write a value so that one number in two notations (0 and 0.0) is written once."""
    if isinstance(value, Mapping):
        return repr(sorted((str(key), _as_compared(below)) for key, below in value.items()))
    if isinstance(value, list | tuple):
        return repr([_as_compared(below) for below in value])
    if isinstance(value, int | float) and not isinstance(value, bool):
        return repr(float(value) + 0.0) if abs(value) < 1e15 else repr(value)
    return toml(value)


def _clashes(factors: Sequence[Factor], settings: Sequence[str]) -> Iterator[Problem]:
    """Yield factors that would put their value over another one."""
    read = [paths.setting(text) for text in settings]
    others = [(paths.join(one[0]), "--set") for one in read if one is not None]
    for i, factor in enumerate(factors):
        taken = others + [(one.path, _FILE) for one in factors[:i]]
        for path, option in taken:
            if paths.overlap(path, factor.path):
                found = msg("{option} gives {path} too", option=option, path=path)
                yield _problem(factor.path, found, msg("give each path once"))


def _problem(path: str, found: Said, allowed: Said) -> Problem:
    return Problem(file=_FILE, path=path, found=found, allowed=allowed)


# ---------------------------------------------------------------- loading the points
def label_of(factors: Sequence[Factor], values: Sequence[Any]) -> str:
    """Write a point as ``path = value, path = value``."""
    pairs = zip(factors, values, strict=True)
    return ", ".join(f"{factor.path} = {toml(value)}" for factor, value in pairs)


def _load(
    loader: Loader, factors: Sequence[Factor], settings: tuple[str, ...]
) -> tuple[list[Point], list[Problem]]:
    """Load every point; a problem that several points share is told once."""
    combinations = product(*(factor.values for factor in factors))
    count = points_of(factors)
    width = len(str(count))
    points: list[Point] = []
    problems: dict[Problem, list[tuple[Any, ...]]] = {}
    for number, values in enumerate(combinations, 1):
        try:
            scenario = loader(overrides_of(factors, values, settings))
        except ScenarioError as error:
            for problem in error.problems:
                problems.setdefault(problem, []).append(values)
        else:
            name = f"point_{number:0{width}d}"
            points.append(Point(name=name, values=values, scenario=scenario))
    told = (_told(problem, at, factors, count) for problem, at in problems.items())
    return points, list(dict.fromkeys(told))


def _told(
    problem: Problem, at: Sequence[tuple[Any, ...]], factors: Sequence[Factor], points: int
) -> Problem:
    """Say which option or which points a problem comes from."""
    for path in (factor.path for factor in factors):
        if problem.file in ("--set", f"--set {path}") and problem.path.startswith(path):
            return replace(problem, file=_FILE)
    if len(at) == points:
        return problem
    said = {"file": problem.file, "point": label_of(factors, at[0])}
    if len(at) == 1:
        return replace(problem, file=msg("{file} (with {point})", **said))
    more = len(at) - 1
    return replace(problem, file=msg("{file} (with {point} and {more} more)", more=more, **said))


def _own(loader: Loader, settings: tuple[str, ...], points: Sequence[Point]) -> int | None:
    """Return which point says what the file says by itself."""
    try:
        said = loader(settings).model_dump()
    except ScenarioError:
        return None  # a file may need one of the values to be whole
    return next((i for i, one in enumerate(points) if one.scenario.model_dump() == said), None)


def _called(point: Point, factors: Sequence[Factor]) -> Scenario:
    """Return the scenario of a point under the name of the point."""
    title = label_of(factors, point.values)
    update = {"name": point.name, "title": {"nl": title, "en": title}}
    about = point.scenario.scenario.model_copy(update=update)
    copy = point.scenario.model_copy(update={"scenario": about})
    return copy.known_as(base=point.scenario.base)  # today is the same, whatever the name
