"""Every row of the summary as a table for the terminal, with its intervals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from flowsim.experiment.estimates.estimate import Reason, Verdict
from flowsim.experiment.results import Results
from flowsim.report.brief import FEWER_HELPED, cheaper_for_fewer
from flowsim.report.cells import Cells, shown_rows
from flowsim.report.console import plain_table
from flowsim.report.labels import Row, sections
from flowsim.report.names import titles_of
from flowsim.report.saying import (
    decimals_for,
    mark_of,
    places_beside,
    quantity_of,
    said_interval,
    said_number,
    said_verdict,
    why_missing,
    why_none,
)
from flowsim.report.wording import Wording

if TYPE_CHECKING:
    from rich.table import Table

_LABEL, _COLUMN = 24, 15


def full_tables(
    results: Results, keys: Sequence[str], cells: Cells, width: int, say: Wording
) -> Iterator[Table]:
    """Yield the table, in as many parts as the width asks for, each with the base."""
    for part in _blocks(keys, width):
        yield _table(results, part, cells, say)


def _blocks(keys: Sequence[str], width: int) -> Iterator[list[str]]:
    """Spread the scenarios over as many tables as the width asks for, each with the base."""
    room = max((width - _LABEL) // (_COLUMN + 1) - 1, 1)
    others = list(keys[1:])
    tables = max(-(-len(others) // room), 1)
    each = -(-len(others) // tables)
    for i in range(tables):
        yield [keys[0], *others[i * each : (i + 1) * each]]


def _table(results: Results, keys: Sequence[str], cells: Cells, say: Wording) -> Table:
    table = plain_table(right=0)
    table.add_column("", width=_LABEL - 1, overflow="fold")
    titles = titles_of(results.scenarios, say)
    for i, key in enumerate(keys):
        base = f"\n({say('base')})" if i == 0 and len(results.keys) > 1 else ""
        table.add_column(titles[key] + base, width=_COLUMN, overflow="fold")
    for section in sections(results.scenarios, say):
        rows = shown_rows(section.rows, results.keys, cells)
        if rows:
            table.add_row(section.title, style="bold", end_section=False)
        for row in rows:
            label = "  " + row.label if row.is_part else row.label
            table.add_row(label, *(_own(row, cells, key, say) for key in keys))
            if len(keys) > 1:
                differences = (_difference(row, cells, key, say) for key in keys[1:])
                table.add_row(f"  {say('difference with base')}", "", *differences, style="italic")
    return table


def _own(row: Row, cells: Cells, key: str, say: Wording) -> str:
    """Say an estimate and, below it, its interval."""
    cell = cells.get((key, *row.about))
    if cell is None:
        return say.number(np.nan)
    about, value, low, high = quantity_of(cell), cell["value"], cell["low"], cell["high"]
    places = cell.get("places", decimals_for(about, value, low, high))
    exact = places_beside(about, value, low, high, places)
    text = said_number(about, value, say, decimals=exact)
    if cell["reason"] in (Reason.RARE, Reason.SHARED):
        return f"{text}\n{why_missing(cell, say)}"
    if np.isnan(low) or np.isinf(value):
        return text
    return f"{text}\n{said_interval(about, low, high, say, decimals=places)}"


def _difference(row: Row, cells: Cells, key: str, say: Wording) -> str:
    """Say the verdict on a difference with the base, the difference and its interval."""
    cell = cells.get((key, *row.about))
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
    if cheaper_for_fewer(cell, key, cells):
        text += FEWER_HELPED
    return f"{text}\n{said_interval(about, low, high, say, signed=True)}".rstrip()
