"""A place that is not ours, or no longer whole, is found before the first run."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from flowsim.cli import main
from flowsim.cli.keeping import BEFORE
from flowsim.store import FILE, LOCK, Filling, Store
from flowsim.store.whole import damages
from tests.faults.program import COMMANDS, TINY


def a_folder(out: Path, name: str) -> None:
    (out / name).mkdir(parents=True)


def a_file(out: Path, name: str) -> None:
    out.mkdir()
    (out / name).write_text("my own notes, which happen to have this name " * 20)


def another_database(out: Path, name: str) -> None:
    out.mkdir()
    with sqlite3.connect(out / name) as database:
        database.execute("create table run (mine text)")
    database.close()


def half_a_store(out: Path, name: str) -> None:
    Filling.of(out).close()
    with sqlite3.connect(out / name) as database:
        database.execute("alter table part drop column packed")
    database.close()


def cut_off(out: Path, name: str) -> None:
    Filling.of(out).close()
    whole_file = (out / name).read_bytes()
    (out / name).write_bytes(whole_file[: len(whole_file) // 2])


FOREIGN = [
    (a_folder, FILE, "it is a folder"), (a_folder, f"{FILE}-wal", "it is a folder"),
    (a_folder, LOCK, "cannot write"), (a_folder, "manifest.json", "it is a folder"),
    (a_file, "tables", "is a file, not a folder"), (a_file, "partial", "is a file, not a folder"),
    (a_file, FILE, "file is not a database"), (another_database, FILE, "another kind of file"),
    (half_a_store, FILE, "it lacks what a store has: part.packed"), (cut_off, FILE, "malformed"),
]  # fmt: skip


@pytest.mark.parametrize(("made", "name", "said"), FOREIGN)
def test_a_place_that_is_not_ours_is_found_before_the_first_run(tmp_path, made, name, said):
    out = tmp_path / "out"
    made(out, name)
    before = {one: one.is_file() and one.read_bytes() for one in sorted(out.rglob("*"))}
    for command in COMMANDS.values():
        arguments = (*command, "--jobs", 1, "--lang", "en", "--out", out)
        told = CliRunner().invoke(main, [str(one) for one in arguments])
        assert told.exit_code == 2, told.output
        assert said in told.stderr
        assert "Simulating" not in told.stderr
        assert {one: one.is_file() and one.read_bytes() for one in sorted(out.rglob("*"))} == before


@pytest.mark.parametrize("made", [a_file, another_database, a_folder])
@pytest.mark.parametrize("name", [FILE, BEFORE])
def test_fresh_sets_nothing_aside_that_is_not_ours(tmp_path, made, name):
    out = tmp_path / "out"
    made(out, name)
    before = {one: one.is_file() and one.read_bytes() for one in sorted(out.rglob("*"))}
    arguments = ("run", TINY / "base.toml", "-n", 1, "--jobs", 1, "--fresh", "--out", out)
    told = CliRunner().invoke(main, [*map(str, arguments), "--lang", "en"])
    assert told.exit_code == 2, told.output
    (said,) = (line for line in told.stderr.splitlines() if line.startswith("cannot "))
    assert said.count("cannot") == 1
    assert f"{out / name}: " in said
    assert {one: one.is_file() and one.read_bytes() for one in sorted(out.rglob("*"))} == before


@pytest.mark.parametrize("made", [half_a_store, cut_off])
def test_fresh_sets_a_damaged_store_aside(tmp_path, made):
    out = tmp_path / "out"
    made(out, FILE)
    arguments = ("run", TINY / "base.toml", "-n", 1, "--jobs", 1, "--no-charts", "--fresh")
    told = CliRunner().invoke(main, [*map(str, arguments), "--out", str(out), "--lang", "en"])
    assert told.exit_code == 0, told.output
    with Store.read(out) as store:
        assert list(damages(store)) == []
