"""A command speaks the language that is asked for, also about its own options."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from flowsim.cli import COMMANDS, main
from flowsim.cli.whole import LARGEST
from flowsim.scenario import gate
from tests.scenario.tiny import changed


def said(*words, **environment):
    result = CliRunner(env={"FLOWSIM_LANG": None} | environment).invoke(main, words)
    assert "Traceback" not in result.output
    return result.exit_code, result.stderr


MISTAKES = (
    ("run", "BESTAND ontbreekt", "FILE is missing"),
    ("compare", "BASIS ANDER... | SCENARIOMAP ontbreekt", "BASE OTHER... | FOLDER is missing"),
    ("sweep", "BESTAND... ontbreekt", "FILE... is missing"),
    ("run x.toml -n", "bij -n hoort een waarde", "-n needs a value"),
    ("run x.toml -n 0", "--replications: 0 is minder dan 1", "--replications: 0 is less than 1"),
    *(
        (f"{command} {name} {most + 1}", f"{name}: {most + 1} is meer dan {most}",
         f"{name}: {most + 1} is more than {most}")
        for command in ("run x.toml", "compare x.toml y.toml", "sweep x.toml --vary a=1,2")
        for name, most in (("--replications", LARGEST), ("--seed", LARGEST), ("--jobs", LARGEST),
                           ("--timeout", 1_000_000))
    ),
    (f"tell x.toml --seed {2**63}", f"--seed: {2**63} is meer dan {LARGEST}",
     f"--seed: {2**63} is more than {LARGEST}"),
    ("run x.toml --seed a", "--seed: 'a' is geen geheel getal",
     "--seed: 'a' is not a whole number"),
    ("run x.toml --check=1", "bij --check hoort geen waarde", "--check takes no value"),
    ("run x.toml y.toml", "te veel woorden: y.toml", "too many words: y.toml"),
    ("run x.toml --sed 3", "geen optie '--sed'; bedoelt u '--seed'?",
     "no option '--sed'; did you mean '--seed'?"),
    ("--colour", "geen optie '--colour'", "no option '--colour'"),
    ("rum", "geen opdracht 'rum'; toegestaan: ", "no command 'rum'; allowed: "),
    ("compare x.toml y.toml --out", "bij --out hoort een waarde", "--out needs a value"),
    ("compare .", "geen base.toml in .; daarmee worden de andere vergeleken",
     "no base.toml in .; it is what the others are compared with"),
)  # fmt: skip


def test_every_value_that_cannot_be_is_told_at_once():
    numbers = ("-n", "0", "--seed", "-3", "--timeout", "0", "--jobs", "x")
    code, told = said("run", "x.toml", *numbers, "--lang", "en")
    assert code == 2
    assert [line for line in told.splitlines() if line.startswith("Error")] == [
        "Error: --replications: 0 is less than 1", "Error: --seed: -3 is less than 0",
        "Error: --timeout: 0 is less than 1", "Error: --jobs: 'x' is not a whole number",
    ]  # fmt: skip
    assert told.count("\nUsage: ") + told.startswith("Usage: ") == 1
    code, told = said("sweep", "--jobs", "0", "--lang", "nl")
    assert (code, told.count("Fout: ")) == (2, 2)
    assert "Fout: BESTAND... ontbreekt" in told.splitlines()


def test_a_number_on_the_command_line_is_no_larger_than_one_in_a_file():
    assert LARGEST == gate.LARGEST


@pytest.mark.parametrize(("words", "dutch", "english"), MISTAKES)
def test_a_command_that_was_written_wrongly_is_said_in_its_language(
    words, dutch, english, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    for language, text in (("nl", dutch), ("en", english)):
        exit_code, stderr = said(*words.split(), FLOWSIM_LANG=language)
        assert exit_code == 2
        assert stderr.splitlines()[-1].split(": ", 1)[1].startswith(text)
        assert stderr.splitlines()[-1].startswith("Fout: " if language == "nl" else "Error: ")


@pytest.mark.parametrize(
    ("words", "variable", "word"),
    [
        ((), None, "Fout"),
        (("--lang", "en"), None, "Error"),
        (("--lang=en",), None, "Error"),
        ((), "en", "Error"),
        (("--lang", "nl"), "en", "Fout"),
        (("--lang",), "en", "Error"),
        (("--lang", "fr"), None, "Fout"),
        ((), "fr", "Fout"),
    ],
)
def test_the_option_goes_before_the_variable_and_dutch_is_the_default(words, variable, word):
    exit_code, stderr = said("run", "x.toml", "--nonsense", *words, FLOWSIM_LANG=variable)
    assert exit_code == 2
    assert stderr.splitlines()[-1].startswith(f"{word}: ")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_takes_a_language(command):
    assert "--lang" in CliRunner().invoke(main, [command, "--help"]).output


@pytest.mark.parametrize("command", [None, *COMMANDS])
def test_what_stands_for_a_value_is_in_the_language_of_the_help(command):
    words = [command, "--help"] if command else ["--help"]
    told = {one: CliRunner().invoke(main, [*words, "--lang", one]).output for one in ("nl", "en")}
    found = {one: {*re.findall(r"\b[A-Z]{4,}\b", text)} for one, text in told.items()}
    assert found["nl"] & found["en"] <= {"TOML", "JSON", "STRESS", "SIGTERM"}


def test_a_call_without_words_shows_the_help():
    assert said()[1].startswith("Gebruik: ")


SCENARIO = """
extends = "tiny.toml"
[[change]]
date = 2026-03-01
reason = "more"
set = { "variant.house.places" = 1200.0 }
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    evidence = '{ value = 100, source = "cbs", range = [50, 120.5], confidence = "B" }'
    text = changed(
        f"recovery_days = 100 -> recovery_days = {evidence}",
        'places = 3 -> places = { value = 3, assumption = "a wish" }',
    )
    (tmp_path / "sources.toml").write_text('[cbs]\ntitle = "Table 5"\n', "utf-8")
    (tmp_path / "tiny.toml").write_text(text, "utf-8")
    (tmp_path / "more.toml").write_text(SCENARIO, "utf-8")
    return tmp_path


