"""Where tasks are run: what every place promises, and the processors of this machine.

Whoever runs tasks elsewhere writes another `Place`; what gathers results knows nothing of it.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import Any, Final, Generic, Protocol, TypeVar

from flowsim.errors import EngineError, Said, msg
from flowsim.experiment.worker import Answer, EndedError, Worker, packed

Progress = Callable[[int, int], None]
"""Called with how many are done and how many there are."""
Task = TypeVar("Task")
Result = TypeVar("Result")
TRIES: Final = 2
"""How often a task is given to a process: one that ends twice is not tried a third time."""
_STARTS: Final = 10
"""Processes that may end one after another before any is ready to work."""
_LOG: Final = logging.getLogger("flowsim")


def processors() -> int:
    """Return how many processors this process may use."""
    from joblib import cpu_count

    return int(cpu_count())


# ---------------------------------------------------------------- what every place promises
@dataclass(frozen=True, slots=True)
class Lost(Generic[Task]):
    """A task that brought nothing, through no exception: its process ended, or it took too long."""

    task: Task
    why: Said


class LostError(EngineError):
    """A task was lost that nothing can do without."""


class ElsewhereError(Exception):
    """What another process raised, with its traceback as text: an exception comes without."""


class Place(Protocol):
    """Where tasks are run."""

    @property
    def jobs(self) -> int:
        """How many are run at once."""

    @property
    def sees_files(self) -> bool:
        """Whether its processes see the files of this machine."""

    def run(
        self, work: Callable[[Task], Result], tasks: Iterable[Task]
    ) -> Generator[Result | Lost[Task]]:
        """Yield what each task brings, in the order in which they finish.

        Work begins when this is called, not when the first result is asked for. A task is taken
        from ``tasks`` when there is room for it and not before: when ``tasks`` ends early, what is
        under way is finished and no more is begun. A process that ends is replaced, and what it
        was at is tried again, `TRIES` times; then it is `Lost`. What ``work`` raises is raised.
        What it logs is logged here. Closing ends what is under way.
        """


def place_of(jobs: int | Place) -> Place:
    """Return a place: so many processes of this machine, or the place that is given."""
    return Here(jobs) if isinstance(jobs, int) else jobs


def as_finished(
    work: Callable[[Task], Result], tasks: Iterable[Task], jobs: int | Place = 1
) -> Generator[Result]:
    """Yield ``work(task)`` for every task, in the order in which they finish.

    Parameters
    ----------
    work
        A function of a module, so that another process can import it.
    tasks
        What to work on; handed out one at a time.
    jobs
        Processes, or a place; 1 works in this process, in the order of the tasks.

    Closing it between two results ends what is under way. What is logged elsewhere is logged here.

    Raises
    ------
    LostError
        When a task is lost.
    """
    with closing(started(work, tasks, jobs)) as results:
        yield from results


def started(
    work: Callable[[Task], Result], tasks: Iterable[Task], jobs: int | Place = 1
) -> Generator[Result]:
    """Do as `as_finished`; other processes begin now, not when the first result is asked for."""
    return _none_lost(place_of(jobs).run(work, tasks))


def _none_lost(outcomes: Generator[Result | Lost[Task]]) -> Generator[Result]:
    with closing(outcomes):
        for one in outcomes:
            if isinstance(one, Lost):
                raise LostError(one.why)
            yield one


def value_of(answer: Answer) -> Any:
    """Log what another process logged, and return what it brought or raise what it raised."""
    for level, message in answer.logged:
        _LOG.log(level, message)
    if answer.raised is not None:
        raise answer.raised from ElsewhereError(answer.traceback)
    return answer.value


class ToDo(Generic[Task]):
    """Tasks that nobody works on yet; what was given out in vain comes before what is new."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._tasks = iter(tasks)
        self._again: deque[tuple[Task, int]] = deque()

    def next(self) -> tuple[Task, int] | None:
        """Take what is to be done, and how often it was given out in vain; None: nothing."""
        if self._again:
            return self._again.popleft()
        for task in self._tasks:
            return task, 0
        return None

    def give_back(self, task: Task, tries: int) -> None:
        """Have it done again: it was given out in vain so many times."""
        self._again.append((task, tries))


