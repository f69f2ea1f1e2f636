"""Funding forms: what is paid for what was delivered in a variant.

A new form is one function from a `Delivery` to a `Bill`, its name in `FORMS`, and the same name in
`flowsim.scenario.money.Contract`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What was delivered in one variant: stretches of stay (n), and places not filled."""

    days: Floats
    """Length of each stretch; a place is filled until its resident has moved out, also while that
    resident is blocked or in transition. Shape (n,)."""
    level: npt.NDArray[np.int64]
    """True support level in each stretch; shape (n,)."""
    hours: Floats
    """Hours of support given in each stretch; shape (n,)."""
    unfilled_days: Floats
    """Days of places without a resident (turning over, too), by year and pool."""
    eur_by_level: Floats
    """Tariff of the contract; shape (levels,)."""


@dataclass(frozen=True, slots=True)
class Bill:
    """EUR for what was delivered."""

    stays: Floats
    """For each stretch of stay; shape (n,)."""
    unfilled: Floats
    """For places without a resident, by year and pool."""


def day_rate(delivery: Delivery) -> Bill:
    """Pay a tariff for each day that a place is filled, by the level of who is in it."""
    stays = delivery.days * delivery.eur_by_level[delivery.level]
    return Bill(stays, np.zeros_like(delivery.unfilled_days))


def hourly(delivery: Delivery) -> Bill:
    """Pay a tariff for each hour of support given."""
    stays = delivery.hours * delivery.eur_by_level[delivery.level]
    return Bill(stays, np.zeros_like(delivery.unfilled_days))


def availability(delivery: Delivery) -> Bill:
    """Pay a tariff for each day of each place, filled or not.

    A tariff by level holds for who is in the place; without a resident it is the lowest tariff.
    """
    stays = delivery.days * delivery.eur_by_level[delivery.level]
    return Bill(stays, delivery.unfilled_days * delivery.eur_by_level.min())


FORMS: Final[dict[str, Callable[[Delivery], Bill]]] = {
    "day_rate": day_rate,
    "hourly": hourly,
    "availability": availability,
}
"""Every funding form, by the name that a scenario gives it."""
