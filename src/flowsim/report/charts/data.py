"""What a chart is drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flowsim.experiment.tables.picking import rows_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartData:
    """The tables that charts are drawn from, as `flowsim.Comparison` gives them."""

    summary: pd.DataFrame
    over_time: pd.DataFrame
    by_area: pd.DataFrame
    by_year: pd.DataFrame
    balance: pd.DataFrame
    dwellings: pd.DataFrame
    staff: pd.DataFrame
    chains: pd.DataFrame
    titles: dict[str, str]
    """What each scenario is called, by name; the base first."""
    decisions: dict[str, str]
    """The same of the base and of what can be decided (`decision` in a scenario file)."""
    variants: dict[str, str]
    """What each housing variant is called, by name."""
    teams: dict[str, str]
    """What each team is called, by name."""
    areas: list[tuple[str, str]]
    """Kind and key of each subregion, followed by its municipalities."""
    source: str
    """Where, when, how often: stands under the title of every chart."""
    judged: str
    """The same, and what few futures cannot carry: of a chart that tells scenarios apart."""
    mark: str = ""
    """What stands across every chart when not all is there that was asked for."""

    @property
    def futures(self) -> int:
        """How many there are."""
        return int(self.summary["replications"].iloc[0]) if len(self.summary) else 0

    @property
    def keys(self) -> list[str]:
        """Names of the scenarios, the base first."""
        return list(self.titles)

    def lines(self, **where: str) -> pd.DataFrame:
        """Return rows of the summary, by scenario, for example ``lines(measure="cost")``."""
        return rows_of(self.summary, **where).set_index("scenario").reindex(self.keys)
