"""What held until the start date, where a scenario decides something on day 0."""

from __future__ import annotations

from flowsim.scenario.model import Scenario

_NO_LEVERS = ("scenario", "areas", "start", "change", "money")
"""What says who is where today, or when, or what things cost: no day-0 lever."""


def held_before(scenario: Scenario) -> Scenario | None:
    """Return the base as it held until the start; None where nothing is decided on day 0.

    With the window, the areas and the counts of the scenario itself: these are not decided, they
    say what is so. None also where people are counted in what the base does not have, which makes
    the scenario a today of its own.
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
    if not _counted(scenario) <= {block.name for block in base.variant}:
        return None
    held._phases, held._base = (), None
    held._order = scenario.order | {
        kind: tuple(name for name in scenario.order[kind] if name in base.order[kind])
        for kind in ("demand", "desk", "variant", "team", "dwellings")
    }
    return held


def _counted(scenario: Scenario) -> set[str]:
    """Return the variants in which people are counted."""
    start = scenario.start
    tables = (start.residents, start.ready_to_leave, start.ready_to_move, start.level_mix)
    return {name for table in tables for name in table} | {line.variant for line in start.waiting}
