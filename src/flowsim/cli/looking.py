"""``--until``: how many futures a batch has at most, and what was seen at each look."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from flowsim.errors import Problem, ScenarioError, msg

if TYPE_CHECKING:
    from flowsim.experiment.until import Condition, Look
    from flowsim.report.wording import Wording
    from flowsim.scenario import Scenario


until_option = click.option(
    "--until", metavar="CONDITION", multiple=True,
    help="As many futures as it takes, from 20 up and at most 400 or what -n says: "
    '"halfwidth(diff.wait.placement) <= 1 week" for half of the interval of a difference, '
    '"halfwidth(cost) <= 0.1 million" of each scenario itself, "clear" or "clear(cost)" for a '
    "verdict on the difference; may be given more than once.",
)  # fmt: skip


def at_most(base: Scenario, asked: int | None, conditions: Sequence[str]) -> int:
    """Return how many futures each scenario has, at most; ``asked``: what ``-n`` says."""
    from flowsim.experiment.until import MOST

    if asked is not None:
        return asked
    return MOST if conditions else base.scenario.replications


def read_conditions(texts: Sequence[str], asked: int | None, scenarios: int) -> list[Condition]:
    """Return what is to be known.

    Parameters
    ----------
    texts
        As they are written.
    asked
        What ``-n`` says.
    scenarios
        How many there are: one alone has no differences.

    Raises
    ------
    ScenarioError
        With every problem of every condition.
    """
    from flowsim.experiment.until import FIRST, read_condition

    found: list[Condition] = []
    problems: list[Problem] = []
    for text in texts:
        try:
            one = read_condition(text)
        except ScenarioError as error:
            problems += error.problems
            continue
        found.append(one)
        if one.difference and scenarios == 1:
            alone = msg("one scenario has no differences")
            instead = msg('"halfwidth(wait.placement) <= 1 week", or compare')
            problems.append(Problem(file="--until", path=text, found=alone, allowed=instead))
    if found and asked is not None and asked < FIRST:
        problems.append(
            Problem(file="--replications", path="", found=msg("{n} futures", n=asked),
                    allowed=msg("at least {n} with --until", n=FIRST))
        )  # fmt: skip
    if problems:
        raise ScenarioError(problems)
    return found


def telling(scenarios: Sequence[Scenario], most: int, say: Wording) -> Callable[[Look], None]:
    """Return what says on stderr what was seen at a look."""

    def tell(look: Look) -> None:
        click.echo(_told(look, scenarios, most, say), err=True)

    return tell


def _told(look: Look, scenarios: Sequence[Scenario], most: int, say: Wording) -> str:
    from flowsim.report.names import titles_of

    lack = look.lack
    if lack is None:
        return say("After {n} futures: what was asked is known.", n=look.futures)
    one = lack.condition
    about = {"n": look.futures, "condition": one.text,
             "title": titles_of(scenarios, say)[lack.scenario]}  # fmt: skip
    if lack.needs is None:
        lacks = say("After {n} futures ‘{condition}’ does not hold yet for ‘{title}’; how many it "
                    "will take cannot be told.", **about)  # fmt: skip
    else:
        half = f"{_short(lack.halfwidth, one, say)} {say(one.about.unit)}"
        lacks = say("After {n} futures ‘{condition}’ does not hold yet: ‘{title}’ is known to "
                    "within {half}; about {needs} futures will do.", **about, half=half,
                    needs=say.number(lack.needs))  # fmt: skip
    if look.futures < most:
        return lacks
    return f"{lacks} {say('No more than {most} were asked.', most=say.number(most))}"


def _short(half: float, one: Condition, say: Wording) -> str:
    """Write half of an interval in three digits: it stands beside what it should be."""
    shown = half * one.about.factor
    places = 2 - math.floor(math.log10(shown)) if shown > 0 else 0
    return say.number(shown, max(places, one.about.decimals))
