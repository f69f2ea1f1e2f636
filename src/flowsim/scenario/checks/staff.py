"""What must go together in teams, and hours that a team can give."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from flowsim.errors import msg
from flowsim.scenario.checks.both import exactly_one, needs
from flowsim.scenario.geography import Areas
from flowsim.scenario.raw import (
    Finding,
    Raw,
    areas_of,
    blocks,
    by_area,
    number,
    unreadable,
    whole,
)


def findings(raw: Raw) -> Iterator[Finding]:
    """Yield what is wrong in teams, and who asks more than the smallest can give."""
    yield from _teams(raw)
    yield from _turnover(raw)
    yield from _aftercare_fits(raw)


def _teams(raw: Raw) -> Iterator[Finding]:
    areas = areas_of(raw)
    teams = dict(blocks(raw, "team"))
    for name, block in teams.items():
        path = f"team.{name}"
        yield from exactly_one(block, ("hours_per_week", "fte"), path, msg("the capacity"))
        yield from needs(block, "fte", ("client_hours",), path)
    for name, (hours, level) in _most_asked(raw).items():
        smallest = _smallest_minutes(teams[name], areas) if name in teams else None
        if smallest is not None and round(60 * hours) > smallest:
            found = msg(
                "level {level!r} asks {hours} hours a week of team {team!r}",
                level=level, hours=hours, team=name,
            )  # fmt: skip
            hint = msg(
                "the team of the smallest area has {hours}: enlarge it or its scale",
                hours=smallest / 60,
            )
            key = "fte" if "fte" in teams[name] else "hours_per_week"
            yield f"team.{name}.{key}", found, hint


def _most_asked(raw: Raw) -> dict[str, tuple[float, str]]:
    """Return by team the most hours a week that one client asks of it, and at which level."""
    most: dict[str, tuple[float, str]] = {}
    for _, block in blocks(raw, "variant"):
        factor, team = number(block.get("hours_factor", 1.0)), str(block.get("team"))
        if factor is None:
            continue
        for level, hours in hours_served(raw, block):
            if hours is not None and hours * factor > most.get(team, (0.0, ""))[0]:
                most[team] = (hours * factor, level)
    return most


def hours_served(raw: Raw, variant: Raw) -> Iterator[tuple[str, float | None]]:
    """Yield the levels that a variant serves, with their hours a week; none where unreadable."""
    levels = [(name, number(b.get("hours_per_week", 0.0))) for name, b in blocks(raw, "level")]
    if serves_unknown(raw, variant):
        return
    names = [name for name, _ in levels]
    serves = variant.get("serves")
    first, last = 0, len(names) - 1
    if isinstance(serves, list):
        first, last = sorted((names.index(serves[0]), names.index(serves[-1])))
    yield from levels[first : last + 1]


def serves_unknown(raw: Raw, variant: Raw) -> bool:
    """Tell whether nobody can say which levels a variant serves."""
    names = [name for name, _ in blocks(raw, "level")]
    serves = variant.get("serves")
    if not whole(raw, "level") or unreadable(serves):
        return True
    return serves is not None and not (
        isinstance(serves, list) and serves and all(s in names for s in serves)
    )


def _smallest_minutes(team: Raw, areas: Areas | None) -> float | None:
    scale, present = team.get("scale", "region"), 1.0
    if "hours_per_week" not in team:
        hours = number(team.get("client_hours"))
        losses = [number(team.get(loss, 0.0)) for loss in ("vacancy", "absence")]
        if hours is None or None in losses:
            return None
        present = hours * math.prod(1 - (loss or 0.0) for loss in losses)
    capacity = team["hours_per_week"] if "hours_per_week" in team else team.get("fte")
    by_name = by_area(capacity, scale, areas)
    if not by_name:
        return None
    return 60 * min((h * present for h in by_name.values() if h * present > 0), default=0.0)


def _aftercare_fits(raw: Raw) -> Iterator[Finding]:
    leaving = raw.get("leaving")
    aftercare = leaving.get("aftercare") if isinstance(leaving, Mapping) else None
    if not isinstance(aftercare, Mapping):
        return
    team = dict(blocks(raw, "team")).get(str(aftercare.get("team")))
    level = dict(blocks(raw, "level")).get(str(aftercare.get("level")))
    if team is None or level is None:
        return
    smallest = _smallest_minutes(team, areas_of(raw))
    hours = number(level.get("hours_per_week", 0.0))
    if smallest is not None and hours is not None and round(60 * hours) > smallest:
        found = msg("asks {hours} hours a week of team {team!r}", hours=hours,
                    team=aftercare["team"])  # fmt: skip
        hint = msg("the team of the smallest area has {hours}", hours=smallest / 60)
        yield "leaving.aftercare", found, hint


def _turnover(raw: Raw) -> Iterator[Finding]:
    for name, block in blocks(raw, "team"):
        if number(block.get("turnover_per_year")) and "fte" not in block:
            found = msg("{key} is given without {other}", key="turnover_per_year", other="fte")
            yield f"team.{name}", found, msg("positions are counted in fte")
