"""A command that was written wrongly: what click complains of, in the language of the command."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import IO, TYPE_CHECKING, Any, Final

import click

from flowsim.errors import LONGEST, Said, clipped, joined, msg, verbatim, visible

if TYPE_CHECKING:
    from flowsim.report.wording import Wording

Say = Callable[[dict[str, Any]], Said]


def _outside(found: dict[str, Any]) -> Said:
    """Say on which side of a range a whole number is."""
    value = clipped(found["value"], 60)
    if int(found["value"]) < int(found["least"]):
        return msg("{value} is less than {least}", value=value, least=found["least"])
    return msg("{value} is more than {most}", value=value, most=found["most"])


_PATTERNS: Final[tuple[tuple[str, Say], ...]] = (
    (
        r"(?P<value>.+) is not a valid integer(?: range)?\.",
        lambda found: msg("{value} is not a whole number", **found),
    ),
    (r"(?P<value>.+) is not in the range (?P<least>.+)<=x<=(?P<most>.+)\.", _outside),
    (
        r"(?P<value>.+) is not (?:one of )?(?P<names>'.*')\.",
        lambda found: msg("{value} is not one of {names}", **found),
    ),
    (
        r"\w+ (?P<path>'.*') is a file\.",
        lambda found: msg("{path} is a file, not a folder", **found),
    ),
    (
        r"\w+ (?P<path>'.*') is not (?:readable|writable)\.",
        lambda found: msg("no permission for {path}", **found),
    ),
    (
        r"Option '(?P<option>.+)' requires an argument\.",
        lambda found: msg("{option} needs a value", **found),
    ),
    (
        r"Option '(?P<option>.+)' does not take a value\.",
        lambda found: msg("{option} takes no value", **found),
    ),
    (
        r"Got unexpected extra arguments? \((?P<words>.*)\)",
        lambda found: msg("too many words: {words}", **found),
    ),
    (r"Missing command\.", lambda _: msg("{key} is missing", key=msg("COMMAND"))),
)
"""Messages of click, and what is said instead."""


class SeveralWrong(click.UsageError):
    """A command of which several options have values that cannot be."""

    def __init__(self, errors: Sequence[click.BadParameter]) -> None:
        super().__init__("\n".join(one.message for one in errors), errors[0].ctx)
        self.errors = errors


class WrongUse(click.UsageError):
    """A command that was written wrongly, said in full: how to write it, and what is wrong."""

    def __init__(self, error: click.UsageError, say: Wording) -> None:
        each = error.errors if isinstance(error, SeveralWrong) else [error]
        self.told = [clipped(visible(say.said(_what(one))), LONGEST - 50) for one in each]
        super().__init__("\n".join(self.told), error.ctx)
        self.say = say

    def show(self, file: IO[Any] | None = None) -> None:
        """Print how the command is written, where help is, and what is wrong."""
        say = self.say
        lines = [say("Error: {message}", message=one) for one in self.told]
        if self.ctx is not None:
            command = self.ctx.command_path
            written = f"{command} {pieces(self.ctx.command, self.ctx, say)}"
            usage = say("Usage: {command}", command=written)
            lines = [usage, say("Help: {command}", command=f"{command} --help"), "", *lines]
        click.echo("\n".join(lines), file=file, err=file is None)


def pieces(command: click.Command, ctx: click.Context, say: Wording) -> str:
    """Say what follows the name of a command."""
    return " ".join(map(say, command.collect_usage_pieces(ctx)))


def wrong_use(error: click.UsageError, say: Wording) -> click.UsageError:
    """Return the error to raise instead; a call without anything still shows the help."""
    return (
        error
        if isinstance(error, WrongUse | click.exceptions.NoArgsIsHelpError)
        else (WrongUse(error, say))
    )


def _what(error: click.UsageError) -> Said:
    """Say what is wrong."""
    if isinstance(error.message, Said):
        return error.message
    if isinstance(error, click.MissingParameter):
        return msg("{key} is missing", key=_name(error.param))
    if isinstance(error, click.NoSuchOption):
        if error.possibilities:
            near = error.possibilities[0]
            return msg("no option {name!r}; did you mean {near!r}?", name=error.option_name,
                       near=near)  # fmt: skip
        return msg("no option {name!r}", name=error.option_name)
    what: Said = verbatim(error.message)
    for pattern, say in _PATTERNS:
        if found := re.fullmatch(pattern, error.message, re.S):
            what = say(found.groupdict())
    if isinstance(error, click.BadParameter):
        return joined([_name(error.param), what], ": ")
    return what


def _name(param: click.Parameter | None) -> Said:
    """Say a parameter as one writes it."""
    if param is None:
        return verbatim("")
    if isinstance(param, click.Option):
        return verbatim(max(param.opts, key=len))
    return msg(param.metavar or str(param.name).upper())
