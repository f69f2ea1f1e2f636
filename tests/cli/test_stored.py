"""Results are stored: the same command goes on, and every export is made again without a run."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from flowsim.cli import main
from flowsim.cli.keeping import BEFORE
from flowsim.store import FILE, LOCK, Filling, Store
from tests.cli.interrupts import interrupted
from tests.experiment.tiny_worlds import TINY
from tests.store.test_lock import HOLDS

BASE = TINY / "base.toml"
MORE = TINY / "more_dwellings.toml"


def flowsim(*arguments, code=0):
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    assert result.exit_code == code, result.output
    return result


def compare(out, *arguments, n=2, code=0):
    more = ("--jobs", 1, "--no-charts", "--lang", "en", "--out", out, *arguments)
    return flowsim("compare", BASE, MORE, "-n", n, *more, code=code)


def exports(folder: Path) -> dict[str, str]:
    """Return the hash of every file but the store and the manifest, which has times."""
    return {
        one.relative_to(folder).as_posix(): hashlib.sha256(one.read_bytes()).hexdigest()
        for one in sorted(folder.rglob("*"))
        if one.is_file() and one.name not in (FILE, "manifest.json", BEFORE)
    }


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """A comparison of two replications, whole and undisturbed."""
    folder = tmp_path_factory.mktemp("two")
    with pytest.MonkeyPatch.context() as here:  # the width is that of a machine that says nothing
        for name in ("COLUMNS", "LINES"):
            here.delenv(name, raising=False)
        return folder, compare(folder)


def runs(folder):
    with Store.read(folder) as store:
        return store.database.execute("select id, finished from run order by id").fetchall()


# ---------------------------------------------------------------- resume
def test_the_same_command_again_runs_nothing_and_says_the_same(two, tmp_path):
    folder, first = two
    before, stored = exports(folder), runs(folder)
    again = compare(folder)
    assert again.stdout == first.stdout
    assert "4 of 4 runs are there already" in again.stderr
    assert "About" not in again.stderr
    assert exports(folder) == before
    assert runs(folder) == stored


def test_more_replications_are_added_and_equal_a_run_of_all_of_them(tmp_path):
    compare(tmp_path / "grown")
    told = compare(tmp_path / "grown", n=3)
    assert "4 of 6 runs are there already" in told.stderr
    compare(tmp_path / "whole", n=3)
    assert exports(tmp_path / "grown") == exports(tmp_path / "whole")
    assert len(runs(tmp_path / "grown")) == 6


def test_when_a_command_is_done_the_store_is_one_file_whoever_made_the_tables(tmp_path):
    flowsim("compare", BASE, MORE, "-n", 2, "--jobs", 2, "--no-charts", "--out", tmp_path)
    names = {one.name for one in tmp_path.iterdir()}
    assert names == {FILE, "manifest.json", "tables", "excel"}
    flowsim("tables", tmp_path)
    assert {one.name for one in tmp_path.iterdir()} == names


def test_fresh_runs_all_of_it_anew_and_keeps_the_old_until_then(tmp_path):
    compare(tmp_path)
    with Filling.of(tmp_path) as store:
        store.database.execute("update run set host = 'old'")
    compare(tmp_path, "--fresh")
    with Store.read(tmp_path) as store:
        assert store.database.execute("select count(*), sum(host = 'old') from run").fetchone() == (
            4, 0,
        )  # fmt: skip
    assert not (tmp_path / BEFORE).exists()


@pytest.mark.slow
def test_fresh_that_is_stopped_leaves_the_old_store_aside(tmp_path):
    flowsim("run", BASE, "-n", 2, "--jobs", 1, "--no-charts", "--out", tmp_path)
    interrupted(["run", str(BASE), "-n", "5000", "--no-charts", "--jobs", "1", "--fresh",
                 "--out", str(tmp_path)])  # fmt: skip
    assert (tmp_path / BEFORE).exists()
    assert len(runs(tmp_path)) >= 3
    flowsim("run", BASE, "-n", 2, "--jobs", 1, "--no-charts", "--out", tmp_path)
    assert not (tmp_path / BEFORE).exists()


@pytest.mark.slow
def test_ctrl_c_leaves_what_is_complete_and_marks_what_is_partial(tmp_path):
    flowsim("run", BASE, "-n", 2, "--jobs", 1, "--no-charts", "--out", tmp_path)
    before = exports(tmp_path)
    interrupted(["run", str(BASE), "-n", "5000", "--no-charts", "--jobs", "1",
                 "--out", str(tmp_path)], done=4)  # fmt: skip
    now = exports(tmp_path)
    assert {name: now[name] for name in before} == before
    partial = tmp_path / "partial"
    assert json.loads((partial / "manifest.json").read_text())["status"] == "interrupted"
    for file in (partial / "tables").iterdir():
        lines = file.read_text("utf-8").splitlines()
        assert lines[0].endswith(",status"), file
        assert all(re.search(r",PARTIAL \d+/5000$", line) for line in lines[1:] if line), file
    for file in (partial / "excel").iterdir():
        lines = file.read_text("utf-8-sig").splitlines()
        assert lines[0].endswith(";Status"), file
        assert all(re.search(r";GEDEELTELIJK \d+/5000$", line) for line in lines[1:]), file
    flowsim("charts", tmp_path, "--lang", "en")
    charts = list((partial / "charts").glob("*.svg"))
    assert charts
    assert all(re.search(r"<!-- PARTIAL \d+/5000 -->", one.read_text("utf-8")) for one in charts)
    flowsim("run", BASE, "-n", 3, "--jobs", 1, "--no-charts", "--out", tmp_path)
    assert not partial.exists()


def test_a_sweep_goes_on_too(tmp_path):
    options = ("-n", 2, "--jobs", 1, "--no-charts", "--lang", "en")
    vary = "variant.bw.places=14,15,16"
    flowsim("sweep", BASE, "--vary", vary[:-3], *options, "--out", tmp_path / "grown")
    told = flowsim("sweep", BASE, "--vary", vary, *options, "--out", tmp_path / "grown")
    assert "4 of 6 runs are there already" in told.stderr
    flowsim("sweep", BASE, "--vary", vary, *options, "--out", tmp_path / "whole")
    assert exports(tmp_path / "grown") == exports(tmp_path / "whole")
    assert told.stdout == flowsim("summary", tmp_path / "grown", "--lang", "en").stdout


# ---------------------------------------------------------------- exports
def test_the_summary_is_what_the_command_said(two):
    folder, first = two
    told = flowsim("summary", folder, "--lang", "en")
    assert told.stdout == first.stdout
    assert told.stderr == ""


@pytest.mark.slow
def test_tables_are_made_again_to_the_byte_and_charts_are_left(tmp_path):
    flowsim("run", BASE, "-n", 2, "--jobs", 1, "--out", tmp_path)
    before = exports(tmp_path)
    for one in (tmp_path / "tables").iterdir():
        one.unlink()
    (tmp_path / "excel" / "samenvatting.csv").write_text("spoilt")
    flowsim("tables", tmp_path)
    assert exports(tmp_path) == before
    flowsim("charts", tmp_path, "--lang", "en")
    now = exports(tmp_path)
    assert {n for n, sha in now.items() if before[n] != sha} == {
        n for n in before if n.startswith("charts/")
    }
    flowsim("charts", tmp_path, "--lang", "nl")
    assert exports(tmp_path) == before
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    assert manifest["files"] == exports(tmp_path)
    flowsim("tables", tmp_path, "--all-tables")
    on_request = {"tables/measures_by_period.csv", "tables/waits.csv"}
    assert set(exports(tmp_path)) - set(before) == on_request


def test_runs_of_something_else_are_told_and_not_shown(two, tmp_path):
    compare(tmp_path)
    compare(tmp_path, "--seed", 8)
    compare(tmp_path, "--set", "variant.bw.places=16")
    told = flowsim("summary", tmp_path, "--lang", "en")
    assert told.stderr.count("Also there: 2 runs of base with seed ") == 2
    compare(tmp_path)
    assert flowsim("summary", tmp_path, "--lang", "en").stdout == two[1].stdout


def test_numbers_of_other_code_are_told(two, tmp_path, monkeypatch):
    from flowsim.experiment import keys

    compare(tmp_path)
    monkeypatch.setattr(keys, "code", lambda: "0" * 64)
    told = flowsim("summary", tmp_path, "--lang", "en")
    assert "another version of flowsim" in told.stderr
    again = compare(tmp_path)
    assert "are there already" not in again.stderr
    assert again.stdout == two[1].stdout
    told = flowsim("summary", tmp_path, "--lang", "en")
    assert "another version" not in told.stderr
    assert re.search(r"Also there: 2 runs of base with seed \d+ by other code", told.stderr)


def test_a_question_is_answered_as_csv(two):
    folder, _ = two
    sql = ("select scenario, count(distinct replication) as n, unit from measures "
           "where measure = 'persons' group by scenario")  # fmt: skip
    assert flowsim("sql", folder, sql).stdout == (
        "scenario,n,unit\nbase,2,persons\nmore_dwellings,2,persons\n"
    )
    refused = flowsim("sql", folder, "delete from run", "--lang", "en", code=2)
    assert refused.stderr == "only a select: results are read here, never changed\n"
    assert len(runs(folder)) == 4


@pytest.mark.parametrize("command", ["summary", "tables", "charts", "sql"])
def test_a_folder_without_results_is_said_so_and_left_alone(tmp_path, command):
    more = ("select 1",) if command == "sql" else ()
    told = flowsim(command, tmp_path, *more, "--lang", "en", code=2)
    assert "no results in" in told.stderr
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- a folder that is in use
def test_a_second_command_on_a_folder_is_refused_before_it_runs(two, tmp_path):
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", HOLDS, str(tmp_path)], stdout=subprocess.PIPE,
                          text=True, env=env) as other:  # fmt: skip
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        told = compare(tmp_path, code=2)
        assert f"is being filled by process {other.pid} on " in told.stderr
        assert "Simulating" not in told.stderr
        other.send_signal(signal.SIGKILL)
    told = compare(tmp_path)
    assert f"Process {other.pid} on " in told.stderr
    assert "ended without a word" in told.stderr
    assert not (tmp_path / LOCK).exists()


def test_a_file_that_is_no_store_is_refused_before_anything_runs(tmp_path):
    (tmp_path / FILE).write_text("my own notes, which happen to have this name " * 20)
    told = compare(tmp_path, code=2)
    assert "file is not a database" in told.stderr
    assert [one.name for one in tmp_path.iterdir()] == [FILE]


def test_the_worst_future_is_told_with_the_command_that_tells_of_it(two):
    folder, _ = two
    said = flowsim("summary", folder, "--worst", "--lang", "en").output
    heads = re.findall(r"The worst future of ‘.*’: replication (\d)", said)
    told = re.findall(r"flowsim tell (\S+) --replication (\d) --seed \d+", said)
    assert [number for _, number in told] == heads
    assert [Path(file).resolve() for file, _ in told] == [BASE.resolve(), MORE.resolve()]
    assert "What is unusual is told from 3 futures up." in said
    assert "De slechtste toekomst van" in flowsim("summary", folder, "--worst").output


@pytest.mark.parametrize("journal", ["", "pragma journal_mode = wal"])
@pytest.mark.parametrize("fresh", [(), ("--fresh",)])
def test_a_store_that_was_killed_as_it_was_made_is_made_anew(tmp_path, journal, fresh):
    with closing(sqlite3.connect(tmp_path / FILE)) as database:
        database.execute(journal)
    assert (tmp_path / FILE).exists()
    told = flowsim("summary", tmp_path, "--lang", "en", code=2)
    assert "nothing was run there" in told.stderr
    more = ("--jobs", 1, "--no-charts", "--out", tmp_path)
    flowsim("run", BASE, "-n", 1, *more, *fresh)
    assert len(runs(tmp_path)) == 1


@pytest.mark.parametrize("more", [(), ("--fresh",)])
def test_a_queue_in_the_place_of_a_store_is_refused_and_not_waited_for(tmp_path, more):
    os.mkfifo(tmp_path / FILE)
    flowsim("run", BASE, "-n", 1, "--jobs", 1, "--no-charts", "--out", tmp_path, *more, code=2)
    assert [one.name for one in tmp_path.iterdir()] == [FILE]


def test_a_queue_in_the_place_of_the_manifest_is_not_waited_for(two, tmp_path):
    shutil.copy(two[0] / FILE, tmp_path / FILE)
    os.mkfifo(tmp_path / "manifest.json")
    flowsim("tables", tmp_path)
    assert (tmp_path / "manifest.json").is_file()
