"""From dated changes to phases: the scenario as it holds from each day on."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flowsim.calendar import day_of
from flowsim.errors import msg
from flowsim.scenario.toml_text import as_found
from flowsim.scenario.values import is_evidence

QUARTER_DAYS = 91.3125
"""Steps of a ramp."""

Step = tuple[date, int, float]
"""A date, the number of the change (from 0), and the share of the way to its values."""


def steps_of(changes: Sequence[Mapping[str, Any]]) -> list[Step]:
    """Return the steps of all changes in order of date, then as written; a ramp has several."""
    steps: list[Step] = []
    for number, change in enumerate(changes):
        first, last = change["date"], change.get("until")
        moments = [first] if last is None else _moments(first, last)
        steps += [(at, number, (i + 1) / len(moments)) for i, at in enumerate(moments)]
    return sorted(steps)


def _moments(first: date, last: date) -> list[date]:
    count = max(1, round((last - first).days / QUARTER_DAYS))
    whole = (last - first).days
    return [first + timedelta(days=round(whole * at / count)) for at in range(count + 1)]


def between(old: Any, new: Any, share: float) -> Any:
    """Return the value a share of the way from old to new; tables go key by key.

    Raises
    ------
    ValueError
        When there is no way between the two.
    """
    old, new = _plain(old), _plain(new)
    if share == 1:
        return copy.deepcopy(new)
    if isinstance(old, Mapping) and isinstance(new, Mapping) and set(old) == set(new):
        return {key: between(old[key], new[key], share) for key in new}
    if not all(isinstance(n, int | float) and not isinstance(n, bool) for n in (old, new)):
        if old is None:
            raise ValueError(msg("a ramp to {new} from what is left out", new=as_found(new)))
        raise ValueError(msg("a ramp from {old} to {new}", old=as_found(old), new=as_found(new)))
    return old + (new - old) * share


def look_up(raw: Any, keys: Sequence[str]) -> Any:
    """Return the value under these keys of raw tables, or None; evidence is passed through."""
    return _plain(at(raw, keys))


def at(raw: Any, keys: Sequence[str]) -> Any:
    """Return what stands under these keys of raw tables, evidence too, or None."""
    found = raw
    for depth, key in enumerate(keys):
        found = _plain(found)
        if isinstance(found, list) and keys[depth - 1] == "change":
            found = (
                found[int(key) - 1]
                if key.isascii() and key.isdecimal() and 0 < int(key) <= len(found)
                else None
            )
        elif isinstance(found, list):
            named = [b for b in found if isinstance(b, Mapping)]
            found = next(
                (b for b in named if key in map(b.get, ("name", "profile", "variant"))), None
            )
        elif isinstance(found, Mapping):
            found = found.get(key)
        else:
            return None
    return found


def days_of(start: date, steps: list[Step]) -> list[tuple[float, list[Step]]]:
    """Group steps by the day (since the start date) on which they take effect."""
    grouped: dict[float, list[Step]] = {}
    for step in steps:
        grouped.setdefault(max(0.0, day_of(start, step[0])), []).append(step)
    return sorted(grouped.items())


def _plain(value: Any) -> Any:
    return value["value"] if is_evidence(value) else value
