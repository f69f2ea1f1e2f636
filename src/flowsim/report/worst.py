"""The worst future of a scenario, beside the others, and what was unusual about its chance."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, TextIO

from flowsim.experiment.results import Results
from flowsim.experiment.tables.futures import FEWEST, Worst
from flowsim.report.console import console_for, plain_table
from flowsim.report.names import titles_of
from flowsim.report.saying import decimals_for, quantity_of, said_label, said_number
from flowsim.report.wording import Wording
from flowsim.scenario import Scenario

if TYPE_CHECKING:
    from rich.table import Table

CHANCE: Final = {
    "in_chain": "in the chain at the start",
    "notified": "notified, a year",
    "offered": "dwellings offered, a year",
    "recovered": "recoveries, a year",
    "deteriorated": "deteriorations, a year",
    "crises": "crises, a year",
    "relapsed": "relapses, a year",
    "left": "left for elsewhere, Wlz or clinic, or died, a year",
    "staff": "staff available (FTE)",
}
"""What chance decides, by its name in ``futures.csv``."""


def print_worst(results: Results, say: Wording, stream: TextIO) -> None:
    """Print the worst future of every scenario, the base first."""
    console = console_for(stream)
    titles = titles_of(results.scenarios, say)
    for scenario in results.scenarios:
        found, title = results.worst(scenario.key), titles[scenario.key]
        console.print()
        if found is None:
            console.print(say("In ‘{title}’ nobody asks for a first place.", title=title))
            continue
        heading = say("The worst future of ‘{title}’: replication {n}",
                      title=title, n=found.replication)  # fmt: skip
        console.print(heading, style="bold")
        console.print(_table(found, say))
        for line in _lines(found, scenario, say):
            console.print(line, soft_wrap=True)  # a command is copied whole


def _table(found: Worst, say: Wording) -> Table:
    table = plain_table(left=1)
    table.add_column("")
    for heading in (say("this future"), say("mean of {n}", n=found.futures), say("sd away")):
        table.add_column(heading, justify="right")
    for row in (*_waits(found, say), *_numbers(found, say)):
        table.add_row(*row, "")
    if len(found.chance):
        table.add_row(say("Chance, the most unusual first"), style="bold")
    for one in found.chance.to_dict("records"):
        table.add_row(
            say(CHANCE[one["what"]]), say.number(one["value"], 1), say.number(one["mean"], 1),
            say.number(one["deviation"], 1, signed=True),
        )  # fmt: skip
    return table


def _waits(found: Worst, say: Wording) -> Iterator[tuple[str, str, str]]:
    label = say("Wait for a first place, the first 104 weeks of each (weeks)")
    yield label, say.number(found.wait, 1), say.number(found.mean_wait, 1)
    longest = say.number(found.longest, 0)
    if found.still_waiting:
        longest = say("at least {value}", value=longest)
    yield say("The longest of them (weeks)"), longest, say.number(found.mean_longest, 0)


def _numbers(found: Worst, say: Wording) -> Iterator[tuple[str, ...]]:
    for row in found.numbers.to_dict("records"):
        about, both = quantity_of(row), (row["value"], row["mean"])
        places = decimals_for(about, *both)
        numbers = (said_number(about, one, say, decimals=places) for one in both)
        yield (f"{said_label(about, say)} ({say(about.unit)})", *numbers)


def _lines(found: Worst, scenario: Scenario, say: Wording) -> Iterator[str]:
    """Say how to read it, and what to look at next."""
    if found.futures < FEWEST:
        yield say("What is unusual is told from {n} futures up.", n=FEWEST)
    else:
        yield say("One future is always the worst. Two sd away from the mean is one in twenty, by "
                  "chance alone.")  # fmt: skip
    if found.still_waiting:
        yield say("Still waiting for a first place when the run ends: {n}; how long that takes is "
                  "not known.", n=found.still_waiting)  # fmt: skip
    yield say("Who waited in it, and on what: {command}", command=_tell(found, scenario))


def _tell(found: Worst, scenario: Scenario) -> str:
    """Return the command that tells of that future, as far as it is known how it was asked."""
    read = scenario.read_from
    words = ["flowsim", "tell", read.chain[0][0] if read.chain else "FILE"]
    words += ["--replication", str(found.replication), "--seed", str(scenario.scenario.seed)]
    for one in read.set:
        words += ["--set", one]
    return shlex.join(words)
