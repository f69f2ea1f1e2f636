"""What the numbers of a summary are called, and how they are rounded.

The texts are English and keys of the catalogue; `flowsim.report.wording` says them in Dutch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from flowsim.experiment.numbers.series import FTE
from flowsim.experiment.quantities.homes import ENDS as ENDS
from flowsim.experiment.quantities.people import CAUSES
from flowsim.report.names import teams_of, variants_of
from flowsim.report.wording import Wording

if TYPE_CHECKING:
    from flowsim.scenario import Scenario

KINDS: Final = {
    "access": "For a decision",
    "placement": "For a first place",
    "internal": "For another place",
    "outflow": "To leave",
    "return": "After relapse",
}
"""Kinds of wait."""

FIRST_PLACES: Final = {
    "placement_own": "of those who seek an own dwelling first",
    "placement_provider": "of those who seek a provider's place first",
    "placement_shelter": "of those who seek shelter first",
}
"""Waits for a first place, by the tenancy of the variant that the award names first."""

LEAVERS: Final = {
    "outflow_own": "To leave an own tenancy",
    "outflow_provider": "To leave a provider's place",
    "outflow_shelter": "To leave shelter",
}
"""Waits to leave, by the tenancy of the place that is held, where there are several."""

BALANCE: Final = {
    "start": "start of the year",
    "in_notified": "first notification",
    "in_again": "notified again",
    "in_returned": "back after relapse",
    "out_not_awarded": "no award",
    "out_gave_up": "gave up waiting",
    "out_left_waiting": "left while waiting",
    "out_to_light": "own dwelling with aftercare",
    "out_to_none": "end of support",
    "out_to_other": "elsewhere, Wlz, clinic or died",
    "end": "end of the year",
}
"""Columns of the balance of persons."""

DWELLINGS: Final = {
    "agreed": "agreed",
    "realised": "realised",
    "lost": "lost to this group",
    "start": "need one at the start of the year",
    "needed": "newly needed",
    "used": "got one",
    "found_alone": "found one alone",
    "urgent": "by the urgency scheme",
    "without": "got a place without a dwelling",
    "ended": "gave up, left or need none any more",
    "end": "need one at the end of the year",
    "unmet": "more people in the queue",
    "short": "new need left unmet",
}
"""Numbers of dwellings."""

RANGES: Final = {
    "low": "95% interval, low",
    "high": "95% interval, high",
    "p10": "one future, P10",
    "p90": "one future, P90",
}
"""Ends of the interval of a mean, and of the range of one future."""

UNITS: Final = {"FTE": "FTE", "hours a week": "hours a week"}
"""Units of staff."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: which line of the summary, its label and its rounding."""

    measure: str
    detail: str
    statistic: str
    label: str
    decimals: int = 1
    factor: float = 1.0

    @property
    def is_part(self) -> bool:
        """Whether it is about a part of the row above it."""
        return self.label.startswith(" ")

    def decimals_of(self, numbers: Sequence[float]) -> int:
        """Give large numbers a decimal less: they must fit, and nobody reads it."""
        large = any(abs(number) >= 100 for number in numbers if np.isfinite(number))
        return max(self.decimals - large, 0)


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under one heading, which says the unit."""

    title: str
    rows: tuple[Row, ...]


def sections(scenarios: tuple[Scenario, ...], say: Wording) -> tuple[Section, ...]:
    """Return the rows of the table on the terminal, in their order, said in one language."""
    return (
        Section(say("Waiting (weeks)"), tuple(_waits(say))),
        Section(say("On the list (persons)"), _waiting(say)),
        Section(say("Blocked (persons)"), _blocked(say)),
        Section(say("Residents (persons)"), _residents(scenarios, say)),
        Section(say("Outflow (a year)"), _outflow(say)),
        Section(say("Dwellings (a year)"), _dwellings(say)),
        Section(say("Staff short (FTE)"), tuple(_staff(scenarios, say))),
        Section(say("Cost (million EUR/yr)"), _cost(say)),
    )


def _waits(say: Wording) -> Iterator[Row]:
    for kind, label in (KINDS | LEAVERS).items():
        yield Row("wait", kind, "mean_104_weeks", say(label))
        yield Row("wait", kind, "p90", "  " + say("nine in ten within"))
        if kind == "placement":
            label = "  " + say("within 52 weeks, %")
            yield Row("wait", kind, "placed_within_52_weeks", label, 1, 100.0)
            for name, text in FIRST_PLACES.items():
                yield Row("wait", name, "mean_104_weeks", "  " + say(text))
        if kind == "access":
            label = say("Decisions beyond the legal term, %")
            yield Row("late_decisions", "", "share", label, 1, 100.0)


def _waiting(say: Wording) -> tuple[Row, ...]:
    return (
        Row("waiting", "access", "mean", say("For a decision")),
        Row("waiting", "placement", "mean", say("For a place")),
        Row("gave_up", "", "mean", say("Gave up while waiting (a year)")),
    )


def _blocked(say: Wording) -> tuple[Row, ...]:
    causes = (Row("blocked", cause, "mean", "  " + say(text)) for cause, text in CAUSES.items())
    return (Row("blocked", "", "mean", say("In all")), *causes)


def _residents(scenarios: tuple[Scenario, ...], say: Wording) -> tuple[Row, ...]:
    variants = variants_of(scenarios, say).items()
    return (
        *(Row("residents_by_variant", name, "mean", title, 0) for name, title in variants),
        Row("supported", "", "mean", say("In all"), 0),
        Row("at_home_share", "", "share", say("With an own tenancy, %"), 1, 100.0),
    )


def _outflow(say: Wording) -> tuple[Row, ...]:
    return (
        Row("outflow", "", "mean", say("Leave support")),
        Row("outflow_to_dwelling", "", "mean", "  " + say("of whom to an own dwelling")),
    )


def _dwellings(say: Wording) -> tuple[Row, ...]:
    ending = say("Waiting days that end in a dwelling, %")
    return (
        Row("dwellings", "needed", "mean", say("Newly needed")),
        Row("dwellings", "used", "mean", "  " + say("agreed and used")),
        Row("dwellings", "found_alone", "mean", "  " + say("found alone")),
        Row("dwellings", "urgent", "mean", "  " + say("by the urgency scheme")),
        Row("dwellings", "without", "mean", "  " + say("a provider's place instead")),
        Row("dwellings", "short", "mean", "  " + say("unmet")),
        Row("dwellings", "lost", "mean", say("Lost to this group")),
        Row("need_dwelling", "", "mean", say("Still waiting for one at the end of the year")),
        Row("ends_in_dwelling", "", "share", ending, 1, 100.0),
    )


def _staff(scenarios: tuple[Scenario, ...], say: Wording) -> Iterator[Row]:
    for team, title, unit in teams_of(scenarios, say):
        label = f"{title} ({say(UNITS[unit])})" if unit != FTE else title
        yield Row("staff_short", team, "mean", label)


def _cost(say: Wording) -> tuple[Row, ...]:
    return (
        Row("cost", "", "mean", say("In all"), 2, 1e-6),
        Row("cost_per_person", "", "mean", say("Each person supported (EUR/yr)"), 0),
    )
