"""What is put in a store is there, whole, under a key of its own, until the end of days."""

from __future__ import annotations

import dataclasses
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from flowsim.store import FILE, SCHEMA, Asked, Failure, Filling, Status, Store, StoreError
from flowsim.store.packed import open_arrays, pack_arrays
from flowsim.store.whole import damages
from tests.store.handmade import filled, key, record

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def store(tmp_path):
    with Filling.of(tmp_path / "out") as store:
        yield store


# ---------------------------------------------------------------- the key
OTHER = {
    "scenario": "x" * 64, "today": "x" * 64, "seed": 2, "replication": 1, "path_code": "x" * 64,
    "code": "x" * 64, "own": "x",
}  # fmt: skip


def test_every_ingredient_makes_another_key():
    assert set(OTHER) == {one.name for one in dataclasses.fields(key())}
    keys = [key(), *(key(**{name: value}) for name, value in OTHER.items())]
    assert len({one.sha256 for one in keys}) == len(keys)


def test_what_measures_is_no_part_of_the_path():
    assert key(code="x").path == key(own="x").path == key().path
    others = [key(**{n: v}) for n, v in OTHER.items() if n not in ("code", "own")]
    assert len({one.path for one in (key(), *others)}) == len(others) + 1


def test_the_version_of_the_store_is_part_of_the_key(monkeypatch):
    before = key().sha256
    monkeypatch.setattr("flowsim.store.record.SCHEMA", SCHEMA + 1)
    assert key().sha256 != before


# ---------------------------------------------------------------- what goes in comes out
def test_what_was_put_is_read_back_to_the_bit(tmp_path):
    more = {"events": pack_arrays({"day": np.array([0.1, np.nan]), "client": np.array([3, 4])})}
    with Filling.of(tmp_path) as store:
        filled(store, range(2), more)
    with Store.read(tmp_path) as store:
        for number in range(2):
            found = store.get(key(replication=number).sha256)
            assert found == record(number, more=more)
            for name, column in record(number).measures.open().items():
                assert found.measures.open()[name].tolist() == column.tolist()
        assert np.isnan(open_arrays(found.more["events"])["day"][1])
        assert list(damages(store)) == []


def test_words_are_kept_once(store):
    filled(store, range(20))
    count = store.database.execute("select count(*) from label").fetchone()[0]
    assert count == 3
    assert store.database.execute("select count(*) from name").fetchone()[0] == 1
    one, two = (store.get(key(replication=n).sha256) for n in (0, 1))
    assert one.measures.labels is two.measures.labels


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match=r"different lengths: \['a', 'b'\]"):
        pack_arrays({"a": np.zeros(2), "b": np.zeros(3)})


def test_what_is_not_there_is_not_made_up(store):
    with pytest.raises(KeyError):
        store.get(key().sha256)
    with pytest.raises(KeyError):
        store.scenario("s" * 64)
    assert store.last_batch() is None


def test_a_run_belongs_to_a_scenario_that_is_known(store):
    with pytest.raises(StoreError, match="FOREIGN KEY"):
        store.put(key(), record())
    assert store.database.execute("select count(*) from run").fetchone() == (0,)


def test_runs_are_told_apart_by_the_columns_that_they_have(store):
    filled(store, range(1))
    store.put(key(replication=1), record(1, more={"events": pack_arrays({})}))
    keys = [key(replication=n).sha256 for n in range(3)]
    assert store.has(keys) == set(keys[:2])
    assert store.has(keys, ["events"]) == {keys[1]}
    assert store.has(keys, ["stays", "events"]) == set()
    assert store.has(keys[1:]) == {keys[1]}


def test_a_run_that_is_put_again_takes_the_place_of_itself(store):
    filled(store, range(1))
    store.put(key(), record(more={"events": pack_arrays({})}))
    assert store.database.execute("select count(*) from run").fetchone() == (1,)
    assert store.database.execute("select count(*) from part").fetchone() == (5,)


