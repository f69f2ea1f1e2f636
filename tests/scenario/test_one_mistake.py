"""A mistake gives its own message, and only those that stay true when it is mended."""

import copy
import random
import tomllib
from datetime import date
from pathlib import Path

import pytest

from flowsim.errors import ScenarioError
from flowsim.scenario import load, parse, paths
from flowsim.scenario.model import BLOCK_KEYS
from flowsim.scenario.values import is_evidence
from tests.scenario.mutations import LINE
from tests.scenario.tiny import changed, problems_in

DRENTHE = Path(__file__).parents[2] / "scenarios" / "drenthe" / "base.toml"
BASES = {"region": tomllib.loads(DRENTHE.read_text("utf-8")), "line": tomllib.loads(LINE)}
MOST = 2
"""Messages about one mistake: a value may be refused, and lie outside its range."""
WRONG = ("what", [], {}, True, date(2026, 1, 1), ["x"], {"x": "y"}, -1, 5, 0.5, 69.691, [[1]])


def problems_of(raw):
    try:
        parse(raw)
    except ScenarioError as error:
        return error.problems
    return ()


def leaves(value, keys=()):
    """Yield the keys and places that lead to every value; of evidence to its value alone."""
    if isinstance(value, dict | list) and value:
        for key, below in value.items() if isinstance(value, dict) else enumerate(value):
            if not is_evidence(value) or key == "value":
                yield from leaves(below, (*keys, key))
    else:
        yield keys


def with_value(base, keys, value):
    raw = copy.deepcopy(base)
    at = raw
    for key in keys[:-1]:
        at = at[key]
    at[keys[-1]] = value
    return raw


def block_of(base, keys):
    """Return what a message about a value may be headed by or call by name: its block, its key."""
    if keys[0] not in BLOCK_KEYS or len(keys) < 2:
        return [str(keys[0])]
    name = base[keys[0]][keys[1]][BLOCK_KEYS[keys[0]]]
    return [f"{keys[0]}.{paths.part(name)}", f"{keys[0]}.{keys[1] + 1}", repr(name), f".{name}"]


def astray(base, keys, value):
    """Return what is said that is too much: more messages than few, or about something else."""
    problems = problems_of(with_value(base, keys, value))
    known = block_of(base, keys)
    said = [str(problem) for problem in problems]
    if len(said) > MOST:
        return said
    return [one for one in said if not any(word in one for word in known)]


@pytest.mark.parametrize("value", WRONG, ids=str)
@pytest.mark.parametrize("base", BASES.values(), ids=list(BASES))
def test_a_wrong_value_gives_messages_about_itself_alone(base, value):
    chance = random.Random(str(value))
    places = list(leaves(base))
    for keys in chance.sample(places, 5):
        assert astray(base, keys, value) == [], (keys, value)


@pytest.mark.slow
@pytest.mark.parametrize("value", WRONG, ids=str)
@pytest.mark.parametrize("base", BASES.values(), ids=list(BASES))
def test_a_wrong_value_anywhere_gives_messages_about_itself_alone(base, value):
    for keys in leaves(base):
        assert astray(base, keys, value) == [], (keys, value)


BROKEN = (5, "x", [[]])
HEADINGS = [(name, key) for name, base in BASES.items() for key in base]


@pytest.mark.parametrize(("base", "key"), HEADINGS)
def test_a_section_that_cannot_be_read_gives_messages_about_itself_alone(base, key):
    raw = BASES[base]
    whole = raw[key]
    single = [whole[0]] if isinstance(whole, list) else []
    for value in (*BROKEN, *single):
        said = [str(one) for one in problems_of({**raw, key: value})]
        assert len(said) <= MOST, (value, said)
        assert all(one.startswith(f"scenario.toml: {key}") for one in said), (value, said)


BLOCKS = [
    pytest.param(name, kind, at, marks=[pytest.mark.slow] if at > 1 else [])
    for name, base in BASES.items()
    for kind in BLOCK_KEYS
    for at in range(len(base.get(kind, ())))
]


