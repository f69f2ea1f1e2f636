"""A command speaks the language that is asked for, also about its own options."""

import pytest
from click.testing import CliRunner

from flowsim.cli import COMMANDS, main


def said(*words, **environment):
    result = CliRunner(env={"FLOWSIM_LANG": None} | environment).invoke(main, words)
    assert "Traceback" not in result.output
    return result.exit_code, result.stderr


MISTAKES = (
    ("run", "FILE ontbreekt", "FILE is missing"),
    ("sweep x.toml", "--vary ontbreekt", "--vary is missing"),
    ("run x.toml -n", "bij -n hoort een waarde", "-n needs a value"),
    ("run x.toml -n 0", "--replications: 0 is minder dan 1", "--replications: 0 is less than 1"),
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


def test_a_call_without_words_shows_the_help():
    assert said()[1].startswith("Usage: ")
