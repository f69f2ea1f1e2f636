"""What ``run`` and ``compare`` share: their options, and the way from scenarios to results."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

import click

from flowsim.cli.given import as_given, given_options
from flowsim.cli.language import lang_option
from flowsim.cli.looking import at_most, read_conditions, telling
from flowsim.cli.placing import cluster_option, placing
from flowsim.cli.settings import import_matplotlib
from flowsim.cli.whole import LONGEST_RUN, Whole

if TYPE_CHECKING:
    from flowsim.experiment.cluster import Cluster
    from flowsim.experiment.compare import Comparison
    from flowsim.experiment.keep import Keep
    from flowsim.experiment.processes import Place
    from flowsim.experiment.results import Results
    from flowsim.experiment.until import Condition
    from flowsim.report.cells import Order
    from flowsim.report.wording import Language, Wording
    from flowsim.scenario import Scenario

Command = TypeVar("Command", bound=Callable[..., Any])


class Options(TypedDict):
    """The options of a batch."""

    replications: int | None
    seed: int | None
    jobs: int | None
    timeout: int | None
    cluster: str | None
    out: Path | None
    lang: Language
    settings: tuple[str, ...]
    guesses: tuple[str, ...]
    charts: bool
    all_tables: bool
    check: bool
    yes: bool
    fresh: bool
    keep: tuple[str, ...]


class Looked(Options):
    """Those of a batch that may end when enough is known."""

    until: tuple[str, ...]


replications_option = click.option(
    "-n", "--replications", type=Whole(min=1), metavar="REPLICATIONS",
    help="How many futures to simulate; default: what the scenario says. More give narrower "
    "intervals, and leave the earlier ones as they were.",
)  # fmt: skip
seed_option = click.option(
    "--seed", type=Whole(min=0), metavar="SEED",
    help="Seed of all chance; default: what the scenario says.",
)  # fmt: skip
jobs_option = click.option(
    "--jobs", type=Whole(min=1), metavar="JOBS",
    help="Processes at work; default: all processors. The results do not depend on it. Never "
    "more than there are runs, or than fit in half of the memory.",
)  # fmt: skip
yes_option = click.option(
    "--yes", is_flag=True,
    help="Go on where this asks more than 2 hours of computing or half of the memory.",
)  # fmt: skip
_OPTIONS = (
    replications_option,
    seed_option,
    jobs_option,
    click.option(
        "--timeout", type=Whole(min=1, max=LONGEST_RUN), metavar="SECONDS",
        help="Seconds that a run may take; default: any. One that takes longer is stopped and "
        "named, and the others go on.",
    ),
    cluster_option,
    click.option(
        "--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
        help="Where to write; default: results/ and the name of the scenario or folder.",
    ),
    lang_option,
    given_options,
    click.option("--charts/--no-charts", default=True, help="Draw charts, or only write tables."),
    click.option(
        "--all-tables", is_flag=True,
        help="Write the large tables too: measures_by_period.csv (every number in each year and "
        "on each date) and, but for a sweep, waits.csv (every wait). 360 MB for six scenarios and "
        "thirty replications.",
    ),
    click.option("--check", is_flag=True, help="Let the engine recount itself throughout (slow)."),
    yes_option,
    click.option(
        "--fresh", is_flag=True,
        help="Run all of it anew. Otherwise what DIR has of the same scenarios, seed and version "
        "is not run again, so that the same command goes on where it was stopped.",
    ),
    click.option(
        "--keep", type=click.Choice(["events"]), multiple=True,
        help="Store what happened to each client too, for flowsim log.",
    ),
)  # fmt: skip

full_option = click.option(
    "--full",
    is_flag=True,
    help="Print every row with its intervals, and every warning, instead of one screen.",
)
order_option = click.option(
    "--order",
    type=click.Choice(["effect", "given"]),
    default="effect",
    show_default=True,
    help="Of the scenarios after the base: by effect on the first row, the best first, or as "
    "given.",
)


def batch_options(command: Command) -> Command:
    """Give a command the options of a batch."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def run_batch(
    scenarios: Sequence[Scenario], folder: Path, options: Looked, *, full: bool,
    order: Order = "given",
) -> Comparison:  # fmt: skip
    """Simulate, write and print; ends the program where not all is there, by how it went.

    3: some replications failed; 1: it cannot write; 130, 143, 129: it was asked to stop.
    """
    from flowsim.errors import EngineError
    from flowsim.experiment.writing.files import OutputError
    from flowsim.report.wording import wording

    try:
        return _run_batch(scenarios, folder, options, full, order)
    except (EngineError, OutputError) as error:
        click.echo(wording(options["lang"]).said(error.said), err=True)
        sys.exit(1)


