"""Which code made these numbers: a hash of flowsim's own Python files."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable


@cache
def code_hash(*parts: str) -> str:
    """Return the SHA-256 of flowsim's own Python files.

    Parameters
    ----------
    parts
        Files and folders inside the package, such as ``"errors.py"`` and ``"system/"``; left out:
        all.
    """
    digest = hashlib.sha256()
    for name, file in sorted(_sources(files("flowsim"), "")):
        if name.startswith(parts or ""):
            digest.update(name.encode("utf-8") + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _sources(folder: Traversable, prefix: str) -> list[tuple[str, Traversable]]:
    found = []
    for one in folder.iterdir():
        if one.is_dir() and one.name != "__pycache__":
            found += _sources(one, f"{prefix}{one.name}/")
        elif one.name.endswith(".py"):
            found.append((prefix + one.name, one))
    return found
