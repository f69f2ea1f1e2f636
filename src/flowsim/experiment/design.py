"""The points of a sweep: scenarios, each at all points of the levers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

from flowsim.errors import Problem, ScenarioError, msg
from flowsim.experiment.compare import comparable
from flowsim.experiment.levers import VARY, Factor, Levers, Vary, read_levers
from flowsim.scenario import Scenario, load, paths

Loader = Callable[[tuple[str, ...]], Scenario]
"""From overrides (``path=value``, the last one wins) to a scenario."""
Source = str | Path | Scenario | Loader
MOST_DRAWN: Final = 12
"""Levers that one chart shows beside one another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One scenario with one combination of values."""

    name: str
    values: tuple[Any, ...]
    """One for each factor."""
    scenario: Scenario
    """The file with these values, as ``--set`` would give it."""

    @property
    def of(self) -> str:
        """What the scenario is called of which this is a point."""
        return self.scenario.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What a sweep runs."""

    levers: Levers
    points: tuple[Point, ...]
    """Scenario by scenario, each at all points of the levers."""
    own: int | None
    """The point that says just what the first file says (with what is set); None: none does."""

    @property
    def factors(self) -> tuple[Factor, ...]:
        """What is varied."""
        return self.levers.factors

    @property
    def keys(self) -> tuple[str, ...]:
        """What the scenarios are called that are swept."""
        return tuple(dict.fromkeys(point.of for point in self.points))

    @property
    def picture(self) -> Literal["lines", "heat_map", "by_lever"] | None:
        """The chart that fits: along one lever, over two, or one measure against each of more."""
        count, plain = len(self.factors), len(self.keys) == 1 and self.levers.listed is None
        if count == 1:
            return "lines"
        if plain:
            return "heat_map" if count == 2 else None
        return "by_lever" if count <= MOST_DRAWN else None

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios of the points, each called after its point."""
        several = len(self.keys) > 1
        return tuple(_called(point, self.levers, several) for point in self.points)


def plan(
    source: Source | Sequence[Source],
    vary: Vary,
    set: Iterable[str] = (),
    lhs: int | None = None,
    lhs_seed: int = 0,
    file: str = VARY,
) -> Design:
    """Load the scenario of every point.

    Parameters
    ----------
    source
        A scenario file, a scenario, or a function from overrides to a scenario; or several.
    vary, lhs, lhs_seed, file
        What is varied (`flowsim.experiment.levers.read_levers`). Nothing under ``scenario`` can be:
        the points meet the same chance over the same window.
    set
        Overrides that hold at every point.

    Raises
    ------
    ScenarioError
        With every problem of every point.
    """
    levers, problems = read_levers(vary, lhs, lhs_seed, file)
    settings = tuple(set)
    problems += _clashes(levers.factors, settings, file)
    loaders = loaders_of(source)
    loaded: list[list[Point]] = []
    for loader in loaders:
        points, found = _load(loader, levers, settings, sum(map(len, loaded)), len(loaders), file)
        problems += [p for p in found if p not in problems]
        loaded.append(points)
    if not problems:
        problems = [*_side_by_side(loaded, levers, file)]
    if problems:
        raise ScenarioError(problems)
    own = _own(loaders[0], settings, loaded[0])
    return Design(levers=levers, points=tuple(one for each in loaded for one in each), own=own)


def loaders_of(source: Source | Sequence[Source]) -> list[Loader]:
    """Return what makes the scenarios: one for each."""
    if isinstance(source, Scenario):
        return [source.with_set]
    if callable(source):
        return [source]
    if isinstance(source, str | Path):
        return [lambda overrides: load(source, overrides)]
    return [loader for one in source for loader in loaders_of(one)]


def _clashes(factors: Sequence[Factor], settings: Sequence[str], file: str) -> Iterator[Problem]:
    """Yield factors that would put their value over another one."""
    read = [paths.setting(text) for text in settings]
    others = [(paths.join(one[0]), "--set") for one in read if one is not None]
    for i, factor in enumerate(factors):
        taken = others + [(one.path, file) for one in factors[:i]]
        for path, option in taken:
            if paths.overlap(path, factor.path):
                found = msg("{option} gives {path} too", option=option, path=path)
                allowed = msg("give each path once")
                yield Problem(file=file, path=factor.path, found=found, allowed=allowed)


def _side_by_side(
    loaded: Sequence[Sequence[Point]], levers: Levers, file: str
) -> Iterator[Problem]:
    """Yield why the points of each scenario, or the scenarios, cannot be compared."""
    for points in loaded:
        yield from comparable([_called(point, levers, False) for point in points])
    varied = {factor.path for factor in levers.factors}
    for problem in comparable([points[0].scenario for points in loaded]):
        lever = problem.file == "--set" and problem.path in varied
        yield replace(problem, file=file) if lever else problem


# ---------------------------------------------------------------- loading the points
def _load(
    loader: Loader, levers: Levers, settings: tuple[str, ...], before: int, scenarios: int,
    file: str,
) -> tuple[list[Point], list[Problem]]:  # fmt: skip
    """Load every point of a scenario; a problem that several points share is told once."""
    width = len(str(levers.count * scenarios))
    points: list[Point] = []
    problems: dict[Problem, list[tuple[Any, ...]]] = {}
    for number, values in enumerate(levers.points(), before + 1):
        try:
            scenario = loader(levers.overrides(values, settings))
        except ScenarioError as error:
            for problem in error.problems:
                problems.setdefault(problem, []).append(values)
        else:
            name = f"point_{number:0{width}d}"
            points.append(Point(name=name, values=values, scenario=scenario))
    told = (_told(problem, at, levers, file) for problem, at in problems.items())
    return points, list(dict.fromkeys(told))


def _told(problem: Problem, at: Sequence[tuple[Any, ...]], levers: Levers, file: str) -> Problem:
    """Say which option or which points a problem comes from."""
    for path in (factor.path for factor in levers.factors):
        if problem.file in ("--set", f"--set {path}") and problem.path.startswith(path):
            return replace(problem, file=file)
    if len(at) == levers.count:
        return problem
    said = {"file": problem.file, "point": levers.label(at[0])}
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


def _called(point: Point, levers: Levers, several: bool) -> Scenario:
    """Return the scenario of a point under the name of the point."""
    label, about = levers.label(point.values), point.scenario.scenario
    mine = about.title or {}
    title = {language: f"{mine.get(language, about.name)}, {label}" if several else label
             for language in ("nl", "en")}  # fmt: skip
    about = about.model_copy(update={"name": point.name, "title": title})
    copy = point.scenario.model_copy(update={"scenario": about})
    return copy.known_as(base=point.scenario.base)  # today is the same, whatever the name
