"""Many runs: the pipeline, replications side by side, estimates with intervals, tables on disk."""

from flowsim.experiment.compare import compare
from flowsim.experiment.run import run

__all__ = ["compare", "run"]
