"""Dates and days: inside the model time is a float in days since the scenario's start."""

from __future__ import annotations

from datetime import date, timedelta

DAYS_PER_WEEK = 7.0
DAYS_PER_YEAR = 365.25


def date_of(start: date, day: float) -> date:
    """Return the date that ``day`` (days since ``start``) falls on."""
    return start + timedelta(days=int(day // 1))


def day_of(start: date, moment: date) -> float:
    """Return the days from ``start`` to the beginning of ``moment``."""
    return float((moment - start).days)


def year_starts(start: date, years: int) -> list[float]:
    """Return ``years + 1`` days: the scenario's years begin on these (same date, next year)."""
    return [day_of(start, _anniversary(start, year)) for year in range(years + 1)]


def _anniversary(start: date, years: int) -> date:
    try:
        return start.replace(year=start.year + years)
    except ValueError:  # 29 February
        return start.replace(year=start.year + years, day=28)
