"""Who comes: profiles of clients and how many notify themselves."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Strict

from flowsim.scenario.values import (
    EVIDENCE,
    AreasOf,
    Block,
    ByArea,
    EachShare,
    EvidenceDuration,
    EvidenceNumber,
    EvidenceShare,
    NumberBy,
    Positive,
    Ref,
    Share,
    Shares,
    Text,
)


class Acceptance(Block):
    """Share of clients who take a place or dwelling outside their own area."""

    municipality: EvidenceShare = 0.0
    """Outside their own municipality, within the subregion."""
    subregion: EvidenceShare = 0.0
    """Outside their own subregion; not above ``municipality``."""


class Again(Block):
    """Notifying again after going without support (the same client, a new visit)."""

    after: Annotated[tuple[Literal["gave_up", "rejected", "general"], ...], Strict(False)]
    share: EvidenceShare
    days: EvidenceDuration


class Demand(Block):
    """A profile: a group of clients with its own inflow. Give one of the three inflows."""

    profile: str
    title: Text | None = None
    per_10k_per_year: EvidenceNumber | None = None
    """Notifications per 10,000 inhabitants a year, in every municipality."""
    per_year: Annotated[ByArea, EVIDENCE, AreasOf("municipality")] | None = None
    """Notifications a year by municipality."""
    on_days: Annotated[tuple[Positive, ...], Strict(False)] | None = None
    """Exact days of notification (a fixed path), all in ``municipality``."""
    municipality: Annotated[str, Ref("municipality")] | None = None
    """Origin of the clients of ``on_days``; default the first municipality."""
    weight: Annotated[ByArea, EVIDENCE, AreasOf("municipality")] | None = None
    """Weight of each municipality's population where a total is shared out."""
    growth_per_year: Annotated[float, Field(gt=-1), EVIDENCE] = 0.0
    """Yearly growth of the rate (0.05 is 5%), compounded continuously."""
    level_mix: Annotated[dict[Annotated[str, Ref("level")], Share], EVIDENCE, Shares()] | None = (
        None
    )
    """Share of the clients by support level at notification; left out: the lightest level."""
    has_tenancy: Annotated[NumberBy, EVIDENCE, EachShare(), Ref("level")] = NumberBy(each=0.0)
    """Share that rents a dwelling at the door, by level."""
    accepts_elsewhere: Acceptance = Acceptance()
    preferred_provider: Annotated[
        dict[Annotated[str, Ref("provider")], Share], EVIDENCE, Shares(at_most=True)
    ] = {}
    """Share that prefers each provider; the others take any. Who does waits for it rather than take
    a first place with another."""
    urgent: EvidenceShare = 0.0
    """Share that is urgent (a class for ``priority``)."""
    patience_days: EvidenceDuration | None = None
    """Days after which a waiting client gives up; left out: never."""
    again: Again | None = None
    external: bool = False
    """Clients from outside the region who notify here."""
