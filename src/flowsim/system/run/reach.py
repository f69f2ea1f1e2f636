"""What a dated change reaches: the values that differ, and the mechanisms that read them."""

from __future__ import annotations

from typing import Any, Final

from flowsim.scenario.model import Scenario
from flowsim.system.state.moments import Part

ONLY_COMING: Final = frozenset(
    {
        "demand.title", "demand.per_year", "demand.per_10k_per_year", "demand.on_days",
        "demand.municipality", "demand.weight", "demand.growth_per_year", "demand.level_mix",
        "demand.has_tenancy", "demand.accepts_elsewhere", "demand.preferred_provider",
        "demand.urgent", "demand.external",
        "dwellings.title", "dwellings.per_year", "dwellings.every_days", "dwellings.realised",
        "dwellings.pattern", "dwellings.batch",
        "desk.title", "desk.other_work",
        "scenario", "money", "start", "change",
    }
)  # fmt: skip
"""Values that concern what is to come alone: who is there, and what there is, they do not reach."""
EVERYWHERE: Final = "areas"
"""What lies where: every mechanism is reached by that."""


def differing(old: Scenario, new: Scenario) -> set[str]:
    """Return which values differ: ``section``, or ``section.key`` in a list of blocks."""
    found: set[str] = set()
    for section in type(old).model_fields:
        was, now = getattr(old, section), getattr(new, section)
        if was is now or was == now:
            continue
        if isinstance(was, tuple) and len(was) == len(now):
            found |= {f"{section}.{key}" for key in _keys(was, now)}
        else:
            found.add(section)
    return found


def _keys(was: tuple[Any, ...], now: tuple[Any, ...]) -> set[str]:
    """Return the keys in which blocks of one list differ, in whatever place they stand."""
    pairs = [(a, b) for a, b in zip(was, now, strict=True) if a is not b]
    return {
        key for a, b in pairs for key in type(a).model_fields if getattr(a, key) != getattr(b, key)
    }


def reaches(mechanism: Part, differ: set[str]) -> bool:
    """Tell whether a mechanism reads any of the values that differ."""
    sections = {path.partition(".")[0] for path in differ}
    return EVERYWHERE in sections or any(
        section in sections or section in differ for section in mechanism.reads
    )
