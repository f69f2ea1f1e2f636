"""Asked to stop while it begins or ends, a program ends without a word of Python."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.faults.program import PATIENCE, hears

ASKS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
PROGRAM = """
import atexit, os, signal, sys, time
from importlib.machinery import PathFinder
from flowsim.__main__ import program

def ask(times=1):
    for _ in range(times):
        os.kill(os.getpid(), {number})

class Asks(PathFinder):
    def find_spec(self, name, *more):
        if name == {module!r}:
            sys.meta_path.remove(self)
            ask() if {here} else in_a_callback()

class Ends:
    def __del__(self):
        ask()

def in_a_callback():
    Ends()
    time.sleep(60)

sys.meta_path.insert(0, Asks())
atexit.register(ask, {times})
sys.argv = ["flowsim", "schema"]
program()
"""


def asked(number: int, module: str = "", times: int = 0, here: bool = True) -> tuple[int, str]:
    """Have a program ask itself when it imports a module, or when it ends; return how it ends.

    Not ``here``: in a callback.
    """
    words = {"number": int(number), "module": module, "times": times, "here": here}
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(**words)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, preexec_fn=hears,
        timeout=PATIENCE, check=False,
    )  # fmt: skip
    return ran.returncode, ran.stderr


@pytest.mark.parametrize("number", ASKS)
def test_asked_while_it_ends_it_ends_as_it_would_have(number):
    assert asked(number, times=1) == (0, "")


@pytest.mark.parametrize("number", ASKS)
def test_asked_twice_while_it_ends_it_ends_at_once(number):
    assert asked(number, times=2) == (-number, "")


@pytest.mark.parametrize("number", ASKS)
@pytest.mark.parametrize("module", ["flowsim.cli", "flowsim.cli.streams"])
def test_asked_while_it_begins_it_ends_so(number, module):
    assert asked(number, module) == (128 + number, "")


@pytest.mark.parametrize("number", ASKS)
def test_asked_in_a_callback_it_hears_it_afterwards(number):
    assert asked(number, "flowsim.cli.streams", here=False) == (128 + number, "")
