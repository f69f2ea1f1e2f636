"""What is stored is run again: the same, or different and where; and nothing stored changes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from flowsim.cli import main
from flowsim.experiment.differing import Difference, differences
from flowsim.experiment.keep import Keep
from flowsim.experiment.reproduce import Again, stored_runs
from flowsim.experiment.run import run_all
from flowsim.metrics import table
from flowsim.store import Filling, Store
from flowsim.store.packed import PackedColumns, PackedWaits, open_arrays, pack_arrays
from tests.cli.interrupts import interrupted
from tests.experiment.burn_in_worlds import write_worlds
from tests.experiment.tiny_worlds import TINY, tiny
from tests.store.handmade import key, record

BASE = TINY / "base.toml"
MORE = TINY / "more_dwellings.toml"


def called(*arguments, code=0):
    result = CliRunner().invoke(main, [str(one) for one in (*arguments, "--lang", "en")])
    assert result.exit_code == code, result.output
    return result


def reproduce(folder, *arguments, code=0):
    """Reproduce what a folder has, in which nothing changes."""
    before = contents(folder)
    told = called("reproduce", folder, "--jobs", 1, *arguments, code=code)
    assert contents(folder) == before
    return told


def contents(folder: Path) -> dict[str, str]:
    files = sorted(one for one in folder.rglob("*") if one.is_file())
    return {str(one): hashlib.sha256(one.read_bytes()).hexdigest() for one in files}


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Two replications of two scenarios, with events, and one of another seed."""
    folder = tmp_path_factory.mktemp("kept")
    more = ("--jobs", 1, "--no-charts", "--keep", "events", "--out", folder)
    called("run", BASE, "-n", 1, "--seed", 8, *more)
    called("compare", BASE, MORE, "-n", 2, *more)
    return folder


@pytest.fixture
def copied(kept, tmp_path):
    shutil.copytree(kept, tmp_path / "copy")
    return tmp_path / "copy"


def numbers(folder: Path) -> dict[str, int]:
    """Return the number of each run by scenario, replication and seed."""
    with Store.read(folder) as store:
        rows = store.database.execute("select scenario, replication, seed, run from runs")
        return {f"{scenario}/{n}/{seed}": run for scenario, n, seed, run in rows}


def changed(folder: Path, run: int, **changes) -> None:
    """Put a run in the store again with something else in it, as one whole."""
    with Filling.of(folder) as store:
        (sha256,) = store.database.execute("select key from run where id = ?", (run,)).fetchone()
        old = store.get(sha256)
        more = replace(
            old, **{name: change(getattr(old, name)) for name, change in changes.items()}
        )
        store.database.execute("begin")
        for what, label, said, packed in store._parts(more):
            store.database.execute(
                "update part set label_id = ?, sha256 = ?, packed = ? where run_id = ? "
                "and what = ?", (label, said, packed, run, what)
            )  # fmt: skip
        store.database.execute("update run set digest = ? where id = ?", (more.digest, run))
        store.database.execute("commit")


# ---------------------------------------------------------------- the same
def test_all_that_is_stored_is_run_again_and_is_the_same(kept):
    told = reproduce(kept)
    assert told.stdout == "The same: 5 of 5.\n"
    assert "To run again and compare: 5." in told.stderr
    assert "Simulating: 5 of 5 runs done" in told.stderr
    assert "other code" not in told.stderr
    assert "another machine" not in told.stderr


@pytest.mark.slow
def test_the_result_does_not_depend_on_the_processes(kept):
    assert called("reproduce", kept, "--jobs", 2).stdout == "The same: 5 of 5.\n"


def test_a_run_is_named_as_the_store_names_it(kept):
    number = numbers(kept)["base/0/8"]
    assert reproduce(kept, number).stdout == "The same: 1 of 1.\n"
    assert reproduce(kept, "more_dwellings/1", number, number).stdout == "The same: 2 of 2.\n"


@pytest.mark.parametrize("name", ["99", "0", "base/2", "nothing", "-1", "9" * 400, "٣", ""])
def test_a_run_that_is_not_there_is_said_so(kept, name):
    told = reproduce(kept, "--", name, code=2)
    assert f"no run {name[:97]!r}"[:40] in told.stderr
    assert "base/0" in told.stderr


def test_every_run_that_is_not_there_is_said_once_as_it_was_written(kept):
    wrong = ["99", "nosuch/1", "base/77", "a\nb", "\x07", "99"]
    told = reproduce(kept, "base/0", *wrong, code=2)
    assert [line.split(" in ")[0] for line in told.stderr.splitlines()] == [
        f"no run {one!r}" for one in dict.fromkeys(wrong)
    ]


