"""What the numbers of a summary are called, and how they are rounded.

The texts are English and keys of the catalogue; `flowsim.report.wording` says them in Dutch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

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

CAUSES: Final = {
    "assessor": "no assessor free",
    "assessing": "assessment under way",
    "paperwork": "paperwork",
    "place": "no place free",
    "hours": "no support hours free",
    "dwelling": "no dwelling",
    "queue_order": "someone else first",
    "own_choice": "own choice of provider",
    "provider_refusal": "refused by a provider",
}
"""Causes of waiting: what was missing."""

COMPONENTS: Final = {
    "care": "care",
    "housing": "housing",
    "daytime": "daytime activity",
    "aftercare": "aftercare",
    "assessments": "assessments",
    "reassessments": "reassessments",
    "moves": "moves",
    "on_call": "on-call",
    "overhead": "contract management",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: which line of the summary, its label and its rounding."""

    measure: str
    detail: str
    statistic: str
    label: str
    decimals: int = 1
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under one heading, which says the unit."""

    title: str
    rows: tuple[Row, ...]


def sections(scenarios: tuple[Scenario, ...], say: Wording) -> tuple[Section, ...]:
    """Return the rows of the table on the terminal, in their order, said in one language."""
    variants = {v.name: say.of(v.title, v.name) for one in scenarios[::-1] for v in one.variant}
    waits = []
    for kind, label in KINDS.items():
        waits.append(Row("wait", kind, "mean_104_weeks", say(label)))
        waits.append(Row("wait", kind, "p90", "  " + say("nine in ten within")))
    waiting = [
        Row("waiting", "access", "mean", say("For a decision")),
        Row("waiting", "placement", "mean", say("For a place")),
    ]
    blocked = [Row("blocked", "", "mean", say("In all"))]
    blocked += [Row("blocked", cause, "mean", "  " + say(text)) for cause, text in CAUSES.items()]
    residents = [
        Row("residents_by_variant", name, "mean", title, 0) for name, title in variants.items()
    ]
    share = Row("at_home_share", "", "share", say("Living at home, %"), 1, 100.0)
    dwellings = (
        Row("dwellings", "used", "mean", say("Used")),
        Row("dwellings", "lost", "mean", say("Lost to this group")),
    )
    return (
        Section(say("Waiting (weeks)"), tuple(waits)),
        Section(say("On the list (persons)"), tuple(waiting)),
        Section(say("Blocked (persons)"), tuple(blocked)),
        Section(say("Residents (persons)"), (*residents, share)),
        Section(say("Outflow (a year)"), (Row("outflow", "", "mean", say("Leave support")),)),
        Section(say("Dwellings (a year)"), dwellings),
        Section(say("Cost (million EUR/yr)"), (Row("cost", "", "mean", say("In all"), 2, 1e-6),)),
    )


def title_of(scenario: Scenario, say: Wording) -> str:
    """Return what a scenario is called."""
    return say.of(scenario.scenario.title, scenario.key)
