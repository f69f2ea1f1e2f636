"""What it will take is told first, and refused where nobody can mean it."""

import json
from types import SimpleNamespace

import psutil
import pytest
from click.testing import CliRunner

from flowsim.cli import main
from flowsim.cli.told_first import duration
from tests.experiment.tiny_worlds import TINY
from tests.worlds import line_file

BASE = str(TINY / "base.toml")
VARY = ("--vary", "variant.bw.places=15,16")
MANY = ",".join(str(n) for n in range(10_000))
BILLION = line_file(10, 1e9, 6, 100)


def flowsim(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def refused(result):
    assert result.exit_code == 2, result.output
    (line,) = result.stderr.splitlines()
    assert "--yes" in line
    assert "-n" in line
    assert result.stdout == ""
    return line


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", BASE, "-n", 1_000_000),
        ("compare", TINY, "-n", 1_000_000),
        ("sweep", BASE, *VARY, "-n", 1_000_000),
        ("sweep", BASE, "--vary", f"variant.bw.places={MANY}",
         "--vary", f"dwellings.contingent.per_year={MANY}"),
    ],
    ids=["run", "compare", "sweep", "points"],
)  # fmt: skip
def test_a_million_futures_or_points_are_refused_at_once(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    line = refused(flowsim(*arguments, "--lang", "en"))
    assert "hours of computing" in line
    assert "at most 2 hours and half of the memory of this machine" in line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["run", "sweep", "compare"])
def test_a_billion_people_are_refused_at_once(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.toml").write_text(BILLION)
    (tmp_path / "more.toml").write_text('extends = "base.toml"\n')
    arguments = {
        "run": ("run", "base.toml"),
        "sweep": ("sweep", "base.toml", "--vary", "variant.house.places=1,2"),
        "compare": ("compare", "."),
    }[command]
    line = refused(flowsim(*arguments))
    assert "uur rekentijd" in line
    assert "GB geheugen" in line


def test_the_largest_point_of_a_sweep_counts_and_not_the_first_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.toml").write_text(BILLION)
    refused(flowsim("sweep", "base.toml", "--vary", "demand.people.per_year=1,1e9"))


@pytest.mark.parametrize("command", [("run", BASE), ("sweep", BASE, *VARY)])
def test_what_is_too_much_for_this_machine_goes_on_when_that_is_wanted(
    command, tmp_path, monkeypatch
):
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(total=5e8))
    arguments = (*command, "-n", 1, "--no-charts", "--out", tmp_path / "out", "--lang", "en")
    line = refused(flowsim(*arguments))
    assert "0.2 GB" in line or "0.3 GB" in line
    assert not (tmp_path / "out").exists()
    result = flowsim(*arguments, "--yes")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "out" / "manifest.json").exists()


def test_it_is_told_in_one_line_before_anything_runs(tmp_path):
    arguments = ("run", BASE, "-n", 3, "--jobs", 1000, "--no-charts", "--out", tmp_path)
    result = flowsim(*arguments, "--lang", "en")
    assert result.exit_code == 0, result.output
    first, second, *_ = result.stderr.splitlines()
    assert first.startswith("About 2 seconds and ")
    assert "GB of memory: 3 runs of some " in first
    assert first.endswith("at a time; tables and charts not counted.")
    assert second.startswith("Simulating: ")
    told = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    assert told["jobs"] == 3


def test_a_wrong_first_point_of_many_is_told_once_and_at_once():
    result = flowsim("sweep", BASE, "--vary", f"variant.bw.place={MANY}", "--lang", "en")
    assert result.exit_code == 2
    assert result.stderr.count("unknown key") == 1


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.1, "2 seconds"),
        (89, "89 seconds"),
        (91, "2 minutes"),
        (3600, "60 minutes"),
        (7200, "2 hours"),
        (9000, "2.5 hours"),
        (1e6, "278 hours"),
        (float("inf"), "999,999 hours"),
    ],
)
def test_a_time_is_said_in_one_unit(seconds, text):
    assert duration(seconds) == text
