"""Values that are given on the command line: what is set from today on, and what is guessed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from flowsim.scenario import Scenario

Command = TypeVar("Command", bound=Callable[..., Any])

_SET = click.option(
    "--set", "settings", metavar="PATH=VALUE", multiple=True,
    help="Set a value on top of each file, as a decision from today on; may be given more than "
    "once.",
)  # fmt: skip
guess_option = click.option(
    "--guess", "guesses", metavar="PATH=VALUE", multiple=True,
    help="Read the base otherwise: its today changes too, and what files that extend it decide is "
    "taken as a difference with it; may be given more than once.",
)  # fmt: skip


def given_options(command: Command) -> Command:
    """Give a command the options of what is set and of what is guessed."""
    return _SET(guess_option(command))


def as_given(settings: Sequence[str], guesses: Sequence[str]) -> tuple[str, ...]:
    """Return what was given, for the manifest: ``path=value``, and ``--guess path=value``."""
    return (*settings, *(f"--guess {one}" for one in guesses))


def load_all(
    files: Sequence[Path], settings: Sequence[str], guesses: Sequence[str]
) -> list[Scenario]:
    """Load scenario files.

    Raises
    ------
    ScenarioError
        With every problem of every file.
    """
    from flowsim.errors import Problem, ScenarioError
    from flowsim.scenario import load

    scenarios = []
    problems: dict[Problem, None] = {}
    for file in files:
        try:
            scenarios.append(load(file, settings, guesses))
        except ScenarioError as error:
            problems |= dict.fromkeys(error.problems)
    if problems:
        raise ScenarioError(problems)
    return scenarios
