"""What an uncertainty run ends with on the terminal: two bands for every number."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, TextIO

from flowsim.experiment.draws.uncertainty import Uncertainty
from flowsim.experiment.quantities.waits import MEAN
from flowsim.report.cells import FIRST, cells_of, ordered
from flowsim.report.console import console_for
from flowsim.report.labels import About
from flowsim.report.names import titles_of
from flowsim.report.saying import quantity_of, said_interval, said_label, said_number
from flowsim.report.terminal import heading, partial
from flowsim.report.wording import Wording

if TYPE_CHECKING:
    from rich.table import Table

TOLD: Final[tuple[About, ...]] = (
    ("wait", "placement", MEAN),
    ("waiting", "placement", "mean"),
    ("blocked", "", "mean"),
    ("cost", "", "mean"),
)
"""Quantities that come first; else those of `flowsim.report.cells.FIRST`."""
Row = Mapping[Any, Any]


def print_uncertainty(found: Uncertainty, say: Wording, stream: TextIO) -> None:
    """Print what stands whatever is guessed, and in which share of the draws."""
    console = console_for(stream)
    results = found.comparison
    if found.partial:
        console.print(partial(results, say), style="bold")
    console.print(heading(results, say), style="bold")
    for line in fit_lines(found, say):
        console.print(line)
    console.print()
    console.print(_bands(found, say))
    for line in _notes(found, say):
        console.print(line)


def fit_lines(found: Uncertainty, say: Wording) -> Iterator[str]:
    """Say how many draws there are, how many fit today, and whether the simulation agrees."""
    drawn = found.drawn
    fit, n = drawn.fit, len(drawn.draws)
    yield say(
        "{n} draws of {guesses} guesses that give the counts of today. Of draws as they come "
        "{before} of 100 do; of those moved to today {after} of 100.",
        n=n, guesses=len(fit.guesses), before=_of_100(fit.fitted_before, say),
        after=_of_100(fit.fitted, say),
    )  # fmt: skip
    fits, known = drawn.checked
    if known:
        yield say("Simulated, {fits} of {known} give today too.", fits=fits, known=known)
        if fits < 0.9 * known:
            yield say("That is fewer than nine in ten: the balance, by which draws are moved, does "
                      "not describe this base. Take the wider bands with care.")  # fmt: skip
    if drawn.refused:
        yield say("Draws in which a scenario cannot be, and that were left out: {n}.",
                  n=len(drawn.refused))  # fmt: skip


def _of_100(share: float, say: Wording) -> str:
    return say.number(100 * share, 0)


def rows_told(found: Uncertainty) -> list[About]:
    """Return the quantities that come first, of which draws have a number."""
    table = found.table
    there = {(str(a), str(b), str(c)) for a, b, c, n in zip(
        table["measure"], table["detail"], table["statistic"], table["draws"], strict=True)
        if n > 0}  # fmt: skip
    told = [about for about in TOLD if about in there]
    return told or [about for about in FIRST if about in there][: len(TOLD)]


def records(found: Uncertainty, about: About) -> dict[str, Row]:
    """Return the rows of a quantity by scenario."""
    frame = found.table
    for name, wanted in zip(("measure", "detail", "statistic"), about, strict=True):
        frame = frame[frame[name] == wanted]
    return {str(row["scenario"]): row for row in frame.to_dict("records")}


def _bands(found: Uncertainty, say: Wording) -> Table:
    from rich import box
    from rich.table import Table

    results = found.comparison
    titles = titles_of(results.scenarios, say)
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    table.add_column(say("what"), overflow="fold")
    for name in (say("as it is"), say("chance alone (95%)"), say("with what is guessed"),
                 say("same sign")):  # fmt: skip
        table.add_column(name, justify="right", no_wrap=True)
    keys = ordered(results, cells_of(results), "effect")
    for about in rows_told(found):
        rows = records(found, about)
        first = rows[results.base]
        quantity = quantity_of(first)
        unit = say(quantity.unit)
        label = f"{said_label(quantity, say)} ({unit})"
        table.add_row(label, *_numbers(first, "", say), "")
        for key in keys[1:]:
            row = rows[key]
            table.add_row(f"  {titles[key]}", *_numbers(row, "difference", say), _sign(row, say))
    return table


def _numbers(row: Row, which: str, say: Wording) -> tuple[str, str, str]:
    """Return a number, or a difference, and its two bands."""
    about, signed = quantity_of(row), bool(which)
    start = f"{which}_" if which else ""
    value = float(row[which or "value"])
    said = "–" if math.isnan(value) else said_number(about, value, say, signed=signed)
    chance, both = (
        said_interval(about, row[f"{start}{band}low"], row[f"{start}{band}high"], say,
                      signed=signed)
        for band in ("", "evidence_")
    )  # fmt: skip
    return said, chance, both


def _sign(row: Row, say: Wording) -> str:
    share = float(row["same_sign"])
    if math.isnan(share):
        return ""
    words = _of_100(share, say), _of_100(row["same_sign_low"], say), _of_100(
        row["same_sign_high"], say)  # fmt: skip
    return say("{share} of 100 ({low} to {high})",
               **dict(zip(("share", "low", "high"), words, strict=True)))  # fmt: skip


def _notes(found: Uncertainty, say: Wording) -> Iterator[str]:
    yield say("Of the base the number itself, of the others the difference with it. With what is "
              "guessed: between what 90 of 100 draws come to, and as much wider as chance makes "
              "the estimate. Same sign: share of the draws on the same side of 0.")  # fmt: skip
