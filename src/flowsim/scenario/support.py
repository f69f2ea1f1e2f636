"""Support teams: hours that clients share."""

from __future__ import annotations

from flowsim.scenario.values import (
    Block,
    ByArea,
    CountByArea,
    Duration,
    EvidenceDuration,
    EvidenceNumber,
    EvidenceShare,
    Scale,
    Text,
)


class Team(Block):
    """A team for each area of its scale; what it can give is counted in whole minutes a week.

    Give ``hours_per_week``, or ``fte`` with ``client_hours``: minutes a week =
    floor(60 x fte x client_hours x (1 - vacancy) x (1 - absence)).
    """

    name: str
    title: Text | None = None
    scale: Scale = "region"
    hours_per_week: CountByArea | None = None
    fte: CountByArea | None = None
    """Formation, filled or not."""
    client_hours: EvidenceNumber | None = None
    """Client-bound hours a week of one present FTE."""
    vacancy: EvidenceShare = 0.0
    absence: EvidenceShare = 0.0
    turnover_per_year: EvidenceNumber = 0.0
    """Rate at which a filled position is left; then vacancies are a path, not a share."""
    hiring_days: EvidenceDuration = Duration("constant", (0.0,))
    """Days until a position that was left is filled again."""
    response_days: EvidenceNumber = 0.0
    """Days from a change of need to the change of support in place."""
    on_call_fte: CountByArea = ByArea.parse(0)
    """FTE for on-call and nights: a cost, no client hours."""
