"""Regular supply: as many dwellings as were agreed, spread over the areas and the year.

What was agreed adds up from the start, through every change of the rate. An area whose number is
its own gets its n-th batch when n - part batches are agreed, with a part that differs by area. One
number for the whole region is one row of batches, dealt out: each goes to the area that is due
first, so that every area gets its n-th batch while its n-th is being agreed. Monthly and quarterly
deliveries bring on one day of each period what is agreed to its end; a change of it in the middle
of one deals out the rest of it anew. So what the region got, and an
area where areas have numbers of their own, is always within one delivery of what was agreed.
Nothing depends on what is decided later.

Of what was agreed a share is realised, just as regularly: what does not come is spread over the
deliveries (of the region, or of each area), so that what did come is within one dwelling of the
share of all deliveries.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import fmean

import numpy as np
import numpy.typing as npt

from flowsim.calendar import DAYS_PER_YEAR

PERIODS = {"monthly": 12, "quarterly": 4}
_CLOSE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What is agreed from a day on."""

    day: float
    areas: tuple[str, ...]
    days_per_batch: tuple[float, ...]
    """By area; infinite: none."""
    batch: int
    pattern: str
    """``even``, ``monthly`` or ``quarterly``."""
    together: bool = False
    """Whether one number for the whole region is dealt out."""
    parts: bool = True
    """Whether the first batch comes in a part of the period; else at its end."""


@lru_cache(maxsize=64)
def regular_days(phases: tuple[Agreed, ...], end: float) -> tuple[tuple[float, ...], ...]:
    """Return the days (ascending, in [0, end)) of all batches by area of the last phase.

    Areas are those of one scale: a phase with other areas begins a row of its own.
    """
    row = _Row(len(phases[0].areas))
    ends = [phase.day for phase in phases[1:]] + [end]
    for phase, until in zip(phases, ends, strict=True):
        row.go(phase, until)
    return tuple(tuple(day for day in days if day < end) for days in row.days)


class Realised:
    """Which of the dwellings that are due really come, in one row of phases."""

    def __init__(self, areas: int) -> None:
        self._owed = np.zeros(areas)
        """By area: the realised share of what was due so far, less what came."""
        self._part = (np.arange(areas) + 0.5) / areas

    def of(
        self, due: Sequence[Sequence[float]], share: float, *, together: bool
    ) -> tuple[list[float], ...]:
        """Return the days (ascending) of what comes in a phase, by area.

        Parameters
        ----------
        due
            Days of all dwellings of the phase, by area.
        share
            What is realised of them.
        together
            Whether it is a share of the region's dwellings, whichever area they are in.
        """
        came: tuple[list[float], ...] = tuple([] for _ in due)
        for day, area in sorted((day, area) for area, days in enumerate(due) for day in days):
            self._owed[area] += share
            owed = self._owed.sum() - 0.5 if together else self._owed[area] + self._part[area] - 1
            if owed >= -_CLOSE:
                self._owed[area] -= 1
                came[area].append(day)
        return came


