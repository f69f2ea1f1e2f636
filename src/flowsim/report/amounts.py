"""Amounts and intervals as a sentence says them."""

from __future__ import annotations

import math
from typing import Any, Final

from flowsim.experiment.quantities.kinds import Quantity
from flowsim.report.saying import decimals_for, outward, said_interval, words_of
from flowsim.report.wording import Wording

Cell = dict[Any, Any]
ONE: Final = {
    "{n} weeks": "1 week",
    "just over {n} weeks": "just over 1 week",
    "nearly {n} weeks": "nearly 1 week",
}
"""Amounts of weeks, and what they are of one."""


def weeks(value: float, say: Wording, *, plain: bool = False) -> str:
    """Say an amount of weeks: whole, with a word for what is left; one decimal below one week.

    Parameters
    ----------
    plain
        Without that word.
    """
    if value < 0.95:
        if value < 0.05:
            return say("less than a day")
        return say("{n} weeks", n=say.number(value, 1))
    whole = math.floor(value)
    rest = round(value - whole, 6)
    if plain:
        return _weeks("{n} weeks", math.floor(value + 0.5), say)
    if 0.2 <= rest < 0.5:
        return _weeks("just over {n} weeks", whole, say)
    if 0.5 <= rest < 0.8:
        return _weeks("nearly {n} weeks", whole + 1, say)
    return _weeks("{n} weeks", whole + (rest >= 0.8), say)


def _weeks(many: str, n: int, say: Wording) -> str:
    return say(ONE[many]) if n == 1 else say(many, n=say.number(n))


def said_amount(about: Quantity, value: float, say: Wording, *, plain: bool = False) -> str:
    """Say an amount of a quantity, with its unit."""
    if about.unit == "weeks":
        return weeks(value, say, plain=plain)
    places = decimals_for(about, value, sentence=True)
    if places < 0:
        value = round(value, places)
    return f"{say.number(value * about.factor, max(places, 0))} {say(about.unit)}"


def said_ends(about: Quantity, low: float, high: float, say: Wording, places: int) -> str:
    """Say an interval between brackets; nothing where there is none, or no chance."""
    if low == high:
        return ""
    said = said_interval(about, low, high, say, decimals=max(places, 0))
    return f" ({said})" if said else ""


def said_between(about: Quantity, cell: Cell, say: Wording) -> str:
    """Say an interval that contains 0, without signs."""
    low, high, each = outward(
        float(cell["difference_low"]) * about.factor,
        float(cell["difference_high"]) * about.factor,
        about.decimals,
    )
    less, more = (say(word) for word in words_of(about))
    return say(
        "between {low} {unit} {less} and {high} {more}",
        low=say.number(abs(low), each[0]), less=less, high=say.number(high, each[1]), more=more,
        unit=say(about.unit),
    )  # fmt: skip
