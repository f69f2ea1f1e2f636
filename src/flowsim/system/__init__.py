"""All congestion: what happens when people share assessors, places, hours and dwellings.

Nothing here draws a number (`flowsim.cohort` has drawn them all) and nothing here measures
(`flowsim.ledger` tells what happened). The rules are in ``docs/model.md``. Four layers, each
over the one before: ``state``, ``waiting``, ``mechanisms``, ``run``.
"""

from flowsim.system.run.simulate import simulate, snapshots

__all__ = ["simulate", "snapshots"]
