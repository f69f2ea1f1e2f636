"""What several metrics ask of a run is worked out once, and kept with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast

from flowsim.metrics.reading import Reading

T = TypeVar("T")


def once(work: Callable[[Reading], T]) -> Callable[[Reading], T]:
    """Let a function of a run be worked out once for it, and be kept with it."""
    name = f"{work.__module__}.{work.__name__}"

    @wraps(work)
    def kept(run: Reading) -> T:
        if name not in run.__dict__:
            run.__dict__[name] = work(run)
        return cast("T", run.__dict__[name])

    return kept
