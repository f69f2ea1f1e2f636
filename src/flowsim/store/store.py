"""The one place where results live: every finished run, whole or not at all."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Self

from flowsim.errors import msg
from flowsim.store.database import read_only, sha256_of, to_read
from flowsim.store.gate import damaged, sound, told
from flowsim.store.lock import StoreError
from flowsim.store.packed import (
    MOST_OF_A_TEXT,
    PackedColumns,
    PackedWaits,
    Tidy,
    names_of,
    size_of_labels,
    unpacked_bytes,
)
from flowsim.store.reads import StoredColumns, StoredMore, StoredWaits
from flowsim.store.record import Asked, Record
from flowsim.store.rows import TABLES, batch_said

FILE: Final = "results.sqlite"


class Store:
    """Runs on disk, by the hash of a `flowsim.store.Key`; `Filling` puts them there."""

    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        self.path = path
        self.database = database
        self._opened: dict[int, bytes] = {}
        self._sizes: dict[bytes, int] = {}
        self._named: dict[int, Mapping[str, tuple[Any, ...]]] = {}

    @classmethod
    def read(cls, folder: Path) -> Store:
        """Open the store of a folder to read; nothing in the folder changes.

        Raises
        ------
        StoreError
            When there is none, or it is none of this version.
        """
        return Store(folder / FILE, to_read(folder / FILE))

    @contextmanager
    def again(self) -> Iterator[None]:
        """Have a file that was read before open once more; it was looked at then."""
        self.database.close()
        self.database = read_only(self.path)
        try:
            yield
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the file."""
        self.database.close()

    def __enter__(self) -> Self:
        """Close at the end."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def is_empty(self) -> bool:
        """Return whether no run is there, done or failed."""
        with told(self.path):
            return self.database.execute("select 1 from run limit 1").fetchone() is None

    def scenario(self, sha256: str) -> str:
        """Return what a scenario was read from."""
        with told(self.path):
            row = self.database.execute(
                "select said from scenario where sha256 = ?", (sha256,)
            ).fetchone()
        if row is None:
            raise KeyError(sha256)
        with sound(self.path, "scenario.said"):
            return unpacked_bytes(row[0], MOST_OF_A_TEXT).decode("utf-8")

    def last_batch(self) -> tuple[str, Asked] | None:
        """Return the status of the last batch and what was asked; None: there is none."""
        row = self.database.execute(
            "select status, id, seed, planned, code_sha256, own, said from batch "
            "order by id desc limit 1"
        ).fetchone()
        if row is None:
            return None
        status, number, seed, planned, code, own, said = row
        listed = self.database.execute(
            "select scenario_sha256 from batch_scenario where batch_id = ? order by place",
            (number,),
        )
        scenarios = tuple(one for (one,) in listed)
        return status, Asked(scenarios=scenarios, seed=seed, planned=planned, code=code, own=own,
                             said=batch_said(self.path, said))  # fmt: skip

    def asked(self) -> Asked:
        """Return what was asked last.

        Raises
        ------
        StoreError
            When nothing was.
        """
        last = self.last_batch()
        if last is None:
            raise StoreError(msg("no results in {folder}: nothing was run there",
                                 folder=self.path.parent))  # fmt: skip
        return last[1]

    def current(self) -> list[str]:
        """Return the hashes of the keys of the runs of the last batch that are done."""
        with told(self.path):
            rows = self.database.execute(
                "select key from run join runs on runs.run = run.id "
                "where current and runs.status = 'done'"
            )
            return [key for (key,) in rows]

    def keys(self) -> dict[tuple[str, int], str]:
        """Return the hashes of the keys of the same runs, by scenario and replication."""
        with told(self.path):
            rows = self.database.execute(
                "select runs.scenario, runs.replication, key from run join runs "
                "on runs.run = run.id where current and runs.status = 'done'"
            )
            return {(scenario, replication): key for scenario, replication, key in rows}

    def derived(self, made_of: str, name: str) -> bytes | None:
        """Return what was made of these runs; None: it is not there, or not as it was put."""
        with told(self.path):
            row = self.database.execute(
                "select sha256, packed from derived where made_of = ? and name = ?",
                (made_of, name),
            ).fetchone()
        if row is None or type(row[1]) is not bytes or sha256_of(row[1]) != row[0]:
            return None
        return bytes(row[1])

    def said(self, what: str) -> list[Any]:
        """Return all that batches said under a name, the latest last."""
        rows = self.database.execute("select said from batch order by id")
        return [one for (said,) in rows for one in batch_said(self.path, said).get(what, ())]

    def environments(self) -> list[dict[str, Any]]:
        """Return what each command was run with that asked the last batch's code, oldest first."""
        rows = self.database.execute(
            "select said from batch where code_sha256 = "
            "(select code_sha256 from batch order by id desc limit 1) order by id"
        )
        found = (batch_said(self.path, said).get("environment") for (said,) in rows)
        return [one for one in found if one]

    def has(self, keys: Iterable[str], more: Iterable[str] = ()) -> set[str]:
        """Return which of these hashes of keys are of a run that is done, with these columns."""
        wanted = set(more)
        with sound(self.path, "run.parts"):
            rows = self.database.execute("select key, parts from run where status = 'done'")
            there = {key for key, parts in rows if wanted <= _parts(parts).keys()}
        return there & set(keys)

    def get(self, key: str) -> Record:
        """Return the run with this hash of a key, whole and in memory.

        Raises
        ------
        StoreError
            When its columns are not what was put there.
        KeyError
            When it is not there.
        """
        found = self.records([key])[key]
        return replace(
            found,
            measures=_in_memory(found.measures),
            costs=_in_memory(found.costs),
            own=_in_memory(found.own),
            waits=PackedWaits(found.waits.packed_waits()),
            more={what: found.more[what] for what in found.more},
        )

    def records(self, keys: Collection[str]) -> dict[str, Record]:
        """Return runs that are done by the hash of a key; what is not there is left out.

        Their columns are read when they are asked for, as long as the store is open: many runs
        take little memory.
        """
        with sound(self.path, "run"):
            wanted = set(keys)
            among = _among(wanted)
            rows = self.database.execute(
                "select key, id, scenario, replication, digest, cpu_seconds, seconds, host, "
                f"name_id, parts from run where status = 'done'{among}",
                tuple(wanted) if among else (),
            )
            return {key: self._record(*row) for key, *row in rows if key in wanted}

    def _record(
        self, run: int, scenario: str, replication: int, digest: str, cpu_seconds: str,
        seconds: float, host: str, name: int, parts: str,
    ) -> Record:  # fmt: skip
        tables: dict[str, Any] = {
            what: StoredColumns(self._labels_of(_parts(parts)[what] or 0), self, run, what)
            for what in TABLES
        }
        return Record(
            scenario=scenario, replication=replication, **tables, waits=StoredWaits(self, run),
            names=self._names_of(name), digest=digest,
            cpu_seconds=tuple(json.loads(cpu_seconds)), seconds=seconds, host=host,
            more=StoredMore(self, run, _further(parts)),
        )  # fmt: skip

    def part(self, run: int, what: str) -> bytes:
        """Return packed columns of a run, by its number.

        Raises
        ------
        StoreError
            When they are not what was put there.
        """
        with sound(self.path, f"part.{what}"):
            sha256, packed, scenario, replication = self.database.execute(
                "select sha256, packed, scenario, replication from part "
                "join run on run.id = run_id where run_id = ? and what = ?", (run, what)
            ).fetchone()  # fmt: skip
            right = sha256_of(packed) == sha256
        if not right:
            raise StoreError(
                msg("{path}: {what} of replication {n} of {scenario!r} is damaged; run it "
                    "again with --fresh", path=self.path, what=what, n=replication,
                    scenario=scenario)
            )  # fmt: skip
        return bytes(packed)

    def _names_of(self, name: int) -> Mapping[str, tuple[Any, ...]]:
        if name not in self._named:
            (said,) = self.database.execute(
                "select said from name where id = ?", (name,)
            ).fetchone()
            with sound(self.path, "name.said"):
                self._named[name] = names_of(said)
        return self._named[name]

    def _labels_of(self, label: int) -> bytes:
        """Return labels: the same object each time, so that they are held once."""
        if label not in self._opened:
            sha256, packed = self.database.execute(
                "select sha256, packed from label where id = ?", (label,)
            ).fetchone()
            with sound(self.path, "label.packed"):
                self._sizes[packed] = size_of_labels(packed)
            if sha256_of(packed) != sha256:
                raise damaged(self.path, "label.packed")
            self._opened[label] = packed
        return self._opened[label]

    def size(self, labels: bytes) -> int:
        """Return the rows of a tidy table with these labels, which are of this store."""
        return self._sizes[labels]


@lru_cache(maxsize=256)
def _parts(said: str) -> dict[str, int | None]:
    """Return the label of each part of a run; most runs say the same."""
    found: dict[str, int | None] = json.loads(said)
    return found


@lru_cache(maxsize=256)
def _further(said: str) -> tuple[str, ...]:
    return tuple(what for what in _parts(said) if what not in (*TABLES, "waits"))


def _in_memory(one: Tidy) -> PackedColumns:
    return PackedColumns(one.labels, one.packed_numbers())


def _among(keys: Collection[str]) -> str:
    """Return a condition for a few keys; many are looked up one by one in all that is there."""
    return f" and key in ({', '.join('?' * len(keys))})" if len(keys) <= 500 else ""
