"""Which point is the first to meet a norm, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from flowsim.errors import Problem, ScenarioError, joined, msg, verbatim
from flowsim.experiment.estimates.curves import STATISTICS
from flowsim.experiment.quantities import waits
from flowsim.experiment.quantities.kinds import ANY, Good, Quantity
from flowsim.experiment.quantities.quantity import QUANTITIES
from flowsim.scenario.toml_hints import MAYBE_THOUSAND, of_value

DEFAULT: Final = f"wait.placement.{waits.MEAN}"
"""The measure that a sweep is judged by: weeks that people wait for a first place."""
WAITS: Final = tuple(f"wait.{name}.{statistic}" for name in waits.WAITS for statistic in STATISTICS)
"""Names of all waits; a scenario may lack some, or a replication may have nobody who waits."""
_PLAIN: Final = ("mean", "share")


def name_of(measure: str, detail: str, statistic: str) -> str:
    """Return the name of a line of the summary, such as ``wait.placement.p90`` or ``cost``."""
    parts = (measure, detail, "" if statistic in _PLAIN else statistic)
    return ".".join(part for part in parts if part)


class Bound(StrEnum):
    """On which side of a norm a measure must stay."""

    AT_MOST = "<="
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """A measure and what it must stay below or above."""

    measure: str
    """As `name_of` writes it."""
    bound: Bound
    value: float
    """In the unit of the measure."""


class Meets(StrEnum):
    """Whether a point meets a norm, given its estimate and 95% interval."""

    CLEARLY = "the whole interval"
    """Both ends of the interval meet it."""
    BY_ESTIMATE = "the estimate only"
    """The estimate meets it, but not the whole interval, or there is no interval."""
    NO = "no"
    """The estimate does not meet it, or is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """Which points meet a norm; points are numbered from 0, in the order of the sweep."""

    norm: Norm
    points: tuple[Meets, ...]
    """For every point."""

    @property
    def first(self) -> int | None:
        """The first point whose estimate meets the norm; None: no point does."""
        return next((i for i, one in enumerate(self.points) if one != Meets.NO), None)

    @property
    def first_clearly(self) -> int | None:
        """The first point whose whole interval meets the norm; None: no point does."""
        return next((i for i, one in enumerate(self.points) if one == Meets.CLEARLY), None)

    @property
    def lasts(self) -> bool:
        """Whether every point after the first one that meets the norm meets it too."""
        return self.first is None or Meets.NO not in self.points[self.first :]


def read_norm(text: str, measure: str = DEFAULT) -> Norm:
    """Read ``26``, ``<=26`` or ``>=0.8``.

    A bare number is what waits, people who wait or are blocked, and costs may be *at most*, and
    shares placed *at least*. Other measures have no better side: they need the sign.

    Raises
    ------
    ScenarioError
        When it is not a number, or a sign is needed.
    """
    bound = next((one for one in Bound if text.startswith(one)), None)
    written = text.removeprefix(bound or "").strip()
    try:
        value = float(written)
    except ValueError:
        value = np.nan
    if not np.isfinite(value) or MAYBE_THOUSAND.fullmatch(written):
        found, allowed = (
            verbatim(repr(text)),
            msg('give a number such as 26, or "<=26" or ">=26" in quotes'),
        )
        hint = of_value(written, quoted=False)
        allowed = allowed if hint is None else joined((allowed, hint), "; ")
        raise ScenarioError([Problem(file="--norm", path="", found=found, allowed=allowed)])
    bound = bound or _better(measure)
    if bound is None:
        found = msg("{measure!r} may have to be low or high", measure=measure)
        allowed = msg('give "<={number}" or ">={number}", in quotes', number=written)
        raise ScenarioError([Problem(file="--norm", path="", found=found, allowed=allowed)])
    return Norm(measure=measure, bound=bound, value=value)


def known(measure: str) -> Quantity | None:
    """Return the quantity of a measure; None where only a run can tell whether there is one."""
    for one in QUANTITIES:
        name = name_of(one.measure, one.detail, one.statistic)
        if measure == name or (one.detail == ANY and measure.startswith(f"{one.measure}.")):
            return one
    return None


def _better(measure: str) -> Bound | None:
    """Return the side that is good; of a cost, a norm is what it may be at most."""
    one = known(measure)
    if one is None:
        return None
    if one.measure.startswith("cost"):
        return Bound.AT_MOST
    return {Good.LESS: Bound.AT_MOST, Good.MORE: Bound.AT_LEAST}.get(one.good)


def meet(
    norm: Norm, values: Sequence[float], lows: Sequence[float], highs: Sequence[float]
) -> Meeting:
    """Hold estimates and the ends of their intervals against a norm.

    Parameters
    ----------
    norm
        The norm.
    values, lows, highs
        One for each point; nan: not known, infinite: not reached.

    Notes
    -----
    The interval is that of the mean over futures, given the assumptions of the scenario: one
    future may miss a norm that the mean clearly meets. The first of several points that meets a
    norm by its estimate alone is more often too early than too late.
    """
    worst = highs if norm.bound == Bound.AT_MOST else lows
    points = []
    for value, end in zip(values, worst, strict=True):
        if not _within(norm, value):
            points.append(Meets.NO)
        else:
            points.append(Meets.CLEARLY if _within(norm, end) else Meets.BY_ESTIMATE)
    return Meeting(norm=norm, points=tuple(points))


def _within(norm: Norm, value: float) -> bool:
    return value <= norm.value if norm.bound == Bound.AT_MOST else value >= norm.value
