"""``flowsim uncertainty`` and ``tornado`` on the command line: told, kept, and gone on with."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest
from click.testing import CliRunner

from flowsim.cli import main
from flowsim.store import Store
from tests.experiment.drawn_worlds import BASE, write_worlds

FILES = ("uncertainty.csv", "tornado.csv", "draws.csv", "counts.csv")


@pytest.fixture(scope="module")
def worlds(tmp_path_factory):
    folder = tmp_path_factory.mktemp("worlds")
    write_worlds(folder)
    return folder


def words(worlds, out, *more):
    return ["uncertainty", worlds / "base.toml", worlds / "more.toml", "--draws", 4, "-n", 3,
            "--jobs", 1, "--no-charts", "--out", out, *more]  # fmt: skip


def call(*listed):
    return CliRunner().invoke(main, [*map(str, listed)])


def bands(out):
    return {name: (out / "uncertainty" / name).read_bytes() for name in FILES}


@pytest.fixture(scope="module")
def done(worlds, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "here"
    told = call(*words(worlds, out), "--lang", "en")
    assert told.exit_code == 0, told.output
    return out, told


def test_it_ends_in_two_bands_for_each_scenario(done):
    out, told = done
    assert "3 guesses are drawn. Of 200 draws" in told.stdout
    assert "The first 4 of these are simulated" in " ".join(told.stdout.split())
    for text in ("chance alone", "mean of", "guesses (90%)", "of 100 draws"):
        assert text in told.stdout
    table = pd.read_csv(out / "uncertainty" / "uncertainty.csv")
    assert {"evidence_low", "difference_evidence_high", "same_sign"} <= set(table.columns)
    assert (out / "tables" / "summary.csv").exists()


def test_the_same_command_runs_nothing_again_and_more_draws_only_those(worlds, done):
    out, _ = done
    before = bands(out)
    told = call(*words(worlds, out), "--lang", "en")
    assert told.exit_code == 0
    assert bands(out) == before
    with Store.read(out / "draws") as store:
        (runs,) = store.database.execute("select count(*) from run").fetchone()
    assert runs == 4 * 2 * 2
    more = [6 if word == 4 else word for word in words(worlds, out)]
    assert call(*more).exit_code == 0
    with Store.read(out / "draws") as store:
        (runs,) = store.database.execute("select count(*) from run").fetchone()
    assert runs == 6 * 2 * 2
    assert call(*words(worlds, out)).exit_code == 0
    assert bands(out) == before


def test_a_tornado_is_told_of_the_base_and_of_each_difference_without_a_run(done):
    out, _ = done
    told = call("tornado", out, "--lang", "en")
    assert told.exit_code == 0, told.output
    assert "More" not in told.stderr
    assert told.stdout.count("give or take") == 2
    assert "notifications a year" in told.stdout
    assert "turns?" in told.stdout
    wrong = call("tornado", out, "--on", "nothing", "--lang", "en")
    assert wrong.exit_code == 2
    assert "--on: no measure 'nothing'" in wrong.stderr


def test_it_is_said_in_dutch(done):
    out, _ = done
    told = call("tornado", out)
    assert "Er zijn 3 schattingen getrokken" in told.stdout
    assert "meldingen per jaar" in told.stdout


@pytest.mark.parametrize("command", ["summary", "tables", "charts", "tornado"])
def test_the_folder_of_the_draws_is_not_read_by_itself(done, command):
    told = call(command, done[0] / "draws", "--lang", "en")
    assert told.exit_code == 2
    assert "draws of what is guessed" in told.stderr or "no draws in" in told.stderr


@pytest.mark.parametrize(("old", "new", "said"), [
    ("range = [", "note = \"[", "no guess with a range"),
    ("burn_in_years = 12", "burn_in_years = 0", "nothing counted of today, or no burn-in"),
])  # fmt: skip
def test_what_cannot_be_drawn_is_said_at_once_and_nothing_is_written(tmp_path, old, new, said):
    write_worlds(tmp_path)
    text = BASE.replace(old, new)
    if new.startswith("note"):
        text = text.replace("], confidence", ']", confidence')
    (tmp_path / "base.toml").write_text(text)
    out = tmp_path / "out"
    told = call(*words(tmp_path, out), "--lang", "en")
    assert told.exit_code == 2, told.output
    assert said in told.stderr
    assert not out.exists()


def test_scenarios_of_two_bases_are_refused(worlds, tmp_path):
    (tmp_path / "base.toml").write_text(BASE.replace("value = 20", "value = 21"))
    (tmp_path / "other.toml").write_text('extends = "base.toml"\n')
    told = call("uncertainty", worlds / "base.toml", tmp_path / "other.toml", "--out",
                tmp_path / "out", "--lang", "en")  # fmt: skip
    assert told.exit_code == 2
    assert "it extends another base than 'base'" in told.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_killed_and_resumed_it_gives_the_same_bands(worlds, done, tmp_path):
    """Killed with -9 as soon as some draws are done, more than once; nothing done is run again."""
    out, kept = tmp_path / "killed", []
    command = [sys.executable, "-m", "flowsim", *map(str, words(worlds, out))]
    for runs in (3, 9):
        program = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   env=os.environ)  # fmt: skip
        while _runs(out) < runs and program.poll() is None:
            time.sleep(0.02)
        program.send_signal(signal.SIGKILL)
        program.wait()
        kept.append(_runs(out))
    assert kept[0] >= 3
    told = subprocess.run(command, check=False, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    assert bands(out) == bands_of_four(worlds, tmp_path)


def bands_of_four(worlds, tmp_path):
    out = tmp_path / "undisturbed"
    assert call(*words(worlds, out)).exit_code == 0
    return bands(out)


def _runs(out):
    try:
        with Store.read(out / "draws") as store:
            return store.database.execute("select count(*) from run").fetchone()[0]
    except Exception:  # not there yet, or just being made
        return 0
