"""The title of a chart: what it shows of the difference between scenarios, where that is sure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flowsim.experiment.estimates.estimate import Direction, Verdict
from flowsim.experiment.quantities.kinds import MASS
from flowsim.experiment.quantities.waits import MEAN
from flowsim.report.amounts import said_amount, said_ends
from flowsim.report.answer import difference
from flowsim.report.besides import SURELY, but_of
from flowsim.report.brief import cheaper_for_fewer
from flowsim.report.cells import Cells
from flowsim.report.saying import is_probable, quantity_of
from flowsim.report.wording import Wording

WAIT: Final = ("wait", "placement", MEAN)
COST: Final = ("cost", "", "mean")


def finding(
    line: tuple[str, str, str], cells: Cells, titles: Mapping[str, str], say: Wording
) -> str:
    """Say the largest difference with the base of which the sign is sure; empty where none is.

    ``line``: `WAIT` or `COST`. What a shorter wait is paid with is said too. A lower cost is no
    finding where fewer people are supported: it does not mean the same for less.
    """
    sure = [
        (abs(float(cell["difference"])), key, cell)
        for key in list(titles)[1:]
        if (cell := cells.get((key, *line))) is not None and Verdict(cell["verdict"]) in SURELY
    ]
    if not sure:
        return ""
    _, key, cell = max(sure, key=lambda one: one[0])
    if line == WAIT:
        but = but_of(key, cells, say) if cell["direction"] == Direction.LOWER else ""
        text = difference(cell, titles[key], say).removesuffix(".")
        return f"{text}; {but}" if but else text
    if cheaper_for_fewer(cell, key, cells):
        return ""
    about, value = quantity_of(cell), float(cell["difference"])
    low, high = sorted(abs(float(cell[name])) for name in ("difference_low", "difference_high"))
    told = {
        "title": titles[key],
        "amount": said_amount(about, abs(value), say).removesuffix(f" {say('a year')}"),
        "word": say(MASS[value > 0]),
        "ends": said_ends(about, low, high, say, about.decimals),
    }
    if is_probable(cell):
        return say("With ‘{title}’ a year probably costs on average {amount} {word}{ends}", **told)
    return say("With ‘{title}’ a year costs on average {amount} {word}{ends}", **told)
