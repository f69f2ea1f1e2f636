"""Tables made and written by processes that have no more to simulate, several at a time.

Each of them reads the runs from the store, once. The process that gathered the runs holds none of
them, works out nothing, and only takes the estimates that tables and charts are told from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from flowsim.errors import msg
from flowsim.experiment.estimated import NAMES
from flowsim.experiment.processes import processors, started
from flowsim.experiment.results import Results
from flowsim.experiment.stored import results_of
from flowsim.experiment.tables.packed_frame import pack_frame
from flowsim.experiment.writing.files import OutputError
from flowsim.experiment.writing.tables_on_disk import LARGE, TABLES, write_table
from flowsim.store import Store

ORDER: Final = (
    "summary", "by_municipality", "over_time", "balance", "dwellings", "staff", "chains",
    "occupancy", "futures", "longest_waits", "by_area", "by_year", "measures", "scenarios",
)  # fmt: skip
"""`TABLES`: the summary is first, and what is made from it comes when it mostly is there."""
SUMMARY: Final = ORDER[0]


@dataclass(frozen=True, slots=True)
class _Task:
    """A table that is to be made, or written, or both."""

    name: str
    file: Path | None
    given: Mapping[str, bytes]
    """Estimates that it is made from, as far as they are there."""


@dataclass(frozen=True)
class _Telling:
    """What another process does with a task."""

    folder: Path
    made_of: str
    """Of the runs that are meant."""

    @cached_property
    def _store(self) -> Store:
        return Store.read(self.folder)

    @cached_property
    def _results(self) -> Results:
        return results_of(self._store)

    def __call__(self, task: _Task) -> tuple[str, bytes | None]:
        """Return the estimates that were made for it, packed; None: there were none to make.

        Between tasks nobody here has the file open, who may wait for more for minutes: else who
        fills it could not put it together.
        """
        with self._store.again():
            return self._told(task)

    def _told(self, task: _Task) -> tuple[str, bytes | None]:
        results, estimated = self._results, self._results.estimated
        assert estimated is not None
        if estimated.made_of != self.made_of:  # of the same runs: this process has begun since
            raise OutputError(msg("flowsim or one of its libraries was changed while this ran"))
        for name, packed in task.given.items():
            estimated.hand(name, packed)
        is_new = task.name in NAMES and not estimated.has(task.name)
        if task.file is not None:
            write_table(task.name, results, task.file)
        made = pack_frame(getattr(results, task.name)) if is_new else None
        if task.name != SUMMARY:
            vars(results).pop(task.name, None)
        return task.name, made


def tell_apart(
    results: Results, jobs: int, folder: Path | None, *, everything: bool = False
) -> list[Path] | None:
    """Have other processes make all tables of estimates, and write all tables.

    Parameters
    ----------
    results
        Its tables are at hand afterwards (`Results.estimated`).
    jobs
        Processes at work.
    folder, everything
        As with `flowsim.experiment.writing.tables_on_disk.write_tables`; without a folder nothing
        is written.

    Returns
    -------
    list of Path
        What was written; None: results are in no store, or there is one process, and nothing was
        done.

    Raises
    ------
    OutputError
        When a table cannot be written, or the code is another one now.
    """
    estimated, jobs = results.estimated, min(jobs, processors())
    if estimated is None or jobs == 1:
        return None
    names = [name for name in ORDER if folder is not None or not estimated.has(name)]
    names = [name for name in names if folder is not None or name in NAMES]
    if everything and folder is not None:
        names += LARGE
    if not names:
        return []
    made: dict[str, bytes] = {}
    work = _Telling(estimated.folder.absolute(), estimated.made_of)
    tasks = _tasks(names, folder, made)
    with closing(started(work, tasks, jobs)) as told:
        _ = results.warned  # meanwhile
        for name, packed in told:
            if packed is not None:
                made[name] = packed
                estimated.hand(name, packed)
    return [] if folder is None else [folder / f"{name}.csv" for name in (*TABLES, *LARGE)
                                      if name in names]  # fmt: skip


def _tasks(names: Sequence[str], folder: Path | None, made: Mapping[str, bytes]) -> Iterator[_Task]:
    """Yield tasks when a process is free: what was made by then is given along."""
    for name in names:
        file = None if folder is None else folder / f"{name}.csv"
        given = {SUMMARY: made[SUMMARY]} if SUMMARY in made else {}
        yield _Task(name, file, given)
