"""What asks a program to stop: noted, so that what is under way is finished and kept."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from flowsim.errors import msg

_LOG: Final = logging.getLogger("flowsim")
_ASKS: Final = ("SIGINT", "SIGTERM", "SIGHUP")
"""What asks to stop: Ctrl-C, another program (a scheduler), a terminal that closes."""
_STOPPING: Final = msg("Stopping: what runs now is finished and kept. Once more: at once.")
"""Said by a thread: it may come while the main one is half-way saying something else."""
_LATER: Final = 0.01
"""Seconds."""
_USUAL: Final = (signal.default_int_handler, signal.SIG_DFL)
"""What is done with them where nobody said anything else."""
_noted: list[int] = []
"""Which of them came, in their order."""


def exit_code() -> int:
    """Return what a program ends with that was asked to stop: 130 after Ctrl-C, 143, 129."""
    return 128 + (_noted[-1] if _noted else signal.SIGINT)


def times_asked() -> int:
    """Return how often this program was asked to stop, in a way that was noted or not."""
    return len(_noted)


def asks() -> list[signal.Signals]:
    """Return the signals that ask to stop, on this system."""
    return [getattr(signal, name) for name in _ASKS if hasattr(signal, name)]


def stop(number: int, frame: FrameType | None) -> None:
    """Stop here, as Ctrl-C does: all that is open is closed, and nothing is left behind.

    Raises
    ------
    KeyboardInterrupt
        Always.
    """
    _noted.append(number)
    raise KeyboardInterrupt


def to_its_end(program: Callable[[], object]) -> None:
    """Run a program to its end: it stops as after Ctrl-C, whichever way and whenever it is asked.

    What asks while it ends already is not heard the first time, and ends it at once the second.
    What asks in a callback, which no exception leaves, is heard when that is over.
    """
    sys.unraisablehook = _heard_again
    taken = [one for one in asks() if signal.getsignal(one) in _USUAL]

    def answer(handler: Callable[[int, FrameType | None], None]) -> None:
        for one in taken:
            signal.signal(one, handler)

    answer(stop)
    try:
        try:
            program()
        finally:
            answer(_once)
    except KeyboardInterrupt:
        answer(_once)
        sys.exit(exit_code())


def _heard_again(lost: sys.UnraisableHookArgs) -> None:
    """Ask again, a little later; say of anything else what Python says."""
    if lost.exc_type is KeyboardInterrupt and _noted:
        later = threading.Timer(_LATER, os.kill, (os.getpid(), _noted[-1]))
        later.daemon = True
        later.start()
    else:
        sys.__unraisablehook__(lost)


def _once(number: int, frame: FrameType | None) -> None:
    """Do nothing, this time."""
    signal.signal(number, signal.SIG_DFL)


@contextmanager
def noting_interrupts() -> Iterator[Callable[[], bool]]:
    """Let the first Ctrl-C be noted and not raised; yields what tells whether it has come.

    So are SIGTERM and SIGHUP. An exception that comes at any instruction can be lost in code that
    others wrote. A second one raises `KeyboardInterrupt`, and so does the first outside the main
    thread; a third ends the program at once.
    """
    pressed = 0

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        pressed += 1
        if pressed > 2:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        if pressed > 1:
            stop(number, frame)
        _noted.append(number)
        threading.Thread(target=_LOG.warning, args=(_STOPPING,), daemon=True).start()

    usual = (*_USUAL, stop)
    main = threading.current_thread() is threading.main_thread()
    takes = {one: was for one in asks() if main and (was := signal.getsignal(one)) in usual}
    for one in takes:
        signal.signal(one, note)
    try:
        yield lambda: pressed > 0
    finally:
        for one, was in takes.items():
            signal.signal(one, was)


@contextmanager
def unheard() -> Iterator[None]:
    """Begin processes here that never hear what asks to stop; the program hears it afterwards.

    Both are inherited: what is held back, and what is ignored. Held back alone would not do:
    libraries let it through again. Ignored alone would lose what comes meanwhile.
    """
    masks = hasattr(signal, "pthread_sigmask")
    before = signal.pthread_sigmask(signal.SIG_BLOCK, asks()) if masks else set()
    main = threading.current_thread() is threading.main_thread()
    was = {one: signal.getsignal(one) for one in asks() if main}
    for one in was:
        signal.signal(one, signal.SIG_IGN)
    try:
        yield
    finally:
        for one, handler in was.items():
            signal.signal(one, handler or signal.SIG_DFL)
        if masks:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
