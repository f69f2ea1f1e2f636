"""Names of files and folders that are no text, or that nobody sees: said readably, or refused."""

from __future__ import annotations

import os
import shutil
import sys

import pytest
from click.testing import CliRunner

from flowsim.cli import main
from tests.experiment.tiny_worlds import TINY

NAMES = {
    "two lines": "d\ne",
    "right to left": "d\u202eslx",
    "a command to the terminal": "d\x1b[31m",
}
if sys.platform != "darwin":  # it takes no name that is no text
    NAMES["no text"] = os.fsdecode(b"d\xff")
OPTIONS = ("-n", 1, "--jobs", 1, "--no-charts", "--lang", "en")


def flowsim(*arguments, code=0):
    """Call it; all that it says can be read."""
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    assert result.exit_code == code, result.output
    told = result.stdout + result.stderr
    assert all(line.isprintable() for line in told.split("\n")), told
    return result


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_folder_may_be_called_anything(name, tmp_path, monkeypatch):
    folder = tmp_path / name
    folder.mkdir()
    for file in ("base.toml", "more_dwellings.toml", "sources.toml"):
        shutil.copy(TINY / file, folder / file)
    monkeypatch.chdir(tmp_path)
    told = flowsim("compare", name, *OPTIONS, "--keep", "events")
    assert told.stderr.splitlines()[-1].startswith("Tables and charts: results/d")
    out = f"results/{name}"
    for words in (("summary", out), ("tables", out), ("export", out, "--csv"), ("log", out),
                  ("sql", out, "select * from runs"), ("reproduce", out, "--jobs", 1),
                  ("stress", out), ("stress", out, "--check", f"{out}/stress.md")):  # fmt: skip
        flowsim(*words)
    for words in (("summary", f"{out}x"), ("reproduce", out, name), ("log", f"{out}x"),
                  ("stress", out, "--check", f"{out}/none"), ("sql", out, f"select {name}"),
                  ("reproduce", out, "--cluster", name), ("run", name, *OPTIONS),
                  ("validate", f"{name}/none.toml")):  # fmt: skip
        assert flowsim(*words, code=2).stdout == ""


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_scenario_file_is_called_something_that_is_seen(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(TINY / "base.toml", f"{name}.toml")
    shutil.copy(TINY / "base.toml", "base.toml")
    before = sorted(tmp_path.iterdir())
    for words in (("validate",), ("show",), ("tell",), ("run", *OPTIONS),
                  ("compare", "base.toml", *OPTIONS),
                  ("sweep", "--vary", "variant.bw.places=14,15", *OPTIONS)):  # fmt: skip
        told = flowsim(words[0], f"{name}.toml", *words[1:], code=2).stderr
        assert len(told.splitlines()) == 1
        assert "U+" in told
    assert sorted(tmp_path.iterdir()) == before
