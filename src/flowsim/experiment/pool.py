"""Run many tasks on the processors of one machine and hand over each result as it comes."""

from __future__ import annotations

import signal
import warnings
from collections.abc import Callable, Generator, Iterable
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


def processors() -> int:
    """Return how many processors this process may use."""
    from joblib import cpu_count

    return int(cpu_count())


def stream(
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

    Yields
    ------
    Result
        Ctrl-C raises `KeyboardInterrupt` here, between two results, and ends the processes.
    """
    if jobs == 1:
        yield from map(work, tasks)
        return
    from joblib import Parallel, delayed

    parallel = Parallel(
        n_jobs=jobs,
        backend="loky",
        batch_size=1,
        pre_dispatch="2 * n_jobs",
        max_nbytes=None,
        return_as="generator_unordered",
        initializer=_leave_interrupts_to_the_parent,
    )
    results = parallel(delayed(work)(task) for task in tasks)
    try:
        for result in results:  # noqa: UP028 - that would close it before the `finally`
            yield result
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # joblib warns that it was stopped early
            results.close()


def _leave_interrupts_to_the_parent() -> None:
    """A terminal sends Ctrl-C to every process; only the parent decides what to do with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
