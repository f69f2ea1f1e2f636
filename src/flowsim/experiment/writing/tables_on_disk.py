"""Tables on disk: CSV with a comma, a point in numbers, UTF-8; floats as they are, unrounded.

Nothing in a table depends on when, where or how fast a run was made: the same scenarios, seed and
replications give the same bytes. Times and versions are in the manifest.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import numpy.typing as npt

from flowsim.experiment.keys import scenario_hash
from flowsim.experiment.numbers.years import length_of, window_rows
from flowsim.experiment.results import Results
from flowsim.experiment.tables.frames import COLUMNS
from flowsim.experiment.tables.long import Column, Table, Words, listed, measures_of, waits_of
from flowsim.experiment.writing.files import plain, remove, whole_file

if TYPE_CHECKING:
    import pandas as pd


DIGITS: Final = 7
"""Significant digits in the long tables, `by_year` and `by_area`."""
AT_ONCE: Final = 1_000
"""Rows of a table whose cells are made at a time: thrice the memory of the table, if of all."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that a table goes to."""

    stream: BinaryIO
    mark: str | None
    """What stands in the last column of every row, when not all is there that was asked for."""

    @property
    def heading(self) -> tuple[str, ...]:
        """Name of that column."""
        return () if self.mark is None else ("status",)


def write_tables(results: Results, folder: Path, *, everything: bool = False) -> list[Path]:
    """Write every table of `TABLES` as a CSV file in a folder, and return their paths.

    Parameters
    ----------
    results, folder
        What and where.
    everything
        Whether to write the tables of `LARGE` too. Those of an earlier run are removed otherwise.
    """
    paths = []
    for name, write in (TABLES | LARGE).items():
        path = folder / f"{name}.csv"
        if name in LARGE and not everything:
            remove(path)
            continue
        _write_whole(write, results, path)
        paths.append(path)
    return paths


def write_table(name: str, results: Results, path: Path) -> None:
    """Write one table of `TABLES` or `LARGE` as a CSV file."""
    _write_whole((TABLES | LARGE)[name], results, path)


def _write_whole(write: Callable[[Results, Sheet], None], results: Results, path: Path) -> None:
    with whole_file(path) as stream:
        write(results, Sheet(stream, results.mark))


def _write_measures(results: Results, sheet: Sheet) -> None:
    """One row per replication x scenario x municipality x variant x measure x detail."""
    _write_rows(sheet, COLUMNS, _measures(results))


def _write_by_period(results: Results, sheet: Sheet) -> None:
    """The same, in each year and on each date."""
    _write_rows(sheet, COLUMNS, _by_period(results))


def _measures(results: Results) -> Iterator[tuple[Any, ...]]:
    unit_of = cache(results.unit_of)
    for one, period, (measure, municipality, variant, detail), value in window_rows(results.runs):
        yield (one.scenario, one.replication, period, municipality, variant, measure, detail,
               value, unit_of(measure))  # fmt: skip


def _by_period(results: Results) -> Iterator[tuple[Any, ...]]:
    unit_of = cache(results.unit_of)
    for run in results.runs:
        columns = measures_of(run, unit_of).values()
        yield from zip(*map(listed, columns), strict=True)


