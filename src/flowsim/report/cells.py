"""The rows of a summary by what they are about, and which of them are shown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

from flowsim.experiment.estimates.estimate import Verdict
from flowsim.experiment.numbers.years import length_of, years_of
from flowsim.experiment.quantities.kinds import Good
from flowsim.experiment.quantities.quantity import quantity
from flowsim.experiment.quantities.waits import MEAN
from flowsim.experiment.results import Results
from flowsim.experiment.tables.by_area import SUBREGION
from flowsim.experiment.tables.by_year import SINCE
from flowsim.experiment.tables.picking import rows_of
from flowsim.experiment.tables.since import years_since
from flowsim.report.labels import About, Row

if TYPE_CHECKING:
    import pandas as pd

Cells = dict[tuple[str, str, str, str], dict[Any, Any]]
"""Rows of the summary by scenario, measure, detail and statistic."""
Order = Literal["effect", "given"]

FIRST: Final[tuple[About, ...]] = (
    ("wait", "placement", MEAN),
    ("waiting", "placement", "mean"),
    ("wait", "access", MEAN),
    ("wait", "internal", MEAN),
    ("wait", "outflow", MEAN),
    ("wait", "outflow_provider", MEAN),
    ("blocked", "", "mean"),
    ("cost", "", "mean"),
)
"""What a comparison is about: the first of these that there is a number for."""
NEED: Final = "needed"
NEED_PARTS: Final = ("used", "found_alone", "urgent", "without", "short")
"""How the need for dwellings was met; what is left is ``short``. They add up to `NEED`."""


def cells_of(results: Results) -> Cells:
    """Return the rows of the summary by what they are about."""
    return cells_from(results.summary)


def cells_from(frame: pd.DataFrame) -> Cells:
    """Return rows by what they are about; dwellings add up as they are shown."""
    names = ("scenario", "measure", "detail", "statistic")
    cells: Cells = {}
    for row in frame.to_dict("records"):
        scenario, measure, detail, statistic = (str(row[name]) for name in names)
        cells[scenario, measure, detail, statistic] = dict(row)
    for key in dict.fromkeys(scenario for scenario, *_ in cells):
        _close(cells, key)
    return cells


def _close(cells: Cells, key: str) -> None:
    """Round dwellings needed and how they were met such that the rows add up in sight.

    ``shown`` is the rounded number and ``places`` its decimals: one fewer for all when one of them
    is 100 or more.
    """
    there = [
        cells[at]
        for name in (NEED, *NEED_PARTS)
        if (at := (key, "dwellings", name, "mean")) in cells
    ]
    values = [float(cell["value"]) for cell in there]
    if len(there) < 2 or there[0]["detail"] != NEED or not all(map(math.isfinite, values)):
        return
    places = quantity("dwellings", NEED, "mean").decimals
    places -= any(abs(value) >= 100 for value in values)
    total, parts = adding_up(values[0], values[1:], places)
    for cell, shown in zip(there, (total, *parts), strict=True):
        cell["shown"], cell["places"] = shown, places


def adding_up(total: float, parts: Sequence[float], decimals: int) -> tuple[float, list[float]]:
    """Round parts, each by less than a unit, such that they add up to the rounded total."""
    unit = 10.0**decimals
    whole = round(total * unit)
    lower = [math.floor(part * unit) for part in parts]
    left = whole - sum(lower)
    by_rest = sorted(range(len(parts)), key=lambda i: lower[i] - parts[i] * unit)
    for i in by_rest[: max(left, 0)]:
        lower[i] += 1
    return whole / unit, [one / unit for one in lower]


def first_of(key: str, cells: Cells) -> About | None:
    """Return what comes first of what a scenario has a number for."""
    for about in FIRST:
        cell = cells.get((key, *about))
        if cell is not None and math.isfinite(cell["value"]):
            return about
    return None


def ordered(results: Results, cells: Cells, order: Order) -> tuple[str, ...]:
    """Return the names of the scenarios: the base, then the others by effect or as given.

    By effect: on what the comparison is about, the best first; without a difference last.
    """
    about = first_of(results.keys[0], cells)
    if order == "given" or about is None:
        return results.keys
    sign = -1 if quantity(*about).good == Good.MORE else 1

    def effect(key: str) -> tuple[bool, float]:
        cell = cells.get((key, *about))
        difference = math.nan if cell is None else sign * float(cell["difference"])
        return (True, 0.0) if math.isnan(difference) else (False, difference)

    base, *others = results.keys
    return (base, *sorted(others, key=effect))


def since_of(results: Results) -> dict[str, dict[Any, Any]]:
    """Return, of scenarios that begin to differ after the first year, the wait from then on."""
    first = results.runs[0]
    if not any(years_since(results.scenarios, length_of(first)).values()):
        return {}
    measure, detail, statistic = FIRST[0]
    frame = rows_of(
        results.by_year, measure=measure, detail=detail, statistic=statistic, period=SINCE
    )
    whole = frame["year"].str.partition("-")[0] == years_of(first)[0]
    rows = frame[~whole].to_dict("records")
    return {key: dict(row) for row in rows if (key := str(row["scenario"])) != results.keys[0]}


def parts_of(results: Results, cells: Cells) -> dict[str, dict[Any, Any]]:
    """Return, by scenario, the subregion whose wait differs most from what the region's does.

    Only where it is likely or clear, and at least twice the region's or the other way; the largest
    harm first.
    """
    if len(results.keys) < 2 or not results.scenarios[0].areas.subregions:
        return {}
    measure, detail, statistic = FIRST[0]
    frame = rows_of(
        results.by_area, measure=measure, detail=detail, statistic=statistic, kind=SUBREGION
    )
    found: dict[str, dict[Any, Any]] = {}
    rows = [dict(row) for row in frame.to_dict("records")]
    rows.sort(key=lambda row: (not row["difference"] > 0, -abs(row["difference"])))
    for row in rows:
        key, change = str(row["scenario"]), float(row["difference"])
        region = cells.get((key, *FIRST[0]))
        if region is None or row["verdict"] not in (Verdict.LIKELY, Verdict.CLEAR):
            continue
        whole = float(region["difference"])
        if change * whole < 0 or abs(change) >= 2 * abs(whole):
            found.setdefault(key, row)
    return found


def is_shown(about: About, keys: Iterable[str], cells: Cells) -> bool:
    """A number that is zero everywhere, as it would be printed, says nothing by itself."""
    for key in keys:
        cell = cells.get((key, *about))
        if cell is not None and not math.isnan(cell["value"]):
            look = quantity(*about, str(cell["unit"]))
            if round(cell["value"] * look.factor, look.decimals) != 0:
                return True
    return False


def shown_rows(rows: Sequence[Row], keys: Sequence[str], cells: Cells) -> list[Row]:
    """Return the rows that say something; what heads a shown row stays, be it zero."""
    kept: list[Row] = []
    for row in reversed(rows):
        heads = not row.is_part and bool(kept) and kept[-1].is_part
        there = any((key, *row.about) in cells for key in keys)
        if is_shown(row.about, keys, cells) or (heads and there):
            kept.append(row)
    return kept[::-1]


def value_of(cell: Mapping[Any, Any]) -> float:
    """Return the number of a cell, as it is shown where it must add up with others."""
    return float(cell.get("shown", cell["value"]))
