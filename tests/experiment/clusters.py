"""A scheduler and workers of Dask on this machine: on loopback alone, on ports that are free."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Dask:
    """A scheduler and its workers, each a process."""

    folder: Path
    address: str
    scheduler: subprocess.Popen
    workers: list[subprocess.Popen] = field(default_factory=list)

    def begin_worker(self, *options: str, **environment: str) -> subprocess.Popen:
        """Begin a worker."""
        words = ["worker", self.address, "--host", HOST, "--no-nanny",
                 "--dashboard-address", f"{HOST}:0",
                 "--local-directory", str(self.folder),
                 *(options or ("--nthreads", "1"))]  # fmt: skip
        self.workers.append(_begin(words, environment))
        return self.workers[-1]

    def processes(self) -> list[psutil.Process]:
        """Return the processes that are there, children included."""
        begun = [psutil.Process(one.pid) for one in (self.scheduler, *self.workers)
                 if one.poll() is None]  # fmt: skip
        return [each for one in begun for each in (one, *one.children(recursive=True))]


def _begin(words: list[str], environment: dict[str, str]) -> subprocess.Popen:
    paths = os.pathsep.join([str(ROOT), *sys.path])
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *words],
        env=os.environ | {"PYTHONPATH": paths} | environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip


@contextmanager
def dask(folder: Path, workers: int = 2, **environment: str) -> Iterator[Dask]:
    """Have a scheduler and some workers as long as they are needed."""
    file = folder / "scheduler.json"
    words = ["scheduler", "--host", HOST, "--port", "0", "--dashboard-address", f"{HOST}:0",
             "--scheduler-file", str(file)]  # fmt: skip
    scheduler = _begin(words, environment)
    found = Dask(folder, "", scheduler)
    try:
        until = time.monotonic() + 600
        while not (file.exists() and file.read_text().endswith("}")):
            assert time.monotonic() < until, "no scheduler"
            assert scheduler.poll() is None
            time.sleep(0.05)
        found.address = json.loads(file.read_text())["address"]
        for _ in range(workers):
            found.begin_worker()
        yield found
    finally:
        for one in (*found.workers, scheduler):
            one.kill()
            one.wait()
