"""Whatever is given to a command: an answer or a mistake that is told, and never a traceback."""

import os
import subprocess
import sys
from importlib import import_module

import pytest
from click.testing import CliRunner

from flowsim.cli import main
from flowsim.errors import LONGEST
from tests.in_time import at_most
from tests.scenario.mutations import LINE, files, options, settings
from tests.scenario.tiny import TINY

SECONDS = 5.0
"""No file or command line takes longer to be read, in seconds of computing."""


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.toml").write_text(TINY, "utf-8")
    (tmp_path / "line.toml").write_text(LINE, "utf-8")
    return tmp_path


def call(*words, **more):
    return CliRunner(**more).invoke(main, words)


# ---------------------------------------------------------------- what nobody foresaw
def test_what_nobody_foresaw_is_one_line_a_file_and_exit_70(here, monkeypatch):
    def fail(*_):
        raise KeyError("x" * 3000)

    monkeypatch.setattr(import_module("flowsim.scenario.load"), "load", fail)
    ran = call("validate", "tiny.toml", "--lang", "en")
    assert ran.exit_code == 70
    (line,) = ran.stderr.splitlines()
    assert line.startswith("A fault in flowsim, not in your input (KeyError: 'xxx")
    assert len(line) < LONGEST
    (story,) = here.glob("flowsim-error-*.txt")
    assert story.name in line
    assert "Traceback" in story.read_text("utf-8")


def test_without_a_place_to_write_it_is_still_one_line(here, monkeypatch):
    def fail(*_):
        raise RecursionError

    monkeypatch.setattr(import_module("flowsim.scenario.load"), "load", fail)
    monkeypatch.setattr(import_module("flowsim.cli.unexpected"), "_places", lambda: [here / "no"])
    ran = call("validate", "tiny.toml")
    assert ran.exit_code == 70
    assert len(ran.stderr.splitlines()) == 1


def test_too_little_memory_is_told_as_that(here, monkeypatch):
    def fail(*_):
        raise MemoryError

    monkeypatch.setattr(import_module("flowsim.scenario.load"), "load", fail)
    ran = call("validate", "tiny.toml", "--lang", "en")
    assert (ran.exit_code, list(here.glob("flowsim-error-*"))) == (70, [])
    assert ran.stderr.startswith("Not enough memory: ")


@pytest.mark.parametrize("width", ["", "0", "-5", "wide", "1", "9" * 5000, "\u0663", "1e3"])
@pytest.mark.parametrize("words", [("validate", "tiny.toml"), ("--help",), ("run", "--help")])
def test_any_width_of_the_terminal_is_borne(width, words, here, monkeypatch):
    monkeypatch.setenv("COLUMNS", width)
    assert call(*words).exit_code == 0


# ---------------------------------------------------------------- folders and settings of compare
def test_hidden_and_lock_files_of_a_folder_are_no_scenarios(here):
    (here / "f").mkdir()
    for name in ("base.toml", ".#base.toml", "~$base.toml", "._base.toml", "~lock.toml"):
        (here / "f" / name).write_text(TINY, "utf-8")
    ran = call("compare", "f", "--lang", "en")
    assert ran.exit_code == 2
    assert "give a base and at least one other scenario" in ran.stderr


def test_an_option_that_a_setting_takes_away_is_refused(here):
    (here / "more.toml").write_text(
        'extends = "tiny.toml"\n[[variant]]\nname = "house"\nplaces = 5\n', "utf-8"
    )
    words = ("compare", "tiny.toml", "more.toml", "-n", "1", "--no-charts", "--lang", "en")
    ran = call(*words, "--set", "variant.house.places=7")
    assert ran.exit_code == 2
    assert ran.stderr.splitlines()[-1] == (
        "--set: variant.house.places: 'more' sets this itself: with one value for all nothing is "
        "left of it; set it in the base file, or leave this scenario out"
    )
    assert call(*words, "--set", "variant.house.turnover_days=7").exit_code == 0


