"""One number a replication: stocks, flows and costs, by year or over some years together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.calendar import DAYS_PER_YEAR
from flowsim.experiment.estimates.intervals import Array
from flowsim.experiment.numbers.years import MEANS, Years
from flowsim.scenario import Scenario

IN_PLACE: Final = ("settled", "moving", "ready", "transit")
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Line:
    """What one row of the summary is about."""

    section: str
    measure: str
    detail: str
    statistic: str
    unit: str


@dataclass(frozen=True, slots=True)
class Number:
    """A line and its values in every replication: scenarios x replications (x periods)."""

    line: Line
    values: Array
    over: Array | None = None
    """Denominator, for a share; None: a plain number."""

    def at(self, period: int) -> Number:
        """Return the number of one period: scenarios x replications."""
        over = None if self.over is None else self.over[..., period]
        return Number(self.line, self.values[..., period], over)


class Kind(StrEnum):
    """How the numbers of several years make one."""

    FLOW = "flow"
    """Added up, and then by year of 365.25 days."""
    STOCK = "stock"
    """Averages over each year: weighed by its length."""
    END = "end"
    """Numbers at the end of each year: averaged."""
    SHARE = "share"
    """Numerator and denominator added up."""


@dataclass(frozen=True, slots=True)
class Yearly:
    """A line and its number in every year: scenarios x replications x years."""

    line: Line
    values: Array
    kind: Kind
    over: Array | None = None
    """Denominator, for a share."""

    def over_periods(self, periods: Flags, length: Array) -> Number:
        """Return the number of each period.

        Parameters
        ----------
        periods
            Which years each period holds; years x periods.
        length
            Days of each year.
        """
        mass = periods.astype(float)
        if self.kind == Kind.SHARE:
            over = None if self.over is None else self.over @ mass
            return Number(self.line, self.values @ mass, over)
        days = (mass * length[:, None]).sum(axis=0)
        match self.kind:
            case Kind.FLOW:
                values = self.values @ mass / (days / DAYS_PER_YEAR)
            case Kind.STOCK:
                values = (self.values * length) @ mass / days
            case _:
                values = self.values @ mass / mass.sum(axis=0)
        return Number(self.line, values)


class Totals:
    """Measures added up over municipalities: scenarios x replications x years.

    Means over a year are in person-days (or days of an FTE).
    """

    def __init__(self, years: Years, scenarios: tuple[Scenario, ...]) -> None:
        self.years, self.scenarios, self.shape = years, scenarios, years.shape
        self.cells: dict[tuple[str, str, str], Array] = {}
        for (measure, _, variant, detail), values in years.cells.items():
            at = measure, variant, detail
            more = values * years.length if measure in MEANS else values
            self.cells[at] = self.cells[at] + more if at in self.cells else more

    def has(self, *measures: str) -> bool:
        """Tell whether any scenario has one of these measures."""
        return any(measure in measures for measure, _, _ in self.cells)

    def details(self, measure: str) -> list[str]:
        """Return what a measure is split by, in the order of its rows."""
        return list(dict.fromkeys(d for name, _, d in self.cells if name == measure))

    def cell(self, measure: str, variant: str, detail: str) -> Array:
        """Return one combination; 0 where it does not occur."""
        return self.cells.get((measure, variant, detail), np.zeros(self.shape))

    def of(self, *measures: str, detail: str | tuple[str, ...] | None = None) -> Array:
        """Add up measures, over all details or over some."""
        wanted = (detail,) if isinstance(detail, str) else detail
        total = np.zeros(self.shape)
        for (measure, _, found), values in self.cells.items():
            if measure in measures and (wanted is None or found in wanted):
                total += values
        return total

    def persons(self, days: Array) -> Array:
        """Turn person-days of each year into persons on average."""
        mean: Array = days / self.years.length
        return mean
