"""How large a sweep will be, before its points are loaded."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from flowsim.errors import ScenarioError
from flowsim.experiment.design import Source, loaders_of
from flowsim.experiment.levers import Vary, read_levers
from flowsim.scenario import Scenario

MOST_POINTS_IN_DOUBT: Final = 1000
"""Points that are all looked at where something is wrong with the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """A sweep, before its points are loaded."""

    points: int
    """Of each scenario."""
    first: tuple[Scenario, ...]
    """Each scenario at its first point."""
    seconds: float
    """That these took to load."""


def sketch(
    source: Source | Sequence[Source],
    vary: Vary,
    set: Iterable[str] = (),
    lhs: int | None = None,
    lhs_seed: int = 0,
) -> Sketch | None:
    """Count the points of a sweep and load the first of each scenario.

    None where something is wrong with what is varied, or with the first of some points:
    `flowsim.experiment.design.plan` then says all that is.

    Parameters
    ----------
    source, vary, set, lhs, lhs_seed
        As in `flowsim.experiment.design.plan`.

    Raises
    ------
    ScenarioError
        When the first point is wrong, and there are too many to look at them all.
    """
    levers, problems = read_levers(vary, lhs, lhs_seed)
    if problems:
        return None
    loaders, began = loaders_of(source), time.process_time()
    texts = levers.overrides(next(levers.points()), tuple(set))
    try:
        first = tuple(loader(texts) for loader in loaders)
    except ScenarioError:
        if levers.count * len(loaders) > MOST_POINTS_IN_DOUBT:
            raise
        return None
    return Sketch(points=levers.count, first=first, seconds=time.process_time() - began)
