"""A store that somebody edited or made otherwise ends as one message, and is left as it was."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
import subprocess
import sys
import zlib
from contextlib import closing, suppress

import pytest
from click.testing import CliRunner

from flowsim.cli import main
from flowsim.experiment.reproduce import Again, stored_runs
from flowsim.experiment.stored import results_of
from flowsim.experiment.study import block
from flowsim.store import FILE, Filling, Store, StoreError
from flowsim.store.packed import MOST, MOST_OF_A_TEXT, packed_bytes, unpacked_bytes
from flowsim.store.schema import TABLES
from tests.experiment.tiny_worlds import TINY

COMMANDS = {
    "summary": (), "stress": (), "tables": (), "charts": (), "export": ("--csv",), "log": (),
    "reproduce": ("1", "--jobs", 1),
}  # fmt: skip
MALFORMED = ("", "null", "[1,2]", b"\x00\xff", -1, None)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """One replication of two scenarios, with events."""
    folder = tmp_path_factory.mktemp("kept")
    files = [str(TINY / name) for name in ("base.toml", "more_dwellings.toml")]
    more = ("--jobs", "1", "-n", "1", "--no-charts", "--keep", "events")
    found = CliRunner().invoke(main, ["compare", *files, *more, "--out", str(folder)])
    assert found.exit_code == 0, found.output
    return (folder / FILE).read_bytes()


@pytest.fixture
def edited(kept, tmp_path):
    """A folder with what is kept, and what edits the store in it."""
    (tmp_path / FILE).write_bytes(kept)

    def edit(*statements):
        with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as database:
            database.execute("pragma ignore_check_constraints = on")
            for statement in statements:
                database.execute(*([statement] if isinstance(statement, str) else statement))
        return tmp_path

    return edit


def contents(folder):
    return {str(one): one.is_file() and one.read_bytes() for one in folder.rglob("*")}


EDITS = [
    "update batch set said = ''", "update batch set said = '[1,2]'",
    "update batch set said = 'null'", "update batch set said = '{\"today\": [1]}'",
    "update batch set said = '{\"kind\": \"sweep\"}'", "update batch set planned = ''",
    "update batch set status = 'x'", "update batch_scenario set scenario_sha256 = '1'",
    "update scenario set said = x'00ff'", "update scenario set said = 'null'",
    "update run set name_id = 99", "update run set name_id = null",
    "update run set cpu_seconds = 'x'", "update run set cpu_seconds = 'null'",
    "update run set cpu_seconds = '[null]'", "update run set parts = 'x'",
    "update run set parts = 'null'", "update run set parts = '{}'",
    "update run set seconds = 'x'", "update run set seed = x'00ff'",
    "update run set status = x''", "update run set digest = null",
    "update run set host = cast(x'ff' as text)", "update run set scenario_sha256 = 'x'",
    "update run set scenario = 'base'", "update run set replication = -1",
    "update or ignore part set what = '{}'", "update part set run_id = 99 where run_id = 1",
    "update label set id = id + 70", "update label set packed = 'x'",
    "update label set packed = x'00'", "update name set said = 'null'",
    "update name set said = '{}'", "delete from part", "delete from name", "delete from batch",
    "delete from scenario",
]  # fmt: skip


def test_all_that_is_refused_of_all_scenarios_is_told_at_once_and_in_the_language(edited, kept):
    folder = edited()
    with closing(sqlite3.connect(folder / FILE)) as database, database:
        rows = database.execute("select sha256, said from scenario order by name").fetchall()
        for number, (sha256, packed) in enumerate(rows):
            said = json.loads(zlib.decompress(packed))
            for _, raw in said["chain"]:
                raw["scenario"]["replications"] = "veel"
            said["chain"][0][1]["scenario"][f"unknown_{number}"] = 1
            database.execute("update scenario set said = ? where sha256 = ?",
                             (zlib.compress(json.dumps(said).encode()), sha256))  # fmt: skip
    assert len(rows) == 2
    for lang, refuses, must in (("en", "refuses", "expected a whole number"),
                                ("nl", "weigert", "verwacht: een geheel getal")):  # fmt: skip
        for name, more in COMMANDS.items():
            found = CliRunner().invoke(main, [name, str(folder), *map(str, more), "--lang", lang])
            assert found.exit_code == (1 if name == "reproduce" else 2), found.output
            first, *told = (found.stdout if name == "reproduce" else found.stderr).splitlines()
            assert refuses in first
            mistakes = [line for line in told if line.startswith("  ")]
            assert sum(must in line for line in mistakes) >= 1, mistakes
            assert sum("unknown_" in line for line in mistakes) == (
                1 if name == "reproduce" else 2
            ), mistakes


NOT_RUN = "set scenario = |kind|delete from batch"
"""What a run does not depend on, that is run again by its number."""


def refused(folder, name, *more):
    """Return what a command says of a store that it refuses, and leaves as it is."""
    before = contents(folder)
    found = CliRunner().invoke(main, [name, str(folder), *map(str, more), "--lang", "en"])
    assert found.exit_code == 2, (name, found.output, found.exception)
    assert isinstance(found.exception, SystemExit)
    assert found.stdout == ""
    assert contents(folder) == before
    *_, said = found.stderr.strip().splitlines()
    return said


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_row_is_one_message_whatever_is_asked(edited, edit):
    folder = edited(edit)
    for name, more in COMMANDS.items():
        if name != "reproduce" or not re.search(NOT_RUN, edit):
            said = refused(folder, name, *more)
            assert "results.sqlite" in said or "no results in" in said


@pytest.mark.parametrize(
    ("edit", "asks"),
    [("update label set packed = x'00'", "measures"), ("update part set packed = x'00'", "costs"),
     ("update part set packed = '1'", "waits"), ("update name set said = 'null'", "stays"),
     ("update run set parts = 'null'", "runs")],
)  # fmt: skip
def test_a_question_to_an_edited_store_is_refused(edited, edit, asks):
    said = CliRunner().invoke(main, ["sql", str(edited(edit)), f"select * from {asks}"])
    assert said.exit_code == 2, said.exception


@pytest.mark.parametrize("packed", [b"\x00", b"", b"x\x9cK\xca\x00\x00\x02M\x01'"])
@pytest.mark.parametrize("what", ["measures", "costs", "waits", "events", "stays"])
def test_a_column_with_a_hash_of_its_own_is_looked_at_all_the_same(edited, what, packed):
    said = (packed, hashlib.sha256(packed).hexdigest(), what)
    folder = edited(("update part set packed = ?, sha256 = ? where what = ?", said))
    with Store.read(folder) as store:
        for record in store.records(store.current()).values():
            with pytest.raises(StoreError, match=f"is damaged: part.{what}"):
                _opened(record, what)


ENDS_EARLY = packed_bytes(bytes(10_000))[:-8]
HOLLOW = {
    "label.packed": "update label set packed = ?, sha256 = ? where id = 1",
    "part.waits": "update part set packed = ?, sha256 = ? where what = 'waits'",
    "part.costs": "update part set packed = ?, sha256 = ? where what = 'costs'",
    "scenario.said": "update scenario set said = ? where ? <> ''",
}


def hollow(size):
    """Pack so many zeros, with little memory."""
    packer = zlib.compressobj(1)
    packed = [packer.compress(bytes(1 << 20)) for _ in range(size >> 20)]
    return b"".join([*packed, packer.compress(bytes(size % (1 << 20))), packer.flush()])


def test_no_more_is_unpacked_than_was_packed():
    for size in (0, 1, 1000):
        assert unpacked_bytes(packed_bytes(bytes(size)), 1000) == bytes(size)
        assert unpacked_bytes(hollow(size), 1000) == bytes(size)
    for size in (1001, 1 << 24):
        with pytest.raises(ValueError, match="more than 1000 bytes"):
            unpacked_bytes(hollow(size), 1000)
        with pytest.raises(ValueError, match=f"{size} bytes, more than"):
            packed_bytes(bytes(size), 1000)
    with pytest.raises(zlib.error):
        unpacked_bytes(ENDS_EARLY)


@pytest.mark.parametrize("what", HOLLOW)
def test_columns_that_end_early_are_damaged(edited, what):
    folder = edited((HOLLOW[what], (ENDS_EARLY, hashlib.sha256(ENDS_EARLY).hexdigest())))
    assert f"is damaged: {what}" in refused(folder, "export", "--csv")


@pytest.mark.slow
@pytest.mark.parametrize("what", HOLLOW)
def test_a_few_bytes_that_stand_for_many_are_one_message_and_little_memory(edited, what):
    said = hollow((MOST_OF_A_TEXT if what == "scenario.said" else MOST) * 4)
    folder = edited((HOLLOW[what], (said, hashlib.sha256(said).hexdigest())))
    program = "from flowsim.__main__ import program; program()"
    with subprocess.Popen(
        [sys.executable, "-c", program, "export", str(folder), "--csv", "--lang", "en"],
        stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        stderr = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert f"is damaged: {what}" in stderr
    assert len(stderr.splitlines()) == 1
    assert process.returncode == 2
    assert used.ru_maxrss * 1024 < 3 * MOST  # a third of what it stands for, and what Python takes


def _opened(record, what):
    if what in record.more:
        return record.more[what]
    return getattr(record, what).open()


# ---------------------------------------------------------------- every column there is
def _columns():
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(TABLES)
        return database.execute(
            "select of.name, has.name from sqlite_schema as of, pragma_table_info(of.name) as has "
            "where of.type = 'table' and of.name <> 'derived' and has.name <> 'id'"
        ).fetchall()


def _read(folder):
    """Read all that is there."""
    with Store.read(folder) as store:
        results_of(store)
        block(store)
        Again(store, stored_runs(store))
        for record in store.records(store.current()).values():
            for what in ("measures", "costs", "own", "waits"):
                getattr(record, what).open()
            assert all(record.more[what] for what in record.more)


@pytest.mark.parametrize(("table", "column"), _columns())
def test_whatever_stands_in_a_column_it_is_read_or_refused(edited, kept, table, column):
    for value in MALFORMED:
        folder = edited((f"update or ignore {table} set {column} = ?", (value,)))
        with suppress(StoreError):
            _read(folder)
        (folder / FILE).write_bytes(kept)


# ---------------------------------------------------------------- what is no store of ours
ENDLESS = ("create view runs as with recursive c(x) as (select 1 union all select x + 1 from c) "
           "select x as run, 1 as current, 'done' as status from c")  # fmt: skip
FOREIGN = [
    ("drop view runs",), ("drop view runs", "create view runs as select 1 as run"),
    ("drop view runs", ENDLESS), ("drop view scenarios",), ("create table photos (name)",),
    ("create trigger t after insert on batch begin delete from run; end",),
    ("drop index run_of_path",), ("create index i on run (host)",), ("create view v as select 1",),
    ("drop index run_of_path", "create index run_of_path on run (host)"),
]  # fmt: skip


@pytest.mark.parametrize("statements", FOREIGN)
def test_a_store_has_what_this_version_makes_and_nothing_besides(edited, statements):
    folder = edited(*statements)
    for name, more in COMMANDS.items():
        assert "it is another kind of file" in refused(folder, name, *more)
    with pytest.raises(StoreError, match="another kind of file"):
        Filling.of(folder)


def test_another_word_of_comment_is_no_other_store(tmp_path, monkeypatch):
    monkeypatch.setattr("flowsim.store.database.TABLES", TABLES.replace("-- UTC", "-- in UTC"))
    Filling.of(tmp_path).close()
    monkeypatch.undo()
    Filling.of(tmp_path).close()


# ---------------------------------------------------------------- fast
