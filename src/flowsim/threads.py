"""One thread of linear algebra a process: the last digit of a sum depends on how it is divided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

VARIABLES: Final = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS", "NUMBA_NUM_THREADS", "NUMEXPR_NUM_THREADS",
)  # fmt: skip
"""Libraries that would begin threads of their own; read when they are imported."""


def one_each(environment: Mapping[str, str]) -> dict[str, str]:
    """Return these variables: one thread, where nobody asked for another number."""
    return {name: environment.get(name, "1") for name in VARIABLES}
