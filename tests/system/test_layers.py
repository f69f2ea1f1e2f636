"""The layers of the system: who may import whom, and, since imports are not all, who calls whom."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

import flowsim.system
from flowsim.system.run.journey import MECHANISMS

SYSTEM = Path(flowsim.system.__file__).parent
FILES = sorted(path for path in SYSTEM.glob("*/*.py") if path.name != "__init__.py")
LAYERS = ("state", "waiting", "mechanisms", "run")
"""Each may import what comes before it, and itself; no mechanism imports another."""

MAY_CALL = {
    "timers": {"agenda"},
    "stock": {"board"},
    "options": {"catalogue"},
    "routes": set(),
    "circles": set(),
    "sites": set(),
    "catalogue": {"circles"},
    "queues": {"catalogue", "circles", "timers", "agenda", "board"},
    "cases": {"queues", "routes", "agenda"},
    "holding": {"timers", "agenda"},
    "requests": {"options", "queues", "timers", "board"},
    "turns": {"queues", "catalogue", "board"},
    "settling": {"turns", "queues", "catalogue", "casework", "requests", "board"},
    "exchange": set(),
}
"""Which parts of the world each module below the mechanisms calls; what they call is below them."""
MECHANISMS_MAY_CALL = {
    "options", "queues", "holding", "routes", "casework", "requests", "settling", "timers",
    "agenda",
}  # fmt: skip
"""All mechanisms meet in these, and in what follows a moment; they do not look at the board."""
PARTS = MECHANISMS_MAY_CALL | {"catalogue", "circles", "turns", "board", "stock"}
FILE_OF = {"casework": "cases"}


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def name_of(path: Path) -> str:
    return f"{path.parent.name}.{path.stem}"


def taken(path: Path) -> Iterator[str]:
    """Yield the modules of the system that a module imports, also for types alone."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("flowsim.system."):
            yield str(node.module).removeprefix("flowsim.system.")


def called(path: Path, own: bool = False) -> set[str]:
    """Return what a module reaches in the world: ``world.NAME``, and as its ``own`` ``self._NAME``.

    Parts below the mechanisms are handed the parts that they call, and keep them as their own.
    """
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute):
            owner = node.value
            of = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
            if of in ("world", "_world") or (own and of == "self" and node.attr.startswith("_")):
                found.add(node.attr.removeprefix("_"))
    return found


def in_layer(*layers: str) -> list[Path]:
    return [path for path in FILES if path.parent.name in layers]


# ---------------------------------------------------------------- imports
def test_every_folder_of_the_system_is_a_layer():
    assert {path.parent.name for path in FILES} == set(LAYERS)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_layer_imports_none_above_it(path):
    allowed = LAYERS[: LAYERS.index(path.parent.name) + 1]
    assert {name.partition(".")[0] for name in taken(path)} <= set(allowed)


@pytest.mark.parametrize("path", in_layer("mechanisms"), ids=name_of)
def test_no_mechanism_imports_another(path):
    others = {name for name in taken(path) if name.startswith("mechanisms.")}
    assert others <= {"mechanisms.mechanism"}


# ---------------------------------------------------------------- calls
@pytest.mark.parametrize("path", in_layer("state", "waiting"), ids=name_of)
def test_below_the_mechanisms_each_calls_only_what_is_below_it(path):
    if path.stem not in ("world", "ground"):  # these make the parts
        assert called(path, own=True) & PARTS - {path.stem} <= MAY_CALL.get(path.stem, set())


def test_the_table_of_calls_has_no_circle():
    left = {name: {FILE_OF.get(to, to) for to in calls} for name, calls in MAY_CALL.items()}
    while left:
        free = [name for name, calls in left.items() if not calls & left.keys()]
        assert free, f"in a circle: {sorted(left)}"
        for name in free:
            del left[name]


@pytest.mark.parametrize("path", in_layer("mechanisms"), ids=name_of)
def test_a_mechanism_calls_the_parts_of_the_world_and_no_mechanism(path):
    reached = called(path)
    assert reached & PARTS <= MECHANISMS_MAY_CALL
    assert not reached & {"mechanism", "mechanisms"}
    assert not reached & {kind.__name__.lower() for kind in MECHANISMS}


def test_only_the_run_knows_a_mechanism_by_name():
    kinds = {kind.__name__ for kind in MECHANISMS}
    for path in in_layer("state", "waiting"):
        names = {node.id for node in ast.walk(tree(path)) if isinstance(node, ast.Name)}
        assert not names & kinds, name_of(path)


# ---------------------------------------------------------------- what has an order
def test_only_what_stands_in_a_heap_has_an_order():
    """Compiled, whatever has an order cannot be looked up in a dict: a choice and a pool are."""
    ordered = set()
    for path in FILES:
        module = importlib.import_module(f"flowsim.system.{name_of(path)}")
        for name, kind in inspect.getmembers(module, inspect.isclass):
            own = kind.__module__ == module.__name__ and not issubclass(kind, (int, tuple))
            if own and kind.__lt__ is not object.__lt__:
                ordered.add(name)
    assert ordered == {"Group", "Family", "Request", "Case"}
