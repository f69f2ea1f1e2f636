"""A metric, and the definition of each measure that it writes, in the words that reports print."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flowsim.metrics.columns import Columns
from flowsim.metrics.reading import Reading


@dataclass(frozen=True, slots=True)
class Measure:
    """What a measure is, for people."""

    unit: str
    """``persons`` (on a date, or on average over a year), ``events`` (in a year), ``days``,
    ``place_days``, ``hours``, ``dwellings`` or ``EUR`` (all in a year), ``fte`` (on average over a
    year)."""
    nl: str
    en: str


@dataclass(frozen=True, slots=True)
class Metric:
    """A function from a run to the rows of one or more measures, and what these are."""

    of: Callable[[Reading], Columns]
    measures: Mapping[str, Measure]

    def __call__(self, run: Reading) -> Columns:
        """Return the rows of one run."""
        return self.of(run)


def defines(**measures: Measure) -> Callable[[Callable[[Reading], Columns]], Metric]:
    """Say beside a function what each of the measures is that it writes."""
    return lambda of: Metric(of, measures)
