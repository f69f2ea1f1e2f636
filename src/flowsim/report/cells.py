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
from flowsim.report.saying import decimals_for

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
    """Return rows by what they are about; dwellings and how they were met have equal decimals."""
    names = ("scenario", "measure", "detail", "statistic")
    cells: Cells = {}
    for row in frame.to_dict("records"):
        scenario, measure, detail, statistic = (str(row[name]) for name in names)
        cells[scenario, measure, detail, statistic] = dict(row)
    for key in dict.fromkeys(scenario for scenario, *_ in cells):
        _align(cells, key)
    return cells


def _need(key: str, cells: Cells) -> list[dict[Any, Any]]:
    """Return the dwellings needed, and behind it how they were met, where all are known."""
    ats = ((key, "dwellings", name, "mean") for name in (NEED, *NEED_PARTS))
    there = [cells[at] for at in ats if at in cells]
    whole = len(there) > 1 and there[0]["detail"] == NEED
    return there if whole and all(math.isfinite(cell["value"]) for cell in there) else []


def _align(cells: Cells, key: str) -> None:
    """Give dwellings needed and how they were met the same decimals (``places``)."""
    there = _need(key, cells)
    for cell in there:
        cell["places"] = _places(there)


def _places(there: Sequence[Mapping[Any, Any]]) -> int:
    return decimals_for(quantity("dwellings", NEED, "mean"), *(cell["value"] for cell in there))


def adds_up(key: str, cells: Cells) -> bool:
    """Tell whether dwellings needed and how they were met add up when each is rounded."""
    there = _need(key, cells)
    values = [float(cell["value"]) for cell in there]
    return not values or fits(values[0], values[1:], _places(there))


def fits(total: float, parts: Iterable[float], places: int) -> bool:
    """Tell whether parts add up to their total when each is rounded."""
    rounded = math.fsum(round(one, places) for one in parts)
    return math.isclose(round(total, places), rounded, abs_tol=1e-6)


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
    """Return the rows that say something.

    What heads a shown row stays, be it zero, and so does `FIRST`: that nobody waits is a result.
    """
    kept: list[Row] = []
    for row in reversed(rows):
        heads = row.about == FIRST[0] or (not row.is_part and bool(kept) and kept[-1].is_part)
        there = any((key, *row.about) in cells for key in keys)
        if is_shown(row.about, keys, cells) or (heads and there):
            kept.append(row)
    return kept[::-1]
