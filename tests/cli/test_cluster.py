"""Commands on a cluster: the same results, whoever is killed; one message where there is none."""

from __future__ import annotations

import re
import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner

from flowsim.cli import main
from flowsim.experiment.cluster import cluster
from flowsim.experiment.scheduler import ClusterError
from flowsim.store import Store
from tests.cli.interrupts import _PROGRAM
from tests.cli.test_reproduce import changed, contents, kept, numbers, one_more  # noqa: F401
from tests.cli.test_stored import BASE, MORE, exports, flowsim
from tests.experiment.burn_in_worlds import write_worlds
from tests.experiment.clusters import dask
from tests.experiment.test_cluster import other_code

OPTIONS = ("--no-charts", "--jobs", "1")
SWEEP = ("sweep", BASE, "--vary", "variant.bw.places=14,15", "--vary",
         "dwellings.contingent.per_year=12,24", "-n", 4, *OPTIONS)  # fmt: skip


def at_work(done, then, *words):
    """Run a command; once so many runs are done, do something and let it go on to its end."""
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, *map(str, words), "--lang", "en"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        told = []
        for line in process.stderr:
            told.append(line)
            progress = re.match(r"Simulating: (\d+) of (\d+) ", line)
            if progress and done <= int(progress[1]) < int(progress[2]):
                break
        assert process.poll() is None, told
        then(process)
        stdout, stderr = process.communicate(timeout=600)
    return process.returncode, stdout, "".join(told) + stderr


# ---------------------------------------------------------------- refused before any run
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--cluster", "10.0.0.1"), "10.0.0.1 is no address of a scheduler: tcp://host:port\n"),
        (("--cluster", "tcp://10.0.0.1:65536"),
         "tcp://10.0.0.1:65536 is no address of a scheduler: tcp://host:port\n"),
        (("--cluster", "tcp://127.0.0.1:1", "--timeout", 5),
         "--timeout ends a process of this machine"),
        pytest.param(("--cluster", "tcp://127.0.0.1:1"),
                     "no scheduler answers at tcp://127.0.0.1:1\n", marks=pytest.mark.slow),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", ["run", "compare", "sweep"])
def test_a_cluster_that_cannot_be_used_is_one_message(command, words, said, tmp_path):
    files = {"run": (BASE,), "compare": (BASE, MORE),
             "sweep": (BASE, "--vary", "variant.bw.places=14,15")}[command]  # fmt: skip
    out = ("-n", 1, "--lang", "en", "--out", tmp_path / "out")
    result = CliRunner().invoke(main, [str(one) for one in (command, *files, *words, *out)])
    assert result.exit_code == 2
    assert result.stderr.splitlines(keepends=True)[-1].startswith(said)
    assert "Traceback" not in result.output
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- the same results
@pytest.mark.slow
def test_a_sweep_over_two_levers_with_one_of_two_workers_killed_equals_the_undisturbed_one(
    tmp_path,
):
    flowsim(*SWEEP, "--out", tmp_path / "here")
    with dask(tmp_path) as found:
        words = (*SWEEP, "--out", tmp_path / "there", "--cluster", found.address)
        code, _, told = at_work(5, lambda _: found.workers[0].kill(), *words)
        assert code == 0, told
        assert found.workers[0].poll() == -signal.SIGKILL
    assert f"Workers at {found.address}: " in told
    assert exports(tmp_path / "there") == exports(tmp_path / "here")
    assert path_digests(tmp_path / "there") == path_digests(tmp_path / "here")


def path_digests(folder):
    with Store.read(folder) as store:
        rows = store.database.execute("select scenario, replication, digest from runs")
        return sorted(rows.fetchall())


