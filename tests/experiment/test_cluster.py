"""Tasks on the workers of a Dask cluster: the same numbers, whoever is killed meanwhile."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import shutil
import socketserver
import sys
import threading
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

import flowsim
from flowsim.errors import msg
from flowsim.experiment import elsewhere
from flowsim.experiment.batch import Run
from flowsim.experiment.cluster import Cluster, cluster
from flowsim.experiment.processes import ElsewhereError, Lost
from flowsim.experiment.run import run_once
from flowsim.experiment.same_code import check, other
from flowsim.experiment.scheduler import ClusterError, is_address
from flowsim.experiment.today import Folders, people_of
from flowsim.experiment.worker import Answer
from tests.experiment.burn_in_worlds import write_worlds
from tests.experiment.clusters import HOST, dask
from tests.experiment.tiny_worlds import tiny

SOURCE = Path(flowsim.__file__).parent


# ---------------------------------------------------------------- without a cluster
def test_a_scheduler_that_does_not_answer_is_one_message():
    with (
        pytest.raises(ClusterError, match=r"^no scheduler answers at tcp://127\.0\.0\.1:1$"),
        cluster("tcp://127.0.0.1:1", 1),
    ):
        pass


@pytest.mark.parametrize(
    "address",
    ["nonsense://x", "tcp://", "127.0.0.1", "tcp://h:port", "inproc://a:1", "tcp://a:1 ",
     "tcp://a:0", "tcp://a:65536", "tls://a:99999", "tcp://a:\u0668\u0667", "tcp://\u0661\u0660.0.0.1:1",
     "tcp://[:::::]:1", "tcp://[1.2.3.4]:1", "tcp://.:1", "tcp://..:1", "tcp://a..b:1",
     "tcp://.a:1", f"tcp://{'a' * 64}:1", f"tcp://{'a' * 300}:1", f"tcp://{'a.' * 150}b:1"],
)  # fmt: skip
def test_an_address_that_is_none_is_one_message(address):
    with pytest.raises(ClusterError, match="is no address of a scheduler"), cluster(address, 1):
        pass


@pytest.mark.parametrize(
    "address",
    ["tcp://10.0.0.1:1", "tls://node-1.example.nl:65535", "tcp://[::1]:8786", "tcp://my_node.:1",
     "tcp://[::ffff:10.0.0.1]:8786", "tcp://zoë.nl:8786", f"tcp://{'a' * 63}:1"],
)  # fmt: skip
def test_an_address_that_is_one_is_not_refused(address):
    assert is_address(address)


def http(line):
    line.recv(10_000)
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")


def zeros(line):
    line.sendall(bytes(65_536))


def garbage(line):
    line.sendall(b"\x8f\x1f\xc3\x7e" * 16_384)


def echo(line):
    while said := line.recv(65_536):
        line.sendall(said)


def silent(line):
    line.recv(1)  # Dask greets
    while line.recv(65_536):
        pass


@contextmanager
def serving(what):
    """Have something at a port that does as it is told with whoever comes."""
    with socketserver.ThreadingTCPServer((HOST, 0), None) as server:
        server.daemon_threads = True

        def answer(line, *_):
            with suppress(OSError):
                what(line)

        server.RequestHandlerClass = answer
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"{HOST}:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("protocol", ["tcp", "tls"])
@pytest.mark.parametrize("what", [http, zeros, garbage, echo, silent])
def test_what_is_no_scheduler_is_one_message_and_leaves_nothing_behind(what, protocol, capfd):
    with (
        serving(what) as where,
        pytest.raises(ClusterError, match=f"^no scheduler answers at {protocol}://{where}$"),
        cluster(f"{protocol}://{where}", 0.5),
    ):
        pass
    gc.collect()
    assert capfd.readouterr() == ("", "")


def test_a_notebook_that_has_an_event_loop_gets_the_same_message():
    async def cell():
        with cluster("tcp://127.0.0.1:1", 0.2):
            pass

    with pytest.raises(ClusterError, match="no scheduler answers"):
        asyncio.run(cell())


def test_without_dask_the_message_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(ClusterError, match=r'pip install "flowsim\[cluster\]"'),
        cluster("tcp://a:1"),
    ):
        pass


def test_a_run_goes_over_the_line_without_words():
    run = run_once(tiny(), 0)
    packed, shares = elsewhere._packed(Answer(run))
    assert len(set(shares)) == len(shares) == 3
    assert run.packed[0].labels not in packed
    known = elsewhere.shared(shares)
    assert elsewhere.opened(packed, known) == Answer(run)
    other = replace(run_once(tiny(), 1), cpu_seconds=run.cpu_seconds)
    assert elsewhere._packed(Answer(other))[1] == shares
    with pytest.raises(KeyError):
        elsewhere.opened(packed, {})


def test_people_of_today_are_sent_and_nothing_is_read_or_made(tmp_path, monkeypatch, cache):
    base = flowsim.load(write_worlds(tmp_path))
    wanted = run_once(base, 0)
    folders = Folders.now()
    from flowsim.experiment import today
    from flowsim.experiment.burn_in import BurnIn, path_of

    sent = folders.to_send([path_of(base, 0).key])
    monkeypatch.setattr(today, "_remembered", {})
    monkeypatch.setattr(BurnIn, "make", None)
    shutil.rmtree(tmp_path / "cache")
    assert run_once(base, 0, folders=sent).digest == wanted.digest
    assert people_of(base, 0, sent) is not None
    assert not (tmp_path / "cache").exists()


# ---------------------------------------------------------------- with one
@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """A scheduler with two workers."""
    with dask(tmp_path_factory.mktemp("dask")) as found:
        yield found


def ready(place: Cluster, workers: int) -> Cluster:
    """Wait until so many workers are there."""
    until = time.monotonic() + 600
    while place.jobs != workers:
        assert time.monotonic() < until, f"{place.jobs} workers"
        time.sleep(0.1)
    return place


@pytest.fixture
def place(two):
    with cluster(two.address, 60) as found:
        yield ready(found, 2)


def logs(number):
    logging.getLogger("flowsim").warning(msg("{n} days", n=number))
    return number


def raises(number):
    raise ValueError(f"not {number}")


def cannot_be_sent(number):
    return lambda: number


def where(_):
    time.sleep(0.05)
    return os.getpid()


@pytest.mark.slow
def test_what_is_logged_comes_along_and_a_function_of_a_notebook_goes(place, caplog):
    assert sorted(place.run(logs, range(5))) == [0, 1, 2, 3, 4]
    assert set(caplog.messages) == {f"{n} days" for n in range(5)}
    assert sorted(place.run(lambda one: one * 2, range(5))) == [0, 2, 4, 6, 8]
    assert list(place.run(logs, [])) == []


@pytest.mark.slow
def test_both_workers_work_and_nothing_of_it_is_here(place):
    pids = set(place.run(where, range(20)))
    assert len(pids) == 2
    assert os.getpid() not in pids


@pytest.mark.slow
def test_what_is_raised_there_is_raised_here_with_its_traceback(place):
    with pytest.raises(ValueError, match="not 3") as caught:
        list(place.run(raises, [3]))
    assert isinstance(caught.value.__cause__, ElsewhereError)
    assert "in raises" in str(caught.value.__cause__)
    with pytest.raises(Exception, match="pickle"):
        list(place.run(cannot_be_sent, [3]))


@pytest.mark.slow
def test_tasks_are_taken_when_there_is_room_and_closing_ends_it(place):
    taken = count()
    with closing(place.run(logs, taken)) as results:
        for _ in range(10):
            next(results)
    assert next(taken) < 20


@pytest.mark.slow
def test_a_worker_is_no_scheduler(place):
    worker = next(iter(place.workers()))
    with pytest.raises(ClusterError, match=f"^no scheduler answers at {worker}$"), cluster(worker):
        pass


@pytest.mark.slow
def test_no_port_is_open_elsewhere(two, place):
    ports = [one.laddr.ip for process in two.processes() for one in process.net_connections()
             if one.status == "LISTEN"]  # fmt: skip
    assert len(ports) >= 3
    assert set(ports) == {HOST}


@pytest.mark.slow
def test_runs_are_those_of_this_machine_with_today_sent_along(place, tmp_path, cache):
    base = flowsim.load(write_worlds(tmp_path))
    more = flowsim.load(tmp_path / "more.toml")
    wanted = flowsim.compare(base, [more], 4)
    found = flowsim.compare(base, [more], 4, jobs=place)
    assert [one.digest for one in found.runs] == [one.digest for one in wanted.runs]
    assert found.measures.equals(wanted.measures)
    assert found.waits.equals(wanted.waits)
    assert all(isinstance(one, Run) for one in found.runs)
    assert len(place._known) <= 8


@pytest.mark.slow
def test_metrics_of_ones_own_go_along(place):
    found = flowsim.run(tiny(), 2, jobs=place, metrics={"n": lambda reading: 3.0})
    assert set(found.measures.query("measure == 'n'")["value"]) == {3.0}


def ends(number):
    if number == 1:
        os._exit(9)
    return number


@pytest.mark.slow
@pytest.mark.parametrize("allowed", ["0", "1", "3"])
def test_a_task_that_ends_its_worker_is_lost_and_the_others_are_done(tmp_path, allowed):
    limit = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": allowed}
    with dask(tmp_path, workers=4, **limit) as found, cluster(found.address, 60) as place:
        ready(place, 4)
        done = list(place.run(ends, range(12)))
    lost = [one for one in done if isinstance(one, Lost)]
    assert [one.task for one in lost] == [1]
    assert "ended 2 times" in lost[0].why
    assert sorted(one for one in done if not isinstance(one, Lost)) == [0, *range(2, 12)]


def done_and_then_gone(task):
    marker, number = task
    if number == 1 and not marker.exists():
        marker.touch()
        threading.Timer(0.5, os._exit, [9]).start()
    return number


@pytest.mark.slow
def test_what_ends_with_its_worker_before_it_was_sent_is_done_again(tmp_path):
    with dask(tmp_path) as found, cluster(found.address, 60) as place:
        ready(place, 2)
        results = place.run(done_and_then_gone, [(tmp_path / "marker", n) for n in range(2)])
        ready(place, 1)
        assert sorted(results) == [0, 1]


@pytest.mark.slow
def test_without_workers_others_are_waited_for(tmp_path, caplog):
    with dask(tmp_path, workers=1) as found, cluster(found.address, 60) as place:
        ready(place, 1)
        results = place.run(where, range(5))
        first = next(results)
        found.workers[0].kill()
        threading.Timer(4, found.begin_worker).start()
        assert len({first, *results}) == 2
    assert caplog.messages == [
        f"The scheduler at {found.address} has no workers any more; waiting for others."
    ]


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_time_only(tmp_path):
    with dask(tmp_path) as found, cluster(found.address, 60) as place:
        ready(place, 2)
        done = []
        with closing(place.run(run_of_tiny, [(tiny(), n) for n in range(12)])) as results:
            for one in results:
                done.append(one)
                if len(done) == 3:
                    found.workers[0].kill()
    assert len(done) == 12
    wanted = {n: run_of_tiny((tiny(), n)).digest for n in range(12)}
    assert {one.replication: one.digest for one in done} == wanted


def run_of_tiny(task):
    time.sleep(0.1)
    return run_once(*task)


HEAVY = ("pandas", "seaborn", "matplotlib", "scipy.stats")


def loaded(_):
    run_once(tiny(), 0)
    return [name for name in HEAVY if name in sys.modules]


@pytest.mark.slow
def test_a_worker_loads_nothing_heavy(place):
    assert list(place.run(loaded, range(2))) == [[], []]


class Halves:
    """A client of which one worker has just gone, and the other has no flowsim."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def nthreads(self):
        return {"tcp://a:1": 1}

    def run(self, *_, **__):
        return self.answers.pop(0)


