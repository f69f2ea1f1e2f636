"""What a sweep ends with on the terminal: its points, and which of them meets the norm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np

from flowsim.experiment.estimates.curves import HORIZON_WEEKS
from flowsim.experiment.estimates.intervals import FEW, FEWEST
from flowsim.experiment.quantities.norm import Meeting, Meets, Norm
from flowsim.experiment.sweep import Sweep
from flowsim.report.console import console_for, plain_table
from flowsim.report.saying import CLOSE, EQUAL, mark_of
from flowsim.report.sweep_labels import (
    MAIN,
    Told,
    said_norm,
    said_point,
    said_value,
    short_label,
    swept_titles,
    told,
)
from flowsim.report.terminal import about_intervals, few_futures, heading, too_few, warnings
from flowsim.report.wording import Wording

if TYPE_CHECKING:
    from rich.table import Table

_FACTOR, _COLUMN = 13, 15


def print_sweep(
    sweep: Sweep, measure: str, norm: Norm | None, say: Wording, stream: TextIO
) -> None:
    """Print the main measures of every point, and what a norm asks for."""
    console = console_for(stream)
    console.print(heading(sweep, say), style="bold")
    for columns in _blocks(_columns(sweep, measure, say), len(sweep.told_by), console.width):
        console.print(_table(sweep, columns, say))
    if norm is not None:
        for line in norm_lines(sweep, sweep.meeting(norm), say):
            console.print(line, style="bold")
    for line in (*_notes(sweep, say), *warnings(sweep, say, console.width)):
        console.print(line)


def _columns(sweep: Sweep, measure: str, say: Wording) -> list[str]:
    """Return the measures to show: what was asked for, and the main ones that are not zero."""
    listed = [measure, *(name for name in MAIN if name != measure)]
    return [name for name in listed if name == measure or _shown(sweep, name, say)]


def _shown(sweep: Sweep, measure: str, say: Wording) -> bool:
    """A column that is zero at every point, as it would be printed, says nothing."""
    look = told(measure, sweep, say)
    values = sweep.line(measure)["value"].dropna() * look.factor
    return any(round(value, look.decimals) != 0 for value in values)


def _blocks(columns: Sequence[str], factors: int, width: int) -> Iterator[list[str]]:
    """Spread the columns over as many tables as the width asks for."""
    room = max((width - factors * (_FACTOR + 1)) // (_COLUMN + 1), 1)
    tables = -(-len(columns) // room)
    each = -(-len(columns) // tables)
    for i in range(tables):
        yield list(columns[i * each : (i + 1) * each])


def _table(sweep: Sweep, columns: Sequence[str], say: Wording) -> Table:
    table = plain_table(right=0)
    titles = swept_titles(sweep, say)
    if len(titles) > 1:
        table.add_column(say("Scenario"), width=_FACTOR, overflow="fold")
    for factor in sweep.factors:
        table.add_column(factor.path.replace(".", ".\n"), width=_FACTOR, overflow="fold")
    looks = {name: told(name, sweep, say) for name in columns}
    for name, look in looks.items():
        head = f"{short_label(name, sweep, say)}\n({look.unit})"
        table.add_column(head, width=_COLUMN, overflow="fold")
    rows = {name: sweep.line(name) for name in columns}
    for i, point in enumerate(sweep.points):
        values = [said_value(value, say) for value in point.values]
        if len(titles) > 1:
            values.insert(0, titles[point.of])
        cells = []
        for name, look in looks.items():
            cells.append(_own(look, rows[name].iloc[i], say))
        table.add_row(*values, *cells)
    return table


def _own(look: Told, row: Any, say: Wording) -> str:
    """Say an estimate, whether it differs from that of the first point, and its interval."""
    value, low, high = numbers = row["value"], row["low"], row["high"]
    less = int(any(abs(one * look.factor) >= 100 for one in numbers if np.isfinite(one)))
    text = look.number(value, say, less)
    if isinstance(row["verdict"], str) and mark_of(row) in (CLOSE, EQUAL):
        text += f" {mark_of(row)}"
    interval = "" if np.isinf(value) else look.interval(low, high, say, less)
    return f"{text}\n{interval}" if interval else text


# ---------------------------------------------------------------- the norm
def norm_lines(sweep: Sweep, meeting: Meeting, say: Wording) -> Iterator[str]:
    """Say which point is the first to meet a norm, and how sure that is."""
    norm, first = meeting.norm, meeting.first
    label = told(norm.measure, sweep, say).label
    yield say("Norm: {label}, {norm}.", label=label, norm=said_norm(norm, sweep, say))
    if sweep.design.levers.listed is not None or len(sweep.design.keys) > 1:
        yield from _how_many(sweep, meeting, say)
        return
    if first is None:
        yield say("No point meets it.")
        return
    point = _with_numbers(sweep, norm, first, say)
    if meeting.points[first] == Meets.CLEARLY:
        yield say("The first point to meet it, with its whole 95% interval: {point}.", point=point)
    else:
        yield say("The first point to meet it, by the estimate only: {point}.", point=point)
        surely = meeting.first_clearly
        if len(sweep.replications) == 1:
            yield say("How sure that is cannot be said from one replication.")
        elif surely is None:
            yield say("No point meets it with its whole 95% interval.")
        else:
            point = _with_numbers(sweep, norm, surely, say)
            yield say("The first with its whole 95% interval: {point}.", point=point)
    if not meeting.lasts and len(sweep.factors) == 1:
        yield say("Mind: not every point after it meets the norm.")


def _how_many(sweep: Sweep, meeting: Meeting, say: Wording) -> Iterator[str]:
    """Say how many points meet a norm, where they are in no order that has a first."""
    titles = swept_titles(sweep, say)
    for key, places in sweep.by_scenario().items():
        found = [meeting.points[i] for i in places]
        text = say("{n} of {points} points meet it, {surely} with the whole 95% interval.",
                   n=sum(one != Meets.NO for one in found), points=len(found),
                   surely=found.count(Meets.CLEARLY))  # fmt: skip
        yield f"{titles[key]}: {text}" if len(titles) > 1 else text


def _with_numbers(sweep: Sweep, norm: Norm, number: int, say: Wording) -> str:
    look = told(norm.measure, sweep, say)
    value, low, high = sweep.line(norm.measure).iloc[number][["value", "low", "high"]]
    interval = look.interval(low, high, say)
    numbers = look.number(value, say) + (f"; {interval}" if interval else "")
    return f"{said_point(sweep, number, say)} ({numbers})"


def _notes(sweep: Sweep, say: Wording) -> Iterator[str]:
    """Say how to read the table, and what it lacks."""
    n = len(sweep.replications)
    if n < FEWEST:
        yield too_few(say)
    else:
        yield about_intervals(say)
        if len(sweep.points) > 1:
            yield say(
                "{mark} too close to call: the interval of the difference with the first point, in "
                "the same futures, contains 0, so it may be chance. {same} as good as equal.",
                mark=CLOSE,
                same=EQUAL,
            )
    if FEWEST <= n < FEW:
        yield few_futures(say)
    yield say(
        "Waits: mean of the first {weeks} weeks of each; everyone counts, also who still waits or "
        "gave up.",
        weeks=HORIZON_WEEKS,
    )
    if sweep.partial:
        points = len(sweep.design.points)
        yield say("PARTIAL: {n} of {points} points.", n=len(sweep.points), points=points)
