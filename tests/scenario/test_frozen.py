"""A scenario is what it was read as: nobody changes one that is there."""

from __future__ import annotations

import ast
import copy
import pickle
from pathlib import Path

import pytest

import flowsim
from flowsim.scenario import Scenario, parse
from flowsim.scenario.model import Loaded
from tests.worlds import people, stay, world

SOURCE = Path(flowsim.__file__).parent


def scenario(**more: object) -> Scenario:
    return parse(world(people(1), variant=[stay("v", 1, 10)], **more))


@pytest.mark.parametrize("name", [*Scenario.model_fields, "_loaded", "_base", "anything"])
def test_nothing_of_a_scenario_can_be_set(name):
    one = scenario()
    with pytest.raises(AttributeError, match="a scenario is frozen"):
        setattr(one, name, None)


@pytest.mark.parametrize("name", Loaded.__dataclass_fields__)
def test_nor_of_what_is_known_of_it(name):
    with pytest.raises(AttributeError):
        setattr(scenario()._loaded, name, None)


def test_what_is_known_otherwise_is_known_of_another_one():
    one, base = scenario(), scenario(days=50.0)
    other = one.known_as(base=base)
    assert (one.base, other.base) == (one, base)
    assert other.model_dump() == one.model_dump()
    assert other != one
    assert other.known_as(base=None) == one


def test_copies_and_pickles_keep_what_is_known():
    one = scenario().known_as(base=scenario(days=50.0))
    for other in (one.model_copy(), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert other == one
        assert (other.base, other.order) == (one.base, one.order)


def test_no_module_sets_what_is_private_of_something_else():
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            listed = node.targets if isinstance(node, ast.Assign) else ()
            targets = [part for one in listed for part in ast.walk(one)]
            for one in targets:
                private = isinstance(one, ast.Attribute) and one.attr.startswith("_")
                if private and isinstance(one.ctx, ast.Store):
                    owner = ast.unparse(one.value)
                    assert owner in ("self", "cls"), f"{path.name}:{one.lineno} sets {owner}"
