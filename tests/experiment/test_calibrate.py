"""A base whose guesses are off is moved back to what it counts."""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner

from flowsim.cli import main
from flowsim.experiment.draws.calibrate import calibrate
from flowsim.guesses import Guesses
from flowsim.scenario import load
from tests.experiment.drawn_worlds import BASE, write_worlds

OFF = BASE.replace("persons = 4", "persons = 9").replace(
    "value = 5, range = [4, 6]", "value = 6, range = [5, 7]"
)


@pytest.fixture(scope="module")
def off(tmp_path_factory):
    folder = tmp_path_factory.mktemp("off")
    write_worlds(folder)
    (folder / "base.toml").write_text(OFF)
    return folder / "base.toml"


@pytest.fixture(scope="module")
def found(off):
    return calibrate(load(off), 5)


def test_every_count_comes_within_its_chance_and_no_guess_goes_beyond_3_sd(found):
    assert found.counts == ("a", "waiting", "blocked")
    assert found.reached.all()
    assert abs(found.after[1] - 9) < abs(found.before[1] - 9)
    assert np.abs(found.z).max() < 2


def test_it_is_the_same_each_time_and_with_two_jobs(off, found):
    again = calibrate(load(off), 5, jobs=2)
    assert again.z == pytest.approx(found.z, abs=1e-12)
    assert (again.after == found.after).all()


def test_the_base_as_fitted_says_what_was_moved_and_counts_the_same(found):
    fitted = found.fitted
    assert fitted.start == found.base.start
    assert fitted.demand[0].per_year.total != found.base.demand[0].per_year.total
    assert fitted.variant[0].places == found.base.variant[0].places


def test_what_was_moved_is_still_guessed_and_as_wide_as_it_was(found):
    before, after = found.guesses, Guesses(found.fitted)
    assert after.names == before.names
    drawn = dict(zip(before.names, found.z, strict=True))
    for one, moved in zip(before.listed, after.listed, strict=True):
        assert moved.at(dict.fromkeys(after.names, 0.0)) == one.at(drawn)
        assert moved.laws[""].low < moved.laws[""].value < moved.laws[""].high


def test_what_counts_say_of_a_guess_makes_it_narrower(found):
    assert ((found.learned > 0) & (found.learned <= 1 + 1e-9)).all()
    assert found.learned.min() < 0.95


def test_on_the_command_line_it_writes_a_base_that_loads(off, tmp_path):
    out = tmp_path / "fitted.toml"
    told = CliRunner().invoke(main, ["calibrate", str(off), "--out", str(out), "--jobs", "1",
                                     "--lang", "en"])  # fmt: skip
    assert told.exit_code == 0, told.output
    assert "As guesses on the command line:" in told.stdout
    assert load(out).start.residents == {"a": 6}


def test_what_is_out_of_reach_ends_with_1_and_names_the_guess_at_its_end(tmp_path):
    write_worlds(tmp_path)
    far = BASE.replace("persons = 4", "persons = 400")
    (tmp_path / "base.toml").write_text(far)
    told = CliRunner().invoke(main, ["calibrate", str(tmp_path / "base.toml"), "--jobs", "1",
                                     "--lang", "en"])  # fmt: skip
    assert told.exit_code == 1, told.output
    assert "not reached" in told.stdout
    assert "Could not be moved any further: " in told.stdout


def test_where_it_cannot_be_written_is_said_before_anything_is_fitted(off, tmp_path):
    for out in (tmp_path, tmp_path / "nowhere" / "fitted.toml"):
        told = CliRunner().invoke(main, ["calibrate", str(off), "--out", str(out), "--lang", "en"])
        assert told.exit_code == 2
        assert told.stderr.startswith("--out: ")
        assert "a file in a folder that is there" in told.stderr
