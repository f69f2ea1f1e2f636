"""``flowsim run``: one scenario, many futures."""

from __future__ import annotations

from pathlib import Path
from typing import Unpack

import click

from flowsim.cli.batch import Looked, batch_options, full_option, run_batch
from flowsim.cli.given import load_all
from flowsim.cli.looking import until_option
from flowsim.cli.spoken import Spoken


@click.command("run", cls=Spoken)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@batch_options
@until_option
@full_option
def command(file: Path, full: bool, **options: Unpack[Looked]) -> None:
    """Simulate one scenario: tables, charts and a summary.

    FILE is a scenario (TOML). It is simulated REPLICATIONS times, each time on other chance:
    another possible future. The terminal shows the mean over these futures and its 95% interval,
    in at most twelve rows. All rows: --full.

    \b
    In DIR:
      results.sqlite    every run that is done; all else here can be made from it again
      manifest.json     what was run, with which versions, when
      excel/            for a Dutch spreadsheet, by double click: samenvatting.csv (the table),
                        per_jaar.csv, per_gebied.csv, personenbalans.csv, woningen.csv
      tables/           summary.csv (the table), by_municipality.csv (waits), over_time.csv,
                        balance.csv (persons: start + in - out = end), dwellings.csv (needed,
                        agreed, realised, short), staff.csv (FTE needed, available, short),
                        chains.csv (what is at the end of the waiting), occupancy.csv (how full
                        places are), futures.csv, longest_waits.csv, scenarios.csv,
                        measures.csv (every number of every replication, over the whole window)
                        with --all-tables: waits.csv (every wait), measures_by_period.csv (the
                        numbers in each year and on each date); large
      charts/           each chart as SVG and PNG

    Ctrl-C keeps the replications that are complete, and says so in the manifest. The same command
    goes on from there; flowsim summary, tables, charts, export, log and sql read what is there.

    \b
    Examples:
      flowsim run scenarios/drenthe/base.toml
      flowsim run scenarios/drenthe/base.toml -n 100 --jobs 4 --lang en
      flowsim run scenarios/drenthe/base.toml --set dwellings.contingent.per_year=50 --out try
    """  # noqa: D301 - click reads the \b
    (scenario,) = load_all([file], options["settings"], options["guesses"])
    run_batch([scenario], options["out"] or Path("results") / scenario.key, options, full=full)
