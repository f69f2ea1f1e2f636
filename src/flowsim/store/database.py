"""A file of SQLite that is a store: opened to fill or to read, made, and refused with a reason."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from flowsim.errors import clipped, msg, reason_of, visible
from flowsim.store.gate import cannot_use, told
from flowsim.store.lock import StoreError
from flowsim.store.record import SCHEMA
from flowsim.store.rows import check_rows
from flowsim.store.schema import APPLICATION, SETTINGS, TABLES


def to_fill(path: Path) -> sqlite3.Connection:
    """Open a store to put runs in it; make it where there is none.

    Raises
    ------
    StoreError
        When it is another kind of file, of another version, or cannot be written.
    """
    with told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(path, isolation_level=None)
        if _has_any(database):
            check_kind(path, database)
            check_rows(path, database)
        for setting in SETTINGS:
            database.execute(setting)
        if not _has_any(database):
            kind = f"pragma application_id = {APPLICATION}; pragma user_version = {SCHEMA};"
            database.executescript(f"begin; {TABLES} {kind} commit;")
    return database


def to_read(path: Path) -> sqlite3.Connection:
    """Open a store to read; nothing in its folder changes.

    Raises
    ------
    StoreError
        When there is none, or as with `to_fill`.
    """
    with told(path):
        database = read_only(path)
        if not _has_any(database):
            database.close()
            raise StoreError(msg("no results in {folder}: nothing was run there",
                                 folder=path.parent))  # fmt: skip
        check_kind(path, database)
        check_rows(path, database)
    return database


def read_only(path: Path) -> sqlite3.Connection:
    """Open a file to read; where its folder cannot be written, as one that nobody fills."""
    if not path.is_file():
        raise StoreError(msg("no results in {folder}: it has no {file}", folder=path.parent,
                             file=path.name))  # fmt: skip
    address = path.absolute().as_uri()
    database = sqlite3.connect(f"{address}?mode=ro", uri=True, isolation_level=None)
    try:
        database.execute("select 1 from sqlite_schema").fetchone()
    except sqlite3.OperationalError:
        database.close()
        if _has_more(path.with_name(f"{path.name}-wal")):
            raise
        return sqlite3.connect(f"{address}?mode=ro&immutable=1", uri=True, isolation_level=None)
    return database


def _has_more(wal: Path) -> bool:
    """Return whether something was put that is not in the file itself."""
    return wal.exists() and wal.stat().st_size > 0


def refuse_other_kind(path: Path) -> None:
    """Refuse a file that is there and no store, of this version, another one or damaged.

    Raises
    ------
    StoreError
        When it is somebody's, and not ours to set aside.
    """
    try:
        if not path.is_file() and not path.is_dir():  # nothing, or what may never end
            if path.exists():
                raise OSError(msg("something else stands there"))
            return
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise StoreError(cannot_use(path, reason_of(error))) from error
    other = int.from_bytes(head[_HEAD - 32 : _HEAD - 28]) != APPLICATION
    if head and other and is_begun(path):
        raise StoreError(cannot_use(path, msg("it is another kind of file")))


def is_begun(path: Path) -> bool:
    """Return whether a file has anything in it; one that was killed as it was made has not.

    Raises
    ------
    StoreError
        When it is no file of SQLite.
    """
    if not path.exists():
        return False
    with told(path), closing(read_only(path)) as database:
        return _has_any(database)


def _has_any(database: sqlite3.Connection) -> bool:
    return bool(database.execute("select count(*) from sqlite_schema").fetchone()[0])


_HEAD: Final = 100
"""Bytes of the head of a file of SQLite; its kind stands 32 before the end."""


def check_kind(path: Path, database: sqlite3.Connection) -> None:
    """Check that it is a store, and of this version.

    Raises
    ------
    StoreError
        When it is not; the file is closed.
    """
    (kind,) = database.execute("pragma application_id").fetchone()
    (version,) = database.execute("pragma user_version").fetchone()
    why = None
    if kind != APPLICATION:
        why = msg("it is another kind of file")
    elif version != SCHEMA:
        why = msg("it is version {found} of a store, and this flowsim reads {wanted}; start "
                  "anew with --fresh, or write elsewhere (--out)",
                  found=version, wanted=SCHEMA)  # fmt: skip
    elif lacks := sorted(columns_of(TABLES) - _columns(database)):
        why = msg("it lacks what a store has: {what}; start anew with --fresh, or write elsewhere "
                  "(--out)", what=".".join(lacks[0]))  # fmt: skip
    elif others := sorted(made_by(TABLES) ^ _made(database)):
        why = msg("it is another kind of file: {what} in it is not that of a store",
                  what=clipped(visible(" ".join(others[0][:2])), 80))  # fmt: skip
    if why is not None:
        database.close()
        raise StoreError(cannot_use(path, why))


@cache
def made_by(tables: str) -> frozenset[tuple[str, str, str, str]]:
    """Return all that these statements make: tables, views and indexes, and nothing besides."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(tables)
        return frozenset(_made(database))


def _made(database: sqlite3.Connection) -> set[tuple[str, str, str, str]]:
    """Return kind, name, table and statement of all in a file, without comments."""
    rows = database.execute("select type, name, tbl_name, sql from sqlite_schema")
    return {(str(kind), str(name), str(table), " ".join(re.sub(r"--.*", "", sql or "").split()))
            for kind, name, table, sql in rows}  # fmt: skip


@cache
def columns_of(tables: str) -> frozenset[tuple[str, str]]:
    """Return table and name of every column that these tables have."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(tables)
        return frozenset(_columns(database))


def _columns(database: sqlite3.Connection) -> set[tuple[str, str]]:
    return set(database.execute(
        "select of.name, has.name from sqlite_schema as of, pragma_table_info(of.name) as has "
        "where of.type = 'table'"
    ))  # fmt: skip


def sha256_of(said: bytes) -> str:
    """Return the hash of some bytes."""
    return hashlib.sha256(said).hexdigest()


def now() -> str:
    """Return this moment in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")
