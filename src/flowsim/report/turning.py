"""On which guess a number hangs, on the terminal: what turns a conclusion, and at which value."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TextIO

from flowsim.experiment.draws.tornado import FEWEST, Bar, Turns
from flowsim.experiment.draws.uncertainty import ABOUT, Uncertainty
from flowsim.experiment.estimates.estimate import Verdict
from flowsim.experiment.numbers.yearly import Line
from flowsim.guesses import P90, Guess, Guesses
from flowsim.report.console import console_for, number_table
from flowsim.report.guess_names import guess_names, said_at
from flowsim.report.labels import About
from flowsim.report.names import titles_of
from flowsim.report.saying import CLOSE, quantity_of, said_label, said_number
from flowsim.report.terminal import heading
from flowsim.report.uncertain import Row, fit_lines, records, rows_told
from flowsim.report.wording import Wording

if TYPE_CHECKING:
    from rich.table import Table

MOST: Final = 10
"""Guesses of a number that are told."""
TURNS: Final = {
    Turns.TURNS: "turns",
    Turns.MAY: "may turn",
    Turns.NOT: "does not turn",
}
"""Keys of the catalogue."""


def line_of(row: Row) -> Line:
    """Return the line of a row of the table."""
    return Line(*(str(row[name]) for name in ABOUT))


def print_turning(found: Uncertainty, say: Wording, stream: TextIO) -> None:
    """Print which guesses turn what is told first, or may."""
    console = console_for(stream)
    for line in _turning_lines(found, say):
        console.print(line)


def _turning_lines(found: Uncertainty, say: Wording) -> Iterator[str]:
    """Say of each difference on the first quantity which guesses turn it, or may."""
    told = rows_told(found)
    if not told:
        return
    results = found.comparison
    rows, titles = records(found, told[0]), titles_of(results.scenarios, say)
    names, guesses = guess_names(results.scenarios[0].base, say), Guesses(
        results.scenarios[0].base)  # fmt: skip
    yield ""
    label = said_label(quantity_of(rows[results.base]), say)
    yield say("On which guess does the difference hang? {label}:", label=label)
    for key in results.keys[1:]:
        row, title = rows[key], f"‘{titles[key]}’"
        bars = found.bars(line_of(row), key, difference=True)
        if is_open(row) and bars:
            listed = "; ".join(crossing(one, names, guesses, say) for one in bars[:3])
            yield "  " + say("{title}: its sign is open, and hangs most on {guesses}.", title=title,
                             guesses=listed)  # fmt: skip
        else:
            yield "  " + _turned(title, bars, names, guesses, say)
    yield from _few(found, say)


def _few(found: Uncertainty, say: Wording) -> Iterator[str]:
    if len(found.drawn.draws) < FEWEST:
        yield say("With fewer than {n} draws the largest of all guesses is large by chance.",
                  n=FEWEST)  # fmt: skip


def _turned(
    title: str, bars: Sequence[Bar], names: Mapping[str, str], guesses: Guesses, say: Wording
) -> str:
    """Say which guesses turn a difference; of those that may no more than three."""
    if not bars:
        return say("{title}: too few draws have a number.", title=title)
    turns = [one for one in bars if one.turns == Turns.TURNS]
    may = [one for one in bars if one.turns == Turns.MAY]
    said = [say("{title}:", title=title)]
    if turns:
        listed = "; ".join(crossing(one, names, guesses, say) for one in turns[:3])
        said.append(say("turns with {guesses}.", guesses=listed))
    if may:
        listed = "; ".join(crossing(one, names, guesses, say) for one in may[:3])
        said.append(say("may turn with {guesses}.", guesses=listed))
    if not turns and not may:
        said.append(say("no guess turns it by itself; most hangs on {guess}.",
                        guess=names[bars[0].name]))  # fmt: skip
    return " ".join(said)


def crossing(bar: Bar, names: Mapping[str, str], guesses: Guesses, say: Wording) -> str:
    """Say a guess, and at which value a difference is 0."""
    name = names[bar.name]
    if math.isnan(bar.crosses):
        return name
    guess = guesses.of(bar.name)[0]
    return say("{guess} (at {value}; between {low} and {high})", guess=name,
               value=said_at(guess, bar.name, bar.crosses, say),
               low=said_at(guess, bar.name, -P90, say),
               high=said_at(guess, bar.name, P90, say))  # fmt: skip


def print_tornado(found: Uncertainty, say: Wording, stream: TextIO, about: About | None) -> None:
    """Print, of one quantity, the guesses that matter most: of the base, and of each difference."""
    console = console_for(stream)
    results = found.comparison
    about = about or next(iter(rows_told(found)), None)
    console.print(heading(results, say), style="bold")
    for line in fit_lines(found, say):
        console.print(line)
    if about is None:
        console.print(say("Too few draws have a number."))
        return
    rows, titles = records(found, about), titles_of(results.scenarios, say)
    for key in results.keys:
        row = rows[key]
        console.print()
        label = said_label(quantity_of(row), say)
        if key == results.base:
            console.print(f"{titles[key]}: {label}", style="bold")
        else:
            said = say("{title}: difference, {label}", title=titles[key], label=label)
            console.print(said, style="bold")
        console.print(_tornado(found, row, key != results.base, say))
    for line in (*_about_tornado(say), *_few(found, say)):
        console.print(line)


def _turns(bar: Bar, guess: Guess, row: Row, say: Wording) -> str:
    """Say whether a guess turns a difference, and at which value; nothing where there is none."""
    if is_open(row) or bar.turns not in TURNS:
        return "" if math.isnan(bar.crosses) else say(
            "0 at {value}", value=said_at(guess, bar.name, bar.crosses, say))  # fmt: skip
    said = say(TURNS[bar.turns])
    if math.isnan(bar.crosses):
        return said
    return say("{turns}, 0 at {value}", turns=said,
               value=said_at(guess, bar.name, bar.crosses, say))  # fmt: skip


def is_open(row: Row) -> bool:
    """Tell whether a difference has no sign that a guess could turn."""
    return row["verdict_with_evidence"] in (Verdict.CLOSE, Verdict.NONE, Verdict.EXACT)


def _about_tornado(say: Wording) -> Iterator[str]:
    yield say("What a number comes to when one guess is at the low or the high end of its range "
              "and the rest is then as fits today. Give or take: two standard errors; {close}: it "
              "may be chance.", close=CLOSE)  # fmt: skip
    yield say("Turns: at an end the opposite is sure, also among so many guesses; may turn: at an "
              "end the estimate says the opposite. Of a difference whose sign is open nothing can "
              "be turned.")  # fmt: skip


def _tornado(found: Uncertainty, row: Row, difference: bool, say: Wording) -> Table:
    base = found.comparison.scenarios[0].base
    names, guesses = guess_names(base, say), Guesses(base)
    about = quantity_of(row)
    heads = [say("now (P10 to P90)"), say("at P10"), say("at P90"), say("apart"),
             say("give or take"), *([say("turns?")] if difference else [])]  # fmt: skip
    table = number_table(say("guess"), *heads)
    for bar in found.bars(line_of(row), str(row["scenario"]), difference=difference)[:MOST]:
        guess = guesses.of(bar.name)[0]
        now, *ends = (said_at(guess, bar.name, z, say) for z in (0.0, -P90, P90))
        numbers = [said_number(about, one, say, signed=difference) for one in (bar.low, bar.high)]
        mark = f" {CLOSE}" if abs(bar.swing) < 2 * bar.error else ""
        numbers += [said_number(about, bar.swing, say, signed=True) + mark,
                    said_number(about, 2 * bar.error, say)]  # fmt: skip
        table.add_row(
            names[bar.name], say("{now} ({low} to {high})", now=now, low=ends[0], high=ends[1]),
            *numbers, *([_turns(bar, guess, row, say)] if difference else []),
        )  # fmt: skip
    return table
