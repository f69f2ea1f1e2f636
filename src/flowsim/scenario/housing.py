"""Housing variants and the supply of dwellings."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Strict

from flowsim.scenario.money import Contract
from flowsim.scenario.values import (
    EVIDENCE,
    Block,
    ByArea,
    CountByArea,
    EachShare,
    EvidenceByArea,
    EvidenceDuration,
    EvidenceNumber,
    EvidenceShare,
    NumberBy,
    Ref,
    Scale,
    Share,
    Shares,
    Text,
)

UNLIMITED_PLACES = ByArea.parse("unlimited")


class Flip(Block):
    """Becoming tenant of the dwelling one lives in (omklap): no move, and no other dwelling."""

    after_days: EvidenceNumber
    """The trial period in the place."""
    to: Annotated[str, Ref("variant")]
    """Variant with an own tenancy that the client goes on in."""
    share: EvidenceShare = 1.0
    """Share of those whose trial ends that becomes tenant."""


class Variant(Block):
    """A housing variant (woonvariant). A difference between variants is data, never code."""

    name: str
    title: Text | None = None
    serves: Annotated[
        tuple[Annotated[str, Ref("level")], Annotated[str, Ref("level")]] | None, Strict(False)
    ] = None
    """Lightest and heaviest level that it can serve; left out: every level."""
    scale: Scale = "region"
    places: CountByArea | None = None
    """Places by area of one provider; left out (and no ``providers``): unlimited."""
    providers: dict[str, CountByArea] | None = None
    """Places by area, for each provider by name (instead of ``places``)."""
    tenancy: Literal["provider", "own", "shelter"] = "provider"
    """Who rents; entering an ``own`` tenancy uses a dwelling unless the client has one."""
    dwellings: Annotated[str, Ref("dwellings")] | None = None
    """Stream that an own tenancy draws on; left out: dwellings are no limit."""
    team: Annotated[str, Ref("team")] | None = None
    hours_factor: EvidenceNumber = 1.0
    """Hours given in this variant per hour of the level."""
    turnover_days: EvidenceNumber = 0.0
    """Days between two occupants (mutatieleegstand)."""
    stay_days: EvidenceDuration | None = None
    """For lines without need levels: how long a stay lasts; then ``next``."""
    next: (
        Annotated[dict[Annotated[str, Ref("variant", also=("out", "access"))], Share], Shares()]
        | None
    ) = None
    """Where a stay leads to: another variant, ``out``, or ``access`` (a new visit)."""
    keep_place_until: Literal["next_step", "dwelling", "never"] = "next_step"
    """Until when the place is kept after a stay; by need it is kept until the next step."""
    patience_days: EvidenceDuration | None = None
    """Patience of a new client whose award names this variant first (else the profile's)."""
    accepts: Annotated[NumberBy, EVIDENCE, EachShare(), Ref("level")] = NumberBy(each=1.0)
    """Share that a provider takes after its own intake, by the level of the award."""
    intake_again_days: Annotated[float, Field(gt=0), EVIDENCE] = 91.3
    """Days after a refusal until the same provider may be asked again."""
    flip: Flip | None = None
    contract: Contract | None = None

    @property
    def refuses(self) -> bool:
        """Whether a provider may refuse anyone after its own intake."""
        if self.contract is not None and self.contract.duty_to_accept:
            return False
        return min([share for _, share in self.accepts.table] or [self.accepts.each or 0.0]) < 1


class Dwellings(Block):
    """A stream of dwellings that housing associations offer to this group."""

    name: str
    title: Text | None = None
    scale: Scale = "municipality"
    per_year: EvidenceByArea | None = None
    """Agreed dwellings a year."""
    every_days: Annotated[float, Field(gt=0), EVIDENCE] | None = None
    """Days between offers in each area (instead of ``per_year``)."""
    realised: EvidenceShare = 1.0
    """Share of the agreed dwellings that is really offered."""
    pattern: Literal["even", "monthly", "quarterly", "poisson"] = "poisson"
    batch: Annotated[int, Field(ge=1)] = 1
    """Dwellings that come at once."""
    hold_days: EvidenceNumber | None = None
    """Days that an offer waits for a client before it is lost; left out: for ever."""
    stock: CountByArea = ByArea.parse(0)
    """On the shelf at the start."""
    cap: EvidenceByArea = UNLIMITED_PLACES
    """Most offers that can be on the shelf; a further one lapses at once."""