def printed(*words):
    result = CliRunner().invoke(main, words)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def test_the_balance_has_headings_dates_and_numbers_of_its_language(here):
    dutch = printed("validate", "more.toml", "sources.toml")
    english = printed("validate", "more.toml", "sources.toml", "--lang", "en")
    assert "more.toml, vanaf 1 maart 2026" in dutch
    assert "more.toml, from 1 March 2026 on" in english
    assert "sources.toml: 1 bron\n" in dutch
    assert ("1.200,0" in dutch, "1,200.0" in english) == (True, True)
    assert "gemiddeld" in dutch
    assert "on average" in english


def test_show_says_where_a_value_came_from_in_its_language_and_values_stay_toml(here):
    dutch, english = (printed("show", "tiny.toml", "--lang", one) for one in ("nl", "en"))
    values = [
        [line.partition("  # ")[0] for line in text.splitlines()] for text in (dutch, english)
    ]
    assert values[0] == values[1]
    assert "# tiny.toml; bron cbs (Table 5); bereik 50 tot 120,5; betrouwbaarheid B\n" in dutch
    assert "# tiny.toml; source cbs (Table 5); range 50 to 120.5; confidence B\n" in english
    assert (
        "# tiny.toml; telling van vandaag; aanname: a wish\n" in dutch,
        "  # standaard\n" in dutch,
    ) == (True, True)


@pytest.mark.parametrize("words", [[], *([name] for name in COMMANDS)], ids="".join)
def test_the_help_is_all_dutch_or_all_english(words):
    dutch, english = (
        CliRunner().invoke(main, ["--lang", language, *words, "--help"]).stdout
        for language in ("nl", "en")
    )
    assert dutch.startswith("Gebruik: ")
    assert english.startswith("Usage: ")
    kept = ("flowsim ", "--vary team")  # commands are the same in every language
    lines = [line for line in english.splitlines() if not line.strip().startswith(kept)]
    prose = [line for line in lines if len(line.split()) > 5]
    assert not [line for line in prose if line in dutch.splitlines()]


def test_the_balance_says_where_those_go_for_whom_a_variant_has_no_place():
    base = Path(__file__).parents[2] / "scenarios" / "drenthe" / "base.toml"
    said_in_dutch = CliRunner().invoke(main, ["validate", "--lang", "nl", str(base)]).stdout
    rows = " ".join(said_in_dutch.split())
    assert "wacht op een andere variant of gaat daarheen" in rows
    assert "Van een variant gevraagd: de plekken die bezet zouden zijn" in rows
    assert "Getallen zijn afgerond." in rows
