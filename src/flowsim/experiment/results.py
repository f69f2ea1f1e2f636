"""What a batch of runs brought, as tidy tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
import numpy.typing as npt

from flowsim.costs import MEASURES as COSTS
from flowsim.errors import Problem
from flowsim.experiment.run import Run
from flowsim.experiment.spells_table import named
from flowsim.experiment.today import Origin
from flowsim.experiment.years import Years
from flowsim.metrics import ENDINGS, KINDS, MEASURES
from flowsim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Final = (
    "scenario",
    "replication",
    "period",
    "municipality",
    "variant",
    "measure",
    "detail",
    "value",
    "unit",
)
"""Of `Results.measures`."""


@dataclass(frozen=True)
class Results:
    """Runs of one or more scenarios on the same chance; the first scenario is the base."""

    scenarios: tuple[Scenario, ...]
    runs: tuple[Run, ...]
    """By scenario, then replication; every replication is there for every scenario."""
    planned: int
    """Replications that were asked for."""
    interrupted: bool
    """Whether Ctrl-C came before the planned number."""
    today: tuple[Origin, ...] = field(default=(), kw_only=True)
    """Where the people of today came from, when they are those of a burn-in."""
    own_units: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    """The unit of each metric of one's own."""

    @classmethod
    def of(
        cls,
        scenarios: Sequence[Scenario],
        runs: Iterable[Run],
        *,
        planned: int,
        interrupted: bool,
        today: tuple[Origin, ...] = (),
        own_units: Mapping[str, str] | None = None,
    ) -> Self:
        """Put runs in order, and leave out replications that some scenario lacks."""
        done = list(runs)
        times = Counter(one.replication for one in done)
        place = {scenario.key: i for i, scenario in enumerate(scenarios)}
        whole = [one for one in done if times[one.replication] == len(scenarios)]
        whole.sort(key=lambda one: (place[one.scenario], one.replication))
        return cls(
            tuple(scenarios), tuple(whole), planned, interrupted,
            today=today, own_units=own_units or {},
        )  # fmt: skip

    @property
    def replications(self) -> tuple[int, ...]:
        """Numbers of the replications that are complete."""
        return tuple(one.replication for one in self.runs_of(self.scenarios[0].key))

    @property
    def seed(self) -> int:
        """The seed of all chance."""
        return self.scenarios[0].scenario.seed

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the scenarios, the base first."""
        return tuple(scenario.key for scenario in self.scenarios)

    def unit_of(self, measure: str) -> str:
        """Return the unit of a measure."""
        known = MEASURES | COSTS
        return known[measure].unit if measure in known else self.own_units.get(measure, "")

    def runs_of(self, scenario: str) -> tuple[Run, ...]:
        """Return the runs of one scenario, by replication."""
        return tuple(one for one in self.runs if one.scenario == scenario)

    @cached_property
    def warnings(self) -> tuple[Problem, ...]:
        """What the scenarios say that the numbers do not show; nothing twice.

        Notes (`flowsim.scenario.notes`) and what the balance warns of
        (`flowsim.balance.warnings`), of all scenarios in their order.
        """
        from flowsim.balance import warnings
        from flowsim.scenario.notes import notes

        told = (chain(notes(one), warnings(one)) for one in self.scenarios)
        return tuple(dict.fromkeys(chain.from_iterable(told)))

    @cached_property
    def measures(self) -> pd.DataFrame:
        """Every number of every run, one a row, with the columns of `COLUMNS`.

        ``period`` is a year (YYYY, of the window) or a date (YYYY-MM-DD); an empty municipality,
        variant or detail means: all together. `flowsim.metrics.MEASURES` says what each measure
        is. Costs are the measure ``cost_eur``. Numbers of one's own metrics that are about the
        whole window have it as their period: ``YYYY-YYYY``.
        """
        import pandas as pd

        parts = [part for one in self.runs for part in (one.measures, one.costs, one.own)]
        rows = [len(part["value"]) for part in parts]
        owners = [one for one in self.runs for _ in range(3)]
        numbers = np.array([one.replication for one in owners], dtype=np.int64)
        columns: dict[str, Any] = {
            "scenario": _repeat([one.scenario for one in owners], rows),
            "replication": np.repeat(numbers, rows),
        }
        for name in ("period", "municipality", "variant", "measure", "detail"):
            columns[name] = pd.Categorical(_stack([part[name] for part in parts]))
        columns["value"] = _stack([part["value"] for part in parts])
        frame = pd.DataFrame(columns)
        units = {name: self.unit_of(name) for name in frame["measure"].cat.categories}
        frame["unit"] = pd.Categorical(frame["measure"].map(units).astype(object))
        return frame[list(COLUMNS)]

    @cached_property
    def waits(self) -> pd.DataFrame:
        """Every wait of every run, one a row: what the curves of waiting are made from.

        ``client`` is the number of the client in that run; it is the same in `spells`.
        ``entry_days`` and ``wait_days`` are the days waited when first and last seen, ``ending``
        how it ended (``unfinished``: not over at the end of the run). Only waits that tables
        count: begun inside the window, or going on at its start.
        """
        import pandas as pd

        return pd.concat([waits_frame(one) for one in self.runs], ignore_index=True)

    @cached_property
    def spells(self) -> pd.DataFrame:
        """Every stretch of time in which nothing changed for a client, one a row, by client.

        ``state`` is a state of `flowsim.ledger.State` in words; who has left has no rows. Clients
        have the numbers that they have in `waits`. Every run is simulated again for it.
        """
        from flowsim.experiment.spells_table import spells_table

        return spells_table(self)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Estimates with intervals (`flowsim.experiment.summary.summarise`)."""
        from flowsim.experiment.summary import summarise

        return summarise(self)

    @cached_property
    def by_municipality(self) -> pd.DataFrame:
        """Waits by municipality, with the columns of `summary` and ``municipality``."""
        from flowsim.experiment.summary import summarise_by_municipality

        return summarise_by_municipality(self)

    @cached_property
    def by_year(self) -> pd.DataFrame:
        """Every line by year, and since the first difference (`flowsim.experiment.by_year`)."""
        from flowsim.experiment.by_year import by_year

        return by_year(self)

    @cached_property
    def by_area(self) -> pd.DataFrame:
        """Every line by municipality and subregion (`flowsim.experiment.by_area`)."""
        from flowsim.experiment.by_area import by_area

        return by_area(self)

    @cached_property
    def over_time(self) -> pd.DataFrame:
        """Residents and waiting people on dates (`flowsim.experiment.over_time.over_time`)."""
        from flowsim.experiment.over_time import over_time

        return over_time(self)

    @cached_property
    def years(self) -> Years:
        """The numbers of every year, as arrays (`flowsim.experiment.years`)."""
        return Years(self)

    @cached_property
    def balance(self) -> pd.DataFrame:
        """The balance of persons by municipality and year."""
        from flowsim.experiment.year_tables import balance

        return balance(self)

    @cached_property
    def dwellings(self) -> pd.DataFrame:
        """Dwellings needed, agreed, realised and short by municipality and year."""
        from flowsim.experiment.year_tables import dwellings

        return dwellings(self)

    @cached_property
    def staff(self) -> pd.DataFrame:
        """Staff needed, available and short by team and year."""
        from flowsim.experiment.year_tables import staff

        return staff(self)

    @cached_property
    def chains(self) -> pd.DataFrame:
        """Days of waiting a year by who holds the place and by the end of the chain."""
        from flowsim.experiment.year_tables import chains

        return chains(self)


