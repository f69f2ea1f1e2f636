"""One program at a time fills a folder; who was there before is told."""

from __future__ import annotations

import json
import os
import platform
import signal
import subprocess
import sys

import pytest

from flowsim.store import LOCK, StoreError, locked

HOLDS = """
import sys, time
from pathlib import Path
from flowsim.store import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other(tmp_path):
    """Another program that holds the lock."""
    program = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path)], stdout=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    with program:
        assert program.stdout is not None
        assert program.stdout.readline() == "held\n"
        yield program
        program.kill()


def test_nobody_was_there_and_nothing_is_left(tmp_path):
    for _ in range(2):
        with locked(tmp_path) as before:
            assert before is None
            assert json.loads((tmp_path / LOCK).read_text())["pid"] == os.getpid()
        assert list(tmp_path.iterdir()) == []


def test_a_second_program_is_refused_by_pid_and_host(tmp_path, other):
    with pytest.raises(StoreError) as refused, locked(tmp_path):
        pass
    said = str(refused.value)
    assert f"process {other.pid} on {platform.node()}" in said
    assert str(tmp_path) in said
    assert json.loads((tmp_path / LOCK).read_text())["pid"] == other.pid


def test_a_lock_of_who_was_killed_is_told_and_taken_over(tmp_path, other):
    other.send_signal(signal.SIGKILL)
    other.wait()
    with locked(tmp_path) as before:
        assert before is not None
        assert (before.pid, before.host) == (other.pid, platform.node())
        assert json.loads((tmp_path / LOCK).read_text())["pid"] == os.getpid()
        with pytest.raises(StoreError, match=f"process {os.getpid()} "), locked(tmp_path):
            pass
    with locked(tmp_path) as before:
        assert before is None


def test_a_lock_of_another_machine_is_left_to_people(tmp_path):
    there = {"pid": 7, "host": "elsewhere", "since": "2026-01-01T00:00:00+00:00"}
    (tmp_path / LOCK).write_text(json.dumps(there))
    with (
        pytest.raises(StoreError, match=r"process 7 on elsewhere.*remove .*lock"),
        locked(tmp_path),
    ):
        pass
    assert json.loads((tmp_path / LOCK).read_text()) == there


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"pid": 1}', "\x00\xff", '"x"'])
def test_a_lock_that_says_nothing_is_nobodys(tmp_path, text):
    (tmp_path / LOCK).write_text(text, "latin-1")
    with locked(tmp_path) as before:
        assert before is None


@pytest.mark.parametrize("stands", ["link", "link to nothing", "second name", "queue", "folder"])
def test_what_is_no_lock_of_ours_is_refused_and_left_alone(tmp_path, stands):
    (tmp_path / "notes").write_text("of somebody", "utf-8")
    match stands:
        case "link":
            (tmp_path / LOCK).symlink_to(tmp_path / "notes")
        case "link to nothing":
            (tmp_path / LOCK).symlink_to(tmp_path / "nothing")
        case "second name":
            (tmp_path / LOCK).hardlink_to(tmp_path / "notes")
        case "queue":
            os.mkfifo(tmp_path / LOCK)
        case "folder":
            (tmp_path / LOCK).mkdir()
    before = sorted(tmp_path.iterdir())
    with pytest.raises(StoreError, match=r"results\.lock: (something else|it is a folder)"):
        locked(tmp_path).__enter__()
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "notes").read_text("utf-8") == "of somebody"


def test_a_lock_is_let_go_whatever_happens(tmp_path):
    with pytest.raises(ZeroDivisionError), locked(tmp_path):
        _ = 1 / 0
    with locked(tmp_path) as before:
        assert before is None


def test_a_folder_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(StoreError, match="cannot write"), locked(tmp_path / "no"):
        pass
