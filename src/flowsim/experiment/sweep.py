"""Scenarios at many points, all on the same chance: what each step brings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from flowsim.errors import Said, msg
from flowsim.experiment.batch import Batch
from flowsim.experiment.design import Design, Point, Source, plan
from flowsim.experiment.keep import Keep
from flowsim.experiment.ledgers import asked_of
from flowsim.experiment.levers import Factor, Vary
from flowsim.experiment.observing import Observer
from flowsim.experiment.own_metrics import OwnMetrics, units_of
from flowsim.experiment.processes import Place, Progress
from flowsim.experiment.quantities.norm import (
    DEFAULT,
    Meeting,
    Norm,
    meet,
    read_norm,
)
from flowsim.experiment.results import Results
from flowsim.experiment.run import run_batch, with_seed
from flowsim.experiment.tables.picking import rows_of
from flowsim.experiment.tables.summary import judge_summary, summarise
from flowsim.experiment.trial import Trial, names_of, replications_of
from flowsim.scenario.toml_text import toml

if TYPE_CHECKING:
    import pandas as pd

POINTS_AT_ONCE: Final = 10
"""Points that are estimated together with the first: bounds the memory that a long sweep takes."""


@dataclass(frozen=True)
class Sweep(Results):
    """Results at every point of a sweep; differences are with the first point."""

    design: Design
    """All points; after Ctrl-C only those with every replication are in the results."""

    @property
    def factors(self) -> tuple[Factor, ...]:
        """What was varied."""
        return self.design.factors

    @property
    def points(self) -> tuple[Point, ...]:
        """The points that are complete, in the order of the values given."""
        done = set(self.keys)
        return tuple(point for point in self.design.points if point.name in done)

    @property
    def mark(self) -> Said | None:
        """What every export of it says, when points are missing."""
        if not self.partial:
            return None
        planned = len(self.design.points)
        return msg("PARTIAL {done}/{planned}", done=len(self.points), planned=planned)

    @property
    def own(self) -> int | None:
        """The place among `points` of the one that is just what the first file says; None: none."""
        at = self.design.own
        name = None if at is None else self.design.points[at].name
        return self.keys.index(name) if name in self.keys else None

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Estimates with intervals, as `flowsim.run` gives them, of all points."""
        import pandas as pd

        first, *others = self.keys
        steps = range(0, max(len(others), 1), POINTS_AT_ONCE)
        frames = []
        for i in steps:
            frame = summarise(self.batch.only((first, *others[i : i + POINTS_AT_ONCE])))
            frames.append(frame[frame["scenario"] != first] if i else frame)
        frame = judge_summary(pd.concat(frames, ignore_index=True), first)
        frame["name"] = names_of(frame)
        place = {key: i for i, key in enumerate(self.keys)}
        rank = {name: i for i, name in enumerate(dict.fromkeys(frame["name"]))}
        order = frame["name"].map(rank) * len(place) + frame["scenario"].map(place)
        return frame.iloc[order.argsort(kind="stable")].reset_index(drop=True)

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row per measure and point.

        ``point``, of several scenarios ``scenario``, a column for each factor
        with its value (as in a scenario file), ``name`` of the
        measure (`flowsim.experiment.quantities.norm.name_of`), and the other columns of `summary`:
        the ``value`` with its 95% interval ``low`` to ``high``, and the paired ``difference`` with
        the first point, with its interval.
        """
        frame = self.summary.rename(columns={"scenario": "point"})
        frame.insert(1, "name", frame.pop("name"))
        said = {one.name: self.said_at(one) for one in self.points}
        for i, column in enumerate(self.told_by):
            values = {name: _cell(values[i]) for name, values in said.items()}
            frame.insert(1 + i, column, frame["point"].map(values))
        return frame

    @property
    def told_by(self) -> tuple[str, ...]:
        """The columns that tell points apart: of several scenarios which, and every factor."""
        return (*self._which, *(factor.path for factor in self.factors))

    def said_at(self, point: Point) -> tuple[Any, ...]:
        """Return what stands in `told_by` at a point."""
        return (*(point.of for _ in self._which), *point.values)

    @property
    def _which(self) -> tuple[str, ...]:
        return ("scenario",) if len(self.design.keys) > 1 else ()

    def by_scenario(self) -> dict[str, range]:
        """Return the places among `points` of each scenario that was swept."""
        names = [one.of for one in self.points]
        firsts = {name: names.index(name) for name in names}
        return {name: range(at, at + names.count(name)) for name, at in firsts.items()}

    def line(self, measure: str = DEFAULT) -> pd.DataFrame:
        """Return the rows of one measure, one for each point in order; nan where it has none."""
        rows = rows_of(self.summary, name=measure).set_index("scenario")
        return rows.reindex(list(self.keys))

    def meeting(self, norm: Norm | float | str, measure: str = DEFAULT) -> Meeting:
        """Return which points meet a norm.

        Parameters
        ----------
        norm
            In the unit of the measure: ``26``, ``"<=26"`` or ``">=0.8"``
            (`flowsim.experiment.quantities.norm.read_norm`).
        measure
            A ``name`` of `table`.
        """
        if not isinstance(norm, Norm):
            norm = read_norm(str(norm), measure)
        rows = self.line(norm.measure)
        return meet(norm, *(rows[name].tolist() for name in ("value", "low", "high")))


def sweep(
    source: Source | Sequence[Source],
    vary: Vary,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | Place = 1,
    progress: Progress | None = None,
    *,
    set: Iterable[str] = (),
    lhs: int | None = None,
    lhs_seed: int = 0,
    check: bool = False,
    metrics: OwnMetrics | None = None,
    preparing: Progress | None = None,
    keep: Collection[str] = (),
    observer: Observer | None = None,
) -> Sweep:
    """Run scenarios at every combination of some values, or at other points, on the same chance.

    Parameters
    ----------
    source
        A scenario file, a scenario, or a function from overrides (a tuple of ``path=value``) to a
        scenario; or several of these, each of which is run at all points.
    vary
        Values by path. Two paths give every combination; the values of the last change fastest.
        Or the points themselves: a list of dicts with a value for every path, or a frame with a
        column for each path. The first point of the first scenario is the one that all others are
        compared with.
    lhs, lhs_seed
        How many points of a Latin hypercube to draw, and with which seed: then ``vary`` has a
        range for each path, as ``(low, high)``. Between two whole numbers all points are whole.
    replications, seed, jobs, progress, check, metrics, preparing, keep, observer
        As in `flowsim.run`; the same replications and seed at every point.
    set
        Overrides that hold at every point, such as ``"variant.bw.places=140"``.

    Returns
    -------
    Sweep
        All points, or after Ctrl-C those that were complete.

    Raises
    ------
    ScenarioError
        With every problem of every point, before anything runs.

    Examples
    --------
    Of ``file``, the path of a scenario:

    >>> found = sweep(file, {"dwellings.contingent.per_year": [36, 48, 60]}, replications=4)
    >>> len(found.line("wait.outflow_provider.mean_104_weeks")["value"])
    3
    >>> first = found.meeting(26).first
    >>> drawn = sweep(base, {"dwellings.contingent.per_year": (36, 60)}, 1, lhs=5)
    >>> sorted(drawn.factors[0].values)[-1] > 55
    True
    """
    return run_design(
        plan(source, vary, set, lhs, lhs_seed), replications, seed, jobs, progress,
        check=check, metrics=metrics, preparing=preparing, keep=keep, observer=observer,
    )  # fmt: skip


def run_design(
    design: Design,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | Place = 1,
    progress: Progress | None = None,
    *,
    first: Trial | None = None,
    check: bool = False,
    metrics: OwnMetrics | None = None,
    preparing: Progress | None = None,
    keep: Keep | Collection[str] | None = None,
    observer: Observer | None = None,
) -> Sweep:
    """Run all points of a design, point by point; see `sweep`.

    Parameters
    ----------
    first
        What `try_one` gave with the same seed and metrics; it is not done again, nor observed.
    keep, observer
        As in `flowsim.experiment.run.run_all`.
    """
    store, ledgers = asked_of(keep)
    count = replications_of(design, replications)
    seed = design.points[0].scenario.scenario.seed if seed is None else seed
    seeded = tuple(with_seed(one, seed) for one in design.scenarios)
    tasks = [(one, number) for one in seeded for number in range(count)]
    done = [first.run] if first is not None and store is None else []

    def report(more: int, total: int) -> None:
        if progress is not None:
            progress(len(done) + more, len(done) + total)

    found, today = run_batch(
        seeded, count, tasks[len(done) :], jobs, report,
        check=check, metrics=metrics, preparing=preparing, keep=store, observer=observer,
        ledgers={one.key for one in seeded} if ledgers else (),
    )  # fmt: skip
    begun = {one.key: one for one in (first.today if first is not None else ())}
    batch = Batch(
        seeded, (*done, *found.runs), count, found.interrupted,
        today=tuple(begun.get(one.key, one) for one in today),
        own_units=units_of(metrics or {}), failed=tuple(found.failed),
    )  # fmt: skip
    return Sweep(batch.complete(), design)


def _cell(value: object) -> object:
    """Leave numbers and texts as they are, and write the rest as a scenario file does."""
    plain = isinstance(value, int | float | str) and not isinstance(value, bool)
    return value if plain else toml(value)
