"""Lengths of time and numbers of people, said so that they can be read."""

from __future__ import annotations

import math

from flowsim.calendar import DAYS_PER_YEAR
from flowsim.errors import Said, msg, number

MOST_DAYS = 100
MONTHS = 12


def length(years: float) -> Said:
    """Say a length of time: in days, months or years, as it is long."""
    days = years * DAYS_PER_YEAR
    if not math.isfinite(years):
        return msg("without end")
    if days < MOST_DAYS:
        return msg("{n} days", n=number(days, 0 if days >= 10 else 1))
    if years < 1:
        return msg("{n} months", n=number(years * MONTHS, 1))
    return msg("{n} years", n=number(years, 1))


def some(many: float) -> Said:
    """Say a number of people, dwellings or cases; small ones with their first decimal."""
    if not math.isfinite(many):
        return msg("without end")
    return number(many, 0 if abs(many) >= 100 else 1)
