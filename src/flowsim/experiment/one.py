"""One run, to look at: from a scenario to what every metric and every teller reads."""

from __future__ import annotations

from flowsim.experiment.run import with_seed
from flowsim.experiment.today import sample
from flowsim.metrics.reading import Reading
from flowsim.scenario import Scenario
from flowsim.system import simulate


def read_one(scenario: Scenario, replication: int = 0, seed: int | None = None) -> Reading:
    """Sample and simulate one replication, the same one as in a batch.

    Parameters
    ----------
    scenario
        A validated scenario.
    replication
        From 0.
    seed
        Left out: what the scenario says.
    """
    one = scenario if seed is None else with_seed(scenario, seed)
    return Reading(simulate(one, sample(one, replication)), one)
