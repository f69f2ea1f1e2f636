"""Support levels, what support does to need, and other ways out of care."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from flowsim.scenario.values import (
    EVIDENCE,
    Block,
    EvidenceDuration,
    EvidenceNumber,
    NumberBy,
    Ref,
    Text,
)


class Level(Block):
    """A support level: a need, not a product. The file lists levels from light to heavy."""

    name: str
    title: Text | None = None
    hours_per_week: EvidenceNumber = 0.0
    recovery_days: EvidenceDuration | None = None
    """Days of adequate support until the level drops by one; left out: it does not drop."""
    worse_per_year: EvidenceNumber = 0.0
    """Hazard per year that the level rises by one."""


class Speed(Block):
    """How fast both clocks run in one situation; 1 is the speed under adequate support."""

    recovery: EvidenceNumber = 1.0
    worse: EvidenceNumber = 1.0


class Situation(Block):
    """What the support that a client gets does to recovery and deterioration."""

    adequate: Speed = Speed()
    under: Speed = Speed()
    """Under-supported: too light, or waiting for hours."""
    unsupported: Speed = Speed(recovery=0.0, worse=1.0)
    """In no place: in access, waiting, or after support ended."""


class Destination(StrEnum):
    """Where people go who leave the support chain."""

    OWN_DWELLING = "own_dwelling"
    FAMILY = "family"
    ELSEWHERE = "elsewhere"
    CLINIC = "clinic"
    UNKNOWN = "unknown"
    WLZ = "wlz"
    DEATH = "death"


LeavingTo = Literal["own_dwelling", "family", "elsewhere", "clinic", "unknown"]
ExitTo = Literal["family", "elsewhere", "clinic", "unknown", "wlz", "death"]
RateByPlace = Annotated[NumberBy, EVIDENCE, Ref("variant", also=("access", "waiting", "aftercare"))]
"""A hazard per year: one number for every place, or by variant, access, waiting and aftercare."""
