"""What a batch will take, told before it begins; refused where that is more than anybody means."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from flowsim.errors import Problem, Said, ScenarioError, msg, number

if TYPE_CHECKING:
    from pathlib import Path

    from flowsim.experiment.effort import Effort
    from flowsim.report.wording import Wording

_MOST_HOURS = 999_999.0


def jobs_of(effort: Effort, asked: int | None) -> int:
    """Return how many processes will work."""
    from flowsim.experiment.effort import memory_of_the_machine
    from flowsim.experiment.processes import processors

    return effort.jobs(asked or processors(), memory_of_the_machine())


def refuse_place(folder: Path, say: Wording) -> None:
    """End the program, as for any mistake in the input, where results cannot be written."""
    from flowsim.experiment.writing.files import OutputError, check_writable

    try:
        check_writable(folder)
    except OutputError as error:
        click.echo(say.said(error.said), err=True)
        sys.exit(2)


def refuse_too_much(effort: Effort, jobs: int, where: str, *, yes: bool) -> None:
    """Refuse what takes too long or too much memory, unless the user wants it all the same.

    Raises
    ------
    ScenarioError
        With one problem.
    """
    from flowsim.experiment.effort import MEMORY_AT_MOST, SECONDS_AT_MOST, memory_of_the_machine

    memory = memory_of_the_machine()
    if yes or not effort.is_too_much(jobs, memory):
        return
    found = msg(
        "this asks about {time} of computing and {memory} GB of memory",
        time=duration(effort.seconds),
        memory=_gigabytes(effort.memory(jobs)),
    )
    allowed = msg(
        "at most {time} and half of the memory of this machine, {memory} GB; take fewer futures "
        "(-n), scenarios or values, fewer people or a shorter window, or say --yes to go on",
        time=duration(SECONDS_AT_MOST),
        memory=_gigabytes(MEMORY_AT_MOST * memory),
    )
    raise ScenarioError([Problem(file=where, path="", found=found, allowed=allowed)])


def tell(effort: Effort, jobs: int, say: Wording, elsewhere: int | None = None) -> None:
    """Say on stderr what is coming, in one line.

    Parameters
    ----------
    effort, jobs, say
        What, with how many processes of this machine, and in which language.
    elsewhere
        Workers of a cluster, which take the runs; the memory is that of this machine.
    """
    from flowsim.experiment.processes import processors

    at_once = min(jobs, processors()) if elsewhere is None else elsewhere
    text = msg(
        "About {time} and {memory} GB of memory: {runs} of some {events} events, {jobs} at a time; "
        "tables and charts not counted.",
        time=duration(effort.seconds / at_once),
        memory=_gigabytes(effort.memory(jobs)),
        runs=msg("1 run") if effort.runs == 1 else msg("{n} runs", n=number(effort.runs)),
        events=number(_two_digits(effort.events)),
        jobs=jobs if elsewhere is None else elsewhere,
    )
    click.echo(say.said(text), err=True)


def duration(seconds: float) -> Said:
    """Say a time in one unit that fits."""
    if seconds < 90:
        return msg("{n} seconds", n=number(max(seconds, 2)))
    if seconds < 90 * 60:
        return msg("{n} minutes", n=number(seconds / 60))
    hours = min(seconds / 3600, _MOST_HOURS)
    return msg("{n} hours", n=number(hours, 0 if hours >= 100 or hours == round(hours) else 1))


def _gigabytes(size: float) -> Said:
    return number(min(size / 1e9, 1e6), 1 if size < 100e9 else 0)


def _two_digits(value: float) -> float:
    return float(f"{value:.1e}")
