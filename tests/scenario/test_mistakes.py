"""What flowsim says about a mistake: its file, its key, what was found, what is allowed."""

import random
import tomllib
from pathlib import Path

import pytest

from flowsim.errors import ScenarioError
from flowsim.scenario import Scenario, parse
from tests.scenario.tiny import TINY, changed, problems_in

HERE = Path(__file__).parent
DRENTHE = HERE.parents[1] / "scenarios" / "drenthe"
CASES = tomllib.loads((HERE / "mistakes.toml").read_text("utf-8"))["case"]


def test_the_tiny_scenario_is_right(tmp_path):
    assert problems_in(tmp_path, TINY) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["mistake"])
def test_a_mistake_is_said_in_exactly_these_words(case, tmp_path):
    assert problems_in(tmp_path, changed(*case["change"])) == case["says"]


def test_every_mistake_is_said_once_and_differently():
    assert len({case["mistake"] for case in CASES}) == len(CASES)
    assert all(case["says"] for case in CASES)


def test_five_different_mistakes_give_exactly_five_messages(tmp_path):
    text = changed(
        "places = 3 -> plaecs = 3",
        'team = "carers" -> team = "carer"',
        "recovery_days = 100 -> recovery_days = { gamma = 100 }",
        "heavy = 1.0 -> heavy = 0.9",
        "per_year = 4 -> ",
    )
    assert [line.split(": ")[1] for line in problems_in(tmp_path, text)] == [
        "level.heavy.recovery_days",
        "variant.house.plaecs",
        "demand.people.level_mix",
        "variant.house.team",
        "dwellings.homes",
    ]


def test_a_mistake_in_a_block_does_not_hide_another_in_the_same_block(tmp_path):
    said = problems_in(tmp_path, changed('per_year = 10 -> urgent = "yes"'))
    assert said == [
        "s.toml: demand.people.urgent: 'yes'; expected a number",
        "s.toml: demand.people: the inflow is missing; "
        "give exactly one of per_10k_per_year, per_year, on_days",
    ]


def test_a_misspelt_key_is_one_mistake_not_also_a_missing_one(tmp_path):
    (said,) = problems_in(tmp_path, changed("per_year = 10 -> per_yaer = 10"))
    assert said.startswith("s.toml: demand.people.per_yaer: unknown key 'per_yaer'; allowed: ")
    assert said.endswith("; did you mean 'per_year'?")


def test_a_line_of_variants_without_levels_needs_stays(tmp_path):
    text = """
    [scenario]
    years = 1
    [[demand]]
    profile = "people"
    per_year = 1
    [[variant]]
    name = "house"
    """
    assert problems_in(tmp_path, text) == [
        "s.toml: variant.house: no stay_days, and there are no levels; "
        "give stay_days and next, or levels"
    ]


def test_a_file_that_is_not_toml_says_where(tmp_path):
    assert problems_in(tmp_path, "[scenario]\nyears = \n") == [
        "s.toml: not TOML: Invalid value (at line 2, column 9); mend the file there"
    ]


def test_a_source_that_is_not_in_sources_toml_is_a_mistake(tmp_path):
    (tmp_path / "sources.toml").write_text('[cbs_2024]\ntitle = "t"\n', "utf-8")
    text = changed("recovery_days = 100 -> recovery_days = { value = 100, source = 'cbs_2042' }")
    assert problems_in(tmp_path, text) == [
        "s.toml: level.heavy.recovery_days.source: no source 'cbs_2042' in sources.toml; "
        "allowed: cbs_2024; did you mean 'cbs_2024'?"
    ]


def test_sources_without_a_table_are_a_mistake_of_sources_toml(tmp_path):
    (tmp_path / "sources.toml").write_text('cbs = "CBS"\n', "utf-8")
    text = changed("recovery_days = 100 -> recovery_days = { value = 100, source = 'cbs' }")
    assert problems_in(tmp_path, text) == [
        "sources.toml: cbs: 'CBS'; a table [cbs] with title, publisher, url, read and note"
    ]


ODD = (None, True, "x", "", -1, 0.5, float("nan"), float("inf"), 1e300, [], [[]], [{}], {}, {"": 1},
       {"value": None}, {"value": {}, "range": "x"}, {"each": "x"}, [1, "x"], 10**40)  # fmt: skip


@pytest.mark.parametrize("seed", range(24))
def test_whatever_stands_anywhere_is_read_or_refused_and_never_breaks_the_reader(seed):
    base = tomllib.loads((DRENTHE / "base.toml").read_text("utf-8"))
    chance = random.Random(seed)
    for _ in range(15):
        raw = tomllib.loads(TINY) if chance.random() < 0.3 else base
        raw = _with_odd_values(raw, chance)
        made, problems = read(raw)
        assert isinstance(made, Scenario) != bool(problems)
        assert all(problem.found and problem.allowed for problem in problems)


def read(raw):
    try:
        return parse(raw), ()
    except ScenarioError as error:
        return None, error.problems


def _with_odd_values(value, chance, depth=0):
    """Return a copy in which one value, somewhere, is odd, or one key is gone."""
    if isinstance(value, dict) and value and (depth < 2 or chance.random() < 0.7):
        key = chance.choice(list(value))
        if depth and chance.random() < 0.1:
            return {k: v for k, v in value.items() if k != key}
        return {**value, key: _with_odd_values(value[key], chance, depth + 1)}
    if isinstance(value, list) and value and chance.random() < 0.7:
        at = chance.randrange(len(value))
        return [*value[:at], _with_odd_values(value[at], chance, depth + 1), *value[at + 1 :]]
    return chance.choice(ODD)
