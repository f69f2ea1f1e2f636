"""``flowsim why``: on the terminal in either language, what is written, and what is refused."""

from __future__ import annotations

import csv

import pytest
from click.testing import CliRunner

from flowsim.cli import main
from flowsim.report.wording import MINUS

BASE = """
[scenario]
name = "base"
title = { nl = "Zoals het is", en = "As it is" }
days = 60.0
follow_up_days = 0.0
replications = 3
seed = 4
[[demand]]
profile = "p"
on_days = [0, 4, 10]
[[variant]]
name = "v"
title = { nl = "Een huis", en = "A house" }
places = 1
stay_days = 9
next = { out = 1.0 }
"""
MORE = """
extends = "base.toml"
[scenario]
title = { nl = "Een plek erbij", en = "One more place" }
reason = { nl = "Meer.", en = "More." }
[[variant]]
name = "v"
places = 2
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.toml").write_text(BASE, "utf-8")
    (tmp_path / "more.toml").write_text(MORE, "utf-8")
    return tmp_path


def call(*words, lang="nl"):
    ran = CliRunner(env={"FLOWSIM_LANG": lang, "COLUMNS": "120"}).invoke(
        main, ["why", *words, "--jobs", "1"]
    )
    assert "Traceback" not in ran.output
    return ran


def text(ran):
    return "\n".join(" ".join(line.split()) for line in ran.stdout.splitlines())


def test_a_place_more_is_told_in_dutch(here):
    ran = call("base.toml", "more.toml")
    assert ran.exit_code == 0
    told = text(ran)
    assert told.startswith(
        "‘Een plek erbij’ naast ‘Zoals het is’\n"
        "Regio: 60 dagen vanaf 1 januari 2026, 3 toekomsten\n\n"
        "Waar de twee uiteengaan\n"
        "Op 5 januari 2026; tot dan is elke gebeurtenis gelijk.\n"
        "Waarmee het begint: iemand krijgt een plek (3).\n"
        "toekomst 0 5 januari 2026: Bij ‘Een plek erbij’: Cliënt 1: Krijgt een plek: Een huis. Bij "
        "‘Zoals het is’ niet.\n"
    )
    assert "Wie wint en wie verliest: Wachten op een eerste plek\n" in told
    assert "\nIedereen 3 2 0,9 1 0 – 0 0 0\n" in told
    assert "\nVan elk één meer bij ‘Zoals het is’: Wachten op een eerste plek (weken)\n" in told
    less = f"({MINUS}0,6)"
    assert f"\n‘Een plek erbij’ = {less}\n1 plek meer: Een huis = {less}\n" in told
    assert "9 toekomsten" in ran.stderr  # three scenarios, three futures


def test_it_is_told_in_english_and_without_units_no_more_is_run(here):
    ran = call("base.toml", "more.toml", "--no-units", "-n", "2", lang="en")
    told = text(ran)
    assert "On 5 January 2026; until then every event is the same.\n" in told
    assert (
        "future 1 5 January 2026: With ‘One more place’: Client 1: Gets a place: A house." in told
    )
    assert "\nEverybody 3 2 0.9 1 0 – 0 0 0\n" in told
    assert "One more of each" not in told
    assert "4 runs" in ran.stderr


def test_a_scenario_beside_itself_is_the_same_to_the_end(here):
    told = text(call("base.toml", "base.toml", "--no-units"))
    assert "De twee zijn gelijk tot het einde, gebeurtenis voor gebeurtenis.\n" in told
    assert "\nIedereen 3 0 – 3 0 – 0 0 0\n" in told


def test_where_nobody_waits_or_the_line_is_not_there_that_is_said(here):
    told = text(call("base.toml", "more.toml", "--on", "wait.outflow"))
    assert (
        "\nWie wint en wie verliest: Wachten op uitstroom\nBij geen van beide wacht hier " in told
    )
    assert told.endswith("\nDeze scenario's hebben die regel niet.")
    nobody = text(call("base.toml", "more.toml", "--no-units", "--set", "demand.p.on_days=[200]"))
    assert nobody.endswith("Wachten op een eerste plek\nBij geen van beide wacht hier iemand op.")


def test_only_where_they_part_in_some_futures_are_these_counted(here):
    """By chance nobody waits in some futures of few: a place more changes nothing there."""
    chance = (
        "--set",
        "demand.p.on_days=[0, 4]",
        "--set",
        "variant.v.stay_days={ uniform = [1, 7] }",
    )
    told = text(call("base.toml", "more.toml", "--no-units", "-n", "6", "--full", *chance))
    same = int(told.partition("In ")[2].partition(" ")[0])
    assert 0 < same < 6
    assert f"In {same} van de 6 toekomsten zijn de twee gelijk tot het einde.\n" in told
    assert told.count("\ntoekomst ") == 6 - same
    assert f"iemand krijgt een plek ({6 - same})." in told


def test_the_tables_are_written_where_it_is_asked(here):
    ran = call("base.toml", "more.toml", "--out", "found")
    assert ran.exit_code == 0
    tables = {
        path.name: list(csv.DictReader(path.read_text("utf-8").splitlines()))
        for path in (here / "found").iterdir()
    }
    assert set(tables) == {"parting.csv", "winners.csv", "units.csv"}
    assert [row["day"] for row in tables["parting.csv"]] == ["4.0"] * 6
    assert [row["shorter"] for row in tables["winners.csv"]] == ["2.0"]
    assert [(row["name"], row["more"]) for row in tables["units.csv"]] == [("v", "place")]


@pytest.mark.parametrize(
    ("words", "problems"),
    [
        (("base.toml", "more.toml", "--on", "wait.nowhere"), ["--on: wait.nowhere: "]),
        (("base.toml", "more.toml", "--on", "x", "--set", "variant.v.places=y"),
         ["--on: x: ", "--set"]),
        (("base.toml", "missing.toml"), ["missing.toml: "]),
        (("base.toml", "more.toml", "--set", "scenario.name='same'"), [""]),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_once_and_nothing_is_run(here, words, problems):
    ran = call(*words, "--out", "found")
    assert (ran.exit_code, ran.stdout) == (2, "")
    lines = ran.stderr.splitlines()
    for problem in problems:
        assert any(line.startswith(problem) for line in lines)
    assert not any("Simul" in line for line in lines)
    assert not (here / "found").exists()


def test_a_place_that_refuses_is_said_before_anything_is_run(here):
    (here / "found").write_text("a file", "utf-8")
    ran = call("base.toml", "more.toml", "--out", "found")
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "found" in ran.stderr
