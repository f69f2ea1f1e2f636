"""``flowsim sql``: a question to the results of a folder."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowsim.cli.language import lang_option
from flowsim.cli.reading import reading
from flowsim.cli.spoken import Spoken

if TYPE_CHECKING:
    from flowsim.report.wording import Language


@click.command("sql", cls=Spoken)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("query", metavar="QUERY")
@lang_option
def command(folder: Path, query: str, lang: Language) -> None:
    """Ask the results in a folder a question in SQL; they are read, never changed.

    The answer is CSV: a comma, a point in numbers. DIR is where `flowsim run`, `compare` or `sweep`
    wrote.

    \b
    Tables, of what was asked last:
      measures, costs   every number of every replication, by scenario, period,
                        municipality, variant, measure and detail
      waits             every wait: client, kind, wait_days, ending and more
      runs              every run that is there: status, seconds, host, current (1: asked last)
      scenarios         what was asked last
    all_measures, all_costs and all_waits have the runs of other code, scenarios and seeds too.

    \b
    Examples:
      flowsim sql results/drenthe "select avg(wait_days) from waits where kind = 'placement'"
      flowsim sql results/drenthe "select * from runs where status = 'failed'"
    """  # noqa: D301 - click reads the \b
    from flowsim.experiment.tables.frames import units
    from flowsim.store.asking import asked

    with reading(lang), asked(folder, query, units()) as answer:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(answer.columns)
        writer.writerows(answer.rows)
