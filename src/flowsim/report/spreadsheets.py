"""Tables that open by double click in a Dutch spreadsheet.

Semicolons, decimal commas, UTF-8 with a BOM. Always in Dutch, whatever the language of the run, and
rounded as on the terminal; the exact numbers are in the other tables.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from flowsim.experiment.estimates.estimate import Reason, Verdict
from flowsim.experiment.estimates.intervals import FEW, FEWEST
from flowsim.experiment.quantities.kinds import Quantity
from flowsim.experiment.results import Results
from flowsim.experiment.tables.by_area import REGION
from flowsim.experiment.writing.files import plain, whole_file
from flowsim.report.brief import about_rounding, cheaper_for_fewer
from flowsim.report.cells import (
    NEED,
    NEED_PARTS,
    Cells,
    Order,
    adds_up,
    cells_from,
    cells_of,
    fits,
    ordered,
    shown_rows,
)
from flowsim.report.labels import (
    BALANCE,
    DWELLINGS,
    RANGES,
    sections,
)
from flowsim.report.names import place_name, titles_of
from flowsim.report.paying import who_pays
from flowsim.report.saying import (
    decimals_for,
    outward,
    places_beside,
    quantity_of,
    said_verdict,
    why_missing,
)
from flowsim.report.terminal import few_futures, partial, too_few
from flowsim.report.wording import Wording, wording

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as a spreadsheet reads it; every other cell is text."""

    text: str


Rows = Iterator[Sequence[str | Numeral]]
"""The header, and then the rows."""


def write_spreadsheets(results: Results, folder: Path, order: Order = "effect") -> list[Path]:
    """Write every table of `SPREADSHEETS` in a folder, and return their paths.

    The scenarios are in the order of the terminal (`flowsim.report.cells.ordered`).
    """
    say, paths = wording("nl"), []
    keys = ordered(results, cells_of(results), order)
    for name, rows_of in SPREADSHEETS.items():
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(
            [cell.text if isinstance(cell, Numeral) else plain(cell) for cell in row]
            for row in _marked(rows_of(results, keys, say), results, say)
        )
        paths.append(folder / f"{name}.csv")
        with whole_file(paths[-1]) as stream:
            stream.write(text.getvalue().encode("utf-8-sig"))
    return paths


def _marked(rows: Rows, results: Results, say: Wording) -> Rows:
    """Say in the last column of every row that not all is there, where that is so."""
    if results.mark is None:
        yield from rows
        return
    yield (*next(rows), say("Status"))
    for row in rows:
        yield (*row, say.said(results.mark))


def _summary(results: Results, keys: Sequence[str], say: Wording) -> Rows:
    """Every row of the table on the terminal: one for each line and scenario."""
    yield (say("Part"), say("Line"), say("Scenario"), *_columns(say))
    yield from _lines(results, keys, (), cells_of(results), say)


def _by_year(results: Results, keys: Sequence[str], say: Wording) -> Rows:
    """The same in every year, and from the first year with a difference on."""
    yield (say("Part"), say("Line"), say("Scenario"), say("Year"), *_columns(say))
    for (_, year), frame in results.by_year.groupby(["period", "year"], sort=False):
        yield from _lines(results, keys, (str(year),), cells_from(frame), say)


def _by_area(results: Results, keys: Sequence[str], say: Wording) -> Rows:
    """The same in the region, each subregion and each municipality."""
    yield (say("Part"), say("Line"), say("Scenario"), say("Kind"), say("Municipality"),
           *_columns(say))  # fmt: skip
    for (kind, area), frame in results.by_area.groupby(["kind", "area"], sort=False):
        lead = say(AREAS[str(kind)]), place_name(str(area))
        yield from _lines(results, keys, lead, cells_from(frame), say)


def _columns(say: Wording) -> tuple[str, ...]:
    own = say("Value"), say("Low"), say("High")
    difference = say("Difference with base"), say("Difference, low"), say("Difference, high")
    return (*own, *difference, say("Verdict"), say("Mind"))


def _lines(
    results: Results, keys: Sequence[str], lead: tuple[str, ...], cells: Cells, say: Wording
) -> Rows:
    """Yield a row for each line and scenario; ``lead``: of which year or area."""
    titles = titles_of(results.scenarios, say)
    for section in sections(results.scenarios, say):
        above = ""
        for row in shown_rows(section.rows, results.keys, cells):
            label = f"{above}: {row.label}" if row.is_part else row.label
            above = above if row.is_part else row.label
            for key in keys:
                cell = cells.get((key, *row.about))
                if cell is not None:
                    numbers = _numbers(cell, say)
                    mind = " ".join(filter(None, _mind(results, key, cell, cells, say)))
                    verdict = said_verdict(cell, say)
                    yield section.title, label, titles[key], *lead, *numbers, verdict, mind


def _numbers(cell: Mapping[Any, Any], say: Wording) -> list[str | Numeral]:
    """Return a number, the difference with the base, and their intervals."""
    about = quantity_of(cell)
    own = [float(cell[name]) for name in ("value", "low", "high")]
    difference = [float(cell[f"difference{end}"]) for end in ("", "_low", "_high")]
    if cell["verdict"] == Verdict.NONE:
        difference = [math.nan] * 3  # the column of the verdict says why
    places = cell.get("places", decimals_for(about, *own))
    return [
        *_rounded(about, own, places, say),
        *_rounded(about, difference, decimals_for(about, *difference), say),
    ]


