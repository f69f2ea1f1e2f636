"""Quantities: what the numbers for users are called, how they are rounded and what matters.

Said once, for the terminal, charts, spreadsheets, verdicts and norms. Texts are English, and keys
of the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Final

from flowsim.experiment.quantities.flows import FLOWS
from flowsim.experiment.quantities.homes import HOMES_AND_ENDS
from flowsim.experiment.quantities.kinds import (
    ANY,
    KINDS,
    LEVEL,
    SHARE,
    WEEKS,
    Family,
    Good,
    Quantity,
    of_kind,
)
from flowsim.experiment.quantities.means import MEANS
from flowsim.experiment.quantities.people import PEOPLE

WAITS: Final = {
    "access": "Wait for a decision",
    "access_assessor": "Wait for an assessor",
    "placement": "Wait for a first place",
    "placement_own": "Wait for a first place, of those who seek an own dwelling first",
    "placement_provider": "Wait for a first place, of those who seek a provider's place first",
    "placement_shelter": "Wait for a first place, of those who seek shelter first",
    "internal": "Wait for another place",
    "outflow": "Wait to leave",
    "outflow_own": "Wait to leave, from an own tenancy",
    "outflow_provider": "Wait to leave, from a provider's place",
    "outflow_shelter": "Wait to leave, from shelter",
    "return": "Wait for a place after relapse",
}
"""Waits by what is waited for, and who waits."""
_MAIN_WAITS: Final = (
    "access", "placement", "placement_own", "placement_provider", "placement_shelter",
)  # fmt: skip
STATISTICS: Final = {
    "median": "half within",
    "p90": "nine in ten within",
    "placed_within_13_weeks": "placed within 13 weeks",
    "placed_within_26_weeks": "placed within 26 weeks",
    "placed_within_52_weeks": "placed within 52 weeks",
}
"""What of a wait, but for its mean."""


def _waits() -> Iterator[Quantity]:
    for kind, label in WAITS.items():
        main = kind in _MAIN_WAITS
        yield of_kind(WEEKS, "wait", kind, label, statistic="mean_104_weeks", main=main)
        for name, said in STATISTICS.items():
            look = SHARE if name.startswith("placed") else WEEKS
            good = Good.MORE if look is SHARE else Good.LESS
            yield of_kind(look, "wait", kind, label, part=said, statistic=name, good=good)


MADE: Final = (*PEOPLE, *FLOWS, *HOMES_AND_ENDS, *MEANS)
"""What says itself what it is made of, in the order of tables."""


def _members(one: Quantity | Family) -> tuple[Quantity, ...]:
    return one.members if isinstance(one, Family) else (one,)


QUANTITIES: Final = (*_waits(), *(each for one in MADE for each in _members(one)))
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
