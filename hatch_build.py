"""Compile the engine with mypyc, in this tree or into a wheel; without a compiler it runs as it is.

    python3 dev.py compile            build src/flowsim/_compiled for this Python
    python3 dev.py compile --remove   run from the source again

The build of a wheel (`pip install .`, `pip wheel .`) calls `Compile` below. Which modules are
compiled, and when what was compiled is used: src/flowsim/compiled.py.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
PACKAGE = ROOT / "src" / "flowsim"
LIBRARY = "flowsim._compiled.engine"
FLAGS = {
    "unix": ["-DNDEBUG", "-ffp-contract=off"],  # no rounding that plain Python does not do
    "msvc": ["/DNDEBUG", "/fp:precise"],
}


class Compile(BuildHookInterface):
    """Puts the compiled engine in a wheel, where it can be made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and say so to hatch; say why not where it cannot be done."""
        if self.target_name != "wheel" or version == "editable":
            return
        self._made = tempfile.TemporaryDirectory()
        package = Path(self._made.name) / "flowsim"
        try:
            compile_copy(package)
        except (OSError, subprocess.CalledProcessError) as error:
            self.app.display_warning(f"flowsim is not compiled and runs as it is: {error}")
            return
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        build_data["force_include"][str(package / "_compiled")] = "flowsim/_compiled"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Forget the copy that was compiled."""
        if hasattr(self, "_made"):
            self._made.cleanup()


def compile_here() -> None:
    """Compile the engine of this tree."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "flowsim"
        compile_copy(copy)
        remove()
        shutil.copytree(copy / "_compiled", PACKAGE / "_compiled")
    print(f"compiled in {time.perf_counter() - began:.0f} s; --remove runs from the source again")


def remove() -> None:
    """Remove what was compiled here."""
    shutil.rmtree(PACKAGE / "_compiled", ignore_errors=True)


def compile_copy(package: Path) -> None:
    """Copy the package without what was compiled, and compile its engine there.

    Raises
    ------
    subprocess.CalledProcessError
        When there is no mypyc or no C compiler, or one of them finds a mistake.
    """
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "_compiled"))
    (package / "_compiled").mkdir()
    command = [sys.executable, str(Path(__file__).resolve()), "--build"]
    subprocess.run(command, cwd=package.parent, check=True, stdin=subprocess.DEVNULL, stdout=2)


def build() -> None:
    """Turn the engine of the package in this folder into extension modules (a process of its own).

    Paths are relative, so that a traceback names ``flowsim/system/...`` and finds its lines.
    """
    from mypyc.build import mypycify
    from setuptools import Distribution
    from setuptools.command.build_ext import build_ext

    try_compiler()
    package = Path("flowsim")
    told = compiled_module()
    paths = [str(path) for path in told.sources(package)]
    cache = ROOT / ".mypy_cache" / "mypyc"
    options = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(cache)]
    extensions = mypycify(
        [*options, *paths], opt_level="2", debug_level="0", group_name=LIBRARY, target_dir="c"
    )
    command = build_ext(Distribution({"ext_modules": extensions}))
    command.build_lib = command.build_temp = "built"
    command.ensure_finalized()
    for one in extensions:
        kept = [flag for flag in one.extra_compile_args if flag != "-Werror"]
        one.extra_compile_args = kept + FLAGS["msvc" if sys.platform == "win32" else "unix"]
    command.run()
    for one in extensions:
        made = Path(command.get_ext_fullpath(one.name))
        suffix = command.get_ext_filename("x").removeprefix("x")
        name = one.name.removeprefix("flowsim._compiled.")
        shutil.copyfile(made, package / "_compiled" / f"{name}{suffix}")
    told.write_stamp(package, suffix)


def try_compiler() -> None:
    """Compile one line: where that cannot be done, nobody waits a minute to hear it."""
    from setuptools._distutils.ccompiler import new_compiler
    from setuptools._distutils.sysconfig import customize_compiler, get_python_inc

    Path("try.c").write_text("#include <Python.h>\n", "utf-8")
    compiler = new_compiler()
    customize_compiler(compiler)
    compiler.compile(["try.c"], output_dir="try", include_dirs=[get_python_inc()])


def compiled_module() -> ModuleType:
    """Import flowsim/compiled.py alone, without the package."""
    spec = importlib.util.spec_from_file_location("compiled", PACKAGE / "compiled.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    if sys.argv[1:] == ["--build"]:
        build()
    elif sys.argv[1:] == ["--remove"]:
        remove()
    elif sys.argv[1:]:
        sys.exit(__doc__)
    else:
        compile_here()
