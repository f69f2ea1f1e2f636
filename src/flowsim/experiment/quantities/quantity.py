"""Quantities: what the numbers for users are called, how they are rounded and what matters.

Said once, for the terminal, charts, spreadsheets, verdicts and norms. Texts are English, and keys
of the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any, Final

ANY: Final = "*"
"""As detail or statistic: whatever it is."""


class Good(StrEnum):
    """Which way is better; most people would agree."""

    LESS = "less"
    MORE = "more"
    NONE = "none"


Words = tuple[str, str]
"""What a smaller and a larger value are called."""
TIME: Final[Words] = ("shorter", "longer")
COUNT: Final[Words] = ("fewer", "more")
MASS: Final[Words] = ("less", "more")
MONEY: Final[Words] = ("cheaper", "dearer")
LEVEL: Final[Words] = ("lower", "higher")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of the summary, as people are told it."""

    measure: str
    detail: str
    """`ANY`: every detail that has no quantity of its own."""
    statistic: str
    label: str
    """Stands alone, followed by ``part`` where there is one."""
    unit: str
    """As it is shown, after ``factor``."""
    matters: float
    """Smallest difference worth a word, in the unit of the table (before ``factor``)."""
    words: Words
    good: Good = Good.NONE
    decimals: int = 1
    """In tables."""
    say: int = 0
    """Decimals in sentences; -2: hundreds."""
    factor: float = 1.0
    """From the unit of the table to the one that is shown."""
    of_base: float = 0.0
    """Smallest difference worth a word, as a share of the base; the larger of both holds."""
    part: str = ""
    """What of it: a cause, a component, a statistic. Empty where the detail is `ANY`: then what
    the detail stands for (a housing variant, a team) is its part."""
    main: bool = False
    """Whether it is among the few lines that a comparison ends with on the terminal: their verdicts
    are sure together, and those of all other lines are sure together."""

    @property
    def grain(self) -> float:
        """What is smaller than this, in the unit of the table, is shown as 0."""
        return 0.5 * 10.0**-self.decimals / self.factor


_WEEKS: Final = Quantity(ANY, ANY, ANY, "", "weeks", 1.0, TIME, Good.LESS)
_SHARE: Final = Quantity(ANY, ANY, ANY, "", "%", 0.02, COUNT, factor=100.0)
_PERSONS: Final = Quantity(ANY, ANY, ANY, "", "persons", 2.0, COUNT)
_A_YEAR: Final = Quantity(ANY, ANY, ANY, "", "persons a year", 1.0, COUNT, say=1)
_HOMES: Final = Quantity(ANY, ANY, ANY, "", "dwellings a year", 1.0, COUNT, say=1)
_FTE: Final = Quantity(ANY, ANY, ANY, "", "FTE", 0.5, MASS, Good.LESS, say=1)
_HOURS: Final = Quantity(ANY, ANY, ANY, "", "hours a week", 18.0, MASS, Good.LESS)
_MILLION: Final = Quantity(
    ANY, ANY, ANY, "", "million EUR a year", 50_000.0, MONEY,
    decimals=2, say=1, factor=1e-6, of_base=0.005,
)  # fmt: skip
_EACH: Final = Quantity(
    ANY, ANY, ANY, "", "EUR a person a year", 100.0, LEVEL, decimals=0, say=-2, of_base=0.01
)
KINDS: Final = {
    "weeks": _WEEKS,
    "share": _SHARE,
    "persons": _PERSONS,
    "persons a year": _A_YEAR,
    "dwellings a year": _HOMES,
    "FTE": _FTE,
    "hours a week": _HOURS,
    "EUR a year": _MILLION,
    "EUR a person a year": _EACH,
}
"""What quantities of a unit of the summary have in common."""


def _of(kind: Quantity, measure: str, detail: str, label: str, **others: Any) -> Quantity:
    """Return the quantity of a line; its statistic is ``mean``, unless it is a share."""
    statistic = "share" if kind is _SHARE else "mean"
    about = {"measure": measure, "detail": detail, "statistic": statistic, "label": label}
    return replace(kind, **(about | others))


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
OUTFLOW: Final = {
    "to_light": "to an own dwelling, with aftercare",
    "to_none": "to an own dwelling, without support",
    "to_other": "elsewhere",
}
"""Where people go who leave support."""
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
        yield _of(_WEEKS, "wait", kind, label, statistic="mean_104_weeks", main=main)
        for name, said in STATISTICS.items():
            look = _SHARE if name.startswith("placed") else _WEEKS
            good = Good.MORE if look is _SHARE else Good.LESS
            yield _of(look, "wait", kind, label, part=said, statistic=name, good=good)


