"""The order inside ``experiment/``: what was run, what it says, and what compares."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import flowsim.experiment

EXPERIMENT = Path(flowsim.experiment.__file__).parent
FILES = sorted(path for path in EXPERIMENT.rglob("*.py") if path.name != "__init__.py")
MAY_IMPORT = {
    "code": set(),
    "kept": set(),
    "processes": set(),
    "own_metrics": set(),
    "burn_in": {"code"},
    "today": {"burn_in", "kept", "processes"},
    "events": set(),
    "keys": {"burn_in", "code"},
    "batch": {"burn_in", "today"},
    "keep": {"batch", "keys", "today"},
    "estimates": set(),
    "numbers": {"batch", "estimates"},
    "quantities": {"estimates", "numbers"},
    "tables": {"batch", "today", "estimates", "numbers", "quantities"},
    "results": {"batch", "today", "numbers", "tables"},
    "gather": {"batch", "keep", "processes"},
    "run": {"events", "gather", "keep", "batch", "today", "processes", "own_metrics", "results"},
    "one": {"run", "today"},
    "effort": {"burn_in", "kept", "today", "run"},
    "compare": {"keep", "run", "results", "own_metrics", "processes"},
    "design": {"compare"},
    "sketch": {"design"},
    "sweep": {
        "batch", "keep", "today", "processes", "own_metrics", "run", "quantities", "tables",
        "results", "design",
    },
    "stored": {"batch", "keep", "keys", "today", "results", "run", "compare", "design", "sweep"},
    "writing": {
        "events", "batch", "code", "keys", "today", "numbers", "tables", "results", "sweep",
    },
}  # fmt: skip
"""One way: a batch, its numbers, tables of estimates, results; then comparisons and files."""


def part_of(path: Path) -> str:
    """Return the folder or the module of ``experiment/`` that a file belongs to."""
    return path.relative_to(EXPERIMENT).parts[0].removesuffix(".py")


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(EXPERIMENT).with_suffix("").parts)


def taken(path: Path) -> Iterator[str]:
    """Yield the parts that a module imports, wherever it does, and for types alone too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "flowsim.experiment":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            "flowsim.experiment."
        ):
            yield str(node.module).split(".")[2]


def test_every_part_has_its_place_in_the_order_and_only_imports_what_stands_before_it():
    assert {part_of(path) for path in FILES} == set(MAY_IMPORT)
    listed = list(MAY_IMPORT)
    for part, allowed in MAY_IMPORT.items():
        assert allowed <= set(listed[: listed.index(part)]), part


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_part_imports_only_what_is_below_it(path):
    assert set(taken(path)) - {part_of(path)} <= MAY_IMPORT[part_of(path)]


def test_no_arrow_is_drawn_that_nobody_needs():
    """So that the table says what is, and a new arrow is seen."""
    used: dict[str, set[str]] = {part: set() for part in MAY_IMPORT}
    for path in FILES:
        used[part_of(path)] |= set(taken(path)) - {part_of(path)}
    assert used == MAY_IMPORT
