"""Runs gathered as they finish, and put where they stay before they are told."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace

from flowsim.experiment.batch import Run
from flowsim.experiment.interrupts import noting_interrupts
from flowsim.experiment.keep import Failed, Keep, Task
from flowsim.experiment.processes import ElsewhereError, Progress, as_finished
from flowsim.scenario import Scenario


def gather(
    work: Callable[[Task], Run | Failed],
    tasks: Sequence[Task],
    jobs: int,
    progress: Progress | None,
    keep: Keep | None,
) -> tuple[list[Run], bool]:
    """Work on tasks; return what is done, and whether Ctrl-C came before all of it.

    Raises
    ------
    Exception
        What a task raised, once it is kept.
    """
    if not tasks:
        return [], False
    scenarios = {one.key: one for one, _ in tasks}
    runs = as_finished(work, tasks, min(jobs, len(tasks)))
    return _collect(runs, len(tasks), progress, scenarios, keep)


def _collect(
    runs: Generator[Run | Failed],
    total: int,
    progress: Progress | None,
    scenarios: Mapping[str, Scenario],
    keep: Keep | None,
) -> tuple[list[Run], bool]:
    """Gather runs until they are all there, or until Ctrl-C."""
    done: list[Run] = []
    known: dict[bytes, bytes] = {}
    try:
        with noting_interrupts() as interrupted, closing(runs):
            for one in runs:
                done.append(_kept(one, known, scenarios[one.scenario], keep))
                if progress is not None:
                    progress(len(done), total)
                if interrupted() and len(done) < total:
                    return done, True
    except KeyboardInterrupt:
        return done, True
    return done, False


def _kept(
    one: Run | Failed, known: dict[bytes, bytes], scenario: Scenario, keep: Keep | None
) -> Run:
    """Put a run where it stays; raise what it raised."""
    if isinstance(one, Failed):
        if keep is not None:
            keep.fail(scenario, one)
        if one.error.__traceback__ is None:
            raise one.error from ElsewhereError(one.traceback)
        raise one.error
    if keep is not None:
        return keep.put(scenario, one)
    measures, costs, own = (part.sharing(known) for part in one.packed)
    return replace(one, packed=(measures, costs, own))
