"""Calibrate the base of Regio Assen: what it settles at in the long run, and whether it drifts.

    python3 dev.py python scenarios/drenthe/calibrate.py              what should be counted today?
    python3 dev.py python scenarios/drenthe/calibrate.py --drift 200  does it stay where it starts?

The first runs the base as its burn-in does (no dated changes, no growth) for many years, and prints
for every count in [start] its mean in the long run. With `--set path=value` other values are tried:
that is how patience, the clock of level 5 and finding a dwelling alone were chosen (README.md).

    python3 dev.py python scenarios/drenthe/calibrate.py --set variant.bw.patience_days=1461

The second runs the base from today and prints how far stocks and waiting are from today after 1, 5
and 10 years, and the number of leavers in the first half-year and later. It ends with exit code 1
when a bound is passed: stock 3%, levels in sheltered housing 5%, waiting and blocked 20%, leavers
4 standard errors.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed

import flowsim
from flowsim.calendar import DAYS_PER_YEAR
from flowsim.cohort import sample_cohort
from flowsim.cohort.snapshot import Snapshot
from flowsim.experiment.burn_in import in_balance
from flowsim.ledger import EventKind
from flowsim.scenario import Scenario
from flowsim.system import snapshots

BASE = Path(__file__).parent / "base.toml"
SETTLING_YEARS = 20
YEARS = (1, 5, 10)
HALF_YEAR = DAYS_PER_YEAR / 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked; return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", dest="settings", action="append", default=[], metavar="PATH=VALUE")
    parser.add_argument("--runs", type=int, default=20, help="long runs (20)")
    parser.add_argument("--years", type=int, default=120, help="years of a long run (120)")
    parser.add_argument("--drift", type=int, metavar="N", help="replications from today")
    parser.add_argument("--jobs", type=int, default=-1)
    given = parser.parse_args(arguments)
    scenario = flowsim.load(BASE, given.settings)
    if given.drift:
        return drift(scenario, given.drift, given.jobs)
    long_run(scenario, given.runs, given.years, given.jobs)
    return 0


# ---------------------------------------------------------------- the long run
def long_run(scenario: Scenario, runs: int, years: int, jobs: int) -> None:
    """Print the mean of every count of people in the long run, with its standard error."""
    found = Parallel(n_jobs=jobs)(delayed(_mean_counts)(scenario, r, years) for r in range(runs))
    today = counts([person.now for person in flowsim.sample(scenario).today], scenario)
    print(f"{runs} runs of {years} years, the first {SETTLING_YEARS} left out")
    print(f"{'people':44}{'long run':>10}{'se':>7}{'today':>8}")
    for what in sorted(set(today).union(*found)):
        each = np.array([one[what] for one in found])
        error = each.std(ddof=1) / np.sqrt(runs) if runs > 1 else float("nan")
        print(f"{what:44}{each.mean():10.2f}{error:7.2f}{today[what]:8}")


def _mean_counts(scenario: Scenario, run: int, years: int) -> Counter[str]:
    long = in_balance(scenario, scenario.scenario.seed)
    long = long.model_copy(update={"scenario": long.scenario.model_copy(update={"years": years})})
    days = [DAYS_PER_YEAR * year for year in range(SETTLING_YEARS, years)]
    total: Counter[str] = Counter()
    for people in snapshots(sample_cohort(long, run), days):
        total.update(counts(people, scenario))
    return Counter({what: n / len(days) for what, n in total.items()})  # type: ignore[misc]


def counts(people: Sequence[Snapshot], scenario: Scenario) -> Counter[str]:
    """Count people as [start] does, and residents by level."""
    variants, levels = scenario.order["variant"], [level.name for level in scenario.level]
    found: Counter[str] = Counter()
    for one in people:
        state, variant, _, _ = one.groups[0] if one.groups else (one.state, -1, -1, -1)
        name = variants[variant] if variant >= 0 else ""
        if state in ("settled", "ready", "move"):
            found[f"residents {name}"] += 1
            found[f"residents {name} at {levels[one.level]}"] += 1
            if state != "settled":
                found[f"{state} {name}{' in transition' * (one.state == 'transit')}"] += 1
                found["all blocked"] += one.state != "transit"
        else:
            found[f"{state} {name}".strip()] += 1
            found["all waiting"] += state == "waiting"
    return found


# ---------------------------------------------------------------- drift
def drift(scenario: Scenario, replications: int, jobs: int) -> int:
    """Print how far the base is from today after some years; return 1 when a bound is passed."""
    found = Parallel(n_jobs=jobs)(delayed(_one_future)(scenario, r) for r in range(replications))
    passed = False
    print(f"{'people':44}" + "".join(f"{'year ' + str(y):>18}" for y in (0, *YEARS)))
    for what in sorted({what for future, _ in found for day in future for what in day}):
        each = np.array([[day[what] for day in future] for future, _ in found], dtype=float)
        mean = each.mean(axis=0)
        bound = _bound(what)
        line = f"{what:44}"
        for number, m in enumerate(mean):
            over = bound is not None and abs(m / mean[0] - 1) > bound
            passed |= bool(over)
            change = f"{m / mean[0] - 1:+.1%}" if number and mean[0] else ""
            line += f"{m:9.1f}{change:>8}{'*' if over else ' '}"
        print(line)
    leavers = np.array([left for _, left in found], dtype=float)
    later = leavers[:, 1:].mean(axis=1)
    gap = leavers[:, 0] - later
    wide = gap.std(ddof=1) / np.sqrt(replications)
    passed |= bool(abs(gap.mean()) > 4 * wide)
    print(
        f"leavers a half-year: first {leavers[:, 0].mean():.2f}, later {later.mean():.2f}, "
        f"difference {gap.mean():+.2f} (standard error {wide:.2f})"
    )
    print("a bound is passed (*)" if passed else "within all bounds")
    return int(passed)


def _bound(what: str) -> float | None:
    if what.startswith("residents bw at sheltered"):
        return 0.05
    if what.startswith("residents") and " at " not in what:
        return 0.03
    return 0.20 if what in ("all waiting", "all blocked") else None


def _one_future(
    scenario: Scenario, replication: int
) -> tuple[list[Counter[str]], npt.NDArray[np.float64]]:
    """Return the counts of today and after each of `YEARS`, and leavers by half-year."""
    cohort = flowsim.sample(scenario, replication)
    days = [0.0, *(DAYS_PER_YEAR * year for year in YEARS)]
    future = [counts(people, scenario) for people in snapshots(cohort, days)]
    rows = flowsim.simulate(scenario, cohort).rows
    left = rows["day"][rows["kind"] == EventKind.HOUSED]
    edges = HALF_YEAR * np.arange(2 * YEARS[-1] + 1)
    return future, np.histogram(left, edges)[0].astype(float)


if __name__ == "__main__":
    sys.exit(main())
