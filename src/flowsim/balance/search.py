"""How long people wait for a dwelling when some find one beside the stream: alone or by urgency."""

from __future__ import annotations

import math
from dataclasses import dataclass

from flowsim.calendar import DAYS_PER_YEAR
from flowsim.scenario.flow import Leaving

STEPS = 64
HALVINGS = 60
SHORTEST, LONGEST = 1e-9, 1000.0
"""Years."""
SURE = 1.001
MOST_SHAPE = 8.0
"""As if a lead time that is always the same differed a little."""


@dataclass(frozen=True, slots=True)
class Search:
    """Ways to a dwelling that do not take one of the stream.

    Lead times count as Weibull's law with their mean and, nearly, their spread.
    """

    alone: float
    """Hazard per year of finding one."""
    urgent: float
    """Share that gets one by urgency."""
    lead: float
    """Mean years until they get it."""
    shape: float

    @classmethod
    def of(cls, leaving: Leaving) -> Search:
        """Return the ways of a scenario."""
        urgency = leaving.urgency
        if urgency is None:
            return cls(leaving.find_alone_per_year, 0.0, 1.0, 1.0)
        shape = min(max(urgency.lead_days.cv, 1e-3) ** -1.086, MOST_SHAPE)
        years = max(urgency.lead_days.mean / DAYS_PER_YEAR, SHORTEST)
        return cls(leaving.find_alone_per_year, urgency.share, years, shape)

    @property
    def least(self) -> float:
        """Share of those who ask that only the stream can serve, however long they wait."""
        return 0.0 if self.alone else 1 - self.urgent

    def still(self, years: float) -> float:
        """Return the share that has found nothing after some years."""
        scale = self.lead / math.gamma(1 + 1 / self.shape)
        late = math.exp(-min((years / scale) ** self.shape, 700.0))
        return math.exp(-self.alone * years) * (1 - self.urgent * (1 - late))

    def until(self, share: float) -> float:
        """Return after how many years no more than this share has found nothing."""
        share = max(share, self.least * SURE)
        low, high = 0.0, LONGEST
        if share >= 1:
            return 0.0
        if self.still(high) > share:
            return high
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if self.still(middle) > share else (low, middle)
        return high

    def mean(self, years: float) -> float:
        """Return how long people look on average, of whom the stream serves the last after this."""
        if not self.urgent:
            return -math.expm1(-self.alone * years) / self.alone if self.alone else years
        step = years / STEPS
        return step * math.fsum(self.still((i + 0.5) * step) for i in range(STEPS))

    def found(self, gives_up: float) -> float:
        """Return which share of those who wait in no place finds one before giving up.

        ``gives_up``: hazard per year. Of who can find none alone only those with urgency count.
        """
        if math.isinf(gives_up):
            return 0.0
        going = self.alone + gives_up
        alone = self.alone / going if self.alone else 0.0
        soon = math.exp(-going * self.lead)
        urgent = soon + (1 - soon) * alone
        return (1 - self.urgent) * alone + self.urgent * urgent if self.alone else urgent
