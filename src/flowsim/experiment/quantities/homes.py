"""Dwellings needed and how that ended, and where waiting ends: each number said once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from flowsim.experiment.estimates.intervals import Array
from flowsim.experiment.numbers.series import NEED_PARTS, WHOLE, chain_series, dwelling_series
from flowsim.experiment.numbers.yearly import Totals
from flowsim.experiment.quantities.kinds import (
    HOMES,
    PERSONS,
    SHARE,
    AtEnd,
    Family,
    Found,
    Good,
    Ratio,
    of_kind,
)
from flowsim.experiment.quantities.people import CAUSES

DWELLINGS: Final = {
    "needed": "newly needed",
    "agreed": "agreed",
    "offered": "offered",
    "lost": "lost to this group",
    "found_alone": "found one alone",
    "urgent": "by the urgency scheme",
    "without": "got a place without a dwelling",
    "ended": "gave up, left or need none any more",
    "unmet": "more people in the queue",
}
"""Dwellings, and how the need for one ended."""
DWELLING_LINES: Final = ("agreed", "offered", "lost", *NEED_PARTS, "short")
_MET: Final = ("needed", "found_alone", "urgent", "without")
ENDS: Final = {
    "in_use": "the resident needs this place",
    "no_place": "no such place",
    "turning_over": "place being made ready",
    "transit": "leaver is moving out",
    "circle": "waiting for one another",
    "dwelling": CAUSES["dwelling"],
    "hours": CAUSES["hours"],
    "queue_order": CAUSES["queue_order"],
    "own_choice": CAUSES["own_choice"],
    "provider_refusal": CAUSES["provider_refusal"],
}
"""What is at the end of a chain of waiting, or is waited for without one."""


def _whole_region(totals: Totals) -> dict[str, Array]:
    return {name: v for (area, name), v in dwelling_series(totals.years) if area == WHOLE}


def _dwellings(totals: Totals) -> Iterator[tuple[str, Found]]:
    """Dwellings needed and how that ended, a year.

    ``needed`` is the sum of the other `NEED_PARTS`, in every year and over the window.
    """
    found = _whole_region(totals)
    found |= {"offered": found["realised"]} if "realised" in found else {}
    for name in DWELLING_LINES:
        if name in found:
            yield name, found[name]


def _still_needed(totals: Totals) -> AtEnd | None:
    """Return who still needs a dwelling at the end of a year."""
    found = _whole_region(totals)
    return AtEnd(found["end"]) if "end" in found else None


def _days_by_end(totals: Totals) -> dict[str, Array]:
    """Return the days of waiting with an award, by what is at the end."""
    if not totals.years.whole:
        return {}  # a chain goes through places of other municipalities
    return {end: v for (link, _, _, end), v in chain_series(totals.years) if link == "all"}


def _ends(totals: Totals) -> Iterator[tuple[str, Found]]:
    """People who wait with an award, by what is at the end."""
    for end, days in _days_by_end(totals).items():
        yield end, totals.persons(days)


def _in_dwelling(totals: Totals) -> Ratio | None:
    """Return the share of the days of waiting with a dwelling at the end."""
    days = _days_by_end(totals)
    if "dwelling" not in days:
        return None
    return Ratio(days["dwelling"], np.sum(list(days.values()), axis=0))


HOMES_AND_ENDS: Final = (
    Family(
        section="dwellings",
        of=_dwellings,
        members=(
            of_kind(HOMES, "dwellings", "used", "Dwellings", part="used", main=True),
            *(
                of_kind(HOMES, "dwellings", name, "Dwellings", part=said, main=name in _MET)
                for name, said in DWELLINGS.items()
            ),
            of_kind(
                HOMES, "dwellings", "short", "New need left unmet", good=Good.LESS, main=True
            ),
        ),
    ),
    of_kind(
        PERSONS, "need_dwelling", "", "Still waiting for a dwelling", good=Good.LESS,
        section="dwellings", of=_still_needed,
    ),
    Family(
        section="chains",
        of=_ends,
        members=tuple(
            of_kind(
                PERSONS, "ends_in", end, "Waiting, at the end of the chain", part=said,
                good=Good.LESS,
            )
            for end, said in ENDS.items()
        ),
    ),
    of_kind(
        SHARE, "ends_in_dwelling", "", "Waiting days that end in a dwelling", good=Good.LESS,
        section="dwellings", of=_in_dwelling,
    ),
)  # fmt: skip
"""In the order of tables."""
