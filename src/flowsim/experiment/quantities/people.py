"""Who waits, who blocks a place and who lives where, on average: each number said once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np

from flowsim.experiment.estimates.intervals import Array
from flowsim.experiment.numbers.yearly import IN_PLACE, Totals
from flowsim.experiment.quantities.kinds import (
    ANY,
    PERSONS,
    SHARE,
    Family,
    Found,
    Good,
    Quantity,
    Ratio,
    of_kind,
)
from flowsim.layout import Has
from flowsim.metrics import CAUSES as ALL_CAUSES

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
BLOCKED: Final = ("internal_days", "outflow_days")
"""Days of people who wait while they hold a place that another could use."""
OUTSIDE: Final = ("placement_days", "return_days")
"""Days of people with an award who wait in no place."""

Several = Callable[[Totals], Iterator[tuple[str, Found]]]


# ---------------------------------------------------------------- who waits
def _access(totals: Totals) -> Iterator[tuple[str, Found]]:
    """People who await a decision, on average: an assessor, the assessment, the paperwork."""
    if totals.has("access_days"):
        yield "access", totals.persons(totals.of("access_days"))
        for cause in totals.details("access_days"):
            days = totals.of("access_days", detail=cause)
            yield f"access_{cause}", totals.persons(days)


def _by_cause(whole: str, *measures: str) -> Several:
    """Return what adds up people who wait, on average, in all and by what is missing."""

    def of(totals: Totals) -> Iterator[tuple[str, Found]]:
        if not totals.has(*measures):
            return
        found = {cause for measure in measures for cause in totals.details(measure)}
        yield whole, totals.persons(totals.of(*measures))
        for cause in ALL_CAUSES:
            if cause in found:
                values = totals.persons(totals.of(*measures, detail=cause))
                yield (f"{whole}_{cause}" if whole else cause), values

    return of


def _waiting(detail: str, label: str, **more: Any) -> Quantity:
    return of_kind(PERSONS, "waiting", detail, label, good=Good.LESS, **more)


def _blocked(detail: str, **more: Any) -> Quantity:
    return of_kind(PERSONS, "blocked", detail, "Blocked", good=Good.LESS, **more)


# ---------------------------------------------------------------- who is where
def in_place(totals: Totals) -> Array:
    """Return person-days in place."""
    return totals.of("mean_persons", detail=IN_PLACE)


def _variants(totals: Totals) -> tuple[str, ...]:
    """Return the names of the variants, where there are people to count."""
    names = dict.fromkeys(v.name for one in totals.scenarios for v in one.variant)
    return tuple(names) if totals.has("mean_persons") else ()


def _of_variant(totals: Totals, name: str) -> Array:
    held = [totals.cell("mean_persons", name, state) for state in IN_PLACE]
    return totals.persons(np.sum(held, axis=0))


def _by_variant(totals: Totals) -> Iterator[tuple[str, Found]]:
    for name in _variants(totals):
        yield name, _of_variant(totals, name)


def _rented(totals: Totals, tenancy: str) -> Array:
    """Return the residents of the variants that have this tenancy, in each scenario its own."""
    values = np.zeros(totals.shape)
    for name in _variants(totals):
        here = _of_variant(totals, name)
        for i, scenario in enumerate(totals.scenarios):
            if any(v.tenancy == tenancy for v in scenario.variant if v.name == name):
                values[i] += here[i]
    return values


def _by_tenancy(totals: Totals) -> Iterator[tuple[str, Found]]:
    if _variants(totals):
        for tenancy in sorted(Has(*totals.scenarios).tenancies):
            yield tenancy, _rented(totals, tenancy)


def _at_home(totals: Totals) -> Ratio | None:
    """Return the share of the people in place who rent their home, where not all do or none."""
    if not _variants(totals) or len(Has(*totals.scenarios).tenancies) < 2:
        return None
    return Ratio(_rented(totals, "own") * totals.years.length, in_place(totals))


def _supported(totals: Totals) -> Array | None:
    return totals.persons(in_place(totals)) if _variants(totals) else None


def _full(totals: Totals) -> Iterator[tuple[str, Found]]:
    """Return the share of the places of each variant, times time, while none of them is free."""
    for name in _variants(totals):
        full = totals.cell("place_days_by_room", name, "full")
        places = full + totals.cell("place_days_by_room", name, "room")
        if places.any():
            yield name, Ratio(full, places)


PEOPLE: Final = (
    Family(
        section="waiting",
        of=_access,
        members=(
            _waiting("access", "Waiting for a decision"),
            *(
                _waiting(f"access_{cause}", "Waiting for a decision", part=CAUSES[cause])
                for cause in ("assessor", "assessing", "paperwork")
            ),
        ),
    ),
    Family(
        section="waiting",
        of=_by_cause("placement", *OUTSIDE),
        members=(
            _waiting("placement", "Waiting for a place", main=True),
            *(
                _waiting(f"placement_{cause}", "Waiting for a place", part=said)
                for cause, said in CAUSES.items()
            ),
        ),
    ),
    Family(
        section="blocked",
        of=_by_cause("", *BLOCKED),
        members=(
            _blocked("", main=True),
            *(_blocked(cause, part=said) for cause, said in CAUSES.items()),
        ),
    ),
    Family(
        section="residents",
        of=_by_variant,
        members=(of_kind(PERSONS, "residents_by_variant", ANY, "Residents"),),
    ),
    Family(
        section="residents",
        of=_by_tenancy,
        members=(
            of_kind(PERSONS, "residents", "own", "Residents", part="own tenancy"),
            of_kind(PERSONS, "residents", "provider", "Residents", part="place of a provider"),
            of_kind(PERSONS, "residents", "shelter", "Residents", part="shelter"),
        ),
    ),
    Family(
        section="residents",
        of=_full,
        members=(of_kind(SHARE, "full", ANY, "No place free"),),
    ),
    of_kind(SHARE, "at_home_share", "", "With an own tenancy", section="residents", of=_at_home),
    of_kind(PERSONS, "supported", "", "Supported", main=True, section="residents", of=_supported),
)
"""In the order of tables."""
