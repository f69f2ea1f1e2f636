"""``flowsim calibrate``: the guesses of a base moved to what is counted of today."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowsim.cli.given import guess_option, load_all
from flowsim.cli.language import lang_option
from flowsim.cli.spoken import Spoken
from flowsim.cli.whole import Whole
from flowsim.errors import EngineError, Problem, ScenarioError, msg, verbatim

if TYPE_CHECKING:
    from flowsim.report.wording import Language, Wording
    from flowsim.scenario import Scenario


@click.command("calibrate", cls=Spoken)
@click.argument("file", metavar="BASE", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE",
              help="Write the base as it is fitted there, as one scenario file.")  # fmt: skip
@click.option("--seed", type=Whole(min=0), metavar="SEED",
              help="Seed of the burn-ins; default: what the scenario says.")  # fmt: skip
@click.option("--jobs", type=Whole(min=1), metavar="JOBS",
              help="Processes at work; default: all processors.")  # fmt: skip
@guess_option
@lang_option
def command(
    file: Path, out: Path | None, seed: int | None, jobs: int | None, guesses: tuple[str, ...],
    lang: Language,
) -> None:  # fmt: skip
    """Move the guesses of a base, as little as can be, to what is counted of today.

    BASE is a scenario file with counts of today, a burn-in, and guesses with a range. The balance
    is fitted to the counts, the base is simulated, the counts are corrected by as much as the
    balance was off, and it is fitted again, three times; last it is simulated once more, with
    other chance.

    Told: each count before and after; each guess that moved, how far (in standard deviations of
    its range) and how much the counts say of it (1: nothing). A count that is not reached ends the
    program with 1, and the guesses that could not be moved any further are named.

    \b
    Examples:
      flowsim calibrate scenarios/drenthe/base.toml
      flowsim calibrate region.toml --out fitted.toml --lang en
    """  # noqa: D301 - click reads the \b
    from flowsim.experiment.draws.uncertainty import undrawable
    from flowsim.report.wording import wording

    (base,) = load_all([file], (), guesses)
    problems = undrawable([base])
    if base.extends:
        found, allowed = msg("it extends another file"), msg("a base: its own guesses are moved")
        problems.append(Problem(file=str(file), path="extends", found=found, allowed=allowed))
    if out is not None and (out.is_dir() or not out.parent.is_dir()):
        allowed = msg("a file in a folder that is there")
        problems.append(Problem(file="--out", path="", found=verbatim(out), allowed=allowed))
    if problems:
        raise ScenarioError(problems)
    _run(base, base.scenario.seed if seed is None else seed, jobs, out, wording(lang))


def _run(base: Scenario, seed: int, jobs: int | None, out: Path | None, say: Wording) -> None:
    from flowsim.cli.show_progress import show_progress
    from flowsim.experiment.draws.calibrate import calibrate
    from flowsim.experiment.processes import processors
    from flowsim.experiment.writing.files import OutputError, whole_file
    from flowsim.report.fitted import print_calibrated

    try:
        with show_progress(say) as shown:
            found = calibrate(base, seed, jobs or processors(), shown.fitting)
    except EngineError as error:
        click.echo(say.said(error.said), err=True)
        sys.exit(1)
    print_calibrated(found, say, sys.stdout)
    if out is not None:
        try:
            with whole_file(out) as stream:
                stream.write(found.fitted.to_toml().encode("utf-8"))
        except OutputError as error:
            click.echo(say.said(error.said), err=True)
            sys.exit(1)
        click.echo(say("Written: {file}", file=out), err=True)
    if not found.reached.all():
        sys.exit(1)
