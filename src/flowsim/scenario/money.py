"""Contracts and prices. Costs follow from what happened and never steer it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from flowsim.scenario.values import (
    EVIDENCE,
    PRICE,
    Block,
    NumberBy,
    Price,
    Ref,
    Share,
)


class Contract(Block):
    """What a variant costs the payer."""

    form: Literal["day_rate", "hourly", "availability"]
    """Per filled day; per hour of support given; per place, filled or not."""
    eur: Annotated[NumberBy, EVIDENCE, PRICE, Ref("level")]
    """EUR per day (day_rate), per hour (hourly) or per place per day (availability), by level."""
    housing_eur_per_month: Price = 0.0
    """Housing cost of an occupied place."""
    duty_to_accept: bool = False
    """The provider refuses nobody after its own intake, whatever ``accepts`` says."""


class Money(Block):
    """Prices that are not part of a contract, in constant EUR of the price year."""

    price_year: Annotated[int, Field(ge=1900, le=2200)] | None = None
    assessment_eur: Price = 0.0
    reassessment_eur: Price = 0.0
    move_eur: Price = 0.0
    """Per move into a dwelling (relocation allowance)."""
    half_day_eur: Price = 0.0
    half_days_per_week: Annotated[NumberBy, EVIDENCE, PRICE, Ref("level")] = NumberBy(each=0.0)
    """Daytime activity of residents, half-days a week by level."""
    on_call_eur_per_fte_per_year: Price = 0.0
    overhead: Annotated[Share, EVIDENCE, PRICE] = 0.0
    """Contract management and operations, as a share of all other costs."""
    payer: Literal["centre", "origin", "residence"] = "centre"
    """Which municipality pays: the centre municipality, the origin, or where the client lives."""
    centre: Annotated[str, Ref("municipality")] | None = None
    """The centre municipality; default the largest."""
