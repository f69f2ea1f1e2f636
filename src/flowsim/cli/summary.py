"""``flowsim summary``: what the results in a folder say, without a run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowsim.cli.batch import full_option
from flowsim.cli.language import lang_option
from flowsim.cli.reading import reading
from flowsim.cli.spoken import Spoken

if TYPE_CHECKING:
    from flowsim.report.wording import Language, Wording
    from flowsim.store import Store


@click.command("summary", cls=Spoken)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@full_option
@click.option("--worst", is_flag=True,
              help="Print the worst future of each scenario instead: that with the longest wait "
              "for a first place, on average, and what chance did in it. What was run with --guess "
              "is told with --guess.")  # fmt: skip
@lang_option
def command(folder: Path, full: bool, worst: bool, lang: Language) -> None:
    """Print what the results in a folder say, and what else is there.

    DIR is where `flowsim run`, `compare` or `sweep` wrote. What was asked last is shown, as that
    command did; runs of other scenarios, seeds or versions of flowsim, and runs that failed, are
    counted below it.

    \b
    Examples:
      flowsim summary results/drenthe
      flowsim summary results/drenthe --full --lang en
      flowsim summary results/drenthe --worst
    """  # noqa: D301 - click reads the \b
    from flowsim.report.wording import wording
    from flowsim.store import Store

    say = wording(lang)
    with reading(lang), Store.read(folder) as store:
        if worst:
            _print_worst(store, say)
        else:
            _print(store, say, full)
        for line in _besides(store, say):
            click.echo(line, err=True)


def _print(store: Store, say: Wording, full: bool) -> None:
    from flowsim.experiment.stored import results_of
    from flowsim.experiment.sweep import Sweep
    from flowsim.report.sweep_table import print_sweep
    from flowsim.report.terminal import print_table

    results, said = results_of(store), store.asked().said
    if isinstance(results, Sweep):
        from flowsim.experiment.quantities.norm import read_norm

        norm = None if said["norm"] is None else read_norm(said["norm"], said["measure"])
        print_sweep(results, said["measure"], norm, say, sys.stdout)
    else:
        print_table(results, say, sys.stdout, full=full, order=said["order"])


def _print_worst(store: Store, say: Wording) -> None:
    from flowsim.experiment.stored import results_of
    from flowsim.report.worst import print_worst

    print_worst(results_of(store), say, sys.stdout)


def _besides(store: Store, say: Wording) -> list[str]:
    """Say what else is in the store."""
    from flowsim.experiment.keys import code

    lines, asked = [], store.asked()
    if asked.code != code():
        lines.append(say("These numbers are of another version of flowsim; the same command runs "
                         "them again with this one, and keeps both."))  # fmt: skip
    rows = store.database.execute(
        "select scenario, seed, version, code_sha256 = ?, count(*), min(finished) from runs "
        "where status = 'done' and not current group by 1, 2, 3, 4 order by 6, 1",
        (asked.code,),
    )
    for scenario, seed, version, same, count, since in rows:
        told = {"n": say.number(count), "scenario": scenario, "seed": seed, "since": since[:10]}
        lines.append(
            say("Also there: {n} runs of {scenario} with seed {seed}, since {since}.", **told)
            if same
            else say("Also there: {n} runs of {scenario} with seed {seed} by other code "
                     "({version}), since {since}.", **told, version=version)
        )  # fmt: skip
    failed = store.database.execute(
        "select scenario, replication, error from runs where status = 'failed' and current"
    )
    lines += [
        say("Failed: replication {n} of {scenario}: {error}", n=n, scenario=scenario, error=error)
        for scenario, n, error in failed
    ]
    return lines
