"""Runs that failed: named, each with the command that repeats exactly that one."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from flowsim.experiment.results import Results
    from flowsim.report.wording import Wording

SOME_FAILED: Final = 3
"""Exit code: all that could be done is done and written; some replications failed."""
_NAMED: Final = 5


def tell_failed(results: Results, folder: Path, total: int, say: Wording) -> None:
    """Say on stderr which runs failed, why, and how each is repeated.

    Parameters
    ----------
    total
        Runs that were asked for.
    """
    failed = results.failed
    if not failed:
        return
    lines = [
        say("1 of {total} runs failed:", total=say.number(total)) if len(failed) == 1
        else say("{n} of {total} runs failed:", n=say.number(len(failed)), total=say.number(total))
    ]  # fmt: skip
    for one in failed[:_NAMED]:
        named = f"{one.scenario}/{one.replication}"
        again = shlex.join(("flowsim", "reproduce", str(folder), named))
        lines += [
            say("  replication {n} of {scenario}: {why}", n=one.replication, scenario=one.scenario,
                why=say.said(one.why)),
            say("    once more, alone: {command}", command=again),
        ]  # fmt: skip
    if (more := len(failed) - _NAMED) > 0:
        summary = shlex.join(("flowsim", "summary", str(folder)))
        lines.append(say("  and {n} more: {command}", n=say.number(more), command=summary))
    lines.append(say("The others are kept. The same command tries these again."))
    click.echo("\n".join(lines), err=True)
