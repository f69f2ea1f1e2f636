"""``flowsim show``: the resolved scenario, and where each value came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from flowsim.cli.given import given_options
from flowsim.cli.language import lang_option
from flowsim.cli.spoken import Spoken

if TYPE_CHECKING:
    from flowsim.report.wording import Language


@click.command("show", cls=Spoken)
@click.argument("file", metavar="FILE")
@given_options
@lang_option
def command(file: str, settings: tuple[str, ...], guesses: tuple[str, ...], lang: Language) -> None:
    """Print a scenario with everything that it extends, one value a line.

    Each line begins with the path that --set takes, and ends with where the value came from: the
    file, `--set` or `default`, and how we know it: the source or assumption, the range (one in ten
    that it is less, one in ten that it is more) and the confidence (A measured, B official
    estimate, C one region, D our guess).

    Of a number it says what it is: a guess, a count of today, a price, a lever (what is decided on
    top of the base), or held: what could be a guess and has no range.

    \b
    Examples:
      flowsim show scenarios/drenthe/more_dwellings.toml
      flowsim show scenarios/drenthe/base.toml | grep dwellings
      flowsim show scenarios/drenthe/base.toml --set variant.bw.places=180
    """  # noqa: D301 - click reads the \b
    from flowsim.report.resolved import resolved_lines
    from flowsim.report.wording import wording
    from flowsim.scenario.load import load

    for line in resolved_lines(load(file, settings, guesses), wording(lang)):
        click.echo(line)
