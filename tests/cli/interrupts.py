"""Ctrl-C as a terminal on Unix sends it: to the program and to its workers."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence

_PROGRAM = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from flowsim.__main__ import program
from flowsim.cli import show_progress
show_progress.SECONDS_BETWEEN_LINES = 0
program()
"""


def interrupted(
    arguments: Sequence[str], done: int = 3, of: str = "Simuleren", by: int = signal.SIGINT
) -> str:
    """Press Ctrl-C once so many are done, however long they take; return what flowsim says.

    It must still be at work then, and end as an interrupted program does.

    Parameters
    ----------
    arguments
        Of flowsim.
    done, of
        How many of what: the word that its lines of progress begin with.
    by
        The signal. What is no Ctrl-C goes to the program alone.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    told = []
    for line in process.stderr:
        told.append(line)
        progress = re.match(rf"{of}: (\d+) ", line)
        if progress and int(progress[1]) >= done:
            break
    assert process.poll() is None, told
    (os.killpg if by == signal.SIGINT else os.kill)(process.pid, by)
    stdout, stderr = process.communicate(timeout=600)
    assert process.returncode == 128 + by, stderr
    assert "Traceback" not in stderr
    return stdout
