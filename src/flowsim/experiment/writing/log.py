"""Event logs of stored results, in the forms that pm4py and vidigi read."""

from __future__ import annotations

import csv
import heapq
import io
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import numpy.typing as npt

from flowsim.errors import msg
from flowsim.experiment.batch import Run
from flowsim.experiment.events import AT_A_DESK, NAME
from flowsim.experiment.results import Results
from flowsim.experiment.writing.files import OutputError, whole_file
from flowsim.ledger import EventKind
from flowsim.metrics import KINDS
from flowsim.store.packed import open_arrays

Events = dict[str, npt.NDArray[Any]]
Row = tuple[object, ...]
Told = tuple[str, tuple[str, str, int, int]]
"""An entity; type and name of its event, pool (-1: none) and number of the place."""

FOLDER: Final = "log"
PM4PY: Final = (
    "case:concept:name", "concept:name", "time:timestamp", "org:resource", "scenario",
    "replication", "level", "waits_for",
)  # fmt: skip
VIDIGI: Final = (
    "entity_id", "event_type", "event", "time", "resource_id", "pathway", "run_number",
    "unique_resource_id",
)  # fmt: skip


def write_log(results: Results, folder: Path, form: str) -> Path:
    """Write the events of every run, and return where.

    Parameters
    ----------
    results, folder
        Whose, and where; the file is called after the form.
    form
        ``pm4py``: an activity a row, with client, time and resource (the names of XES).
        ``vidigi``: arrivals, queues, use of places and departures, with numbered places.

    Raises
    ------
    OutputError
        When the events were not kept, or the file cannot be written.
    """
    missing = [one for one in results.runs if NAME not in one.more]
    if missing:
        raise OutputError(
            msg("the events were not kept of {n} of {total} runs; give the command again with "
                "--keep events", n=len(missing), total=len(results.runs))
        )  # fmt: skip
    header, rows_of = FORMS[form]
    path = folder / f"{form}.csv"
    with whole_file(path) as stream:
        text = io.TextIOWrapper(stream, "utf-8", newline="")
        writer = csv.writer(text, lineterminator="\n")
        marked = () if results.mark is None else (str(results.mark),)
        writer.writerow((*header, *(("status",) if marked else ())))
        for run in results.runs:
            start = datetime.combine(_start(results, run), datetime.min.time())
            writer.writerows((*row, *marked) for row in rows_of(run, start))
        text.flush()
        text.detach()
    return path


def _start(results: Results, run: Run) -> Any:
    return results.scenarios[results.keys.index(run.scenario)].scenario.start


def _activities(run: Run, start: datetime) -> Iterator[Row]:
    """Yield every event: what happened, to whom, when and where."""
    found, names = open_arrays(run.more[NAME]), run.labels
    kinds = {kind: kind.name.lower() for kind in EventKind}
    for client, day, kind, level, waits, resource in _listed(
        found, "client", "day", "kind", "level", "waits", "resource"
    ):
        yield (
            f"{run.scenario}/{run.replication}/{client}",
            kinds[EventKind(kind)],
            (start + timedelta(days=day)).isoformat(sep=" ", timespec="seconds"),
            names.pool(resource),
            run.scenario, run.replication,
            names.levels[level] if level >= 0 else "",
            KINDS[waits] if waits >= 0 else "",
        )  # fmt: skip


def _uses(run: Run, start: datetime) -> Iterator[Row]:
    """Yield who comes, waits for what, is in which place and goes, in the order of time.

    The last row of an entity is where it is: vidigi draws it there and counts it there. Who waits
    in a place is in the queue and holds the place; when the wait ends otherwise than by a move, the
    use of the place ends and begins again in that instant.

    Places of a variant and area are numbered from 1; who comes takes the lowest that is free. Of
    an instant only what it comes to counts, so that two who exchange places never need a third.
    All before the start date is one instant, time 0; who comes back after leaving is another entity
    (``7/2``), as vidigi wants.
    """
    slots = _Slots()
    people: dict[int, _Person] = {}
    for day, rows in groupby(
        _in_time(open_arrays(run.more[NAME])), key=lambda row: max(row[0], 0.0)
    ):
        before: dict[int, _Person] = {}
        for _, client, kind, waits, resource in rows:
            one = people.setdefault(client, _Person(client))
            before.setdefault(client, copy(one))
            one.goes_on(kind, waits, resource)
        pairs = [(was, people[client]) for client, was in before.items()]
        told = [told for each in (_left, _now) for pair in pairs for told in each(*pair, slots)]
        for name, (event_type, event, pool, slot) in told:
            place = run.labels.pool(pool)
            yield (
                name, event_type, event.format(place=place), day, slot or "",
                run.scenario, run.replication, f"{place}/{slot}" if slot else "",
            )  # fmt: skip


