"""``flowsim tell``: what happened to a client in one future, in words."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowsim.cli.batch import seed_option, yes_option
from flowsim.cli.given import given_options
from flowsim.cli.language import lang_option
from flowsim.cli.spoken import Spoken
from flowsim.cli.whole import Whole
from flowsim.errors import Problem, ScenarioError, msg

if TYPE_CHECKING:
    from flowsim.metrics import Reading
    from flowsim.report.wording import Language, Wording
    from flowsim.scenario import Scenario


@click.command("tell", cls=Spoken)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--client", type=Whole(min=0), metavar="N",
              help="Which client; default: a few whose lives teach most.")  # fmt: skip
@click.option("--replication", type=Whole(min=0), metavar="N", default=0,
              show_default=True,
              help="Which future, as in the tables of `flowsim run`.")  # fmt: skip
@seed_option
@click.option("--days", is_flag=True, help="Write days since the start date instead of dates.")
@click.option("--rows", is_flag=True,
              help="Print the rows of the ledger instead, in its own words: day, client or pool, "
              "what happened.")  # fmt: skip
@given_options
@yes_option
@lang_option
def command(
    file: Path,
    client: int | None,
    replication: int,
    seed: int | None,
    days: bool,
    rows: bool,
    settings: tuple[str, ...],
    guesses: tuple[str, ...],
    yes: bool,
    lang: Language,
) -> None:
    """Tell what happened to a client: when, what, where, after how long a wait and on what.

    One future is simulated, the same one as with `flowsim run`, and a client's life is read from
    what was written down of it. Without --client a few lives are told: who waited longest for a
    first place, who waited longest to leave for a home of their own, who gave up, who relapsed.
    See whether you believe them.

    \b
    Examples:
      flowsim tell scenarios/drenthe/base.toml
      flowsim tell scenarios/drenthe/base.toml --client 1000 --lang en
      flowsim tell scenarios/drenthe/base.toml --set variant.bw.places=180 --client 1000
      flowsim tell scenarios/drenthe/base.toml --client 1000 --rows
    """  # noqa: D301 - click reads the \b
    from flowsim.cli.given import load_all
    from flowsim.errors import EngineError
    from flowsim.report.wording import wording

    (scenario,) = load_all([file], settings, guesses)
    say = wording(lang)
    try:
        run = _run(scenario, replication, seed, yes)
    except EngineError as error:
        click.echo(say.said(error.said), err=True)
        sys.exit(1)
    _check_client(file, client, len(run.ledger.clients.key))
    if rows:
        from flowsim.tell import rows_told

        click.echo("\n".join(rows_told(run.ledger, client=client)))
        return
    _print(run, client, say, days, _again(file, replication, seed, settings, guesses))


def _run(scenario: Scenario, replication: int, seed: int | None, yes: bool) -> Reading:
    """Simulate one future, unless it takes more than anybody means."""
    from flowsim.cli.told_first import refuse_too_much
    from flowsim.experiment.effort import effort_of
    from flowsim.experiment.one import read_one

    refuse_too_much(effort_of([scenario], 1, seed), 1, scenario.key, yes=yes)
    return read_one(scenario, replication, seed)


def _check_client(file: Path, client: int | None, count: int) -> None:
    """Refuse a client who is not there.

    Raises
    ------
    ScenarioError
        With one problem.
    """
    if client is None or client < count:
        return
    allowed = (
        msg("allowed: 0 to {last}", last=count - 1) if count else msg("nobody comes in this future")
    )
    found = msg("there is no client {n}", n=client)
    raise ScenarioError([Problem(file=str(file), path="--client", found=found, allowed=allowed)])


def _print(run: Reading, client: int | None, say: Wording, days: bool, again: str) -> None:
    from flowsim.report.lives import print_lives, who_else
    from flowsim.tell import Chosen, a_few

    if client is not None:
        print_lives(run, [Chosen(client)], say, sys.stdout, days=days)
        return
    chosen = a_few(run)
    print_lives(run, chosen, say, sys.stdout, days=days)
    if not chosen:
        click.echo(say("Nobody comes in this future."))
        return
    click.echo()
    click.echo(who_else(run, say, again))


def _again(
    file: Path, replication: int, seed: int | None, settings: tuple[str, ...],
    guesses: tuple[str, ...],
) -> str:  # fmt: skip
    """Return the command that tells of the same future."""
    words = ["flowsim", "tell", str(file)]
    words += ["--replication", str(replication)] if replication else []
    words += [] if seed is None else ["--seed", str(seed)]
    for one in settings:
        words += ["--set", one]
    for one in guesses:
        words += ["--guess", one]
    return shlex.join(words)