@pytest.mark.parametrize(("base", "kind", "at"), BLOCKS)
def test_a_block_that_cannot_be_read_gives_messages_about_itself_alone(base, kind, at):
    raw = BASES[base]
    block, key = raw[kind][at], BLOCK_KEYS[kind]
    unnamed = {k: v for k, v in block.items() if k != key}
    for value in (*BROKEN, unnamed, {**unnamed, key: 5}, {**unnamed, f"{key}x": block[key]}):
        listed = [*raw[kind][:at], value, *raw[kind][at + 1 :]]
        said = [str(one) for one in problems_of({**raw, kind: listed})]
        assert 1 <= len(said) <= 1 + (not isinstance(value, dict)), (value, said)
        assert all(one.startswith(f"scenario.toml: {kind}.{at + 1}") for one in said), (value, said)


@pytest.mark.parametrize(("base", "kind", "at"), BLOCKS)
def test_a_misspelt_definition_is_one_message_however_often_its_name_is_used(base, kind, at):
    raw = BASES[base]
    name = raw[kind][at][BLOCK_KEYS[kind]]
    for wrong in (f"{name}x", name[:-1] + name[-1] * 2, "q"):
        mistaken = with_value(raw, (kind, at, BLOCK_KEYS[kind]), wrong)
        said = [str(one) for one in problems_of(mistaken)]
        assert len(said) <= 1, said
        assert all(f" '{name}'" in one and wrong in one for one in said), said


AREAS = [("noord_midden", None), ("zuidwest", None), ("noord_midden", "assen"),
         ("zuidwest", "meppel")]  # fmt: skip


@pytest.mark.parametrize(("subregion", "municipality"), AREAS)
def test_a_misspelt_area_is_one_message_however_often_its_name_is_used(subregion, municipality):
    raw = copy.deepcopy(BASES["region"])
    table = raw["areas"] if municipality is None else raw["areas"][subregion]
    name = municipality or subregion
    table[f"{name}x"] = table.pop(name)
    said = [str(one) for one in problems_of(raw)]
    assert len(said) == 1, said
    assert f" '{name}'" in said[0]
    assert f"{name}x" in said[0]


def test_a_misspelt_key_of_a_whole_section_is_one_mistake():
    for base in BASES.values():
        for key in base:
            wrong = key + key[-1]
            mistaken = {wrong if k == key else k: v for k, v in base.items()}
            said = [str(one) for one in problems_of(mistaken)]
            assert len(said) == 1, said
            assert said[0].startswith(f"scenario.toml: {wrong}: unknown key"), said


def test_mistakes_beside_one_that_hides_nothing_are_told_at_once():
    raw = copy.deepcopy(BASES["region"])
    raw["desk"] = raw["desk"][0]
    raw["areas"]["noord_midden"]["assen"] = "69.691"
    raw["variant"][1]["places"]["value"]["noordmidden"] = 5
    raw["variant"][0]["team"] = "bwteam"
    raw["leaving"]["ready_at"] = "outrech"
    assert [problem.path for problem in problems_of(raw)] == [
        "areas", "desk", "variant.bw.team", "variant.bt_cluster.places.noordmidden",
        "leaving.ready_at",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", [*BLOCK_KEYS, "change"])
def test_a_block_in_single_brackets_is_told_where_it_stands(kind, tmp_path):
    file = tmp_path / "s.toml"
    text = LINE + f"\n[[{kind}]]\nname = 'another'\n"
    for nth in range(1, text.count(f"[[{kind}]]")):
        parts = text.split(f"[[{kind}]]")
        before = f"[[{kind}]]".join(parts[:nth])
        file.write_text(f"{before}[{kind}]" + f"[[{kind}]]".join(parts[nth:]), "utf-8")
        with pytest.raises(ScenarioError) as caught:
            load(file)
        line = before.count("\n") + 1
        assert [str(p) for p in caught.value.problems] == [
            f"{file}: not TOML at line {line}: [{kind}]; write [[{kind}]] above each block"
        ]


def test_a_team_that_is_too_small_is_told_once_and_of_the_file_that_made_it_so(tmp_path):
    (tmp_path / "base.toml").write_text(
        changed('[[variant]] -> [[variant]]\nname = "flat"\nteam = "carers"\n[[variant]]'), "utf-8"
    )
    child = 'extends = "base.toml"\n[[team]]\nname = "carers"\nhours_per_week = 0.5\n'
    assert problems_in(tmp_path, child) == [
        "s.toml: team.carers.hours_per_week: level 'heavy' asks 5 hours a week of team 'carers'; "
        "the team of the smallest area has 0.5: enlarge it or its scale"
    ]
