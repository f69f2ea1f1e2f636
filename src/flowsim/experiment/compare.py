"""Scenarios side by side on the same chance, each against the base."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from flowsim.errors import Problem, Said, ScenarioError, msg
from flowsim.experiment.keep import Keep
from flowsim.experiment.observing import Observer
from flowsim.experiment.own_metrics import OwnMetrics
from flowsim.experiment.processes import Place, Progress
from flowsim.experiment.results import Results
from flowsim.experiment.run import run_all
from flowsim.experiment.tables.paired import paired_table
from flowsim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Comparison(Results):
    """Results of several scenarios, the base first, and what they say about each other."""

    @property
    def base(self) -> str:
        """Name of the base."""
        return self.keys[0]

    @property
    def differences(self) -> pd.DataFrame:
        """Paired differences of the other scenarios with the base: a part of `summary`."""
        columns = ["scenario", "section", "measure", "detail", "statistic", "unit", "difference"]
        columns += ["difference_low", "difference_high", "p_holm", "verdict", "direction"]
        columns += ["difference_reason", "warning"]
        others = self.summary["scenario"] != self.base
        return self.summary.loc[others, columns].reset_index(drop=True)

    @cached_property
    def paired(self) -> pd.DataFrame:
        """What the same chance is worth (`flowsim.experiment.tables.paired.paired_table`)."""
        return paired_table(self.batch)


def compare(
    base: Scenario,
    others: Sequence[Scenario] = (),
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | Place = 1,
    progress: Progress | None = None,
    *,
    check: bool = False,
    metrics: OwnMetrics | None = None,
    preparing: Progress | None = None,
    keep: Keep | Collection[str] | None = None,
    observer: Observer | None = None,
) -> Comparison:
    """Run scenarios on the same chance and compare each with the base.

    Parameters
    ----------
    base
        What the others are compared with; it also says how many replications and which seed,
        where these are left out.
    others
        Scenarios with names of their own, over the same window as the base.
    replications, seed, jobs, progress, check, metrics, preparing, observer
        As in `flowsim.run`.
    keep
        As in `flowsim.run`; or a store (`flowsim.experiment.run.run_all`).

    Raises
    ------
    ScenarioError
        When two scenarios have the same name, or not the same start and length.

    Examples
    --------
    Of ``base`` and ``more``, as `flowsim.load` gives them:

    >>> comparison = compare(base, [more], replications=4)
    >>> rows = comparison.differences[["scenario", "measure", "difference", "verdict"]]
    >>> set(rows["scenario"])
    {'more_dwellings'}
    """
    scenarios = (base, *others)
    problems = comparable(scenarios)
    if problems:
        raise ScenarioError(problems)
    batch = run_all(
        scenarios, replications, seed, jobs, progress,
        check=check, metrics=metrics, preparing=preparing, keep=keep, observer=observer,
    )  # fmt: skip
    return Comparison(batch)


def comparable(scenarios: Sequence[Scenario]) -> list[Problem]:
    """Return why scenarios cannot be compared: names that occur twice, other windows."""
    problems = []
    base, seen = scenarios[0], {scenarios[0].key}
    for one in scenarios[1:]:
        if one.key in seen:
            found = msg("two scenarios are called {name!r}", name=one.key)
            allowed = msg("give each scenario a name of its own")
            problems.append(_problem(one, "scenario.name", found, allowed))
        seen.add(one.key)
        for field in ("start", "years", "days", "follow_up_days"):
            mine, wanted = getattr(one.scenario, field), getattr(base.scenario, field)
            allowed = msg("compare scenarios over the same window")
            problems += _other(one, base, field, mine, wanted, allowed)
        allowed = msg("compare numbers of the same areas")
        problems += _other(one, base, "numbers_by", one.numbers_by, base.numbers_by, allowed)
        allowed = msg("compare numbers on the same dates")
        mine, wanted = one.scenario.dates, base.scenario.dates
        problems += _other(one, base, "dates", mine, wanted, allowed)
        problems += _lost(base, one)
    return problems


def _other(
    one: Scenario, base: Scenario, field: str, mine: object, wanted: object, allowed: Said
) -> Iterator[Problem]:
    """Yield that two scenarios differ in what they must have in common."""
    if mine != wanted:
        left_out = msg("left out")
        mine, wanted = (left_out if value is None else value for value in (mine, wanted))
        found = msg("{mine}, but {wanted} in {base!r}", mine=mine, wanted=wanted, base=base.key)
        yield _problem(one, f"scenario.{field}", found, allowed)


def _lost(base: Scenario, other: Scenario) -> Iterator[Problem]:
    """Yield what an option has of its own and ``--set`` puts the same value over."""
    for path, own in other.provenance.replaced.items():
        if not path.startswith("scenario.") and own != base.provenance.replaced.get(path, own):
            found = msg("{name!r} sets this itself: with one value for all nothing is left of it",
                        name=other.key)  # fmt: skip
            allowed = msg("set it in the base file, or leave this scenario out")
            yield Problem(file="--set", path=path, found=found, allowed=allowed)


def _problem(scenario: Scenario, path: str, found: Said, allowed: Said) -> Problem:
    origin = scenario.provenance.origin
    file = origin.get(path) or origin.get("scenario") or scenario.key
    return Problem(file=file, path=path, found=found, allowed=allowed)