def waits_frame(run: Run) -> pd.DataFrame:
    """Return the rows of `Results.waits` about one run."""
    import pandas as pd

    waits, labels = run.waits, run.labels
    shown = waits.counts
    columns = {
        "client": waits.client,
        "kind": named(waits.kind, KINDS),
        "municipality": named(waits.municipality, labels.municipalities),
        "profile": named(waits.profile, labels.profiles),
        "variant": named(waits.variant, labels.variants),
        "held": named(waits.held, labels.variants),
        "got": named(waits.got, labels.variants),
        "level": named(waits.level, labels.levels),
        "start_day": waits.start,
        "entry_days": waits.entry,
        "wait_days": waits.wait,
        "ending": named(waits.ending, ENDINGS),
        "transition_days": waits.transition,
        "assessor_days": waits.assessor,
        "assessment_days": waits.assessment,
        "paperwork_days": waits.paperwork,
    }
    frame = pd.DataFrame({name: column[shown] for name, column in columns.items()})
    frame.insert(0, "scenario", run.scenario)
    frame.insert(1, "replication", run.replication)
    return frame


def _repeat(words: Sequence[str], times: Sequence[int]) -> pd.Categorical[str]:
    import pandas as pd

    order = list(dict.fromkeys(words))
    codes = np.repeat([order.index(word) for word in words], times)
    return pd.Categorical.from_codes(codes.tolist(), categories=pd.Index(order))


def _stack(parts: Sequence[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    return np.concatenate(parts) if parts else np.empty(0)
