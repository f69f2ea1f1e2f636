"""Tasks on the workers of a Dask cluster: more machines than one, and the same numbers.

A worker gets what a batch shares once (what is worked with, each scenario, the people of today) and
sends values: words that its runs have in common go over the line once, as long as it lives.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, Final, TypeVar

from flowsim.errors import msg
from flowsim.experiment import elsewhere
from flowsim.experiment.processes import TRIES, Lost, ToDo, value_of
from flowsim.experiment.same_code import check, other, workers_of
from flowsim.experiment.scheduler import SECONDS_TO_ANSWER, ClusterError, gone, library, reached
from flowsim.experiment.worker import packed

Task = TypeVar("Task")
Result = TypeVar("Result")

_TICK: Final = 1.0
"""Seconds after which it is seen whether the scheduler is still there, and who works."""
_LOG: Final = logging.getLogger("flowsim")


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
        check(client, address, seconds)
        yield Cluster(client, address)


@dataclass(slots=True)
class Cluster:
    """Workers of a scheduler, one task at a time each (`flowsim.experiment.processes.Place`)."""

    client: Any
    address: str
    _held: dict[int, tuple[Any, Any]] = field(default_factory=dict)
    """By identity of what is held: itself, so that it stays, and where it is."""
    _lost: int = 0
    """How often what is held was given up."""
    _known: dict[str, Any] = field(default_factory=dict)
    """What workers sent of what their runs share, by hash."""

    @property
    def sees_files(self) -> bool:
        """It does not: what it needs is sent."""
        return False

    @property
    def jobs(self) -> int:
        """How many workers there are now."""
        return len(self.workers())

    def workers(self) -> dict[str, int]:
        """Return the threads of each worker that is there, by address."""
        return workers_of(self.client, self.address)

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
            where = self.client.submit(elsewhere.Held, key, said, key=f"{key}-{self._lost}")
            self._held[id(thing)] = (thing, where)
        return self._held[id(thing)][1]

    def hold_again(self) -> None:
        """Send what is held anew when it is needed: workers that made it were ended too often."""
        self._held.clear()
        self._lost += 1

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


@dataclass(frozen=True, slots=True)
class _UnderWay:
    """A task and the worker that has it."""

    task: Any
    tries: int
    """How often it was given out in vain."""
    worker: str


class _Batch:
    """Tasks under way on a cluster.

    A worker has one at a time, and no other worker gets that one: so a task that ends its worker is
    known, and no other task is lost with it.
    """

    def __init__(self, place: Cluster, work: Any, tasks: Iterable[Any]) -> None:
        self._place = place
        self._work = work
        self._to_do = ToDo(tasks)
        self._under_way: dict[Any, _UnderWay] = {}
        self._over: SimpleQueue[Any] = SimpleQueue()
        self._there: set[str] = set()
        self._looked = float("-inf")

    def hand_out(self) -> None:
        """Give a task to every worker that has none."""
        now = time.monotonic()
        if now > self._looked + _TICK:
            self._looked, before = now, self._there
            self._there = set(self._place.workers())
            if before and not self._there:
                _LOG.warning(msg("The scheduler at {address} has no workers any more; waiting for "
                                 "others.", address=self._place.address))  # fmt: skip
        for worker in sorted(self._there - {one.worker for one in self._under_way.values()}):
            if (entry := self._to_do.next()) is None:
                return
            self._submit(_UnderWay(*entry, worker))

    def _submit(self, one: _UnderWay) -> None:
        place, task = self._place, one.task
        parts = task if isinstance(task, tuple) else (task,)
        sent = [part if isinstance(part, int | str) else place.held(part) for part in parts]
        future = place.client.submit(
            elsewhere.done, place.held(self._work), sent, isinstance(task, tuple),
            elsewhere.about(), pure=False, workers=[one.worker],
        )  # fmt: skip
        self._under_way[future] = one
        future.add_done_callback(self._over.put)

    def results(self) -> Generator[Any]:
        """Yield what comes, as long as anything is to be done."""
        try:
            while self._under_way or self._is_more():
                for future in self._now_over():
                    one = self._under_way.pop(future)
                    self.hand_out()
                    yield from self._outcome(future, one)
                self.hand_out()
                yield from self._ended_with_their_workers()
        finally:
            self._cancel(list(self._under_way))

    def _is_more(self) -> bool:
        """Return whether there is a task although nobody has one: no worker is there."""
        if (entry := self._to_do.next()) is None:
            return False
        self._to_do.give_back(*entry)
        return True

    def _cancel(self, futures: list[Any]) -> None:
        with suppress(Exception):  # the scheduler may be gone
            self._place.client.cancel(futures, force=True)

    def _now_over(self) -> list[Any]:
        """Return the futures that are over, after a moment when there is none."""
        found = []
        with suppress(Empty):
            found.append(self._over.get(timeout=_TICK))
            while True:
                found.append(self._over.get_nowait())
        if self._place.client.status != "running":
            raise ClusterError(gone(self._place.address))
        return [one for one in found if one in self._under_way]

    def _ended_with_their_workers(self) -> Iterator[Any]:
        """Have done again what workers were at that are no longer there."""
        ended = {future: one for future, one in self._under_way.items()
                 if one.worker not in self._there}  # fmt: skip
        self._cancel(list(ended))
        for future, one in ended.items():
            del self._under_way[future]
            yield from self._ended(one)

    def _ended(self, one: _UnderWay) -> Iterator[Any]:
        """Have a task done again whose worker has ended, or give it up."""
        if (tries := one.tries + 1) < TRIES:
            self._to_do.give_back(one.task, tries)
            self.hand_out()
        else:
            yield Lost(one.task, msg("its workers were ended {n} times: by somebody, or for want "
                                     "of memory", n=tries))  # fmt: skip

    def _outcome(self, future: Any, one: _UnderWay) -> Iterator[Any]:
        """Yield what a task brought; log what was logged, raise what was raised."""
        distributed = library()
        try:
            answer = self._place.whole(self._sent(future, one.worker))
        except LookupError:
            yield from self._ended(one)
            return
        except distributed.KilledWorker:  # it, or what it needs
            self._place.hold_again()
            yield from self._ended(one)
            return
        except (OSError, distributed.CancelledError) as error:
            raise ClusterError(gone(self._place.address)) from error
        if isinstance(answer.raised, elsewhere.OtherCodeError):
            raise ClusterError(other(answer.raised.worker, answer.raised.found))
        yield value_of(answer)

    def _sent(self, future: Any, worker: str) -> Any:
        """Return what a worker sends of what it has done, however long the line takes.

        Raises
        ------
        LookupError
            When it has ended meanwhile.
        """
        seconds = _TICK
        while True:
            try:
                return future.result(timeout=seconds)
            except TimeoutError:
                if worker not in self._place.workers():
                    raise LookupError(worker) from None
                seconds *= 2
