"""``flowsim sweep``: scenarios at many points, on the same chance."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from flowsim.cli.batch import batch_options, end_partial
from flowsim.cli.given import as_given
from flowsim.cli.settings import import_matplotlib
from flowsim.cli.spoken import Spoken
from flowsim.cli.swept import (
    SweepOptions,
    lhs_option,
    lhs_seed_option,
    points_option,
    read_design,
    vary_option,
)

if TYPE_CHECKING:
    from flowsim.cli.show_progress import Progress
    from flowsim.experiment.cluster import Cluster
    from flowsim.experiment.design import Design
    from flowsim.experiment.effort import Effort
    from flowsim.experiment.keep import Keep
    from flowsim.experiment.processes import Place
    from flowsim.experiment.quantities.norm import Norm
    from flowsim.experiment.sweep import Sweep
    from flowsim.experiment.trial import Trial
    from flowsim.report.wording import Wording


@click.command("sweep", cls=Spoken)
@click.argument("files", metavar="FILE...", nargs=-1, required=True,
                type=click.Path(path_type=Path))  # fmt: skip
@vary_option
@lhs_option
@lhs_seed_option
@points_option
@click.option(
    "--measure", metavar="NAME",
    help="What the heat map shows and the norm is about, as in the column `name` of sweep.csv; "
    "default: wait.placement.mean_104_weeks.",
)  # fmt: skip
@click.option(
    "--norm", metavar="VALUE",
    help="Say which point is the first with at most this value (at least, for shares placed); "
    'else "<=VALUE" or ">=VALUE", in quotes. In the unit of sweep.csv.',
)  # fmt: skip
@batch_options
def command(files: tuple[Path, ...], **options: Unpack[SweepOptions]) -> None:
    """Simulate scenarios with other values, and see what each step brings.

    FILE is a scenario (TOML). Every combination of the values is a point; all points meet the same
    people in the same replications, so that what differs comes from the values. Differences are
    with the first point. How many runs that takes, and about how long, is told first.

    Several scenarios are each simulated at all points; differences are with the first point of the
    first. Instead of every combination: N points that cover ranges evenly (--lhs), or the points of
    a file (--points).

    \b
    In DIR (default: results/ and the name of the scenario, with -sweep):
      results.sqlite    every run that is done; all else here can be made from it again
      manifest.json     what was run, with which versions, when
      tables/           sweep.csv (a row per measure and point: estimate, 95% interval, difference
                        with the first point), measures.csv (every number of every replication,
                        over the whole window); with --all-tables measures_by_period.csv (the
                        same in each year and on each date)
      charts/           one value: lines with intervals; two: a heat map; more: none. Of --lhs,
                        --points and several scenarios: one measure against each value

    Ctrl-C keeps the points that are complete, and says so in the manifest. The same command goes
    on from there.

    \b
    Names of measures, among others:
      wait.KIND.STATISTIC  KIND: access, placement, internal, outflow_provider or return
                           STATISTIC: mean_104_weeks, median, p90, placed_within_26_weeks
      blocked              people in a place that they could leave
      cost                 EUR a year

    \b
    Examples:
      flowsim sweep scenarios/drenthe/base.toml --vary dwellings.contingent.per_year=36,48,60
      flowsim sweep scenarios/drenthe/base.toml --vary variant.bw.places=195,205,215 --norm 26
      flowsim sweep scenarios/drenthe/base.toml --vary variant.bw.places=195,215 \\
        --vary team.bw_team.fte=90,100,110 --measure blocked -n 20
      flowsim sweep scenarios/drenthe/base.toml --lhs 40 --vary variant.bw.places=180..220 \\
        --vary dwellings.contingent.per_year=36..60 -n 10
    """  # noqa: D301 - click reads the \b
    from flowsim.errors import EngineError
    from flowsim.experiment.writing.files import OutputError
    from flowsim.report.wording import wording

    design, norm = read_design(files, options)
    folder = options["out"] or Path("results") / f"{design.points[0].scenario.key}-sweep"
    try:
        _run(design, norm, folder, options)
    except (EngineError, OutputError) as error:
        click.echo(wording(options["lang"]).said(error.said), err=True)
        sys.exit(1)


def _run(design: Design, norm: Norm | None, folder: Path, options: SweepOptions) -> None:
    import_matplotlib()
    from flowsim.cli.keeping import there_already
    from flowsim.cli.placing import placing
    from flowsim.cli.told_first import jobs_of, refuse_place, refuse_too_much
    from flowsim.experiment.effort import effort_of
    from flowsim.experiment.trial import replications_of
    from flowsim.report.wording import wording

    say = wording(options["lang"])
    refuse_place(folder, say)
    count, seed = replications_of(design, options["replications"]), options["seed"]
    done = there_already(
        folder, design.scenarios, count, seed, say, options["keep"], fresh=options["fresh"]
    )
    effort = effort_of(design.scenarios, count, seed, check=options["check"]).without(done)
    jobs = jobs_of(effort, 1 if options["cluster"] else options["jobs"])
    refuse_too_much(effort, jobs, "--vary", yes=options["yes"])
    _say_size(design, count, say)
    with placing(options["cluster"], options["timeout"], say) as cluster:
        _run_at(cluster, design, norm, effort, jobs, folder, options, say)


def _run_at(
    cluster: Cluster | None, design: Design, norm: Norm | None, effort: Effort, jobs: int,
    folder: Path, options: SweepOptions, say: Wording,
) -> None:  # fmt: skip
    """Simulate here or on a cluster, and keep, write and print what comes."""
    from flowsim.cli.keeping import keeping
    from flowsim.experiment.levers import said_of
    from flowsim.experiment.quantities.norm import DEFAULT
    from flowsim.experiment.trial import replications_of
    from flowsim.experiment.writing.swap import place_of

    count, measure = replications_of(design, options["replications"]), options["measure"] or DEFAULT
    said = {"kind": "sweep", "vary": options["vary"], "levers": said_of(design.levers),
            "own": design.own, "measure": measure, "norm": options["norm"], "jobs": jobs,
            "settings": as_given(options["settings"], options["guesses"])}  # fmt: skip
    with keeping(folder, say, said, options["keep"], fresh=options["fresh"]) as keep:
        began = time.perf_counter()
        sweep, norm = _simulate(design, norm, effort, jobs, cluster, options, say, keep)
        if sweep.scenarios:
            seconds = time.perf_counter() - began
            place = place_of(folder, partial=sweep.partial)
            _write(sweep, measure, norm, place, say, jobs, seconds, options)
        elif sweep.interrupted:
            told = say("Interrupted before a point was complete: nothing written.")
            click.echo(told, err=True)
        else:
            click.echo(say("No point is complete: nothing written."), err=True)
        end_partial(sweep, folder, count * len(design.points), say)


def _simulate(
    design: Design, norm: Norm | None, effort: Effort, jobs: int, cluster: Cluster | None,
    options: SweepOptions, say: Wording, keep: Keep,
) -> tuple[Sweep, Norm | None]:  # fmt: skip
    """Time one run, say what all of them take, and run them."""
    from flowsim.cli.show_progress import importing, show_progress
    from flowsim.cli.told_first import refuse_too_much, tell
    from flowsim.experiment.processes import Here
    from flowsim.experiment.quantities.norm import DEFAULT, read_norm
    from flowsim.experiment.sweep import run_design
    from flowsim.experiment.trial import replications_of

    measure = options["measure"] or DEFAULT
    place = cluster or Here(jobs, options["timeout"])
    with show_progress(say) as shown:
        trial = _try(design, measure, place, options, shown.preparing, keep)
    if trial is not None:
        effort = effort.with_run_of(trial.seconds)
    refuse_too_much(effort, jobs, "--vary", yes=options["yes"])
    if norm is not None and norm.measure != measure:  # which only the trial could know
        norm = read_norm(options["norm"] or "", measure)
    if effort.runs:
        tell(effort, jobs, say, cluster.jobs if cluster else None)
    with show_progress(say) as shown:
        sweep = run_design(
            design, replications_of(design, options["replications"]), options["seed"], place,
            importing("flowsim.report.write_sweep", shown.running), first=trial,
            check=options["check"], preparing=shown.preparing, keep=keep,
        )  # fmt: skip
    return sweep, norm


def _write(
    sweep: Sweep, measure: str, norm: Norm | None, folder: Path, say: Wording, jobs: int,
    seconds: float, options: SweepOptions,
) -> None:  # fmt: skip
    """Write the tables and charts, and say what they come to."""
    from flowsim.report.sweep_table import print_sweep
    from flowsim.report.write_sweep import write_sweep

    write_sweep(
        sweep, folder, say, measure=measure, norm=norm,
        charts=options["charts"] and not sweep.interrupted, all_tables=options["all_tables"],
        wall_seconds=seconds, jobs=jobs, settings=as_given(options["settings"], options["guesses"]),
    )  # fmt: skip
    print_sweep(sweep, measure, norm, say, sys.stdout)
    click.echo(say("Tables and charts: {folder}", folder=folder), err=True)


def _try(
    design: Design, measure: str, place: Place, options: SweepOptions, preparing: Progress,
    keep: Keep,
) -> Trial | None:  # fmt: skip
    """Time one replication; refuse a measure that no row of the tables will have.

    None: it failed, which does not keep the others from being run.
    """
    from flowsim.errors import Problem, ScenarioError, msg, one_of
    from flowsim.experiment.trial import try_one

    trial = try_one(
        design, options["seed"], place,
        check=options["check"], replications=options["replications"], preparing=preparing,
        keep=keep,
    )  # fmt: skip
    names = () if trial is None else trial.names()
    if trial is not None and measure not in names:
        found = msg("no measure {name!r}", name=measure)
        allowed = one_of(names, measure)
        raise ScenarioError([Problem(file="--measure", path="", found=found, allowed=allowed)])
    return trial


def _say_size(design: Design, count: int, say: Wording) -> None:
    n = len(design.points)
    points = say("1 point") if n == 1 else say("{n} points", n=n)
    each = say("1 replication") if count == 1 else say("{n} replications", n=count)
    runs = n * count
    whole = say("1 run") if runs == 1 else say("{n} runs", n=runs)
    text = say("{points}, each {replications}: {whole}.", points=points, replications=each,
               whole=whole)  # fmt: skip
    click.echo(text, err=True)
    if design.picture is None:
        click.echo(
            say("More values are varied than a chart shows: tables, and no charts."), err=True
        )
