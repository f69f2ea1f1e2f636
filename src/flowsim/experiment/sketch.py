"""How large a sweep will be, before its points are loaded."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flowsim.errors import ScenarioError
from flowsim.experiment.design import Loader, Vary, overrides_of, points_of, read_factors
from flowsim.scenario import Scenario, load

MOST_POINTS_IN_DOUBT: Final = 1000
"""Points that are all looked at where something is wrong with the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """A sweep, before its points are loaded."""

    points: int
    first: Scenario
    """The scenario of the first point."""
    seconds: float
    """That it took to load."""


def sketch(source: str | Path | Loader, vary: Vary, set: Iterable[str] = ()) -> Sketch | None:
    """Count the points of a sweep and load the first.

    None where something is wrong with what is varied, or with the first of some points:
    `flowsim.experiment.design.plan` then says all that is.

    Parameters
    ----------
    source, vary, set
        As in `flowsim.experiment.design.plan`.

    Raises
    ------
    ScenarioError
        When the first point is wrong, and there are too many to look at them all.
    """
    factors, problems = read_factors(vary)
    if problems:
        return None
    loader = source if callable(source) else lambda overrides: load(source, overrides)
    began = time.process_time()
    try:
        values = [factor.values[0] for factor in factors]
        first = loader(overrides_of(factors, values, tuple(set)))
    except ScenarioError:
        if points_of(factors) > MOST_POINTS_IN_DOUBT:
            raise
        return None
    return Sketch(points=points_of(factors), first=first, seconds=time.process_time() - began)
