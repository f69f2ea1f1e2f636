"""``flowsim validate``: every mistake at once, then the fluid balance."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowsim.cli.language import lang_option
from flowsim.cli.messages import print_balance
from flowsim.errors import Problem, ScenarioError

if TYPE_CHECKING:
    from flowsim.report.wording import Language


@click.command("validate")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--set",
    "settings",
    metavar="PATH=VALUE",
    multiple=True,
    help="Set a value on top of each file; may be given more than once.",
)
@lang_option
def command(files: tuple[str, ...], settings: tuple[str, ...], lang: Language) -> None:
    """Check scenario files and print their balance; nothing is simulated or written.

    Every mistake is printed at once, one line each: the file it is in, the key, what was found
    there and what is allowed. The exit code is then 2.

    For a file without mistakes you get its fluid balance: what is asked, on average, of each desk,
    variant, team and stream of dwellings, against what there is. A ratio above 1 means that people
    must give up, go elsewhere or find something alone; `no balance` means that they cannot, so
    that a queue grows for ever. A file with dated changes has a second balance, of what holds after
    the last of them. A ratio far from 1 for `residents` means that the region drifts
    away from today even when nobody decides anything: beyond a tenth that is a mistake, unless the
    file says start.drift = "accepted".

    \b
    Examples:
      flowsim validate scenarios/drenthe/base.toml
      flowsim validate scenarios/drenthe/*.toml
      flowsim validate scenarios/drenthe/base.toml --set dwellings.contingent.per_year=20
    """  # noqa: D301 - click reads the \b
    from flowsim.report.wording import wording
    from flowsim.scenario.balance import drifts, fluid_balance
    from flowsim.scenario.load import load
    from flowsim.scenario.sources import read_sources

    say = wording(lang)
    problems: dict[Problem, None] = {}
    for file in files:
        try:
            if Path(file).name == "sources.toml":
                count = len(read_sources(Path(file).parent) or ())
                click.echo(say("{file}: {n} sources", file=file, n=count))
            else:
                scenario = load(file, settings)
                balance = fluid_balance(scenario)
                print_balance(file, balance, say)
                if len(scenario.phases) > 1:
                    day, last = scenario.phases[-1]
                    since = scenario.scenario.start + timedelta(days=round(day))
                    title = say("{file}, from {date} on", file=file, date=say.date(since))
                    print_balance(title, fluid_balance(last), say)
                problems |= dict.fromkeys(drifts(scenario, balance))
        except ScenarioError as error:
            problems |= dict.fromkeys(error.problems)
    if problems:
        raise ScenarioError(problems)
