"""What staff is short and what it costs: each number said once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flowsim.calendar import DAYS_PER_YEAR
from flowsim.costs import COMPONENTS
from flowsim.experiment.numbers.series import WHOLE, staff_series
from flowsim.experiment.numbers.yearly import Totals
from flowsim.experiment.quantities.kinds import (
    ANY,
    EACH,
    FTE,
    HOURS,
    MILLION,
    Counted,
    Family,
    Found,
    Ratio,
    of_kind,
)
from flowsim.experiment.quantities.people import in_place


def _short(totals: Totals) -> Iterator[tuple[str, Found]]:
    """What each team is short of, on average, in the unit that it is counted in."""
    for (area, team, name, unit), values in staff_series(totals.years):
        if area == WHOLE and name == "short":
            yield team, Counted(values, unit)


def _costs(totals: Totals) -> Iterator[tuple[str, Found]]:
    """Cost a year, in all and by component."""
    if totals.has("cost_eur"):
        yield "", totals.of("cost_eur")
        for component in totals.details("cost_eur"):
            yield component, totals.of("cost_eur", detail=component)


def _each(totals: Totals) -> Ratio | None:
    """Return the cost over the person-years in place."""
    if not totals.has("cost_eur") or not totals.has("cost_of_clients_eur"):
        return None
    return Ratio(totals.of("cost_of_clients_eur"), in_place(totals) / DAYS_PER_YEAR)


MEANS: Final = (
    Family(
        section="staff",
        of=_short,
        members=(
            of_kind(FTE, "staff_short", ANY, "Staff short"),
            of_kind(HOURS, "staff_short", ANY, "Staff short"),
        ),
    ),
    Family(
        section="cost",
        of=_costs,
        members=(
            of_kind(MILLION, "cost", "", "Cost", main=True),
            *(
                of_kind(MILLION, "cost", component, "Cost", part=said)
                for component, said in COMPONENTS.items()
            ),
        ),
    ),
    of_kind(
        EACH, "cost_per_person", "", "Cost of each person who is supported", main=True,
        section="cost", of=_each,
    ),
)  # fmt: skip
"""In the order of tables."""
