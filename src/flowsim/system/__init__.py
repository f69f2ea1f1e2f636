"""All congestion: what happens when people share assessors, places, hours and dwellings.

Nothing here draws a number (`flowsim.cohort` has drawn them all) and nothing here measures
(`flowsim.ledger` tells what happened). The rules are in ``docs/model.md``.
"""

from flowsim.system.simulate import simulate, snapshots

__all__ = ["simulate", "snapshots"]
