"""What a run costs, and which municipality pays."""

from __future__ import annotations

from flowsim.ledger import Ledger
from flowsim.metrics.columns import Columns
from flowsim.scenario.model import Scenario

__all__ = ["price"]


def price(ledger: Ledger, scenario: Scenario) -> Columns:
    """Return the costs of one run: measure ``cost_eur``, by year, payer, variant and component.

    ``municipality`` is who pays (``external``: a municipality outside the region), ``detail`` the
    component: care, housing, aftercare, assessments, reassessments, moves, daytime, on_call,
    overhead. ``variant`` is given for care, housing and daytime. EUR of the price year, from day 0
    to the end of the window; the rows of a year add up to its total.
    """
    raise NotImplementedError
