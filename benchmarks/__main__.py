"""Time the pathway in every engine, in turns, and print how they compare.

Every measurement is a fresh process that reads the same draws. A round runs each engine once at
each size, so that a busy spell of the machine hits all of them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.engines import ENGINES
from benchmarks.measure import Measurement, NotMeasured, measure, write_draws
from benchmarks.pathway import SIZES
from benchmarks.report import aims, comparison, page, table, to_rows

LIBRARIES = ("flowsim", "simpy", "ciw", "salabim", "numpy")


def main(arguments: list[str]) -> int:
    """Measure and print; returns 1 when two engines disagree on what happened."""
    options = _options(arguments)
    skipped: dict[str, None] = {}
    with tempfile.TemporaryDirectory() as folder:
        draws = {size: Path(folder) / size for size in options.sizes}
        drawn_by = {write_draws(size, options.seed, path) for size, path in draws.items()}
        header = _header(options, drawn_by)
        print(*header, sep="\n", flush=True)
        measured = list(_in_turns(options, draws, skipped))
    rows = to_rows(sorted(measured, key=lambda one: options.sizes.index(one.size)))
    same, found = comparison(rows)
    for lines in (table(rows), list(skipped), found, aims(rows), page(rows)):
        if lines:
            print("", *lines, sep="\n")
    if options.json:
        report = {"header": header, "skipped": list(skipped), "measured": _plain(measured)}
        options.json.write_text(json.dumps(report, indent=1), encoding="utf-8")
    return 0 if same else 1


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    add("--sizes", type=_names(SIZES), default=list(SIZES), help=",".join(SIZES))
    add("--engines", type=_names(ENGINES), default=list(ENGINES), help=",".join(ENGINES))
    add("--rounds", type=int, default=3)
    add("--seed", type=int, default=1)
    add("--all", action="store_true", help="also what is too slow, in every round")
    add(
        "--gc",
        choices=("off", "on"),
        default="on",
        help="garbage collection while timed; on is Python's default (flowsim turns it off itself)",
    )
    add("--limit", type=float, default=1800.0, help="seconds before a measurement is given up")
    add("--json", type=Path, metavar="FILE", help="write every measurement here")
    return parser.parse_args(arguments)


def _names(known: Collection[str]) -> Callable[[str], list[str]]:
    def names(text: str) -> list[str]:
        chosen = text.split(",")
        if unknown := [name for name in chosen if name not in known]:
            raise argparse.ArgumentTypeError(f"{unknown[0]!r} is not one of {', '.join(known)}")
        return chosen

    return names


def _header(options: argparse.Namespace, drawn_by: set[str]) -> list[str]:
    versions = []
    for name in LIBRARIES:
        with suppress(PackageNotFoundError):
            versions.append(f"{name} {version(name)}")
    return [
        f"Python {platform.python_version()} on {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores; {', '.join(versions)}",
        f"CPU time (process_time) of the simulation alone; garbage collection {options.gc}; "
        f"seed {options.seed}, draws by {' and '.join(sorted(drawn_by))}",
        *(f"  {name:12} {ENGINES[name].what}" for name in options.engines),
    ]


def _in_turns(
    options: argparse.Namespace, draws: dict[str, Path], skipped: dict[str, None]
) -> Iterator[Measurement]:
    """Yield every measurement, round by round; says in `skipped` what is left out, and why."""
    given_up = set()
    for number in range(options.rounds):
        for size, path in draws.items():
            for engine in options.engines:
                if (engine, size) in given_up or _too_slow(options, engine, size, number, skipped):
                    continue
                print(f"round {number + 1}: {engine}, {size}", file=sys.stderr, flush=True)
                try:
                    yield measure(
                        engine,
                        size,
                        options.seed,
                        path,
                        gc_on=options.gc == "on",
                        limit=options.limit,
                    )
                except NotMeasured as reason:
                    given_up.add((engine, size))
                    skipped[f"{engine}, {size}: skipped: {reason}"] = None


def _too_slow(
    options: argparse.Namespace, engine: str, size: str, number: int, skipped: dict[str, None]
) -> bool:
    slow = ENGINES[engine].slow.get(size)
    if options.all or slow is None or number < slow.rounds:
        return False
    what = "one round only" if slow.rounds else "skipped"
    skipped[f"{engine}, {size}: {what}: {slow.why} (--all to run it)"] = None
    return True


def _plain(measured: list[Measurement]) -> list[dict[str, object]]:
    return [{**asdict(one), "us_per_stage": one.us_per_stage} for one in measured]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
