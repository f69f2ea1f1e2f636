"""What must go together in the window and in dated changes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date as Date
from typing import Any, TypeGuard

from flowsim.calendar import year_starts
from flowsim.errors import msg, verbatim
from flowsim.scenario import paths
from flowsim.scenario.checks.both import exactly_one
from flowsim.scenario.raw import Finding, Raw, number

START = Date(2026, 1, 1)
EARLIEST = 1900
"""An earlier year is a slip: 0026 for 2026."""
LONGEST_RAMP = 200
"""Years."""


def findings(raw: Raw) -> Iterator[Finding]:
    """Yield what is wrong in the window and in dated changes."""
    yield from _window(raw)
    yield from _changes(raw)
    yield from _collisions(raw)


def is_date(value: Any) -> TypeGuard[Date]:
    """Tell whether a value is a date, without a time of the day."""
    return type(value) is Date


def start_of(raw: Raw) -> Date:
    """Return the start date; the default where it is left out or wrong."""
    about = raw.get("scenario")
    start = about.get("start") if isinstance(about, Mapping) else None
    return start if is_date(start) else START


def last_day(raw: Raw) -> float:
    """Return the day on which the run ends; infinite where that cannot be told."""
    about = raw.get("scenario")
    about = about if isinstance(about, Mapping) else {}
    years, days = number(about.get("years")), number(about.get("days"))
    after = number(about.get("follow_up_days", 730.0))
    if after is None or (years is None) == (days is None):
        return math.inf
    if years is None:
        return max(0.0, days or 0.0) + after
    start = start_of(raw)
    if not 0 <= years <= Date.max.year - start.year:
        return math.inf
    return year_starts(start, int(years))[-1] + after


def _window(raw: Raw) -> Iterator[Finding]:
    about = raw.get("scenario")
    if isinstance(about, Mapping):
        yield from exactly_one(
            about, ("years", "days"), "scenario", msg("the length of the window")
        )
        start, years = start_of(raw), number(about.get("years")) or 0.0
        if start.year < EARLIEST:
            yield "scenario.start", verbatim(start), msg("a year from {year} on", year=EARLIEST)
        length = last_day(raw)
        room = (Date.max - start).days
        if start.year + years > Date.max.year or math.inf > length > room:
            found = msg("the run ends after the year {year}", year=Date.max.year)
            yield "scenario", found, msg("an earlier start, or a shorter run")
        today = raw.get("start")
        burn_in = number(today.get("burn_in_years")) if isinstance(today, Mapping) else None
        if burn_in and start.year + burn_in + 1 > Date.max.year:  # it ends a day after its years
            found = msg("the burn-in ends after the year {year}", year=Date.max.year)
            yield "start.burn_in_years", found, msg("an earlier start, or a shorter burn-in")


FIXED = ("scenario", "areas", "start", "change", "extends")
"""What a dated change cannot set."""


def _changes(raw: Raw) -> Iterator[Finding]:
    listed, first = raw.get("change"), start_of(raw)
    for nth, change in enumerate(listed if isinstance(listed, list) else [], start=1):
        if not isinstance(change, Mapping):
            continue
        path, day, last = f"change.{nth}", change.get("date"), change.get("until")
        if is_date(day) and day <= first:
            hint = msg("write what holds from the start in the scenario itself")
            found = msg("{day} is not after the start, {first}", day=day, first=first)
            yield f"{path}.date", found, hint
        if is_date(day) and is_date(last) and last <= day:
            found = msg("{last} is not after {day}", last=last, day=day)
            yield f"{path}.until", found, msg("a ramp ends after it begins")
        elif is_date(last) and last.year > first.year + LONGEST_RAMP:
            hint = msg("within {n} years from the start", n=LONGEST_RAMP)
            yield f"{path}.until", verbatim(last), hint
        values = change.get("set")
        for key in values if isinstance(values, Mapping) else ():
            keys = paths.split(str(key)) or [""]
            if keys[0] in FIXED or keys[-1] == "on_days":
                at = f"{path}.set.{paths.part(key)}"
                yield at, msg("cannot change on a date"), msg("leave it out")


def _collisions(raw: Raw) -> Iterator[Finding]:
    """Yield values that two changes set on the same day; a ramp sets one all the way."""
    seen: dict[str, list[tuple[int, str, Date, Date]]] = {}
    listed = raw.get("change")
    for nth, change in enumerate(listed if isinstance(listed, list) else [], start=1):
        values = change.get("set") if isinstance(change, Mapping) else None
        first = change.get("date") if isinstance(change, Mapping) else None
        if not isinstance(values, Mapping) or not is_date(first):
            continue
        until = change.get("until")
        last = until if is_date(until) and until > first else first
        for key in values:
            block = ".".join((paths.split(str(key)) or [""])[:2])
            for other, path, began, ended in seen.get(block, ()):
                if began <= last and first <= ended and paths.overlap(str(key), path):
                    found = msg(
                        "change.{nth} sets {path} too, on {date}",
                        nth=other,
                        path=path,
                        date=max(began, first),
                    )
                    at = f"change.{nth}.set.{paths.part(key)}"
                    yield at, found, msg("one change of a value at a time")
                    break
        for key in values:
            block = ".".join((paths.split(str(key)) or [""])[:2])
            seen.setdefault(block, []).append((nth, str(key), first, last))
