"""One run to look at is the run of a batch."""

from flowsim.experiment.one import read_one
from flowsim.experiment.run import run_once, with_seed
from tests.experiment.tiny_worlds import tiny


def test_what_is_told_of_is_the_run_of_a_batch():
    for replication, seed in ((0, None), (2, None), (1, 99)):
        scenario = tiny() if seed is None else with_seed(tiny(), seed)
        told = read_one(tiny(), replication, seed)
        assert told.ledger.digest() == run_once(scenario, replication).digest
        assert told.scenario.scenario.seed == scenario.scenario.seed