# ---------------------------------------------------------------- changed code, failures
def test_other_code_is_beside_and_never_in_the_place_of_the_old(store):
    filled(store, range(1))
    store.put(key(code="d" * 64), record(host="there"))
    assert store.get(key().sha256).host == "here"
    assert store.get(key(code="d" * 64).sha256).host == "there"


def test_one_path_with_two_digests_is_refused_and_nothing_is_lost(store):
    filled(store, range(1))
    with pytest.raises(StoreError, match="replication 0 of 'base' brought another path"):
        store.put(key(code="d" * 64), record(digest="f" * 64))
    assert store.has([key(code="d" * 64).sha256]) == set()
    assert store.get(key().sha256) == record()
    store.put(key(code="d" * 64, path_code="d" * 64), record(digest="f" * 64))  # another engine


def test_a_failure_is_kept_and_makes_way_for_what_succeeds(store):
    store.know({"s" * 64: ("base", "{}")})
    failure = Failure(scenario="base", replication=0, error="EngineError: stuck", traceback="T")
    store.fail(key(), failure)
    assert store.has([key().sha256]) == set()
    rows = "select status, error, traceback from run"
    assert store.database.execute(rows).fetchall() == [(Status.FAILED, "EngineError: stuck", "T")]
    store.put(key(), record())
    assert store.database.execute(rows).fetchall() == [(Status.DONE, None, None)]
    store.fail(key(), failure)
    assert store.get(key().sha256) == record()


# ---------------------------------------------------------------- scenarios and batches
def test_a_scenario_is_read_back_as_it_was_said(store):
    store.know({"a": ("base", "said"), "b": ("other", "é")})
    store.know({"a": ("base", "said again")})
    assert (store.scenario("a"), store.scenario("b")) == ("said again", "é")


def test_the_last_batch_says_how_it_ended(store):
    store.know({name: (name, "{}") for name in "ab"})
    asked = Asked(scenarios=("b", "a"), seed=7, planned=3, code="c", own="o", said={"x": [1]})
    first = store.begin(asked)
    assert store.last_batch() == ("going", asked)
    store.end(first, complete=False, said={"seconds": 1.0})
    assert store.last_batch() == ("partial", dataclasses.replace(asked, said={"seconds": 1.0}))
    other = dataclasses.replace(asked, scenarios=("a",))
    store.end(store.begin(other), complete=True, said={})
    assert store.last_batch() == ("complete", dataclasses.replace(other, said={}))


def test_current_are_the_runs_that_were_asked_last(store):
    filled(store, range(3))
    store.know({"x": ("other", "{}")})
    for change in ({"scenario": "x"}, {"seed": 2}, {"code": "d"}, {"own": "o"}):
        store.put(key(**change, path_code="y"), record())
    count = "select count(*), sum(current), max(replication * current) from runs"
    assert store.database.execute(count).fetchone() == (7, 0, 0)
    store.begin(Asked(scenarios=("s" * 64,), seed=1, planned=2, code="c" * 64))
    assert store.database.execute(count).fetchone() == (7, 2, 1)
    store.begin(Asked(scenarios=("s" * 64, "x"), seed=1, planned=1, code="c" * 64))
    assert store.database.execute(count).fetchone() == (7, 2, 0)
    assert store.database.execute("select * from scenarios").fetchall() == [
        (0, "base", "s" * 64), (1, "other", "x"),
    ]  # fmt: skip


# ---------------------------------------------------------------- kill -9
KILLED = """
import os, signal, sys
from collections.abc import Mapping
from pathlib import Path
from tests.store.handmade import filled, key, record
from flowsim.store import Filling

class Kills(Mapping):  # in the middle of a run: half of its columns are written
    def __getitem__(self, name): os.kill(os.getpid(), signal.SIGKILL)
    def __iter__(self): return iter(("events",))
    def __len__(self): return 1

store = Filling.of(Path(sys.argv[1]))
filled(store, range(5))
store.put(key(replication=5), record(5, more=Kills()))
"""


def killed(folder: Path, script: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(folder)],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}, check=False,
    )  # fmt: skip
    return done.returncode


