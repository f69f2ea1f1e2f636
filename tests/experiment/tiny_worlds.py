"""The made-up scenarios beside this file, and runs of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import flowsim
from flowsim import Scenario
from flowsim.experiment.compare import Comparison

TINY = Path(__file__).parent / "tiny"
NAMES = ("base", "less_staff", "more_dwellings")


def tiny(name: str = "base", *settings: str) -> Scenario:
    return flowsim.load(TINY / f"{name}.toml", settings)


@cache
def tiny_comparison(replications: int = 4) -> Comparison:
    base, *others = (tiny(name) for name in NAMES)
    return flowsim.compare(base, others, replications=replications)
