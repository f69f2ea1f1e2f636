"""Who comes, moves and leaves, a year: each number said once, with what it is made of."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from flowsim.experiment.estimates.intervals import Array
from flowsim.experiment.numbers.yearly import Totals
from flowsim.experiment.quantities.kinds import A_YEAR, SHARE, Good, Of, Quantity, Ratio, of_kind
from flowsim.layout import Has

TO_DWELLING: Final = ("to_light", "to_none")
"""Outflow to an own dwelling, with and without aftercare."""


def events(measure: str) -> Of:
    """Return what adds up a measure."""
    return lambda totals: totals.of(measure) if totals.has(measure) else None


def outflow_to(to: str) -> Of:
    """Return what adds up the people who leave to somewhere."""

    def of(totals: Totals) -> Array | None:
        there = to in totals.details("outflow")
        return totals.of("outflow", detail=to) if there else None

    return of


def to_dwelling(totals: Totals) -> Array | None:
    """Add up the people who leave to an own dwelling, where people are ready to leave at all."""
    ready = Has(*totals.scenarios).ready
    return totals.of("outflow", detail=TO_DWELLING) if ready else None


def got_first_choice(totals: Totals) -> Ratio | None:
    """Return the share of the first places in the variant that the award names first."""
    cells = {key[1:]: v for key, v in totals.cells.items() if key[0] == "first_places"}
    if not cells:
        return None
    same = [values for (got, wanted), values in cells.items() if got == wanted]
    return Ratio(np.sum(same, axis=0), np.sum(list(cells.values()), axis=0))


def late_decisions(totals: Totals) -> Ratio | None:
    """Return the share of the decisions that come after the legal term."""
    if not totals.has("decisions_by_term"):
        return None
    late = totals.of("decisions_by_term", detail="late")
    return Ratio(late, totals.of("decisions_by_term"))


def turned_away(totals: Totals) -> Ratio | None:
    """Return who gets no award, none that anybody can give, or gives up, of whose asking ends."""
    if not totals.has("starts"):
        return None
    refused = totals.of("decisions") - totals.of("decisions", detail="award")
    unserved = totals.of("unserved_awards", detail="no_variant")
    away = refused + unserved + totals.of("gave_up")
    return Ratio(away, away + totals.of("starts", "left_waiting"))


def placed_later(totals: Totals) -> Ratio | None:
    """Return the share of who asks for a first place that is not placed at once."""
    if not totals.has("placement_at_once"):
        return None
    later = totals.of("placement_at_once", detail="later")
    return Ratio(later, totals.of("placement_at_once"))


def _flow(
    measure: str, label: str, of: Of | None = None, detail: str = "", **more: Any
) -> Quantity:
    of = events(measure) if of is None else of
    return of_kind(A_YEAR, measure, detail, label, section="flow", of=of, **more)


def _share(measure: str, label: str, of: Of, good: Good) -> Quantity:
    return of_kind(SHARE, measure, "", label, section="flow", of=of, good=good)


FLOWS: Final = (
    _flow("notifications", "Notified"),
    _flow("unserved_awards", "Awarded what nobody can give", good=Good.LESS),
    _flow("starts", "First places"),
    _flow("moves", "Moves to another place"),
    _flow("gave_up", "Gave up while waiting", good=Good.LESS, main=True),
    _flow("outflow", "Leave support", main=True),
    _flow("outflow", "Leave support", outflow_to("to_light"), "to_light",
          part="to an own dwelling, with aftercare"),
    _flow("outflow", "Leave support", outflow_to("to_none"), "to_none",
          part="to an own dwelling, without support"),
    _flow("outflow", "Leave support", outflow_to("to_other"), "to_other", part="elsewhere"),
    _flow("outflow_to_dwelling", "Leave support", to_dwelling, part="to an own dwelling"),
    _share("got_first_choice", "Got the variant named first", got_first_choice, Good.MORE),
    _share("late_decisions", "Decisions beyond the legal term", late_decisions, Good.LESS),
    _share("turned_away", "Turned away or gave up", turned_away, Good.LESS),
    _share("placed_later", "Not placed at once", placed_later, Good.LESS),
)  # fmt: skip
"""In the order of tables."""
