"""The lines of the summary: what each of them adds up, in every year.

Definitions, in the words of users: docs/metrics.md, *Lines of the summary*.
"""

from __future__ import annotations

import numpy as np

from flowsim.experiment.numbers.yearly import Number, Totals, Yearly
from flowsim.experiment.numbers.years import Years
from flowsim.experiment.quantities.quantity import MADE
from flowsim.scenario import Scenario


def lines(years: Years, scenarios: tuple[Scenario, ...]) -> list[Yearly]:
    """Return every line that the scenarios have a mechanism for."""
    totals = Totals(years, scenarios)
    return [line for one in MADE for line in one.in_years(totals)]


def over_window(years: Years, scenarios: tuple[Scenario, ...]) -> list[Number]:
    """Return every line over the whole window: scenarios x replications."""
    whole = np.ones((len(years.names), 1), dtype=bool)
    return [one.over_periods(whole, years.length).at(0) for one in lines(years, scenarios)]
