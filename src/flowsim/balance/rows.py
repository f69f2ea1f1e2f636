"""One row of the balance: what is compared, in which area, in which unit."""

from __future__ import annotations

import math
from dataclasses import dataclass

from flowsim.balance.limits import Area
from flowsim.balance.titles import place
from flowsim.errors import Said, Title, joined, msg

FULL = 1 - 1e-6
SEEN = 0.05
"""Fewer people than this are not told."""
GROWS = 1e-3


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """One thing that should balance: what is asked of it against what there is."""

    what: Said
    """What is compared, with its unit."""
    value: float
    """What is asked, or what the steady flow comes to."""
    against: float
    """What there is."""
    ratio: float
    """``value`` / ``against``; infinite where nothing can balance."""
    note: Said
    """In words; begins with ``no balance`` where a queue has no other end than service."""
    path: str = ""
    """The block that it is about."""
    grows: bool = False
    """Whether nothing can balance here."""
    bound: str = ""
    """``at most``, ``about`` or ``at least`` where the run can differ for a reason that the note
    gives; empty where the numbers are those of long runs."""


def line(
    what: Said,
    value: float,
    against: float,
    note: Said,
    path: str = "",
    grows: bool = False,
    bound: str = "",
) -> BalanceLine:
    """Return a row, with its ratio."""
    if value == 0:
        ratio = 0.0
    elif against == 0 or not math.isfinite(value):
        ratio = math.inf
    else:
        ratio = value / against
    return BalanceLine(what, value, against, ratio, note, path, grows, bound)


def named(kind: str, name: Title, area: Area, unit: str) -> Said:
    """Name one line: the pool, its area if it stands alone, and the unit."""
    kinds = {
        "desk": msg("desk {name}", name=name),
        "variant": msg("variant {name}", name=name),
        "team": msg("team {name}", name=name),
        "dwellings": msg("dwellings {name}", name=name),
    }
    units = {
        "assessors": msg("assessors"),
        "hours a week": msg("hours a week"),
        "places": msg("places"),
        "a year": msg("a year"),
    }
    said = kinds[kind]
    if area.name:
        said = msg("{pool} in {area}", pool=said, area=place(area.name))
    return joined((said, units[unit]))


def times(asked: float, share: float) -> float:
    """Return the part of an area; of nobody's demand it is nothing."""
    return asked * share if share else 0.0
