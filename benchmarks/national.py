"""A country of 342 municipalities with fifty times the people of Drenthe, run as a user would.

    python3 dev.py python -m benchmarks.national [-n FUTURES] [--jobs N] [--out DIR]

Thirty-eight copies of the region of Assen stand side by side, each a subregion of nine
municipalities with its own desk, teams, places and dwellings. Two scenarios are compared. Their
files and all that `flowsim compare` writes stand in the folder. What the processes took is told at
the end: time, the part of it in which no other process worked, and memory at its highest, of all
processes together.

`--only` FILE... does the same for a comparison of other files.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

from benchmarks.watch import Watch
from flowsim.scenario.toml_text import toml

Raw = dict[str, Any]
DRENTHE = Path(__file__).parents[1] / "scenarios" / "drenthe" / "base.toml"
COPIES, PEOPLE = 38, 50
"""Of a region of nine municipalities; times the people of that region."""
YEARS = 10
MORE: dict[str, tuple[str, ...]] = {
    "demand": ("per_year",),
    "desk": ("fte",),
    "variant": ("places",),
    "team": ("fte", "on_call_fte"),
    "dwellings": ("per_year",),
}
"""What grows with the people, by kind of block."""
OTHER: Raw = {
    "extends": "base.toml",
    "scenario": {
        "title": {"nl": "Minder beschermd wonen, meer beschermd thuis",
                  "en": "Less sheltered housing, more protected homes"},
        "reason": {"nl": "Wat in Drenthe vijftien plekken zijn, in het hele land.",
                   "en": "What is fifteen places in Drenthe, in all of the country."},
    },
    "variant": [{"name": "bw", "places": 180 * PEOPLE},
                {"name": "bt_cluster", "places": 60 * PEOPLE}],
    "team": [{"name": "bw_team", "fte": 92.3 * PEOPLE}, {"name": "bt_team", "fte": 38.9 * PEOPLE}],
}  # fmt: skip


def country(years: int, burn_in_years: int, copies: int = COPIES, people: float = PEOPLE) -> Raw:
    """Return a base of so many copies of the region, with so many times its people."""
    raw: Raw = _plain(tomllib.loads(DRENTHE.read_text("utf-8")))
    areas = {k: n for part in raw["areas"].values() if isinstance(part, dict)
             for k, n in part.items()}  # fmt: skip
    raw["areas"] = {"region": "Nederland"} | {
        f"r{i:02}": {f"{name}_{i:02}": number for name, number in areas.items()}
        for i in range(copies)
    }
    for kind, names in MORE.items():
        for block in raw[kind]:
            for name in names:
                if name in block:
                    block[name] = _times(block[name], people)
            if block.get("scale") == "region":
                block["scale"] = "subregion"
            if "weight" in block:
                block["weight"] = {f"{name}_{i:02}": weight
                                   for i in range(copies)
                                   for name, weight in block["weight"].items()}  # fmt: skip
    raw["placement"]["within"] = "subregion"
    raw["money"]["centre"] = "assen_00"
    start = raw["start"]
    for name in ("residents", "ready_to_move", "ready_to_leave"):
        start[name] = {variant: _times(persons, people) for variant, persons in start[name].items()}
    for name in ("deciding", "aftercare"):
        start[name] = _times(start[name], people)
    for line in start["waiting"]:
        line["persons"] = _times(line["persons"], people)
        line["level_mix"] = start["level_mix"][line["variant"]]
    start["burn_in_years"] = burn_in_years
    raw["scenario"] |= {
        "years": years,
        "title": {"nl": "Nederland", "en": "The Netherlands"},
        "reason": {"nl": "Drenthe, vijftig keer.", "en": "Drenthe, fifty times."},
    }
    return raw


def _plain(value: Any) -> Any:
    """Return values without what is said about them."""
    if isinstance(value, dict):
        return _plain(value["value"]) if "value" in value else {
            key: _plain(below) for key, below in value.items()}  # fmt: skip
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _times(value: Any, people: float) -> Any:
    """Return a number of all areas together, so many times."""
    total = sum(value.values()) if isinstance(value, dict) else value
    more = total * people
    return round(more) if isinstance(total, int) else more


def write(folder: Path, years: int, burn_in_years: int) -> None:
    """Write the two scenarios."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, raw in (("base", country(years, burn_in_years)), ("fewer_bw", OTHER)):
        lines = [f"{key} = {toml(value)}\n" for key, value in raw.items()]
        (folder / f"{name}.toml").write_text("".join(lines), "utf-8")


def main(arguments: list[str]) -> int:
    """Make the world, compare the two scenarios, and tell what it took."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.national",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-n", type=int, default=4, help="futures")
    parser.add_argument("--years", type=int, default=YEARS)
    parser.add_argument("--burn-in", type=int, default=0, metavar="YEARS", help="0: none")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("results") / "national")
    parser.add_argument("--only", type=Path, nargs="+", metavar="FILE", default=[])
    options = parser.parse_args(arguments)
    files = options.only
    if not files:
        write(options.out, options.years, options.burn_in)
        files = [options.out / f"{name}.toml" for name in ("base", "fewer_bw")]
    command = [sys.executable, "-m", "flowsim", "compare", *map(str, files), "--yes"]
    command += ["-n", str(options.n), "--jobs", str(options.jobs), "--out", str(options.out)]
    began = time.perf_counter()
    with subprocess.Popen(command) as process:
        watch = Watch(process.pid)
        watch.start()
    seconds = time.perf_counter() - began
    print(f"{seconds:.0f} s, of which {watch.alone:.0%} in the first process alone")
    print(f"{watch.most / 1e6:.0f} MB at most, of which {watch.most_of_root / 1e6:.0f} MB "
          "at most in the first process")  # fmt: skip
    return process.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
