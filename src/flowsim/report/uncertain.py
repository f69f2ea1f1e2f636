"""What an uncertainty run ends with on the terminal: two bands for every number."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, TextIO

import numpy as np

from flowsim.balance.counts import BLOCKED, WAITING
from flowsim.experiment.draws.uncertainty import Uncertainty
from flowsim.experiment.quantities.waits import MEAN
from flowsim.guesses import Guesses
from flowsim.report.cells import FIRST, cells_of, ordered
from flowsim.report.console import console_for, plain_table
from flowsim.report.labels import About
from flowsim.report.names import titles_of, variants_of
from flowsim.report.saying import quantity_of, said_interval, said_label, said_number
from flowsim.report.terminal import heading, partial
from flowsim.report.wording import Wording
from flowsim.scenario import number_kinds

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
    guesses = {one.name for one in Guesses(found.comparison.scenarios[0].base).listed}
    yield say(
        "{guesses} guesses are drawn. Of {all} draws {before} are near what is counted today; once "
        "moved, {after}. The first {n} of these are simulated.",
        guesses=len(guesses), all=len(fit.fits), before=round(fit.fitted_before * len(fit.fits)),
        after=len(fit.kept), n=n,
    )  # fmt: skip
    yield say("Counted today, and in 8 of 10 of these draws: {counts}.", counts=_counts(found, say))
    fits, known = drawn.checked
    if known:
        yield say("Simulated, {fits} of {known} are still near it.", fits=fits, known=known)
        if fits < 0.9 * known:
            yield say("That is fewer than nine in ten: the balance, by which draws are moved, does "
                      "not describe this base. Take the wider bands with care.")  # fmt: skip
    if drawn.refused:
        yield say("Draws in which a scenario cannot be, and that were left out: {n}.",
                  n=len(drawn.refused))  # fmt: skip


def _counts(found: Uncertainty, say: Wording) -> str:
    """Say each count of today, and what the draws that are simulated give."""
    fit, titles = found.drawn.fit, variants_of(found.comparison.scenarios, say)
    called = titles | {WAITING: say("wait for a place"), BLOCKED: say("ready, and wait in a place")}
    gives = fit.ensemble.gives[[one.number for one in found.drawn.draws]]
    low, high = np.quantile(gives, (0.1, 0.9), axis=0)
    return "; ".join(
        say("{what} {today} ({low} to {high})", what=called[name],
            today=say.number(fit.target.value[i]), low=say.number(low[i]), high=say.number(high[i]))
        for i, name in enumerate(fit.counts)
    )  # fmt: skip


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
    results = found.comparison
    titles = titles_of(results.scenarios, say)
    table = plain_table()
    table.add_column(say("what"), overflow="fold")
    for name in (say("as it is"), say("chance alone\n(95%)"), say("mean of\ndraws"),
                 say("chance and\nguesses (90%)"), say("in how many\nof 100 draws")):  # fmt: skip
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


def _numbers(row: Row, which: str, say: Wording) -> tuple[str, str, str, str]:
    """Return a number, or a difference, its band of chance, the mean of draws, and both."""
    about, signed = quantity_of(row), bool(which)
    start = f"{which}_" if which else ""
    said, mean = (
        "–" if math.isnan(one) else said_number(about, one, say, signed=signed)
        for one in (float(row[which or "value"]), float(row[f"{start}draws_mean"]))
    )
    chance, both = (
        said_interval(about, row[f"{start}{band}low"], row[f"{start}{band}high"], say,
                      signed=signed)
        for band in ("", "evidence_")
    )  # fmt: skip
    return said, chance, mean, both


def _sign(row: Row, say: Wording) -> str:
    share = float(row["same_sign"])
    if math.isnan(share):
        return "–"
    words = _of_100(share, say), _of_100(row["same_sign_low"], say), _of_100(
        row["same_sign_high"], say)  # fmt: skip
    word = say(quantity_of(row).words[row["difference_draws_mean"] > 0])
    return say("{word}: {share} ({low} to {high})", word=word,
               **dict(zip(("share", "low", "high"), words, strict=True)))  # fmt: skip


def _notes(found: Uncertainty, say: Wording) -> Iterator[str]:
    yield say("Of the base the number itself, of the others the difference with it; as it is: with "
              "the values of the file. Chance and guesses: between what 90 of 100 draws come to, "
              "and as much wider as chance makes the estimate; the mean of draws is its middle. In "
              "how many draws: with the sign of their mean, and a 95% interval; –: they do not "
              "differ by more than chance.")  # fmt: skip
    if number_kinds.drawn(found.comparison.scenarios[0].base, "price"):
        yield say("Prices are held as they are, and are guessed in part: they move nobody, but "
                  "cost is surer here than it is.")  # fmt: skip
