"""flowsim with a fault in it: the process that meets a replication does what it is told.

``FAULT`` says what, of which scenario and replication: ``kill more_dwellings 1``. Everything else
is the program as it is. With ``SLOW`` every replication takes so many seconds longer.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import time
from typing import Any

from flowsim.experiment import trial
from flowsim.experiment.batch import Failed, Run
from flowsim.experiment.keep import Task
from flowsim.store import database

run: Any = sys.modules["flowsim.experiment.run"]
"""The module; the package has a function of that name."""
plain, tried = run.run_once, run.tried


def go_wrong(scenario: str, replication: int) -> None:
    """Do what is planted for a replication."""
    time.sleep(float(os.environ.get("SLOW", "0")))
    what, *where = os.environ.get("FAULT", "none").split()
    if where not in ([scenario, str(replication)], ["all"]):
        return
    if what == "raise":
        raise KeyError("nobody thought of this")
    if what == "memory":
        bytearray(1 << 62)
    if what == "hang":
        time.sleep(36_000)
    if what == "kill":
        os.kill(os.getpid(), signal.SIGKILL)


def run_once(scenario: Any, replication: int, **more: Any) -> Run:
    go_wrong(scenario.key, replication)
    return plain(scenario, replication, **more)


def faulty(task: Task, **more: Any) -> Run | Failed:
    """Work on a task; wherever this comes, `run_once` is the one above from then on."""
    run.run_once = run_once
    return tried(task, **more)


def full_disk() -> None:
    """Let the disk be full: for the store after ``FULL`` pages, for files after ``FILES`` of them.

    With ``ASKED`` it is asked to stop then instead.
    """
    if "FULL" in os.environ:
        limit = f"pragma max_page_count = {os.environ['FULL']}"
        database.SETTINGS = (*database.SETTINGS, limit)  # type: ignore[misc]
    if "FILES" in os.environ:
        written, to_disk = 0, os.fsync

        def fsync(file: int) -> None:
            nonlocal written
            written += 1
            if written == int(os.environ["FILES"]):
                if "ASKED" not in os.environ:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.kill(os.getpid(), int(os.environ["ASKED"]))
            to_disk(file)

        os.fsync = fsync


def main() -> None:
    """Run flowsim."""
    from flowsim.__main__ import program
    from flowsim.cli import show_progress

    run.tried = trial.tried = faulty
    show_progress.SECONDS_BETWEEN_LINES = 0
    full_disk()
    program()


if __name__ == "__main__":
    from tests.faults.planted import main as as_imported

    as_imported()  # what other processes import has this module's name
