"""What a run means: from the ledger to spells, waits, causes and tidy tables.

`measure` gives every number of one run as `Columns`; `episodes` gives the waits themselves, for
curves that are pooled over replications (`flowsim.metrics.aalen_johansen`).
"""

from __future__ import annotations

from flowsim.ledger import Ledger
from flowsim.metrics.columns import KEYS, Columns
from flowsim.metrics.waits import ENDINGS, KINDS, Episodes, episodes
from flowsim.scenario.model import Scenario

__all__ = ["ENDINGS", "KEYS", "KINDS", "Columns", "Episodes", "episodes", "measure"]


def measure(ledger: Ledger, scenario: Scenario) -> Columns:
    """Return every measure of one run that the scenario has a mechanism for, as one tidy table."""
    raise NotImplementedError
