"""Access: the desks that assess a notification and decide."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Strict

from flowsim.scenario.values import (
    EVIDENCE,
    Block,
    CountByArea,
    Duration,
    EvidenceDuration,
    EvidenceNumber,
    EvidenceShare,
    Ref,
    Scale,
    Share,
    Shares,
    Text,
)

Outcome = Literal["award", "general", "rejected", "refer"]


class Handles(Block):
    """Which cases a desk takes."""

    profiles: Annotated[tuple[Annotated[str, Ref("profile")], ...], Strict(False)] | None = None
    """Left out: all."""
    levels: Annotated[tuple[Annotated[str, Ref("level")], ...], Strict(False)] | None = None
    """Left out: all."""
    share: Share = 1.0
    """Share of these cases, where several desks handle the same; together 1."""


class OtherWork(Block):
    """Background load: other Wmo cases in the same queue, done by the same assessors."""

    cases_per_1000_per_year: EvidenceNumber
    hours: EvidenceDuration


class Terms(Block):
    """Legal terms of the Wmo 2015 (art. 2.3.2 and 2.3.5), days."""

    investigation: EvidenceNumber = 42.0
    decision: EvidenceNumber = 14.0


class Guide(Block):
    """A guide (gids) who decides alone, at once, on light cases."""

    up_to: Annotated[str, Ref("level")]
    """Heaviest level that the guide decides on."""
    share: EvidenceShare = 1.0
    """Share of these cases (the mandate)."""


class Desk(Block):
    """A desk for each area of its scale: assessors, their work, and what they decide.

    Give ``fte`` and ``hours_per_fte`` with ``assessment_hours``, or ``assessors`` with
    ``assessment_days``.
    """

    name: str
    title: Text | None = None
    scale: Scale = "region"
    handles: Handles = Handles()
    fte: CountByArea | None = None
    """Full-time equivalents; ceil(fte) assessors work at speed fte / ceil(fte)."""
    hours_per_fte: EvidenceNumber | None = None
    """Productive hours a week of one FTE."""
    assessment_hours: EvidenceDuration | None = None
    assessors: CountByArea | None = None
    assessment_days: EvidenceDuration | None = None
    reassessment_hours: EvidenceDuration | None = None
    """Hours of a reassessment; left out: awards are extended without work."""
    reassessment_lead_days: EvidenceNumber = 56.0
    """Days before the end of the award on which its reassessment is requested."""
    award_days: EvidenceNumber = 730.5
    """Term of an award."""
    paperwork_days: EvidenceDuration = Duration("constant", (0.0,))
    """Lead time after the assessment that holds nobody."""
    outcome: Annotated[dict[Outcome, Share], EVIDENCE, Shares()] = {"award": 1.0}
    guide: Guide | None = None
    too_light: EvidenceShare = 0.0
    """Share of awards one level lighter than the need; corrected at the reassessment."""
    too_heavy: EvidenceShare = 0.0
    """Share of awards one level heavier than the need."""
    term_days: Terms = Terms()
    other_work: OtherWork | None = None
    patience_days: EvidenceDuration | None = None
    """Days after which a client in the queue for an assessor gives up; left out: never."""
    priority: Annotated[
        tuple[
            Annotated[str, Ref("profile", also=("urgent", "new", "reassessment", "other_work"))],
            ...,
        ],
        Strict(False),
    ] = ()
    """Classes, first to last; what is not named comes after them."""
