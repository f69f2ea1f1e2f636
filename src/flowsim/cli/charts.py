"""``flowsim charts``: the charts of stored results, in another language too, without a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowsim.cli.exporting import write_again
from flowsim.cli.language import lang_option
from flowsim.cli.reading import reading
from flowsim.cli.spoken import Spoken

if TYPE_CHECKING:
    from flowsim.report.wording import Language


@click.command("charts", cls=Spoken)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@lang_option
def command(folder: Path, lang: Language) -> None:
    """Draw the charts of the results in a folder again, without a run.

    DIR is where `flowsim run`, `compare` or `sweep` wrote; the charts are in the language of
    --lang.

    \b
    Examples:
      flowsim charts results/drenthe --lang en
    """  # noqa: D301 - click reads the \b
    from flowsim.report.wording import wording

    say = wording(lang)
    with reading(lang):
        place = write_again(folder, say, tables=False, charts=True)
        click.echo(say("Charts: {folder}", folder=place / "charts"), err=True)
