"""What `show` says of a number: what kind it is, and how a lever follows a base read otherwise."""

import pytest

from flowsim.report.resolved import resolved, resolved_lines
from flowsim.report.wording import wording
from flowsim.scenario import load
from tests.scenario.tiny import TINY, changed

OTHER = """
extends = "base.toml"

[[variant]]
name = "house"
places = { value = 5, range = [4, 6], confidence = "D" }
contract = { form = "hourly", eur = { light = 60, heavy = 66 } }

[[demand]]
profile = "people"
level_mix = { heavy = 0.6, light = 0.4 }

[[level]]
name = "heavy"
recovery_days = { lognormal = 150, cv = 1 }

[[change]]
date = 2026-05-01
reason = "r"
set = { "dwellings.homes.per_year" = 6, "team.carers.hours_per_week" = 50 }
"""
BASE = changed(
    'places = 3 -> places = 3\ncontract = { form = "hourly", eur = { light = 50, heavy = 55 } }',
    "level_mix = { heavy = 1.0 } -> level_mix = { heavy = 0.7, light = 0.3 }",
    "recovery_days = 100 -> recovery_days = { lognormal = 100, cv = 1 }",
    '[[change]]\ndate = 2026-03-01\nreason = "r"\nset = { "demand.people.per_year" = 11 }',
)


@pytest.fixture
def files(tmp_path):
    (tmp_path / "base.toml").write_text(BASE, "utf-8")
    (tmp_path / "other.toml").write_text(OTHER, "utf-8")
    return tmp_path


def told(folder, file="other.toml", *, guess=(), set=(), what="difference"):
    rows = resolved(load(folder / file, set=set, guess=guess))
    return {row.path: str(said) for row in rows if (said := getattr(row, what))}


@pytest.mark.parametrize(
    ("guess", "path", "said"),
    [
        ("variant.house.places=8", "variant.house.places",
         "2 more than the base, as 5 over 3"),
        ("variant.house.contract.eur.light=100", "variant.house.contract.eur",
         "light 1.2 times the base, as 60 over 50"),
        ("demand.people.level_mix={ heavy = 0.5, light = 0.5 }", "demand.people.level_mix",
         "heavy follows the base, light follows the base"),
        ("level.heavy.recovery_days={ lognormal = 200, cv = 1 }", "level.heavy.recovery_days",
         "lognormal 1.5 times the base, as 150 over 100"),
        ("dwellings.homes.per_year=8", 'change.2.set."dwellings.homes.per_year"',
         "1.5 times the base, as 6 over 4"),
        ("team.carers.hours_per_week=20", 'change.2.set."team.carers.hours_per_week"',
         "1.25 times the base, as 50 over 40"),
    ],
)  # fmt: skip
def test_a_lever_says_how_it_follows_a_base_that_is_read_otherwise(files, guess, path, said):
    assert told(files, guess=[guess]) == {path: said}
    assert told(files) == {}


def test_fewer_are_fewer_by_as_many_and_it_is_said_in_dutch(files):
    (files / "other.toml").write_text(
        'extends = "base.toml"\n[[variant]]\nname = "house"\nplaces = 1\n', "utf-8"
    )
    scenario = load(files / "other.toml", guess=["variant.house.places=9"])
    (line,) = [one for one in resolved_lines(scenario, wording("nl")) if ".places = " in one]
    assert line.startswith("variant.house.places = 7  # ")
    assert line.endswith("other.toml; 2 minder dan de basis, zoals 1 bij 3; knop")


def test_what_is_decided_on_top_follows_nothing(files):
    guess = ["variant.house.places=8"]
    assert told(files, guess=guess, set=["variant.house.places=4"]) == {}
    scenario = load(files / "other.toml", guess=guess).with_({"demand.people.urgent": 0.1})
    assert {row.path for row in resolved(scenario) if row.difference} == {"variant.house.places"}


def test_the_last_file_that_gives_a_number_is_the_one_that_follows(files):
    (files / "last.toml").write_text(
        'extends = "other.toml"\n[[variant]]\nname = "house"\nplaces = { region = 9 }\n', "utf-8"
    )
    assert told(files, "last.toml", guess=["variant.house.places=8"]) == {}


# ---------------------------------------------------------------- the kind of a number
def test_each_number_says_what_it_is(tmp_path):
    text = changed(
        "hours_per_week = 5 -> hours_per_week = { value = 5, range = [4, 6] }",
        "assessment_hours = 5 -> "
        'assessment_hours = { value = 5, range = [4, 6], confidence = "B" }',
        'places = 3 -> places = 3\ncontract = { form = "hourly", eur = 70 }',
        "[start]\nburn_in_years = 1\nresidents = { house = 2 }",
        '[[change]]\ndate = 2026-03-01\nreason = "r"\nset = { "demand.people.per_year" = 11 }',
    )
    (tmp_path / "base.toml").write_text(text, "utf-8")
    kinds = told(tmp_path, "base.toml", what="kind")
    assert kinds == {
        "areas": "count of today",
        "level.light.hours_per_week": "held", "level.heavy.hours_per_week": "guess",
        "level.heavy.recovery_days": "held", "demand.people.per_year": "held",
        "demand.people.level_mix": "held", "desk.access.fte": "count of today",
        "desk.access.hours_per_fte": "held", "team.carers.hours_per_week": "count of today",
        "dwellings.homes.per_year": "held", "variant.house.places": "count of today",
        "variant.house.contract.eur": "price", "start.residents": "count of today",
        'change.1.set."demand.people.per_year"': "lever",
    }  # fmt: skip
    (tmp_path / "other.toml").write_text(OTHER.split("contract")[0], "utf-8")
    guess = ["level.light.hours_per_week=2", "start.residents.house=1"]
    decided = told(tmp_path, what="kind", set=["desk.access.fte=2"], guess=guess)
    assert {path: kind for path, kind in decided.items() if kinds[path] != kind} == {
        "variant.house.places": "lever",
        "desk.access.fte": "lever",
        "level.light.hours_per_week": "guess",
    }


def test_what_a_section_leaves_out_is_a_default(tmp_path):
    text = TINY.replace("[leaving]", "[leaving]\naftercare = { days = 9, level = 'light' }")
    (tmp_path / "base.toml").write_text(text, "utf-8")
    rows = {row.path: row for row in resolved(load(tmp_path / "base.toml"))}
    assert str(rows["leaving.aftercare.eur_per_hour"].origin) == "default"
    assert str(rows["leaving.keeps_tenancy"].origin) == "default"
    assert rows["leaving.aftercare.days"].origin.endswith("base.toml")
    assert rows["leaving.keeps_tenancy"].kind is None
