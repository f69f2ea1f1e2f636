"""``flowsim uncertainty``: a comparison with chance alone, and with what is guessed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import click

from flowsim.cli.batch import Options, batch_options, order_option, run_batch
from flowsim.cli.compare import read
from flowsim.cli.spoken import Spoken
from flowsim.cli.whole import Whole

if TYPE_CHECKING:
    from flowsim.cli.show_progress import Progress
    from flowsim.experiment.compare import Comparison
    from flowsim.experiment.draws.fit import Fit
    from flowsim.experiment.draws.uncertainty import Uncertainty
    from flowsim.experiment.effort import Effort
    from flowsim.experiment.processes import Place
    from flowsim.report.cells import Order
    from flowsim.report.wording import Wording
    from flowsim.scenario import Scenario
    from flowsim.store import Store


class UncertaintyOptions(Options):
    """The options of a batch, and how many draws."""

    draws: int
    order: Order


@click.command("uncertainty", cls=Spoken)
@click.argument("files", metavar="BASE OTHER... | FOLDER", nargs=-1, required=True,
                type=click.Path(path_type=Path))  # fmt: skip
@click.option("--draws", type=Whole(min=2), default=100, show_default=True, metavar="DRAWS",
              help="How many draws of what is guessed to simulate, each twice. A tornado takes a "
              "hundred.")  # fmt: skip
@batch_options
@order_option
def command(files: tuple[Path, ...], **options: Unpack[UncertaintyOptions]) -> None:
    """Compare scenarios, and see which conclusion stands whatever is guessed.

    First as `flowsim compare` does: with the numbers of the base as they are, so that what differs
    from future to future is chance alone. Then with draws of every number of the base that is a
    guess with a range: each draw gives what is counted today, has a burn-in of its own, and is
    simulated in two futures. What another scenario decides is taken as a difference with the base.

    The terminal says for the quantities that come first what each scenario changes: as it is, with
    chance alone (95%), and with chance and guesses (between what 90 of 100 draws come to). On which
    guess it hangs: flowsim tornado DIR.

    \b
    In DIR (default: results/ and the name of the folder or base, with -uncertainty):
      all that flowsim compare writes, of the base as it is
      draws/results.sqlite   every run of every draw; nothing that is there is run again
      uncertainty/           uncertainty.csv (the summary with both bands), tornado.csv,
                             draws.csv (what each draw guesses), counts.csv (what draws give of
                             today), and the charts uncertainty and tornado

    Prices are not drawn: they move nobody. Ctrl-C keeps the runs that are done; the same command
    goes on from there, and more draws (--draws) extend what is there.

    \b
    Examples:
      flowsim uncertainty scenarios/drenthe/base.toml scenarios/drenthe/more_dwellings.toml
      flowsim uncertainty scenarios/drenthe --draws 200 --jobs 2
    """  # noqa: D301 - click reads the \b
    from flowsim.errors import EngineError, ScenarioError
    from flowsim.experiment.draws.uncertainty import undrawable
    from flowsim.experiment.writing.files import OutputError
    from flowsim.report.wording import wording

    scenarios, name = read(files, options)
    if problems := undrawable(scenarios):
        raise ScenarioError(problems)
    folder = options["out"] or Path("results") / f"{name}-uncertainty"
    say, draws, order = wording(options["lang"]), options["draws"], options["order"]
    effort = _effort(scenarios, draws)
    _refuse_too_much(effort, scenarios[0], options)
    asked: Any = {name: options[name] for name in Options.__annotations__}  # type: ignore[literal-required]
    comparison = run_batch(scenarios, folder, asked | {"until": ()}, full=False, order=order)
    try:
        found = _drawn(comparison, folder, options, effort, say)
        _tell(found, folder, options, say)
    except (EngineError, OutputError) as error:
        click.echo(say.said(error.said), err=True)
        sys.exit(1)


def _effort(scenarios: Sequence[Scenario], draws: int) -> Effort:
    """Return what the draws will take, if none is done."""
    from flowsim.experiment.burn_in import in_balance
    from flowsim.experiment.draws.drawn import FUTURES
    from flowsim.experiment.effort import effort_of

    runs = effort_of(scenarios, len(FUTURES) * draws)
    burn_ins = effort_of([in_balance(scenarios[0].base, 0)], draws)
    seconds = runs.seconds + burn_ins.seconds + draws * _SECONDS_OF_BALANCES
    return replace(runs, seconds=seconds)


_SECONDS_OF_BALANCES = 0.6
"""Of a draw: it is fitted five times, and twice as many are as are simulated."""


def _refuse_too_much(effort: Effort, base: Scenario, options: UncertaintyOptions) -> None:
    from flowsim.cli.told_first import jobs_of, refuse_too_much

    jobs = jobs_of(effort, 1 if options["cluster"] else options["jobs"])
    refuse_too_much(effort, jobs, base.key, yes=options["yes"])


def _drawn(
    comparison: Comparison, folder: Path, options: UncertaintyOptions, effort: Effort, say: Wording
) -> Uncertainty:
    """Fit draws to today, simulate them, and keep what comes."""
    from flowsim.cli.keeping import keeping
    from flowsim.cli.placing import placing
    from flowsim.cli.show_progress import show_progress
    from flowsim.cli.told_first import jobs_of, tell
    from flowsim.experiment.draws.drawn import run_draws
    from flowsim.experiment.draws.stored import FOLDER, said_of
    from flowsim.experiment.draws.uncertainty import Uncertainty
    from flowsim.experiment.processes import Here

    scenarios, seed = comparison.scenarios, comparison.seed
    click.echo(say("Draws of what is guessed:"), err=True)
    with placing(options["cluster"], options["timeout"], say) as cluster:
        jobs = jobs_of(effort, 1 if cluster else options["jobs"])
        place: Place = cluster or Here(jobs, options["timeout"])
        with keeping(folder / FOLDER, say, {}, (), fresh=options["fresh"]) as keep:
            tell(effort, jobs, say, cluster.jobs if cluster else None)
            with show_progress(say) as shown:
                fit, key = _fit(scenarios[0].base, seed, jobs, shown.fitting, keep.store)
                keep.said |= said_of(fit, key, scenarios, options["draws"])
                drawn = run_draws(scenarios, fit, options["draws"], seed, place, shown.running,
                                  preparing=shown.preparing, keep=keep)  # fmt: skip
            return Uncertainty(comparison, drawn)


def _fit(base: Scenario, seed: int, jobs: int, progress: Progress, store: Store) -> tuple[Fit, str]:
    """Return the ensemble that a store has, or make it."""
    from flowsim.experiment.draws.fit import fit, key_of
    from flowsim.experiment.draws.stored import fit_in

    key = key_of(base, seed)
    return fit_in(store, key) or fit(base, seed, jobs=jobs, progress=progress), key


def _tell(found: Uncertainty, folder: Path, options: UncertaintyOptions, say: Wording) -> None:
    """Write and print what there is, and end the program when it was stopped."""
    from flowsim.interrupts import exit_code
    from flowsim.report.turning import print_turning
    from flowsim.report.uncertain import print_uncertainty
    from flowsim.report.write_uncertainty import write_uncertainty

    drawn = found.drawn
    if not drawn.planned:
        click.echo(say("No draw is near what is counted today; flowsim calibrate moves the guesses "
                       "of a base there."), err=True)  # fmt: skip
        sys.exit(1)
    if drawn.draws:
        place = write_uncertainty(found, folder, say, charts=options["charts"])
        print_uncertainty(found, say, sys.stdout)
        print_turning(found, say, sys.stdout)
        click.echo(say("Tables and charts: {folder}", folder=place), err=True)
    else:
        click.echo(say("No draw is complete: nothing written."), err=True)
    if drawn.interrupted:
        click.echo(say("The same command goes on from here."), err=True)
        sys.exit(exit_code())
    if len(drawn.draws) < drawn.planned:
        click.echo(say("Draws of which a run failed, and that were left out: {n}.",
                       n=drawn.planned - len(drawn.draws)), err=True)  # fmt: skip
        sys.exit(3)
    if drawn.planned < options["draws"]:
        click.echo(say("Only {n} draws give today: no more could be simulated.", n=drawn.planned),
                   err=True)  # fmt: skip
