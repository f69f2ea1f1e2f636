"""Results for other programs: CSV, Parquet and one spreadsheet, of stored results."""

from __future__ import annotations

import importlib
import io
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from flowsim.errors import msg
from flowsim.experiment.estimated import NAMES
from flowsim.experiment.results import Results
from flowsim.experiment.tables.long import Column, Table, Words, measures_of, waits_of
from flowsim.experiment.writing.files import OutputError, plain, whole_file
from flowsim.experiment.writing.swap import folder_swapped
from flowsim.experiment.writing.tables_on_disk import Sheet, write_frames, write_long

if TYPE_CHECKING:
    import pandas as pd

FOLDER: Final = "export"
EXTRA: Final = 'pip install "flowsim[export]"'
LONG: Final = ("measures", "waits")
"""Tables of a row for every number, and for every wait, of every replication."""
OF_A_SWEEP: Final = ("table",)
MOST_ROWS: Final = 1_048_576
"""Of a sheet, its heading included."""


def write_export(results: Results, folder: Path, kinds: Collection[str]) -> Path:
    """Write results in ``export/``, and return where; it is put in its place when it is whole.

    Parameters
    ----------
    results, folder
        What and where.
    kinds
        Of `KINDS`.

    Raises
    ------
    OutputError
        When a library is missing, a table has more rows than a sheet holds, or a file cannot be
        written.
    """
    with folder_swapped(folder / FOLDER) as new:
        for kind in kinds:
            KINDS[kind](results, new)
    return folder / FOLDER


def frames(results: Results, name: str) -> Iterator[pd.DataFrame]:
    """Yield the rows of a table that is not `LONG`."""
    yield getattr(results, name)


def long_tables(results: Results, name: str) -> Iterator[Table]:
    """Yield the rows of a table of `LONG`, run by run: together they may not fit in memory."""
    if name == "measures":
        unit_of = cache(results.unit_of)
        yield from (measures_of(run, unit_of) for run in results.runs)
    else:
        yield from map(waits_of, results.runs)


def _names(results: Results) -> tuple[str, ...]:
    return OF_A_SWEEP if hasattr(results, "design") else NAMES


def _csv(results: Results, folder: Path) -> None:
    for name in LONG:
        with whole_file(folder / f"{name}.csv") as stream:
            write_long(long_tables(results, name), Sheet(stream, results.mark))
    for name in _names(results):
        with whole_file(folder / f"{name}.csv") as stream:
            write_frames(frames(results, name), Sheet(stream, results.mark))


def _parquet(results: Results, folder: Path) -> None:
    _needed("pyarrow", "--parquet")
    for name in LONG:
        _write_parquet(folder, name, map(_arrow, long_tables(results, name)), results.mark)
    for name in _names(results):
        listed = (_arrow(_columns(frame)) for frame in frames(results, name))
        _write_parquet(folder, name, listed, results.mark)


def _write_parquet(folder: Path, name: str, tables: Iterable[Any], mark: str | None) -> None:
    """Write tables below one another, each a group of rows."""
    from pyarrow import parquet

    with whole_file(folder / f"{name}.parquet") as stream:
        writer = None
        try:
            for table in tables:
                if mark is not None:
                    status = _arrow_column(Words.same(str(mark), len(table)))
                    table = table.append_column("status", status)
                writer = writer or parquet.ParquetWriter(stream, table.schema, compression="zstd")
                writer.write_table(table)
            assert writer is not None
            writer.close()
        finally:
            if writer is not None:
                writer.is_open = False  # it would try once more when it is let go of


def _columns(frame: pd.DataFrame) -> dict[str, Any]:
    """Return the columns of a frame: numbers as they are, and other things as texts or None."""
    return {str(name): column.to_numpy() if column.dtype.kind in "biuf"
            else column.astype(object).where(column.notna(), None).tolist()
            for name, column in frame.items()}  # fmt: skip


def _arrow(columns: Mapping[str, Column | list[Any]]) -> Any:
    """Return columns as Arrow has them: words once, and one type a column in every run."""
    import pyarrow as pa

    return pa.table({name: _arrow_column(column) for name, column in columns.items()})


def _arrow_column(column: Column | list[Any]) -> Any:
    import pyarrow as pa

    if isinstance(column, Words):
        words = pa.array(list(column.known), pa.string())
        return pa.DictionaryArray.from_arrays(pa.array(column.codes), words)
    return pa.array(column) if isinstance(column, np.ndarray) else _words(column)


def _words(words: list[Any]) -> Any:
    import pyarrow as pa

    texts = [None if one is None else str(one) for one in words]
    return pa.array(texts, pa.string()).dictionary_encode()


def _xlsx(results: Results, folder: Path) -> None:
    xlsxwriter = _needed("xlsxwriter", "--xlsx")
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "nan_inf_to_errors": False}  # fmt: skip
    held = io.BytesIO()  # which it may write in whenever it is let go of
    with xlsxwriter.Workbook(held, options) as book:
        bold = book.add_format({"bold": True})
        for name in _names(results):
            for frame in frames(results, name):
                _sheet(book.add_worksheet(name), frame, results.mark, bold)
    with whole_file(folder / "results.xlsx") as stream:
        stream.write(held.getbuffer())


def _sheet(sheet: Any, frame: pd.DataFrame, mark: str | None, bold: Any) -> None:
    if len(frame) >= MOST_ROWS:
        raise OutputError(
            msg("{name} has {n} rows, more than a sheet holds; use --parquet or --csv",
                name=sheet.get_name(), n=len(frame))
        )  # fmt: skip
    marked = frame if mark is None else frame.assign(status=str(mark))
    sheet.write_row(0, 0, list(marked.columns), bold)
    sheet.freeze_panes(1, 0)
    for place, name in enumerate(marked.columns):
        cells = [plain(_cell(one)) for one in marked[name].tolist()]
        sheet.write_column(1, place, cells)


def _cell(value: Any) -> Any:
    """Leave a cell empty where there is no number; a sheet knows no infinity."""
    if isinstance(value, float) and (value != value or value in (float("inf"), -float("inf"))):
        return None
    return value if isinstance(value, int | float | str) else str(value)


def _needed(library: str, option: str) -> ModuleType:
    try:
        return importlib.import_module(library)
    except ImportError as error:
        raise OutputError(
            msg("{option} needs {library}: {command}", option=option, library=library,
                command=EXTRA)
        ) from error  # fmt: skip


KINDS: Final[dict[str, Callable[[Results, Path], None]]] = {
    "csv": _csv,
    "parquet": _parquet,
    "xlsx": _xlsx,
}
"""What writes each kind."""
