"""What one future of a country costs a worker of a cluster, and what goes over the line for it.

    python3 dev.py python -m benchmarks.cluster [--years YEARS] [--burn-in YEARS]

The country is that of `benchmarks.national`. From this follows how long so many futures take on so
many workers: docs/cluster.md.
"""

from __future__ import annotations

import argparse
import os
import pickle
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import psutil

import flowsim
from benchmarks.national import write
from flowsim.compiled import engine
from flowsim.experiment import elsewhere
from flowsim.experiment.batch import Run
from flowsim.experiment.keep import Keep
from flowsim.experiment.run import run_once
from flowsim.experiment.today import people_of
from flowsim.experiment.worker import Answer
from flowsim.scenario import Scenario
from flowsim.store import Filling

ROUNDS = 20
"""Runs that are stored, to time one."""


def stored(base: Scenario, run: Run, folder: Path) -> float:
    """Return the seconds in which a run is read from the line and put in a store."""
    packed, shares = elsewhere._packed(Answer(run))
    known = elsewhere.shared(shares)
    with Filling.of(folder) as store:
        keep = Keep(store)
        keep.know([base])
        keep.begin([base], ROUNDS)
        began = time.perf_counter()
        for number in range(ROUNDS):
            one = elsewhere.opened(packed, known).value
            keep.put(base, replace(one, replication=number))
    return (time.perf_counter() - began) / ROUNDS


def main() -> None:
    """Measure one future and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--burn-in", type=int, default=0, metavar="YEARS")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), options.years, options.burn_in)
        began = time.process_time()
        base = flowsim.load(Path(folder) / "base.toml")
    print(f"engine {engine()}; load {os.getloadavg()[0]:.0f}; {options.years} years")
    print(f"loading the scenario: {time.process_time() - began:.1f} s of CPU")
    began = time.process_time()
    people = people_of(base, 0)
    if people is not None:
        print(f"people of today, one path: {time.process_time() - began:.1f} s of CPU, "
              f"{len(people.to_json()) / 1e6:.1f} MB")  # fmt: skip
    began, on_the_clock = time.process_time(), time.perf_counter()
    run = run_once(base, 0, more=())
    print(f"one future: {time.process_time() - began:.1f} s of CPU, "
          f"{time.perf_counter() - on_the_clock:.1f} s on the clock")  # fmt: skip
    steps = zip(("sample", "simulate", "measure", "price"), run.cpu_seconds, strict=True)
    print("  " + ", ".join(f"{name} {seconds:.1f}" for name, seconds in steps))
    whole, words = len(pickle.dumps(run)), sum(len(pickle.dumps(one)) for one in run.shared)
    print(f"scenario, once a worker: {len(pickle.dumps(base)) / 1e6:.2f} MB")
    print(f"a run: {whole / 1e6:.2f} MB, of which words {words / 1e6:.2f} MB, once a worker")
    with tempfile.TemporaryDirectory() as folder:
        print(f"taken in and stored: {1e3 * stored(base, run, Path(folder)):.0f} ms a run")
    print(f"memory: {psutil.Process().memory_info().rss / 1e9:.1f} GB after it")


if __name__ == "__main__":
    main()
