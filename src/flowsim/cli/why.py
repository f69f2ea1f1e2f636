"""``flowsim why``: where two scenarios part, who wins and loses, and what is scarce."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from flowsim.cli.batch import (
    full_option,
    jobs_option,
    replications_option,
    seed_option,
    yes_option,
)
from flowsim.cli.given import given_options, load_all
from flowsim.cli.language import lang_option
from flowsim.cli.spoken import Spoken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowsim.experiment.why.units import Unit
    from flowsim.experiment.why.why import Why
    from flowsim.report.wording import Language, Wording
    from flowsim.scenario import Scenario


class Asked(TypedDict):
    """The options of the command."""

    replications: int | None
    seed: int | None
    jobs: int | None
    settings: tuple[str, ...]
    guesses: tuple[str, ...]
    on: str
    units: bool
    out: Path | None
    full: bool
    yes: bool
    lang: Language


@click.command("why", cls=Spoken)
@click.argument("base", metavar="BASE", type=click.Path(path_type=Path))
@click.argument("other", metavar="OTHER", type=click.Path(path_type=Path))
@click.option("--on", metavar="LINE", default="wait.placement", show_default=True,
              help="On which number one more of each resource is told: measure.detail.statistic of "
              "summary.csv, as in --until. If it is a wait, winners and losers are of that wait.",
              )  # fmt: skip
@click.option("--units/--no-units", default=True,
              help="Run the base with one more of each resource too, or only the two scenarios.",
              )  # fmt: skip
@replications_option
@seed_option
@jobs_option
@given_options
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              help="Write the tables there: parting.csv, winners.csv and units.csv.")  # fmt: skip
@full_option
@yes_option
@lang_option
def command(base: Path, other: Path, **asked: Unpack[Asked]) -> None:
    """Tell why two scenarios differ: where they part, who wins and loses, and what is scarce.

    Both are simulated on the same chance: the same people, with the same needs. Then is told:

    \b
      until which event the two are the same, and which event parts them
      who waits shorter with OTHER and who longer, by profile, need and area; no group is shown that
      has fewer than 5 people a year
      what one more of each resource does in BASE: a place of each variant, a dwelling a year of
      each stream, an FTE of each team and desk, from today on; the largest effect first

    A person is a number: flowsim tell BASE --client N tells the rest of that life. In another
    scenario the same person has another number where more, or fewer, people notify.

    \b
    Examples:
      flowsim why scenarios/drenthe/base.toml scenarios/drenthe/more_dwellings.toml
      flowsim why scenarios/drenthe/base.toml scenarios/drenthe/more_dwellings.toml --no-units -n 4
      flowsim why scenarios/drenthe/base.toml scenarios/drenthe/region_split.toml --on cost
    """  # noqa: D301 - click reads the \b
    from flowsim.errors import EngineError
    from flowsim.experiment.writing.files import OutputError
    from flowsim.report.wording import wording

    say = wording(asked["lang"])
    pair = _read([base, other], asked)
    try:
        _run(pair, asked, say)
    except (EngineError, OutputError) as error:
        click.echo(say.said(error.said), err=True)
        sys.exit(1)


def _read(files: Sequence[Path], asked: Asked) -> tuple[Scenario, Scenario]:
    """Load the two; all that is wrong with them and with the line, at once."""
    from flowsim.errors import Problem, ScenarioError
    from flowsim.experiment.quantities.named import read_line
    from flowsim.experiment.why.why import OPTION, prepared

    problems: list[Problem] = []
    scenarios: list[Scenario] = []
    try:
        read_line(asked["on"], OPTION)
    except ScenarioError as error:
        problems += error.problems
    try:
        scenarios = load_all(files, asked["settings"], asked["guesses"])
    except ScenarioError as error:
        problems += error.problems
    if problems:
        raise ScenarioError(problems)
    base, other = scenarios
    return prepared(base, other)


def _run(pair: tuple[Scenario, Scenario], asked: Asked, say: Wording) -> None:
    from flowsim.cli.told_first import jobs_of, refuse_place, refuse_too_much, tell
    from flowsim.experiment.why.units import one_more
    from flowsim.experiment.why.why import effort_of_why

    base, _ = pair
    if asked["out"] is not None:
        refuse_place(asked["out"], say)
    plan = one_more(base) if asked["units"] else []
    count = asked["replications"] or base.scenario.replications
    effort = effort_of_why(pair, plan, count, asked["seed"])
    jobs = jobs_of(effort, asked["jobs"])
    refuse_too_much(effort, jobs, base.key, yes=asked["yes"])
    tell(effort, jobs, say)
    found = _simulate(pair, plan, count, jobs, asked, say)
    if found.comparison.replications:
        _print(found, asked, say)
    _end(found, say)


def _simulate(
    pair: tuple[Scenario, Scenario], plan: Sequence[Unit], count: int, jobs: int, asked: Asked,
    say: Wording,
) -> Why:  # fmt: skip
    from flowsim.cli.show_progress import show_progress
    from flowsim.experiment.why.why import why

    with show_progress(say) as shown:
        return why(
            *pair, count, asked["seed"], jobs, shown.running,
            on=asked["on"], units=plan, preparing=shown.preparing,
        )  # fmt: skip


def _print(found: Why, asked: Asked, say: Wording) -> None:
    from flowsim.experiment.writing.why_tables import write_why
    from flowsim.report.why import print_why

    folder = asked["out"]
    if folder is not None:
        write_why(found, folder)
    print_why(found, say, sys.stdout, full=asked["full"])
    if folder is not None:
        click.echo(say("Tables: {folder}", folder=folder), err=True)


def _end(found: Why, say: Wording) -> None:
    """Say what is not there, and end the program, when not all is that was asked for."""
    from flowsim.cli.failing import SOME_FAILED
    from flowsim.interrupts import exit_code

    results = found.comparison
    if results.interrupted:
        click.echo(say("Interrupted: {n} of {total} futures are told.",
                       n=len(results.replications), total=results.planned), err=True)  # fmt: skip
        sys.exit(exit_code())
    for one in results.failed:
        click.echo(say("  replication {n} of {scenario}: {why}", n=one.replication,
                       scenario=one.scenario, why=say.said(one.why)), err=True)  # fmt: skip
    if results.failed:
        sys.exit(SOME_FAILED)
