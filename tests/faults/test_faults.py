"""Every fault with what it says, the code it ends with and what is kept."""

from __future__ import annotations

import hashlib
import json
import signal
from functools import cache
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner

from flowsim.cli import main
from flowsim.store import FILE, LOCK, Store
from flowsim.store.whole import damages
from tests.faults.program import COMMANDS, TINY, Place, heard, workers

WHERE = {"run": "base 1", "compare": "more_dwellings 1"}


def tables(out: Path) -> dict[str, str]:
    """Return the hash of every table."""
    return {
        one.name: hashlib.sha256(one.read_bytes()).hexdigest()
        for one in sorted((out / "tables").iterdir())
    }


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """What each command brings when nothing goes wrong: tables, and runs with their digests."""

    @cache
    def of(name):
        place = Place(tmp_path_factory.mktemp(name))
        arguments = (*COMMANDS[name], "--jobs", 1, "--no-charts", "--out", place.out)
        told = CliRunner().invoke(main, [str(one) for one in arguments])
        assert told.exit_code == 0, told.output
        return tables(place.out), place.runs()

    return of


def whole(place: Place, name: str, undisturbed) -> None:
    """Give the command again, without a fault; it ends as if there had been none."""
    place.more = {}
    place.flowsim(*COMMANDS[name], "--jobs", 2, "--no-charts", "--out", place.out)
    assert (tables(place.out), place.runs()) == undisturbed(name)
    with Store.read(place.out) as store:
        assert list(damages(store)) == []
    assert not (place.out / "partial").exists()
    assert place.left() == []


# ---------------------------------------------------------------- a replication that fails
SAID = {
    "raise": "KeyError: 'nobody thought of this'",
    "memory": "MemoryError",
    "kill": "its process was ended 2 times (signal 9)",
    "hang": "not done after 20 seconds (--timeout)",
}
ELSEWHERE = ("--jobs", 2, "--timeout", 20)
slow = pytest.mark.slow
FAULTS = [
    pytest.param("compare", "raise", ("--jobs", 2), id="compare-raise"),
    *(pytest.param(name, "raise", ("--jobs", 1), id=f"{name}-raise-alone", marks=slow)
      for name in ("run", "compare")),
    *(pytest.param(name, fault, ELSEWHERE, id=f"{name}-{fault}", marks=slow)
      for name in ("run", "compare") for fault in ("memory", "kill", "hang")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "fault", "more"), FAULTS)
def test_what_fails_is_named_and_the_others_go_on(tmp_path, undisturbed, name, fault, more):
    place = Place(tmp_path, {"FAULT": f"{fault} {WHERE[name]}"})
    scenario, replication = WHERE[name].split()
    told = place.flowsim(*COMMANDS[name], *more, "--no-charts", "--out", place.out, code=3)
    total = len(undisturbed(name)[1])
    assert f"1 of {total} runs failed:" in told
    assert f"replication {replication} of {scenario}: {SAID[fault]}" in told
    again = f"flowsim reproduce {place.out} {scenario}/{replication}"
    assert f"once more, alone: {again}\n" in told
    runs = {one[:2]: one[2:] for one in place.runs()}
    assert runs.pop((scenario, int(replication))) == ("failed", "")
    wanted = {one[:2]: one[2:] for one in undisturbed(name)[1]}
    assert runs == {one: wanted[one] for one in runs}
    assert len(runs) == total - 1
    manifest = json.loads((place.out / "manifest.json").read_text("utf-8"))
    assert manifest["status"] == "partial"
    (failed,) = manifest["failed"]
    assert (failed["scenario"], failed["replication"]) == (scenario, int(replication))
    assert "PARTIAL" in (place.out / "tables/summary.csv").read_text("utf-8")
    assert place.left() == []
    whole(place, name, undisturbed)


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["raise", "kill", "hang"])
def test_a_sweep_goes_on_where_its_first_run_fails(tmp_path, undisturbed, fault):
    """Its first run tells how long all of it will take: without it, nobody knows."""
    first = undisturbed("sweep")[1][0][0]
    place = Place(tmp_path, {"FAULT": f"{fault} {first} 0"})
    told = place.flowsim(*COMMANDS["sweep"], *ELSEWHERE, "--no-charts", "--out", place.out, code=3)
    assert "1 of 6 runs failed:" in told
    assert SAID[fault] in told
    assert "PARTIAL 2/3" in (place.out / "tables/sweep.csv").read_text("utf-8")
    whole(place, "sweep", undisturbed)


