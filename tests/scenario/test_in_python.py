"""Scenarios made in Python: from a text, with other values, and written again."""

from __future__ import annotations

import pickle
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flowsim
from flowsim import Scenario
from flowsim.errors import ScenarioError
from flowsim.experiment.run import with_seed
from flowsim.scenario.draft import merge
from flowsim.scenario.written import on_top
from tests.scenario.tiny import TINY

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted(
    path for path in (ROOT / "scenarios").rglob("*.toml") if path.name != "sources.toml"
)
CASES = [pytest.param(path, id=f"{path.parent.name}/{path.stem}") for path in SHIPPED]


def said(one: Scenario) -> tuple[object, ...]:
    """Return all that decides what comes of a scenario."""
    later = [(day, phase.model_dump()) for day, phase in one.phases]
    return one.model_dump(), later, one.base.model_dump(), dict(one.order), one.by_building


@pytest.mark.slow
@pytest.mark.parametrize("path", CASES)
def test_a_shipped_scenario_is_written_and_read_as_it_was(path, tmp_path):
    one = flowsim.load(path)
    mine = tmp_path / "mine.toml"
    if one.extends:
        (tmp_path / "base.toml").write_text(one.base.to_toml(), "utf-8")
    mine.write_text(one.to_toml(extends="base.toml" if one.extends else None), "utf-8")
    again = flowsim.load(mine)
    assert (said(again), again.extends) == (said(one), one.extends)


def test_people_of_today_that_are_set_make_a_scenario_by_itself():
    one = flowsim.parse(TINY).with_({"start.residents.house": 2, "start.level_mix.house.heavy": 1})
    again = flowsim.parse(one.to_toml())
    assert not one.extends
    assert (again.model_dump(), again.order, again.extends) == (one.model_dump(), one.order, False)


def test_a_decision_is_written_on_top_of_its_base():
    base = flowsim.parse(TINY, "tiny")
    more = base.with_({"variant.house.places": 4, "leaving.ready_at": "light"}, name="more")
    text = more.to_toml()
    assert text.splitlines() == [
        'extends = "tiny.toml"', "",
        "[scenario]", 'name = "more"', 'title = { nl = "more", en = "more" }', "",
        "[[variant]]", 'name = "house"', "places = 4",
    ]  # fmt: skip
    assert said(flowsim.parse(text, "x", base)) == said(more)


def test_a_text_and_its_tables_are_one_scenario():
    assert said(flowsim.parse(TINY)) == said(flowsim.parse(tomllib.loads(TINY)))
    with pytest.raises(ScenarioError, match=r"s\.toml: not TOML"):
        flowsim.parse("a =", "s")
    with pytest.raises(ScenarioError, match=r"s\.toml: extends: 'b\.toml'; give the base that"):
        flowsim.parse('extends = "b.toml"\n' + TINY, "s")


@pytest.mark.parametrize(
    ("path", "value"),
    [("variant.hous.places", 4), ("variant.house.places", "many"), ("leaving", 3), ("x", 1),
     ("variant.house.places", -1), ("scenario.name", "a b")],
)  # fmt: skip
def test_what_is_wrong_is_told_as_the_command_line_tells_it(path, value, tmp_path):
    (tmp_path / "tiny.toml").write_text(TINY, "utf-8")
    base = flowsim.load(tmp_path / "tiny.toml")
    with pytest.raises(ScenarioError) as there:
        flowsim.load(tmp_path / "tiny.toml", [f"{path}={value}"])
    with pytest.raises(ScenarioError) as here:
        base.with_({path: value})
    assert [str(one) for one in here.value.problems] == [str(one) for one in there.value.problems]


def test_a_scenario_with_other_values_keeps_what_is_not_said():
    base = with_seed(flowsim.parse(TINY, "tiny"), 7)
    more = base.with_({"variant.house.places": np.int64(4)})
    assert (more.key, more.scenario.seed, more.extends) == ("tiny", 7, True)
    both = more.with_({"team.carers.hours_per_week": np.float64(40.123456789)}, name="both")
    assert both.variant[0].places.total == 4
    assert both.key == "both"
    assert both.base.key == "tiny"
    assert "seed = 7" in both.to_toml()
    assert said(base) == said(with_seed(flowsim.parse(TINY, "tiny"), 7))


def test_a_run_of_what_is_written_is_the_same_run():
    base = flowsim.parse(TINY, "tiny")
    more = base.with_({"dwellings.homes.per_year": 9}, name="more")
    again = flowsim.parse(more.to_toml(), "m", flowsim.parse(base.to_toml()))
    digests = [flowsim.simulate(one, flowsim.sample(one)).digest() for one in (base, more, again)]
    assert digests[1] == digests[2] != digests[0]


def test_what_cannot_be_known_is_refused_plainly():
    base = pickle.loads(pickle.dumps(flowsim.parse(TINY)))
    for call in (lambda: base.with_({"x": 1}), base.to_toml, lambda: flowsim.parse("", base=base)):
        with pytest.raises(ValueError, match="from another process"):
            call()
    with pytest.raises(ValueError, match="extends no other"):
        flowsim.parse(TINY).to_toml(extends="base.toml")


# ---------------------------------------------------------------- the law of what is on top
VALUE = st.one_of(st.integers(0, 3), st.booleans(), st.just({"gamma": 3.0}), st.just([1, 2]))
BLOCK = st.dictionaries(st.sampled_from(["places", "stay_days", "team"]), VALUE)
TABLES = st.fixed_dictionaries(
    {"scenario": st.fixed_dictionaries({"name": st.sampled_from("ab")}, optional={"years": VALUE})},
    optional={
        "leaving": st.dictionaries(st.sampled_from(["ready_at", "dwellings"]), VALUE),
        "variant": st.dictionaries(st.sampled_from("xyz"), BLOCK).map(
            lambda found: [{"name": name} | block for name, block in found.items()]
        ),
        "change": st.lists(st.fixed_dictionaries({"on": VALUE}), max_size=3),
    },
)


@settings(derandomize=True, deadline=None)
@given(TABLES, TABLES)
def test_what_is_on_top_makes_the_whole_again(base, over):
    full = merge(base, over, Scenario, "over.toml", {})
    again = merge(base, on_top(base, full), Scenario, "again.toml", {})
    assert again == full
    assert repr(again) == repr(full)  # nor is 1 the same as True
