"""The order inside ``metrics/`` and ``experiment/``; that of ``system/`` has a test of its own.

*metrics*: lives, what was missing, a reading of one run; then the measures. *experiment*: a batch,
its numbers, tables of estimates, results; then comparisons and files.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import flowsim

MAY_IMPORT = {
    "metrics": {
        "columns": set(),
        "window": set(),
        "lives": set(),
        "aalen_johansen": {"lives"},
        "why": {"window", "lives"},
        "reading": {"window", "lives", "why"},
        "defining": {"columns", "reading"},
        "once": {"reading"},
        "pools": {"columns", "window", "lives", "reading"},
        "occurs": {"lives", "why", "reading"},
        "chains": {"window", "lives", "why", "reading", "pools"},
        "measures": {
            "columns", "window", "lives", "why", "reading", "defining", "once", "pools", "occurs",
            "chains",
        },
    },
    "experiment": {
        "code": set(),
        "kept": set(),
        "worker": set(),
        "processes": {"worker"},
        "own_metrics": set(),
        "coarser": set(),
        "burn_in": {"code"},
        "today": {"burn_in", "kept", "processes"},
        "events": set(),
        "occupancy": set(),
        "keys": {"burn_in", "code"},
        "elsewhere": {"keys", "worker"},
        "scheduler": set(),
        "same_code": {"elsewhere", "scheduler"},
        "cluster": {"elsewhere", "processes", "same_code", "scheduler", "worker"},
        "batch": {"burn_in", "today"},
        "environment": {"code"},
        "keep": {"batch", "environment", "keys", "today"},
        "ledgers": {"batch", "keep", "today"},
        "estimates": set(),
        "numbers": {"batch", "estimates"},
        "quantities": {"estimates", "numbers"},
        "tables": {"batch", "ledgers", "estimates", "numbers", "occupancy", "quantities"},
        "estimated": {"batch", "environment", "tables"},
        "batched": {"batch", "today"},
        "results": {"batched", "ledgers", "estimated", "numbers", "tables"},
        "observing": {"batch", "keep"},
        "gather": {"batch", "keep", "observing", "own_metrics", "processes"},
        "run": {
            "events", "occupancy", "gather", "keep", "batch", "today", "processes", "own_metrics",
            "coarser", "ledgers", "observing", "results", "worker",
        },
        "one": {"run", "today"},
        "effort": {"burn_in", "kept", "today", "run"},
        "beforehand": {"effort"},
        "own_intervals": {"estimates", "results"},
        "compare": {"keep", "observing", "run", "results", "own_metrics", "processes", "tables"},
        "until": {"compare", "estimates", "quantities", "tables"},
        "why": {"compare", "effort", "processes", "quantities", "run", "tables"},
        "hypercube": set(),
        "levers": {"hypercube"},
        "points_file": set(),
        "design": {"compare", "levers"},
        "sketch": {"design", "levers"},
        "trial": {
            "batch", "gather", "keep", "today", "processes", "own_metrics", "run",
            "quantities", "tables", "design",
        },
        "sweep": {
            "batch", "keep", "ledgers", "observing", "processes", "own_metrics", "run",
            "quantities", "tables", "results", "levers", "design", "trial",
        },
        "stored": {
            "batch", "keep", "keys", "today", "estimated", "results", "run", "compare", "levers",
            "design", "sweep",
        },
        "draws": {
            "batch", "burn_in", "code", "kept", "keep", "keys", "estimates", "numbers",
            "tables", "processes", "run", "compare", "stored",
        },
        "differing": set(),
        "sheet": set(),
        "study": {"keys", "sheet"},
        "reproduce": {
            "batch", "differing", "events", "keep", "processes", "run", "stored",
            "today",
        },
        "writing": {
            "events", "batch", "environment", "keys", "today", "numbers", "tables", "results",
            "estimated", "processes", "stored", "sweep", "why",
        },
    },
}  # fmt: skip
"""Of each part (a folder or a module) of a package, those before it that it imports."""


def files_of(package: str) -> list[Path]:
    folder = Path(flowsim.__file__).parent / package
    return sorted(path for path in folder.rglob("*.py") if path.name != "__init__.py")


FILES = [(package, path) for package in MAY_IMPORT for path in files_of(package)]


def name_of(package: str, path: Path) -> str:
    """Return the name of a module within its package, such as ``tables.summary``."""
    parts = path.with_suffix("").parts
    return ".".join(parts[len(parts) - parts[::-1].index(package) :])


def part_of(package: str, path: Path) -> str:
    return name_of(package, path).split(".")[0]


def taken(package: str, path: Path) -> Iterator[str]:
    """Yield what a module imports of its package, wherever it does, and for types alone too."""
    whole = f"flowsim.{package}"
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == whole:
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{whole}."):
            yield str(node.module).removeprefix(f"{whole}.")


def parts_taken(package: str, path: Path) -> set[str]:
    return {name.split(".")[0] for name in taken(package, path)} - {part_of(package, path)}


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_every_part_has_its_place_in_the_order_and_only_imports_what_stands_before_it(package):
    order = MAY_IMPORT[package]
    assert {part_of(package, path) for path in files_of(package)} == set(order)
    listed = list(order)
    for part, allowed in order.items():
        assert allowed <= set(listed[: listed.index(part)]), part


@pytest.mark.parametrize(("package", "path"), FILES, ids=[name_of(*one) for one in FILES])
def test_a_part_imports_only_what_is_below_it(package, path):
    assert parts_taken(package, path) <= MAY_IMPORT[package][part_of(package, path)]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_no_arrow_is_drawn_that_nobody_needs(package):
    """So that the table says what is, and a new arrow is seen."""
    used: dict[str, set[str]] = {part: set() for part in MAY_IMPORT[package]}
    for path in files_of(package):
        used[part_of(package, path)] |= parts_taken(package, path)
    assert used == MAY_IMPORT[package]


def test_a_measure_takes_no_other_measure():
    """What two of them count with is in ``events``."""
    for path in files_of("metrics"):
        if part_of("metrics", path) == "measures":
            beside = {one for one in taken("metrics", path) if one.startswith("measures.")}
            assert beside <= {"measures.events"}, path.name
