"""An observer of one's own: called for every row of every run, in order, by whoever asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from flowsim.experiment.batch import Failed, Run
from flowsim.experiment.keep import Task
from flowsim.ledger import Row

Observer = Callable[[Row], object]


@dataclass(slots=True)
class Observing:
    """Tells runs in the order of their tasks, in whatever order they come.

    Runs come with their ledgers from where they were made; the observer is called here, so it may
    be any function, and what it gathers is at hand. What it raises ends the batch.
    """

    observer: Observer
    ledgers: bool
    """Whether runs keep their ledgers afterwards."""
    tasks: Sequence[Task]
    _early: dict[tuple[str, int], Run | Failed] = field(default_factory=dict)
    _told: int = 0

    def take(self, one: Run | Failed) -> Run | Failed:
        """Tell of a run, or let it wait for those before it; return it as it is kept."""
        self._early[one.scenario, one.replication] = one
        while self._early and (found := self._early.pop(self._next(), None)) is not None:
            self._told += 1
            self._tell(found)
        return self._kept(one)

    def end(self) -> None:
        """Tell of the runs that still wait for others, which do not come any more."""
        while self._told < len(self.tasks):
            if (found := self._early.pop(self._next(), None)) is not None:
                self._tell(found)
            self._told += 1

    def _next(self) -> tuple[str, int]:
        scenario, number = self.tasks[self._told]
        return scenario.key, number

    def _tell(self, one: Run | Failed) -> None:
        if isinstance(one, Run) and one.ledger is not None:
            for row in one.ledger.in_words(one.scenario, one.replication):
                self.observer(row)

    def _kept(self, one: Run | Failed) -> Run | Failed:
        return one if self.ledgers or isinstance(one, Failed) else replace(one, ledger=None)
