"""``flowsim log``: what happened to each client, for process mining and for animation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowsim.cli.exporting import log
from flowsim.cli.language import lang_option
from flowsim.cli.reading import reading
from flowsim.cli.spoken import Spoken

if TYPE_CHECKING:
    from flowsim.report.wording import Language


@click.command("log", cls=Spoken)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--form", type=click.Choice(["pm4py", "vidigi"]), default="pm4py",
              show_default=True, help="For which program.")  # fmt: skip
@lang_option
def command(folder: Path, form: str, lang: Language) -> None:
    """Write what happened to each client in DIR/log, as CSV, without a run.

    DIR is where `flowsim run`, `compare` or `sweep` wrote, with --keep events. pm4py: an activity
    a row, with client, time and resource. vidigi: who comes, waits, is in which place and goes.

    \b
    Examples:
      flowsim run scenarios/drenthe/base.toml -n 1 --keep events
      flowsim log results/base
      flowsim log results/base --form vidigi
    """  # noqa: D301 - click reads the \b
    from flowsim.report.wording import wording

    with reading(lang):
        place = log(folder, form)
        say = wording(lang)
        click.echo(say("Exported: {folder}", folder=place), err=True)
