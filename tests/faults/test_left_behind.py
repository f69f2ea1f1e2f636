"""What a killed process left goes with the next one; nothing temporary is made without need."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile

import pytest

import flowsim
from flowsim.experiment import kept, today
from flowsim.experiment.run import run_all
from tests.experiment.burn_in_worlds import write_worlds


@pytest.fixture
def gone() -> int:
    """The number of a process that is no longer there."""
    with subprocess.Popen([sys.executable, "-c", ""]) as one:
        one.wait()
    return one.pid


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """A folder for temporary things, and nothing remembered."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    today._remembered.clear()
    yield tmp_path / "tmp"
    today._remembered.clear()


def test_what_nobody_needs_any_more_goes_and_all_else_stays(tmp_path, gone):
    here = platform.node()
    goes = [f"flowsim-{here}-{gone}-aa.today", f"flowsim-{here}-{gone}-bb.today"]
    stays = [
        f"flowsim-{here}-{os.getpid()}-aa.today", f"flowsim-elsewhere-{gone}-aa.today",
        f"flowsim-{here}-mine-aa.today", "flowsim-x.today", f"flowsim-{here}-{gone}-aa.txt",
    ]  # fmt: skip
    for name in (*goes[:1], *stays):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()
    (tmp_path / goes[1]).touch()
    kept.left_by_nobody(tmp_path, "flowsim-*.today")
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted(stays)


def test_what_a_killed_process_was_writing_goes_when_it_is_written_anew(tmp_path, gone):
    key = "k" * 64
    (tmp_path / f".{key[:24]}-{platform.node()}-{gone}-1.tmp").write_text("half of it")
    kept.write(tmp_path, key, b"{}")
    assert [one.name for one in tmp_path.iterdir()] == [kept.file_of(tmp_path, key).name]


def test_nothing_temporary_is_made_where_the_cache_can_be_written(tmp_path, temporary, cache):
    base = flowsim.load(write_worlds(tmp_path / "study"))
    seen = []
    run_all([base], 2, progress=lambda *_: seen.append(list(temporary.iterdir())))
    assert seen == [[], []]


def test_what_is_temporary_goes_and_so_does_what_was_left(tmp_path, temporary, cache, gone):
    (tmp_path / "cache").write_text("no folder")
    left = temporary / f"flowsim-{platform.node()}-{gone}-aa.today"
    left.mkdir()
    base = flowsim.load(write_worlds(tmp_path / "study"))
    seen = []
    run_all([base], 2, progress=lambda *_: seen.append(list(temporary.iterdir())))
    assert [len(one) for one in seen] == [1, 1]
    assert left not in seen[0]
    assert list(temporary.iterdir()) == []
