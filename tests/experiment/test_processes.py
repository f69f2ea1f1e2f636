"""Tasks in other processes: what is logged, raised and lost there is told here."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing

import psutil
import pytest

from flowsim.errors import msg
from flowsim.experiment.processes import (
    ElsewhereError,
    Here,
    Lost,
    LostError,
    as_finished,
    started,
)
from flowsim.interrupts import exit_code, noting_interrupts, unheard
from flowsim.report.wording import wording


@pytest.fixture(autouse=True)
def _hears_what_asks_to_stop():
    """As a command at a terminal does: what a shell puts in the background ignores Ctrl-C."""
    usual = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
    before = {one: signal.signal(one, handler) for one, handler in usual.items()}
    yield
    for one, handler in before.items():
        signal.signal(one, handler)


def logs(number):
    log = logging.getLogger("flowsim")
    log.warning(msg("{n} days", n=number))
    log.warning("%d of %d", number, 3)
    return number


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_logged_comes_along_whole_whatever_the_number_of_jobs(jobs, caplog, capfd):
    assert sorted(as_finished(logs, range(3), jobs)) == [0, 1, 2]
    plain = {f"{n} of 3" for n in range(3)}
    assert set(caplog.messages) == plain | {f"{n} days" for n in range(3)}
    said = {wording("nl").said(one.msg) for one in caplog.records} - plain - {"%d of %d"}
    assert said == {f"{n} dagen" for n in range(3)}
    assert capfd.readouterr().err == "", "nothing is printed beside it"


def leaves_a_sign(path):
    path.touch()
    return path


def test_what_is_started_goes_on_while_nobody_asks_for_it(tmp_path):
    with closing(started(leaves_a_sign, [tmp_path / "a", tmp_path / "b"], 2)) as results:
        until = time.monotonic() + 600
        while not (tmp_path / "b").exists():
            assert time.monotonic() < until, "it waits to be asked"
            time.sleep(0.01)
        assert sorted(results) == [tmp_path / "a", tmp_path / "b"]


HEARS = """
import signal
asks = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
print(all(signal.getsignal(one) == signal.SIG_IGN for one in asks))
"""


def test_what_asks_to_stop_never_reaches_a_process_not_even_while_it_begins():
    with noting_interrupts() as interrupted:
        with unheard():
            signal.raise_signal(signal.SIGTERM)
            told = subprocess.run([sys.executable, "-c", HEARS], capture_output=True, text=True)
        assert told.stdout == "True\n"
        assert interrupted(), "it is heard afterwards"
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def presses_twice():
    with noting_interrupts():
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.raise_signal(one)


def test_the_second_that_asks_stops_at_once_and_says_how_it_came():
    with pytest.raises(KeyboardInterrupt):
        presses_twice()
    assert exit_code() == 130
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


# ---------------------------------------------------------------- processes that end
def goes_wrong(task):
    """Note that it was tried; end as asked, the first times or always."""
    folder, name, how, times = task
    tried = len(list(folder.glob(f"{name}-*")))
    (folder / f"{name}-{tried}").touch()
    if tried < times:
        if how == "sleep":
            time.sleep(3600)
        os.kill(os.getpid(), signal.SIGKILL)
    return name


def outcomes(folder, how, times, *, timeout=None):
    """Return the results and the lost tasks of nine tasks, of which the fourth goes wrong."""
    tasks = [(folder, str(n), how, times if n == 3 else 0) for n in range(9)]
    found = list(Here(2, timeout).run(goes_wrong, tasks))
    lost = [one for one in found if isinstance(one, Lost)]
    return sorted(one for one in found if not isinstance(one, Lost)), lost


def test_what_a_killed_process_was_at_is_done_by_another(tmp_path):
    done, lost = outcomes(tmp_path, "kill", 1)
    assert (done, lost) == ([str(n) for n in range(9)], [])
    assert sorted(one.name for one in tmp_path.glob("3-*")) == ["3-0", "3-1"]
    assert len(list(tmp_path.iterdir())) == 10, "no other task was tried again"


def test_what_ends_its_process_twice_is_lost_and_the_others_go_on(tmp_path):
    done, (lost,) = outcomes(tmp_path, "kill", 99)
    assert done == [str(n) for n in range(9) if n != 3]
    assert lost.task[1] == "3"
    assert lost.why == (
        "its process was ended 2 times (signal 9): by somebody, or for want of memory"
    )
    assert len(list(tmp_path.iterdir())) == 10


def test_what_takes_too_long_is_lost_and_the_others_go_on(tmp_path):
    list(as_finished(goes_wrong, [(tmp_path, "x", "", 0)] * 4, 2))  # imports are no part of it
    done, (lost,) = outcomes(tmp_path, "sleep", 99, timeout=5)
    assert done == [str(n) for n in range(9) if n != 3]
    assert (lost.task[1], lost.why) == ("3", "not done after 5 seconds (--timeout)")


def test_what_nothing_can_do_without_is_told(tmp_path):
    with pytest.raises(LostError, match="ended 2 times"):
        list(as_finished(goes_wrong, [(tmp_path, "x", "kill", 99)] * 2, 2))


class Odd(Exception):
    """Cannot be opened in another process."""

    def __init__(self, one, other):
        super().__init__(f"{one} {other}")


def raises(kind):
    if kind == "odd":
        raise Odd("an odd", "one")
    if kind == "thread":
        return threading.Lock()
    raise KeyError(kind)


@pytest.mark.parametrize(
    ("kind", "error", "said"),
    [("key", KeyError, "key"), ("odd", RuntimeError, "Odd: an odd one"),
     ("thread", TypeError, "lock")],
)  # fmt: skip
def test_what_is_raised_elsewhere_is_raised_here_with_its_traceback(kind, error, said):
    with pytest.raises(error, match=said) as caught:
        list(as_finished(raises, [kind, kind], 2))
    assert isinstance(caught.value.__cause__, ElsewhereError)
    assert "Traceback" in str(caught.value.__cause__)


def pid_of(task):
    return os.getpid()


def test_tasks_are_taken_when_there_is_room_and_processes_are_taken_again():
    taken = []
    tasks = (taken.append(n) or n for n in range(20))
    with closing(Here(2).run(pid_of, tasks)) as results:
        first = {next(results)}
        assert len(taken) <= 4
        first |= set(results)
    assert len(first) <= 2
    assert os.getpid() not in first
    assert set(as_finished(pid_of, range(20), 2)) <= first


ENDS = """
import os, sys, time
from flowsim.experiment.processes import as_finished

def sleeps(n):
    print(os.getpid(), flush=True)
    time.sleep(3600 * n)

for _ in as_finished(sleeps, [0, 1, 1], 2):
    pass
"""


def test_processes_end_with_their_parent_however_it_ends():
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", ENDS], stdout=subprocess.PIPE, text=True, env=env
    ) as parent:
        assert parent.stdout is not None
        workers = {int(parent.stdout.readline()) for _ in range(3)}
        parent.kill()
    until = time.monotonic() + 600
    while any(psutil.pid_exists(one) for one in workers):
        assert time.monotonic() < until, "they stay"
        time.sleep(0.1)
