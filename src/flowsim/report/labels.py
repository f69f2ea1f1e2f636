"""The rows of tables, under their headings, and what their columns are called.

The texts are English and keys of the catalogue; `flowsim.report.wording` says them in Dutch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flowsim.experiment.numbers.series import FTE, HOURS
from flowsim.experiment.quantities.homes import DWELLINGS as PARTS
from flowsim.experiment.quantities.people import CAUSES
from flowsim.experiment.quantities.quantity import quantity
from flowsim.experiment.quantities.waits import FIRST_PLACES, MEAN, STATISTICS, WAITS
from flowsim.report.names import teams_of, variants_of
from flowsim.report.saying import said_label
from flowsim.report.wording import Wording

if TYPE_CHECKING:
    from flowsim.scenario import Scenario

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

METS: Final = {
    "used": "agreed and used",
    "found_alone": "found alone",
    "urgent": "by the urgency scheme",
    "without": "a provider's place instead",
}
"""Ways in which a need for a dwelling is met, below what is needed."""

DWELLINGS: Final = {
    "agreed": PARTS["agreed"],
    "realised": "realised",
    "lost": PARTS["lost"],
    "start": "need one at the start of the year",
    "needed": PARTS["needed"],
    "used": "got one",
    "found_alone": PARTS["found_alone"],
    "urgent": PARTS["urgent"],
    "without": PARTS["without"],
    "ended": PARTS["ended"],
    "end": "need one at the end of the year",
    "unmet": PARTS["unmet"],
    "short": "new need left unmet",
}
"""Numbers of dwellings in a table of their own."""

RANGES: Final = {
    "low": "95% interval, low",
    "high": "95% interval, high",
    "p10": "one future, P10",
    "p90": "one future, P90",
}
"""Ends of the interval of a mean, and of the range of one future."""

About = tuple[str, str, str]
"""Measure, detail and statistic: a line of the summary."""

UNITS: Final = {"FTE": "FTE", "hours a week": "hours a week"}
"""Units of staff."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: which line of the summary, and its label below the heading."""

    about: About
    label: str
    is_part: bool = False
    """Whether it is about a part of the row above it."""


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under one heading, which says the unit of all of them."""

    title: str
    rows: tuple[Row, ...]


def sections(scenarios: tuple[Scenario, ...], say: Wording) -> tuple[Section, ...]:
    """Return the rows of the table on the terminal, in their order, said in one language."""
    return (
        Section(say("Waiting (weeks)"), tuple(_waits(say))),
        Section(say("Waiting (%)"), _shares(say)),
        Section(say("On the list (persons)"), tuple(_waiting(say))),
        Section(say("Blocked (persons)"), _blocked(say)),
        Section(say("Residents (persons)"), _residents(scenarios, say)),
        Section(say("Residents (%)"), _shares_of_residents(scenarios, say)),
        Section(say("Leaving (persons a year)"), _leaving(say)),
        Section(say("Dwellings (a year)"), _dwellings(say)),
        Section(
            say("In need of a dwelling (persons)"),
            (Row(("need_dwelling", "", "mean"), say("Still waiting at the end of the year")),),
        ),
        *_staff(scenarios, say),
        Section(say("Cost (million EUR/yr)"), (Row(("cost", "", "mean"), say("In all")),)),
        Section(
            say("Cost each (EUR/yr)"),
            (Row(("cost_per_person", "", "mean"), say("Each person supported")),),
        ),
    )


def _waits(say: Wording) -> Iterator[Row]:
    for name, wait in WAITS.items():
        if name in FIRST_PLACES:
            yield Row(("wait", name, MEAN), say(wait.whom), is_part=True)
            continue
        yield Row(("wait", name, MEAN), said_label(quantity("wait", name, MEAN), say))
        yield Row(("wait", name, "p90"), say(STATISTICS["p90"]), is_part=True)


def _shares(say: Wording) -> tuple[Row, ...]:
    return (
        Row(("wait", "placement", "placed_within_52_weeks"), say("First place within 52 weeks")),
        Row(("late_decisions", "", "share"), say("Decisions beyond the legal term")),
        Row(("placed_later", "", "share"), say("Not placed at once")),
        Row(("turned_away", "", "share"), say("Turned away or gave up")),
        Row(("ends_in_dwelling", "", "share"), say("Waiting days that end in a dwelling")),
    )


def _waiting(say: Wording) -> Iterator[Row]:
    yield Row(("waiting", "access", "mean"), say("For a decision"))
    yield Row(("waiting", "placement", "mean"), say("For a place"))
    for name, text in CAUSES.items():
        yield Row(("waiting", f"placement_{name}", "mean"), say(text), is_part=True)


def _blocked(say: Wording) -> tuple[Row, ...]:
    causes = (
        Row(("blocked", name, "mean"), say(text), is_part=True) for name, text in CAUSES.items()
    )
    return (Row(("blocked", "", "mean"), say("In all")), *causes)


def _residents(scenarios: tuple[Scenario, ...], say: Wording) -> tuple[Row, ...]:
    variants = variants_of(scenarios, say).items()
    return (
        *(Row(("residents_by_variant", name, "mean"), title) for name, title in variants),
        Row(("supported", "", "mean"), say("In all")),
    )


def _shares_of_residents(scenarios: tuple[Scenario, ...], say: Wording) -> tuple[Row, ...]:
    full = (
        Row(("full", name, "share"), f"{say('No place free')}: {title}")
        for name, title in variants_of(scenarios, say).items()
    )
    return (Row(("at_home_share", "", "share"), say("With an own tenancy")), *full)


def _leaving(say: Wording) -> tuple[Row, ...]:
    whom = say("of whom to an own dwelling")
    return (
        Row(("gave_up", "", "mean"), say("Gave up while waiting")),
        Row(("outflow", "", "mean"), say("Leave support")),
        Row(("outflow_to_dwelling", "", "mean"), whom, is_part=True),
    )


def _dwellings(say: Wording) -> tuple[Row, ...]:
    mets = (
        Row(("dwellings", name, "mean"), say(text), is_part=True) for name, text in METS.items()
    )
    return (
        Row(("dwellings", "needed", "mean"), say("Newly needed")),
        *mets,
        Row(("dwellings", "short", "mean"), say("unmet"), is_part=True),
        Row(("dwellings", "lost", "mean"), say("Lost to this group")),
    )


def _staff(scenarios: tuple[Scenario, ...], say: Wording) -> Iterator[Section]:
    titles = {
        FTE: say("Staff short for who has a place or could have one (FTE)"),
        HOURS: say("Staff short for who has a place or could have one (hours a week)"),
    }
    for unit, title in titles.items():
        rows = [
            Row(("staff_short", team, "mean"), called)
            for team, called, own in teams_of(scenarios, say)
            if own == unit
        ]
        yield Section(title, tuple(rows))
