"""The pathway in flowsim: the adapter between `benchmarks` and the library.

Only what `Job.simulate` does is timed: flowsim's `simulate`, from a cohort to a ledger. Making the
cohort comes before, counting in the ledger after.
"""

from __future__ import annotations

from typing import Any

import flowsim  # noqa: F401  # type: ignore[import-untyped,unused-ignore]
from benchmarks.engines import Job
from benchmarks.pathway import Draws, Result, Size


def sample_draws(size: Size, seed: int) -> Draws:
    """Read flowsim's own cohort of the pathway as `Draws`, for the other engines.

    While this raises NotImplementedError, all engines read `benchmarks.pathway.sample_draws`.
    """
    raise NotImplementedError("flowsim's cohort cannot be read as Draws yet")


def job(size: Size, seed: int, draws: Draws) -> Job[Any]:
    """Prepare one run, from the scenario to the cohort.

    Parameters
    ----------
    size, seed
        What `sample_draws` was called with.
    draws
        The draws that the other engines read.
    """
    raise NotImplementedError("benchmarks/flowsim_engine.py does not run flowsim yet")


def run(size: Size, draws: Draws, *, trace: bool = False) -> Result:
    """Run the pathway to the horizon on the given draws; `benchmarks.check` calls this."""
    raise NotImplementedError("benchmarks/flowsim_engine.py does not run flowsim yet")
