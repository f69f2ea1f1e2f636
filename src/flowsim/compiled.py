"""Whether the engine runs compiled (by mypyc) or from its source; what comes out is the same.

What was compiled lies in the folder ``_compiled``: an extension module for each module of
`MODULES`, and a stamp that says from which source and for which Python. It is used where both still
hold, so that nobody runs an engine that differs from the source beside it. Built by
``hatch_build.py``: in a wheel, or here with ``python3 dev.py compile``.
"""

from __future__ import annotations

import hashlib
import os
import sys
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, ModuleSpec
from pathlib import Path
from typing import Any, Final, Literal

MODULES: Final = ("system/**/*.py", "cohort/draws.py")
"""What is compiled: patterns in the package, without ``__init__.py``: nothing would gain."""
SWITCH: Final = "FLOWSIM_COMPILED"
"""Environment variable: ``0`` runs the engine from its source."""
_PACKAGE: Final = Path(__file__).parent
_FOLDER: Final = _PACKAGE / "_compiled"


def engine() -> Literal["compiled", "plain"]:
    """Return what the engine of this process is."""
    return "compiled" if _usable() else "plain"


def use_compiled() -> None:
    """Let the compiled modules be imported in the place of their source, where there are any."""
    if _FOLDER.is_dir() and _usable():
        sys.meta_path.insert(0, _Finder())


def sources(package: Path) -> list[Path]:
    """Return the files of a package that are compiled, in a lasting order."""
    found = (path for pattern in MODULES for path in package.glob(pattern))
    return sorted(path for path in found if path.name != "__init__.py")


def write_stamp(package: Path, suffix: str) -> None:
    """Note in the folder of compiled modules what they are made from, and for which Python."""
    (package / "_compiled" / "stamp.txt").write_text(f"{suffix}\n{_hash(package)}\n", "utf-8")


@cache
def _usable() -> bool:
    stamp = _FOLDER / "stamp.txt"
    if os.environ.get(SWITCH) == "0" or not stamp.exists():
        return False
    suffix, made_from = stamp.read_text("utf-8").split()
    return suffix == EXTENSION_SUFFIXES[0] and made_from == _hash(_PACKAGE)


def _hash(package: Path) -> str:
    digest = hashlib.sha256()
    for path in sources(package):
        name = path.relative_to(package).as_posix()
        digest.update(name.encode("utf-8") + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


class _Finder:
    """Finds the compiled modules by their full names."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Return where a module is compiled; None: look further."""
        file = _FOLDER / f"{name}{EXTENSION_SUFFIXES[0]}"
        if not name.startswith("flowsim.") or not file.exists():
            return None
        loader = ExtensionFileLoader(name, str(file))
        return ModuleSpec(name, loader, origin=str(file))
