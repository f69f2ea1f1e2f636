"""What takes too long is stopped, by the clock of the process: a busy machine is no fault."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

WAITS_AT_MOST = 300.0
"""Seconds by the clock on the wall, for what computes nothing and still does not end."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in what computes for longer, or waits for ever."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"not done after {seconds} s of computing")

    limits = [
        (signal.SIGPROF, signal.ITIMER_PROF, seconds),
        (signal.SIGALRM, signal.ITIMER_REAL, WAITS_AT_MOST),
    ]
    before = {one: signal.signal(one, stop) for one, _, _ in limits}
    for _, timer, most in limits:
        signal.setitimer(timer, most)
    try:
        yield
    finally:
        for _, timer, _ in limits:
            signal.setitimer(timer, 0)
        for one, was in before.items():
            signal.signal(one, was)
