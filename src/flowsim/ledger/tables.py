"""The tables that the numbers in the rows of a ledger refer to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolInfo:
    """One pool: places of a variant and provider, minutes of a team, dwellings, assessors."""

    kind: str
    """``place``, ``team``, ``dwellings`` or ``desk``."""
    block: str
    """Name of the variant, team, stream or desk."""
    area: str
    provider: str
    """Empty where a pool has no provider."""
    capacity: int
    """At the start: places, minutes a week, offers on the shelf, assessors; 0 for a pool that a
    dated change opened (a CAPACITY row tells the rest)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way to meet a request: what a client would take, and what must be free for it."""

    variant: int
    """Index in `Ledger.variants`; -1 for leaving or a dwelling alone."""
    municipality: int
    """Index in `Ledger.municipalities` of where the client would live; -1: the area's own."""
    place: int
    """Pool of places; -1: none needed."""
    team: int
    """Pool of minutes; -1: none needed."""
    minutes: int
    """Minutes a week that the client will use."""
    net_minutes: int
    """Minutes that must be free: ``minutes`` less what the client gives back to that team."""
    dwelling: int
    """Pool of dwellings; -1: none needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientTable:
    """What is fixed about each client; row i is client number i."""

    key: npt.NDArray[np.int64]
    """Identity that holds across scenarios (see `flowsim.cohort`)."""
    profile: npt.NDArray[np.int16]
    """Index in `Ledger.profiles`; -1: a resident of the start."""
    origin: npt.NDArray[np.int16]
    """Index in `Ledger.municipalities`; -1: outside the region."""
    notified_at: npt.NDArray[np.int16]
    """Index in `Ledger.municipalities`."""
    has_tenancy: npt.NDArray[np.bool_]
    """Rents a dwelling at the door (or, at the start, in an own tenancy)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """What the numbers in the rows of a ledger refer to."""

    pools: tuple[PoolInfo, ...]
    options: tuple[Option, ...]
    option_sets: tuple[tuple[int, ...], ...]
    clients: ClientTable
    variants: tuple[str, ...]
    profiles: tuple[str, ...]
    municipalities: tuple[str, ...]
    levels: tuple[str, ...]
