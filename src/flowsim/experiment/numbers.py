"""One number a replication: stocks, flows and costs over the whole reporting window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from flowsim.calendar import DAYS_PER_YEAR
from flowsim.experiment.estimate import Array
from flowsim.experiment.results import Results
from flowsim.experiment.series import WHOLE, chain_series, dwelling_series, staff_series
from flowsim.experiment.years import MEANS
from flowsim.metrics import CAUSES
from flowsim.metrics.flow import OUTFLOW_TO
from flowsim.metrics.persons import TENANCIES

BLOCKED: Final = ("internal_days", "outflow_days")
"""Days of people who wait while they hold a place that another could use."""
OUTSIDE: Final = ("placement_days", "return_days")
"""Days of people with an award who wait in no place."""
TO_DWELLING: Final = ("to_light", "to_none")
"""Outflow to an own dwelling, with and without aftercare."""
IN_PLACE: Final = ("settled", "moving", "ready", "transit")


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
    """A line and its values in every replication: scenarios x replications."""

    line: Line
    values: Array
    over: Array | None = None
    """Denominator, for a share; None: a plain number."""


def numbers(results: Results) -> list[Number]:
    """Return the stocks, flows and costs that the scenarios have a mechanism for."""
    totals = _Totals(results)
    parts = (
        _access, _waiting, _blocked, _residents, _flows, _terms, _dwellings, _ends, _staff, _costs,
    )  # fmt: skip
    return [number for part in parts for number in part(totals)]


class _Totals:
    """Measures added up over years and municipalities: scenarios x replications.

    Means over a year are in person-days (or days of an FTE), so that they add up to the window.
    """

    def __init__(self, results: Results) -> None:
        self.scenarios, self.by_year = results.scenarios, results.years
        self.shape = self.by_year.shape[:2]
        self.days = np.full(self.shape, self.by_year.length.sum())
        self.years = self.days / DAYS_PER_YEAR
        self.cells: dict[tuple[str, str, str], Array] = {}
        for (measure, _, variant, detail), values in self.by_year.over_window().items():
            cell = self.cells.setdefault((measure, variant, detail), np.zeros(self.shape))
            cell += values * self.days if measure in MEANS else values

    def has(self, *measures: str) -> bool:
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


def _access(totals: _Totals) -> Iterator[Number]:
    """People who await a decision, on average."""
    if totals.has("access_days"):
        waiting = totals.of("access_days") / totals.days
        yield Number(Line("waiting", "waiting", "access", "mean", "persons"), waiting)


def _waiting(totals: _Totals) -> Iterator[Number]:
    """People with an award who wait outside, on average, by what is missing."""
    yield from _by_cause(totals, "placement", OUTSIDE)


def _blocked(totals: _Totals) -> Iterator[Number]:
    """People who block a place, on average, by what is missing for their next step."""
    yield from _by_cause(totals, "blocked", BLOCKED)


def _by_cause(totals: _Totals, name: str, measures: tuple[str, ...]) -> Iterator[Number]:
    if not totals.has(*measures):
        return
    found = {cause for measure in measures for cause in totals.details(measure)}
    section, detail = ("blocked", "") if name == "blocked" else ("waiting", name)
    whole = totals.of(*measures) / totals.days
    yield Number(Line(section, section, detail, "mean", "persons"), whole)
    for cause in CAUSES:
        if cause in found:
            values = totals.of(*measures, detail=cause) / totals.days
            label = f"{detail}_{cause}" if detail else cause
            yield Number(Line(section, section, label, "mean", "persons"), values)


def _residents(totals: _Totals) -> Iterator[Number]:
    """Residents by variant and by tenancy, on average, and the share who rent their home."""
    names = list(dict.fromkeys(v.name for one in totals.scenarios for v in one.variant))
    if not names:
        return
    by_tenancy = {tenancy: np.zeros(totals.shape) for tenancy in TENANCIES}
    for name in names:
        days = sum((totals.cell("mean_persons", name, state) for state in IN_PLACE), 0.0)
        values = days / totals.days
        yield Number(Line("residents", "residents_by_variant", name, "mean", "persons"), values)
        for i, scenario in enumerate(totals.scenarios):
            tenancy = next((v.tenancy for v in scenario.variant if v.name == name), None)
            if tenancy is not None:
                by_tenancy[tenancy][i] += values[i]
    present = {v.tenancy for scenario in totals.scenarios for v in scenario.variant}
    for tenancy in sorted(present):
        line = Line("residents", "residents", tenancy, "mean", "persons")
        yield Number(line, by_tenancy[tenancy])
    if len(present) > 1:
        everyone = np.sum(list(by_tenancy.values()), axis=0)
        line = Line("residents", "at_home_share", "", "share", "share")
        yield Number(line, by_tenancy["own"], everyone)


def _flows(totals: _Totals) -> Iterator[Number]:
    """Starts, moves, people who give up while they wait and people who leave, a year."""
    for measure in ("notifications", "starts", "moves", "gave_up", "outflow"):
        if totals.has(measure):
            values = totals.of(measure) / totals.years
            yield Number(Line("flow", measure, "", "mean", "persons a year"), values)
    for to in OUTFLOW_TO:
        if to in totals.details("outflow"):
            values = totals.of("outflow", detail=to) / totals.years
            yield Number(Line("flow", "outflow", to, "mean", "persons a year"), values)
    if any(scenario.leaving.ready_at is not None for scenario in totals.scenarios):
        values = totals.of("outflow", detail=TO_DWELLING) / totals.years
        yield Number(Line("flow", "outflow_to_dwelling", "", "mean", "persons a year"), values)


def _terms(totals: _Totals) -> Iterator[Number]:
    """The share of the decisions that come after the legal term."""
    if totals.has("decisions_by_term"):
        late = totals.of("decisions_by_term", detail="late")
        line = Line("flow", "late_decisions", "", "share", "share")
        yield Number(line, late, totals.of("decisions_by_term"))


def _dwellings(totals: _Totals) -> Iterator[Number]:
    """Dwellings needed to short, a year; who still needs one at the end of a year, on average."""
    names = ("needed", "agreed", "realised", "lost", "short")
    whole = {name: v for (area, name), v in dwelling_series(totals.by_year) if area == WHOLE}
    listed = {name: whole[name].sum(axis=-1) for name in names if name in whole}
    if totals.has("dwellings"):
        listed["offered"] = listed.pop("realised")
        listed["used"] = totals.of("dwellings", detail="used")
    for name in ("needed", "agreed", "offered", "used", "lost", "short"):
        if name in listed:
            line = Line("dwellings", "dwellings", name, "mean", "dwellings a year")
            yield Number(line, listed[name] / totals.years)
    if "end" in whole:
        line = Line("dwellings", "need_dwelling", "", "mean", "persons")
        yield Number(line, whole["end"].mean(axis=-1))


def _ends(totals: _Totals) -> Iterator[Number]:
    """The share of the days of waiting with an award that a dwelling is at the end of."""
    days = {d: v.sum(axis=-1) for (link, _, _, d), v in chain_series(totals.by_year)
            if link == "all"}  # fmt: skip
    if "dwelling" in days:
        line = Line("dwellings", "ends_in_dwelling", "", "share", "share")
        yield Number(line, days["dwelling"], np.sum(list(days.values()), axis=0))


def _staff(totals: _Totals) -> Iterator[Number]:
    """What each team is short of, on average."""
    for (area, team, name, unit), values in staff_series(totals.by_year):
        if area == WHOLE and name == "short":
            line = Line("staff", "staff_short", team, "mean", unit)
            yield Number(line, totals.by_year.mean(values))


def _costs(totals: _Totals) -> Iterator[Number]:
    """Cost a year, in all and by component."""
    if not totals.has("cost_eur"):
        return
    whole = totals.of("cost_eur") / totals.years
    yield Number(Line("cost", "cost", "", "mean", "EUR a year"), whole)
    for component in totals.details("cost_eur"):
        values = totals.of("cost_eur", detail=component) / totals.years
        yield Number(Line("cost", "cost", component, "mean", "EUR a year"), values)
