"""Print how the cost of one client grows with the size of a world: it should not.

    python3 dev.py python -m benchmarks.growth [WORLD ...]

A world is run small and some times larger, in turns and in this process, and the CPU time of
`flowsim.simulate` per client is told with its ratio: 1 is linear growth.
"""

from __future__ import annotations

import copy
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

import flowsim
from flowsim.scenario import parse

Raw = dict[str, Any]
ROUNDS = 3


def movers(size: int) -> Raw:
    """Residents who need less and wait for a lighter place, while hours fall free all the time."""
    return _world(
        _people(size, over_days=100.0, level_mix={"L2": 1.0}),
        days=700.0,
        level=[{"name": "L0", "hours_per_week": 0},
               {"name": "L1", "hours_per_week": 2, "recovery_days": {"gamma": 400.0, "cv": 0.7},
                "worse_per_year": 0.2},
               {"name": "L2", "hours_per_week": 6, "recovery_days": {"gamma": 200.0, "cv": 0.7}}],
        team=[{"name": "team", "hours_per_week": 7.0 * size}],
        variant=[{"name": "bw", "serves": ["L2", "L2"], "places": size, "team": "team"},
                 {"name": "bt", "serves": ["L1", "L1"], "places": size // 100, "team": "team"}],
        placement={"order": ["bw", "bt"]},
        leaving={"ready_at": "L0"},
    )  # fmt: skip


def waiting(size: int) -> Raw:
    """A queue that only grows: one in ten is served."""
    return _world(
        _people(size, over_days=300.0),
        days=400.0,
        variant=[{"name": "a", "places": max(size // 50, 1), "stay_days": 60.0,
                  "next": {"out": 1.0}}],
    )  # fmt: skip


def strict(size: int) -> Raw:
    """The same queue in ten municipalities, with four variants and nobody passed."""
    names = ["a", "b", "c", "d"]
    return _world(
        _people(size, over_days=300.0, accepts_elsewhere={"municipality": 1.0, "subregion": 1.0}),
        days=400.0,
        areas={"all": {f"m{i}": 1 for i in range(10)}},
        variant=[
            {"name": name, "places": {"each": max(size // 2000, 1)}, "scale": "municipality",
             "stay_days": 60.0, "next": {"out": 1.0}}
            for name in names
        ],
        placement={"order": names, "passing": False},
    )  # fmt: skip


def municipalities(size: int) -> Raw:
    """So many municipalities, with people in each who accept a dwelling in any of them."""
    return _world(
        {"profile": "people", "per_year": {"each": 20.0}, "level_mix": {"L1": 0.5, "L2": 0.5},
         "accepts_elsewhere": {"municipality": 0.5, "subregion": 0.5}},
        days=1000.0,
        areas={"all": {f"m{i:03}": 1 for i in range(size)}},
        level=[{"name": "L0", "hours_per_week": 0},
               {"name": "L1", "hours_per_week": 2, "recovery_days": {"gamma": 300.0, "cv": 0.7},
                "worse_per_year": 0.2},
               {"name": "L2", "hours_per_week": 6, "recovery_days": {"gamma": 300.0, "cv": 0.7}}],
        team=[{"name": "team", "scale": "region", "hours_per_week": 60.0 * size}],
        variant=[
            {"name": "bt", "serves": ["L1", "L2"], "tenancy": "own", "dwellings": "shelf",
             "places": {"each": 12}, "scale": "municipality", "team": "team"},
            {"name": "bw", "serves": ["L1", "L2"], "places": 6 * size, "scale": "region",
             "team": "team"},
        ],
        dwellings=[{"name": "shelf", "scale": "municipality", "per_year": {"each": 8.0}}],
        placement={"order": ["bw", "bt"], "within": "region"},
        leaving={"ready_at": "L0", "dwellings": "shelf"},
    )  # fmt: skip


WORLDS: dict[str, tuple[Callable[[int], Raw], int, int]] = {
    "movers": (movers, 750, 3_000),
    "waiting": (waiting, 10_000, 100_000),
    "strict": (strict, 2_500, 10_000),
    "municipalities": (municipalities, 38, 342),
}
"""World, a small size and a large one."""


def main(names: Iterable[str]) -> None:
    """Measure the worlds and print a line for each."""
    once(movers(50))  # what is imported when it is first needed
    print(f"{'world':16}{'size':>9}{'clients':>9}{'s':>8}{'us each':>9}{'ratio':>7}")
    for name in names:
        write, *sizes = WORLDS[name]
        seconds: dict[int, list[float]] = {size: [] for size in sizes}
        clients = {}
        for _ in range(ROUNDS):
            for size in sizes:
                clients[size], spent = once(write(size))
                seconds[size].append(spent)
        each = {size: statistics.median(seconds[size]) / clients[size] for size in sizes}
        for size in sizes:
            print(
                f"{name:16}{size:9,}{clients[size]:9,}{each[size] * clients[size]:8.2f}"
                f"{each[size] * 1e6:9.1f}{each[size] / each[sizes[0]]:7.2f}",
                flush=True,
            )


def once(raw: Raw) -> tuple[int, float]:
    """Return the clients of a world and the CPU seconds of its run."""
    scenario = parse(copy.deepcopy(raw))
    cohort = flowsim.sample(scenario)
    began = time.process_time()
    flowsim.simulate(scenario, cohort)
    return cohort.count, time.process_time() - began


def _world(*demand: Raw, days: float, **sections: Any) -> Raw:
    about = {"name": "growth", "days": days, "follow_up_days": 0.0, "seed": 1}
    return {"scenario": about, "demand": list(demand), **sections}


def _people(size: int, over_days: float, **more: Any) -> Raw:
    return {"profile": "people", "on_days": [over_days * i / size for i in range(size)], **more}


if __name__ == "__main__":
    main(sys.argv[1:] or WORLDS)
