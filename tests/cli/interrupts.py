"""Ctrl-C as a terminal on Unix sends it: to the program and to its workers."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence

import pytest

_PROGRAM = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from flowsim.cli import main
main()
"""


def interrupted(arguments: Sequence[str]) -> str:
    """Press Ctrl-C half a second after the first sign of progress; return what flowsim says.

    It must still be at work then, and end as an interrupted program does.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "Simuleren: " in line:
            break
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.5)
    os.killpg(process.pid, signal.SIGINT)
    stdout, stderr = process.communicate(timeout=120)
    assert process.returncode == 130, stderr
    assert "Traceback" not in stderr
    return stdout
