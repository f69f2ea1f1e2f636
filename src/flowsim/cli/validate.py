"""``flowsim validate``: every mistake at once, then the fluid balance."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowsim.cli.given import given_options
from flowsim.cli.language import lang_option
from flowsim.cli.messages import print_balance
from flowsim.cli.spoken import Spoken
from flowsim.errors import Problem, ScenarioError, visible

if TYPE_CHECKING:
    from flowsim.report.wording import Language


@click.command("validate", cls=Spoken)
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@given_options
@lang_option
def command(
    files: tuple[str, ...], settings: tuple[str, ...], guesses: tuple[str, ...], lang: Language
) -> None:
    """Check scenario files and print their balance; nothing is simulated or written.

    Every mistake is printed at once, one line each: the file it is in, the key, what was found
    there and what is allowed. The exit code is then 2.

    For a file without mistakes you get its fluid balance: what is asked, on average, of each desk,
    variant, team and stream of dwellings, against what there is. A ratio above 1 means that people
    must give up, go elsewhere or find something alone; `no balance` means that they cannot, so
    that a queue grows for ever. A file with dated changes has a second balance, of what holds after
    the last of them. A ratio far from 1 for `residents` means that the region drifts
    away from today even when nobody decides anything: beyond a tenth that is a mistake, unless the
    file accepts it, as in start.drift = { accepted = 0.2 }. A file that extends another is meant to
    move away from today, and is never refused for it.

    \b
    Examples:
      flowsim validate scenarios/drenthe/base.toml
      flowsim validate scenarios/drenthe/*.toml
      flowsim validate scenarios/drenthe/base.toml --set dwellings.contingent.per_year=20
    """  # noqa: D301 - click reads the \b
    from flowsim.balance import beside, drifts, lines_of, of_phases
    from flowsim.report.wording import wording
    from flowsim.scenario.files import read_toml
    from flowsim.scenario.load import load
    from flowsim.scenario.notes import notes
    from flowsim.scenario.sources import read_sources

    say = wording(lang)
    problems: dict[Problem, None] = {}
    for file in files:
        try:
            if Path(file).name == "sources.toml":
                sources = read_sources(Path(file).parent)
                count = len(read_toml(Path(file))[0] if sources is None else sources)
                told = say("1 source") if count == 1 else say("{n} sources", n=count)
                click.echo(f"{visible(file)}: {told}")
                continue
            scenario = load(file, settings, guesses)
            for since, phase, flow in of_phases(scenario):
                title = visible(file)
                if since is not None:
                    title = say("{file}, from {date} on", file=title, date=say.date(since))
                print_balance(title, lines_of(phase, flow), say)
                for problem in beside(scenario, since, phase, flow):
                    click.echo(say("Mind: {problem}", problem=say.problem(problem)))
                if since is None:
                    for note in notes(scenario):
                        click.echo(say("Mind: {problem}", problem=say.problem(note)))
                    problems |= dict.fromkeys(drifts(scenario, flow))
        except ScenarioError as error:
            problems |= dict.fromkeys(error.problems)
    if problems:
        raise ScenarioError(problems)
