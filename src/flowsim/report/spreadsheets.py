"""Tables that open by double click in a Dutch spreadsheet.

Semicolons, decimal commas, UTF-8 with a BOM. Always in Dutch, whatever the language of the run, and
rounded as on the terminal; the exact numbers are in the other tables.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from flowsim.experiment.estimate import FEW, FEWEST, Verdict
from flowsim.experiment.files import plain, whole_file
from flowsim.experiment.results import Results
from flowsim.report.labels import (
    BALANCE,
    DWELLINGS,
    RANGES,
    sections,
)
from flowsim.report.names import place_name, titles_of
from flowsim.report.saying import said_verdict
from flowsim.report.terminal import cells_of, few_futures, is_shown, too_few
from flowsim.report.wording import Wording, wording


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as a spreadsheet reads it; every other cell is text."""

    text: str


Rows = Iterator[Sequence[str | Numeral]]
"""The header, and then the rows."""


def write_spreadsheets(results: Results, folder: Path) -> list[Path]:
    """Write every table of `SPREADSHEETS` in a folder, and return their paths."""
    say, paths = wording("nl"), []
    for name, rows_of in SPREADSHEETS.items():
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(
            [cell.text if isinstance(cell, Numeral) else plain(cell) for cell in row]
            for row in rows_of(results, say)
        )
        paths.append(folder / f"{name}.csv")
        with whole_file(paths[-1]) as stream:
            stream.write(text.getvalue().encode("utf-8-sig"))
    return paths


def _summary(results: Results, say: Wording) -> Rows:
    """The table on the terminal: one row for each line and scenario."""
    yield (say("Part"), say("Line"), say("Scenario"), say("Value"), say("Low"), say("High"),
           say("Difference with base"), say("Difference, low"), say("Difference, high"),
           say("Verdict"), say("Mind"))  # fmt: skip
    cells, titles = cells_of(results), titles_of(results.scenarios, say)
    n = len(results.replications)
    warning = too_few(say) if n < FEWEST else few_futures(say) if n < FEW else ""
    for section in sections(results.scenarios, say):
        above = ""
        for row in section.rows:
            label = f"{above}: {row.label.strip()}" if row.label.startswith(" ") else row.label
            above = above if row.label.startswith(" ") else row.label
            for key in results.keys if is_shown(row, results.keys, cells) else ():
                cell = cells.get((key, row.measure, row.detail, row.statistic))
                if cell is None:
                    continue
                own, difference = (
                    [cell[name] * row.factor for name in names]
                    for names in (
                        ("value", "low", "high"),
                        ("difference", "difference_low", "difference_high"),
                    )
                )
                if cell["verdict"] == Verdict.NONE:
                    difference = [math.nan] * 3  # the column of the verdict says why
                yield (
                    section.title,
                    label,
                    titles[key],
                    *(_number(one, row.decimals_of(own), say) for one in own),
                    *(_number(one, row.decimals_of(difference), say) for one in difference),
                    said_verdict(cell, say),
                    warning,
                )


def _balance(results: Results, say: Wording) -> Rows:
    """The balance of persons, rounded so that start + in - out = end."""
    head = (say("Scenario"), say("Municipality"), say("Year"))
    ends = [f"{say(BALANCE['end'])}: {say(text)}" for text in RANGES.values()]
    yield (*head, *(_headed(name, say) for name in BALANCE), *ends)
    titles = titles_of(results.scenarios, say)
    for row in results.balance.to_dict("records"):
        rounded = closing({name: row[name] for name in BALANCE})
        numbers = [*rounded.values(), *(row[f"end_{name}"] for name in RANGES)]
        yield (
            titles[row["scenario"]],
            _area(row["municipality"], say),
            row["year"],
            *(_number(one, 1, say) for one in numbers),
        )


def _headed(name: str, say: Wording) -> str:
    way = {"in": say("in"), "out": say("out")}.get(name.split("_")[0], "")
    return f"{way}: {say(BALANCE[name])}" if way else say(BALANCE[name])


def closing(balance: dict[str, float]) -> dict[str, float]:
    """Round a balance to tenths such that start + in - out = end still holds.

    The start and the end are rounded as always, so that the end of a year is the start of the
    next. Where the flows then differ, the one that was rounded off most goes the other way.
    """
    exact = {name: 10 * value for name, value in balance.items()}
    tenths = {name: round(value) for name, value in exact.items()}
    signs = {name: -1 if name.startswith("out_") else 1 for name in exact}
    flows = [name for name in exact if name not in ("start", "end") and exact[name] > 0]
    missing = tenths["end"] - tenths["start"] - sum(signs[n] * tenths[n] for n in flows)
    while missing and flows:
        step = 1 if missing > 0 else -1
        worst = max(flows, key=lambda n: (exact[n] - tenths[n]) * step * signs[n])
        tenths[worst] += step * signs[worst]
        missing -= step
    return {name: value / 10 for name, value in tenths.items()}


def _dwellings(results: Results, say: Wording) -> Rows:
    """Dwellings, one row for each scenario, municipality and year."""
    frame = results.dwellings
    there = [name for name in DWELLINGS if name in set(frame["measure"])]
    ranged = [name for name in ("needed", "short") if name in there]
    yield (say("Scenario"), say("Municipality"), say("Year"),
           *(say(DWELLINGS[name]) for name in there),
           *(f"{say(DWELLINGS[name])}: {say(RANGES[end])}" for name in ranged for end in _INTERVAL)
           )  # fmt: skip
    titles = titles_of(results.scenarios, say)
    keys = ["scenario", "municipality", "year"]
    for labels, mine in frame.groupby(keys, sort=False):
        key, area, year = (str(label) for label in labels)
        cells = mine.set_index("measure")
        numbers = [cells["value"].get(name, math.nan) for name in there]
        numbers += [cells[end].get(name, math.nan) for name in ranged for end in _INTERVAL]
        yield titles[key], _area(area, say), year, *(_number(one, 1, say) for one in numbers)


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
SPREADSHEETS: Final[dict[str, Callable[[Results, Wording], Rows]]] = {
    "samenvatting": _summary,
    "personenbalans": _balance,
    "woningen": _dwellings,
}
"""Every table, by the name of its file."""
