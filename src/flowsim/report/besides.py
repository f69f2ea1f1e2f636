"""What is said beside the answer: what it is paid with, where and when, who gains and who loses."""

from __future__ import annotations

from typing import Any, Final

from flowsim.experiment.estimates.estimate import Direction, Verdict
from flowsim.experiment.quantities.waits import MEAN
from flowsim.report.amounts import said_amount, said_ends
from flowsim.report.cells import Cells
from flowsim.report.names import place_name
from flowsim.report.saying import is_probable, quantity_of, said_number
from flowsim.report.wording import Wording

Cell = dict[Any, Any]
SURELY: Final = (Verdict.LIKELY, Verdict.CLEAR)
LATE: Final = ("late_decisions", "", "share")
GROUPS: Final = {
    "placement_own": "who was awarded an own dwelling",
    "placement_provider": "who was awarded a provider's place",
    "placement_shelter": "who was awarded shelter",
}
"""Groups that may gain or lose where the mean does not say so."""


def but_of(key: str, cells: Cells, say: Wording) -> str:
    """Say what a shorter wait is paid with: people who give up, or have no place within a year."""
    gave_up = cells.get((key, "gave_up", "", "mean"))
    if gave_up is not None and _surely(gave_up, Direction.HIGHER):
        n = say.number(float(gave_up["difference"]), quantity_of(gave_up).say)
        if is_probable(gave_up):
            return say("but probably on average {n} people a year more give up", n=n)
        return say("but on average {n} people a year more give up", n=n)
    placed = cells.get((key, "wait", "placement", "placed_within_52_weeks"))
    if placed is not None and _surely(placed, Direction.LOWER):
        n = say.number(abs(float(placed["difference"])) * 100)
        if is_probable(placed):
            return say("but probably {n} of 100 people fewer have a place within a year", n=n)
        return say("but {n} of 100 people fewer have a place within a year", n=n)
    return ""


def since_said(cell: Cell, say: Wording) -> str:
    """Say the difference from a year on, where it is sure."""
    if Verdict(cell["verdict"]) not in SURELY:
        return ""
    told = {"year": str(cell["year"]).partition("-")[0]} | _difference(cell, say)
    if is_probable(cell):
        return say("From {year} on it is probably on average {amount} {word}{ends}.", **told)
    return say("From {year} on it is on average {amount} {word}{ends}.", **told)


def part_said(cell: Cell, say: Wording) -> str:
    """Say the difference in a subregion."""
    told = {"area": place_name(str(cell["area"]))} | _difference(cell, say)
    if is_probable(cell):
        return say(
            "In subregion {area} people probably wait on average {amount} {word}{ends}.", **told
        )
    return say("In subregion {area} people wait on average {amount} {word}{ends}.", **told)


def _difference(cell: Cell, say: Wording) -> dict[str, str]:
    """Return what a sentence says of a difference: how much, which way, and its ends."""
    about, value = quantity_of(cell), float(cell["difference"])
    low, high = sorted(abs(float(cell[name])) for name in ("difference_low", "difference_high"))
    return {
        "amount": said_amount(about, abs(value), say),
        "word": say(about.words[value > 0]),
        "ends": said_ends(about, low, high, say, about.say),
    }


def _surely(cell: Cell, direction: Direction) -> bool:
    return Verdict(cell["verdict"]) in SURELY and cell["direction"] == direction


def opposite(key: str, cells: Cells, say: Wording) -> str:
    """Say that one group gains and another loses, where both are clear."""
    found: dict[str, tuple[str, Cell]] = {}
    for group in GROUPS:
        cell = cells.get((key, "wait", group, MEAN))
        if cell is not None and Verdict(cell["verdict"]) == Verdict.CLEAR:
            found.setdefault(cell["direction"], (group, cell))
    if len(found) < 2:
        return ""
    parts = []
    for direction in (Direction.LOWER, Direction.HIGHER):
        group, cell = found[direction]
        about = quantity_of(cell)
        parts.append(
            say(
                "{group} waits on average {amount} {word}",
                group=say(GROUPS[group]),
                amount=said_amount(about, abs(float(cell["difference"])), say),
                word=say(about.words[direction == Direction.HIGHER]),
            )
        )
    return _large(f"{'; '.join(parts)}.")


def late(key: str, cells: Cells, say: Wording) -> str:
    """Say how many decisions come too late, where that matters."""
    cell = cells.get((key, *LATE))
    if cell is None or not cell["value"] >= quantity_of(cell).matters:
        return ""
    about = quantity_of(cell)
    number = said_number(about, cell["value"], say, decimals=about.say)
    ends = said_ends(about, cell["low"], cell["high"], say, about.say)
    return say(
        "On average {n} of 100 decisions come after the legal term{ends}.", n=number, ends=ends
    )


def more_late(key: str, cells: Cells, say: Wording) -> str:
    """Say how many decisions more or fewer come too late, where that is sure."""
    cell = cells.get((key, *LATE))
    if cell is None or Verdict(cell["verdict"]) not in SURELY:
        return ""
    about, value = quantity_of(cell), float(cell["difference"])
    told = _difference(cell, say) | {"n": said_number(about, abs(value), say, decimals=about.say)}
    if is_probable(cell):
        return say(
            "Of 100 decisions probably on average {n} {word} come after the legal term{ends}.",
            **told,
        )
    return say("Of 100 decisions on average {n} {word} come after the legal term{ends}.", **told)


def _large(text: str) -> str:
    return text[:1].upper() + text[1:]
