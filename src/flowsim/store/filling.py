"""Putting runs in a store: one transaction each, so that what is there is whole."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from flowsim.errors import msg
from flowsim.store.database import now, sha256_of, to_fill
from flowsim.store.gate import told
from flowsim.store.lock import StoreError
from flowsim.store.packed import MOST_OF_A_TEXT, packed_bytes
from flowsim.store.record import Asked, Failure, Key, Record, Status
from flowsim.store.rows import TABLES
from flowsim.store.store import FILE, Store


class Filling(Store):
    """A store that one program fills, which holds `flowsim.store.locked`."""

    def __init__(self, path: Path, database: sqlite3.Connection, version: str) -> None:
        super().__init__(path, database)
        self.version = version
        self._known: dict[tuple[str, str], int] = {}

    @classmethod
    def of(cls, folder: Path, version: str = "") -> Filling:
        """Open the store of a folder; make it where there is none.

        Parameters
        ----------
        folder
            Made where it is not there.
        version
            Of flowsim, to tell which code put runs there.

        Raises
        ------
        StoreError
            When it is another kind of file, of another version, or cannot be written.
        """
        return cls(folder / FILE, to_fill(folder / FILE), version)

    def close(self) -> None:
        """Put everything in one file that can be sent as it is, and let go of it."""
        try:
            self.database.execute("pragma journal_mode = delete")
        except sqlite3.Error:  # somebody reads it now: two files stay beside it, and hold nothing
            with suppress(sqlite3.Error):
                self.database.execute("pragma wal_checkpoint(truncate)")
        super().close()

    # ------------------------------------------------------------ put
    @contextmanager
    def _whole(self) -> Iterator[sqlite3.Connection]:
        """Write all of it or nothing.

        Raises
        ------
        StoreError
            When it cannot be written (a full disk).
        """
        with told(self.path):
            self.database.execute("begin immediate")
            try:
                yield self.database
                self.database.execute("commit")
            except BaseException:
                self._known.clear()
                if self.database.in_transaction:
                    self.database.execute("rollback")
                raise

    def put(self, key: Key, record: Record) -> None:
        """Keep a run; one with the same key makes way.

        Raises
        ------
        StoreError
            When it cannot be written, or when the same path had another digest before: then the
            numbers do not depend on the key alone, and none of them can be trusted.
        """
        with self._whole() as database:
            self._check_path(key, record)
            self._note(key)
            names = _json(record.names)
            parts = list(self._parts(record))
            run = self._put_run(
                key, Status.DONE, record,
                digest=record.digest, cpu_seconds=json.dumps(record.cpu_seconds),
                name_id=self._once("name", "said", names, sha256_of(names.encode("utf-8"))),
                parts=json.dumps({what: label for what, label, *_ in parts}),
            )  # fmt: skip
            database.executemany(
                "insert into part values (?, ?, ?, ?, ?)", ((run, *part) for part in parts)
            )

    def fail(self, key: Key, failure: Failure) -> None:
        """Keep that a run failed, and why; it is tried again when it is asked for again."""
        with self._whole():
            self._note(key)
            if not self.has([key.sha256]):
                self._put_run(
                    key, Status.FAILED, failure, error=failure.error, traceback=failure.traceback
                )

    def _put_run(self, key: Key, status: Status, one: Record | Failure, **more: Any) -> int:
        said = {
            "key": key.sha256, "path_key": key.path, "scenario_sha256": key.scenario,
            "scenario": one.scenario, "seed": key.seed, "replication": key.replication,
            "code_sha256": key.code, "today_sha256": key.today, "own": key.own,
            "status": str(status), "seconds": one.seconds, "cpu_seconds": "[]",
            "host": one.host, "parts": "{}", "finished": now(),
        } | more  # fmt: skip
        self.database.execute("delete from run where key = ?", (key.sha256,))
        names, marks = ", ".join(said), ", ".join("?" * len(said))
        done = self.database.execute(
            f"insert into run ({names}) values ({marks})", tuple(said.values())
        )
        assert done.lastrowid is not None
        return done.lastrowid

    def _parts(self, record: Record) -> Iterator[tuple[str, int | None, str, bytes]]:
        for what in TABLES:
            part = getattr(record, what)
            label = self._once("label", "packed", part.labels, sha256_of(part.labels))
            numbers = part.packed_numbers()
            yield what, label, sha256_of(numbers), numbers
        for what, packed in {"waits": record.waits.packed_waits(), **record.more}.items():
            yield what, None, sha256_of(packed), packed

    def _check_path(self, key: Key, record: Record) -> None:
        rows = self.database.execute(
            "select digest from run where path_key = ? and status = 'done' limit 1", (key.path,)
        )
        for (digest,) in rows:
            if digest != record.digest:
                raise StoreError(
                    msg("replication {n} of {scenario!r} brought another path than the same run "
                        "before ({path}); this machine, or a library, cannot be relied upon",
                        n=record.replication, scenario=record.scenario, path=self.path)
                )  # fmt: skip

    def _note(self, key: Key) -> None:
        """Note code that is new here; a scenario is noted before its runs (`know`)."""
        if ("code", key.code) not in self._known:
            self.database.execute(
                "insert or ignore into code values (?, ?, ?, ?)",
                (key.code, key.path_code, self.version, now()),
            )
            self._known["code", key.code] = 0

    def _once(self, table: str, column: str, said: bytes | str, sha256: str) -> int:
        """Return the number of something that is kept once."""
        at = (table, sha256)
        if at not in self._known:
            self.database.execute(
                f"insert or ignore into {table} (sha256, {column}) values (?, ?)", (sha256, said)
            )
            (self._known[at],) = self.database.execute(
                f"select id from {table} where sha256 = ?", (sha256,)
            ).fetchone()
        return self._known[at]

    # ------------------------------------------------------------ scenarios and batches
    def know(self, scenarios: Mapping[str, tuple[str, str]]) -> None:
        """Note scenarios before their runs: by hash, the name and what it was read from."""
        with self._whole() as database:
            database.executemany(
                "insert into scenario values (?, ?, ?) "
                "on conflict (sha256) do update set said = excluded.said",
                [(sha, name, packed_bytes(said.encode("utf-8"), MOST_OF_A_TEXT, level=-1))
                 for sha, (name, said) in scenarios.items()],
            )  # fmt: skip

    def begin(self, asked: Asked) -> int:
        """Note what is asked; return its number."""
        with self._whole() as database:
            done = database.execute(
                "insert into batch (made, status, seed, planned, code_sha256, own, said) "
                "values (?, 'going', ?, ?, ?, ?, ?)",
                (now(), asked.seed, asked.planned, asked.code, asked.own, _json(asked.said)),
            )
            database.executemany(
                "insert into batch_scenario values (?, ?, ?)",
                [(done.lastrowid, place, one) for place, one in enumerate(asked.scenarios)],
            )
        assert done.lastrowid is not None
        return done.lastrowid

    def end(self, batch: int, *, complete: bool, said: Mapping[str, Any]) -> None:
        """Note how it ended, and what more is known of it."""
        with self._whole() as database:
            database.execute(
                "update batch set status = ?, said = ? where id = ?",
                ("complete" if complete else "partial", _json(said), batch),
            )

    # ------------------------------------------------------------ what is made of runs
    def derive(self, made_of: str, packed: Mapping[str, bytes]) -> None:
        """Keep what was made of some runs, by name; what was made of others makes way."""
        with self._whole() as database:
            database.execute("delete from derived where made_of <> ?", (made_of,))
            database.executemany(
                "insert or replace into derived values (?, ?, ?, ?)",
                [(made_of, name, sha256_of(one), one) for name, one in packed.items()],
            )


def _json(said: object) -> str:
    return json.dumps(said, ensure_ascii=False)