class _Row:
    """Batches so far, and what is agreed so far, by area."""

    def __init__(self, areas: int) -> None:
        self.given = np.zeros(areas)
        """Dwellings."""
        self.agreed = np.zeros(areas)
        """Dwellings, at the beginning of the phase."""
        self._phases: list[tuple[float, npt.NDArray[np.float64], npt.NDArray[np.float64]]] = []
        """Of each phase so far the first day, what was agreed then, and the rate."""
        self.days: list[list[float]] = [[] for _ in range(areas)]

    def go(self, phase: Agreed, until: float) -> None:
        """Deliver what is due in a phase."""
        self.phase = phase
        self.gap = np.array(phase.days_per_batch)
        self.rate = phase.batch / self.gap
        self._phases.append((phase.day, self.agreed.copy(), self.rate))
        areas = len(self.gap)
        self.part = (np.arange(areas) + 0.5) / areas if phase.parts else np.zeros(areas)
        if self.rate.any():
            periodic = phase.pattern in PERIODS
            if phase.together and areas > 1:
                (self._periods_together if periodic else self._even_together)(until)
            else:
                for area in np.flatnonzero(self.rate).tolist():
                    (self._periods if periodic else self._even)(area, until)
        self.agreed += self.rate * (until - phase.day)

    def _deliver(self, area: int, day: float) -> None:
        self.given[area] += self.phase.batch
        self.days[area] += [day] * self.phase.batch

    # ------------------------------------------------------------ each area for itself
    def _even(self, area: int, until: float) -> None:
        """Deliver the n-th batch when n - part batches are agreed."""
        batch, begin = self.phase.batch, self.phase.day
        while True:
            ahead = (self.given[area] - self.agreed[area]) / batch + 1 - self.part[area]
            day = begin + max(0.0, float(ahead * self.gap[area]))
            if day >= until:
                return
            self._deliver(area, day)

    def _periods(self, area: int, until: float) -> None:
        """Deliver in each period, and at once in one under way, what is agreed to its end.

        What earlier periods left comes at once.
        """
        length = self._period()
        first = math.floor(self.phase.day / length + _CLOSE)
        self._deliver_all(area, self.phase.day, self._agreed_by(first * length)[area])
        for number in range(first, math.ceil(until / length) + 1):
            day = max((number + float(self.part[area])) * length, self.phase.day)
            if day >= until:
                return
            self._deliver_all(area, day, self._agreed_by((number + 1) * length)[area])

    def _deliver_all(self, area: int, day: float, agreed: float) -> None:
        """Deliver the batches that are due when so many dwellings are agreed."""
        batch = self.phase.batch
        while self.given[area] / batch + 1 <= agreed / batch + self.part[area] + _CLOSE:
            self._deliver(area, day)

    # ------------------------------------------------------------ the region as one
    def _even_together(self, until: float) -> None:
        """Deliver the n-th batch of the region when n - 1/2 batches are agreed."""
        while (day := self._next_together()) < until:
            self._deliver(self._due_first(day), day)

    def _periods_together(self, until: float) -> None:
        """Deal out at the beginning of each period, or of the phase, what is agreed to its end.

        An area gets all of it on the mean of the days on which it would be due. What would come
        after the phase is for the next one to deal out.
        """
        length, batch = self._period(), self.phase.batch
        first = math.floor(self.phase.day / length + _CLOSE)
        for number in range(first, math.ceil(until / length - _CLOSE)):
            begin = max(number * length, self.phase.day)
            due: dict[int, list[float]] = {}
            while (day := self._next_together()) < (number + 1) * length - _CLOSE:
                area = self._due_first(day)
                self.given[area] += batch
                due.setdefault(area, []).append(max(day, begin))
            for area, days in due.items():
                mean = max(fmean(days), begin)  # its last digit may be less than of all of them
                if mean < until:
                    self.days[area] += [mean] * (batch * len(days))
                else:
                    self.given[area] -= batch * len(days)

    def _next_together(self) -> float:
        """Return the day on which half of the region's next batch is agreed."""
        ahead = self.given.sum() + self.phase.batch / 2 - self.agreed.sum()
        return self.phase.day + max(0.0, float(ahead / self.rate.sum()))

    def _due_first(self, day: float) -> int:
        """Return the area whose next batch is agreed first, of those where it is under way."""
        agreed = self._agreed_by(day)
        with np.errstate(divide="ignore", invalid="ignore"):
            due = (self.given + self.phase.batch - agreed) / self.rate
        due[self.rate == 0] = math.inf
        open_ = self.given <= agreed + _CLOSE
        return int(np.argmin(np.where(open_, due, math.inf) if (open_ & (due < math.inf)).any()
                             else due))  # fmt: skip

    def _agreed_by(self, day: float) -> npt.NDArray[np.float64]:
        """Return what is agreed until a day of the phase, of an earlier one or later."""
        for begin, agreed, rate in reversed(self._phases):
            if begin <= day:
                return agreed + rate * (day - begin)
        return np.zeros(len(self.gap))

    def _period(self) -> float:
        return DAYS_PER_YEAR / PERIODS[self.phase.pattern]
