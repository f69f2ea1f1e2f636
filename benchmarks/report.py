"""From measurements to the lines that the harness prints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.measure import Measurement
from benchmarks.pathway import Result, differences

Key = tuple[str, str]
"""(size, engine)."""
HEADINGS = (
    ("size", ""),
    ("engine", ""),
    ("CPU us per", "client-stage"),
    ("lowest -", "highest"),
    ("rounds", ""),
    ("times", "flowsim"),
    ("times", "simpy"),
    ("growth", "from region"),
    ("MB:", "imports"),
    ("MB: with", "draws"),
    ("MB:", "peak"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """All rounds of one engine at one size.

    Attributes
    ----------
    us_per_stage : list of float
        CPU microseconds per client-stage, one per round.
    imports_mb, draws_mb, peak_mb : float
        Medians over the rounds; see `Measurement`.
    result : Result
        What the engine found, the same in every round.
    """

    us_per_stage: list[float]
    imports_mb: float
    draws_mb: float
    peak_mb: float
    result: Result

    @property
    def cost(self) -> float:
        """CPU microseconds per client-stage in the median round."""
        return median(self.us_per_stage)


Rows = Mapping[Key, Row]


def to_rows(measurements: Iterable[Measurement]) -> dict[Key, Row]:
    """Gather the rounds by size and engine."""
    rounds: dict[Key, list[Measurement]] = {}
    for one in measurements:
        rounds.setdefault((one.size, one.engine), []).append(one)
    return {
        key: Row(
            us_per_stage=[one.us_per_stage for one in ones],
            imports_mb=median(one.imports_mb for one in ones),
            draws_mb=median(one.draws_mb for one in ones),
            peak_mb=median(one.peak_mb for one in ones),
            result=ones[0].result,
        )
        for key, ones in rounds.items()
    }


def ratio(rows: Rows, key: Key, base: Key) -> float | None:
    """Return how many times the cost of `base` a row costs; None when one was not measured."""
    return rows[key].cost / rows[base].cost if key in rows and base in rows else None


def table(rows: Rows) -> list[str]:
    """Lay out the measurements: a line per size and engine."""
    lines = [[top for top, _ in HEADINGS], [bottom for _, bottom in HEADINGS]]
    for (size, engine), row in rows.items():
        growth = None if size == "region" else ratio(rows, (size, engine), ("region", engine))
        lines.append(
            [
                size,
                engine,
                f"{row.cost:.2f}",
                f"{min(row.us_per_stage):.2f} - {max(row.us_per_stage):.2f}",
                str(len(row.us_per_stage)),
                _times(ratio(rows, (size, engine), (size, "flowsim"))),
                _times(ratio(rows, (size, engine), (size, "simpy"))),
                _times(growth),
                *(f"{mb:.0f}" for mb in (row.imports_mb, row.draws_mb, row.peak_mb)),
            ]
        )
    return _aligned(lines)


def page(rows: Rows) -> list[str]:
    """Lay out the measurements as the tables of ``docs/performance.md``: one for each size."""
    lines = []
    stages = {size: row.result.client_stages for (size, _), row in rows.items()}
    for size in stages:
        lines += [
            f"{size} size ({stages[size]:,} client-stages)",
            "",
            "| engine | CPU µs per client-stage (lowest - highest) | times flowsim compiled "
            "| times flowsim plain | rounds | peak memory, MB |",
            "|---|---|---|---|---|---|",
        ]
        for (where, engine), row in rows.items():
            if where == size:
                cells = (
                    engine,
                    f"{row.cost:.2f} ({min(row.us_per_stage):.2f} - {max(row.us_per_stage):.2f})",
                    _times(ratio(rows, (size, engine), (size, "flowsim"))),
                    _times(ratio(rows, (size, engine), (size, "flowsim-plain"))),
                    str(len(row.us_per_stage)),
                    f"{row.peak_mb:.0f}",
                )
                lines.append(f"| {' | '.join(cells)} |")
        lines.append("")
    return lines[:-1]


def _times(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _aligned(lines: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if left < 2 else cell.rjust(width)
            for left, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]


def comparison(rows: Rows) -> tuple[bool, list[str]]:
    """Say per size what the engines found, and whether they found the same."""
    same, lines = True, []
    for size in dict.fromkeys(size for size, _ in rows):
        engines = [engine for where, engine in rows if where == size]
        expected = rows[size, engines[0]].result
        lines += [_found(size, expected)]
        for engine in engines[1:]:
            said = differences(rows[size, engine].result, expected)
            same = same and not said
            lines += [f"  {engine} DIFFERS from {engines[0]}: {line}" for line in said]
        if len(engines) > 1 and same:
            lines += [f"  the same in {', '.join(engines)}: counts, and waits to 7 decimals"]
    return same, lines


def _found(size: str, found: Result) -> str:
    return (
        f"{size}: {found.client_stages} client-stages (A {found.starts_a}, B {found.starts_b}, "
        f"dwellings {found.dwellings}, C {found.starts_c}), {found.left} left, "
        f"{found.lapsed} dwellings lapsed; mean wait in days A {found.wait_a_days:.4f}, "
        f"B {found.wait_b_days:.4f}, dwelling {found.wait_dwelling_days:.4f}, "
        f"C {found.wait_c_days:.4f}"
    )


def aims(rows: Rows) -> list[str]:
    """Hold flowsim to its aims, as far as they were measured."""
    said = []
    for size, engine, least in (
        ("region", "simpy", (3.0, 2.0)),
        ("national", "simpy-quick", (4.0, 3.0)),
        ("region", "ciw", (15.0, 10.0)),
    ):
        for mine, aim in zip(("flowsim", "flowsim-plain"), least, strict=True):
            times = ratio(rows, (size, engine), (size, mine))
            if times is not None:
                said.append(
                    f"{_met(times >= aim)}: {engine} takes {times:.1f} times as long as {mine} at "
                    f"{size} size (aim: at least {aim:g})"
                )
    if ("national", "flowsim") in rows:
        peak = rows["national", "flowsim"].peak_mb
        said.append(f"{_met(peak < 500)}: flowsim peaks at {peak:.0f} MB (aim: under 500)")
    growth = ratio(rows, ("national", "flowsim"), ("region", "flowsim"))
    floor = ratio(rows, ("national", "heap"), ("region", "heap"))
    if growth is not None and floor is not None:
        said.append(
            f"a client-stage costs {growth:.2f} times as much at 50 times the size; "
            f"{floor:.2f} times in the plain heap loop (memory caches, depth of the heap)"
        )
    return said


def _met(met: bool) -> str:
    return "met" if met else "NOT MET"
