"""As many futures as a question needs: it is looked at now and then whether they are enough.

Who looks often sees by chance, some time, what is not there. So the chance that is allowed at look
k is 6 / (pi k)^2 of it: however many looks there are, together they are allowed no more than one
look alone (docs/decisions/0038-until-it-is-known.md).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flowsim.errors import Problem, Said, ScenarioError, msg, one_of
from flowsim.experiment.compare import Comparison
from flowsim.experiment.estimates.estimate import Verdict
from flowsim.experiment.estimates.intervals import CONFIDENCE, FEW
from flowsim.experiment.quantities.kinds import KINDS, Quantity
from flowsim.experiment.quantities.named import find_line
from flowsim.experiment.quantities.waits import MEAN
from flowsim.experiment.tables.picking import rows_of
from flowsim.experiment.tables.verdicts import SIGNIFICANT
from flowsim.interrupts import times_asked

if TYPE_CHECKING:
    import pandas as pd

FIRST: Final = FEW
"""Futures at the first look: with fewer nothing is clear."""
STEP: Final = 5
"""Futures between two looks."""
MOST: Final = 400
"""Futures at most, where nobody says otherwise."""
_WRITTEN: Final = re.compile(
    r"(?P<rule>halfwidth|clear)(?:\(\s*(?P<diff>diff\.)?(?P<measure>\w+)(?:\.(?P<detail>\w*))?"
    r"(?:\.(?P<statistic>\w+))?\s*\))?"
    r"(?:\s*<=\s*(?P<most>[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>[\w% ]*))?"
)
_WAIT: Final = ("wait", "placement", MEAN)
"""What is to be clear where nobody says what."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be known of a line of the summary."""

    text: str
    """As it was written."""
    about: Quantity
    detail: str
    difference: bool
    """Whether it is about the difference of each other scenario with the base, or about each
    scenario itself."""
    halfwidth: float | None
    """Half of the 95% interval at most, in the unit of the table; None: the difference must be
    clear, slight but sure, or as good as 0."""


@dataclass(frozen=True, slots=True)
class Lack:
    """A condition that does not hold yet, of the scenario that lacks most."""

    condition: Condition
    scenario: str
    halfwidth: float
    """In the unit of the table; nan: there is no interval."""
    needs: int | None
    """Futures that it will take, by what is known now; None: that cannot be told."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen with so many futures."""

    futures: int
    lack: Lack | None
    """What lacks most; None: all conditions hold."""


def read_condition(text: str) -> Condition:
    """Return the condition that a text says.

    Parameters
    ----------
    text
        ``halfwidth(diff.wait.placement) <= 1 week``, ``halfwidth(cost) <= 0.1 million``, ``clear``
        or ``clear(blocked)``: measure, detail and statistic as in the summary, the last two left
        out where the first line of that measure is meant. The unit is that of the summary or the
        one that is shown; left out, that of the summary.

    Raises
    ------
    ScenarioError
        When it says none.
    """
    found = _WRITTEN.fullmatch(" ".join(text.split()))
    if found is None or (found["rule"] == "halfwidth") != (found["most"] is not None):
        raise _refused(text, msg("is no condition"), msg(
            "\"halfwidth(diff.wait.placement) <= 1 week\", \"clear\" or \"clear(cost)\""
        ))  # fmt: skip
    said = found.groupdict()
    line = (said["measure"], said["detail"], said["statistic"]) if said["measure"] else _WAIT
    about, detail = find_line(*line, at=("--until", text))
    if said["rule"] == "clear":
        return Condition(text, about, detail, difference=True, halfwidth=None)
    most = float(said["most"]) / _factor(about, said["unit"].strip(), text)
    if most == 0:
        raise _refused(text, msg("no interval has a width of 0"), msg("a larger number"))
    return Condition(text, about, detail, said["diff"] is not None, most)


def _factor(about: Quantity, unit: str, text: str) -> float:
    """Return by what a number of the summary is multiplied for a unit."""
    of_table = next(name for name, kind in KINDS.items() if kind.unit == about.unit)
    if not unit or of_table.startswith(unit):
        return 1.0
    if about.unit.startswith(unit):
        return about.factor
    units = dict.fromkeys((about.unit, of_table))
    raise _refused(text, msg("no unit {name!r}", name=unit), one_of(units, unit))


def _refused(text: str, found: Said, allowed: Said) -> ScenarioError:
    return ScenarioError([Problem(file="--until", path=text, found=found, allowed=allowed)])


