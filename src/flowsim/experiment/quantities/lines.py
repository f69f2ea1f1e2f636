"""The lines of the summary: what each of them adds up, in every year.

Definitions, in the words of users: docs/metrics.md, *Lines of the summary*.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from flowsim.calendar import DAYS_PER_YEAR
from flowsim.experiment.estimates.intervals import Array
from flowsim.experiment.numbers.series import (
    NEED_PARTS,
    WHOLE,
    chain_series,
    dwelling_series,
    staff_series,
)
from flowsim.experiment.numbers.yearly import IN_PLACE, Kind, Line, Number, Totals, Yearly
from flowsim.experiment.numbers.years import Years
from flowsim.experiment.quantities.quantity import QUANTITIES
from flowsim.layout import Has
from flowsim.metrics import CAUSES
from flowsim.metrics.measures.persons import TENANCIES
from flowsim.scenario import Scenario

BLOCKED: Final = ("internal_days", "outflow_days")
"""Days of people who wait while they hold a place that another could use."""
OUTSIDE: Final = ("placement_days", "return_days")
"""Days of people with an award who wait in no place."""
DWELLING_LINES: Final = ("agreed", "offered", "lost", *NEED_PARTS, "short")


def lines(years: Years, scenarios: tuple[Scenario, ...]) -> list[Yearly]:
    """Return every line that the scenarios have a mechanism for."""
    totals = Totals(years, scenarios)
    parts = (
        _access, _waiting, _blocked, _residents, _said, _dwellings, _ends, _staff,
        _costs,
    )  # fmt: skip
    return [one for part in parts for one in part(totals)]


def over_window(years: Years, scenarios: tuple[Scenario, ...]) -> list[Number]:
    """Return every line over the whole window: scenarios x replications."""
    whole = np.ones((len(years.names), 1), dtype=bool)
    return [one.over_periods(whole, years.length).at(0) for one in lines(years, scenarios)]


def _mean(section: str, measure: str, detail: str, values: Array, unit: str = "persons") -> Yearly:
    return Yearly(Line(section, measure, detail, "mean", unit), values, Kind.STOCK)


def _flow(section: str, measure: str, detail: str, values: Array, unit: str) -> Yearly:
    return Yearly(Line(section, measure, detail, "mean", f"{unit} a year"), values, Kind.FLOW)


def _share(section: str, measure: str, values: Array, over: Array) -> Yearly:
    return Yearly(Line(section, measure, "", "share", "share"), values, Kind.SHARE, over)


# ---------------------------------------------------------------- who waits
def _access(totals: Totals) -> Iterator[Yearly]:
    """People who await a decision, on average: an assessor, the assessment, the paperwork."""
    if totals.has("access_days"):
        yield _mean("waiting", "waiting", "access", totals.persons(totals.of("access_days")))
        for cause in totals.details("access_days"):
            days = totals.of("access_days", detail=cause)
            yield _mean("waiting", "waiting", f"access_{cause}", totals.persons(days))


def _waiting(totals: Totals) -> Iterator[Yearly]:
    """People with an award who wait outside, on average, by what is missing."""
    yield from _by_cause(totals, "placement", OUTSIDE)


def _blocked(totals: Totals) -> Iterator[Yearly]:
    """People who block a place, on average, by what is missing for their next step."""
    yield from _by_cause(totals, "blocked", BLOCKED)


def _by_cause(totals: Totals, name: str, measures: tuple[str, ...]) -> Iterator[Yearly]:
    if not totals.has(*measures):
        return
    found = {cause for measure in measures for cause in totals.details(measure)}
    section, detail = ("blocked", "") if name == "blocked" else ("waiting", name)
    yield _mean(section, section, detail, totals.persons(totals.of(*measures)))
    for cause in CAUSES:
        if cause in found:
            values = totals.persons(totals.of(*measures, detail=cause))
            yield _mean(section, section, f"{detail}_{cause}" if detail else cause, values)


# ---------------------------------------------------------------- who is where, and who moves
def _supported(totals: Totals) -> Array:
    """Return person-days in place."""
    return totals.of("mean_persons", detail=IN_PLACE)


def _residents(totals: Totals) -> Iterator[Yearly]:
    """Residents by variant and by tenancy, on average, and the share who rent their home."""
    names = list(dict.fromkeys(v.name for one in totals.scenarios for v in one.variant))
    if not names or not totals.has("mean_persons"):
        return
    by_tenancy = {tenancy: np.zeros(totals.shape) for tenancy in TENANCIES}
    for name in names:
        held = [totals.cell("mean_persons", name, state) for state in IN_PLACE]
        values = totals.persons(np.sum(held, axis=0))
        yield _mean("residents", "residents_by_variant", name, values)
        for i, scenario in enumerate(totals.scenarios):
            tenancy = next((v.tenancy for v in scenario.variant if v.name == name), None)
            if tenancy is not None:
                by_tenancy[tenancy][i] += values[i]
    present = Has(*totals.scenarios).tenancies
    for rents in sorted(present):
        yield _mean("residents", "residents", rents, by_tenancy[rents])
    if len(present) > 1:
        days = by_tenancy["own"] * totals.years.length
        yield _share("residents", "at_home_share", days, _supported(totals))
    yield _mean("residents", "supported", "", totals.persons(_supported(totals)))


def _said(totals: Totals) -> Iterator[Yearly]:
    """Every quantity that says itself what it is made of: who comes, moves and leaves, a year."""
    found = (one.in_years(totals) for one in QUANTITIES)
    yield from (one for one in found if one is not None)


# ---------------------------------------------------------------- dwellings and chains
def _dwellings(totals: Totals) -> Iterator[Yearly]:
    """Dwellings needed and how that ended, a year; who still needs one at the end of a year.

    ``needed`` is the sum of the other `NEED_PARTS`, in every year and over the window.
    """
    found = {name: v for (area, name), v in dwelling_series(totals.years) if area == WHOLE}
    found |= {"offered": found["realised"]} if "realised" in found else {}
    for name in DWELLING_LINES:
        if name in found:
            yield _flow("dwellings", "dwellings", name, found[name], "dwellings")
    if "end" in found:
        line = Line("dwellings", "need_dwelling", "", "mean", "persons")
        yield Yearly(line, found["end"], Kind.END)


def _ends(totals: Totals) -> Iterator[Yearly]:
    """People who wait with an award, by what is at the end; the share of it that is a dwelling."""
    if not totals.years.whole:
        return  # a chain goes through places of other municipalities
    days = {d: v for (link, _, _, d), v in chain_series(totals.years) if link == "all"}
    for end, values in days.items():
        yield _mean("chains", "ends_in", end, totals.persons(values))
    if "dwelling" in days:
        everything = np.sum(list(days.values()), axis=0)
        yield _share("dwellings", "ends_in_dwelling", days["dwelling"], everything)


# ---------------------------------------------------------------- staff and cost
def _staff(totals: Totals) -> Iterator[Yearly]:
    """What each team is short of, on average."""
    for (area, team, name, unit), values in staff_series(totals.years):
        if area == WHOLE and name == "short":
            yield _mean("staff", "staff_short", team, values, unit)


def _costs(totals: Totals) -> Iterator[Yearly]:
    """Cost a year, in all and by component, and for each person in place."""
    if not totals.has("cost_eur"):
        return
    yield _flow("cost", "cost", "", totals.of("cost_eur"), "EUR")
    for component in totals.details("cost_eur"):
        yield _flow("cost", "cost", component, totals.of("cost_eur", detail=component), "EUR")
    if totals.has("cost_of_clients_eur"):
        line = Line("cost", "cost_per_person", "", "mean", "EUR a person a year")
        eur, persons = totals.of("cost_of_clients_eur"), _supported(totals) / DAYS_PER_YEAR
        yield Yearly(line, eur, Kind.SHARE, persons)