def test_a_folder_without_runs_is_said_so_and_left_alone(tmp_path):
    assert "no results in" in reproduce(tmp_path, code=2).stderr
    Filling.of(tmp_path).close()
    assert "no run is done" in reproduce(tmp_path, code=2).stderr


def test_a_run_that_failed_is_run_again_when_it_is_named(copied):
    with Filling.of(copied) as store:
        store.database.execute(
            "update run set status = 'failed', error = 'KeyError: x' where id = 2"
        )
        ((scenario, replication),) = store.database.execute(
            "select scenario, replication from run where id = 2"
        ).fetchall()
    assert reproduce(copied).stdout == "The same: 4 of 4.\n"
    told = reproduce(copied, f"{scenario}/{replication}", code=1).stdout
    assert "it failed then (KeyError: x); now: it is done\n" in told
    assert told.endswith("The same: 0 of 1.\n")


# ---------------------------------------------------------------- different
def one_more(columns):
    """Return a tidy table of which the last number is one more."""
    said = columns.open()
    said["value"] = said["value"] + (np.arange(len(said["value"])) == len(said["value"]) - 1)
    return PackedColumns.of(said)


def last_of(packed, name):
    """Return packed columns of which the last number of one is another."""
    found = {one: column.copy() for one, column in open_arrays(packed).items()}
    found[name][-1] = found[name][-1] + 1
    return pack_arrays(found)


def more_of(name, column):
    return {"more": lambda more: dict(more) | {name: last_of(more[name], column)}}


