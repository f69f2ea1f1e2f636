"""Quantities: what the numbers for users are called, how they are rounded and what matters.

Said once, for the terminal, charts, spreadsheets, verdicts and norms. Texts are English, and keys
of the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Final

from flowsim.experiment.quantities.flows import FLOWS
from flowsim.experiment.quantities.kinds import (
    ANY,
    EACH,
    FTE,
    HOMES,
    HOURS,
    KINDS,
    LEVEL,
    MILLION,
    PERSONS,
    SHARE,
    WEEKS,
    Good,
    Quantity,
    of_kind,
)

WAITS: Final = {
    "access": "Wait for a decision",
    "access_assessor": "Wait for an assessor",
    "placement": "Wait for a first place",
    "placement_own": "Wait for a first place, of those who seek an own dwelling first",
    "placement_provider": "Wait for a first place, of those who seek a provider's place first",
    "placement_shelter": "Wait for a first place, of those who seek shelter first",
    "internal": "Wait for another place",
    "outflow": "Wait to leave",
    "outflow_own": "Wait to leave, from an own tenancy",
    "outflow_provider": "Wait to leave, from a provider's place",
    "outflow_shelter": "Wait to leave, from shelter",
    "return": "Wait for a place after relapse",
}
"""Waits by what is waited for, and who waits."""
_MAIN_WAITS: Final = (
    "access", "placement", "placement_own", "placement_provider", "placement_shelter",
)  # fmt: skip
STATISTICS: Final = {
    "median": "half within",
    "p90": "nine in ten within",
    "placed_within_13_weeks": "placed within 13 weeks",
    "placed_within_26_weeks": "placed within 26 weeks",
    "placed_within_52_weeks": "placed within 52 weeks",
}
"""What of a wait, but for its mean."""


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
DWELLINGS: Final = {
    "needed": "newly needed",
    "agreed": "agreed",
    "offered": "offered",
    "lost": "lost to this group",
    "found_alone": "found one alone",
    "urgent": "by the urgency scheme",
    "without": "got a place without a dwelling",
    "ended": "gave up, left or need none any more",
    "unmet": "more people in the queue",
}
"""Dwellings, and how the need for one ended."""
_MET: Final = ("needed", "found_alone", "urgent", "without")
ENDS: Final = {
    "in_use": "the resident needs this place",
    "no_place": "no such place",
    "turning_over": "place being made ready",
    "transit": "leaver is moving out",
    "circle": "waiting for one another",
    "dwelling": CAUSES["dwelling"],
    "hours": CAUSES["hours"],
    "queue_order": CAUSES["queue_order"],
}
"""What is at the end of a chain of waiting."""
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
"""Components of cost."""


def _waits() -> Iterator[Quantity]:
    for kind, label in WAITS.items():
        main = kind in _MAIN_WAITS
        yield of_kind(WEEKS, "wait", kind, label, statistic="mean_104_weeks", main=main)
        for name, said in STATISTICS.items():
            look = SHARE if name.startswith("placed") else WEEKS
            good = Good.MORE if look is SHARE else Good.LESS
            yield of_kind(look, "wait", kind, label, part=said, statistic=name, good=good)


def _persons() -> Iterator[Quantity]:
    less = {"good": Good.LESS}
    yield of_kind(PERSONS, "waiting", "access", "Waiting for a decision", **less)
    for cause in ("assessor", "assessing", "paperwork"):
        about = f"access_{cause}"
        yield of_kind(
            PERSONS, "waiting", about, "Waiting for a decision", part=CAUSES[cause], **less
        )
    yield of_kind(PERSONS, "waiting", "placement", "Waiting for a place", main=True, **less)
    for cause, label in CAUSES.items():
        about = f"placement_{cause}"
        yield of_kind(PERSONS, "waiting", about, "Waiting for a place", part=label, **less)
    yield of_kind(PERSONS, "blocked", "", "Blocked", main=True, **less)
    for cause, label in CAUSES.items():
        yield of_kind(PERSONS, "blocked", cause, "Blocked", part=label, **less)
    yield of_kind(PERSONS, "residents_by_variant", ANY, "Residents")
    yield of_kind(PERSONS, "residents", "own", "Residents", part="own tenancy")
    yield of_kind(PERSONS, "residents", "provider", "Residents", part="place of a provider")
    yield of_kind(PERSONS, "residents", "shelter", "Residents", part="shelter")
    yield of_kind(SHARE, "at_home_share", "", "With an own tenancy")
    yield of_kind(PERSONS, "supported", "", "Supported", main=True)


def _dwellings() -> Iterator[Quantity]:
    yield of_kind(HOMES, "dwellings", "used", "Dwellings", part="used", main=True)
    for name, said in DWELLINGS.items():
        yield of_kind(HOMES, "dwellings", name, "Dwellings", part=said, main=name in _MET)
    short = {"good": Good.LESS, "main": True}
    yield of_kind(HOMES, "dwellings", "short", "New need left unmet", **short)
    yield of_kind(PERSONS, "need_dwelling", "", "Still waiting for a dwelling", good=Good.LESS)
    for end, said in ENDS.items():
        label = "Waiting, at the end of the chain"
        yield of_kind(PERSONS, "ends_in", end, label, part=said, good=Good.LESS)
    label = "Waiting days that end in a dwelling"
    yield of_kind(SHARE, "ends_in_dwelling", "", label, good=Good.LESS)


def _staff_and_money() -> Iterator[Quantity]:
    yield of_kind(FTE, "staff_short", ANY, "Staff short")
    yield of_kind(HOURS, "staff_short", ANY, "Staff short")
    yield of_kind(MILLION, "cost", "", "Cost", main=True)
    yield of_kind(EACH, "cost_per_person", "", "Cost of each person who is supported", main=True)
    for part, label in COMPONENTS.items():
        yield of_kind(MILLION, "cost", part, "Cost", part=label)


QUANTITIES: Final = (*_waits(), *_persons(), *FLOWS, *_dwellings(), *_staff_and_money())
"""Every quantity, in the order of tables: one for each line of the summary."""


@cache
def quantity(measure: str, detail: str, statistic: str, unit: str = "") -> Quantity:
    """Return the quantity of a line of the summary.

    Parameters
    ----------
    measure, detail, statistic
        As in the summary.
    unit
        As in the summary; tells staff that is counted in hours from staff in FTE.

    Returns
    -------
    Quantity
        That of the line; of a line that nobody has described, one made from its unit.
    """
    fitting = [
        one
        for one in QUANTITIES
        if one.measure == measure and one.statistic == statistic and one.detail in (detail, ANY)
    ]
    fitting.sort(key=lambda one: (one.detail == ANY, one.unit != unit))
    if fitting:
        return fitting[0]
    other = Quantity(ANY, ANY, ANY, "", unit, 1.0, LEVEL)
    kind = KINDS.get(unit, other)
    return replace(kind, measure=measure, detail=detail, statistic=statistic)
