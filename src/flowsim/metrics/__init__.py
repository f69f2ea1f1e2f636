"""What a run means: from the ledger to spells, waits, causes and tidy tables.

`measure` gives every number of one run as `Columns`; `episodes` gives the waits themselves, for
curves that are pooled over replications (`flowsim.metrics.aalen_johansen`). A new metric is one
function from a `Reading` to `Columns`, its name in `METRICS`, and what it writes in `MEASURES`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flowsim.ledger import Ledger
from flowsim.metrics.causes import CAUSES
from flowsim.metrics.chains import measure_chains
from flowsim.metrics.columns import KEYS, Columns, stack, table
from flowsim.metrics.definitions import MEASURES, Measure
from flowsim.metrics.desks import measure_desks, measure_terms
from flowsim.metrics.flow import (
    measure_changes,
    measure_inflow,
    measure_lapses,
    measure_outflow,
    measure_placements,
)
from flowsim.metrics.homes import measure_homes
from flowsim.metrics.judgement import (
    measure_judgement,
    measure_misplaced,
    measure_reassigned,
    measure_tenancies_lost,
)
from flowsim.metrics.persons import (
    measure_balance,
    measure_exposure,
    measure_levels,
    measure_persons,
    measure_tenancy,
)
from flowsim.metrics.places import measure_places
from flowsim.metrics.reading import Reading
from flowsim.metrics.returns import measure_returns
from flowsim.metrics.spells import Spells, to_spells
from flowsim.metrics.staff import measure_staff
from flowsim.metrics.stays import measure_got, measure_norms, measure_stays
from flowsim.metrics.supply import measure_dwellings, measure_hours
from flowsim.metrics.unserved import measure_unserved
from flowsim.metrics.waiting import measure_list, measure_wait_days, measure_waiting
from flowsim.metrics.waits import ENDINGS, KINDS, Episodes, episodes
from flowsim.scenario.model import Scenario

__all__ = [
    "CAUSES",
    "ENDINGS",
    "KEYS",
    "KINDS",
    "MEASURES",
    "METRICS",
    "Columns",
    "Episodes",
    "Measure",
    "Reading",
    "Spells",
    "episodes",
    "measure",
    "stack",
    "table",
    "to_spells",
]

METRICS: Final[dict[str, Callable[[Reading], Columns]]] = {
    "exposure": measure_exposure,
    "persons": measure_persons,
    "levels": measure_levels,
    "tenancy": measure_tenancy,
    "balance": measure_balance,
    "inflow": measure_inflow,
    "terms": measure_terms,
    "unserved": measure_unserved,
    "desks": measure_desks,
    "placements": measure_placements,
    "outflow": measure_outflow,
    "lapses": measure_lapses,
    "changes": measure_changes,
    "wait_days": measure_wait_days,
    "waiting": measure_waiting,
    "list": measure_list,
    "norms": measure_norms,
    "got": measure_got,
    "chains": measure_chains,
    "returns": measure_returns,
    "stays": measure_stays,
    "places": measure_places,
    "misplaced": measure_misplaced,
    "judgement": measure_judgement,
    "hours": measure_hours,
    "staff": measure_staff,
    "dwellings": measure_dwellings,
    "homes": measure_homes,
    "tenancies_lost": measure_tenancies_lost,
    "reassigned": measure_reassigned,
}
"""Every metric, by name: a function from a run to the rows of one or more measures."""


def measure(ledger: Ledger, scenario: Scenario, reading: Reading | None = None) -> Columns:
    """Return every measure of one run, as one tidy table.

    A measure whose mechanism the scenario does not have is left out; within a measure no
    combination is left out because its number happens to be 0.

    Parameters
    ----------
    ledger
        One run.
    scenario
        The scenario that was run.
    reading
        ``Reading(ledger, scenario)``, where it is at hand: `price` can use the same one.

    Returns
    -------
    Columns
        See `flowsim.metrics.columns`; units and definitions in `MEASURES`.
    """
    run = Reading(ledger, scenario) if reading is None else reading
    return stack([metric(run) for metric in METRICS.values()])
