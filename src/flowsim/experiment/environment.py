"""What a run was made with: versions, and the machine."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from typing import Any, Final

from flowsim.compiled import engine
from flowsim.experiment.code import code_hash

LIBRARIES: Final = (
    "numpy", "simpy", "scipy", "pydantic", "joblib", "pandas", "matplotlib", "click",
    "rich",
)  # fmt: skip


def versions() -> dict[str, str]:
    """Return the versions of flowsim, Python, the system and the libraries."""
    return {
        "flowsim": version("flowsim"),
        "flowsim_code_sha256": code_hash(),
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
    } | {name: version(name) for name in LIBRARIES}


def environment() -> dict[str, Any]:
    """Return what a store keeps of who fills it: versions, engine, processors and memory."""
    import psutil

    return {
        "host": platform.node(),
        "versions": versions(),
        "engine": engine(),
        "processors": os.cpu_count(),
        "memory_bytes": int(psutil.virtual_memory().total),
    }