@pytest.mark.slow
def test_where_all_fails_it_is_a_fault_of_the_program_and_not_all_are_tried(tmp_path):
    place = Place(tmp_path, {"FAULT": "raise all"})
    told = place.flowsim("run", TINY / "base.toml", "-n", 500, "--jobs", 2, "--out", place.out,
                         code=70)  # fmt: skip
    assert "A fault in flowsim, not in your input (KeyError" in told
    (story,) = place.folder.glob("flowsim-error-*.txt")
    assert "nobody thought of this" in story.read_text("utf-8")
    assert {status for *_, status, _ in place.runs()} == {"failed"}
    assert len(place.runs()) <= 12


# ---------------------------------------------------------------- asked to stop
ASKS = [
    pytest.param(signal.SIGINT, 130, id="Ctrl-C", marks=slow),
    pytest.param(signal.SIGTERM, 143, id="SIGTERM", marks=slow),
    pytest.param(signal.SIGHUP, 129, id="SIGHUP", marks=slow),
]


@pytest.mark.parametrize(("how", "code"), ASKS)
def test_asked_once_it_finishes_what_runs_and_says_how_to_go_on(tmp_path, undisturbed, how, code):
    place = Place(tmp_path, {"SLOW": "0.5"})
    arguments = (*COMMANDS["compare"], "--jobs", 2, "--no-charts", "--out", place.out)
    with place.begin(*arguments) as program:
        told = heard(program, "Simulating: 1 of 6 runs done")
        program.send_signal(how)
        told += [program.communicate(timeout=600)[1]]
    said = "".join(told)
    assert program.returncode == code, said
    assert "Stopping: what runs now is finished and kept. Once more: at once." in said
    assert said.endswith("The same command goes on from here.\n")
    assert len(place.runs()) >= 2
    assert place.left() == []
    whole(place, "compare", undisturbed)


@pytest.mark.slow
@pytest.mark.parametrize(("how", "code"), ASKS)
def test_asked_twice_it_stops_at_once(tmp_path, undisturbed, how, code):
    place = Place(tmp_path, {"FAULT": "hang less_staff 0"})
    arguments = (*COMMANDS["compare"], "--jobs", 2, "--no-charts", "--out", place.out)
    with place.begin(*arguments) as program:
        heard(program, "Simulating: 5 of 6 runs done")
        program.send_signal(how)
        heard(program, "Stopping: ")
        program.send_signal(how)
        said = program.communicate(timeout=600)[1]
    assert program.returncode == code, said
    assert said == "What was finished is kept. The same command goes on from here.\n"
    assert len(place.runs()) == 5
    assert not (place.out / LOCK).exists()
    assert place.left() == []
    whole(place, "compare", undisturbed)


@pytest.mark.slow
@pytest.mark.parametrize(("how", "code"), ASKS)
@pytest.mark.parametrize("name", ["compare", "sweep"])
def test_asked_while_tables_are_written_the_earlier_ones_stay(
    tmp_path, undisturbed, name, how, code
):
    place = Place(tmp_path)
    fewer = (*COMMANDS[name][:-1], 1)
    options = ("--jobs", 1, "--no-charts", "--out", place.out)
    place.flowsim(*fewer, *options)
    before = tables(place.out)
    place.more = {"FILES": "6", "ASKED": str(int(how))}
    told = place.flowsim(*COMMANDS[name], *options, code=code)
    assert told.endswith("What was finished is kept. The same command goes on from here.\n")
    assert tables(place.out) == before
    assert len(place.runs()) == 6
    assert place.left() == []
    whole(place, name, undisturbed)


