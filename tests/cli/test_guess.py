"""``--guess`` on the command line: another base, kept apart from what was there."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from flowsim.cli import main
from flowsim.store import Store
from tests.experiment.tiny_worlds import TINY

GUESS = "dwellings.contingent.per_year=12.5"
BASE, MORE = TINY / "base.toml", TINY / "more_dwellings.toml"


def call(*words):
    return CliRunner().invoke(main, [*map(str, words), "--lang", "en"])


@pytest.mark.parametrize("command", ["show", "validate"])
def test_it_is_read_where_nothing_is_run(command):
    plain, other = call(command, MORE), call(command, MORE, "--guess", GUESS)
    base = call(command, BASE, "--guess", GUESS)
    assert plain.exit_code == other.exit_code == 0
    assert base.exit_code == call(command, BASE).exit_code
    assert plain.stdout != other.stdout
    if command == "show":
        assert "per_year = 12.5  # --guess dwellings.contingent.per_year" in base.stdout


@pytest.mark.parametrize("command", ["show", "validate", "run", "compare", "sweep", "tell"])
def test_a_guess_that_is_none_is_one_message_and_nothing_is_written(command, tmp_path):
    more = {"compare": (MORE,), "sweep": ("--vary", "variant.bw.places=14,15")}.get(command, ())
    out = ("--out", tmp_path / "out") if command in ("run", "compare", "sweep") else ()
    told = call(command, BASE, *more, "--guess", "nowhere.x=1", *out)
    assert told.exit_code == 2
    assert "--guess: nowhere.x: no 'nowhere'; allowed: scenario, areas" in told.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_runs_of_another_base_are_others_and_both_are_kept(tmp_path):
    words = ("compare", BASE, MORE, "-n", 2, "--jobs", 1, "--no-charts", "--out", tmp_path)
    tables = []
    for given in ((), ("--guess", GUESS), ()):
        told = call(*words, *given)
        assert told.exit_code == 0, told.output
        tables.append((tmp_path / "tables" / "summary.csv").read_bytes())
        manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
        assert manifest["settings"] == [" ".join(given)] * bool(given)
    assert tables[0] == tables[2] != tables[1]
    with Store.read(tmp_path) as store:
        (count,) = store.database.execute("select count(*) from runs where status = 'done'")
    assert count == (8,)
    assert call("reproduce", tmp_path).exit_code == 0


@pytest.mark.slow
def test_a_sweep_varies_another_base(tmp_path):
    words = ("sweep", BASE, "--vary", "variant.bw.places=14,16", "-n", 2, "--no-charts")
    for name, given in (("plain", ()), ("guess", ("--guess", GUESS))):
        assert call(*words, *given, "--out", tmp_path / name).exit_code == 0
    one, two = ((tmp_path / name / "tables" / "sweep.csv").read_bytes()
                for name in ("plain", "guess"))  # fmt: skip
    assert one != two
    assert call("tables", tmp_path / "guess").exit_code == 0
    assert (tmp_path / "guess" / "tables" / "sweep.csv").read_bytes() == two
