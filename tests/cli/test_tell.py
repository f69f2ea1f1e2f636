"""``flowsim tell``: lives on the terminal, in either language, and what is refused."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

import flowsim
from flowsim.cli import main
from flowsim.tell import rows_told

SCENARIO = """
[scenario]
days = 100.0
follow_up_days = 0.0
seed = 4
[areas]
zuid = { aa_en_hunze = 1000 }
[[demand]]
profile = "p"
title = { nl = "Van straat", en = "From the street" }
on_days = [0, 10, 20]
patience_days = 70
[[variant]]
name = "v"
title = { nl = "Een huis, met tuin", en = "A house, with a garden" }
places = 1
stay_days = 30
next = { out = 1.0 }
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "line.toml").write_text(SCENARIO, "utf-8")
    return tmp_path


def call(*words, lang="en"):
    ran = CliRunner(env={"FLOWSIM_LANG": lang, "COLUMNS": "78"}).invoke(main, ["tell", *words])
    assert "Traceback" not in ran.output
    return ran


def test_one_life_is_told_in_either_language_with_titles_and_dates(here):
    assert call("line.toml", "--client", "1").stdout.splitlines() == [
        "Client 1, From the street.",
        "  11 January 2026  Asks for support.",
        "                   Gets an award. What fits: ‘A house, with a garden’.",
        "  31 January 2026  Gets a place: ‘A house, with a garden’, after 20 days of",
        "                   waiting (no place free in ‘A house, with a garden’).",
        "  2 March 2026     Is done, and leaves.",
    ]
    assert call("line.toml", "--client", "1", lang="nl").stdout.splitlines() == [
        "Cliënt 1, Van straat.",
        "  11 januari 2026  Meldt zich.",
        "                   Krijgt een beschikking. Passend: ‘Een huis, met tuin’.",
        "  31 januari 2026  Krijgt een plek: ‘Een huis, met tuin’, na 20 dagen wachten",
        "                   (geen plek vrij in ‘Een huis, met tuin’).",
        "  2 maart 2026     Is klaar, en vertrekt.",
    ]


def test_without_a_client_a_few_are_told_and_how_to_ask_for_another(here):
    told = call("line.toml", "--set", "variant.v.stay_days=35").stdout.splitlines()
    assert told[0] == "Who waited longest for a first place, and got it"
    assert told[1] == "Client 2, From the street."
    assert told[-1] == (
        "Another life: flowsim tell line.toml --set variant.v.stay_days=35 --client N, with N "
        "from 0 to 2."
    )


def test_who_gives_up_is_among_the_few(here):
    told = call("line.toml", "--set", "variant.v.stay_days=80").stdout
    assert "Who gave up after the longest wait\nClient 2, From the street.\n" in told


def test_days_and_rows_can_be_asked_for(here):
    days = call("line.toml", "--client", "2", "--days").stdout.splitlines()
    assert days[1].split() == ["day", "20.0", "Asks", "for", "support."]
    assert days[-1].split() == ["day", "90.0", "Is", "done,", "and", "leaves."]
    scenario = flowsim.load("line.toml")
    ledger = flowsim.simulate(scenario, flowsim.sample(scenario))
    assert call("line.toml", "--rows").stdout.splitlines() == rows_told(ledger)
    rows = call("line.toml", "--rows", "--client", "1").stdout.splitlines()
    assert rows[-1] == "60 1 GONE DONE"
    assert {row.split()[1] for row in rows} == {"1"}


def test_another_future_and_another_seed_are_other_lives(here):
    chance = ("line.toml", "--set", "variant.v.stay_days={ exponential = 20 }", "--client", "1")
    told = {call(*chance, *more).stdout for more in (
        (), ("--replication", "1"), ("--seed", "9"), ("--seed", "9", "--replication", "1"),
    )}  # fmt: skip
    assert len(told) == 4
    assert call(*chance, "--seed", "4", "--replication", "0").stdout in told


@pytest.mark.parametrize(
    ("words", "english", "dutch"),
    [
        (("--client", "3"), "line.toml: --client: there is no client 3; allowed: 0 to 2",
         "line.toml: --client: er is geen cliënt 3; toegestaan: 0 tot en met 2"),
        (("--client", "-1"), "Error: --client: -1 is less than 0",
         "Fout: --client: -1 is minder dan 0"),
        (("--client", "1.5"), "Error: --client: '1.5' is not a whole number",
         "Fout: --client: '1.5' is geen geheel getal"),
        (("--replication", "-1"), "Error: --replication: -1 is less than 0",
         "Fout: --replication: -1 is minder dan 0"),
        (("--seed", "x"), "Error: --seed: 'x' is not a whole number",
         "Fout: --seed: 'x' is geen geheel getal"),
    ],
)  # fmt: skip
def test_a_number_that_cannot_be_is_refused(here, words, english, dutch):
    for lang, text in (("en", english), ("nl", dutch)):
        ran = call("line.toml", *words, lang=lang)
        assert (ran.exit_code, ran.stdout) == (2, "")
        assert ran.stderr.splitlines()[-1] == text


def test_of_a_future_in_which_nobody_comes_that_is_said(here):
    nobody = ("line.toml", "--set", "demand.p.on_days=[200]")
    assert call(*nobody).stdout == "Nobody comes in this future.\n"
    assert call(*nobody, "--client", "0").exit_code == 2


def test_a_mistake_in_the_file_is_said_as_everywhere(here):
    ran = call("line.toml", "--set", "variant.v.places=x")
    assert ran.exit_code == 2
    assert ran.stderr.startswith("--set: ") or "variant.v.places" in ran.stderr