# ---------------------------------------------------------------- a full disk
@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_a_disk_that_is_full_keeps_what_was_stored_before(tmp_path, undisturbed, name):
    place = Place(tmp_path, {"FULL": "27"})
    told = place.flowsim(*COMMANDS[name], "--jobs", 2, "--no-charts", "--out", place.out, code=1)
    assert f"cannot use {place.out / FILE}: database or disk is full\n" in told
    assert told.endswith("What was finished is kept. The same command goes on from here.\n")
    assert 0 < len(place.runs()) < len(undisturbed(name)[1])
    assert place.left() == []
    whole(place, name, undisturbed)


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_a_disk_that_is_full_when_tables_are_written_keeps_every_run(tmp_path, undisturbed, name):
    place = Place(tmp_path, {"FILES": "6"})
    told = place.flowsim(*COMMANDS[name], "--jobs", 1, "--no-charts", "--out", place.out, code=1)
    assert "cannot write" in told
    assert "the disk is full" in told
    assert told.endswith("What was finished is kept. The same command goes on from here.\n")
    assert place.runs() == undisturbed(name)[1]
    assert not (place.out / "tables").exists()
    assert place.left() == []
    whole(place, name, undisturbed)


# ---------------------------------------------------------------- exports, made again without a run
EXPORTS = {
    "tables": ("tables",), "csv": ("export", "--csv"), "parquet": ("export", "--parquet"),
    "xlsx": ("export", "--xlsx"), "log": ("log",), "vidigi": ("log", "--form", "vidigi"),
    "stress": ("stress",),
}  # fmt: skip


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A folder with a stored comparison and every export of it."""
    place = Place(tmp_path_factory.mktemp("exported"))
    more = ("--jobs", 1, "--no-charts", "--keep", "events", "--out", place.out)
    place.flowsim(*COMMANDS["compare"], *more)
    for name, *options in EXPORTS.values():
        place.flowsim(name, place.out, *options)
    return place


def contents(folder: Path) -> dict[str, str]:
    return {
        one.relative_to(folder).as_posix(): hashlib.sha256(one.read_bytes()).hexdigest()
        for one in sorted(folder.rglob("*"))
        if one.is_file()
    }


@pytest.mark.slow
@pytest.mark.parametrize("what", EXPORTS)
@pytest.mark.parametrize(("how", "code"), [pytest.param(None, 1, id="full disk"), *ASKS])
def test_an_export_that_is_stopped_or_has_no_room_leaves_all_as_it_was(exported, what, how, code):
    name, *options = EXPORTS[what]
    before = contents(exported.out)
    exported.more = {"FILES": "1"} | ({} if how is None else {"ASKED": str(int(how))})
    told = exported.flowsim(name, exported.out, *options, code=code)
    assert ("the disk is full" if how is None else "Stopped by you.") in told
    assert contents(exported.out) == before
    assert exported.left() == []


# ---------------------------------------------------------------- killed
@pytest.mark.slow
def test_a_killed_worker_costs_time_only(tmp_path, undisturbed):
    place = Place(tmp_path, {"SLOW": "0.5"})
    arguments = (*COMMANDS["compare"], "--jobs", 2, "--no-charts", "--out", place.out)
    with place.begin(*arguments) as program:
        heard(program, "Simulating: 2 of 6 runs done")
        for one in workers(program)[:1]:
            one.send_signal(signal.SIGKILL)
        _, said = program.communicate(timeout=600)
    assert program.returncode == 0, said
    assert (tables(place.out), place.runs()) == undisturbed("compare")
    assert place.left() == []


def test_nobody_outlives_a_killed_parent(tmp_path, undisturbed):
    place = Place(tmp_path, {"SLOW": "0.5"})
    arguments = (*COMMANDS["compare"], "--jobs", 2, "--no-charts", "--out", place.out)
    with place.begin(*arguments) as program:
        heard(program, "Simulating: 2 of 6 runs done")
        assert psutil.pid_exists(workers(program)[0].pid)
        program.kill()
    assert place.left() == []
    assert len(place.runs()) >= 2
    whole(place, "compare", undisturbed)
