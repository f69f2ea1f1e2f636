"""Quantities: what the numbers for users are called, how they are rounded and what matters.

Said once, for the terminal, charts, spreadsheets, verdicts and norms. Texts are English, and keys
of the catalogue.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Final

from flowsim.experiment.quantities.flows import FLOWS
from flowsim.experiment.quantities.homes import HOMES_AND_ENDS
from flowsim.experiment.quantities.kinds import (
    ANY,
    KINDS,
    LEVEL,
    Family,
    Quantity,
)
from flowsim.experiment.quantities.means import MEANS
from flowsim.experiment.quantities.people import PEOPLE
from flowsim.experiment.quantities.waits import quantities_of_waits

MADE: Final = (*PEOPLE, *FLOWS, *HOMES_AND_ENDS, *MEANS)
"""What says itself what it is made of, in the order of tables."""


def _members(one: Quantity | Family) -> tuple[Quantity, ...]:
    return one.members if isinstance(one, Family) else (one,)


QUANTITIES: Final = (*quantities_of_waits(), *(each for one in MADE for each in _members(one)))
"""Every quantity, in the order of tables: one for each line of the summary."""


@cache
def quantity(measure: str, detail: str, statistic: str, unit: str = "") -> Quantity:
    """Return the quantity of a line of the summary.

    Parameters
    ----------
    measure, detail, statistic
        As in the summary.
    unit
        As in the summary; tells staff that is counted in hours from staff in FTE.

    Returns
    -------
    Quantity
        That of the line; of a line that nobody has described, one made from its unit.
    """
    fitting = [
        one
        for one in QUANTITIES
        if one.measure == measure and one.statistic == statistic and one.detail in (detail, ANY)
    ]
    fitting.sort(key=lambda one: (one.detail == ANY, one.unit != unit))
    if fitting:
        return fitting[0]
    other = Quantity(ANY, ANY, ANY, "", unit, 1.0, LEVEL)
    kind = KINDS.get(unit, other)
    return replace(kind, measure=measure, detail=detail, statistic=statistic)
