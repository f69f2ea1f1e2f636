"""One process that works on what it is given, one thing at a time, until nobody needs it.

It has a pipe of its own and shares nothing with the others: when it ends, at whatever instant, it
is known what it was at, and nobody else notices.
"""

from __future__ import annotations

import atexit
import logging
import os
import pickle
import signal
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Final

from flowsim.interrupts import asks, unheard
from flowsim.threads import one_each

IDLE_SECONDS: Final = 300.0
"""How long a process waits for more work before it ends."""
_LOG: Final = logging.getLogger("flowsim")
_idle: list[Worker] = []
"""Processes that have no work now; the next batch takes them, with all that they imported."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a task brought: a value, or what it raised with the traceback as text."""

    value: Any = None
    raised: BaseException | None = None
    traceback: str = ""
    logged: tuple[tuple[int, object], ...] = ()


class EndedError(Exception):
    """The process is no longer there; the message says how it ended."""


class Worker:
    """Another process, as the one that began it sees it.

    Parameters
    ----------
    work
        What it will do first, pickled: it imports all of that before it is ready.
    """

    def __init__(self, work: bytes) -> None:
        from joblib.externals.loky.backend import get_context

        context = get_context("loky")  # a new Python: nothing is inherited, no main module is run
        self.pipe, theirs = context.Pipe()
        self.parent = os.getpid()
        self.ready = False
        self._process = context.Process(
            target=_serve,
            args=(theirs, self.parent, work),
            env=one_each(os.environ),
            name="flowsim-worker",
        )
        with unheard():
            self._process.start()
        theirs.close()

    @classmethod
    def take(cls, work: bytes) -> Worker:
        """Return one that has no work, or begin one."""
        while _idle:
            one = _idle.pop()
            if one.parent == os.getpid():
                if not one.pipe.poll():  # what can be read is that it ended
                    return one
                one.end()
        return cls(work)

    def give_back(self) -> None:
        """Leave it to the next who needs one."""
        _idle.append(self)

    def send(self, work: bytes, task: bytes) -> None:
        """Give it a task, pickled; that it ended meanwhile will be heard."""
        with suppress(OSError):
            self.pipe.send((work, task))

    def hear(self) -> Answer | None:
        """Return what it says: None when it is ready for its first task.

        Raises
        ------
        EndedError
            When it has ended.
        """
        try:
            said = pickle.loads(self.pipe.recv_bytes())
        except (EOFError, OSError):
            raise EndedError(self.end()) from None
        self.ready = True
        assert said is None or isinstance(said, Answer)
        return said

    def end(self) -> str:
        """End it, whatever it is at; return how it ended when it did so by itself."""
        self.pipe.close()
        self._process.join(timeout=5)
        code = self._process.exitcode
        if code is None:
            self.kill()
            return "killed"
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def kill(self) -> None:
        """End it at once."""
        pid = self._process.pid
        if self._process.exitcode is None and pid is not None:
            if hasattr(signal, "SIGKILL"):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            else:
                self._process.terminate()
        self._process.join()
        self.pipe.close()


@atexit.register
def _let_go() -> None:
    """End the processes that have no work, when this one ends."""
    mine = [one for one in _idle if one.parent == os.getpid()]
    _idle.clear()
    for one in mine:
        one.pipe.close()
    for one in mine:
        one.end()


# ---------------------------------------------------------------- in the process itself
def _serve(pipe: Connection, parent: int, work: bytes) -> None:
    """Work until nobody gives anything, or the parent is gone.

    A terminal sends Ctrl-C to every process; only the parent decides what to do with it.
    """
    for one in asks():
        signal.signal(one, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    known: tuple[bytes, Any] = (b"", None)
    with suppress(Exception):  # told with the first task
        known = (work, pickle.loads(work))
    with suppress(EOFError, OSError):  # the parent is gone
        pipe.send_bytes(pickle.dumps(None))
        while pipe.poll(IDLE_SECONDS):
            work, task = pipe.recv()
            answer, known = answered(work, task, known)
            pipe.send_bytes(_packed(answer))


def answered(
    work: bytes, task: bytes, known: tuple[bytes, Any]
) -> tuple[Answer, tuple[bytes, Any]]:
    """Return what a task brings, and the work, opened, for the next one."""
    opened = known

    def call() -> Any:
        nonlocal opened
        if work != opened[0]:
            opened = (work, pickle.loads(work))
        return opened[1](pickle.loads(task))

    return answer_of(call), opened


def answer_of(call: Callable[[], Any]) -> Answer:
    """Return what a call brings: a value or what it raised, and what it logged."""
    notes = _Notes()
    _LOG.addHandler(notes)
    try:
        return Answer(call(), logged=tuple(notes.kept))
    except Exception as error:  # told where it was asked
        story = "".join(traceback.format_exception(error))
        return Answer(None, portable(error), story, tuple(notes.kept))
    finally:
        _LOG.removeHandler(notes)


def _packed(answer: Answer) -> bytes:
    try:
        return packed(answer)
    except Exception as error:  # a value that no other process can have
        story = "".join(traceback.format_exception(error))
        return packed(Answer(None, portable(error), story, answer.logged))


def portable(error: Exception) -> Exception:
    """Return an exception that another process can have: itself, or what it says."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # whatever its author forgot
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def packed(thing: object) -> bytes:
    """Pickle work or a task; functions of a notebook too."""
    from joblib.externals.loky.backend.reduction import dumps

    return bytes(dumps(thing))


class _Notes(logging.Handler):
    """Keeps what is logged, to be logged where people are."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[tuple[int, object]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message; as it is, so that it can be said in any language."""
        self.kept.append((record.levelno, record.getMessage() if record.args else record.msg))


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
