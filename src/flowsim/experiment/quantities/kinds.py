"""What a quantity is: a number for users, what is told of it and from what it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final, NamedTuple

from flowsim.experiment.estimates.intervals import Array
from flowsim.experiment.numbers.yearly import Kind, Line, Totals, Yearly

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


class Ratio(NamedTuple):
    """A share: what, of what; both are added up before they are divided."""

    values: Array
    over: Array


class AtEnd(NamedTuple):
    """A number at the end of each year; over a window the average of these."""

    values: Array


class Counted(NamedTuple):
    """A number in a unit of its own, where not all of a family have the same."""

    values: Array
    unit: str
    """As in the summary."""


Found = Array | Ratio | AtEnd | Counted
"""Numbers of every year: scenarios x replications x years."""
Of = Callable[[Totals], Found | None]
"""From the measures of every year to a number of every year; None: no scenario has the
mechanism."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of the summary, as people are told it."""

    measure: str
    detail: str
    """`ANY`: every detail that has no quantity of its own."""
    statistic: str
    label: str
    """Stands alone, followed by ``whom`` and ``part`` where there are."""
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
    whom: str = ""
    """Whose, where it is that of some of the people whom the label speaks of."""
    main: bool = False
    """Whether it is among the few lines that a comparison ends with on the terminal: their verdicts
    are sure together, and those of all other lines are sure together."""

    section: str = ""
    """Of the summary; of a quantity that says itself what it is made of."""
    of: Of | None = None
    """What it is made of; None: its `Family` says so, or it is read from curves of waits."""

    def in_years(self, totals: Totals) -> Iterator[Yearly]:
        """Yield its line of the summary in every year, if it is there."""
        found = None if self.of is None else self.of(totals)
        if found is not None:
            yield self.line_of(found, self.section)

    def line_of(self, found: Found, section: str, detail: str = "") -> Yearly:
        """Return the line of the summary for its numbers; of any detail, that of the one given."""
        unit = next(name for name, kind in KINDS.items() if kind.unit == self.unit)
        line = Line(section, self.measure, detail or self.detail, self.statistic, unit)
        if isinstance(found, Ratio):
            return Yearly(line, found.values, Kind.SHARE, found.over)
        if isinstance(found, Counted):
            return Yearly(replace(line, unit=found.unit), found.values, Kind.STOCK)
        if isinstance(found, AtEnd):
            return Yearly(line, found.values, Kind.END)
        return Yearly(line, found, Kind.FLOW if unit.endswith(" a year") else Kind.STOCK)

    @property
    def grain(self) -> float:
        """What is smaller than this, in the unit of the table, is shown as 0."""
        return 0.5 * 10.0**-self.decimals / self.factor


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Numbers that are made together: by cause, variant, team, component, or what is at the end."""

    section: str
    """Of the summary."""
    of: Callable[[Totals], Iterator[tuple[str, Found]]]
    """From the measures of every year to those that are there: detail and numbers."""
    members: tuple[Quantity, ...]

    def in_years(self, totals: Totals) -> Iterator[Yearly]:
        """Yield the lines of the summary in every year that are there."""
        by_detail = {one.detail: one for one in self.members}
        for detail, found in self.of(totals):
            one = by_detail.get(detail) or by_detail[ANY]
            yield one.line_of(found, self.section, detail)


WEEKS: Final = Quantity(ANY, ANY, ANY, "", "weeks", 1.0, TIME, Good.LESS)
SHARE: Final = Quantity(ANY, ANY, ANY, "", "%", 0.02, COUNT, factor=100.0)
PERSONS: Final = Quantity(ANY, ANY, ANY, "", "persons", 2.0, COUNT)
A_YEAR: Final = Quantity(ANY, ANY, ANY, "", "persons a year", 1.0, COUNT, say=1)
HOMES: Final = Quantity(ANY, ANY, ANY, "", "dwellings a year", 1.0, COUNT, say=1)
FTE: Final = Quantity(ANY, ANY, ANY, "", "FTE", 0.5, MASS, Good.LESS, say=1)
HOURS: Final = Quantity(ANY, ANY, ANY, "", "hours a week", 18.0, MASS, Good.LESS)
MILLION: Final = Quantity(
    ANY, ANY, ANY, "", "million EUR a year", 50_000.0, MONEY,
    decimals=2, say=1, factor=1e-6, of_base=0.005,
)  # fmt: skip
EACH: Final = Quantity(
    ANY, ANY, ANY, "", "EUR a person a year", 100.0, LEVEL, decimals=0, say=-2, of_base=0.01
)
KINDS: Final = {
    "weeks": WEEKS,
    "share": SHARE,
    "persons": PERSONS,
    "persons a year": A_YEAR,
    "dwellings a year": HOMES,
    "FTE": FTE,
    "hours a week": HOURS,
    "EUR a year": MILLION,
    "EUR a person a year": EACH,
}
"""What quantities of a unit of the summary have in common."""


def of_kind(kind: Quantity, measure: str, detail: str, label: str, **others: Any) -> Quantity:
    """Return the quantity of a line; its statistic is ``mean``, unless it is a share."""
    statistic = "share" if kind is SHARE else "mean"
    about = {"measure": measure, "detail": detail, "statistic": statistic, "label": label}
    return replace(kind, **(about | others))
