"""Rows of the balance, and what a run repeats of them, name things by their titles."""

from __future__ import annotations

import tomllib

import pytest
from click.testing import CliRunner

from flowsim.balance import fluid_balance, warnings
from flowsim.cli import main
from flowsim.report.wording import wording
from flowsim.scenario import parse

WORLD = """
[scenario]
years = 1
[areas]
near = { aa_en_hunze = 20_000, midden_drenthe = 30_000 }
[[level]]
name = "well"
[[level]]
name = "ill"
title = { nl = "Ziek", en = "Unwell" }
recovery_days = 100
[[level]]
name = "worst"
title = "Het zwaarst"
recovery_days = 100
[[demand]]
profile = "q1"
title = "Uit de kliniek"
per_year = 100
level_mix = { ill = 0.5, worst = 0.5 }
[[desk]]
name = "desk1"
title = "De toegang"
assessors = 3
assessment_days = 5
[[team]]
name = "t1"
title = "Het team"
hours_per_week = 40
[[dwellings]]
name = "s1"
title = "De woningen"
scale = "region"
per_year = 10
[[variant]]
name = "v1"
title = { nl = "Het huis", en = "The house" }
scale = "municipality"
places = { aa_en_hunze = 1, midden_drenthe = 1 }
team = "t1"
serves = ["ill", "ill"]
[[variant]]
name = "v2"
title = { nl = "het  Huis" }
serves = ["ill", "ill"]
places = 1
[[variant]]
name = "v3"
title = "Elders"
serves = ["worst", "worst"]
[placement]
order = ["v1", "v2"]
[leaving]
ready_at = "well"
dwellings = "s1"
[start]
residents = { v1 = 1 }
drift = "accepted"
"""
SAID = {
    "nl": {
        "loket De toegang, onderzoekers",
        "variant Het huis (v1) in Aa en Hunze, plekken",
        "variant Het huis (v1) in Midden-Drenthe, plekken",
        "variant het  Huis (v2), plekken",
        "team Het team, uur per week",
        "woningen De woningen, per jaar",
    },
    "en": {
        "desk De toegang, assessors",
        "variant The house in Aa en Hunze, places",
        "variant The house in Midden-Drenthe, places",
        "variant het  Huis, places",
        "team Het team, hours a week",
        "dwellings De woningen, a year",
    },
}


def test_residents_are_told_by_title():
    (line,) = [one for one in fluid_balance(parse(tomllib.loads(WORLD))) if "resid" in one.what]
    assert line.what == "variant The house, residents"
    assert wording("nl").said(line.what) == "variant Het huis (v1), bewoners"


@pytest.mark.parametrize("lang", SAID)
def test_every_row_has_the_title_of_its_block(lang):
    say = wording(lang)
    said = {say.said(line.what) for line in fluid_balance(parse(tomllib.loads(WORLD))) if line.path}
    assert said == SAID[lang]


def test_what_a_run_repeats_has_titles_too():
    found = [str(problem) for problem in warnings(parse(tomllib.loads(WORLD)))]
    assert any("variant het  Huis, places: no balance" in line for line in found)
    assert any("level 'Het zwaarst' (Uit de kliniek)" in line for line in found)
    assert not any("(q1)" in line for line in found)


def test_a_circle_and_a_level_that_nobody_leaves_are_told_by_title(tmp_path):
    file = tmp_path / "line.toml"
    file.write_text(
        '[scenario]\nyears = 1\n[[demand]]\nprofile = "p"\nper_year = 9\n'
        '[[variant]]\nname = "a"\ntitle = "Eerst"\nstay_days = 9\nplaces = 3\nnext = { b = 1.0 }\n'
        '[[variant]]\nname = "b"\ntitle = "Dan"\nstay_days = 9\nplaces = 3\nnext = { a = 1.0 }\n'
        '[placement]\norder = ["a"]\n',
        "utf-8",
    )
    result = CliRunner().invoke(main, ["validate", "--lang", "nl", str(file)])
    assert "Eerst, Dan" in " ".join(result.output.split())
    never = WORLD.replace("recovery_days = 100\n[[level]]", "[[level]]")
    notes = [str(line.note) for line in fluid_balance(parse(tomllib.loads(never)))]
    assert any("nobody leaves level 'Unwell'" in note for note in notes)
