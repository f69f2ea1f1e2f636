"""The table that a run or comparison ends with on the terminal."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, TextIO

import numpy as np

from flowsim.experiment.curves import HORIZON_WEEKS
from flowsim.experiment.estimate import FEW, FEWEST, Verdict
from flowsim.experiment.results import Results
from flowsim.report.labels import Row, sections
from flowsim.report.names import titles_of
from flowsim.report.saying import (
    CLOSE,
    decimals_for,
    in_futures,
    mark_of,
    quantity_of,
    said_interval,
    said_number,
    said_verdict,
    why_none,
)
from flowsim.report.wording import Wording

if TYPE_CHECKING:
    from rich.table import Table

PLAIN_WIDTH: Final = 120
"""Columns where the output is no terminal."""
_LABEL, _COLUMN = 24, 15

Cells = dict[tuple[str, ...], dict[Any, Any]]
"""Rows of the summary by scenario, measure, detail and statistic."""


def print_table(results: Results, say: Wording, stream: TextIO) -> None:
    """Print the estimates of every scenario and the paired differences with the base."""
    from rich.console import Console

    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        width = int(os.environ.get("COLUMNS", PLAIN_WIDTH))
        console = Console(file=stream, highlight=False, markup=False, emoji=False, width=width)
    console.print(heading(results, say), style="bold")
    for keys in _blocks(results.keys, console.width):
        console.print(_table(results, keys, say))
    for line in notes(results, say):
        console.print(line)


def heading(results: Results, say: Wording) -> str:
    """Say where, over which years, how often and in which prices."""
    base = results.scenarios[0]
    about = base.scenario
    n = len(results.replications)
    count = say("1 replication") if n == 1 else say("{n} replications", n=n)
    if about.years is not None:
        span = say("{years} years from {start}", years=about.years, start=say.date(about.start))
    else:
        days = say.number(about.days or 0)
        span = say("{days} days from {start}", days=days, start=say.date(about.start))
    year = base.money.price_year
    prices = f", {say('prices of {year}', year=year)}" if year is not None else ""
    return f"{base.areas.region}: {span}, {count}{prices}"


def notes(results: Results, say: Wording) -> Iterator[str]:
    """Say how to read the table, and what it lacks."""
    n = len(results.replications)
    if n < FEWEST:
        yield too_few(say)
    else:
        yield about_intervals(say)
    if n >= FEWEST and len(results.keys) > 1:
        yield say(
            "{mark} too close to call: the interval of the difference with the base contains 0 "
            "(before rounding). As good as equal: the whole interval is smaller than what matters.",
            mark=CLOSE,
        )
    if FEWEST <= n < FEW:
        yield few_futures(say)
    yield say(
        "Waits: everyone counts, also who still waits or gave up; the mean takes the first {weeks} "
        "weeks of each. Not reached: fewer than nine in ten are placed; the others give up, leave "
        "or die.",
        weeks=HORIZON_WEEKS,
    )
    if any(scenario.dwellings for scenario in results.scenarios):
        yield say(
            "Who seeks an own dwelling or a provider's place first: what the award names first. "
            "New need left unmet: newly needed, less who got a dwelling or did without; below 0 "
            "the queue shrinks."
        )
    if results.interrupted:
        yield say("Interrupted: {n} of {planned} replications.", n=n, planned=results.planned)


def too_few(say: Wording) -> str:
    """Say what cannot be said from one or two replications."""
    return say(
        "Fewer than {fewest} futures: no intervals, and no saying what differs. Use -n 30.",
        fewest=FEWEST,
    )


def few_futures(say: Wording) -> str:
    """Say what fewer than `FEW` replications cannot carry."""
    return say(
        "Fewer than {few} futures: no difference is clear, at most probable, and no interval for "
        "half and nine in ten.",
        few=FEW,
    )


def about_intervals(say: Wording) -> str:
    """Say what an interval in a table is, and what it is not."""
    return say(
        "x to y: 95% interval of the mean over replications. It shows chance only, not how "
        "uncertain the assumptions are."
    )


def _blocks(keys: Sequence[str], width: int) -> Iterator[list[str]]:
    """Spread the scenarios over as many tables as the width asks for, each with the base."""
    room = max((width - _LABEL) // (_COLUMN + 1) - 1, 1)
    others = list(keys[1:])
    tables = max(-(-len(others) // room), 1)
    each = -(-len(others) // tables)
    for i in range(tables):
        yield [keys[0], *others[i * each : (i + 1) * each]]


def _table(results: Results, keys: Sequence[str], say: Wording) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=0, pad_edge=False, show_edge=False)
    table.add_column("", width=_LABEL - 1, overflow="fold")
    titles = titles_of(results.scenarios, say)
    for i, key in enumerate(keys):
        base = f"\n({say('base')})" if i == 0 and len(results.keys) > 1 else ""
        table.add_column(titles[key] + base, width=_COLUMN, overflow="fold")
    cells = cells_of(results)
    for section in sections(results.scenarios, say):
        rows = [row for row in section.rows if is_shown(row, results.keys, cells)]
        if rows:
            table.add_row(section.title, style="bold", end_section=False)
        for row in rows:
            table.add_row(row.label, *(_own(row, cells, key, say) for key in keys))
            if len(keys) > 1:
                differences = (_difference(row, cells, key, say) for key in keys[1:])
                table.add_row(f"  {say('difference with base')}", "", *differences, style="italic")
    return table


def cells_of(results: Results) -> Cells:
    """Return the rows of the summary by what they are about."""
    names = ("scenario", "measure", "detail", "statistic")
    rows = results.summary.to_dict("records")
    return {tuple(str(row[name]) for name in names): row for row in rows}


def is_shown(row: Row, keys: Sequence[str], cells: Cells) -> bool:
    """A row that is zero everywhere, as it would be printed, says nothing."""
    found = [cells.get((key, row.measure, row.detail, row.statistic)) for key in keys]
    values = [one["value"] for one in found if one is not None]
    return any(round(v * row.factor, row.decimals) != 0 for v in values if not np.isnan(v))


def _own(row: Row, cells: Cells, key: str, say: Wording) -> str:
    """Say an estimate and, below it, its interval."""
    cell = cells.get((key, row.measure, row.detail, row.statistic))
    if cell is None:
        return say.number(np.nan)
    about, low, high = quantity_of(cell), cell["low"], cell["high"]
    places = decimals_for(about, cell["value"], low, high)
    text = said_number(about, cell["value"], say, decimals=places)
    if np.isfinite(cell["differs_in"]):
        return f"{text}\n{in_futures(int(cell['differs_in']), int(cell['replications']), say)}"
    if np.isnan(low) or np.isinf(cell["value"]):
        return text
    return f"{text}\n{said_interval(about, low, high, say, decimals=places)}"


def _difference(row: Row, cells: Cells, key: str, say: Wording) -> str:
    """Say the verdict on a difference with the base, the difference and its interval."""
    cell = cells.get((key, row.measure, row.detail, row.statistic))
    if cell is None or not np.isfinite(cell["difference"]):
        return say.number(np.nan)
    verdict, about = Verdict(cell["verdict"]), quantity_of(cell)
    if verdict == Verdict.NONE:
        return why_none(cell, say)
    if verdict == Verdict.EXACT:
        return said_verdict(cell, say)
    low, high = cell["difference_low"], cell["difference_high"]
    text = f"{mark_of(cell)} {said_number(about, cell['difference'], say, signed=True)}"
    if verdict in (Verdict.SAME, Verdict.SLIGHT, Verdict.LIKELY):
        text = f"{mark_of(cell)} {said_verdict(cell, say)}"
    return f"{text}\n{said_interval(about, low, high, say, signed=True)}"
