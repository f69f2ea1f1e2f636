"""Lives of clients on the terminal: a date, and what happened, in one language."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TextIO

from flowsim.calendar import date_of
from flowsim.errors import verbatim
from flowsim.metrics import Reading
from flowsim.report.console import console_for
from flowsim.report.names import naming_of
from flowsim.report.wording import Wording
from flowsim.tell import Chosen, headline, life_of

_BETWEEN = "  "


def print_lives(
    run: Reading, clients: Sequence[Chosen], say: Wording, stream: TextIO, *, days: bool = False
) -> None:
    """Print the lives of clients, one after another.

    Parameters
    ----------
    run
        One run, with its scenario.
    clients
        Who, and why.
    say, stream
        In which language and where.
    days
        Days since the start date in the place of dates.
    """
    console = console_for(stream)
    for number, one in enumerate(clients):
        if number:
            console.print()
        if one.why is not None:
            console.print(say.said(one.why), style="bold", soft_wrap=True)
        for line in lines_of_life(run, one.client, say, console.width, days=days):
            console.print(line, soft_wrap=True)


def lines_of_life(
    run: Reading, client: int, say: Wording, width: int, *, days: bool = False
) -> Iterator[str]:
    """Yield the life of one client as lines no wider than ``width``, its headline first."""
    name = naming_of(run.scenario, say)
    yield f"{say.said(headline(run, client, name))}."
    moments = life_of(run, client, name)
    if not moments:
        yield say("Does not occur in this future.")
    dates = [
        say("day {n}", n=say.number(moment.day, 1)) if days
        else say.date(date_of(run.ledger.start, moment.day))
        for moment in moments
    ]  # fmt: skip
    wide = max(map(len, dates), default=0)
    before = ""
    for date, moment in zip(dates, moments, strict=True):
        text = " ".join(f"{say.said(one)}." for one in moment.said)
        head = "" if date == before else f"{date:>{wide}}" if days else date
        indent = " " * (len(_BETWEEN) + wide + len(_BETWEEN))
        told = textwrap.wrap(
            text, max(width, len(indent) + 20), initial_indent=indent, subsequent_indent=indent,
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip
        yield f"{_BETWEEN}{head:<{wide}}{_BETWEEN}{told[0].strip()}"
        yield from told[1:]
        before = date


def who_else(run: Reading, say: Wording, command: str) -> str:
    """Say how another client is asked for."""
    last = len(run.ledger.clients.key) - 1
    return say(
        "Another life: {command} --client N, with N from 0 to {last}.",
        command=verbatim(command), last=last,
    )  # fmt: skip