def test_kill_9_in_the_middle_of_a_run_leaves_the_earlier_ones_whole(tmp_path):
    assert killed(tmp_path, KILLED) == -signal.SIGKILL
    keys = [key(replication=n).sha256 for n in range(6)]
    with Store.read(tmp_path) as store:
        assert store.has(keys) == set(keys[:5])
        assert [store.get(one) for one in keys[:5]] == [record(n) for n in range(5)]
        assert store.database.execute("select count(*) from part").fetchone() == (20,)
    with Filling.of(tmp_path) as store:
        filled(store, range(4, 7))
        assert list(damages(store)) == []


def test_who_reads_while_the_last_is_put_leaves_a_file_that_is_whole(tmp_path):
    filling = Filling.of(tmp_path / "out")
    filled(filling, range(2))
    with Store.read(tmp_path / "out") as reading:
        filled(filling, range(2, 3))
        filling.close()
        (tmp_path / "sent").mkdir()
        shutil.copy(tmp_path / "out" / FILE, tmp_path / "sent")
        assert len(reading.has(key(replication=n).sha256 for n in range(3))) == 3
    with Store.read(tmp_path / "sent") as store:
        assert [store.get(key(replication=n).sha256) for n in range(3)] == [*map(record, range(3))]


# ---------------------------------------------------------------- what is no store, or damaged
def test_a_folder_without_a_store_is_said_so(tmp_path):
    with pytest.raises(StoreError, match=r"no results in .*: it has no results\.sqlite"):
        Store.read(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("open_", [Store.read, Filling.of])
def test_another_kind_of_file_is_refused_and_left_alone(tmp_path, open_):
    path = tmp_path / FILE
    path.write_text("not a database at all, but long enough to look like one" * 30)
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"cannot use .*results\.sqlite: file is not a database"):
        open_(tmp_path)
    assert path.read_bytes() == before
    path.unlink()
    database = sqlite3.connect(path)
    database.execute("create table photos (name)")
    database.close()
    with pytest.raises(StoreError, match="another kind of file"):
        open_(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize("open_", [Store.read, Filling.of])
def test_a_store_of_another_version_is_refused(tmp_path, open_):
    Filling.of(tmp_path).close()
    database = sqlite3.connect(tmp_path / FILE)
    database.execute("pragma user_version = 99")
    database.close()
    with pytest.raises(StoreError, match=f"version 99 of a store, and this flowsim reads {SCHEMA}"):
        open_(tmp_path)


def test_a_damaged_column_is_named_and_never_read(tmp_path):
    with Filling.of(tmp_path) as store:
        filled(store, range(2))
        store.database.execute("update part set packed = x'00' where what = 'costs' and run_id = 2")
        with pytest.raises(StoreError, match="costs of replication 1 of 'base' is damaged"):
            store.get(key(replication=1).sha256)
        assert store.get(key().sha256) == record()
        assert [str(one) for one in damages(store)] == [
            "costs of replication 1 of 'base' is damaged"
        ]
        store.database.execute("update label set packed = x'00' where id = 1")
        store.database.execute("update run set digest = 'x', path_key = 'same'")
        store.database.execute("update run set digest = 'y' where id = 1")
        assert [str(one) for one in damages(store)][1:] == [
            "label is damaged", "replication 0 of 'base' is there with two paths",
        ]  # fmt: skip


def test_a_store_is_read_where_nothing_can_be_written(tmp_path):
    folder = tmp_path / "a #1?%20 folder"
    with Filling.of(folder) as store:
        filled(store, range(1))
    script = f"""
import os, sys
from pathlib import Path
from flowsim.store import Store
from tests.store.handmade import key, record
if os.getuid() == 0:
    os.setgid(65534); os.setuid(65534)
with Store.read(Path({str(folder)!r})) as store:
    assert store.get(key().sha256) == record()
"""
    for one in (tmp_path, *tmp_path.parents[:3]):
        one.chmod(0o755)
    folder.chmod(0o555)
    try:
        assert killed(folder, script) == 0
    finally:
        folder.chmod(0o755)
    assert [one.name for one in folder.iterdir()] == [FILE]
