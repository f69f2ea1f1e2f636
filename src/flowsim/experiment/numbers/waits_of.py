"""Which waits there are, and those of some people or years in every scenario."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.experiment.batch import Batch, Run
from flowsim.experiment.estimates.curves import Pool, pool_of, rounded
from flowsim.experiment.estimates.intervals import Array
from flowsim.layout import Has
from flowsim.metrics import KINDS, Episodes
from flowsim.metrics.lives.waits import ACCESS, PLACED
from flowsim.metrics.measures.persons import TENANCIES

FIRST, LEAVING, DECISION = "placement", "outflow", "access"
ASSESSOR: Final = "access_assessor"
"""The first part of the wait for a decision: until an assessor begins."""
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Waited:
    """What people wait for, and which of them."""

    name: str
    kind: str
    """Of `flowsim.metrics.KINDS`."""
    tenancy: str | None = None
    """Of the variant that the award names first or, for leaving, of the place held; None: all."""


def waits_of(batch: Batch) -> Iterator[Waited]:
    """Yield what waits there are.

    Waits for a first place are also split by the tenancy of the variant that the award names
    first. Waits to leave are only given by the tenancy of what is held: a tenant mostly leaves at
    once, and who holds a place of a provider needs a dwelling, so that one number for both would
    be nobody's wait. Where all variants have one tenancy there is nothing to split.
    """
    present = Has(*batch.scenarios).tenancies
    split = [t for t in TENANCIES if t in present] if len(present) > 1 else []
    for kind in KINDS:
        if kind != LEAVING or not split:
            yield Waited(kind, kind)
        if kind == DECISION:
            yield Waited(ASSESSOR, kind)
        if kind in (FIRST, LEAVING):
            yield from (Waited(f"{kind}_{t}", kind, t) for t in split)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Whose waits, and of when."""

    members: Collection[str] | None = None
    """Municipalities of notification; None: all."""
    begin: float = -np.inf
    end: float = np.inf
    """Days in which the waits began; up to, not including, ``end``."""


ALL: Final = Chosen()


@dataclass(frozen=True, slots=True)
class _Waits:
    """Waits of one kind in one scenario; element i of every array, on its last axis, is wait i."""

    start: Array
    entry: Array
    wait: Array
    ending: npt.NDArray[np.int8]
    about: npt.NDArray[np.int16]
    """Variant wanted, variant held, support level; (3, n)."""
    municipality: npt.NDArray[np.int16]
    group: npt.NDArray[np.int32]
    """Number of the replication, from 0."""
    assessor: Array
    """Days until an assessor began; (1, n) of waits for a decision, (0, n) of others."""
    assessed: Flags
    """Whether one began, in the same way."""

    def of(self, which: Flags) -> _Waits:
        """Return some of them."""
        return _Waits(*(getattr(self, one)[..., which] for one in self.__slots__))

    def for_an_assessor(self) -> _Waits:
        """Return the first part of waits for a decision; an assessor is what they end in.

        Whose parts are not known, and who was past it on day 0, is left out.
        """
        (wait,), (assessed,) = self.assessor, self.assessed
        ending = np.where(assessed, PLACED, self.ending).astype(np.int8)
        return replace(self, wait=wait, ending=ending).of(wait >= self.entry)


class Waits:
    """The waits that tables count, of every scenario and replication; each run is read once."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch

    @cached_property
    def _known(self) -> dict[str, dict[str, _Waits]]:
        """By scenario and kind."""
        return {key: _by_kind(self.batch.runs_of(key)) for key in self.batch.keys}

    def pools(self, waited: Waited, chosen: Chosen = ALL, *, coarse: bool = False) -> list[Pool]:
        """Return the chosen waits, a pool for each scenario.

        ``coarse``: rounded a little, for many cells.
        """
        runs = len(self.batch.replications)
        return [_pool(self._of(waited, key, chosen), runs, coarse) for key in self.batch.keys]

    def _of(self, waited: Waited, scenario: str, chosen: Chosen) -> _Waits:
        """Return what is chosen of what is waited for, in all replications of a scenario."""
        found = self._known[scenario][waited.kind]
        if waited.name == ASSESSOR:
            found = found.for_an_assessor()
        mine: Flags = (found.start >= chosen.begin) & (found.start < chosen.end)
        if chosen.members is not None:
            places = self.batch.runs[0].labels.municipalities
            members = np.array([name in chosen.members for name in places], dtype=bool)
            mine &= members[found.municipality]
        if waited.tenancy is not None:
            of_scenario = self.batch.scenario(scenario)
            wanted = {one.name for one in of_scenario.variant if one.tenancy == waited.tenancy}
            variants = self.batch.runs_of(scenario)[0].labels.variants
            codes = [i for i, name in enumerate(variants) if name in wanted]
            variant, held, _ = found.about
            mine &= np.isin(held if waited.kind == LEAVING else variant, codes)
        return found.of(mine)


def _pool(found: _Waits, runs: int, coarse: bool) -> Pool:
    entry, wait = (rounded(one) if coarse else one for one in (found.entry, found.wait))
    about, group = found.about.astype(np.int64), found.group.astype(np.intp)
    return pool_of(entry, wait, found.ending, about, group, runs)


def _by_kind(runs: Sequence[Run]) -> dict[str, _Waits]:
    """Return the waits of all runs of a scenario by kind."""
    parts: dict[str, list[_Waits]] = {kind: [] for kind in KINDS}
    for number, run in enumerate(runs):
        waits = run.waits
        for code, kind in enumerate(KINDS):
            which = np.flatnonzero(waits.counts & (waits.kind == code))
            parts[kind].append(_taken(waits, which, number, decisions=code == ACCESS))
    return {kind: _together(mine) for kind, mine in parts.items()}


def _taken(waits: Episodes, which: npt.NDArray[np.intp], number: int, *, decisions: bool) -> _Waits:
    parts = slice(None if decisions else 0)
    about = np.stack([waits.variant, waits.held, waits.level])[:, which]
    return _Waits(
        start=waits.start[which], entry=waits.entry[which], wait=waits.wait[which],
        ending=waits.ending[which], about=about.astype(np.int16),
        municipality=waits.municipality[which],
        group=np.full(len(which), number, dtype=np.int32),
        assessor=waits.assessor[None, which][parts],
        assessed=~np.isnan(waits.assessment[None, which])[parts],
    )  # fmt: skip


def _together(parts: Sequence[_Waits]) -> _Waits:
    names = _Waits.__slots__
    return _Waits(*(np.concatenate([getattr(p, one) for p in parts], axis=-1) for one in names))
