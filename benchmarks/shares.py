"""Print where the time of a Drenthe replication goes: simulate, causes, other metrics, costs, all.

    python3 dev.py python -m benchmarks.shares [REPLICATIONS]

CPU seconds, garbage collection off as flowsim has it during a run. `causes` is everything from the
ledger to days of waiting by cause; the history of the clients, which every metric uses, is apart.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flowsim
from flowsim.compiled import engine
from flowsim.costs import price
from flowsim.experiment.burn_in import PATHS
from flowsim.experiment.today import sample
from flowsim.metrics import Reading, measure

BASE = Path(__file__).parents[1] / "scenarios" / "drenthe" / "base.toml"
AIM = 0.60
WHOLE = 1.50


def main(replications: int) -> None:
    """Measure replications of the base and print the shares."""
    scenario = flowsim.load(BASE)
    for path in range(PATHS):  # the burn-in, once
        sample(scenario, path)
    spent: dict[str, list[float]] = {}
    for replication in range(replications):
        for what, seconds in one(scenario, replication).items():
            spent.setdefault(what, []).append(seconds)
    simulate = statistics.median(spent["simulate"])
    print(f"{'part':12}{'seconds':>9}{'of simulate':>13}   median of {replications} replications")
    for what, seconds in spent.items():
        middle = statistics.median(seconds)
        print(f"{what:12}{middle:9.4f}{middle / simulate:13.0%}")
    whole = statistics.median(map(sum, zip(*spent.values(), strict=True)))
    print(f"{'together':12}{whole:9.4f}{whole / simulate:13.0%}   engine: {engine()}")
    share = statistics.median(spent["causes"]) / simulate
    print(f"aim: causes at most {AIM:.0%} of simulate: {'met' if share <= AIM else 'NOT met'}")
    print(f"aim: together at most {WHOLE:.0%}: {'met' if whole / simulate <= WHOLE else 'NOT met'}")


def one(scenario: flowsim.Scenario, replication: int) -> dict[str, float]:
    """Return the CPU seconds of each part of one replication."""
    gc.collect()
    gc.disable()
    spent: dict[str, float] = {}

    def timed(what: str, work: Callable[[], Any]) -> Any:
        begun = time.process_time()
        result = work()
        spent[what] = time.process_time() - begun
        return result

    cohort = timed("sample", lambda: sample(scenario, replication))
    ledger = timed("simulate", lambda: flowsim.simulate(scenario, cohort))
    reading = Reading(ledger, scenario)
    timed("history", lambda: (reading.spells, reading.pieces))
    timed("causes", lambda: (reading.wait_days, reading.persons_by_cause))
    timed("metrics", lambda: measure(ledger, scenario, reading))
    timed("costs", lambda: price(ledger, scenario, reading))
    gc.enable()
    return spent


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
