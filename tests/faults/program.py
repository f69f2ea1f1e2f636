"""flowsim as a program of its own, to be killed, with all that it begins and leaves behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from flowsim.store import Store

ROOT = Path(__file__).resolve().parents[2]
TINY = ROOT / "tests/experiment/tiny"
COMMANDS = {
    "run": ("run", TINY / "base.toml", "-n", 3),
    "compare": ("compare", TINY, "-n", 2),
    "sweep": ("sweep", TINY / "base.toml", "--vary", "variant.bw.places=14,15,16", "-n", 2),
}
"""Commands of six runs or less, without ``--jobs`` and ``--out``."""
PATIENCE = 600.0
"""Seconds; a busy machine takes long, and no test is about how long."""


def hears() -> None:
    """Let a program hear what asks to stop, however the tests were started."""
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


class Program(subprocess.Popen):
    """One that is ended, with all that it began, when a test of it fails: nothing waits for it."""

    def __exit__(self, kind, *story):
        if kind is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
        super().__exit__(kind, *story)


@dataclass
class Place:
    """A folder to play in: results, a cache, and a folder for temporary things."""

    folder: Path
    more: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the folders."""
        for name in ("tmp", "cache"):
            (self.folder / name).mkdir(exist_ok=True)

    @property
    def out(self) -> Path:
        """Where results go."""
        return self.folder / "out"

    @property
    def env(self) -> dict[str, str]:
        """The environment; all that it begins can be known by it."""
        return os.environ | {
            "PYTHONPATH": os.pathsep.join((str(ROOT), *sys.path)),
            "TMPDIR": str(self.folder / "tmp"), "FLOWSIM_CACHE": str(self.folder / "cache"),
            "FLOWSIM_LANG": "en", "PLAYED_IN": str(self.folder),
        } | self.more  # fmt: skip

    def begin(self, *arguments: object) -> subprocess.Popen[str]:
        """Begin flowsim in a session of its own."""
        return Program(
            [sys.executable, "-m", "tests.faults.planted", *map(str, arguments)],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=self.env,
            cwd=self.folder, start_new_session=True, preexec_fn=hears,
        )  # fmt: skip

    def flowsim(self, *arguments: object, code: int = 0) -> str:
        """Run flowsim to its end; return what it says on stderr."""
        with self.begin(*arguments) as program:
            _, told = program.communicate(timeout=PATIENCE)
        assert program.returncode == code, told
        assert "Traceback" not in told
        return told

    def processes(self) -> list[psutil.Process]:
        """Return what was begun here and is still there."""
        found = []
        for one in psutil.process_iter():
            try:
                here = one.environ().get("PLAYED_IN") == str(self.folder)
                if here and one.status() != psutil.STATUS_ZOMBIE:
                    found.append(one)
            except psutil.Error:
                continue
        return found

    def left(self) -> list[str]:
        """Return what is left behind: processes, files that wait, anything temporary."""
        hidden = [
            one for folder in (self.folder / "cache", self.out) for one in folder.glob(".*")
        ]  # fmt: skip
        return [*self.after_a_kill(), *map(str, hidden)]

    def after_a_kill(self) -> list[str]:
        """Return what is left behind, once there was time to end, of what must never be."""
        until = time.monotonic() + PATIENCE
        while (there := self.processes()) and time.monotonic() < until:
            time.sleep(0.1)
        return [*map(str, there), *map(str, (self.folder / "tmp").iterdir())]

    def runs(self) -> list[tuple[str, int, str, str]]:
        """Return what is stored of what was asked last: scenario, replication, status, digest."""
        with Store.read(self.out) as store:
            return store.database.execute(
                "select scenario, replication, status, coalesce(digest, '') from runs "
                "where current order by 1, 2"
            ).fetchall()


def heard(program: subprocess.Popen[str], word: str) -> list[str]:
    """Wait until a program says a word on stderr; return what it said until then."""
    assert program.stderr is not None
    told = []
    for line in program.stderr:
        told.append(line)
        if word in line:
            return told
    raise AssertionError(f"it ended without {word!r}: {''.join(told)}")


def workers(program: subprocess.Popen[str]) -> list[psutil.Process]:
    """Return the processes that work for a program, of those that can be seen."""
    try:
        children = psutil.Process(program.pid).children()
    except psutil.Error:
        return []
    return [one for one in children if _works(one)]


def _works(one: psutil.Process) -> bool:
    try:
        return "flowsim-worker" in " ".join(one.cmdline())
    except psutil.Error:
        return False
