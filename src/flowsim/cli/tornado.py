"""``flowsim tornado``: on which guess a conclusion hangs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowsim.cli.language import lang_option
from flowsim.cli.reading import reading
from flowsim.cli.spoken import Spoken
from flowsim.errors import Problem, ScenarioError, msg, one_of

if TYPE_CHECKING:
    from flowsim.experiment.draws.uncertainty import Uncertainty
    from flowsim.report.labels import About
    from flowsim.report.wording import Language


@click.command("tornado", cls=Spoken)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--on", "measure", metavar="NAME",
              help="What to tell of, such as wait.placement.mean_104_weeks, waiting.placement or "
              "cost; default: the first that there is.")  # fmt: skip
@lang_option
def command(folder: Path, measure: str | None, lang: Language) -> None:
    """Tell on which guesses a number hangs: the ten that matter most, without a run.

    DIR is where `flowsim uncertainty` wrote. Of each guess: what the number comes to when the guess
    is at the low or the high end of its range, and the rest is then as fits today. Of each
    difference with the base: whether the guess turns it (at an end the other sign is sure, among
    all guesses), may turn it (the estimate has the other sign) or does not.

    All of it, of every number, with the value at which a difference is 0: uncertainty/tornado.csv.

    \b
    Examples:
      flowsim tornado results/drenthe-uncertainty
      flowsim tornado results/drenthe-uncertainty --on cost --lang en
    """  # noqa: D301 - click reads the \b
    from flowsim.experiment.draws.stored import uncertainty_in
    from flowsim.report.turning import print_tornado
    from flowsim.report.wording import wording

    with reading(lang):
        found = uncertainty_in(folder)
        print_tornado(found, wording(lang), sys.stdout, _about(found, measure))


def _about(found: Uncertainty, measure: str | None) -> About | None:
    """Return the quantity that is asked for.

    Raises
    ------
    ScenarioError
        When there is none.
    """
    from flowsim.experiment.quantities.norm import name_of

    if measure is None:
        return None
    names = ("measure", "detail", "statistic")
    listed = zip(*(found.table[name].astype(str) for name in names), strict=True)
    known = {name_of(*about): about for about in dict.fromkeys(listed)}
    if measure not in known:
        raise ScenarioError([Problem(
            file="--on", path="", found=msg("no measure {name!r}", name=measure),
            allowed=one_of(known, measure),
        )])  # fmt: skip
    return known[measure]
