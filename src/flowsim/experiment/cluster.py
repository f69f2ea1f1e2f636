"""Tasks on the workers of a Dask cluster: more machines than one, and the same numbers.

A worker gets what a batch shares once (what is worked with, each scenario, the people of today) and
sends values: words that its runs have in common go over the line once, as long as it lives.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, Final, TypeVar

from flowsim.errors import Said, msg
from flowsim.experiment import elsewhere
from flowsim.experiment.processes import TRIES, Lost, value_of
from flowsim.experiment.scheduler import ClusterError, library, reached
from flowsim.experiment.worker import packed

Task = TypeVar("Task")
Result = TypeVar("Result")

SECONDS_TO_ANSWER: Final = 10.0
"""How long a scheduler may take to answer, and its first worker to be there."""
_TICK: Final = 1.0
"""Seconds after which it is seen whether the scheduler is still there, and who works."""


@contextmanager
def cluster(address: str, seconds: float = SECONDS_TO_ANSWER) -> Iterator[Cluster]:
    """Have the workers of a scheduler at hand.

    Parameters
    ----------
    address
        Of the scheduler: ``tcp://host:port``, or ``tls://``.
    seconds
        How long it may take to answer.

    Raises
    ------
    ClusterError
        When that is no address, Dask is not installed, nobody answers, there is no worker, or one
        of them has other code or works in threads: said before anything is run.
    """
    with reached(address, seconds) as client:
        found = Cluster(client, address)
        found.check(seconds)
        yield found


@dataclass(slots=True)
class Cluster:
    """Workers of a scheduler, one task at a time each (`flowsim.experiment.processes.Place`)."""

    client: Any
    address: str
    _held: dict[int, tuple[Any, Any]] = field(default_factory=dict)
    """By identity of what is held: itself, so that it stays, and where it is."""
    _known: dict[str, Any] = field(default_factory=dict)
    """What workers sent of what their runs share, by hash."""

    @property
    def sees_files(self) -> bool:
        """It does not: what it needs is sent."""
        return False

    @property
    def jobs(self) -> int:
        """How many workers there are now."""
        return len(self._workers())

    def _workers(self) -> dict[str, int]:
        """Return the threads of each worker, by address."""
        try:
            found: dict[str, int] = self.client.nthreads()
        except OSError as error:
            raise ClusterError(_gone(self.address)) from error
        return found

    def check(self, seconds: float) -> None:
        """Refuse workers that would bring other numbers, or none.

        Raises
        ------
        ClusterError
            With the first that is refused, and how to start it.
        """
        until = time.monotonic() + seconds
        while not self._checked():
            if time.monotonic() > until:
                raise ClusterError(msg("the scheduler at {address} has no workers",
                                       address=self.address))  # fmt: skip
            time.sleep(0.1)

    def _checked(self) -> bool:
        """Return whether there is a worker; refuse one that would bring other numbers, or none."""
        for worker, threads in self._workers().items():
            if threads != 1:
                raise ClusterError(
                    msg("worker {worker} has {n} threads; start it with --nthreads 1, and more "
                        "workers where there are more processors", worker=worker, n=threads)
                )  # fmt: skip
        try:
            said = self.client.run(elsewhere.about, on_error="return")
        except Exception as error:  # whatever it is that a worker cannot read
            raise ClusterError(msg("the workers at {address} cannot run flowsim: {why}",
                                   address=self.address, why=_line(error))) from error  # fmt: skip
        there = {worker: one for worker, one in said.items() if not isinstance(one, OSError)}
        for worker, found in there.items():  # of the others the line broke: they have just gone
            if isinstance(found, BaseException):
                raise ClusterError(msg("worker {worker} cannot run flowsim: {why}", worker=worker,
                                       why=_line(found)))  # fmt: skip
            if found != elsewhere.about():
                raise ClusterError(_other(worker, found))
        return bool(there)

    # ------------------------------------------------------------ run
    def run(
        self, work: Callable[[Task], Result], tasks: Iterable[Task]
    ) -> Generator[Result | Lost[Task]]:
        """As `flowsim.experiment.processes.Place.run` says."""
        batch = _Batch(self, work, tasks)
        batch.hand_out()
        return batch.results()

    def held(self, thing: Any) -> Any:
        """Return where something is that many tasks need: sent once, made again when it is lost."""
        if id(thing) not in self._held:
            said = packed(thing)
            key = f"flowsim-held-{hashlib.sha256(said).hexdigest()}"
            where = self.client.submit(elsewhere.Held, key, said, key=key, pure=True)
            self._held[id(thing)] = (thing, where)
        return self._held[id(thing)][1]

    def whole(self, said: elsewhere.Said) -> Any:
        """Return what a worker said, with what it left out because others said it before.

        Raises
        ------
        LookupError
            When it left out what nobody knows any more.
        """
        missing = [one for one in said.shares if one not in self._known]
        if missing:
            try:
                found = self.client.run(elsewhere.shared, missing, workers=[said.worker])
                self._known |= found[said.worker]
            except Exception as error:  # it is gone, with what it knew
                raise LookupError(said.worker) from error
        return elsewhere.opened(said.packed, self._known)


def _other(worker: str, found: dict[str, str]) -> Said:
    """Say in what a worker differs from here."""
    here = elsewhere.about()
    other = [f"{name} {found.get(name, '-')} / {here[name]}" for name in here
             if found.get(name) != here[name]]  # fmt: skip
    return msg("worker {worker} has another version ({what}; there / here): its numbers would be "
               "others; install the same there", worker=worker, what=other)  # fmt: skip


def _line(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0]


class _Batch:
    """Tasks under way on a cluster."""

    def __init__(self, place: Cluster, work: Any, tasks: Iterable[Any]) -> None:
        self._place = place
        self._work = work
        self._tasks = iter(tasks)
        self._under_way: dict[Any, tuple[Any, int]] = {}
        """The task of each future, and how often it was given out before."""
        self._over: SimpleQueue[Any] = SimpleQueue()
        self._room = 0
        self._counted = float("-inf")

    def hand_out(self) -> None:
        """Give out tasks: one for each worker, and some that are there when one is done."""
        now = time.monotonic()
        if now > self._counted + _TICK:
            jobs = self._place.jobs
            self._counted, self._room = now, jobs + jobs // 4 + 1
        while len(self._under_way) < self._room:
            for task in self._tasks:
                self._submit(task, 0)
                break
            else:
                return

    def _submit(self, task: Any, tries: int) -> None:
        place = self._place
        parts = task if isinstance(task, tuple) else (task,)
        sent = [one if isinstance(one, int | str) else place.held(one) for one in parts]
        future = place.client.submit(
            elsewhere.done, place.held(self._work), sent, isinstance(task, tuple),
            elsewhere.about(), pure=False,
        )  # fmt: skip
        self._under_way[future] = (task, tries)
        future.add_done_callback(self._over.put)

    def results(self) -> Generator[Any]:
        """Yield what comes, as long as anything is under way."""
        try:
            while self._under_way:
                for future in self._now_over():
                    task, tries = self._under_way.pop(future)
                    yield from self._outcome(future, task, tries)
                self.hand_out()
        finally:
            with suppress(Exception):  # the scheduler may be gone
                self._place.client.cancel(list(self._under_way), force=True)

    def _now_over(self) -> list[Any]:
        """Return the futures that are over, after a moment when there is none."""
        found = []
        with suppress(Empty):
            found.append(self._over.get(timeout=_TICK))
            while True:
                found.append(self._over.get_nowait())
        if self._place.client.status != "running":
            raise ClusterError(_gone(self._place.address))
        return [one for one in found if one in self._under_way]

    def _outcome(self, future: Any, task: Any, tries: int) -> Iterator[Any]:
        """Yield what a task brought; log what was logged, raise what was raised."""
        distributed = library()
        try:
            answer = self._place.whole(future.result())
        except distributed.KilledWorker as error:
            yield Lost(task, msg("its workers were ended {n} times: by somebody, or for want of "
                                 "memory", n=error.allowed_failures + 1))  # fmt: skip
            return
        except LookupError:
            if tries + 1 == TRIES:
                yield Lost(task, msg("its worker ended before all was sent"))
            else:
                self._submit(task, tries + 1)
            return
        except (OSError, distributed.CancelledError) as error:
            raise ClusterError(_gone(self._place.address)) from error
        if isinstance(answer.raised, elsewhere.OtherCodeError):
            raise ClusterError(_other(answer.raised.worker, answer.raised.found))
        yield value_of(answer)


def _gone(address: str) -> Said:
    return msg("the scheduler at {address} is no longer there; what was done is kept",
               address=address)  # fmt: skip
