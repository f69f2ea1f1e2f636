"""The tables of why two scenarios differ, as CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flowsim.experiment.why.why import Why
from flowsim.experiment.writing.files import whole_file
from flowsim.experiment.writing.tables_on_disk import Sheet, _write_frame

TABLES: Final = ("parting", "winners", "units")


def write_why(found: Why, folder: Path) -> list[Path]:
    """Write ``parting.csv``, ``winners.csv`` and ``units.csv`` in a folder; return their paths."""
    paths = [folder / f"{name}.csv" for name in TABLES]
    for name, path in zip(TABLES, paths, strict=True):
        with whole_file(path) as stream:
            _write_frame(getattr(found, name), Sheet(stream, found.comparison.mark))
    return paths