def looks(most: int) -> Iterator[int]:
    """Yield with how many futures it is looked: `FIRST`, and each `STEP` more."""
    yield from range(FIRST, most, STEP)
    yield most


def chance_at(look: int) -> float:
    """Return the chance that is allowed at a look, from 1: all together no more than `SIGNIFICANT`.

    >>> round(sum(chance_at(one) for one in range(1, 10_000)), 3)
    0.05
    """
    return SIGNIFICANT * 6 / (math.pi * look) ** 2


def until(
    conditions: Sequence[Condition],
    most: int,
    batch: Callable[[int], Comparison],
    tell: Callable[[Look], None],
) -> tuple[Comparison, bool]:
    """Run batches of more and more futures until all conditions hold.

    Parameters
    ----------
    most
        Futures at most.
    batch
        From how many futures to what they bring; those of earlier batches are not made again.
    tell
        Called after every look.

    Returns
    -------
    tuple
        What the last batch brought, and whether it was asked to stop before that was enough.
    """
    before = times_asked()
    for number, futures in enumerate(looks(most), start=1):
        found = batch(futures)
        if found.partial:
            return found, False
        lacks = lacks_at(found.summary, found.base, conditions, number, futures)
        seen = Look(futures, max(lacks, key=_needed, default=None))
        tell(seen)
        if seen.lack is None:
            break
        if times_asked() > before and futures < most:
            return found, True
    return found, False


def lacks_at(
    summary: pd.DataFrame, base: str, conditions: Sequence[Condition], number: int, futures: int
) -> list[Lack]:
    """Return what does not hold yet.

    Parameters
    ----------
    summary
        As `flowsim.experiment.tables.summary.summarise` gives it.
    base
        Name of the base.
    number
        Of the look, from 1.
    futures
        How many the summary is made from.

    Raises
    ------
    ScenarioError
        When there is no such line.
    """
    lacks: list[Lack] = []
    for one in conditions:
        about = {"measure": one.about.measure, "detail": one.detail,
                 "statistic": one.about.statistic}  # fmt: skip
        rows = rows_of(summary, **about)
        if rows.empty:
            raise _refused(one.text, msg("these scenarios have no such line"),
                           msg("a line of summary.csv: measure.detail.statistic"))  # fmt: skip
        for row in rows.to_dict("records"):
            if not (one.difference and row["scenario"] == base):
                lacks += _lack(one, row, number, futures)
    return lacks


def _needed(lack: Lack) -> float:
    return math.inf if lack.needs is None else lack.needs


def _lack(one: Condition, row: dict[Any, Any], number: int, futures: int) -> Iterator[Lack]:
    """Yield what a row lacks, if anything."""
    start = "difference_" if one.difference else ""
    half = float(row[f"{start}high"] - row[f"{start}low"]) / 2
    if row[f"{start}differs_in"] == 0:
        half = 0.0  # the same in every future
    if one.halfwidth is None:
        needs = _until_clear(row, half, number, futures)
    else:
        needs = futures if half <= one.halfwidth else _times(futures, half / one.halfwidth)
    if needs != futures:
        yield Lack(one, str(row["scenario"]), half, needs)


def _times(futures: int, factor: float) -> int | None:
    """Return how many futures make an interval so many times narrower: a number that is looked at.

    None: that cannot be told.
    """
    if not math.isfinite(factor):
        return None
    return max(futures + STEP, STEP * math.ceil(futures * factor**2 / STEP))


def _until_clear(row: dict[Any, Any], half: float, number: int, futures: int) -> int | None:
    """Return how many futures make a difference clear, or sure to be as good as 0."""
    if row["verdict"] == Verdict.EXACT or half == 0:
        return futures
    chance, difference = chance_at(number), abs(float(row["difference"]))
    family = max(1.0, row["p_holm"] / row["p"]) if row["p"] > 0 else 1.0
    same, apart = (half * _wider(one, futures) for one in (chance, chance / family))
    if row["p_holm"] < chance or difference + same < row["matters"]:
        return futures
    ways = [_times(futures, apart / difference)] if difference > 0 else []
    if difference < row["matters"]:
        ways.append(_times(futures, same / (row["matters"] - difference)))
    return min((one for one in ways if one is not None), default=None)


def _wider(chance: float, futures: int) -> float:
    """Return how many times wider Student's interval is that leaves no more than this chance."""
    from scipy.special import stdtrit

    wide, usual = stdtrit(futures - 1, [1 - chance / 2, (1 + CONFIDENCE) / 2])
    return float(wide / usual)
