"""From when a scenario differs from the base: what a mean over the whole window hides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from flowsim.experiment.estimates.intervals import Array
from flowsim.scenario import Scenario

_NOT_A_LEVER: Final = {"scenario", "change"}
_WORDS: Final = ("title", "reason")


def first_difference(scenario: Scenario, base: Scenario) -> float | None:
    """Return the first day on which a scenario is another one than the base; None: never."""
    days = sorted({day for one in (scenario, base) for day, _ in one.phases})
    return next((max(d, 0.0) for d in days if _levers(scenario, d) != _levers(base, d)), None)


def years_since(scenarios: Sequence[Scenario], length: Array) -> dict[str, int]:
    """Return the first whole year of the window from which each scenario differs from the base.

    Left out: the base, scenarios that differ from the first year on or not at all in the window,
    and those that begin to differ within the last year. A year in which the date falls is half
    the one and half the other, so it does not count. ``length``: days of each year.
    """
    base, *others = scenarios
    edges = np.concatenate([[0.0], np.cumsum(length)])
    out = {}
    for one in others:
        day = first_difference(one, base)
        if day is not None:
            year = int(np.searchsorted(edges[:-1], day, side="left"))
            if 0 < year < len(edges) - 1:
                out[one.key] = year
    return out


def _levers(scenario: Scenario, day: float) -> object:
    holds = [one for begins, one in scenario.phases if begins <= day]
    return _without_words((holds[-1] if holds else scenario).model_dump(exclude=_NOT_A_LEVER))


def _without_words(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_words(v) for k, v in value.items() if k not in _WORDS}
    return [_without_words(v) for v in value] if isinstance(value, list | tuple) else value