@pytest.mark.slow
def test_ctrl_c_and_a_scheduler_that_goes_leave_what_is_done_to_the_next_command(tmp_path):
    words = ("compare", BASE, MORE, "-n", 40, *OPTIONS, "--out", tmp_path / "out")
    with dask(tmp_path) as found:
        there = (*words, "--cluster", found.address)
        code, _, told = at_work(3, lambda one: one.send_signal(signal.SIGINT), *there)
        assert code == 130, told
        assert "The same command goes on from here." in told
        before = len(path_digests(tmp_path / "out"))
        assert 3 <= before < 80
        code, _, told = at_work(before + 3, lambda _: found.scheduler.kill(), *there)
        assert code == 1, told
        assert told.endswith(f"the scheduler at {found.address} is no longer there\nWhat was "
                             "finished is kept. The same command goes on from here.\n")  # fmt: skip
    now = len(path_digests(tmp_path / "out"))
    assert before < now < 80
    told = flowsim(*words, "--lang", "en")
    assert f"{now} of 80 runs are there already" in told.stderr
    assert len(path_digests(tmp_path / "out")) == 80


# ---------------------------------------------------------------- whether it is still so
@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("10.0.0.1", "10.0.0.1 is no address of a scheduler: tcp://host:port\n"),
        pytest.param("tcp://127.0.0.1:1", "no scheduler answers at tcp://127.0.0.1:1\n",
                     marks=pytest.mark.slow),
    ],
)  # fmt: skip
def test_reproduce_on_a_cluster_that_cannot_be_used_is_one_message(kept, address, said):  # noqa: F811
    before = contents(kept)
    told = flowsim("reproduce", kept, "--cluster", address, "--lang", "en", code=2)
    assert told.stderr.endswith(said)
    assert told.stdout == ""
    assert contents(kept) == before


@pytest.mark.slow
def test_what_is_stored_is_run_again_on_workers_that_are_of_the_same_version(kept, tmp_path):  # noqa: F811
    today, before = tmp_path / "today", contents(kept)
    flowsim("run", write_worlds(tmp_path), "-n", 2, *OPTIONS, "--out", today)
    flowsim("run", BASE, "-n", 2, *OPTIONS, "--out", tmp_path / "changed")
    changed(tmp_path / "changed", numbers(tmp_path / "changed")["base/1/7"], costs=one_more)
    with dask(tmp_path) as found:
        there = ("--cluster", found.address, "--lang", "en")
        told = flowsim("reproduce", kept, *there)
        assert told.stdout == "The same: 5 of 5.\n"
        assert f"Workers at {found.address}: " in told.stderr
        assert contents(kept) == before
        assert flowsim("reproduce", today, *there).stdout == "The same: 2 of 2.\n"
        told = flowsim("reproduce", tmp_path / "changed", *there, code=1).stdout
        assert "the same path, other numbers; differing: 1, first\n  costs, " in told
        assert told.endswith("The same: 1 of 2.\n")
        found.begin_worker(**other_code(tmp_path / "other"))
        while is_of_one_version(found.address):
            pass
        told = flowsim("reproduce", kept, *there, code=2)
    assert "has another version (code " in told.stderr
    assert told.stdout == ""


def is_of_one_version(address):
    try:
        with cluster(address, 60):
            return True
    except ClusterError:
        return False


@pytest.mark.slow
def test_of_two_workers_one_may_be_killed_while_it_is_run_again_and_the_scheduler_not(tmp_path):
    out = tmp_path / "out"
    flowsim("run", BASE, "-n", 100, *OPTIONS, "--out", out)
    before = contents(out)
    with dask(tmp_path) as found:
        words = ("reproduce", out, "--cluster", found.address)
        code, stdout, told = at_work(3, lambda _: found.workers[0].kill(), *words)
        assert (code, stdout) == (0, "The same: 100 of 100.\n"), told
        assert found.workers[0].poll() == -signal.SIGKILL
        code, stdout, told = at_work(3, lambda _: found.scheduler.kill(), *words)
    assert (code, stdout) == (2, ""), told
    assert told.endswith(f"the scheduler at {found.address} is no longer there\n")
    assert contents(out) == before