def _in_time(found: Events) -> list[tuple[Any, ...]]:
    rows = _listed(found, "day", "client", "kind", "waits", "resource")
    return sorted(rows, key=lambda row: row[0])


@dataclass(slots=True)
class _Person:
    """What a client waits for and holds."""

    client: int
    waits: int = -1
    place: int = -1
    times: int = 0
    gone: bool = True

    @property
    def name(self) -> str:
        """The entity: another one each time that the client comes."""
        return f"{self.client}/{self.times}"

    def goes_on(self, kind: int, waits: int, resource: int) -> None:
        """Take in an event."""
        if self.gone:
            self.times += 1
        self.gone = kind in LEAVES
        self.waits = waits
        if kind not in AT_A_DESK:
            self.place = resource


def _left(was: _Person, now: _Person, slots: _Slots) -> Iterator[Told]:
    """Yield what ends in an instant."""
    if was.place >= 0 and (was.place, was.times) != (now.place, now.times):
        slot = slots.give(was.place, was.client)
        yield was.name, ("resource_use_end", "end of {place}", was.place, slot)
    if not was.gone and was.times != now.times:
        yield was.name, DEPARTS


def _now(was: _Person, now: _Person, slots: _Slots) -> Iterator[Told]:
    """Yield what begins in an instant; the last of it is where the client is."""
    new = was.times != now.times
    moved = new or was.place != now.place
    if new:
        yield now.name, ("arrival_departure", "arrival", -1, 0)
    if moved and now.place >= 0:
        slot = slots.take(now.place, now.client)
        yield now.name, ("resource_use", "{place}", now.place, slot)
    if now.gone:
        yield now.name, DEPARTS
    elif now.waits >= 0:
        if moved or was.waits != now.waits:
            yield now.name, ("queue", f"waits for {KINDS[now.waits]}", -1, 0)
    elif now.place < 0:
        if moved or was.waits >= 0:
            yield now.name, ("queue", "aftercare", -1, 0)
    elif was.waits >= 0 and not moved:
        slot = slots.of(now.place, now.client)
        yield now.name, ("resource_use_end", "end of {place}", now.place, slot)
        yield now.name, ("resource_use", "{place}", now.place, slot)


class _Slots:
    """Numbers of places, lowest first."""

    def __init__(self) -> None:
        self._free: dict[int, list[int]] = {}
        self._next: dict[int, int] = {}
        self._held: dict[tuple[int, int], int] = {}

    def take(self, pool: int, client: int) -> int:
        """Give a client the lowest number that is free."""
        free = self._free.setdefault(pool, [])
        if free:
            slot = heapq.heappop(free)
        else:
            slot = self._next[pool] = self._next.get(pool, 0) + 1
        self._held[pool, client] = slot
        return slot

    def of(self, pool: int, client: int) -> int:
        """Return the number that a client has."""
        return self._held[pool, client]

    def give(self, pool: int, client: int) -> int:
        """Take it back."""
        slot = self._held.pop((pool, client))
        heapq.heappush(self._free[pool], slot)
        return slot


def _listed(found: Events, *names: str) -> Iterable[tuple[Any, ...]]:
    return zip(*(found[name].tolist() for name in names), strict=True)


DEPARTS: Final = ("arrival_departure", "depart", -1, 0)
LEAVES: Final = frozenset({EventKind.GONE, EventKind.NOT_AWARDED})
FORMS: Final[dict[str, tuple[tuple[str, ...], Callable[[Run, datetime], Iterator[Row]]]]] = {
    "pm4py": (PM4PY, _activities),
    "vidigi": (VIDIGI, _uses),
}
"""Columns, and what yields the rows."""
