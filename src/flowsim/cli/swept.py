"""What ``flowsim sweep`` is asked: scenarios, levers and a norm, read and refused together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flowsim.cli.batch import Options
from flowsim.cli.whole import Whole

if TYPE_CHECKING:
    from flowsim.experiment.design import Design, Loader
    from flowsim.experiment.quantities.norm import Norm


class SweepOptions(Options):
    """The options of a batch, and those of a sweep."""

    vary: tuple[str, ...]
    lhs: int | None
    lhs_seed: int
    points: Path | None
    measure: str | None
    norm: str | None


vary_option = click.option(
    "--vary", metavar="PATH=VALUE,VALUE", multiple=True,
    help="A value of the scenario and what it becomes in turn; give it twice for every combination "
    "of two. A list keeps its brackets: PATH=[1, 2],[1, 3]. With --lhs a range: PATH=LOW..HIGH.",
)  # fmt: skip
lhs_option = click.option(
    "--lhs", type=Whole(min=1), metavar="N",
    help="Draw N points of a Latin hypercube over the ranges of --vary, which cover each range "
    "evenly. Between whole numbers they are whole; write 36.0..60 for others.",
)  # fmt: skip
lhs_seed_option = click.option(
    "--lhs-seed", type=Whole(min=0), default=0, metavar="SEED", show_default=True,
    help="Seed of the points of --lhs; --seed is that of the futures.",
)  # fmt: skip
points_option = click.option(
    "--points", metavar="CSV", type=click.Path(path_type=Path),
    help="The points in a file: a column for each path, a line for each point.",
)  # fmt: skip


def read_design(files: Sequence[Path], options: SweepOptions) -> tuple[Design, Norm | None]:
    """Load every point and read the norm; all their problems at once.

    Raises
    ------
    ScenarioError
        With every problem.
    """
    from flowsim.errors import Problem, ScenarioError
    from flowsim.experiment.design import plan
    from flowsim.experiment.levers import VARY
    from flowsim.experiment.quantities.norm import DEFAULT, known, read_norm

    design, norm = None, None
    measure = options["measure"] or DEFAULT
    problems: list[Problem] = []
    try:
        vary, where = _vary(options), str(options["points"] or VARY)
        _refuse_too_many(files, vary, options)
        design = plan(_loaders(files, options), vary, options["settings"], options["lhs"],
                      options["lhs_seed"], where)  # fmt: skip
    except ScenarioError as error:
        problems += error.problems
    if options["norm"] is not None:
        try:
            norm = read_norm(options["norm"], measure if known(measure) else DEFAULT)
        except ScenarioError as error:
            problems += error.problems
    if problems or design is None:
        raise ScenarioError(problems)
    return design, norm


def _vary(options: SweepOptions) -> Any:
    """Return what is varied: texts, or the points of a file."""
    from flowsim.errors import Problem, ScenarioError, msg
    from flowsim.experiment.points_file import read_points

    if options["points"] is None:
        return options["vary"]
    problems = []
    if options["vary"] or options["lhs"] is not None:
        found = msg("with --vary or --lhs")
        allowed = msg("give the points in a file, or what to vary")
        problems.append(Problem(file="--points", path="", found=found, allowed=allowed))
    try:
        points = read_points(options["points"])
    except ScenarioError as error:
        raise ScenarioError([*problems, *error.problems]) from error
    if problems:
        raise ScenarioError(problems)
    return points


def _loaders(files: Sequence[Path], options: SweepOptions) -> list[Loader]:
    """Return what makes each scenario of overrides."""
    from flowsim.scenario import load

    return [partial(load, file, guess=options["guesses"]) for file in files]


def _refuse_too_many(files: Sequence[Path], vary: Any, options: SweepOptions) -> None:
    """Refuse more points than anybody means, before they are loaded."""
    from flowsim.cli.told_first import jobs_of, refuse_too_much
    from flowsim.experiment.effort import effort_of
    from flowsim.experiment.sketch import sketch

    found = sketch(_loaders(files, options), vary, options["settings"], options["lhs"],
                   options["lhs_seed"])  # fmt: skip
    if found is None:
        return
    asked = options["replications"]
    count = found.first[0].scenario.replications if asked is None else asked
    effort = effort_of(
        found.first, count, options["seed"], found.points, found.seconds, check=options["check"]
    )
    jobs = jobs_of(effort, 1 if options["cluster"] else options["jobs"])
    refuse_too_much(effort, jobs, "--vary", yes=options["yes"])