CHANGES = {
    "measures": {"measures": one_more},
    "costs": {"costs": one_more},
    "waits": {"waits": lambda waits: PackedWaits(last_of(waits.packed_waits(), "wait"))},
    "stays": more_of("stays", "minutes"),
    "acts": more_of("acts", "day"),
    "capacities": more_of("capacities", "capacity"),
    "options": more_of("options", "minutes"),
    "occupancy": more_of("occupancy", "asked"),
    "clients": more_of("clients", "profile"),
    "events": more_of("events", "day"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_one_number_that_differs_is_found_wherever_it_is(copied, what):
    run = numbers(copied)["base/1/7"]
    changed(copied, run, **CHANGES[what])
    told = reproduce(copied, "base/0", "base/1", code=1)
    first, second, last = told.stdout.splitlines()
    assert first == (f"Run {run} (replication 1 of base, seed 7): the same path, other numbers; "
                     "differing: 1, first")  # fmt: skip
    assert second.startswith(f"  {what}, ")
    old, new = second.rpartition(": ")[2].removesuffix(" now").split(" then, ")
    assert float(old) == float(new) + 1
    assert last == "The same: 1 of 2."


def test_every_kind_of_part_is_compared(kept):
    with Store.read(kept) as store:
        parts = {one for (one,) in store.database.execute("select distinct what from part")}
    assert parts == {*CHANGES, "own"}


def test_another_path_is_said_first_and_of_many_numbers_the_first(copied):
    run = numbers(copied)["base/1/7"]
    changed(copied, run, digest=lambda _: "0" * 64, measures=all_more)
    lines = reproduce(copied, "base/1", code=1).stdout.splitlines()
    assert "another path; differing: " in lines[0]
    assert lines[1].startswith(f"  digest: '{'0' * 64}' then, '")
    assert len(lines) == 7


def all_more(columns):
    said = columns.open()
    return PackedColumns.of(said | {"value": said["value"] + 1})


def test_what_is_damaged_is_not_the_same_and_the_others_are_compared(copied):
    run = numbers(copied)["base/1/7"]
    with Filling.of(copied) as store:
        store.database.execute(
            "update part set packed = zeroblob(9) where run_id = ? and what = 'acts'", (run,)
        )
    told = reproduce(copied, code=1)
    assert "acts of replication 1 of 'base' is damaged" in told.stdout
    assert told.stdout.endswith("The same: 4 of 5.\n")


def test_people_of_today_who_are_others_are_said_so(tmp_path):
    out = tmp_path / "out"
    base = write_worlds(tmp_path)
    called("run", base, "-n", 1, "--jobs", 1, "--no-charts", "--out", out)
    assert reproduce(out).stdout == "The same: 1 of 1.\n"
    changed(out, 1, digest=lambda _: "0" * 64)
    assert "people of today" not in reproduce(out, code=1).stdout
    with Filling.of(out) as store:
        (said,) = store.database.execute("select said from batch").fetchone()
        told = json.loads(said)
        told["today"][0]["sha256"] = "0" * 64
        store.database.execute("update batch set said = ?", (json.dumps(told),))
    assert "the people of today are others already" in reproduce(out, code=1).stdout


def killed(task, **_):
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_run_that_ends_its_process_now_is_not_the_same(kept, monkeypatch):
    monkeypatch.setattr("flowsim.experiment.reproduce._again", killed)
    told = called("reproduce", kept, "base/0", code=1)
    assert "its process was ended 2 times (signal 9)" in told.stdout
    assert told.stdout.endswith("The same: 0 of 1.\n")


# ---------------------------------------------------------------- other code, another machine
def test_other_code_and_another_machine_are_said_first(copied):
    with Filling.of(copied) as store:
        store.database.execute("pragma foreign_keys = off")
        store.database.execute("update code set sha256 = 'abc', version = '0.0.7'")
        store.database.execute("update run set code_sha256 = 'abc'")
        store.database.execute("update batch set code_sha256 = 'abc'")
        store.database.execute("update run set host = 'far' where seed = 8")
    lines = reproduce(copied).stderr.splitlines()
    assert lines[0].startswith("Made by other code (flowsim 0.0.7, abc) than is here (flowsim ")
    assert lines[0].endswith(": 5 of 5. Their numbers may differ for that reason.")
    assert lines[1].startswith("Made on another machine (far) than this (")
    assert lines[1].endswith("): 1 of 5.")


def test_a_run_of_two_versions_is_run_once_and_compared_twice(copied, monkeypatch):
    from flowsim.experiment import keys

    with monkeypatch.context() as here:
        here.setattr(keys, "code", lambda: "0" * 64)
        called("run", BASE, "-n", 1, "--seed", 8, "--jobs", 1, "--no-charts", "--out", copied)
    told = reproduce(copied)
    assert "Simulating: 5 of 5 runs done" in told.stderr
    assert told.stdout == "The same: 6 of 6.\n"


def test_a_scenario_that_is_read_in_another_way_is_not_the_same(copied):
    with Filling.of(copied) as store:
        store.know({sha256: ("more_dwellings", text.replace("reason", "raison"))
                    for sha256, text in scenarios(store) if "contingent" in text})  # fmt: skip
    told = reproduce(copied, code=1)
    assert told.stdout.count("this version of flowsim ") == 2
    assert told.stdout.endswith("The same: 3 of 5.\n")


def scenarios(store):
    rows = store.database.execute("select sha256 from scenario where name = 'more_dwellings'")
    return [(sha256, store.scenario(sha256)) for (sha256,) in rows]


def nobody(reading):
    return 0.0


def test_of_a_run_with_metrics_of_ones_own_the_rest_is_compared(tmp_path):
    with Filling.of(tmp_path) as store:
        run_all([tiny()], 1, metrics={"nobody": nobody}, keep=Keep(store))
    assert reproduce(tmp_path).stdout == "The same: 1 of 1.\n"
    changed(tmp_path, 1, costs=one_more)
    assert "costs, " in reproduce(tmp_path, code=1).stdout


def test_ctrl_c_says_what_was_not_compared(kept, tmp_path):
    shutil.copytree(kept, tmp_path / "copy")
    with Filling.of(tmp_path / "copy") as store:
        (sha256,) = store.database.execute("select key from run where id = 1").fetchone()
        (scenario,) = store.database.execute(
            "select scenario_sha256 from run where id = 1"
        ).fetchone()
        for number in range(1000, 1060):
            store.put(key(scenario=scenario, replication=number),
                      replace(store.get(sha256), replication=number))  # fmt: skip
    told = interrupted(["reproduce", str(tmp_path / "copy"), "--jobs", "1", "--lang", "nl"])
    assert "Hetzelfde: " in told


def test_ctrl_c_in_the_last_run_of_a_seed_leaves_the_other_seeds(kept):
    with Store.read(kept) as store:
        again = Again(store, stored_runs(store))
        first = [one for one in again.tasks if one[1] == again.tasks[0][1]]
        assert 0 < len(first) < len(again.tasks)

        def press(done, _):
            if done == len(first):
                signal.raise_signal(signal.SIGINT)

        verdicts = list(again.verdicts(1, press))
    assert again.interrupted
    assert [one.run.named for one in verdicts] == first


# ---------------------------------------------------------------- what differs
def test_what_is_no_number_equals_itself_and_a_row_may_be_gone_or_new():
    old, new = record(), record()
    assert list(differences(old, new)) == []
    fewer = replace(new, measures=PackedColumns.of(table("persons", [1.0], {"period": ("2030",)})))
    found = list(differences(old, fewer))
    assert found[0] == Difference(("measures", "persons", "2026", "Zoë's", "", ""), 0.25, None)
    assert found[-1] == Difference(("measures", "persons", "2030", "", "", ""), None, 1.0)
    assert len(found) == 5
    longer = replace(new, names=old.names | {"levels": ("light",)})
    assert list(differences(old, longer)) == [
        Difference(("names", "levels"), ["light", "heavy"], ["light"])
    ]