def _write_rows(sheet: Sheet, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows in which a text may be what a spreadsheet takes for a formula."""
    text = cache(plain)
    _write(sheet, header, ([text(c) if type(c) is str else c for c in row] for row in rows))


def _write(sheet: Sheet, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows; Python writes a float with as few digits as give that very float again."""
    text = io.TextIOWrapper(sheet.stream, "utf-8", newline="", write_through=False)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((*header, *sheet.heading))
    writer.writerows(rows if sheet.mark is None else ((*row, sheet.mark) for row in rows))
    text.flush()
    text.detach()


def _write_frame(frame: pd.DataFrame, sheet: Sheet) -> None:
    _write(sheet, list(frame.columns), _rows(frame))


def write_frames(frames: Iterable[pd.DataFrame], sheet: Sheet) -> None:
    """Write frames with the same columns below one another, one at a time in memory."""
    listed = iter(frames)
    first = next(listed)
    rows = chain.from_iterable(map(_rows, chain([first], listed)))
    _write(sheet, list(first.columns), rows)


def write_long(tables: Iterable[Table], sheet: Sheet) -> None:
    """Write tables with the same columns below one another, one at a time in memory."""
    one_by_one = iter(tables)
    first = next(one_by_one)
    rows = chain.from_iterable(map(_long_rows, chain([first], one_by_one)))
    _write(sheet, list(first), rows)


def _long_rows(table: Table) -> Iterator[tuple[Any, ...]]:
    yield from zip(*map(_long_column, table.values()), strict=True)


def _long_column(column: Column) -> list[Any]:
    """Return the cells of a column; of each word it is found out once how it opens as text."""
    if isinstance(column, Words):
        return listed(Words([plain(one) for one in column.known], column.codes))
    return _numbers(column, None)


def _rows(frame: pd.DataFrame, digits: int | None = None) -> Iterator[tuple[Any, ...]]:
    """Yield the cells of each row; they are made a few rows at a time."""
    for first in range(0, len(frame), AT_ONCE):
        part = frame.iloc[first : first + AT_ONCE]
        yield from zip(*(_column(part[name], digits) for name in part.columns), strict=True)


def _column(column: pd.Series[Any], digits: int | None) -> list[Any]:
    """Return the cells of a column, its numbers with so many digits."""
    if column.dtype.kind not in "iubf":
        return _cells(column.tolist())
    return _numbers(column.to_numpy(), digits)


def _numbers(column: npt.NDArray[Any], digits: int | None) -> list[Any]:
    """Return the cells of numbers; -0.0 is 0.0, and what is no number an empty cell."""
    if column.dtype.kind != "f":
        return listed(column)
    numbers: list[Any] = (column + 0.0).tolist()
    if digits is not None:
        numbers = [float(f"{value:.{digits}g}") for value in numbers]
    return ["" if value != value else value for value in numbers]


def _cells(column: list[Any]) -> list[Any]:
    """Leave cells empty where there is no number; -0.0 is 0.0; texts open as texts."""
    if all(type(value) is str for value in column):
        cells = {word: plain(word) for word in set(column)}
        return [cells[word] for word in column]
    return list(map(_cell, column))


def _write_rounded(name: str, results: Results, sheet: Sheet) -> None:
    """Write a table with numbers of `DIGITS` digits: it is long, and nobody needs more."""
    frame = getattr(results, name)
    _write(sheet, list(frame.columns), _rows(frame, DIGITS))


def _write_property(name: str, results: Results, sheet: Sheet) -> None:
    """Write a table that results have by that name."""
    _write_frame(getattr(results, name), sheet)


def _cell(value: Any) -> Any:
    if isinstance(value, float):
        return "" if value != value else value + 0.0
    return "" if value is None else plain(value)


def _write_waits(results: Results, sheet: Sheet) -> None:
    """The rows of `Results.waits`, run by run: together they may not fit in memory."""
    write_long(map(waits_of, results.runs), sheet)


def _write_scenarios(results: Results, sheet: Sheet) -> None:
    """What each scenario is called, why it exists, and its hash."""
    header = ("scenario", "role", "title_nl", "title_en", "reason_nl", "reason_en", "start",
              "window_days", "follow_up_days", "sha256")  # fmt: skip
    rows = []
    for scenario in results.scenarios:
        about = scenario.scenario
        title, reason = about.title or {}, about.reason or {}
        rows.append(
            (
                scenario.key,
                "base" if scenario.key == results.keys[0] else "other",
                *(
                    texts.get(language, "")
                    for texts in (title, reason)
                    for language in ("nl", "en")
                ),
                about.start.isoformat(),
                _window_days(results, scenario.key),
                about.follow_up_days,
                scenario_hash(scenario),
            )
        )
    _write_rows(sheet, header, rows)


def _window_days(results: Results, scenario: str) -> float:
    return float(length_of(results.runs_of(scenario)[0]).sum())


TABLES: Final[dict[str, Callable[[Results, Sheet], None]]] = {
    "scenarios": _write_scenarios,
    "measures": _write_measures,
    **{
        name: partial(_write_property, name)
        for name in (
            "summary",
            "by_municipality",
            "over_time",
            "balance",
            "dwellings",
            "staff",
            "chains",
            "occupancy",
            "futures",
            "longest_waits",
        )
    },
    **{name: partial(_write_rounded, name) for name in ("by_year", "by_area")},
}
"""Every table, by the name of its file."""
LARGE: Final[dict[str, Callable[[Results, Sheet], None]]] = {
    "waits": _write_waits,
    "measures_by_period": _write_by_period,
}
"""Tables of a million rows or more, written when asked for."""
