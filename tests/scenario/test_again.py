"""A scenario is made again from the text that flowsim keeps of it, and is the very same."""

from __future__ import annotations

import json
import pickle
from datetime import date, datetime, time
from pathlib import Path

import pytest

import flowsim
from flowsim.errors import ScenarioError
from flowsim.scenario import Scenario, parse
from flowsim.scenario.again import again, text_of
from tests.worlds import people, stay, world

SHIPPED = sorted(
    one
    for one in (Path(__file__).resolve().parents[2] / "scenarios" / "drenthe").glob("*.toml")
    if one.name != "sources.toml"
)


CALLED = '{"name": "p", "title": null, "reason": null}'


def everything(one: Scenario) -> list[object]:
    """Return all that is known of a scenario, of its base and of its phases."""
    phases = [(day, phase.model_dump(), phase.order, phase.extends, phase.by_building)
              for day, phase in one.phases]  # fmt: skip
    bases = [] if one.base is one else everything(one.base)
    return [phases, one.provenance, bases]


@pytest.mark.parametrize("file", SHIPPED, ids=lambda one: one.stem)
def test_a_file_with_what_it_extends_and_what_is_set_is_made_again(file):
    set_ = ("scenario.follow_up_days=30", "scenario.replications=3", "variant.bw.places=200")
    for settings in ((), set_):
        one = flowsim.load(file, settings)
        other = again(text_of(one))
        assert everything(other) == everything(one)
        assert text_of(other) == text_of(one)


def test_tables_in_memory_are_made_again():
    raw = world(people(1, 2), variant=[stay("bw", 3, {"gamma": 20.0, "cv": 0.5})])
    for tables in (raw, {**raw, "scenario": {**raw["scenario"], "start": date(2027, 2, 1)}}):
        one = parse(tables)
        assert everything(again(text_of(one))) == everything(one)


def test_what_it_was_called_afterwards_is_kept():
    one = flowsim.load(SHIPPED[0])
    about = one.scenario.model_copy(update={"name": "p1", "title": {"nl": "een", "en": "one"}})
    point = one.model_copy(update={"scenario": about}).known_as(base=one.base)
    assert everything(again(text_of(point))) == everything(point)
    assert again(text_of(point)).base == one.base
    assert everything(again(text_of(point), as_read=True)) == everything(one)


def test_it_stays_behind_when_a_scenario_goes_to_another_process():
    one = flowsim.load(SHIPPED[0])
    there = pickle.loads(pickle.dumps(one))
    assert there == one
    assert there.read_from.chain == ()
    assert one.read_from.chain[0][0] == str(SHIPPED[0])


@pytest.mark.parametrize(
    "text", ['{"chain": [], "set": []}', "", "[]", "{}", '{"chain": 3, "set": []}',
             '{"chain": [[1]], "set": []}',
             '{"chain": [["a", {"x": {"$date": "soon"}}]], "set": []}', "[" * 100_000,
             *(f'{{"chain": {chain}, "set": {set_}, "called": {called}}}'
               for chain in ('[["a", {}]]', '[["a", []]]', '[[1, {}]]')
               for set_ in ("[]", "[1]", '"ab"')
               for called in (CALLED, CALLED.replace('"p"', "7"), CALLED.replace("p", r"\ud800"))
               if (chain, set_, called) != ('[["a", {}]]', "[]", CALLED))],
)  # fmt: skip
def test_another_text_is_refused(text):
    with pytest.raises(ScenarioError, match=r"^no scenario as flowsim keeps it; it must be"):
        again(text)


@pytest.mark.parametrize(
    ("value", "found"), [("9" * 401, "a number of more than"),
                         ('{"x": ' * 300 + "1" + "}" * 300, "tables within tables")],
)  # fmt: skip
def test_the_gate_stands_before_what_is_kept_too(value, found):
    said = json.loads(text_of(flowsim.load(SHIPPED[0])))
    said["chain"][0][1]["lever"] = "HERE"
    with pytest.raises(ScenarioError, match="lever") as error:
        again(json.dumps(said).replace('"HERE"', value))
    assert found in str(error.value)


def test_what_this_version_refuses_is_said_as_of_any_file():
    one = flowsim.load(SHIPPED[0])
    said = json.loads(text_of(one))
    said["chain"][0][1]["lever"] = 3
    with pytest.raises(ScenarioError, match="lever"):
        again(json.dumps(said))


def test_every_kind_of_moment_is_kept():
    from flowsim.scenario.again import _coded, _decoded

    for one in (date(2026, 1, 2), datetime(2026, 1, 2, 3, 4, 5), time(3, 4, 5)):
        assert json.loads(json.dumps({"x": one}, default=_coded), object_hook=_decoded)["x"] == one
    with pytest.raises(TypeError):
        json.dumps({"x": 1j}, default=_coded)
