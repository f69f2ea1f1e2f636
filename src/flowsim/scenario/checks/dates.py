"""What must go together in the window and in dated changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date as Date

from flowsim.errors import msg
from flowsim.scenario.checks.both import exactly_one
from flowsim.scenario.raw import Finding, Raw


def findings(raw: Raw) -> Iterator[Finding]:
    """Yield what is wrong in the window and in dated changes."""
    yield from _window(raw)
    yield from _changes(raw)


def _window(raw: Raw) -> Iterator[Finding]:
    about = raw.get("scenario")
    if isinstance(about, Mapping):
        yield from exactly_one(
            about, ("years", "days"), "scenario", msg("the length of the window")
        )


FIXED = ("scenario", "areas", "start", "change", "extends")
"""What a dated change cannot set."""


def _changes(raw: Raw) -> Iterator[Finding]:
    listed, about = raw.get("change"), raw.get("scenario")
    first = about.get("start", Date(2026, 1, 1)) if isinstance(about, Mapping) else None
    for nth, change in enumerate(listed if isinstance(listed, list) else [], start=1):
        if not isinstance(change, Mapping):
            continue
        path, day, last = f"change.{nth}", change.get("date"), change.get("until")
        if isinstance(day, Date) and isinstance(first, Date) and day <= first:
            found = msg("{day} is not after the start, {first}", day=day, first=first)
            hint = msg("write what holds from the start in the scenario itself")
            yield f"{path}.date", found, hint
        if isinstance(day, Date) and isinstance(last, Date) and last <= day:
            found = msg("{last} is not after {day}", last=last, day=day)
            yield f"{path}.until", found, msg("a ramp ends after it begins")
        values = change.get("set")
        for key in values if isinstance(values, Mapping) else ():
            if key.split(".")[0] in FIXED or key.endswith(".on_days"):
                yield f"{path}.set.{key}", msg("cannot change on a date"), msg("leave it out")
