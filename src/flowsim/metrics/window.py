"""The periods that tables use: years of the window, and dates: a quarter, month or day apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.calendar import DAYS_PER_YEAR, date_of, day_of, year_starts
from flowsim.ledger import Ledger
from flowsim.scenario.model import Scenario

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
A_YEAR: Final = {"quarterly": 4, "monthly": 12}
"""Dates a year, where they are not a day apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Day 0 to the end of the reporting window, in years, and dates in it.

    A year runs from its first instant up to, not including, that of the next. A state on a date is
    the state at the end of the first instant of that date.
    """

    edges: Floats
    """Days on which the years begin, and the end of the window; years + 1."""
    years: tuple[str, ...]
    """``YYYY`` by year: the calendar year in which it begins. The last may be short (`length`)."""
    cuts: Floats
    """`edges`, and the days on which a dated change takes effect: between two cuts nothing of the
    scenario changes. Spans + 1."""
    year_of_span: Ints
    phase_of_span: Ints
    """Index in ``scenario.phases`` of what holds in each span."""
    days: Floats
    """Days of the dates: the start, every quarter, month or day after it (``scenario.dates``),
    and the end of the window."""
    dates: tuple[str, ...]
    """``YYYY-MM-DD`` of `days`."""

    @property
    def length(self) -> Floats:
        """Days in each year of the window."""
        return np.diff(self.edges)

    @property
    def span_length(self) -> Floats:
        """Days in each span."""
        return np.diff(self.cuts)

    def by_year(self, value: Floats) -> Floats:
        """Add up an array (spans, ...) to (years, ...)."""
        return np.add.reduceat(value, np.searchsorted(self.cuts, self.edges[:-1]), axis=0)

    def year_of(self, day: Floats) -> Ints:
        """Return the index of the year that each day falls in; -1 outside the window."""
        year = np.searchsorted(self.edges, day, side="right") - 1
        return np.where(year < len(self.years), year, -1)


def window_of(ledger: Ledger, scenario: Scenario) -> Window:
    """Return the periods of a run.

    A window of ``years`` has years from date to date; a window of ``days`` has years of 365.25
    days, of which the last may be short.
    """
    start, end = ledger.start, ledger.window_days
    if scenario.scenario.years is not None:
        edges = [day for day in year_starts(start, scenario.scenario.years) if day < end]
    else:
        edges = list(np.arange(0.0, end, DAYS_PER_YEAR))
    days = _dates(start, end, scenario, len(edges))
    starts = np.array([day for day, _ in scenario.phases])
    inside = starts[(starts > 0) & (starts < end)]
    cuts = np.unique(np.concatenate([edges, inside, [end]]))
    labels = {date_of(start, day).isoformat(): day for day in [*days, end]}
    return Window(
        edges=np.array([*edges, end]),
        years=tuple(str(start.year + k) for k in range(len(edges))),
        cuts=cuts,
        year_of_span=np.searchsorted(edges, cuts[:-1], side="right") - 1,
        phase_of_span=np.searchsorted(starts, cuts[:-1], side="right") - 1,
        days=np.array(list(labels.values())),
        dates=tuple(labels),
    )


def _dates(start: date, end: float, scenario: Scenario, years: int) -> list[float]:
    """Return the days of the dates before the end of the window."""
    about = scenario.scenario
    if about.dates == "daily":
        return list(np.arange(0.0, end))
    number = A_YEAR[about.dates]
    if about.years is None:
        return list(np.arange(0.0, end, DAYS_PER_YEAR / number))
    dates = [_later(start, k * 12 // number) for k in range(number * years)]
    return [day for one in dates if (day := day_of(start, one)) < end]


def _later(start: date, months: int) -> date:
    """Return the date that many months later; the last of the month where it has no such day."""
    month = start.month - 1 + months
    year, month = start.year + month // 12, month % 12 + 1
    for day in range(start.day, 27, -1):
        try:
            return start.replace(year=year, month=month, day=day)
        except ValueError:
            continue
    return start.replace(year=year, month=month)


def cut(start: Floats, end: Floats, edges: Floats) -> tuple[Ints, Ints, Floats, Floats]:
    """Cut intervals at the edges of periods; what lies outside all periods is left out.

    Parameters
    ----------
    start, end
        Days, shape (n,); ``start <= end``.
    edges
        Increasing days, shape (periods + 1,).

    Returns
    -------
    index, period, start, end
        Of every piece of positive length, in the order of the intervals and then of time: which
        interval and period it belongs to, and its first and last day.
    """
    begin, stop = np.maximum(start, edges[0]), np.minimum(end, edges[-1])
    first = np.searchsorted(edges, begin, side="right") - 1
    last = np.searchsorted(edges, stop, side="left") - 1
    index, period = written_out(first, np.where(stop > begin, last - first + 1, 0))
    return (
        index,
        period,
        np.maximum(begin[index], edges[period]),
        np.minimum(stop[index], edges[period + 1]),
    )


def on_days(start: Floats, end: Floats, days: Floats) -> tuple[Ints, Ints]:
    """Return which intervals [start, end) hold which of the (increasing) days, as index pairs."""
    first = np.searchsorted(days, start, side="left")
    last = np.searchsorted(days, end, side="left")
    return written_out(first, np.maximum(last - first, 0))


def written_out(first: Ints, count: Ints) -> tuple[Ints, Ints]:
    """Write out ranges: for every i, ``count[i]`` pairs (i, first[i]), (i, first[i] + 1), ..."""
    index = np.repeat(np.arange(len(count)), count)
    before = np.cumsum(count) - count
    return index, np.arange(len(index)) - (before - first)[index]
