"""What a program and all that it starts take, looked at from outside: memory, and who works."""

from __future__ import annotations

import threading
import time

import psutil

APART = 0.1
"""Seconds between two looks."""


class Watch(threading.Thread):
    """What a process and all that it started take, looked at ten times a second."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.root = psutil.Process(root)
        self.most = self.most_of_root = 0
        """Bytes at their highest: of all together, of the first alone."""
        self.looks: list[tuple[float, bool]] = []
        """When was looked, in seconds, and whether no other process had worked since the last."""
        self._spent: dict[int, float] = {}

    @property
    def alone(self) -> float:
        """Share of the time in which no other process worked."""
        return sum(alone for _, alone in self.looks) / max(len(self.looks), 1)

    def stretches(self, least: float = 0.3) -> list[tuple[float, float]]:
        """Return from when to when the first process was alone, where that lasted."""
        found: list[tuple[float, float]] = []
        since = None
        for at, alone in [*self.looks, (self.looks[-1][0], False)]:
            if alone and since is None:
                since = at - APART
            elif not alone and since is not None:
                found.append((max(since, 0.0), at))
                since = None
        return [(since, until) for since, until in found if until - since >= least]

    def run(self) -> None:
        """Look again and again, until the process is gone."""
        began = time.perf_counter()
        while self.root.is_running() and self.root.status() != psutil.STATUS_ZOMBIE:
            self._look(began)
            time.sleep(APART)

    def _look(self, began: float) -> None:
        try:
            others = self.root.children(recursive=True)
        except psutil.NoSuchProcess:
            return
        own = _resident(self.root)
        self.most_of_root = max(self.most_of_root, own)
        self.most = max(self.most, own + sum(map(_resident, others)))
        spent = {one.pid: _spent(one) for one in others}
        worked = any(more > self._spent.get(pid, 0.0) for pid, more in spent.items())
        self._spent = spent
        self.looks.append((time.perf_counter() - began, not worked))


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def _spent(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)
