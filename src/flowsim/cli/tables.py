"""``flowsim tables``: the tables of stored results, without a run."""

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


@click.command("tables", cls=Spoken)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--all-tables", is_flag=True,
              help="Write the large tables too: measures_by_period.csv (every number in each year "
              "and on each date) and, but for a sweep, waits.csv (every wait).",
              )  # fmt: skip
@lang_option
def command(folder: Path, all_tables: bool, lang: Language) -> None:
    """Write tables/, excel/ and the manifest of the results in a folder again, without a run.

    DIR is where `flowsim run`, `compare` or `sweep` wrote. Of a command that was stopped, the
    tables hold what was complete by then.

    \b
    Examples:
      flowsim tables results/drenthe
      flowsim tables results/drenthe --all-tables
    """  # noqa: D301 - click reads the \b
    from flowsim.report.wording import wording

    say = wording(lang)
    with reading(lang):
        place = write_again(folder, say, tables=True, charts=None, all_tables=all_tables)
        click.echo(say("Tables: {folder}", folder=place / "tables"), err=True)