# ---------------------------------------------------------------- this machine
@dataclass(frozen=True, slots=True)
class Here:
    """Processes of this machine.

    Parameters
    ----------
    jobs
        How many; 1 without a timeout works in this process, in the order of the tasks.
    timeout
        Seconds that a task may take; None: any. Its process is ended, the others go on.
    """

    jobs: int = 1
    timeout: float | None = None

    @property
    def sees_files(self) -> bool:
        """It does."""
        return True

    def run(
        self, work: Callable[[Task], Result], tasks: Iterable[Task]
    ) -> Generator[Result | Lost[Task]]:
        """As `Place.run` says; alone, a task begins when its result is asked for."""
        if self.jobs == 1 and self.timeout is None:
            return (work(task) for task in tasks)
        pool = _Pool(work, tasks, self)
        pool.hand_out()
        return pool.results()


@dataclass(slots=True)
class _UnderWay(Generic[Task]):
    """A task and the process that has it."""

    worker: Worker
    task: Task
    tries: int
    """How often it was given out before."""
    since: float | None = None
    """When it was sent, on the clock; None: the process is beginning."""


class _Pool(Generic[Task, Result]):
    """Tasks under way in processes of this machine."""

    def __init__(self, work: Callable[[Task], Result], tasks: Iterable[Task], place: Here) -> None:
        self._work = packed(work)
        self._to_do = ToDo(tasks)
        self._place = place
        self._under_way: dict[Any, _UnderWay[Task]] = {}
        self._in_vain = 0

    def hand_out(self) -> None:
        """Give a task to every process that has none."""
        while len(self._under_way) < self._place.jobs:
            if (entry := self._to_do.next()) is None:
                return
            one = _UnderWay(Worker.take(self._work), *entry)
            self._under_way[one.worker.pipe] = one
            if one.worker.ready:
                self._send(one)

    def _send(self, one: _UnderWay[Task]) -> None:
        one.since = time.monotonic()
        one.worker.send(self._work, packed(one.task))

    def results(self) -> Generator[Result | Lost[Task]]:
        """Yield what comes, as long as anything is under way."""
        try:
            while self._under_way:
                for pipe in wait(list(self._under_way), self._patience()):
                    yield from self._heard(self._under_way[pipe])
                for one in list(self._under_way.values()):
                    yield from self._too_long(one)
        finally:
            for one in self._under_way.values():
                one.worker.kill()

    def _patience(self) -> float | None:
        """Return how long nothing can take too long; None: for ever."""
        if self._place.timeout is None:
            return None
        begun = [one.since for one in self._under_way.values() if one.since is not None]
        return max(0.0, min(begun) + self._place.timeout - time.monotonic()) if begun else None

    def _heard(self, one: _UnderWay[Task]) -> Iterator[Result | Lost[Task]]:
        """Take what a process says, and go on with the next task before that is handed over."""
        try:
            answer = one.worker.hear()
        except EndedError as error:
            yield from self._ended(one, str(error))
            return
        if answer is None:
            self._in_vain = 0
            self._send(one)
            return
        del self._under_way[one.worker.pipe]
        one.worker.give_back()
        if answer.raised is None:
            self.hand_out()
        yield value_of(answer)

    def _ended(self, one: _UnderWay[Task], how: str) -> Iterator[Lost[Task]]:
        """Let another process take over from one that has ended."""
        del self._under_way[one.worker.pipe]
        tries = one.tries
        if one.since is None:
            self._in_vain += 1
            if self._in_vain == _STARTS:
                raise LostError(msg("processes of this machine end as soon as they begin ({how}); "
                                    "try --jobs 1", how=how))  # fmt: skip
        else:
            tries += 1
        if tries < TRIES:
            self._to_do.give_back(one.task, tries)
        self.hand_out()
        if tries == TRIES:
            yield Lost(one.task, msg("its process was ended {n} times ({how}): by somebody, or for "
                                     "want of memory", n=tries, how=how))  # fmt: skip

    def _too_long(self, one: _UnderWay[Task]) -> Iterator[Lost[Task]]:
        """End a process that is longer at its task than it may be."""
        limit = self._place.timeout
        if limit is None or one.since is None or time.monotonic() - one.since < limit:
            return
        if one.worker.pipe.poll():
            return  # it is ready just now
        del self._under_way[one.worker.pipe]
        one.worker.kill()
        self.hand_out()
        yield Lost(one.task, msg("not done after {n} seconds (--timeout)", n=limit))
