"""Print what storing costs: a run, its bytes, a resume, and the memory of who gathers.

    python3 dev.py python -m benchmarks.store [RUNS] [FOLDER]

One replication of the Drenthe base is made once and put so many times (10,000) under other keys, in
a folder beside the current one or in FOLDER, which is removed afterwards (2 GB at 10,000).
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import psutil

import flowsim
from flowsim.experiment.batch import Run
from flowsim.experiment.keep import Keep
from flowsim.experiment.run import run_once
from flowsim.scenario import Scenario
from flowsim.store import Filling
from flowsim.store.asking import asked

BASE = Path(__file__).resolve().parents[1] / "scenarios" / "drenthe" / "base.toml"


def main(arguments: list[str]) -> int:
    """Measure and print."""
    runs = int(arguments[0]) if arguments else 10_000
    where = arguments[1] if len(arguments) > 1 else None
    scenario = flowsim.load(BASE)
    one = run_once(scenario, 0, more=())
    folder = Path(tempfile.mkdtemp(prefix="flowsim-store-", dir=where))
    try:
        _fill(folder, scenario, one, runs)
        _resume(folder, scenario, runs)
        _ask(folder)
    finally:
        shutil.rmtree(folder)
    return 0


def _fill(folder: Path, scenario: Scenario, one: Run, runs: int) -> None:
    numbers = sum(len(part.values()) for part in one.packed) + len(one.waits.kind)
    with Filling.of(folder) as store:
        keep = Keep(store)
        keep.know([scenario])
        keep.begin([scenario], runs)
        took, held = [], []
        for number in range(runs):
            if number == runs // 10:
                before = _memory()
            began = time.perf_counter()
            held.append(keep.put(scenario, replace(one, replication=number)))
            took.append(time.perf_counter() - began)
        memory = _memory()
        keep.end(complete=True, today=(), units={})
    size = sum(file.stat().st_size for file in folder.iterdir())
    middle, mean = statistics.median(took), statistics.fmean(took)
    print(f"a run put and read back   median {1e3 * middle:.2f} ms, mean {1e3 * mean:.2f} ms")
    print(f"rows                      {numbers} a run, {numbers / mean:,.0f} a second")
    print(f"bytes                     {size / runs:,.0f} a run")
    print(f"memory of the parent      {memory / before:.3f} times that after {runs // 10} runs")


def _resume(folder: Path, scenario: Scenario, runs: int) -> None:
    began = time.perf_counter()
    with Filling.of(folder) as store:
        keep = Keep(store)
        keep.know([scenario])
        there, todo = keep.split([(scenario, number) for number in range(runs + 10)])
        took = time.perf_counter() - began
        assert (len(there), len(todo)) == (runs, 10)
    print(f"resume of {runs} runs     {took:.2f} s")


def _ask(folder: Path) -> None:
    sql = "select avg(value), count(*) from measures where measure = 'persons' and run <= 30"
    began = time.perf_counter()
    with asked(folder, sql) as answer:
        ((_, count),) = answer.rows
    took = time.perf_counter() - began
    print(f"a question about 30 runs  {took:.2f} s ({count} rows)")


def _memory() -> int:
    return int(psutil.Process().memory_info().rss)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