def test_a_worker_that_has_just_gone_is_no_mistake_and_one_without_flowsim_is():
    gone, here = {"tcp://a:1": ConnectionResetError("gone")}, {"tcp://b:1": elsewhere.about()}
    check(Halves(gone, gone | here), "tcp://s:1", 5)
    with pytest.raises(ClusterError, match="has no workers"):
        check(Halves(*[gone] * 9), "tcp://s:1", 0.3)
    without = {"tcp://a:1": ModuleNotFoundError("No module named 'flowsim'")}
    with pytest.raises(ClusterError, match="worker tcp://a:1 cannot run flowsim: ModuleNotFound"):
        check(Halves(here | without), "tcp://s:1", 5)


@pytest.mark.slow
def test_a_scheduler_that_goes_is_one_message(tmp_path):
    with dask(tmp_path) as found, cluster(found.address, 60) as place:
        results = place.run(where, range(1000))
        next(results)
        found.scheduler.kill()
        with pytest.raises(ClusterError, match=r"^the scheduler at \S+ is no longer there$"):
            list(results)


def test_in_what_a_worker_differs_is_said(monkeypatch):
    said = other("tcp://h:1", elsewhere.about() | {"code": "0" * 12})
    assert f"(code {'0' * 12} / {elsewhere.about()['code']}; there / here)" in said
    assert "flowsim" not in said.partition("(")[2].partition(";")[0]


