"""What held until the start date, where a scenario decides something on day 0."""

from __future__ import annotations

from collections.abc import Mapping

from flowsim.layout import Has
from flowsim.scenario.flow import Start
from flowsim.scenario.identity import ORDERED
from flowsim.scenario.model import Scenario

_NO_LEVERS = ("scenario", "areas", "start", "change", "money")
"""What says who is where today, or when, or what things cost: no day-0 lever."""


def held_before(scenario: Scenario) -> Scenario | None:
    """Return the base as it held until the start; None where nothing is decided on day 0.

    With the window, the areas and the counts of the scenario itself: these are not decided, they
    say what is so. None also where the scenario counts people who can be nowhere in the base,
    which makes it a today of its own.
    """
    base = scenario.base
    if base is scenario or all(
        getattr(base, part) == getattr(scenario, part)
        for part in Scenario.model_fields
        if part not in _NO_LEVERS
    ):
        return None
    own = {part: getattr(scenario, part) for part in ("scenario", "areas", "start")}
    held = base.model_copy(update=own | {"change": ()})
    if scenario.start != base.start and not _can_have_been(scenario.start, base):
        return None
    there = {
        kind: tuple(name for name in scenario.order[kind] if name in base.order[kind])
        for kind in ORDERED
    }
    return held.known_as(later=(), base=None, order={**scenario.order, **there})


def _can_have_been(start: Start, base: Scenario) -> bool:
    """Tell whether all that a start counts could be so in the world of the base.

    Without its variant, its level, a desk or aftercare a person could be nowhere in it.
    """
    has = Has(base)
    levels = {level.name: number for number, level in enumerate(base.level)}
    serves = {block.name: block.serves for block in base.variant}
    tables = (start.residents, start.ready_to_leave, start.ready_to_move, start.level_mix)
    mixes = [line.level_mix or {} for line in start.waiting]

    def fits(level: str, variant: str) -> bool:
        lightest, heaviest = serves[variant] or (level, level)  # left out: all of them
        return levels[lightest] <= levels[level] <= levels[heaviest]

    return (
        {name for table in tables for name in table} <= serves.keys()
        and {line.variant for line in start.waiting} <= serves.keys()
        and {name for mix in (*mixes, *start.level_mix.values()) for name in mix} <= levels.keys()
        and all(fits(level, v) for v, mix in start.level_mix.items() for level in mix)
        and all(levels[served[0]] > 0 if (served := serves[v]) else False
                for v in _some(start.ready_to_move))
        and (has.ready or not _some(start.ready_to_leave))
        and (has.aftercare or not start.aftercare)
        and (has.desk or not start.deciding)
    )  # fmt: skip


def _some(counts: Mapping[str, int]) -> list[str]:
    """Return the variants in which anybody is counted."""
    return [name for name, persons in counts.items() if persons]
