"""What each future brought, to hold it beside the others: its waits, and what chance decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.calendar import DAYS_PER_WEEK, DAYS_PER_YEAR
from flowsim.experiment.batch import Batch
from flowsim.experiment.estimates.curves import HORIZON_WEEKS
from flowsim.experiment.estimates.intervals import Array
from flowsim.experiment.numbers.years import Years
from flowsim.metrics import KINDS, Episodes
from flowsim.metrics.lives.waits import PLACEMENT, UNFINISHED

EVENTS: Final = {
    "notified": ("notifications", None),
    "offered": ("dwellings", "offered"),
    "recovered": ("changes_of_need", "recovered"),
    "deteriorated": ("changes_of_need", "deteriorated"),
    "crises": ("changes_of_need", "crisis"),
    "relapsed": ("changes_of_need", "relapsed"),
    "left": ("outflow", "to_other"),
}
"""What mostly chance decides, a year: measure and detail (None: all)."""


@dataclass(frozen=True, slots=True)
class Waited:
    """Waits of each future: scenarios x replications, or kinds x scenarios x replications."""

    mean: Array
    """For a first place, in weeks: of each wait that begins in the window the first 104. Not a
    number: there is none."""
    longest: Array
    """Of each kind, in weeks; as far as it was seen. 0 where nobody waits."""
    unfinished: npt.NDArray[np.int64]
    """Waits of each kind that were not over at the end of the run: any of them may become
    the longest."""


def waited(batch: Batch) -> Waited:
    """Read the waits of every run, one after the other."""
    shape = (len(batch.keys), len(batch.replications))
    mean, longest = np.empty(shape), np.zeros((len(KINDS), *shape))
    unfinished = np.zeros(longest.shape, dtype=np.int64)
    for number, run in enumerate(batch.runs):  # by scenario, then replication
        at = divmod(number, shape[1])
        waits = run.waits
        mean[at] = _mean(waits)
        for kind in range(len(KINDS)):
            mine = waits.counts & (waits.kind == kind)
            longest[kind, *at] = waits.wait[mine].max(initial=0.0) / DAYS_PER_WEEK
            unfinished[kind, *at] = (waits.ending[mine] == UNFINISHED).sum()
    return Waited(mean, longest, unfinished)


def _mean(waits: Episodes) -> float:
    begun = waits.counts & (waits.kind == PLACEMENT) & (waits.start >= 0)
    weeks = np.minimum(waits.wait[begun] / DAYS_PER_WEEK, HORIZON_WEEKS)
    return float(weeks.mean()) if len(weeks) else np.nan


def chance(years: Years) -> Iterator[tuple[str, Array]]:
    """Yield what chance decided, by name: scenarios x replications; what is not there is left out.

    `EVENTS` a year, who is ``in_chain`` at the start, and ``staff`` (FTE that are available).
    """
    a_year = years.length.sum() / DAYS_PER_YEAR
    if years.has("balance"):
        yield "in_chain", years.of("balance", detail="start")[..., 0]
    for name, (measure, detail) in EVENTS.items():
        if detail is None or detail in years.labels(measure, "detail"):
            values = years.of(measure, detail=detail)
            if years.has(measure):
                yield name, values.sum(axis=-1) / a_year
    if years.has("team_fte"):
        yield "staff", years.mean(years.of("team_fte", detail="available"))
