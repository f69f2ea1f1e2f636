"""What a run or comparison ends with on the terminal: the answer, a few rows, what to mind."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final, TextIO

from flowsim.experiment.burn_in import PATHS
from flowsim.experiment.compare import Comparison
from flowsim.experiment.estimates.curves import HORIZON_WEEKS
from flowsim.experiment.estimates.estimate import Reason
from flowsim.experiment.estimates.intervals import FEW, FEWEST
from flowsim.experiment.quantities.waits import MEAN
from flowsim.experiment.results import Results
from flowsim.layout import Has
from flowsim.report.answer import answer
from flowsim.report.brief import (
    about_fewer,
    about_rounding,
    about_unmet,
    in_sight,
    key_to,
    table_of,
)
from flowsim.report.cells import Cells, Order, cells_of, ordered, parts_of, since_of
from flowsim.report.console import console_for
from flowsim.report.full import full_tables
from flowsim.report.names import titles_of
from flowsim.report.paying import who_pays
from flowsim.report.saying import CLOSE, DOWN, EQUAL, UP, quantity_of
from flowsim.report.wording import Wording

WARNINGS: Final = 3
"""So many are printed; the others are counted."""
_LINES: Final = 2
"""A warning is cut after so many lines."""


def print_table(
    results: Results,
    say: Wording,
    stream: TextIO,
    *,
    full: bool = False,
    order: Order = "effect",
) -> None:
    """Print a sentence for each scenario and the rows that councils ask for first.

    Parameters
    ----------
    results, say, stream
        What, in which language and where.
    full
        Every row, with its intervals, and every warning.
    order
        Of the scenarios after the base (`flowsim.report.cells.ordered`).
    """
    console = console_for(stream)
    cells = cells_of(results)
    keys, titles = ordered(results, cells, order), titles_of(results.scenarios, say)
    if results.partial:
        console.print(partial(results, say), style="bold")
    console.print(heading(results, say), style="bold")
    console.print()
    for line in answer(keys, cells, titles, say, since_of(results), parts_of(results, cells)):
        console.print(line)
    console.print()
    if full:
        for table in full_tables(results, keys, cells, console.width, say):
            console.print(table)
        lines = [*notes(results, say), *about_fewer(keys, cells, titles, say)]
    else:
        shown = in_sight(keys, console.width)
        console.print(table_of(shown, cells, titles, console.width, say))
        lines = [*key_to(shown, cells, titles, say)]
        lines += _short_notes(results, cells, len(keys) - len(shown), say)
    for line in lines:
        console.print(line)
    for line in warnings(results, say, None if full else console.width):
        console.print(line)


def partial(results: Results, say: Wording) -> str:
    """Say that not all was done that was asked for."""
    return say(
        "PARTIAL: {n} of {planned} replications.",
        n=len(results.replications), planned=results.planned,
    )  # fmt: skip


def warnings(results: Results, say: Wording, width: int | None) -> Iterator[str]:
    """Say what a reader must know of the scenarios: a few warnings, and how many more there are.

    Parameters
    ----------
    width
        Columns; None: every warning, whole.
    """
    found = [say("Mind: {problem}", problem=say.problem(one)) for one in results.warnings]
    if width is None:
        yield from found
        return
    for one in found[:WARNINGS]:
        yield textwrap.shorten(one, _LINES * width - 10, placeholder=" ...")
    if len(found) > WARNINGS:
        yield say("Other warnings: {n}, in manifest.json.", n=len(found) - WARNINGS)


def _short_notes(results: Results, cells: Cells, others: int, say: Wording) -> Iterator[str]:
    cells = {at: cell for at, cell in cells.items() if quantity_of(cell).main}
    n = len(results.replications)
    if others:
        yield say("Other scenarios: {n}, in columns of --full and in excel/.", n=others)
    if n < FEWEST:
        yield too_few(say)
    else:
        yield say("Between brackets: 95% interval, chance only. Every row and interval: --full.")
    if FEWEST <= n < FEW:
        yield few_futures(say)
    yield from unseen(cells, say)


def heading(results: Results, say: Wording) -> str:
    """Say where, over which years, how often and in which prices."""
    base = results.scenarios[0]
    about = base.scenario
    n = len(results.replications)
    count = say("1 replication") if n == 1 else say("{n} replications", n=n)
    if about.years == 1:
        span = say("1 year from {start}", start=say.date(about.start))
    elif about.years is not None:
        span = say("{years} years from {start}", years=about.years, start=say.date(about.start))
    else:
        days = say.number(about.days or 0)
        span = say("{days} days from {start}", days=days, start=say.date(about.start))
    year = base.money.price_year
    prices = f", {say('prices of {year}', year=year)}" if year is not None else ""
    region = say("Region") if base.areas.region == "region" else base.areas.region
    return f"{region}: {span}, {count}{prices}"


def source_of(results: Results, say: Wording) -> str:
    """Say what stands under the title of a chart: the heading, and why it has no intervals."""
    if len(results.replications) >= FEWEST:
        return heading(results, say)
    few = say("Fewer than {fewest} futures: no intervals.", fewest=FEWEST)
    return f"{heading(results, say)}. {few}"


def judged_source_of(results: Results, say: Wording) -> str:
    """Say the same under a chart with verdicts: the heading, and what few futures cannot carry."""
    n = len(results.replications)
    if len(results.keys) < 2 or n >= FEW:
        return source_of(results, say)
    few = (
        too_few(say)
        if n < FEWEST
        else say("Fewer than {few} futures: no difference is clear, at most probable.", few=FEW)
    )
    return f"{heading(results, say)}. {few}"


def notes(results: Results, say: Wording) -> Iterator[str]:
    """Say how to read the table, and what it lacks."""
    n = len(results.replications)
    if n < FEWEST:
        yield too_few(say)
    else:
        yield about_intervals(say)
    if n > PATHS and results.today:
        yield say(
            "Today was made in {paths} ways. The interval of a number counts what they differ; "
            "that of a median or a P90 does not, and is too narrow. Differences with the base do "
            "not hang on it.",
            paths=PATHS,
        )
    if n >= FEWEST and len(results.keys) > 1:
        yield say(
            "{down} {up} lower or higher than the base. {close} too close to call: the interval of "
            "the difference with the base contains 0 (before rounding), so it may be chance. "
            "{equal} as good as equal: the whole interval is smaller than what matters.",
            down=DOWN, up=UP, close=CLOSE, equal=EQUAL,
        )  # fmt: skip
    yield from _worth_of_chance(results, say)
    if FEWEST <= n < FEW:
        yield few_futures(say)
    yield say(
        "Waits: everyone counts, also who still waits or gave up; the mean takes the first {weeks} "
        "weeks of each. Not reached: fewer than nine in ten are placed; the others give up, leave "
        "or die.",
        weeks=HORIZON_WEEKS,
    )
    yield from unseen(cells_of(results), say)
    if Has(*results.scenarios).dwellings:
        yield say(
            "Awarded an own dwelling or a provider's place: what the award names first. What was "
            "got in the end may be another."
        )
        yield about_unmet(say)
    yield about_rounding(say)
    yield from _payers(results, say)


def _worth_of_chance(results: Results, say: Wording) -> Iterator[str]:
    """Say how many times as many futures the differences would take on chance of their own."""
    if not isinstance(results, Comparison) or len(results.replications) < FEWEST:
        return
    table, titles = results.paired, titles_of(results.scenarios, say)
    if table.empty:
        return
    first = table[(table["measure"] == "wait") & (table["detail"] == "placement")
                  & (table["statistic"] == MEAN)]  # fmt: skip
    each = "; ".join(f"‘{titles[str(key)]}’ {say.number(ratio, 1)}" for key, ratio in zip(
        first["scenario"], first["variance_ratio"], strict=True))  # fmt: skip
    yield say(
        "All scenarios meet the same chance. On chance of its own a difference would take {n} "
        "times as many futures (the median of all rows and scenarios); of the wait for a first "
        "place: {each}.",
        n=say.number(float(table["variance_ratio"].median()), 1), each=each or "–",
    )  # fmt: skip


def _payers(results: Results, say: Wording) -> Iterator[str]:
    """Say who pays; of each scenario, where they differ."""
    titles = titles_of(results.scenarios, say)
    paid = {titles[one.key]: who_pays(one, say) for one in results.scenarios}
    if len(set(paid.values())) > 1:
        yield from (f"‘{title}’: {who}" for title, who in paid.items())
    else:
        yield from filter(None, set(paid.values()))


def unseen(cells: Cells, say: Wording) -> Iterator[str]:
    """Say why a wait has no number: because of who waited on day 0, or of how the run ends."""
    if any(cell["reason"] == Reason.UNSEEN for cell in cells.values()):
        yield say(
            "–: no number: of those who waited already on day 0 it is not known yet how long the "
            "wait lasts."
        )
    if any(cell["reason"] == Reason.SHORT for cell in cells.values()):
        yield say(
            "–: no number: too many still wait when the run ends, and are not followed for so "
            "long. Make follow_up_days longer."
        )


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
        "x to y: 95% interval of the mean over replications, its ends rounded outward (within a "
        "tenth of the last digit). It shows chance only, not how uncertain the assumptions are."
    )
