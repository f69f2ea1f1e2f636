"""``flowsim export``: stored results for other programs, without a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowsim.cli.exporting import export
from flowsim.cli.language import lang_option
from flowsim.cli.reading import reading
from flowsim.cli.spoken import Spoken
from flowsim.errors import msg

if TYPE_CHECKING:
    from flowsim.report.wording import Language


@click.command("export", cls=Spoken)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--csv", is_flag=True, help="Every table as CSV: a comma, a point in numbers.")
@click.option("--parquet", is_flag=True,
              help="Every table as Parquet, typed and small, for Python, R, DuckDB or Power BI.",
              )  # fmt: skip
@click.option("--xlsx", is_flag=True,
              help="One spreadsheet with a sheet for each table of estimates.")  # fmt: skip
@lang_option
def command(folder: Path, csv: bool, parquet: bool, xlsx: bool, lang: Language) -> None:
    """Write the results in a folder for other programs, in DIR/export, without a run.

    DIR is where `flowsim run`, `compare` or `sweep` wrote. CSV and Parquet have every number and
    every wait of every replication too (measures, waits). What was exported before makes way.

    \b
    Examples:
      flowsim export results/drenthe --parquet
      flowsim export results/drenthe --csv --xlsx
    """  # noqa: D301 - click reads the \b
    from flowsim.report.wording import wording

    asked = {"csv": csv, "parquet": parquet, "xlsx": xlsx}
    kinds = [kind for kind, wanted in asked.items() if wanted]
    if not kinds:
        raise click.UsageError(msg("say what to write: --csv, --parquet or --xlsx"))
    with reading(lang):
        place = export(folder, kinds)
        say = wording(lang)
        click.echo(say("Exported: {folder}", folder=place), err=True)
