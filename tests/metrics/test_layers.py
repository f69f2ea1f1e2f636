"""How the package of metrics hangs together: from rows to lives, causes, a reading and measures."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import flowsim.metrics

METRICS = Path(flowsim.metrics.__file__).parent
FILES = sorted(path for path in METRICS.rglob("*.py") if path.name != "__init__.py")
MAY_IMPORT = {
    "columns": set(),
    "window": set(),
    "lives": set(),
    "aalen_johansen": {"lives"},
    "why": {"window", "lives"},
    "reading": {"window", "lives", "why"},
    "defining": {"columns", "reading"},
    "pools": {"columns", "window", "reading"},
    "occurs": {"lives", "why", "reading"},
    "chains": {"window", "lives", "why", "reading", "pools"},
    "measures": {
        "columns", "window", "lives", "why", "reading", "defining", "pools", "occurs", "chains",
    },
}  # fmt: skip
"""One way: lives, what was missing, a reading of one run; then the measures."""


def part_of(path: Path) -> str:
    """Return the folder or the module of ``metrics/`` that a file belongs to."""
    return path.relative_to(METRICS).parts[0].removesuffix(".py")


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(METRICS).with_suffix("").parts)


def taken(path: Path) -> Iterator[str]:
    """Yield the modules that a module imports, wherever it does, and for types alone too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "flowsim.metrics":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            "flowsim.metrics."
        ):
            yield str(node.module).removeprefix("flowsim.metrics.")


def parts_taken(path: Path) -> set[str]:
    return {name.split(".")[0] for name in taken(path)} - {part_of(path)}


def test_every_part_has_its_place_in_the_order_and_only_imports_what_stands_before_it():
    assert {part_of(path) for path in FILES} == set(MAY_IMPORT)
    listed = list(MAY_IMPORT)
    for part, allowed in MAY_IMPORT.items():
        assert allowed <= set(listed[: listed.index(part)]), part


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_part_imports_only_what_is_below_it(path):
    assert parts_taken(path) <= MAY_IMPORT[part_of(path)]


def test_no_arrow_is_drawn_that_nobody_needs():
    """So that the table says what is, and a new arrow is seen."""
    used: dict[str, set[str]] = {part: set() for part in MAY_IMPORT}
    for path in FILES:
        used[part_of(path)] |= parts_taken(path)
    assert used == MAY_IMPORT


def test_a_measure_takes_no_other_measure():
    """What two of them count with is in ``events``."""
    for path in FILES:
        if part_of(path) == "measures":
            beside = {name for name in taken(path) if name.startswith("measures.")}
            assert beside <= {"measures.events"}, name_of(path)
