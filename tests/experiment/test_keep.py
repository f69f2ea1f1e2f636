"""A batch that is kept: nothing is run twice, and what is read back is what was run."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import flowsim
from flowsim.experiment import burn_in, keys
from flowsim.experiment.compare import Comparison, compare
from flowsim.experiment.design import plan
from flowsim.experiment.keep import Keep, there
from flowsim.experiment.keys import Keys
from flowsim.experiment.own_metrics import MetricError
from flowsim.experiment.run import run_all, with_seed
from flowsim.experiment.sweep import run_design
from flowsim.experiment.trial import try_one
from flowsim.experiment.writing.tables_on_disk import write_tables
from flowsim.scenario import Scenario
from flowsim.store import Filling, Store
from flowsim.store.whole import damages
from tests.experiment.tiny_worlds import TINY, tiny, tiny_comparison

ROOT = Path(__file__).resolve().parents[2]


def hashes(results, folder: Path) -> dict[str, str]:
    """Return the hash of every table."""
    written = write_tables(results, folder, everything=True)
    return {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in written}


def kept(folder: Path, others=("less_staff", "more_dwellings"), n=4, **more) -> Comparison:
    with Filling.of(folder) as store:
        return hashes_of(store, others, n, **more)


def hashes_of(store, others, n, **more):
    base, *rest = (tiny(name) for name in ("base", *others))
    results = compare(base, rest, n, keep=Keep(store), **more)
    return hashes(results, store.path.parent / "tables")


def digests(folder: Path) -> list[tuple[str, int, str]]:
    with Store.read(folder) as store:
        return store.database.execute(
            "select scenario, replication, finished || id from run order by 1, 2"
        ).fetchall()


# ---------------------------------------------------------------- resume
def test_a_kept_batch_brings_the_same_tables_and_so_does_what_is_read_back(tmp_path):
    wanted = hashes(tiny_comparison(), tmp_path / "plain")
    ran: list[int] = []
    assert kept(tmp_path, progress=lambda done, _: ran.append(done)) == wanted
    assert len(ran) == 12
    before = digests(tmp_path)
    assert kept(tmp_path, progress=lambda done, _: ran.append(done)) == wanted
    assert len(ran) == 12
    assert digests(tmp_path) == before


def test_more_replications_and_another_scenario_extend_what_is_there(tmp_path):
    ran: list[tuple[int, int]] = []
    kept(tmp_path, others=("more_dwellings",), n=2)
    found = kept(tmp_path, progress=lambda *one: ran.append(one))
    assert ran == [(done, 12) for done in range(5, 13)]
    assert found == hashes(tiny_comparison(), tmp_path / "plain")


@pytest.mark.slow
def test_fewer_are_a_part_of_what_is_there_and_the_rest_stays(tmp_path):
    kept(tmp_path)
    found = kept(tmp_path, others=("more_dwellings",), n=2)
    plain = compare(tiny(), [tiny("more_dwellings")], 2)
    assert found == hashes(plain, tmp_path / "plain")
    assert len(digests(tmp_path)) == 12


def test_ctrl_c_keeps_what_was_done_and_the_same_command_does_the_rest(tmp_path):
    def press(done: int, _: int) -> None:
        if done == 5:
            os.kill(os.getpid(), signal.SIGINT)

    with Filling.of(tmp_path) as store:
        base, *others = (tiny(n) for n in ("base", "less_staff", "more_dwellings"))
        results = compare(base, others, 4, progress=press, keep=Keep(store))
        assert results.interrupted
        assert len(store.records(store.has(all_keys(store)))) == 5
        assert store.last_batch()[0] == "partial"
    assert kept(tmp_path) == hashes(tiny_comparison(), tmp_path / "plain")
    with Store.read(tmp_path) as store:
        assert store.last_batch()[0] == "complete"


def all_keys(store):
    return [key for (key,) in store.database.execute("select key from run")]


KILLED = """
import os, signal, sys
from pathlib import Path
from flowsim.experiment.compare import compare
from flowsim.experiment.keep import Keep
from flowsim.store import Filling
from tests.experiment.tiny_worlds import tiny

def kill(done, total):
    if done == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

