"""The first replication of a sweep, to know how long it will take and what it measures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from flowsim.experiment.batch import Batch, Run
from flowsim.experiment.design import Design
from flowsim.experiment.gather import Gathered, gather
from flowsim.experiment.keep import Keep
from flowsim.experiment.own_metrics import OwnMetrics
from flowsim.experiment.processes import Place, Progress, place_of
from flowsim.experiment.quantities.norm import WAITS, name_of
from flowsim.experiment.run import tried, with_seed
from flowsim.experiment.tables.summary import summarise
from flowsim.experiment.today import Origin, todays
from flowsim.interrupts import noting_interrupts

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The first replication of the first point, to know how long a sweep will take."""

    run: Run
    seconds: float
    design: Design
    today: tuple[Origin, ...]
    """Where its people of today came from."""

    def names(self) -> tuple[str, ...]:
        """Return the names of the measures that the sweep will have."""
        found = summarise(Batch(self.design.scenarios[:1], (self.run,), 1))
        return tuple(dict.fromkeys((*WAITS, *names_of(found))))


def replications_of(design: Design, replications: int | None) -> int:
    """Return how many replications each point gets."""
    own = design.points[0].scenario.scenario.replications
    return own if replications is None else replications


def try_one(
    design: Design,
    seed: int | None = None,
    jobs: int | Place = 1,
    *,
    check: bool = False,
    metrics: OwnMetrics | None = None,
    replications: int | None = None,
    preparing: Progress | None = None,
    keep: Keep | None = None,
) -> Trial | None:
    """Run the first replication of the first point and time it, or find how long it took.

    The people of today that all replications of this point need are made first. None: it failed.

    Raises
    ------
    KeyboardInterrupt
        When it is asked to stop meanwhile, once the run is kept.
    """
    first = design.scenarios[0]
    scenario = with_seed(first, first.scenario.seed if seed is None else seed)
    if keep is not None:
        keep.know([scenario])
        there, _ = keep.split([(scenario, 0)])
        if there:
            return Trial(run=there[0], seconds=there[0].seconds, design=design, today=())
    count = replications_of(design, replications)
    with (
        noting_interrupts() as asked,
        todays([scenario], count, place_of(jobs), preparing) as today,
    ):
        work = partial(
            tried, check=check, metrics=metrics, folders=today.at(place_of(jobs)),
            more=None if keep is None else keep.more,
        )  # fmt: skip
        stopped = today.interrupted or asked()
        found = Gathered() if stopped else gather(work, [(scenario, 0)], jobs, None, keep)
        if stopped or asked():
            raise KeyboardInterrupt
    if not found.runs:
        return None
    (run,) = found.runs
    return Trial(run=run, seconds=run.seconds, design=design, today=today.origins)


def names_of(frame: pd.DataFrame) -> list[str]:
    """Return the name of the measure of each row."""
    columns = (frame[name] for name in ("measure", "detail", "statistic"))
    return [name_of(*row) for row in zip(*columns, strict=True)]
