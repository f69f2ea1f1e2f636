"""The one place where results live: every finished run, whole or not at all."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Self

from flowsim.errors import msg
from flowsim.store.database import sha256_of, to_read, told
from flowsim.store.lock import StoreError
from flowsim.store.packed import PackedColumns, PackedWaits
from flowsim.store.record import Asked, Record

FILE: Final = "results.sqlite"


class Store:
    """Runs on disk, by the hash of a `flowsim.store.Key`; `Filling` puts them there."""

    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        self.path = path
        self.database = database
        self._opened: dict[int, bytes] = {}

    @classmethod
    def read(cls, folder: Path) -> Store:
        """Open the store of a folder to read; nothing in the folder changes.

        Raises
        ------
        StoreError
            When there is none, or it is none of this version.
        """
        return Store(folder / FILE, to_read(folder / FILE))

    def close(self) -> None:
        """Let go of the file."""
        self.database.close()

    def __enter__(self) -> Self:
        """Close at the end."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def scenario(self, sha256: str) -> str:
        """Return what a scenario was read from."""
        row = self.database.execute(
            "select said from scenario where sha256 = ?", (sha256,)
        ).fetchone()
        if row is None:
            raise KeyError(sha256)
        return zlib.decompress(row[0]).decode("utf-8")

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
                             said=json.loads(said))  # fmt: skip

    def has(self, keys: Iterable[str], more: Iterable[str] = ()) -> set[str]:
        """Return which of these hashes of keys are of a run that is done, with these columns."""
        with told(self.path):
            rows = self.database.execute("select key from run where status = 'done'")
            there = {key for (key,) in rows} & set(keys)
            for what in more:
                rows = self.database.execute(
                    "select key from run join part on run_id = run.id where what = ?", (what,)
                )
                there &= {key for (key,) in rows}
        return there

    def get(self, key: str) -> Record:
        """Return the run with this hash of a key.

        Raises
        ------
        StoreError
            When its columns are not what was put there.
        KeyError
            When it is not there.
        """
        with told(self.path):
            return self._get(key)

    def _get(self, key: str) -> Record:
        row = self.database.execute(
            "select run.id, scenario, replication, digest, cpu_seconds, seconds, host, name.said "
            "from run join name on name.id = name_id where key = ? and status = 'done'", (key,)
        ).fetchone()  # fmt: skip
        if row is None:
            raise KeyError(key)
        run, scenario, replication, digest, cpu, seconds, host, names = row
        tables: dict[str, PackedColumns] = {}
        more: dict[str, bytes] = {}
        for what, label, sha256, packed in self.database.execute(
            "select what, label_id, sha256, packed from part where run_id = ?", (run,)
        ):
            if sha256_of(packed) != sha256:
                raise StoreError(
                    msg("{path}: {what} of replication {n} of {scenario!r} is damaged; run it "
                        "again with --fresh", path=str(self.path), what=what, n=replication,
                        scenario=scenario)
                )  # fmt: skip
            if label is None:
                more[what] = packed
            else:
                tables[what] = PackedColumns(self._labels_of(label), packed)
        return Record(
            scenario=scenario, replication=replication, **tables,
            waits=PackedWaits(more.pop("waits")),
            names={kind: tuple(words) for kind, words in json.loads(names).items()},
            digest=digest, cpu_seconds=tuple(json.loads(cpu)), seconds=seconds, host=host,
            more=more,
        )  # fmt: skip

    def _labels_of(self, label: int) -> bytes:
        """Return labels: the same object each time, so that they are held once."""
        if label not in self._opened:
            (packed,) = self.database.execute(
                "select packed from label where id = ?", (label,)
            ).fetchone()
            self._opened[label] = packed
        return self._opened[label]
