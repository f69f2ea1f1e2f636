"""The tables of a sweep on disk; written as `flowsim.experiment.writing.tables_on_disk` does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from flowsim.experiment.sweep import Sweep
from flowsim.experiment.tables.frames import COLUMNS
from flowsim.experiment.writing.files import remove, whole_file
from flowsim.experiment.writing.tables_on_disk import (
    LARGE,
    Sheet,
    _by_period,
    _measures,
    _write_frame,
    _write_rows,
)
from flowsim.scenario.toml_text import toml


def write_sweep_tables(sweep: Sweep, folder: Path, *, everything: bool = False) -> list[Path]:
    """Write ``sweep.csv`` and ``measures.csv`` in a folder, and return their paths.

    The first has one row per measure and point (`Sweep.table`); the second every number of every
    replication over the whole window, with a column for each factor. ``everything`` adds the same
    in each year and on each date (``measures_by_period.csv``).
    """
    paths = [folder / "sweep.csv"]
    with whole_file(paths[0]) as stream:
        _write_frame(sweep.table, Sheet(stream, sweep.mark))
    listed = {"measures": _measures}
    if everything:
        listed["measures_by_period"] = _by_period
    for name in LARGE:
        remove(folder / f"{name}.csv")
    for name, numbers in listed.items():
        paths.append(folder / f"{name}.csv")
        with whole_file(paths[-1]) as stream:
            header = ("point", *sweep.told_by, *COLUMNS[1:])
            _write_rows(Sheet(stream, sweep.mark), header, _rows(sweep, numbers(sweep)))
    return paths


def _rows(sweep: Sweep, numbers: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    values = {
        one.name: tuple(v if isinstance(v, str) else toml(v) for v in sweep.said_at(one))
        for one in sweep.points
    }
    for point, *rest in numbers:
        yield (point, *values[point], *rest)
