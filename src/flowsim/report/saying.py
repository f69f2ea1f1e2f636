"""Numbers, intervals and verdicts as people read them, by the rules of one place.

- The ends of an interval go outward, so that what is written covers (with a tenth of a unit of
  grace: 1.09 may be written 1.1). An end that would read 0 while the interval leaves out 0, and
  two ends that would read the same, get a decimal more.
- A number that rounds to 0 has no sign. What was not reached is no number, and infinity is never
  written.
- The direction of a difference is a word; it is said only where its sign is sure.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from flowsim.experiment.estimates.estimate import Direction, Reason, Verdict
from flowsim.experiment.estimates.intervals import FEW, FEWEST
from flowsim.experiment.quantities.kinds import LEVEL, MONEY, Quantity
from flowsim.experiment.quantities.quantity import quantity
from flowsim.experiment.tables.verdicts import SIGNIFICANT
from flowsim.report.wording import Wording

CLOSE: Final = "≈"
EQUAL: Final = "="
UNTOLD: Final = "?"
"""There is no verdict."""
UP: Final = "▲"
DOWN: Final = "▼"
_GRACE: Final = 0.1
_MORE: Final = 4
"""Decimals that an interval may get beyond its own."""
_LARGE: Final = 100
"""From here on a number has a decimal less: it must fit, and nobody reads it."""


def quantity_of(row: Mapping[Any, Any]) -> Quantity:
    """Return the quantity of a row of the summary."""
    about = (str(row[name]) for name in ("measure", "detail", "statistic", "unit"))
    return quantity(*about)


def decimals_for(about: Quantity, *numbers: float, sentence: bool = False) -> int:
    """Return the decimals for numbers (in the unit of the table) that stand together."""
    decimals = about.say if sentence else about.decimals
    large = any(abs(one * about.factor) >= _LARGE for one in numbers if math.isfinite(one))
    return max(decimals - large, 0)


def said_number(
    about: Quantity, value: float, say: Wording, *, decimals: int | None = None,
    signed: bool = False,
) -> str:  # fmt: skip
    """Write a number of the table in the unit that is shown."""
    places = decimals_for(about, value) if decimals is None else decimals
    return say.number(value * about.factor, places, signed=signed)


def said_interval(
    about: Quantity, low: float, high: float, say: Wording, *, decimals: int | None = None,
    signed: bool = False,
) -> str:  # fmt: skip
    """Write an interval, outward; empty where there is none."""
    if math.isnan(low) or math.isnan(high) or math.isinf(low):
        return ""
    places = decimals_for(about, low, high) if decimals is None else decimals
    if math.isinf(high):
        end, _, (places, _) = outward(low * about.factor, math.inf, places)
        return say("from {low}", low=say.number(end, places, signed=signed))
    *ends, each = outward(low * about.factor, high * about.factor, places)
    written = (say.number(*one, signed=signed) for one in zip(ends, each, strict=True))
    return f" {say('to')} ".join(written)


def places_beside(about: Quantity, value: float, low: float, high: float, places: int) -> int:
    """Return the decimals of a number beside its interval: more, where it would read outside.

    Parameters
    ----------
    value, low, high
        In the unit of the table.
    places
        Those that it has alone.
    """
    if not all(math.isfinite(one) for one in (value, low, high)) or not low <= value <= high:
        return places
    *ends, each = outward(low * about.factor, high * about.factor, places)
    written = round(value * about.factor, places)
    inside = round(ends[0], each[0]) <= written <= round(ends[1], each[1])
    return places if inside else max(*each, places)


def outward(low: float, high: float, decimals: int) -> tuple[float, float, tuple[int, int]]:
    """Round the ends of an interval such that it still covers; return them and their decimals.

    Where one end alone would read 0, the other has no more decimals for it, unless it is as small.
    """
    finest = decimals + _MORE
    for places in range(decimals, finest + 1):
        ends = [low, high]
        if low != high:
            ends = [outward_end(low, places, math.floor), outward_end(high, places, math.ceil)]
        reads_0 = (low > 0 and round(ends[0], places) <= 0) or (
            high < 0 and round(ends[1], places) >= 0
        )
        alike = low != high and round(ends[0], places) == round(ends[1], places)
        if not (reads_0 or alike):
            return _each(low, high, (ends[0], ends[1]), decimals, places)
    return low, high, (finest, finest)


def _each(
    low: float, high: float, ends: tuple[float, float], decimals: int, places: int
) -> tuple[float, float, tuple[int, int]]:
    """Return ends with so many places, one that is large by itself with no more than its own."""
    few = 10.0 ** (1 - decimals)
    coarse = outward_end(low, decimals, math.floor), outward_end(high, decimals, math.ceil)
    large = abs(low) >= few, abs(high) >= few
    if places == decimals or all(large) or not any(large):
        return *ends, (places, places)
    if large[0]:
        return coarse[0], ends[1], (decimals, places)
    return ends[0], coarse[1], (places, decimals)


def outward_end(end: float, places: int, towards: Callable[[float], int]) -> float:
    """Round an end of an interval up or down, with a tenth of a unit of grace."""
    if not math.isfinite(end):
        return end
    unit = 10.0**places
    return towards(end * unit + (_GRACE if towards is math.floor else -_GRACE)) / unit


def said_verdict(row: Mapping[Any, Any], say: Wording) -> str:
    """Say in words what a row of the summary says about its difference with the base."""
    verdict, about = Verdict(row["verdict"]), quantity_of(row)
    if verdict == Verdict.NONE:
        return why_none(row, say)
    word = say(about.words[row["direction"] == Direction.HIGHER])
    texts = {
        Verdict.BASE: say("base"),
        Verdict.EXACT: say("the same"),
        Verdict.SAME: say("as good as equal"),
        Verdict.CLOSE: say("too close to call"),
        Verdict.SLIGHT: (
            say("probably slightly {word}", word=word)
            if is_probable(row)
            else say("slightly {word}", word=word)
        ),
        Verdict.LIKELY: say("probably {word}", word=word),
        Verdict.CLEAR: word,
    }
    return texts[verdict]


def is_probable(row: Mapping[Any, Any]) -> bool:
    """Tell whether the sign of a difference is sure for this line alone: no more than probable.

    A likely difference; and a slight one, of fewer than `FEW` futures or not sure among all lines
    that are looked at together.
    """
    verdict = Verdict(row["verdict"])
    if verdict != Verdict.SLIGHT:
        return verdict == Verdict.LIKELY
    return int(row["replications"]) < FEW or not float(row["p_holm"]) < SIGNIFICANT


def why_none(row: Mapping[Any, Any], say: Wording) -> str:
    """Say why there is no verdict on a difference."""
    n, reason = int(row["replications"]), Reason(row["difference_reason"])
    if n < FEWEST:
        return say("fewer than {few} futures", few=FEWEST)
    if reason == Reason.RARE:
        count = int(row["difference_differs_in"])
        return say("differs in {count} of {n} futures", count=count, n=n)
    return _why(reason, n, say) or say("not known")


def why_missing(row: Mapping[Any, Any], say: Wording) -> str:
    """Say why an estimate is not there or has no interval; empty where nothing is missing."""
    n, reason = int(row["replications"]), Reason(row["reason"])
    if reason not in (Reason.RARE, Reason.SHARED):
        return _why(reason, n, say)
    count, common = int(row["differs_in"]), float(row["common"])
    if math.isnan(common):
        return say("known in {count} of {n} futures", count=count, n=n)
    number = said_number(quantity_of(row), common, say)
    if reason == Reason.RARE:
        return say("other than {number} in {count} of {n} futures", number=number, count=count, n=n)
    if common == 0:
        return say("other than 0 in none of {n} futures", n=n)
    return say("the same in all {n} futures", n=n)


def _why(reason: Reason, n: int, say: Wording) -> str:
    """Say why a number is not there or has no interval, whatever the number is."""
    if reason == Reason.FEW:
        few = FEWEST if n < FEWEST else FEW
        return say("fewer than {few} futures", few=few) if n < few else say("not known")
    texts = {
        Reason.NOT_REACHED: say("not reached"),
        Reason.UNSEEN: say("not known: those who still wait were not seen from the start"),
        Reason.SHORT: say("not known: too many still wait when the run ends"),
    }
    return texts.get(reason, "")


def mark_of(row: Mapping[Any, Any]) -> str:
    """Return the sign of a verdict: up, down, too close, equal, or none."""
    verdict = Verdict(row["verdict"])
    if verdict in (Verdict.EXACT, Verdict.SAME):
        return EQUAL
    if verdict == Verdict.CLOSE:
        return CLOSE
    signs: dict[str, str] = {Direction.HIGHER: UP, Direction.LOWER: DOWN}
    return signs.get(str(row["direction"]), "")


def words_of(about: Quantity) -> tuple[str, str]:
    """Return what less and more of it are called behind its label: a cost is lower, not cheaper."""
    return LEVEL if about.words == MONEY else about.words


def said_label(about: Quantity, say: Wording, part: str = "") -> str:
    """Say what a quantity is; ``part``: what its detail stands for, where that is open."""
    part = say(about.part) if about.part else part
    label = ", ".join(say(text) for text in (about.label, about.whom) if text)
    return f"{label}: {part}" if label and part else label or part