def other_code(folder: Path) -> dict[str, str]:
    """Copy flowsim with a comment more; return the environment that it is found with."""
    shutil.copytree(SOURCE, folder / "flowsim", ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "flowsim" / "metrics" / "window.py").open("a") as stream:
        stream.write("# another version\n")
    return {"PYTHONPATH": os.pathsep.join([str(folder), *sys.path])}


@pytest.mark.slow
def test_a_worker_of_another_version_is_refused_whenever_it_comes(tmp_path):
    environment = other_code(tmp_path / "other")
    with dask(tmp_path, workers=0) as found:
        found.begin_worker(**environment)
        with (
            pytest.raises(
                ClusterError, match=r"has another version \(code \w{12} / \w{12}; "
            ) as no,
            cluster(found.address, 60),
        ):
            pass
        assert "worker tcp://127.0.0.1:" in no.value.said
        found.workers[0].kill()
        found.begin_worker()
        with cluster(found.address, 60) as place:
            ready(place, 1)
            found.begin_worker(**environment)
            ready(place, 2)
            with pytest.raises(ClusterError, match="has another version"):
                list(place.run(where, range(100)))


@pytest.mark.slow
def test_a_worker_with_threads_is_refused_and_so_is_a_cluster_without_workers(tmp_path):
    with dask(tmp_path, workers=0) as found:
        with pytest.raises(ClusterError, match="has no workers"), cluster(found.address, 5):
            pass
        found.begin_worker("--nthreads", "2")
        with (
            pytest.raises(ClusterError, match="has 2 threads; start it with --nthreads 1"),
            cluster(found.address, 60),
        ):
            pass
