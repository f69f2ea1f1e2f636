"""What a calibration ends with on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, TextIO

from flowsim.balance.counts import BLOCKED, WAITING
from flowsim.experiment.draws.calibrate import Calibrated
from flowsim.guesses import P90
from flowsim.report.console import console_for, number_table
from flowsim.report.guess_names import guess_names, said_at
from flowsim.report.names import variants_of
from flowsim.report.wording import Wording

if TYPE_CHECKING:
    from rich.table import Table

MOVED: Final = 0.1
"""A guess that moved less is counted, not told."""
NOTHING: Final = 0.98
"""A guess that is still so wide has learned nothing."""


def print_calibrated(found: Calibrated, say: Wording, stream: TextIO) -> None:
    """Print each count before and after, and each guess that moved."""
    console = console_for(stream)
    console.print(_counts(found, say))
    console.print()
    console.print(_guesses(found, say))
    for line in _notes(found, say):
        console.print(line)


def _counts(found: Calibrated, say: Wording) -> Table:
    table = number_table(say("count (persons)"), say("today"), say("give or take, by chance"),
                         say("before"), say("after"), say("give or take"), "")  # fmt: skip
    titles = variants_of([found.base], say) | {
        WAITING: say("wait for a place"), BLOCKED: say("ready, and wait in a place"),
    }  # fmt: skip
    reached = found.reached
    for i, name in enumerate(found.counts):
        numbers = (found.today, found.sd, found.before, found.after, found.error)
        said = [say.number(one[i], 1) for one in numbers]
        table.add_row(titles[name], *said, "" if reached[i] else say("not reached"))
    return table


def _guesses(found: Calibrated, say: Wording) -> Table:
    table = number_table(say("guess"), say("before"), say("after"), say("range"), say("moved (sd)"),
                         say("still as wide"))  # fmt: skip
    names = guess_names(found.base, say)
    for name, z, wide in sorted(zip(found.guesses.names, found.z, found.learned, strict=True),
                                key=lambda one: -abs(one[1])):  # fmt: skip
        if abs(z) < MOVED:
            continue
        guess = found.guesses.of(name)[0]
        at = [said_at(guess, name, one, say) for one in (0.0, float(z), -P90, P90)]
        table.add_row(names[name], *at[:2], say("{low} to {high}", low=at[2], high=at[3]),
                      say.number(float(z), 1, signed=True), say.number(float(wide), 2))  # fmt: skip
    return table


def _notes(found: Calibrated, say: Wording) -> Iterator[str]:
    names = guess_names(found.base, say)
    few = sum(abs(z) < MOVED for z in found.z)
    yield say("Guesses that moved less than {n} sd: {count}. Of those that no count bears on, and "
              "keep their range: {nothing}.", n=say.number(MOVED, 1), count=few,
              nothing=int((found.learned > NOTHING).sum()))  # fmt: skip
    if found.at_an_end:
        listed = "; ".join(names[name] for name in found.at_an_end)
        yield say("Could not be moved any further: {guesses}.", guesses=listed)
    if not found.reached.all():
        yield say("Not every count is reached: a count, a range or what is held cannot be as it is "
                  "said.")  # fmt: skip
    if found.texts:
        yield say("As guesses on the command line:")
        for text in found.texts:
            yield f"  --guess '{text}'"
