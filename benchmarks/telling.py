"""Print how what is told of a run grows: with municipalities (9 to 342), with people (times 50).

    python3 dev.py python -m benchmarks.telling [ROUNDS]

A world of few mechanisms, made here; medians of so many rounds (5) in turns, of CPU seconds. With
more municipalities the people stay as many: what grows is only the table that they are told in.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import flowsim
from flowsim.costs import price
from flowsim.metrics import Reading, measure
from flowsim.scenario import Scenario, parse

PARTS = ("sample", "simulate", "measure", "price")


def world(municipalities: int, people: float) -> Scenario:
    """Return a region with so many municipalities, and so many new people a year."""
    size = 1_000_000 // municipalities
    names = [f"m{number:03}" for number in range(municipalities)]
    stay: dict[str, Any] = {"stay_days": {"exponential": 700.0}, "next": {"out": 1.0}}
    return parse(
        {
            "scenario": {"name": f"m{municipalities}-{people:.0f}", "years": 5, "seed": 1},
            "areas": {"region": "all", "one": dict.fromkeys(names, size)},
            "demand": [
                {"profile": "p", "per_year": people, "accepts_elsewhere": {"municipality": 0.5}}
            ],
            "dwellings": [{"name": "contingent", "scale": "municipality", "per_year": people}],
            "variant": [
                {"name": "sheltered", "scale": "region", "places": round(1.8 * people), **stay},
                {"name": "home", "scale": "municipality", "tenancy": "own",
                 "dwellings": "contingent", "places": "unlimited", **stay},
            ],
            "placement": {"within": "subregion"},
        }
    )  # fmt: skip


def one_round(scenario: Scenario) -> tuple[float, ...]:
    """Return the CPU seconds of each of `PARTS`."""
    seconds = []

    def timed(work: Callable[[], Any]) -> Any:
        began = time.process_time()
        done = work()
        seconds.append(time.process_time() - began)
        return done

    cohort = timed(lambda: flowsim.sample(scenario))
    ledger = timed(lambda: flowsim.simulate(scenario, cohort))
    reading = Reading(ledger, scenario)
    timed(lambda: measure(ledger, scenario, reading))
    timed(lambda: price(ledger, scenario, reading))
    return tuple(seconds)


def main(rounds: int) -> None:
    """Time all worlds in turns, and print a row each."""
    worlds = {
        "9 municipalities, 400 people a year": world(9, 400.0),
        "342 municipalities, 400 people a year": world(342, 400.0),
        "9 municipalities, 20,000 people a year": world(9, 20_000.0),
    }
    times: dict[str, list[tuple[float, ...]]] = {name: [] for name in worlds}
    gc.disable()
    for _ in range(rounds):
        for name, scenario in worlds.items():
            times[name].append(one_round(scenario))
            gc.collect()
    first, *_ = (told := {name: [statistics.median(part) for part in zip(*found, strict=True)]
                          for name, found in times.items()}).values()  # fmt: skip
    print(f"{'':40}" + "".join(f"{part:>22}" for part in PARTS))
    for name, seconds in told.items():
        cells = (f"{s:.3f} s (x {s / f:.1f})" for s, f in zip(seconds, first, strict=True))
        print(f"{name:40}" + "".join(f"{cell:>22}" for cell in cells))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
