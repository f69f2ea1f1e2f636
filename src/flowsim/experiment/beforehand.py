"""What runs will take, in Python: known before anything runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flowsim.experiment.effort import effort_of
from flowsim.scenario import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What runs take, within a factor three or so; tables and charts not counted."""

    runs: int
    """All replications of all scenarios."""
    events: float
    """In an average run: about the rows of its ledger."""
    seconds: float
    """On the clock, with so many processes each on a processor of its own; with the people of today
    that are not made yet."""
    gigabytes: float
    """Of memory, all processes together, at the end."""


def estimate(
    scenarios: Scenario | Sequence[Scenario],
    replications: int | None = None,
    seed: int | None = None,
    jobs: int = 1,
    *,
    check: bool = False,
) -> Estimate:
    """Say what `flowsim.run` or `flowsim.compare` will take, without running anything.

    Parameters
    ----------
    scenarios
        One, or several that run in the same futures.
    replications, seed, jobs, check
        As they will be given there; left out: what the first scenario says.

    Raises
    ------
    ValueError
        When there is no scenario, replication or process.

    Examples
    --------
    Of ``base`` and ``more``, as `flowsim.load` gives them:

    >>> found = estimate([base, more], replications=30)
    >>> found.runs, found.seconds < 60, found.gigabytes < 1
    (60, True, True)
    """
    listed = [scenarios] if isinstance(scenarios, Scenario) else list(scenarios)
    if not listed:
        raise ValueError("at least 1 scenario")
    count = listed[0].scenario.replications if replications is None else replications
    if count < 1 or jobs < 1:
        raise ValueError("at least 1 replication and 1 job")
    effort = effort_of(listed, count, seed, check=check)
    busy = min(jobs, effort.runs)
    return Estimate(
        runs=effort.runs,
        events=effort.events,
        seconds=effort.seconds / busy,
        gigabytes=effort.memory(busy) / 1e9,
    )
