"""Scenarios side by side on the same chance, each against the base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from flowsim.errors import Problem, ScenarioError
from flowsim.experiment.run import Progress, run_all
from flowsim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from flowsim.experiment.results import Results


@dataclass(frozen=True)
class Comparison:
    """Results of several scenarios, the base first, and what they say about each other."""

    results: Results

    @property
    def base(self) -> str:
        """Name of the base."""
        return self.results.keys[0]

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Estimates and paired differences (`flowsim.experiment.summary.summarise`)."""
        from flowsim.experiment.summary import summarise

        return summarise(self.results)

    @cached_property
    def by_municipality(self) -> pd.DataFrame:
        """Waits by municipality, with the columns of `summary` and ``municipality``."""
        from flowsim.experiment.summary import summarise_by_municipality

        return summarise_by_municipality(self.results)

    @cached_property
    def over_time(self) -> pd.DataFrame:
        """Residents and waiting people on dates (`flowsim.experiment.over_time.over_time`)."""
        from flowsim.experiment.over_time import over_time

        return over_time(self.results)


def compare(
    base: Scenario,
    others: Sequence[Scenario] = (),
    replications: int | None = None,
    seed: int | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
    *,
    check: bool = False,
) -> Comparison:
    """Run scenarios on the same chance and compare each with the base.

    Parameters
    ----------
    base
        What the others are compared with; it also says how many replications and which seed,
        where these are left out.
    others
        Scenarios with names of their own, over the same window as the base.
    replications, seed, jobs, progress, check
        As in `flowsim.run`.

    Raises
    ------
    ScenarioError
        When two scenarios have the same name, or not the same start and length.

    Examples
    --------
    >>> more = load("scenarios/drenthe/more_dwellings.toml")  # doctest: +SKIP
    >>> comparison = compare(load("scenarios/drenthe/base.toml"), [more])  # doctest: +SKIP
    >>> comparison.summary[["scenario", "measure", "difference", "verdict"]]  # doctest: +SKIP
    """
    scenarios = (base, *others)
    problems = comparable(scenarios)
    if problems:
        raise ScenarioError(problems)
    return Comparison(run_all(scenarios, replications, seed, jobs, progress, check=check))


def comparable(scenarios: Sequence[Scenario]) -> list[Problem]:
    """Return why scenarios cannot be compared: names that occur twice, other windows."""
    problems = []
    base, seen = scenarios[0], {scenarios[0].key}
    for one in scenarios[1:]:
        if one.key in seen:
            allowed = "give each scenario a name of its own"
            problems.append(
                _problem(one, "scenario.name", f"two scenarios are called {one.key!r}", allowed)
            )
        seen.add(one.key)
        for field in ("start", "years", "days", "follow_up_days"):
            mine, wanted = getattr(one.scenario, field), getattr(base.scenario, field)
            if mine != wanted:
                found = f"{mine}, but {wanted} in {base.key!r}"
                allowed = "compare scenarios over the same window"
                problems.append(_problem(one, f"scenario.{field}", found, allowed))
    return problems


def _problem(scenario: Scenario, path: str, found: str, allowed: str) -> Problem:
    file = scenario._origin.get(path) or scenario._origin.get("scenario") or scenario.key
    return Problem(file=file, path=path, found=found, allowed=allowed)
