"""Numbers of a year that councils ask for, put together from the measures.

Each is some labels and an array: scenarios x replications x years. Estimates are made from them in
`flowsim.experiment.tables.year_tables` and `flowsim.experiment.numbers.yearly`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from flowsim.calendar import DAYS_PER_WEEK
from flowsim.experiment.estimates.intervals import Array
from flowsim.experiment.numbers.years import Years
from flowsim.metrics import CAUSES
from flowsim.metrics.chains.holders import ENDS

Series = tuple[tuple[str, ...], Array]
WHOLE: Final = ""
"""The municipality of the whole region."""
WAITS: Final = ("placement", "internal", "outflow", "return")
"""Kinds of wait of people who have an award."""
DWELLINGS: Final = {
    "agreed": ("dwellings_agreed", ("",)),
    "realised": ("dwellings", ("offered",)),
    "lost": ("dwellings", ("lost_hold", "lost_cap")),
    **{
        name: ("dwelling_needs", (name,))
        for name in ("start", "needed", "used", "found_alone", "urgent", "without", "ended", "end")
    },
    "short": ("dwellings_short", ("",)),
}
"""Numbers of `dwellings.csv`: the measure and the details that each adds up."""
NEED_PARTS: Final = ("needed", "used", "found_alone", "urgent", "without", "ended", "unmet")
"""``needed`` and what became of it: the others add up to it. ``unmet``: what the queue grew by."""
FTE: Final = "FTE"
HOURS: Final = "hours a week"


# ---------------------------------------------------------------- dwellings
def dwelling_series(years: Years) -> Iterator[Series]:
    """Yield municipality (or area) and number: what is needed, agreed, realised and short."""
    listed = (measure for measure, _ in DWELLINGS.values())
    measures = dict.fromkeys(("dwelling_needs", *listed))  # municipalities before larger areas
    areas = dict.fromkeys(a for one in measures for a in years.labels(one, "municipality"))
    for area in (WHOLE, *areas):
        where = area or None
        for name, (measure, details) in DWELLINGS.items():
            there = years.labels(measure, "municipality"), years.labels(measure, "detail")
            if (area == WHOLE or area in there[0]) and set(details) & set(there[1]):
                parts = [years.of(measure, municipality=where, detail=d) for d in details]
                yield (area, name), np.sum(parts, axis=0)
        if "end" in years.labels("dwelling_needs", "detail") and (
            where is None or area in years.labels("dwelling_needs", "municipality")
        ):
            end, start = (
                years.of("dwelling_needs", municipality=where, detail=d) for d in ("end", "start")
            )
            yield (area, "unmet"), end - start


# ---------------------------------------------------------------- staff
def staff_series(years: Years) -> Iterator[Series]:
    """Yield area, team, number and unit: what is needed, there, and short.

    ``short`` is what is needed beyond what is available, at least 0, in each area, future and
    year. A team that is given in hours has hours a week in the place of FTE.
    """
    keys = [*years.by_measure.get("team_fte", {}), *years.by_measure.get("team_hours_needed", {})]
    for team in dict.fromkeys(key[2] for key in keys):
        areas = list(dict.fromkeys(key[1] for key in keys if key[2] == team))
        found = {area: _team(years, area, team) for area in areas}
        whole: dict[str, Array] = {}
        for one in found.values():
            for name, values in one.items():
                whole[name] = whole.get(name, 0.0) + values
        unit = FTE if _in_fte(years, team) else HOURS
        for area, one in ({WHOLE: whole} | (found if len(areas) > 1 else {})).items():
            for name, values in one.items():
                yield (area, team, name, unit), values


def _in_fte(years: Years, team: str) -> bool:
    rows = years.by_measure.get("team_fte")
    return rows is not None and any(key[2] == team and key[3] == "needed" for key in rows)


def _team(years: Years, area: str, team: str) -> dict[str, Array]:
    """Return the numbers of one team in one area."""
    if _in_fte(years, team):
        found = {
            key[3]: values
            for key, values in years.by_measure["team_fte"].items()
            if key[1:3] == (area, team)
        }
    else:
        weeks = years.length / DAYS_PER_WEEK
        asked = years.of("team_hours_needed", municipality=area, variant=team)
        found = {"needed": asked / weeks}
        for key, values in years.by_measure.get("team_hours", {}).items():
            if key[1:3] == (area, team):
                found[key[3]] = values / weeks
    if {"needed", "available"} <= set(found):
        found["short"] = np.maximum(found["needed"] - found["available"], 0.0)
    return found


# ---------------------------------------------------------------- blocking chains
def chain_series(years: Years) -> Iterator[Series]:
    """Yield link, wait, variant, detail: days of waiting, and what is at the end of the chain.

    ``all``: all days, by what is missing or, for a place, by the end of its chain. These are
    ``missing`` (what is missing itself, a place left out) and ``end`` (for a place). ``holder``:
    the days of ``end`` once more, by who holds the place.
    """
    names = [*ENDS, *(cause for cause in CAUSES if cause not in (*ENDS, "place"))]
    waits = [wait for wait in WAITS if years.has(f"{wait}_days")]
    whole = {name: np.zeros(years.shape) for name in names}
    parts: list[Series] = []
    for wait in waits:
        for link, measure in (("missing", f"{wait}_days"), ("end", f"{wait}_chain_days")):
            for variant in years.labels(measure, "variant"):
                for detail in years.labels(measure, "detail"):
                    if detail == "place":
                        continue
                    values = years.of(measure, variant=variant, detail=detail)
                    whole[detail] += values
                    parts.append(((link, wait, variant, detail), values))
    for key, values in years.by_measure.get("place_holder_days", {}).items():
        parts.append((("holder", "", key[2], key[3]), values))
    for name, values in whole.items():
        if values.any():
            yield ("all", "", "", name), values
    yield from (one for one in parts if one[1].any())
