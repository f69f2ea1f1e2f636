"""The journey on one screen: every moment is followed, and happens; a snapshot is kept whole."""

from __future__ import annotations

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest

import flowsim
import flowsim.system
from flowsim.cohort.snapshot import Snapshot
from flowsim.scenario import parse
from flowsim.system.mechanisms.mechanism import Mechanism
from flowsim.system.run import journey
from flowsim.system.run.journey import FOLLOWS, MECHANISMS, NEXT_STEP, OFFERED, PACES, SETTLED
from flowsim.system.run.simulate import build
from flowsim.system.run.snapshots import take
from flowsim.system.state.moments import Moment
from flowsim.system.state.people import Client
from flowsim.system.waiting.world import World
from tests.regions import region
from tests.worlds import people, stay, world

SYSTEM = Path(flowsim.system.__file__).parent
SOURCES = {path: path.read_text("utf-8") for path in sorted(SYSTEM.glob("*/*.py"))}
STEPS = ("carry", "go_on", "take", "put", "clocks", "watches", "begin", "configure", "wire")


def test_every_moment_is_followed_and_happens_somewhere():
    assert set(FOLLOWS) == set(Moment)
    said = {name for text in SOURCES.values() for name in re.findall(r"Moment\.([A-Z_]+)", text)}
    assert said == {moment.name for moment in Moment}
    happens = {
        name
        for path, text in SOURCES.items()
        if path.stem != "journey"
        for name in re.findall(r"Moment\.([A-Z_]+)", text)
    }
    assert happens == {moment.name for moment in Moment}


def test_every_mechanism_is_in_the_one_tuple():
    defined = {
        node.name
        for path, text in SOURCES.items()
        if path.parent.name == "mechanisms"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ClassDef)
        and any(ast.unparse(base) == "Mechanism" for base in node.bases)
    }
    assert [kind.__name__ for kind in MECHANISMS] == list(
        dict.fromkeys(kind.__name__ for kind in MECHANISMS)
    )
    assert {kind.__name__ for kind in MECHANISMS} == defined


def test_what_a_mechanism_lets_others_call_is_called_by_the_journey():
    """A public method is a step of every mechanism, or follows something: else it is dead."""
    asked = {*NEXT_STEP, *PACES, *OFFERED, *SETTLED}
    acts = {act for listed in FOLLOWS.values() for act in listed} | asked
    named = " ".join(text for path, text in SOURCES.items() if path.parent.name == "run")
    for kind in MECHANISMS:
        for name, act in vars(kind).items():
            if callable(act) and not name.startswith("_") and name not in STEPS:
                by_itself = f"self.{name}" in SOURCES[SYSTEM / "mechanisms" / _file(kind)]
                assert act in acts or by_itself or f".{name}(" in named or f".{name}\n" in named


def _file(kind: type[Mechanism]) -> str:
    return f"{kind.__module__.rpartition('.')[2]}.py"


def test_a_snapshot_is_kept_whole_and_each_part_by_one():
    running = build(flowsim.sample(parse(region())))
    one = next(c for c in running.clients if c is not None)
    kept = [key for part in running.mechanisms for key in part.take(one)]
    assert len(kept) == len(set(kept))
    kept = [key for key in kept if key not in own_of(running, one)]
    whole = {field.name for field in fields(Snapshot)}
    given_by_data_alone = {"award_share"}
    said = set(re.findall(r'^ +"(\w+)":', SOURCES[SYSTEM / "run" / "snapshots.py"], re.M))
    of_cases = {"work_left", "work_done"}
    assert not set(kept) & (said | of_cases)
    assert set(kept) | said | of_cases | given_by_data_alone | {"kept"} == whole
    assert take(running)


def own_of(running: World, c: Client) -> dict[str, str]:
    """Return what mechanisms keep under names of their own, with the file of each."""
    named = {field.name for field in fields(Snapshot)}
    return {
        key: _file(type(part))
        for part in running.mechanisms
        for key in part.take(c)
        if key not in named
    }


def test_what_a_mechanism_keeps_for_itself_is_put_back_by_it_and_read_by_no_other():
    running = build(flowsim.sample(parse(region())))
    one = next(c for c in running.clients if c is not None)
    own = own_of(running, one)
    assert len(own) > 10
    read = {
        (name, path.name)
        for path, text in SOURCES.items()
        for name in re.findall(r'kept(?:\.get\(|\[)"(\w+)"', text)
    }
    assert read == set(own.items())
    assert list(take(running)[0].kept) == list(own)


@pytest.mark.parametrize("kind", MECHANISMS, ids=lambda kind: kind.__name__)
def test_a_mechanism_that_a_scenario_lacks_is_not_called(kind):
    """A textbook line has stays alone: of all that may follow, little does."""
    line = build(flowsim.sample(parse(world(people(0), variant=[stay("a", 1, 9.0)], days=20.0))))
    part = line.mechanism(kind)
    tied = {act.__self__ for listed in line.follows for act in listed}  # type: ignore[attr-defined]
    assert part.active or part not in tied
    needed = {"Tenancies", "Lines", "Access", "Judgement", "Aftercare", "Leaving"}
    placed = {type(act.__self__).__name__ for act in line.follows[Moment.PLACED]}  # type: ignore[attr-defined]
    assert placed <= needed


def test_the_journey_is_on_one_screen():
    table = Path(journey.__file__).read_text("utf-8")
    assert table[table.index("\nMECHANISMS") : table.index("def meet")].count("\n") < 80
