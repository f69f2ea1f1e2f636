"""Wherever a shell sends what is said, and whatever is closed: one line at most, never a fault."""

import os
import subprocess
import sys

import pytest

from tests.worlds import HOUSE

RUN = ("run", "s.toml", "-n", "1", "--jobs", "1", "--no-charts")


@pytest.fixture
def shell(tmp_path):
    (tmp_path / "s.toml").write_text(HOUSE)

    def call(words, redirected="", **environment):
        line = f"{sys.executable} -m flowsim {' '.join(words)} {redirected}"
        usual = os.environ | {"FLOWSIM_LANG": "en"}
        done = subprocess.run(
            line, shell=True, capture_output=True, text=True, check=False, cwd=tmp_path,
            env=usual | environment,
        )  # fmt: skip
        assert not list(tmp_path.glob("flowsim-error-*"))
        return done.returncode, done.stdout, done.stderr.splitlines()

    return call


@pytest.mark.parametrize(
    "words", [("--help",), ("show", "s.toml"), pytest.param(RUN, marks=pytest.mark.slow)]
)
def test_a_full_disk_is_told_in_one_line(words, shell):
    code, _, told = shell(words, "> /dev/full")
    assert (code, told[-1]) == (1, "cannot write stdout: the disk is full")
    assert not [line for line in told[:-1] if "Traceback" in line or "Error" in line]


def test_a_full_disk_is_told_in_dutch(shell):
    assert shell(("--version",), "> /dev/full", FLOWSIM_LANG="nl")[2] == [
        "kan stdout niet schrijven: de schijf is vol"
    ]


def test_a_reader_that_goes_away_is_no_mistake(shell):
    assert shell(("schema",), "| head -1")[1:] == ("{\n", [])


@pytest.mark.slow
@pytest.mark.parametrize("redirected", ["2>&-", "<&- 2>&-", "2>/dev/full"])
def test_what_cannot_be_remarked_is_not_said_elsewhere(redirected, shell):
    code, said, _ = shell(RUN, redirected)
    assert code == 0
    assert said.startswith("Region: 1 year")
    assert "Simulating" not in said


@pytest.mark.slow
def test_a_program_that_may_say_nothing_writes_all_the_same(shell, tmp_path):
    assert shell(RUN, ">&- 2>&-")[0] == 0
    assert (tmp_path / "results" / "s" / "manifest.json").read_text().startswith("{")


@pytest.mark.parametrize("encoding", ["idna", "utf-16"])
def test_any_encoding_gives_a_text_that_can_be_read(encoding, shell):
    code, said, told = shell(("show", "s.toml"), "| od -An -c -v", PYTHONIOENCODING=encoding)
    assert (code, told) == (0, [])
    assert 'scenario.name="s"' in said.replace(r"\0", "").replace(" ", "").replace("\n", "")


@pytest.mark.slow
@pytest.mark.parametrize(
    "codec", ["punycode", "idna", "utf-16", "utf-7", "unicode_escape", "ascii:strict"]
)
def test_any_codec_of_text_is_borne(codec, shell):
    for words in (("--help",), ("validate", "s.toml"), ("show", "s.toml", "--lang", "nl")):
        code, _, told = shell(words, PYTHONIOENCODING=codec)
        assert (code, told) == (0, []), words


@pytest.mark.slow
def test_asked_to_end_a_validation_ends_without_a_story(shell):
    line = "validate s.toml & sleep 0.3; kill -TERM $! 2>/dev/null; wait $!; echo $? >&2; true"
    _, _, told = shell((line,))
    assert told[-1] in ("0", "143")
    assert not [one for one in told if "Traceback" in one]
