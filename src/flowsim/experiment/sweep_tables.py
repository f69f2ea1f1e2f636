"""The tables of a sweep on disk; written as `flowsim.experiment.tables` does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flowsim.experiment.files import whole_file
from flowsim.experiment.results import COLUMNS
from flowsim.experiment.sweep import Sweep
from flowsim.experiment.tables import _measures, _write_frame, _write_rows
from flowsim.scenario.toml_text import toml


def write_sweep_tables(sweep: Sweep, folder: Path) -> list[Path]:
    """Write ``sweep.csv`` and ``measures.csv`` in a folder, and return their paths.

    The first has one row per measure and point (`Sweep.table`); the second every number of every
    replication, with a column for each factor.
    """
    paths = [folder / "sweep.csv", folder / "measures.csv"]
    with whole_file(paths[0]) as stream:
        _write_frame(sweep.table, stream)
    with whole_file(paths[1]) as stream:
        paths_varied = [factor.path for factor in sweep.factors]
        _write_rows(stream, ("point", *paths_varied, *COLUMNS[1:]), _rows(sweep))
    return paths


def _rows(sweep: Sweep) -> Iterator[tuple[Any, ...]]:
    values = {
        one.name: tuple(v if isinstance(v, str) else toml(v) for v in one.values)
        for one in sweep.points
    }
    for point, *rest in _measures(sweep):
        yield (point, *values[point], *rest)
