"""What a batch says: its tables, each worked out once, when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from flowsim.balance import warnings
from flowsim.errors import Problem
from flowsim.experiment.batched import Batched
from flowsim.experiment.estimated import Estimated
from flowsim.experiment.ledgers import ledger_of
from flowsim.experiment.numbers.futures import Waited, waited
from flowsim.experiment.numbers.waits_of import Waits
from flowsim.experiment.numbers.years import Years
from flowsim.experiment.tables import (
    by_area,
    by_year,
    futures,
    occupancy,
    over_time,
    summary,
    year_tables,
)
from flowsim.experiment.tables.frames import measures_frame, unit_of, waits_frame
from flowsim.experiment.tables.futures import Worst
from flowsim.experiment.tables.picking import TABLE_OF, Over, rows_of
from flowsim.experiment.tables.spells_table import spells_table
from flowsim.ledger import Ledger
from flowsim.scenario.notes import notes

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Results(Batched):
    """What runs of one or more scenarios on the same chance say; the first scenario is the base."""

    estimated: Estimated | None = field(default=None, kw_only=True, compare=False, repr=False)
    """Tables that a store has of it already."""

    def unit_of(self, measure: str) -> str:
        """Return the unit of a measure."""
        return unit_of(self.batch, measure)

    @cached_property
    def warnings(self) -> tuple[Problem, ...]:
        """What the scenarios say that the numbers do not show; nothing twice.

        Notes (`flowsim.scenario.notes`) and what the balance warns of
        (`flowsim.balance.warnings`), of all scenarios in their order.
        """
        told = (chain(notes(one), warnings(one)) for one in self.scenarios)
        return tuple(dict.fromkeys(chain.from_iterable(told)))

    @cached_property
    def warned(self) -> pd.DataFrame:
        """`warnings` in English, one a row: a store keeps them, for every balance takes a while."""
        import pandas as pd

        return self._once("warned", lambda: pd.DataFrame(
            {"warning": [str(problem) for problem in self.warnings]}, dtype=object))  # fmt: skip

    @cached_property
    def measures(self) -> pd.DataFrame:
        """Every number of every run, one a row.

        ``period`` is a year (YYYY, of the window) or a date (YYYY-MM-DD); an empty municipality,
        variant or detail means: all together. `flowsim.metrics.MEASURES` says what each measure
        is. Costs are the measure ``cost_eur``. Numbers of one's own metrics that are about the
        whole window have it as their period: ``YYYY-YYYY``.
        """
        return measures_frame(self.batch)

    @cached_property
    def waits(self) -> pd.DataFrame:
        """Every wait of every run, one a row: what the curves of waiting are made from.

        ``client`` is the number of the client in that run; it is the same in `spells`.
        ``entry_days`` and ``wait_days`` are the days waited when first and last seen, ``ending``
        how it ended (``unfinished``: not over at the end of the run). Only waits that tables
        count: begun inside the window, or going on at its start.
        """
        import pandas as pd

        return pd.concat([waits_frame(one) for one in self.batch.runs], ignore_index=True)

    @cached_property
    def spells(self) -> pd.DataFrame:
        """Every stretch of time in which nothing changed for a client, one a row, by client.

        ``state`` is a state of `flowsim.ledger.State` in words; who has left has no rows. Clients
        have the numbers that they have in `waits`. Runs without their ledger are simulated again.
        """
        return spells_table(self.batch)

    def ledger(self, replication: int = 0, scenario: str | None = None) -> Ledger:
        """Return all that happened in one run: kept with ``keep=["ledger"]``, else simulated again.

        Parameters
        ----------
        replication, scenario
            One of `replications`, and of the names of scenarios; left out: of the base.

        Examples
        --------
        Of ``base``, as `flowsim.load` gives it:

        >>> results = flowsim.run(base, replications=2, jobs=2, keep=["ledger"])
        >>> "placed" in set(results.ledger(replication=1).to_frame()["event"])
        True
        """
        key = self.keys[0] if scenario is None else scenario
        runs = {one.replication: one for one in self.batch.runs_of(key)}
        return ledger_of(self.batch.scenario(key), runs[replication])

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Estimates with intervals (`flowsim.experiment.tables.summary.summarise`)."""
        return self._once("summary", lambda: summary.summarise(self.batch, self.years, self._waits))

    def pick(
        self,
        *,
        measure: str | Collection[str] | None = None,
        detail: str | Collection[str] | None = None,
        statistic: str | Collection[str] | None = None,
        scenario: str | Collection[str] | None = None,
        over: Over = "window",
    ) -> pd.DataFrame:
        """Return the estimates of some lines.

        Parameters
        ----------
        measure, detail, statistic, scenario
            A word, or several of which any will do; left out: all. The lines are those of
            `summary`; an empty detail is all together.
        over
            ``"window"``: the whole window (`summary`). ``"year"``: each year, and ``"since"``: all
            years from the first on in which a scenario differs (`by_year`). ``"municipality"``,
            ``"subregion"``, ``"region"``: each of them (`by_area`). ``"date"``: residents and who
            waits on each date (`over_time`, which has no statistics).

        Raises
        ------
        ValueError
            When a word does not occur in that table at all.

        Examples
        --------
        Of ``base`` and ``more``, as `flowsim.load` gives them:

        >>> results = flowsim.compare(base, [more], replications=4)
        >>> wait = results.pick(measure="wait", detail="placement", statistic="mean_104_weeks")
        >>> list(wait["scenario"])
        ['base', 'more_dwellings']
        >>> by_year = results.pick(measure="cost", detail="", over="year", scenario="base")
        >>> list(by_year["year"])
        ['2026', '2027']
        """
        name, which = TABLE_OF[over]
        frame: pd.DataFrame = getattr(self, name)
        asked = {
            "measure": measure, "detail": detail, "statistic": statistic, "scenario": scenario,
        }  # fmt: skip
        wanted = {column: words for column, words in asked.items() if words is not None}
        for column, words in wanted.items():
            there = set(frame[column]) if column in frame else set()
            if column == "scenario":
                there |= set(self.keys)
            unknown = sorted({words} - there if isinstance(words, str) else set(words) - there)
            if unknown:
                raise ValueError(f"no {column} {unknown[0]!r} in {name}; there is: {sorted(there)}")
        return rows_of(frame, **which, **wanted).reset_index(drop=True)

    @cached_property
    def by_municipality(self) -> pd.DataFrame:
        """Waits by municipality, with the columns of `summary` and ``municipality``."""
        return self._once(
            "by_municipality",
            lambda: summary.summarise_by_municipality(self.batch, waits=self._waits),
        )

    @cached_property
    def by_year(self) -> pd.DataFrame:
        """Every line by year, and since the first difference (`tables.by_year`)."""
        return self._once(
            "by_year", lambda: by_year.by_year(self.batch, self.years, self.summary, self._waits)
        )

    @cached_property
    def by_area(self) -> pd.DataFrame:
        """Every line by municipality and subregion (`flowsim.experiment.tables.by_area`)."""
        return self._once(
            "by_area", lambda: by_area.by_area(self.batch, self.years, self.summary, self._waits)
        )

    @cached_property
    def over_time(self) -> pd.DataFrame:
        """Residents and waiting people on dates (`tables.over_time`)."""
        return self._once("over_time", lambda: over_time.over_time(self.batch))

    def _once(self, name: str, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """Return a table as a store has it, else made of the runs."""
        found = None if self.estimated is None else self.estimated.get(name)
        return make() if found is None else found

    @cached_property
    def years(self) -> Years:
        """The numbers of every year, as arrays (`flowsim.experiment.numbers.years`)."""
        return Years(self.batch)

    @cached_property
    def _waits(self) -> Waits:
        return Waits(self.batch)

    @cached_property
    def balance(self) -> pd.DataFrame:
        """The balance of persons by municipality and year."""
        return self._once("balance", lambda: year_tables.balance(self.years))

    @cached_property
    def dwellings(self) -> pd.DataFrame:
        """Dwellings needed, agreed, realised and short by municipality and year."""
        return self._once("dwellings", lambda: year_tables.dwellings(self.years))

    @cached_property
    def staff(self) -> pd.DataFrame:
        """Staff needed, available and short by team and year."""
        return self._once("staff", lambda: year_tables.staff(self.years))

    @cached_property
    def occupancy(self) -> pd.DataFrame:
        """How full places are, as a distribution, and for how many somebody asks."""
        return self._once("occupancy", lambda: occupancy.occupancy(self.batch))

    @cached_property
    def futures(self) -> pd.DataFrame:
        """Each future, one a row: its wait for a first place, and what chance decided in it."""
        return self._once("futures", lambda: futures.futures(self.batch, self.years, self._waited))

    @cached_property
    def longest_waits(self) -> pd.DataFrame:
        """The longest wait of a future, by kind (`tables.futures.longest_waits`)."""
        return self._once("longest_waits", lambda: futures.longest_waits(self.batch, self._waited))

    def worst(self, scenario: str | None = None) -> Worst | None:
        """Return the future in which people wait longest for a first place, and what was unusual.

        Parameters
        ----------
        scenario
            One of `keys`; left out: the base.

        Returns
        -------
        Worst
            None where nobody asks for a first place.

        Examples
        --------
        Of ``base``, as `flowsim.load` gives it:

        >>> results = flowsim.run(base, replications=4)
        >>> worst = results.worst()
        >>> bool(worst.wait == results.futures["mean_wait_weeks"].max())
        True
        """
        key = self.keys[0] if scenario is None else scenario
        if key not in self.keys:
            raise ValueError(f"no scenario {key!r}; there is: {list(self.keys)}")
        return futures.worst(self.batch, self.years, self.futures, key)

    @cached_property
    def _waited(self) -> Waited:
        return waited(self.batch)

    @cached_property
    def chains(self) -> pd.DataFrame:
        """Days of waiting a year by who holds the place and by the end of the chain."""
        return self._once("chains", lambda: year_tables.chains(self.years))
