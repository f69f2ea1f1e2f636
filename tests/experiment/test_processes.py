"""What is logged in another process is told here, and can be said in any language."""

import logging
import signal
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing

import pytest

from flowsim.errors import msg
from flowsim.experiment.processes import as_finished, noting_interrupts, started, unheard
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
        until = time.monotonic() + 120
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


def ended(*, after_a_signal):
    with noting_interrupts():
        if after_a_signal:
            signal.raise_signal(signal.SIGINT)
        raise BrokenProcessPool


def test_workers_that_end_after_a_noted_interrupt_are_no_error():
    with pytest.raises(KeyboardInterrupt):
        ended(after_a_signal=True)
    with pytest.raises(BrokenProcessPool):
        ended(after_a_signal=False)