@pytest.mark.parametrize(
    ("vary", "told"),
    [
        ("variant.house.places=60.000,70.000", "60.000; expected a whole number; a thousand is "),
        (f"variant.house.places=3,{'9' * 5000}", "a text of 5000 signs; at most 300 signs"),
        (f"variant.house.places=3,{'[' * 299}", "; allowed: a number (of the whole region"),
        ("variant.house.places=3,2.7", "2.7; expected a whole number"),
        ('areas.noord."Bergen (L.)"=14000,0', 'noord."Bergen (L.)" = 0)'),
        ('change.1.set."variant.house.places"=3,-4', "-4; expected a number of at least 0"),
        ("variant..places=3", "no path=value,value"),
        ("=3", "no path=value,value"),
    ],
)
def test_a_sweep_reads_paths_and_values_as_a_setting_does(vary, told, here):
    (here / "line.toml").write_text(LINE.replace("per_year = 20", "per_year = 20.0"), "utf-8")
    ran = call("sweep", "line.toml", "--vary", vary, "-n", "1", "--no-charts", "--lang", "en")
    assert ran.exit_code == 2, ran.stderr
    assert told in ran.stderr
    assert all(len(line) <= LONGEST for line in ran.stderr.splitlines())


def test_every_file_with_a_mistake_is_told_together_with_the_settings(here):
    (here / "a.toml").write_text(TINY.replace("years = 1", "years = 1,5"), "utf-8")
    (here / "b.toml").write_bytes(TINY.replace("years", "# \xe9\nyears").encode("latin-1"))
    ran = call("compare", "tiny.toml", "a.toml", "b.toml", "--set", "x.y=1", "--lang", "en")
    assert [line.split(": ")[0] for line in ran.stderr.splitlines()] == [
        "--set", "a.toml", "b.toml",
    ]  # fmt: skip


def test_a_file_whose_name_is_no_text_is_told(here):
    name = os.fsencode(str(here)) + b"/\xff\xfe.toml"
    with open(name, "wb") as stream:  # noqa: PTH123 - a path that is no text
        stream.write(b"years = 1,5")
    command = [sys.executable, "-m", "flowsim", "validate", name, b"tiny.toml"]
    ran = subprocess.run(command, capture_output=True, check=False, cwd=here)
    assert ran.returncode == 2
    assert b"\\udcff\\udcfe.toml" in ran.stderr
    assert b"Traceback" not in ran.stderr


# ---------------------------------------------------------------- twenty thousand files
def _in_time(words):
    """Call a command in-process; it must answer in time, in lines that are short enough."""
    with at_most(SECONDS):
        return call(*words)


def _is_answered(words, about):
    ran = _in_time(words)
    assert ran.exit_code in (0, 2), (ran.exit_code, ran.stderr[:500], about)
    lines = ran.stderr.splitlines()
    assert bool(lines) == (ran.exit_code == 2), about
    assert all(len(line) <= LONGEST and line.isprintable() for line in lines), about
    return ran.exit_code


def _read(count, seed, here):
    """Validate so many mutated files; return how many were right."""
    right = 0
    for data in files(count, seed):
        (here / "s.toml").write_bytes(data)
        right += _is_answered(["validate", "s.toml"], data) == 0
    return right


def _set(count, seed):
    """Call so many mutated command lines; return how many were right."""
    right = 0
    for number, listed in enumerate(settings(count, seed)):
        command, file = (
            ("validate", "show")[number % 2],
            ("tiny.toml", "line.toml")[number // 2 % 2],
        )
        options = [word for text in listed for word in ("--set", text)]
        right += _is_answered([command, file, *options], listed) == 0
    return right


def _extended(count, seed, here):
    """Validate so many files that extend a good one, half of them of another base."""
    right = 0
    chance = settings(count, seed + 1)
    for number, (text, listed) in enumerate(zip(options(count, seed), chance, strict=True)):
        data = text.encode("utf-8", "surrogatepass")
        (here / "option.toml").write_bytes(data)
        guesses = [word for one in listed for word in ("--guess", one)] if number % 2 else []
        command = ("validate", "show")[number // 2 % 2]
        right += _is_answered([command, "option.toml", *guesses], (text, guesses)) == 0
    return right


def test_a_hundred_files_with_differences_are_answered(here):
    assert _extended(100, 4, here) > 3


@pytest.mark.slow
def test_four_thousand_files_with_differences_are_answered(here):
    assert _extended(4000, 6, here) > 100


def test_a_hundred_mutated_files_and_command_lines_are_answered(here):
    assert _read(100, 1, here) > 3
    _set(30, 2)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_twenty_thousand_mutated_files_are_answered(part, here):
    assert _read(5000, 10 + part, here) > 300


@pytest.mark.slow
def test_two_thousand_mutated_command_lines_are_answered(here):
    assert _set(2000, 3) > 5
