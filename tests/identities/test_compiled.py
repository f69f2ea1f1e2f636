"""The compiled engine: equal to its source to the last bit, and never of another source."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = [str(ROOT / "scenarios" / "drenthe" / f"{name}.toml")
           for name in ("base", "region_split", "bw_converted", "fewer_bw_more_bt")]  # fmt: skip


def python(*command: str, source: Path, **settings: str) -> str:
    """Run a fresh Python on the flowsim in a folder; return what it prints."""
    path = os.pathsep.join([str(source), str(ROOT)])
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, text=True, capture_output=True, check=False,
        env=os.environ | {"FLOWSIM_COMPILED": "1", "PYTHONPATH": path} | settings,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def wheel(folder: Path, **settings: str) -> Path:
    """Build a wheel as an installer does."""
    command = ["-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    python(*command, source=ROOT / "src", **settings)
    (made,) = folder.glob("*.whl")
    return made


def unpacked(made: Path, folder: Path) -> Path:
    with zipfile.ZipFile(made) as archive:
        archive.extractall(folder)
    return folder


# ---------------------------------------------------------------- what is compiled is its source
@pytest.mark.slow
def test_the_engine_in_a_wheel_is_compiled_and_equal_to_its_source(tmp_path):
    """Random worlds, those that once broke a law, and what is shipped; some audited."""
    made = wheel(tmp_path / "made")
    assert not made.name.endswith("-none-any.whl"), "it was not compiled"
    source = unpacked(made, tmp_path / "wheel")
    command = ("-m", "tests.identities.digests", "300", *SHIPPED)
    compiled = json.loads(python(*command, source=source))
    plain = json.loads(python(*command, source=source, FLOWSIM_COMPILED="0"))
    assert (compiled.pop("engine"), plain.pop("engine")) == ("compiled", "plain")
    assert compiled == plain
    assert len(set(compiled["random"])) > 200


@pytest.mark.slow
def test_without_a_compiler_the_wheel_has_the_same_source_and_runs(tmp_path):
    made = wheel(tmp_path / "made", CC=str(tmp_path / "no_compiler"))
    assert made.name.endswith("-none-any.whl")
    source = unpacked(made, tmp_path / "wheel")
    assert " (engine: plain)" in python("-m", "flowsim", "--version", source=source)
    told = json.loads(python("-m", "tests.identities.digests", "3", source=source))
    assert told["engine"] == "plain"


# ---------------------------------------------------------------- when it is used
TELL = "from flowsim.compiled import engine; print(engine())"


@pytest.fixture
def stamped(tmp_path) -> Path:
    """A copy of the package that says that its engine is compiled for this Python."""
    package = tmp_path / "flowsim"
    shutil.copytree(
        ROOT / "src" / "flowsim", package,
        ignore=shutil.ignore_patterns("_compiled", "__pycache__"),
    )  # fmt: skip
    (package / "_compiled").mkdir()
    stamp(tmp_path)
    return tmp_path


def stamp(folder: Path, suffix: str = EXTENSION_SUFFIXES[0]) -> None:
    write = f"""if True:
        from pathlib import Path
        from flowsim.compiled import write_stamp
        write_stamp(Path({str(folder / "flowsim")!r}), {suffix!r})
    """
    python("-c", write, source=folder)


def told(folder: Path, **settings: str) -> str:
    return python("-c", TELL, source=folder, **settings).strip()


def test_what_was_compiled_is_used_while_its_source_is_the_same(stamped):
    assert told(stamped) == "compiled"
    assert told(stamped, FLOWSIM_COMPILED="0") == "plain"
    (stamped / "flowsim" / "report" / "__init__.py").write_text("# not of the engine\n")
    assert told(stamped) == "compiled"


@pytest.mark.parametrize("name", ["cohort/draws.py", "system/agenda.py", "system/new.py"])
def test_a_source_that_changed_runs_itself(name, stamped):
    with (stamped / "flowsim" / name).open("a") as file:
        file.write("# changed\n")
    assert told(stamped) == "plain"


def test_another_python_runs_the_source(stamped):
    stamp(stamped, ".of-another-python.so")
    assert told(stamped) == "plain"


def test_the_manifest_and_the_version_say_what_the_engine_is(stamped):
    assert "(engine: compiled)" in python("-m", "flowsim", "--version", source=stamped)
    where = stamped / "out"
    base = ROOT / "tests" / "experiment" / "tiny" / "base.toml"
    python("-m", "flowsim", "run", str(base), "-n", "1", "--no-charts", "--out", str(where),
           source=stamped, FLOWSIM_COMPILED="0")  # fmt: skip
    assert json.loads((where / "manifest.json").read_text("utf-8"))["engine"] == "plain"