def _rounded(
    about: Quantity, numbers: Sequence[float], places: int, say: Wording
) -> list[str | Numeral]:
    """Write a number and the ends of its interval: outward, as on the terminal."""
    value, low, high = numbers
    exact = places_beside(about, value, low, high, places)
    value, low, high = (number * about.factor for number in numbers)
    if math.isfinite(low) and not math.isnan(high):
        low, high, each = outward(low, high, places)
    else:
        each = (places, places)
    ends = (_number(*one, say) for one in zip((low, high), each, strict=True))
    return [_number(value, exact, say), *ends]


def _mind(
    results: Results, key: str, cell: Mapping[Any, Any], cells: Cells, say: Wording
) -> Iterator[str]:
    """Say what a reader of this row must know."""
    if results.partial:
        yield partial(results, say)
    n = len(results.replications)
    if n < FEW:
        yield too_few(say) if n < FEWEST else few_futures(say)
    if Reason(cell["reason"]) not in (Reason.KNOWN, Reason.FEW):
        yield _sentence(why_missing(cell, say))
    if key != results.keys[0] and cheaper_for_fewer(cell, key, cells):
        yield say("Fewer people are supported: cheaper does not mean the same for less.")
    if (cell["measure"], cell["detail"]) == ("dwellings", NEED) and not adds_up(key, cells):
        yield about_rounding(say)
    if cell["measure"] == "cost":
        yield who_pays(results.scenarios[results.keys.index(key)], say)
    if cell["measure"] == "cost_per_person" and cell.get("kind", REGION) != REGION:
        yield say("Of those who notified there, whoever pays.")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _balance(results: Results, keys: Sequence[str], say: Wording) -> Rows:
    """The balance of persons: start + in - out = end, but for the rounding of each."""
    head = (say("Scenario"), say("Municipality"), say("Year"))
    ends = [f"{say(BALANCE['end'])}: {say(text)}" for text in RANGES.values()]
    yield (*head, *(_headed(name, say) for name in BALANCE), *ends, say("Mind"))
    titles = titles_of(results.scenarios, say)
    for row in _in_order(results.balance, keys).to_dict("records"):
        balance = {name: row[name] for name in BALANCE}
        numbers = [*balance.values(), *(row[f"end_{name}"] for name in RANGES)]
        yield (
            titles[row["scenario"]],
            _area(row["municipality"], say),
            row["year"],
            *(_number(one, 1, say) for one in numbers),
            "" if _closes(balance) else about_rounding(say),
        )


def _headed(name: str, say: Wording) -> str:
    way = {"in": say("in"), "out": say("out")}.get(name.split("_")[0], "")
    return f"{way}: {say(BALANCE[name])}" if way else say(BALANCE[name])


def _closes(balance: Mapping[str, float]) -> bool:
    """Tell whether start + in - out = end when each of them is rounded to tenths."""
    signed = {name: -value if name.startswith("out_") else value for name, value in balance.items()}
    return fits(signed.pop("end"), signed.values(), 1)


def _dwellings(results: Results, keys: Sequence[str], say: Wording) -> Rows:
    """Dwellings, one row for each scenario, municipality and year."""
    frame = _in_order(results.dwellings, keys)
    there = [name for name in DWELLINGS if name in set(frame["measure"])]
    ranged = [name for name in ("needed", "short") if name in there]
    yield (say("Scenario"), say("Municipality"), say("Year"),
           *(say(DWELLINGS[name]) for name in there),
           *(f"{say(DWELLINGS[name])}: {say(RANGES[end])}" for name in ranged for end in _INTERVAL),
           say("Mind"))  # fmt: skip
    titles = titles_of(results.scenarios, say)
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in frame.to_dict("records"):
        found.setdefault((row["scenario"], row["municipality"], row["year"]), {})[
            row["measure"]
        ] = row
    for (key, area, year), cells in found.items():
        numbers = [cells.get(name, {}).get("value", math.nan) for name in there]
        numbers += [cells.get(name, {}).get(end, math.nan) for name in ranged for end in _INTERVAL]
        parts = [cells[name]["value"] for name in NEED_PARTS if name in cells]
        mind = NEED in cells and not fits(cells[NEED]["value"], parts, 1)
        yield (titles[key], _area(area, say), year, *(_number(one, 1, say) for one in numbers),
               about_rounding(say) if mind else "")  # fmt: skip


def _in_order(frame: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Put the rows of the scenarios below one another in this order."""
    place = frame["scenario"].map({key: i for i, key in enumerate(keys)}).to_numpy()
    return frame.iloc[np.argsort(place, kind="stable")]


def _area(key: str, say: Wording) -> str:
    return place_name(key) if key else say("whole region")


def _number(value: Any, decimals: int, say: Wording) -> str | Numeral:
    """Write a number as a spreadsheet reads it: no dots for thousands, an ordinary minus."""
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return say.number(value)
    return Numeral(f"{round(value, decimals) + 0.0:.{decimals}f}".replace(".", ","))


_INTERVAL: Final = ("low", "high")
AREAS: Final = {"region": "Region", "subregion": "Subregion", "municipality": "Municipality alone"}
"""Kinds of areas."""
SPREADSHEETS: Final[dict[str, Callable[[Results, Sequence[str], Wording], Rows]]] = {
    "samenvatting": _summary,
    "per_jaar": _by_year,
    "per_gebied": _by_area,
    "personenbalans": _balance,
    "woningen": _dwellings,
}
"""Every table, by the name of its file."""
