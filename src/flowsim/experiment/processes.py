"""Run many tasks on the processors of one machine and hand over each result as it comes."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType
from typing import Final, TypeVar, cast

Progress = Callable[[int, int], None]
"""Called with how many are done and how many there are."""
NOWHERE: Final = str(Path(os.sep).resolve())
"""joblib notes the name of a folder for large arrays, in ASCII, which is never made with
``max_nbytes=None``. The user's own temporary folder may be called after a Zoë."""
Task = TypeVar("Task")
Result = TypeVar("Result")

_LOG: Final = logging.getLogger("flowsim")


def processors() -> int:
    """Return how many processors this process may use."""
    from joblib import cpu_count

    return int(cpu_count())


_ASKS: Final = ("SIGINT", "SIGTERM", "SIGHUP")
"""What asks to stop: Ctrl-C, another program (a scheduler), a terminal that closes."""
_noted: list[int] = []
"""Which of them came last."""


def exit_code() -> int:
    """Return what a program ends with that was asked to stop: 130 after Ctrl-C, 143, 129."""
    return 128 + (_noted[-1] if _noted else signal.SIGINT)


def _asks() -> list[signal.Signals]:
    return [getattr(signal, name) for name in _ASKS if hasattr(signal, name)]


@contextmanager
def noting_interrupts() -> Iterator[Callable[[], bool]]:
    """Let the first Ctrl-C be noted and not raised; yields what tells whether it has come.

    So are SIGTERM and SIGHUP. An exception that comes at any instruction can be lost in code that
    others wrote. A second Ctrl-C raises `KeyboardInterrupt` as always, and so does the first
    outside the main thread; a second signal of another kind ends the program at once.

    Raises
    ------
    KeyboardInterrupt
        Also when workers ended after it was noted: whatever ended them, it was not an error.
    """
    pressed = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        _noted.append(number)
        if pressed and number == signal.SIGINT:
            signal.default_int_handler(number, frame)
        if pressed:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        pressed = True

    usual = (signal.default_int_handler, signal.SIG_DFL)
    main = threading.current_thread() is threading.main_thread()
    takes = {one: was for one in _asks() if main and (was := signal.getsignal(one)) in usual}
    for one in takes:
        signal.signal(one, note)
    try:
        yield lambda: pressed
    except BrokenProcessPool as error:
        if pressed:
            raise KeyboardInterrupt from error
        raise
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
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _asks()) if masks else set()
    main = threading.current_thread() is threading.main_thread()
    was = {one: signal.getsignal(one) for one in _asks() if main}
    for one in was:
        signal.signal(one, signal.SIG_IGN)
    try:
        yield
    finally:
        for one, handler in was.items():
            signal.signal(one, handler or signal.SIG_DFL)
        if masks:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def as_finished(
    work: Callable[[Task], Result], tasks: Iterable[Task], jobs: int = 1
) -> Generator[Result]:
    """Yield ``work(task)`` for every task, in the order in which they finish.

    Parameters
    ----------
    work
        A function of a module, so that another process can import it.
    tasks
        What to work on; handed out a few at a time.
    jobs
        Processes; 1 works in this process, in the order of the tasks.

    Closing it between two results ends the processes. What is logged elsewhere is logged here.
    """
    with closing(started(work, tasks, jobs)) as results:
        yield from results


def started(
    work: Callable[[Task], Result], tasks: Iterable[Task], jobs: int = 1
) -> Generator[Result]:
    """Do as `as_finished`; other processes begin now, not when the first result is asked for."""
    running = _running(work, tasks, jobs)
    next(running)
    return running


def _running(work: Callable[[Task], Result], tasks: Iterable[Task], jobs: int) -> Generator[Result]:
    """Yield once as a start, which is no result, and then every result."""
    begun = cast(Result, None)
    if jobs == 1:
        yield begun
        yield from map(work, tasks)
        return
    from joblib import Parallel, delayed

    parallel = Parallel(
        n_jobs=jobs,
        backend="loky",
        batch_size=1,
        pre_dispatch="2 * n_jobs",
        max_nbytes=None,
        temp_folder=NOWHERE,
        return_as="generator_unordered",
        initializer=_leave_interrupts_to_the_parent,
    )
    with unheard():
        results = parallel(delayed(_heard)(work, task) for task in tasks)
    try:
        yield begun
        for result, logged in results:
            for level, message in logged:
                _LOG.log(level, message)
            yield result
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # joblib warns that it was stopped early
            results.close()


class _Notes(logging.Handler):
    """Keeps what is logged, to be logged where people are."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[tuple[int, object]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message; as it is, so that it can be said in any language."""
        self.kept.append((record.levelno, record.getMessage() if record.args else record.msg))


def _heard(work: Callable[[Task], Result], task: Task) -> tuple[Result, list[tuple[int, object]]]:
    """Work on a task, and bring along what was logged."""
    notes = _Notes()
    _LOG.addHandler(notes)
    try:
        return work(task), notes.kept
    finally:
        _LOG.removeHandler(notes)


def _leave_interrupts_to_the_parent() -> None:
    """A terminal sends Ctrl-C to every process; only the parent decides what to do with it.

    When the parent is gone, however it ended, this process has no work any more.
    """
    for one in _asks():
        signal.signal(one, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
