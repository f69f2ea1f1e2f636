"""What is counted of today, in a burn-in: how much it differs by chance from day to day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.balance.counts import BLOCKED, WAITING, names_of
from flowsim.cohort.snapshot import People, Snapshot
from flowsim.experiment.burn_in import BurnIn
from flowsim.experiment.processes import as_finished
from flowsim.layout import Layout
from flowsim.scenario import Scenario

Array = npt.NDArray[np.float64]
PATHS_COUNTED: Final = 4
"""Paths over which chance is counted."""
_BLOCKED: Final = ("move", "ready", "transit")
_IN_PLACE: Final = ("settled", *_BLOCKED)


def chance_of(base: Scenario, seed: int, jobs: int = 1) -> Array:
    """Return the standard deviation of each count of `names_of` in the long run of a base.

    Of one count, on any day, in any of its paths: the list of one day is often a third from its
    mean.
    """
    paths = [BurnIn(base, seed, number) for number in range(PATHS_COUNTED)]
    found = dict(as_finished(partial(counts_on, names_of(base)), paths, jobs))
    counts = np.concatenate([found[number] for number in sorted(found)])
    return np.asarray(counts.std(axis=0, ddof=1))


def mean_counts(base: Scenario, people: People, instants: int) -> Array:
    """Return the mean of each count of `names_of` over the instants of a burn-in."""
    return _count(base, names_of(base), people.snapshots) / instants


def counts_on(names: Sequence[str], path: BurnIn) -> tuple[int, Array]:
    """Return the number of a path and the counts at each instant: instants x counts."""
    return path.number, np.array([_count(path.base, names, people) for people in path.taken()])


def _count(base: Scenario, names: Sequence[str], people: Iterable[Snapshot]) -> Array:
    variants = [variant.name for variant in Layout(base).variants]
    found: Counter[str] = Counter()
    for one in people:
        if one.state in _IN_PLACE:
            found[variants[one.variant]] += 1
        found[WAITING] += one.state == "waiting"
        found[BLOCKED] += one.state in _BLOCKED
    return np.array([float(found[name]) for name in names])
