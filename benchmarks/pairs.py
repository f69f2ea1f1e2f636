"""Print what common random numbers are worth: how much less chance there is in a paired difference.

    python3 dev.py flowsim compare scenarios/drenthe -n 50 --out DIR
    python3 dev.py python -m benchmarks.pairs DIR

For each number of the window and each scenario beside the base: the variance that the difference
of two independent futures would have, over the variance of the difference in the same future. That
many times as many independent futures would say as much. Numbers by variant count each; by
municipality none; of a number that no scenario changes there is nothing to say.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import numpy.typing as npt

Row = tuple[str, str, str]
LEAST_FUTURES = 10


def main(folder: Path) -> int:
    """Read the comparison in a folder and print the ratios; returns 1 where it says too little."""
    by_scenario = read(folder / "tables" / "measures.csv")
    base, *others = by_scenario
    futures = max(len(found) for found in by_scenario[base].values())
    if futures < LEAST_FUTURES or not others:
        print(f"needs a comparison of at least {LEAST_FUTURES} futures, not {futures}")
        return 1
    print(f"{futures} futures; {base} beside:")
    everything: list[float] = []
    for name in others:
        found = ratios(by_scenario[base], by_scenario[name])
        everything += found
        print(f"  {name:28} {told(found)}")
    print(f"all together: {told(everything)}")
    worth = float(np.median(everything))
    print(f"{futures} paired futures say what {futures * worth:.0f} independent ones would")
    return 0


def read(path: Path) -> dict[str, dict[Row, dict[int, float]]]:
    """Return every number of a region by scenario, what it is of, and replication."""
    found: dict[str, dict[Row, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if not row["municipality"]:
                at = (row["variant"], row["measure"], row["detail"])
                found[row["scenario"]][at][int(row["replication"])] = float(row["value"])
    return found


def ratios(base: dict[Row, dict[int, float]], other: dict[Row, dict[int, float]]) -> list[float]:
    """Return by number how many times less the paired difference varies than an unpaired one."""
    found = []
    for at in base.keys() & other.keys():
        both = sorted(base[at].keys() & other[at].keys())
        a, b = (np.array([one[at][number] for number in both]) for one in (base, other))
        if len(both) >= LEAST_FUTURES and _varies(a) and _varies(b) and _varies(a - b):
            found.append(float((a.var(ddof=1) + b.var(ddof=1)) / (a - b).var(ddof=1)))
    return found


def _varies(numbers: npt.NDArray[np.float64]) -> bool:
    return bool(np.isfinite(numbers).all() and numbers.var() > 1e-12 * (1 + numbers.mean() ** 2))


def told(found: list[float]) -> str:
    """Tell the middle of the ratios, and between which half of them lie."""
    if not found:
        return "no number differs"
    low, middle, high = np.quantile(found, (0.25, 0.5, 0.75))
    return f"median {middle:.1f} (half of {len(found)} numbers: {low:.1f} to {high:.1f})"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])) if len(sys.argv) == 2 else __doc__)