base, *others = (tiny(name) for name in ("base", "less_staff", "more_dwellings"))
compare(base, others, 4, jobs=2, progress=kill, keep=Keep(Filling.of(Path(sys.argv[1]))))
"""


@pytest.mark.parametrize(
    "kills", [(4,), pytest.param((1, 3, 4, 7, 9), marks=pytest.mark.slow)], ids=len
)
def test_killed_and_resumed_it_equals_the_undisturbed_run(tmp_path, kills):
    for done in kills:
        code = subprocess.run(
            [sys.executable, "-c", KILLED, str(tmp_path / "out"), str(done)], cwd=ROOT, check=False,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        ).returncode  # fmt: skip
        assert code == -signal.SIGKILL
        assert len(digests(tmp_path / "out")) >= done
    assert kept(tmp_path / "out") == hashes(tiny_comparison(), tmp_path / "plain")
    with Store.read(tmp_path / "out") as store:
        assert list(damages(store)) == []


def test_a_sweep_is_resumed_too_and_its_trial_is_not_run_again(tmp_path):
    design = plan(TINY / "base.toml", ["variant.bw.places=3,4,5"])
    plain = run_design(design, 2).table
    for points in (2, 3):
        part = plan(TINY / "base.toml", ["variant.bw.places=" + "3,4,5"[: 2 * points - 1]])
        with Filling.of(tmp_path) as store:
            trial = try_one(part, replications=2, keep=Keep(store))
            swept = run_design(part, 2, first=trial, keep=Keep(store))
            assert len(swept.points) == points
            assert len(all_keys(store)) == 2 * points
            if points == 3:
                assert swept.table.equals(plain)


# ---------------------------------------------------------------- keys
def sha(scenario: Scenario, replication: int = 0, seed: int = 1, own: str = "") -> str:
    seeded = with_seed(scenario, seed)
    return Keys([seeded], own).of(seeded, replication).sha256


def test_the_key_holds_all_that_the_numbers_depend_on():
    others = [
        sha(tiny(), 1), sha(tiny(), seed=2), sha(tiny(), own="x"), sha(tiny("less_staff")),
        sha(tiny("base", "variant.bw.places=7")), sha(tiny("base", "scenario.follow_up_days=1")),
    ]  # fmt: skip
    assert len({sha(tiny()), *others}) == 7
    assert sha(tiny("base", "scenario.replications=3", "scenario.seed=9")) == sha(
        tiny("base", "scenario.replications=5", "scenario.seed=8")
    )


def test_the_base_and_today_are_part_of_the_key(tmp_path):
    """An option that says the same on another base starts from other people."""
    base = flowsim.load(ROOT / "scenarios/drenthe/base.toml")
    same = flowsim.load(ROOT / "scenarios/drenthe/base.toml", ["scenario.follow_up_days=730"])
    assert same.model_dump() == base.model_dump()
    assert sha(same) != sha(base)  # one is today itself, the other extends it
    keys_ = Keys([base])
    first, ninth = (keys_.of(base, n) for n in (0, 8))
    assert first.today == ninth.today == burn_in.path_of(base, 0).key
    assert keys_.of(base, 1).today == burn_in.path_of(base, 1).key != first.today
    assert Keys([tiny()]).of(tiny(), 0).today == ""


def test_changed_code_is_another_key_and_what_measures_is_not_another_path(monkeypatch):
    one = Keys([tiny()]).of(tiny(), 0)
    monkeypatch.setattr(keys, "code", lambda: "another metrics/")
    other = Keys([tiny()]).of(tiny(), 0)
    assert other.sha256 != one.sha256
    assert other.path == one.path
    monkeypatch.setattr(keys, "path_code", lambda: "another system/")
    assert Keys([tiny()]).of(tiny(), 0).path != one.path


def test_every_file_that_measures_is_in_the_key():
    files = {"metrics/lives/waits.py", "costs/pricing.py", "store/packed.py", "experiment/run.py"}
    assert all(any(one.startswith(part) for part in keys.MEASURING) for one in files)
    there_now = {p.relative_to(ROOT / "src/flowsim").as_posix()
                 for p in (ROOT / "src/flowsim").rglob("*.py")}  # fmt: skip
    for part in keys.MEASURING:
        assert any(one.startswith(part) for one in there_now), f"{part} names nothing"


# ---------------------------------------------------------------- own metrics, failures
def late(reading):
    return 1.0


def fails(reading):
    raise ZeroDivisionError("mine")


def test_runs_with_metrics_of_ones_own_are_kept_and_never_taken_for_others(tmp_path):
    for _ in range(2):
        with Filling.of(tmp_path) as store:
            batch = run_all([tiny()], 2, metrics={"late": late}, keep=Keep(store))
            assert [one.own["value"].tolist() for one in batch.runs] == [[1.0], [1.0]]
    assert len(digests(tmp_path)) == 4
    with Filling.of(tmp_path) as store:
        batch = run_all([tiny()], 2, keep=Keep(store))
        assert [len(one.own["value"]) for one in batch.runs] == [0, 0]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_replication_that_raises_is_kept_with_its_traceback_and_the_others_stay(tmp_path, jobs):
    with Filling.of(tmp_path) as store:
        with pytest.raises(MetricError, match="mine"):
            run_all([tiny()], 3, jobs=jobs, metrics={"bad": fails}, keep=Keep(store))
        rows = store.database.execute(
            "select error, traceback, current from runs where status = 'failed'"
        ).fetchall()
        assert store.last_batch()[0] == "going"
    ((error, traceback, current),) = rows[:1]
    assert error.startswith("MetricError: metric 'bad' in 'base', replication")
    assert "raise ZeroDivisionError" in traceback
    assert current == 1


def test_how_many_are_there_is_told_without_changing_anything(tmp_path):
    scenarios = [with_seed(tiny(name), 5) for name in ("base", "less_staff")]
    assert there(tmp_path, scenarios, 4, ()) == 0
    with Filling.of(tmp_path) as store:
        run_all(scenarios[:1], 3, 5, keep=Keep(store))
    assert there(tmp_path, scenarios, 4, ()) == 3
    assert there(tmp_path, scenarios, 2, ()) == 2
    assert there(tmp_path, scenarios, 2, ("events",)) == 0
