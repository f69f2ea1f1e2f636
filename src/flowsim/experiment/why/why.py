"""Why two scenarios differ, from the same people in the same futures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from flowsim.errors import ScenarioError
from flowsim.experiment.compare import Comparison, comparable
from flowsim.experiment.effort import Effort, effort_of
from flowsim.experiment.processes import Place, Progress
from flowsim.experiment.quantities.kinds import Quantity
from flowsim.experiment.quantities.named import read_line
from flowsim.experiment.run import run_all
from flowsim.experiment.tables.picking import rows_of
from flowsim.experiment.why.apart import Apart, first_apart
from flowsim.experiment.why.units import Unit, one_more
from flowsim.experiment.why.winners import winners
from flowsim.ledger import ROW, EventKind, Ledger
from flowsim.ledger.frame import columns_of
from flowsim.metrics import KINDS, Reading
from flowsim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

ON: Final = "wait.placement"
"""The line that one more of each resource is looked at on, where nobody says which."""
OPTION: Final = "--on"
FIRST: Final = ("event", "person")
"""What parts a future first: any event, or an event of a person."""


@dataclass(frozen=True)
class Why:
    """Where the futures of two scenarios part, who wins and loses, and what one more of each does.

    Tables are worked out once, when they are asked for.
    """

    comparison: Comparison
    """The base, the other, and the base with one more of each resource."""
    about: Quantity
    """The line of the summary that `units` is about."""
    detail: str
    plan: tuple[Unit, ...]
    """What there is one more of in each scenario after the other."""

    @property
    def base(self) -> Scenario:
        """What the other is held against."""
        return self.comparison.scenarios[0]

    @property
    def other(self) -> Scenario:
        """What is held against the base."""
        return self.comparison.scenarios[1]

    @property
    def kind(self) -> str:
        """The kind of wait that `winners` is about: that of the line, else for a first place."""
        name = self.detail.partition("_")[0] if self.about.measure == "wait" else ""
        return name if name in KINDS else "placement"

    def pair(self, replication: int) -> tuple[Reading, Reading]:
        """Return the runs of base and other in one future."""
        base, other = (
            Reading(self.comparison.ledger(replication, one.key), one)
            for one in (self.base, self.other)
        )
        return base, other

    @cached_property
    def partings(self) -> dict[int, tuple[Apart | None, Apart | None]]:
        """By future, where the two part: the first event, and the first of a person."""
        found = {}
        for number in self.comparison.replications:
            mine, theirs = (run.ledger for run in self.pair(number))
            found[number] = (first_apart(mine, theirs), first_apart(mine, theirs, personal=True))
        return found

    @cached_property
    def parting(self) -> pd.DataFrame:
        """Where futures part, two rows a future: ``first`` event, and first event of a person.

        ``day``: since the start date; missing where the two are the same to the end. Of the base,
        and of the other: the first event on that day that the other scenario lacks
        (`flowsim.ledger.EventKind` in small letters), the number of the client (missing: none),
        and the block of the pool that it is about.
        """
        import pandas as pd

        rows = []
        for number, found in self.partings.items():
            mine, theirs = (run.ledger for run in self.pair(number))
            for first, one in zip(FIRST, found, strict=True):
                base = _event(mine, () if one is None else one.one)
                other = _event(theirs, () if one is None else one.other)
                rows.append((number, first, np.nan if one is None else one.day, *base, *other))
        names = [f"{side}_{what}" for side in ("base", "other")
                 for what in ("event", "client", "pool")]  # fmt: skip
        frame = pd.DataFrame(rows, columns=["replication", "first", "day", *names])
        return frame.astype({"base_client": "Int64", "other_client": "Int64"})

    @property
    def winners(self) -> pd.DataFrame:
        """Persons who wait shorter and longer in the other, in an average future.

        One row for all and for each group: `flowsim.experiment.why.winners.winners`.
        """
        return self._winners[0]

    @property
    def small_groups(self) -> int:
        """How many groups have too few persons to be in `winners`."""
        return self._winners[1]

    @cached_property
    def _winners(self) -> tuple[pd.DataFrame, int]:
        return winners(map(self.pair, self.comparison.replications), self.kind)

    @cached_property
    def units(self) -> pd.DataFrame:
        """What one more of each resource does, a row each: the line of `Comparison.summary`.

        Before it: ``resource`` (``place``, ``dwellings``, ``team``, ``desk``), ``name``, ``more``
        (what one unit is), and ``provider`` and ``area`` where that one is. Without rows where no
        scenario has the line.
        """
        names = ("resource", "name", "more", "provider", "area")
        told = {one.scenario.key: one for one in self.plan}
        frame = self.line[self.line["scenario"].isin(list(told))].reset_index(drop=True)
        for at, name in enumerate(names):
            frame.insert(at, name, [getattr(told[key], name) for key in frame["scenario"]])
        return frame

    @cached_property
    def line(self) -> pd.DataFrame:
        """The line of the summary that `units` is about, of every scenario."""
        return rows_of(
            self.comparison.summary, measure=self.about.measure, detail=self.detail,
            statistic=self.about.statistic,
        )  # fmt: skip


def why(
    base: Scenario,
    other: Scenario,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | Place = 1,
    progress: Progress | None = None,
    *,
    on: str = ON,
    units: bool | Sequence[Unit] = True,
    preparing: Progress | None = None,
) -> Why:
    """Run two scenarios on the same chance, and say why they differ.

    Parameters
    ----------
    base, other
        Over the same window. The same scenario twice is the same to the end.
    replications, seed, jobs, progress, preparing
        As in `flowsim.compare`.
    on
        The line of the summary that one more of each resource is looked at on, such as
        ``"wait.placement"`` or ``"cost"``; the wait of which winners are counted, if it is one.
    units
        Whether to run the base with one more of each resource too; or these.

    Raises
    ------
    ScenarioError
        When the two cannot be compared, or there is no such line.

    Examples
    --------
    Of ``base`` and ``more``, as `flowsim.load` gives them:

    >>> found = flowsim.why(base, more, replications=4, units=False)
    >>> found.parting["first"].tolist()[:2]
    ['event', 'person']
    >>> found.winners["by"].iloc[0]
    'all'
    """
    about, detail = read_line(on, OPTION)
    pair = prepared(base, other)
    plan = tuple((one_more(base) if units else ()) if isinstance(units, bool) else units)
    batch = run_all(
        (*pair, *(one.scenario for one in plan)), replications, seed, jobs, progress,
        preparing=preparing, keep="ledger", ledgers_of=len(pair),
    )  # fmt: skip
    return Why(Comparison(batch), about, detail, plan)


def prepared(base: Scenario, other: Scenario) -> tuple[Scenario, Scenario]:
    """Return the two, the other under a name of its own where it is the base itself.

    Raises
    ------
    ScenarioError
        When they cannot be compared.
    """
    if other.key == base.key and other == base:
        about = other.scenario.model_copy(update={"name": f"{other.key}_again"})
        other = other.model_copy(update={"scenario": about}).known_as(base=other.base)
    if problems := comparable((base, other)):
        raise ScenarioError(problems)
    return base, other


def effort_of_why(
    pair: Sequence[Scenario], plan: Sequence[Unit], replications: int, seed: int | None = None
) -> Effort:
    """Return what it takes: all runs, and the ledgers of the two."""
    effort = effort_of([*pair, *(one.scenario for one in plan)], replications, seed)
    rows = len(pair) * replications * effort.events
    return replace(effort, bytes_kept=effort.bytes_kept + rows * ROW.itemsize)


def _event(ledger: Ledger, rows: Sequence[int]) -> Iterator[Any]:
    """Yield what the first of these rows is: kind, client and block of the pool."""
    if not rows:
        yield from ("", None, "")
        return
    row = ledger.rows[rows[0] : rows[0] + 1]
    words = columns_of(row, ledger)
    yield EventKind(row["kind"][0]).name.lower()
    yield None if words["client"][0] < 0 else int(words["client"][0])
    yield words["pool"][0]
