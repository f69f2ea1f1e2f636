"""Commands on a cluster: the same results, whoever is killed; one message where there is none."""

from __future__ import annotations

import re
import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner

from flowsim.cli import main
from flowsim.store import Store
from tests.cli.interrupts import _PROGRAM
from tests.cli.test_stored import BASE, MORE, exports, flowsim
from tests.experiment.clusters import dask

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
        assert told.endswith("is no longer there; what was done is kept\n")
    now = len(path_digests(tmp_path / "out"))
    assert before < now < 80
    told = flowsim(*words, "--lang", "en")
    assert f"{now} of 80 runs are there already" in told.stderr
    assert len(path_digests(tmp_path / "out")) == 80
