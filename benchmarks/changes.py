"""What dated changes cost a run: many changes of one rate against none.

``python -m benchmarks.changes`` prints the CPU time of both and their ratio, medians of rounds in
turns. A change of a rate of arrival reaches nobody who is there.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import flowsim
from flowsim.scenario import Scenario

BASE = Path(__file__).parents[1] / "scenarios" / "drenthe" / "base.toml"
CHANGES, ROUNDS = 180, 7


def with_changes(number: int) -> Scenario:
    """Return the Drenthe base with so many changes of the growth of one profile."""
    first = date(2026, 1, 20)
    lines = [f'extends = "{BASE}"', "[scenario]", 'name = "many"']
    for k in range(number):
        lines += [
            "[[change]]",
            f"date = {first + timedelta(days=18 * k)}",
            'reason = "a rate"',
            f'set = {{ "demand.from_home.growth_per_year" = {0.001 * (k % 2)} }}',
        ]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "many.toml"
        file.write_text("\n".join(lines), "utf-8")
        return flowsim.load(file)


def main() -> None:
    """Print the times, and the ratio of their medians."""
    scenarios = with_changes(0), with_changes(CHANGES)
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for scenario, spent in zip(scenarios, times, strict=True):
            cohort = flowsim.sample(scenario)
            begun = time.process_time()
            flowsim.simulate(scenario, cohort)
            spent.append(time.process_time() - begun)
    none, many = (statistics.median(spent) for spent in times)
    print(f"none: {none:.3f} s   {CHANGES}: {many:.3f} s   times {many / none:.2f}")


if __name__ == "__main__":
    main()
