"""Settings of this machine change no result, and wrong ones are no fault of the user."""

import os
import subprocess
import sys

import matplotlib as mpl
import pytest
from click.testing import CliRunner

from flowsim.cli import main
from flowsim.cli.settings import import_matplotlib, mend_settings
from flowsim.errors import ScenarioError
from flowsim.experiment.processes import processors
from flowsim.report.charts import styled
from flowsim.threads import VARIABLES


@pytest.mark.parametrize("text", ["abc", "-1", "0", "", "1e3", "١٢", "9" * 30])
def test_a_number_of_processors_that_is_none_is_forgotten(text, monkeypatch):
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", text)
    mend_settings()
    assert processors() >= 1


def test_a_number_that_is_one_is_kept(monkeypatch):
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "1")
    mend_settings()
    assert processors() == 1


@pytest.mark.parametrize("name", ["MPLBACKEND", "SOURCE_DATE_EPOCH", "LOKY_PICKLER"])
def test_no_variable_chooses_how_charts_are_drawn_or_work_is_handed_out(name, monkeypatch):
    monkeypatch.setenv(name, "abc")
    assert CliRunner().invoke(main, ["--version"]).exit_code == 0
    assert name not in os.environ


def test_charts_are_in_our_style_whatever_the_users_own():
    with styled():
        ours = dict(mpl.rcParams)
    theirs = {"font.size": 40.0, "svg.fonttype": "none", "figure.facecolor": "blue",
              "savefig.bbox": "tight", "lines.linewidth": 9.0, "axes.unicode_minus": False,
              "timezone": "Asia/Tokyo", "svg.id": "id", "path.simplify": False}  # fmt: skip
    with mpl.rc_context(theirs):
        with styled():
            assert dict(mpl.rcParams) == ours
        assert {name: mpl.rcParams[name] for name in theirs} == theirs


def test_a_broken_file_of_settings_is_told(tmp_path):
    (tmp_path / "matplotlibrc").write_bytes(b"\xff")
    told = "from flowsim.cli.settings import import_matplotlib; import_matplotlib()"
    done = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert "ScenarioError: matplotlibrc: cannot be read: it holds no settings" in done.stderr


@pytest.mark.parametrize("asked", ["abc", "", "1", "bash", "bash_", "_source", "ksh_source"])
def test_what_no_shell_asks_is_forgotten(asked, monkeypatch):
    monkeypatch.setenv("_FLOWSIM_COMPLETE", asked)
    ran = CliRunner().invoke(main, ["schema"], prog_name="flowsim")
    assert ran.exit_code == 0
    assert ran.stdout.startswith("{")


def test_what_a_shell_asks_is_answered(monkeypatch):
    monkeypatch.setenv("_FLOWSIM_COMPLETE", "zsh_source")
    ran = CliRunner().invoke(main, [], prog_name="flowsim")
    assert ran.exit_code == 0
    assert "compdef" in ran.stdout


def test_a_queue_that_is_called_like_settings_of_charts_is_refused_at_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("matplotlibrc")
    with pytest.raises(ScenarioError, match="matplotlibrc: cannot be read"):
        import_matplotlib()


@pytest.mark.parametrize("text", ["\u0663", "\uff13", "\u00b3", "1.5", "", "1__0", "0x3"])
@pytest.mark.parametrize("option", ["-n", "--seed", "--jobs"])
def test_a_whole_number_of_an_option_is_written_in_plain_digits(option, text, tmp_path):
    found = CliRunner().invoke(
        main, ["run", str(tmp_path / "s.toml"), option, text, "--lang", "en"]
    )
    assert found.exit_code == 2
    assert "is not a whole number" in found.output


@pytest.mark.parametrize(("option", "text"), [("-n", "0"), ("--seed", "-1"), ("--jobs", "0")])
def test_a_whole_number_may_be_too_small(option, text, tmp_path):
    found = CliRunner().invoke(
        main, ["run", str(tmp_path / "s.toml"), option, text, "--lang", "en"]
    )
    assert (found.exit_code, "is less than" in found.output) == (2, True)


@pytest.mark.parametrize("asked", [{}, {"OPENBLAS_NUM_THREADS": "3"}])
def test_this_process_has_one_thread_as_the_others_have_unless_asked(asked, monkeypatch):
    """So that a sum has the same last digit in whichever process it is made."""
    found = dict(asked)
    monkeypatch.setattr("os.environ", found)
    mend_settings()
    assert found == dict.fromkeys(VARIABLES, "1") | asked
