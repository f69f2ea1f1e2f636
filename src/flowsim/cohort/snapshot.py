"""The state of one person at one instant, whole: what a burn-in leaves and a start restores."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One person in the chain. Numbers are lasting numbers (`flowsim.cohort.layout`).

    What is left of a clock is in days at speed 1 (recovery, stage, patience) or is the rest of an
    Exp(1) threshold (deterioration, exits, relapse, finding a dwelling); infinite: not running.
    """

    state: str
    """``settled``, ``ready``, ``move``, ``transit``, ``waiting``, ``queue``, ``assessing``,
    ``paperwork`` or ``aftercare``."""
    variant: int
    """Lived in, or waited for first; -1 none."""
    provider: int
    area: int
    municipality: int
    """Where the person lives or lived last."""
    origin: int
    notified_at: int
    profile: int
    reach: int
    urgent: bool
    tenancy: bool
    level: int
    award_level: int
    recovery_left: float
    worse_left: float
    exit_left: tuple[tuple[int, float], ...]
    award_left: float
    """Days to the end of the award; negative when it is over."""
    stage_left: float
    """Days to the end of transition, assessment, paperwork or aftercare."""
    relapse_left: float
    find_left: float
    patience_left: float
    since_days: float
    """Days since the request (or the notification) that is open."""
    destination: int

    @property
    def group(self) -> tuple[str, int, int, int]:
        """What the data of today count people by: state, variant, provider and area."""
        return (counted_as(self.state), self.variant, self.provider, self.area)


_COUNTED = {
    "transit": "ready",
    "queue": "deciding",
    "assessing": "deciding",
    "paperwork": "deciding",
}


def counted_as(state: str) -> str:
    """Return the state under which the data of today count a person."""
    return _COUNTED.get(state, state)


class People:
    """Snapshots of a burn-in, to resample people of today from.

    Parameters
    ----------
    snapshots
        People at many instants of a run in balance; the order is part of the results.
    """

    def __init__(self, snapshots: Iterable[Snapshot]) -> None:
        self.snapshots = tuple(snapshots)
        self._groups: dict[tuple[str, int, int, int], list[Snapshot]] = {}
        self._wide: dict[tuple[str, int], list[Snapshot]] = {}
        for one in self.snapshots:
            self._groups.setdefault(one.group, []).append(one)
            self._wide.setdefault(one.group[:2], []).append(one)

    def one_of(
        self, state: str, variant: int, provider: int, area: int, u: float
    ) -> Snapshot | None:
        """Return the snapshot at share ``u`` among those of a state and place, if there are any."""
        found = self._groups.get((state, variant, provider, area))
        found = found or self._wide.get((state, variant))
        return found[int(u * len(found))] if found else None

    def to_rows(self) -> list[list[Any]]:
        """Return the snapshots as plain rows (for a file)."""
        return [list(asdict(one).values()) for one in self.snapshots]

    @classmethod
    def from_rows(cls, rows: Iterable[list[Any]]) -> People:
        """Make a pool from plain rows."""
        names = [field.name for field in fields(Snapshot)]
        at = names.index("exit_left")
        snapshots = []
        for row in rows:
            row[at] = tuple((int(kind), float(left)) for kind, left in row[at])
            snapshots.append(Snapshot(**dict(zip(names, row, strict=True))))
        return cls(snapshots)
