"""What a run means: from the ledger to spells, waits, causes and tidy tables.

`measure` gives every number of one run as `Columns`; `episodes` gives the waits themselves, for
curves that are pooled over replications (`flowsim.metrics.aalen_johansen`). A new metric is one
function from a `Reading` to `Columns`, with what it writes above it (`defines`), and its name in
`METRICS`.

From what was written to what it means: ``lives/`` (the rows of a client, spells, waits), ``why/``
(what was missing), ``reading`` (all of this for one run, worked out once), ``chains/`` (who holds
what others wait for), ``measures/`` (the numbers, a file for each topic).
"""

from __future__ import annotations

from typing import Final

from flowsim.ledger import Ledger
from flowsim.metrics.columns import KEYS, Columns, stack, table
from flowsim.metrics.defining import Measure, Metric
from flowsim.metrics.lives.spells import Spells, to_spells
from flowsim.metrics.lives.waits import ENDINGS, KINDS, Episodes, episodes
from flowsim.metrics.measures.chains import measure_chains
from flowsim.metrics.measures.changes import measure_changes
from flowsim.metrics.measures.desks import measure_desks, measure_terms
from flowsim.metrics.measures.homes import measure_homes
from flowsim.metrics.measures.inflow import measure_inflow
from flowsim.metrics.measures.judgement import (
    measure_judgement,
    measure_misplaced,
    measure_reassigned,
    measure_tenancies_lost,
)
from flowsim.metrics.measures.occupancy import measure_at_once, measure_room
from flowsim.metrics.measures.outflow import measure_lapses, measure_outflow
from flowsim.metrics.measures.persons import (
    measure_balance,
    measure_exposure,
    measure_levels,
    measure_persons,
    measure_tenancy,
)
from flowsim.metrics.measures.placements import measure_placements
from flowsim.metrics.measures.places import measure_places
from flowsim.metrics.measures.returns import measure_returns
from flowsim.metrics.measures.staff import measure_staff
from flowsim.metrics.measures.stays import measure_got, measure_norms, measure_stays
from flowsim.metrics.measures.supply import measure_dwellings, measure_hours
from flowsim.metrics.measures.unserved import measure_unserved
from flowsim.metrics.measures.waiting import measure_list, measure_wait_days, measure_waiting
from flowsim.metrics.reading import Reading
from flowsim.metrics.why.causes import CAUSES
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

METRICS: Final[dict[str, Metric]] = {
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
    "at_once": measure_at_once,
    "chains": measure_chains,
    "returns": measure_returns,
    "stays": measure_stays,
    "places": measure_places,
    "room": measure_room,
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

MEASURES: Final[dict[str, Measure]] = {
    name: what for metric in METRICS.values() for name, what in metric.measures.items()
}
"""Unit and definition of every measure, as said beside the function that writes it."""


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
