"""The language of a command: ``--lang``, else the environment variable FLOWSIM_LANG, else Dutch."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

if TYPE_CHECKING:
    from flowsim.report.wording import Language, Wording

Command = TypeVar("Command", bound=Callable[..., Any])

LANGUAGES: Final[tuple[Language, ...]] = ("nl", "en")
VARIABLE: Final = "FLOWSIM_LANG"
_KEY: Final = "flowsim.language"


def lang_option(command: Command) -> Command:
    """Give a command the option ``--lang``."""
    return click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        default=LANGUAGES[0],
        show_default=True,
        envvar=VARIABLE,
        callback=lambda ctx, _, value: ctx.meta.get(_KEY, value),
        help=f"Language of what is said; the environment variable {VARIABLE} sets another default.",
    )(command)


def note_language(ctx: click.Context, args: Sequence[str]) -> None:
    """Note the language that is asked for, so that mistakes in the options are said in it too."""
    ctx.meta[_KEY] = _asked(args)


def wording_of(ctx: click.Context) -> Wording:
    """Return the wording of a command that is under way or that could not be read."""
    from flowsim.report.wording import wording

    return wording(ctx.meta.get(_KEY, LANGUAGES[0]))


def wording_asked_for() -> Wording:
    """Return the wording of a command of which nothing is known but its words."""
    from flowsim.report.wording import wording

    return wording(_asked(sys.argv[1:]))


def _asked(args: Sequence[str]) -> Language:
    """Read the language from the words of the command line, which may hold mistakes."""
    found = os.environ.get(VARIABLE)
    for word, following in zip(args, [*args, ""][1:], strict=True):
        name, equals, value = word.partition("=")
        if name == "--lang" and (asked := value if equals else following) in LANGUAGES:
            found = asked
    return next((one for one in LANGUAGES if one == found), LANGUAGES[0])
