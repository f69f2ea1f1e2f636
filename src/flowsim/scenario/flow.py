"""Placement, leaving and what comes after."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, Strict

from flowsim.scenario.need import LeavingTo
from flowsim.scenario.values import (
    COUNT,
    EVIDENCE,
    Block,
    CountOfPersons,
    Duration,
    EvidenceDuration,
    EvidenceNumber,
    EvidenceShare,
    Positive,
    Price,
    Ref,
    Scale,
    Share,
    Shares,
    Split,
)

ORDERS = ("lightest_first", "home_first", "best_fit")


class Placement(Block):
    """Who is next, and for what."""

    order: Annotated[
        tuple[Annotated[str, Ref("variant", also=ORDERS)], ...],
        Strict(False),
        BeforeValidator(lambda raw: (raw,) if isinstance(raw, str) else raw),
    ] = ("lightest_first",)
    """Order in which an award names the suitable variants: a policy, or variants by name."""
    priority: Annotated[
        tuple[
            Annotated[str, Ref("profile", also=("urgent", "move", "leave", "return", "new"))], ...
        ],
        Strict(False),
    ] = ()
    """Classes, first to last; a request falls in the first that fits, else after all of them.
    Within a class: by day of the request, then client number."""
    within: Scale = "region"
    """Widest area in which a client is placed or housed, whatever the client accepts: after a split
    of the region there may be no right to the places of the other part."""
    passing: bool = True
    """Someone behind may go first when what is free does not fit the first."""
    widen_after_days: EvidenceNumber = 0.0
    """After each such period a waiting client also accepts the next variant; 0: all at once."""


class Aftercare(Block):
    """Light support after leaving for an own dwelling."""

    days: EvidenceDuration
    level: Annotated[str, Ref("level")]
    team: Annotated[str, Ref("team")] | None = None
    eur_per_hour: Price = 0.0


class Relapse(Block):
    """A need that comes back after leaving."""

    per_year: EvidenceNumber
    """Hazard per year during aftercare."""
    level: Annotated[str, Ref("level")]
    met: Literal["at_home", "desk"] = "at_home"
    """At home: hours only, in an own-tenancy variant; else a new notification."""


class Urgency(Block):
    """A priority scheme (urgentieregeling) beside the contingent."""

    share: EvidenceShare
    """Share of those who wait for a dwelling that gets it."""
    lead_days: EvidenceDuration
    """From the need to the dwelling."""


class Leaving(Block):
    """Ready to leave is an event; the place is kept until the next step is there."""

    ready_at: Annotated[str, Ref("level")] | None = None
    """At this level or lighter a resident is ready to leave."""
    dwellings: Annotated[str, Ref("dwellings")] | None = None
    """Stream of the dwellings for people who leave; left out: dwellings are no limit."""
    transition_days: EvidenceDuration = Duration("constant", (0.0,))
    """Viewing, debt arrangement, moving: from the offer to the move."""
    destination: Annotated[dict[LeavingTo, Share], EVIDENCE, Shares()] = {"own_dwelling": 1.0}
    """Only ``own_dwelling`` needs a dwelling (unless the client has one)."""
    find_alone_per_year: EvidenceNumber = 0.0
    """Hazard per year that someone who waits for a dwelling finds one alone."""
    keeps_tenancy: EvidenceShare = 1.0
    """Share that keeps the dwelling they rent when they enter a place of a provider."""
    loses_tenancy_per_year: EvidenceNumber = 0.0
    """Hazard per year of losing the dwelling one rents, while one waits for a place or lives in a
    provider's place."""
    urgency: Urgency | None = None
    aftercare: Aftercare | None = None
    relapse: Relapse | None = None


class Waiting(Block):
    """People who wait for a variant on the start date."""

    variant: Annotated[str, Ref("variant")]
    persons: CountOfPersons
    since_days: Annotated[Duration, EVIDENCE, COUNT] = Duration("constant", (0.0,))
    level_mix: Annotated[dict[Annotated[str, Ref("level")], Share], EVIDENCE, Shares()] | None = (
        None
    )


class Drift(Block):
    """A base that is known to drift away from its own today."""

    accepted: Positive
    """Share of today's residents by which a stock may end away from them."""


class Start(Block):
    """Today: how many are where on the start date; spread over municipalities by demand."""

    burn_in_years: Annotated[int, Field(ge=0, le=200)] = 0
    """Years of a run of the base in balance, from which levels, remaining needs and elapsed waits
    of the people counted here are resampled; 0: from the mixes and durations given here."""
    drift: Literal["accepted"] | Drift | None = None
    """How far stocks may drift away from today (``validate``), such as ``{ accepted = 0.2 }``: a
    fifth. Left out: a tenth. ``accepted``: however far."""
    split: Split = "home"
    """Where what is decided on day 0 brings pools of another scale: as ``split`` of a change."""
    residents: dict[Annotated[str, Ref("variant")], CountOfPersons] = {}
    level_mix: dict[
        Annotated[str, Ref("variant")],
        Annotated[dict[Annotated[str, Ref("level")], Share], EVIDENCE, Shares()],
    ] = {}
    """Levels of the residents, by variant; left out: evenly over what the variant serves."""
    ready_to_leave: Annotated[dict[Annotated[str, Ref("variant")], CountOfPersons], EVIDENCE] = {}
    """Residents who are ready to leave and wait (they count among the residents)."""
    ready_to_move: dict[Annotated[str, Ref("variant")], CountOfPersons] = {}
    """Residents who need a lighter variant and wait (they count among the residents)."""
    ready_since_days: Annotated[Duration, EVIDENCE, COUNT] = Duration("constant", (0.0,))
    waiting: Annotated[tuple[Waiting, ...], Strict(False)] = ()
    deciding: CountOfPersons = 0
    """People who notified and await a decision."""
    deciding_since_days: Annotated[Duration, EVIDENCE, COUNT] = Duration("constant", (0.0,))
    aftercare: CountOfPersons = 0