def _run_batch(
    scenarios: Sequence[Scenario], folder: Path, options: Looked, full: bool, order: Order
) -> Comparison:
    import_matplotlib()
    from flowsim.cli.told_first import refuse_place
    from flowsim.errors import ScenarioError
    from flowsim.experiment.compare import comparable
    from flowsim.experiment.processes import Here
    from flowsim.report.wording import wording

    say = wording(options["lang"])
    refuse_place(folder, say)
    if problems := comparable(scenarios):
        raise ScenarioError(problems)
    conditions = read_conditions(options["until"], options["replications"], len(scenarios))
    with placing(options["cluster"], options["timeout"], say) as cluster:
        jobs = _told_first(scenarios, folder, options, cluster, say)
        place = cluster or Here(jobs, options["timeout"])
        return _run_at(place, jobs, scenarios, folder, options, conditions, full, order, say)


def _run_at(
    place: Place, jobs: int, scenarios: Sequence[Scenario], folder: Path, options: Looked,
    conditions: Sequence[Condition], full: bool, order: Order, say: Wording,
) -> Comparison:  # fmt: skip
    """Simulate at a place, and keep, write and print what comes."""
    from flowsim.cli.keeping import keeping
    from flowsim.experiment.estimated import Estimated

    said = {"kind": "compare", "order": order, "jobs": jobs,
            "settings": as_given(options["settings"], options["guesses"]),
            "until": options["until"]}  # fmt: skip
    with keeping(folder, say, said, options["keep"], fresh=options["fresh"]) as keep:
        began = time.perf_counter()
        results, asked = _simulate(scenarios, options, conditions, place, say, keep)
        estimated = Estimated(keep.store, results.batch)
        results = replace(results, estimated=estimated)
        if results.replications:
            _write(results, folder, options, jobs, time.perf_counter() - began, say, full, order)
            estimated.put(keep.store, vars(results))
        elif results.interrupted:
            told = say("Interrupted before a replication was complete: nothing written.")
            click.echo(told, err=True)
        else:
            click.echo(say("No replication is complete: nothing written."), err=True)
        end_partial(results, folder, results.planned * len(scenarios), say, asked=asked)
        return results


def end_partial(
    results: Results, folder: Path, total: int, say: Wording, *, asked: bool = False
) -> None:
    """Say how to go on, and end the program, when not all is there that was asked for.

    ``asked``: whether it was asked to stop between two looks (``--until``).
    """
    from flowsim.cli.failing import SOME_FAILED, tell_failed
    from flowsim.interrupts import exit_code

    tell_failed(results, folder, total, say)
    if results.interrupted or asked:
        click.echo(say("The same command goes on from here."), err=True)
        sys.exit(exit_code())
    if results.failed:
        sys.exit(SOME_FAILED)


def _write(
    results: Comparison, folder: Path, options: Looked, jobs: int, seconds: float, say: Wording,
    full: bool, order: Order,
) -> None:  # fmt: skip
    """Write tables and charts, and say what they come to."""
    from flowsim.experiment.writing.swap import place_of
    from flowsim.report.terminal import print_table
    from flowsim.report.write import write_results

    place = place_of(folder, partial=results.partial)
    write_results(
        results, place, say,
        charts=options["charts"] and not results.interrupted, all_tables=options["all_tables"],
        wall_seconds=seconds, jobs=jobs, order=order,
        settings=as_given(options["settings"], options["guesses"]),
    )  # fmt: skip
    print_table(results, say, sys.stdout, full=full, order=order)
    click.echo(say("Tables and charts: {folder}", folder=place), err=True)


def _told_first(
    scenarios: Sequence[Scenario], folder: Path, options: Looked, cluster: Cluster | None,
    say: Wording,
) -> int:  # fmt: skip
    """Say what it will take, or refuse it; return how many processes will work.

    However few runs are left: all of them are told of together.
    """
    from flowsim.cli.keeping import there_already
    from flowsim.cli.told_first import jobs_of, refuse_too_much, tell
    from flowsim.experiment.effort import effort_of

    count = at_most(scenarios[0], options["replications"], options["until"])
    done = there_already(
        folder, scenarios, count, options["seed"], say, options["keep"], fresh=options["fresh"]
    )
    whole = effort_of(scenarios, count, options["seed"], check=options["check"])
    effort, asked = whole.without(done), 1 if cluster else options["jobs"]
    at_once = jobs_of(effort, asked)
    refuse_too_much(effort, at_once, scenarios[0].key, yes=options["yes"])
    if effort.runs:
        tell(effort, at_once, say, cluster.jobs if cluster else None)
    return cluster.jobs if cluster else jobs_of(whole, asked)


def _simulate(
    scenarios: Sequence[Scenario], options: Looked, conditions: Sequence[Condition], place: Place,
    say: Wording, keep: Keep,
) -> tuple[Comparison, bool]:  # fmt: skip
    """Return what it brings, and whether it was asked to stop between two looks."""
    from flowsim.cli.show_progress import importing, show_progress
    from flowsim.experiment.compare import compare
    from flowsim.experiment.until import until

    base, *others = scenarios
    most = at_most(base, options["replications"], options["until"])

    def batch(count: int) -> Comparison:
        with show_progress(say) as shown:
            return compare(
                base, others, count, options["seed"], place,
                importing("flowsim.report.write", shown.running),
                check=options["check"], preparing=shown.preparing, keep=keep,
            )  # fmt: skip

    if not conditions:
        return batch(most), False
    return until(conditions, most, batch, telling(scenarios, most, say))
