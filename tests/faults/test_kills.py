"""Killed at whatever instant, in whatever way, it goes on and ends as if nothing had happened.

``pytest tests/faults --kills 100`` kills a hundred times; without it a few.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import random
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from flowsim.store import FILE, Store
from flowsim.store.whole import damages
from tests.faults.program import TINY, Place, workers

HOW = {
    signal.SIGKILL: {-9},
    signal.SIGTERM: {143, -15},
    signal.SIGHUP: {129, -1},
    signal.SIGINT: {130, -2},
}
"""Signals, and what the program may end with: by itself, or by the system while it begins."""
OPTIONS = ("--jobs", 2, "--no-charts")
COMMANDS = (
    ("compare", TINY, "-n", 4, *OPTIONS),
    ("sweep", TINY / "base.toml", "--vary", "variant.bw.places=14,15",
     "--vary", "desk.toegang.fte=1,2", "-n", 3, *OPTIONS),
)  # fmt: skip


def digest(place: Place) -> str:
    """Return the hash of all runs and of every table."""
    found = hashlib.sha256(repr(place.runs()).encode())
    for one in sorted((place.out / "tables").iterdir()):
        found.update(one.name.encode() + one.read_bytes())
    return found.hexdigest()


@dataclass
class Killer:
    """Chance decides when, whom and how; the same each time."""

    chance: random.Random
    longest: float
    """Seconds that the command takes when nothing goes wrong, with some room."""

    def meets(self, place: Place, arguments: tuple[object, ...]) -> int:
        """Begin a command, kill something of it, and return its exit code when that is as it must.

        All that it began ends with it.
        """
        whom = self.chance.choice(("parent", "worker", "group"))
        how = self.chance.choice(tuple(HOW))
        with place.begin(*arguments) as program:
            self.strike(program, whom, how)
            _, told = program.communicate(timeout=600)
        code = program.returncode
        assert code in ({0} if whom == "worker" else {0, *HOW[how]}), (whom, how, told)
        assert code < 0 or "Traceback" not in told, (whom, how, told)
        return code

    def strike(self, program: subprocess.Popen[str], whom: str, how: signal.Signals) -> None:
        """Kill at an instant that chance decides; the worker that is there then, if any."""
        until = time.monotonic() + self.chance.uniform(0, self.longest)
        while time.monotonic() < until and program.poll() is None:
            time.sleep(0.005)
        try:
            if whom == "parent":
                program.send_signal(how)
            elif whom == "group":
                os.killpg(program.pid, how)
            elif there := workers(program):
                self.chance.choice(there).send_signal(how)
        except (psutil.Error, ProcessLookupError):
            pass  # it had just ended


def is_sound(place: Place) -> bool:
    """Return whether the store, if there is one, has nothing that was not put there."""
    if not (place.out / FILE).exists():
        return True
    with Store.read(place.out) as store:
        return not list(damages(store))


def undisturbed(command: tuple[object, ...], place: Place) -> tuple[str, float]:
    """Return the hash of what a command brings, and how many seconds it takes."""
    began = time.monotonic()
    place.flowsim(*command, "--out", place.out)
    return digest(place), time.monotonic() - began


def a_place(folder: Path, name: object) -> Place:
    (folder / str(name)).mkdir()
    return Place(folder / str(name), {"SLOW": "0.1"})


def play(commands: Sequence[tuple[object, ...]], kills: int, folder: Path) -> None:
    """Kill commands until so many were, resuming each; each ends as the undisturbed one."""
    wanted = [undisturbed(one, a_place(folder, f"whole-{i}")) for i, one in enumerate(commands)]
    killer = Killer(random.Random(2026), 1.1 * max(seconds for _, seconds in wanted))
    done = 0
    for episode in itertools.count():
        if done == kills:
            return
        which = episode % len(commands)
        place, code = a_place(folder, episode), -1
        arguments = (*commands[which], "--out", place.out)
        while code != 0 and done < kills:
            code, done = killer.meets(place, arguments), done + 1
            assert place.after_a_kill() == []
            assert is_sound(place)
        place.flowsim(*arguments)
        assert digest(place) == wanted[which][0]
        assert is_sound(place)
        assert place.left() == []
        assert not (place.out / "partial").exists()


@pytest.mark.slow
def test_killed_at_whatever_instant_it_ends_as_if_nothing_had_happened(tmp_path, request):
    kills = request.config.getoption("--kills")
    play(COMMANDS, 12 if kills is None else kills, tmp_path)
