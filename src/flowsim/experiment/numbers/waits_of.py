"""Which waits there are, and those of some people or years in every scenario."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields, replace
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
    """Waits of one kind in one scenario; element i of every array is about wait i."""

    start: Array
    entry: Array
    wait: Array
    ending: npt.NDArray[np.int8]
    about: npt.NDArray[np.int16]
    """Variant wanted, variant held, support level; (3, n)."""
    municipality: npt.NDArray[np.int16]
    group: npt.NDArray[np.int32]
    """Number of the replication, from 0."""

    def pool(self, chosen: Chosen, municipalities: tuple[str, ...], runs: int) -> Pool:
        """Put those that are chosen into a pool."""
        mine = (self.start >= chosen.begin) & (self.start < chosen.end)
        if chosen.members is not None:
            members = np.array([name in chosen.members for name in municipalities], dtype=bool)
            mine &= members[self.municipality]
        return pool_of(
            self.entry[mine], self.wait[mine], self.ending[mine],
            self.about[:, mine].astype(np.int64), self.group[mine].astype(np.intp), runs,
        )  # fmt: skip


class Waits:
    """The waits that tables count, of every scenario and replication.

    ``coarse``: rounded a little, for many cells.
    """

    def __init__(self, batch: Batch, *, coarse: bool = False) -> None:
        self.batch, self.coarse = batch, coarse
        self._known: dict[Waited, list[_Waits]] = {}

    def pools(self, waited: Waited, chosen: Chosen = ALL) -> list[Pool]:
        """Return the chosen waits, a pool for each scenario."""
        if waited not in self._known:
            self._known[waited] = [self._of(waited, key) for key in self.batch.keys]
        places = self.batch.runs[0].labels.municipalities
        runs = len(self.batch.replications)
        return [one.pool(chosen, places, runs) for one in self._known[waited]]

    def _of(self, waited: Waited, scenario: str) -> _Waits:
        """Return what is waited for, in all replications of a scenario together."""
        runs = self.batch.runs_of(scenario)
        parts = [_take(one.waits, which_of(self.batch, one, waited)) for one in runs]
        if waited.name == ASSESSOR:
            parts = [for_an_assessor(one) for one in parts]
        start, entry, wait, ending, municipality, variant, held, level = (
            np.concatenate([getattr(one, name) for one in parts])
            for name in (
                "start",
                "entry",
                "wait",
                "ending",
                "municipality",
                "variant",
                "held",
                "level",
            )
        )
        return _Waits(
            start=start,
            entry=rounded(entry) if self.coarse else entry,
            wait=rounded(wait) if self.coarse else wait,
            ending=ending,
            about=np.stack([variant, held, level]).astype(np.int16),
            municipality=municipality,
            group=np.repeat(
                np.arange(len(runs), dtype=np.int32), [len(one.start) for one in parts]
            ),
        )


def which_of(batch: Batch, run: Run, waited: Waited) -> Flags:
    """Tell which waits of a run, of those that tables count, are for this."""
    waits = run.waits
    which: Flags = waits.counts & (waits.kind == KINDS.index(waited.kind))
    if waited.tenancy is None:
        return which
    scenario = batch.scenario(run.scenario)
    wanted = {block.name for block in scenario.variant if block.tenancy == waited.tenancy}
    codes = [i for i, name in enumerate(run.labels.variants) if name in wanted]
    what = waits.held if waited.kind == LEAVING else waits.variant
    mine: Flags = which & np.isin(what, codes)
    return mine


def _take(waits: Episodes, which: Flags) -> Episodes:
    return Episodes(**{one.name: getattr(waits, one.name)[which] for one in fields(Episodes)})


def for_an_assessor(waits: Episodes) -> Episodes:
    """Return the first part of waits for a decision; an assessor is what they are placed with.

    Whose parts are not known, and who was past it on day 0, is left out.
    """
    began = ~np.isnan(waits.assessment)
    ending = np.where(began, PLACED, waits.ending).astype(np.int8)
    seen = (waits.kind == ACCESS) & (waits.assessor >= waits.entry)
    return _take(replace(waits, wait=waits.assessor, ending=ending), seen)
