"""Runs gathered as they finish, and put where they stay before they are told."""

from __future__ import annotations

import logging
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Final

from flowsim.errors import ScenarioError, msg
from flowsim.experiment.batch import Failed, Run
from flowsim.experiment.keep import Keep, Task
from flowsim.experiment.observing import Observing
from flowsim.experiment.own_metrics import MetricError
from flowsim.experiment.processes import (
    ElsewhereError,
    Here,
    Lost,
    LostError,
    Place,
    Progress,
    place_of,
)
from flowsim.interrupts import noting_interrupts
from flowsim.scenario import Scenario

IN_VAIN: Final = 10
"""Replications that may fail before any is done; then the others are not tried."""
MISTAKES: Final = (ScenarioError, MetricError)
"""What its author must mend first: every replication would say the same."""
_LOG: Final = logging.getLogger("flowsim")


@dataclass(slots=True)
class Gathered:
    """What tasks brought."""

    runs: list[Run] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    interrupted: bool = False
    """Whether Ctrl-C, or what else asks to stop, came before all of it."""

    @property
    def count(self) -> int:
        """How many tasks are over."""
        return len(self.runs) + len(self.failed)


def gather(
    work: Callable[[Task], Run | Failed],
    tasks: Sequence[Task],
    jobs: int | Place,
    progress: Progress | None,
    keep: Keep | None,
    observing: Observing | None = None,
) -> Gathered:
    """Work on tasks until all are over, or until it is asked to stop: then finish what runs.

    One that fails is kept and told, and the others go on. ``observing``: who is told of every run.

    Raises
    ------
    Exception
        What a task raised that its author must mend (`MISTAKES`), once it is kept.
    KeyboardInterrupt
        When it is asked twice to stop, and what is done is kept.
    """
    found = Gathered()
    if not tasks:
        return found
    place = place_of(jobs)
    if isinstance(place, Here):  # where runs are kept, one that ends its process is told too
        least = 1 if keep is None else min(place.jobs, 2)
        place = replace(place, jobs=max(least, min(place.jobs, len(tasks))))
    with noting_interrupts() as asked:
        try:
            _collect(work, tasks, place, asked, progress, keep, found, observing)
        except KeyboardInterrupt:
            if asked() and keep is not None:
                raise
            found.interrupted = True
    found.interrupted |= asked() and found.count < len(tasks)
    if observing is not None:
        observing.end()
    return found


def _collect(
    work: Callable[[Task], Run | Failed],
    tasks: Sequence[Task],
    place: Place,
    asked: Callable[[], bool],
    progress: Progress | None,
    keep: Keep | None,
    found: Gathered,
    observing: Observing | None,
) -> None:
    """Gather what comes, until all of it is there or it is all in vain."""
    scenarios = {one.key: one for one, _ in tasks}
    known: dict[bytes, bytes] = {}
    with closing(place.run(work, _until(asked, tasks))) as outcomes:
        for outcome in outcomes:
            one = _lost(outcome) if isinstance(outcome, Lost) else outcome
            if observing is not None:
                one = observing.take(one)
            if isinstance(one, Run):
                found.runs.append(_kept(one, known, scenarios, keep))
            else:
                found.failed.append(_told(one, scenarios, keep))
            if progress is not None:
                progress(found.count, len(tasks))
            if not found.runs and len(found.failed) == IN_VAIN:
                return


def _until(asked: Callable[[], bool], tasks: Sequence[Task]) -> Iterator[Task]:
    """Yield tasks until it is asked to stop."""
    for task in tasks:
        if asked():
            return
        yield task


def _kept(
    one: Run, known: dict[bytes, bytes], scenarios: Mapping[str, Scenario], keep: Keep | None
) -> Run:
    """Put a run where it stays."""
    if keep is not None:
        return keep.put(scenarios[one.scenario], one)
    measures, costs, own = (part.sharing(known) for part in one.packed)
    return replace(one, packed=(measures, costs, own))


def _lost(one: Lost[Task]) -> Failed:
    scenario, replication = one.task
    return Failed(scenario.key, replication, LostError(one.why), host=platform.node())


def _told(one: Failed, scenarios: Mapping[str, Scenario], keep: Keep | None) -> Failed:
    """Keep that a replication failed, and say so; raise what its author must mend."""
    if keep is not None:
        keep.fail(scenarios[one.scenario], one)
    if isinstance(one.error, MISTAKES):
        raise_again(one)
    _LOG.warning(msg("replication {n} of {scenario} failed: {why}; the others go on",
                     n=one.replication, scenario=one.scenario, why=one.why))  # fmt: skip
    return one


def raise_again(one: Failed) -> None:
    """Raise what a replication raised, with what is known of where.

    Raises
    ------
    Exception
        Always.
    """
    if one.traceback and one.error.__traceback__ is None:
        raise one.error from ElsewhereError(one.traceback)
    raise one.error
