"""Run a command in flowsim's own virtual environment, after making that where needed.

    python3 dev.py flowsim compare scenarios/drenthe
    python3 dev.py pytest
    python3 dev.py python
    python3 dev.py compile             (the engine runs twice as fast; hatch_build.py tells more)

The environment is the folder .venv beside this file: the versions pinned in requirements.lock,
and flowsim itself, straight from src/. The first time takes a minute or two; afterwards nothing
is installed until requirements.lock, pyproject.toml or the Python version changes.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "installed.txt"


def main(command: list[str]) -> int:
    """Set up what is missing, then hand over to the command."""
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python may well start this file
        print("dev.py: needs Python 3.11 or newer, not", sys.version.split()[0], file=sys.stderr)
        return 1
    if not command or command[0] in ("-h", "--help"):
        print(__doc__)
        return 0
    try:
        with one_at_a_time():
            set_up()
    except subprocess.CalledProcessError as error:
        print(f"dev.py: could not set up {VENV.name}: {error}", file=sys.stderr)
        return 1
    if command[0] == "compile":
        command = ["python", str(ROOT / "hatch_build.py"), *command[1:]]
    program = shutil.which(command[0], path=str(BIN))
    if program is None:
        print(f"dev.py: no command {command[0]!r} in {BIN}", file=sys.stderr)
        return 127
    if os.name == "nt":
        return subprocess.call([program, *command[1:]])
    os.execv(program, [program, *command[1:]])


def set_up() -> None:
    """Make .venv from the lock, or bring it up to date; nothing when it is already right."""
    home = f"Python {sys.version_info[0]}.{sys.version_info[1]} in {ROOT}"
    wanted = f"{home}\n{digest(LOCK)}\n{digest(ROOT / 'pyproject.toml')}\n"
    found = STAMP.read_text("utf-8") if STAMP.exists() and PYTHON.exists() else ""
    if found == wanted:
        return
    print(f"dev.py: installing into {VENV} ...", file=sys.stderr, flush=True)
    if not found.startswith(f"{home}\n"):
        run(sys.executable, "-m", "venv", "--clear", VENV)
    pip = (PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet", "install")
    run(*pip, "--requirement", LOCK)
    run(*pip, "--no-deps", "--no-build-isolation", "--editable", ROOT)
    STAMP.write_text(wanted, "utf-8")


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let a second dev.py wait until the first has finished installing (not on Windows)."""
    if os.name == "nt":
        yield
        return
    import fcntl

    with Path(__file__).open() as itself:
        fcntl.flock(itself, fcntl.LOCK_EX)
        yield


def digest(path: Path) -> str:
    """Give the fingerprint of a file's content."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run(*command: str | Path) -> None:
    """Run one step of the set-up, its output to stderr, and stop when it fails."""
    subprocess.run([str(part) for part in command], check=True, stdin=subprocess.DEVNULL, stdout=2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
