"""A block that a file adds under a name that was meant for another; what nothing refers to."""

from pathlib import Path

import pytest

from flowsim.errors import ScenarioError
from flowsim.report.wording import wording
from flowsim.scenario import load
from flowsim.scenario.notes import notes
from tests.scenario.tiny import TINY, problems_of_file

BASE = """
[[variant]]
name = "cluster_home"
title = { nl = "Beschermd wonen", en = "Sheltered housing" }
places = 2
team = "carers"
contract = { form = "hourly", eur = 70 }
"""


def extending(folder, text):
    house = 'team = "carers"\ncontract = { form = "hourly", eur = 70 }'
    (folder / "base.toml").write_text(
        TINY.replace('places = 3\nteam = "carers"', f"places = 3\n{house}{BASE}"), "utf-8"
    )
    (folder / "more.toml").write_text(f'extends = "base.toml"\n{text}', "utf-8")
    return folder / "more.toml"


@pytest.mark.parametrize(
    ("kind", "key", "name", "meant"),
    [
        ("variant", "name", "Beschermd wonen", "cluster_home"),
        ("variant", "name", "sheltered_housing", "cluster_home"),
        ("variant", "name", "clusterhome", "cluster_home"),
        ("variant", "name", "clsuter_home", "cluster_home"),
        ("variant", "name", "House", "house"),
        ("variant", "name", "hause", "house"),
        ("dwellings", "name", "hommes", "homes"),
        ("team", "name", "carer", "carers"),
        ("desk", "name", "acces", "access"),
        ("level", "name", "heavvy", "heavy"),
        ("demand", "profile", "poeple", "people"),
    ],
)
def test_a_new_block_called_nearly_as_an_inherited_one_is_a_mistake(
    kind, key, name, meant, tmp_path
):
    file = extending(tmp_path, f'[[{kind}]]\n{key} = "{name}"')
    with pytest.raises(ScenarioError) as error:
        load(file)
    (problem,) = error.value.problems
    assert problem.file == str(file)
    assert problem.found.endswith(f"{name!r} in base.toml")
    assert problem.allowed.startswith(f"did you mean {meant!r}?")


@pytest.mark.parametrize(
    "name", ["house_2", "house2", "housing_first", "cluster_north", "two_home", "flat", "x_house"]
)
def test_a_new_variant_with_a_name_of_its_own_is_taken(name, tmp_path):
    assert problems_of_file(extending(tmp_path, f'[[variant]]\nname = "{name}"')) == []


def test_a_misspelt_block_is_said_in_dutch_with_the_word_for_its_kind(tmp_path):
    with pytest.raises(ScenarioError) as error:
        load(extending(tmp_path, '[[dwellings]]\nname = "homess"\nper_year = 3'))
    (problem,) = error.value.problems
    assert "geen woningstroom 'homess' in base.toml; bedoelt u 'homes'?" in wording("nl").problem(
        problem
    )


# ---------------------------------------------------------------- what nothing refers to
def paths_noted(file, settings=()):
    found = [note for note in notes(load(file, settings)) if note.path and note.path != "scenario"]
    return [(Path(note.file).name, note.path) for note in found]


def test_what_nobody_uses_is_told_with_the_file_that_wrote_it(tmp_path):
    text = """
    [[team]]
    name = "nurses"
    hours_per_week = 40
    [[dwellings]]
    name = "villas"
    per_year = 4
    """
    file = extending(tmp_path, text)
    assert paths_noted(file) == [("more.toml", "team.nurses"), ("more.toml", "dwellings.villas")]
    used = ["variant.house.team=nurses", "leaving.dwellings=villas"]
    assert paths_noted(file, used) == [("base.toml", "dwellings.homes")]


def test_what_a_dated_change_begins_to_use_is_used(tmp_path):
    text = """
    [[team]]
    name = "nurses"
    hours_per_week = 40
    [[change]]
    date = 2026-06-01
    reason = "other hands"
    set = { "variant.house.team" = "nurses" }
    """
    assert paths_noted(extending(tmp_path, text)) == []


def test_a_desk_without_cases_is_told(tmp_path):
    text = '[[desk]]\nname = "second"\nfte = 1\nhours_per_fte = 20\nassessment_hours = 5\n'
    file = extending(tmp_path, f"{text}handles = {{ share = 0 }}")
    assert paths_noted(file) == [("more.toml", "desk.second")]


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("", "without a team or a contract"),
        ('team = "carers"', "without a contract"),
        ('contract = { form = "hourly", eur = 70 }', "without a team"),
        ('team = "carers"\ncontract = { form = "hourly", eur = 70 }', None),
    ],
)
def test_a_new_variant_without_what_all_others_have_is_told(keys, words, tmp_path):
    file = extending(tmp_path, f'[[variant]]\nname = "flat"\nplaces = 1\n{keys}')
    told = [str(note) for note in notes(load(file)) if note.path == "variant.flat"]
    assert [words in one for one in told] == [True] * (words is not None)