def _persons() -> Iterator[Quantity]:
    less = {"good": Good.LESS}
    yield _of(_PERSONS, "waiting", "access", "Waiting for a decision", **less)
    for cause in ("assessor", "assessing", "paperwork"):
        about = f"access_{cause}"
        yield _of(_PERSONS, "waiting", about, "Waiting for a decision", part=CAUSES[cause], **less)
    yield _of(_PERSONS, "waiting", "placement", "Waiting for a place", main=True, **less)
    for cause, label in CAUSES.items():
        about = f"placement_{cause}"
        yield _of(_PERSONS, "waiting", about, "Waiting for a place", part=label, **less)
    yield _of(_PERSONS, "blocked", "", "Blocked", main=True, **less)
    for cause, label in CAUSES.items():
        yield _of(_PERSONS, "blocked", cause, "Blocked", part=label, **less)
    yield _of(_PERSONS, "residents_by_variant", ANY, "Residents")
    yield _of(_PERSONS, "residents", "own", "Residents", part="own tenancy")
    yield _of(_PERSONS, "residents", "provider", "Residents", part="place of a provider")
    yield _of(_PERSONS, "residents", "shelter", "Residents", part="shelter")
    yield _of(_SHARE, "at_home_share", "", "With an own tenancy")
    yield _of(_PERSONS, "supported", "", "Supported", main=True)


def _flows() -> Iterator[Quantity]:
    yield _of(_A_YEAR, "notifications", "", "Notified")
    label = "Awarded what nobody can give"
    yield _of(_A_YEAR, "unserved_awards", "", label, good=Good.LESS)
    yield _of(_A_YEAR, "starts", "", "First places")
    yield _of(_A_YEAR, "moves", "", "Moves to another place")
    yield _of(_A_YEAR, "gave_up", "", "Gave up while waiting", good=Good.LESS, main=True)
    yield _of(_A_YEAR, "outflow", "", "Leave support", main=True)
    yield _of(
        _A_YEAR, "outflow", "to_light", "Leave support", part="to an own dwelling, with aftercare"
    )
    yield _of(
        _A_YEAR, "outflow", "to_none", "Leave support", part="to an own dwelling, without support"
    )
    yield _of(_A_YEAR, "outflow", "to_other", "Leave support", part="elsewhere")
    yield _of(_A_YEAR, "outflow_to_dwelling", "", "Leave support", part="to an own dwelling")
    yield _of(_SHARE, "got_first_choice", "", "Got the variant named first", good=Good.MORE)
    yield _of(_SHARE, "late_decisions", "", "Decisions beyond the legal term", good=Good.LESS)


def _dwellings() -> Iterator[Quantity]:
    yield _of(_HOMES, "dwellings", "used", "Dwellings", part="used", main=True)
    for name, said in DWELLINGS.items():
        yield _of(_HOMES, "dwellings", name, "Dwellings", part=said, main=name in _MET)
    short = {"good": Good.LESS, "main": True}
    yield _of(_HOMES, "dwellings", "short", "New need left unmet", **short)
    yield _of(_PERSONS, "need_dwelling", "", "Still waiting for a dwelling", good=Good.LESS)
    for end, said in ENDS.items():
        label = "Waiting, at the end of the chain"
        yield _of(_PERSONS, "ends_in", end, label, part=said, good=Good.LESS)
    label = "Waiting days that end in a dwelling"
    yield _of(_SHARE, "ends_in_dwelling", "", label, good=Good.LESS)


def _staff_and_money() -> Iterator[Quantity]:
    yield _of(_FTE, "staff_short", ANY, "Staff short")
    yield _of(_HOURS, "staff_short", ANY, "Staff short")
    yield _of(_MILLION, "cost", "", "Cost", main=True)
    yield _of(_EACH, "cost_per_person", "", "Cost of each person who is supported", main=True)
    for part, label in COMPONENTS.items():
        yield _of(_MILLION, "cost", part, "Cost", part=label)


QUANTITIES: Final = (*_waits(), *_persons(), *_flows(), *_dwellings(), *_staff_and_money())
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
