"""Circles that take no time: a run would go round in one instant and never come out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flowsim.errors import joined, msg
from flowsim.scenario.raw import Finding, Raw, blocks, number, plain, unreadable, whole
from flowsim.scenario.values import Duration


def findings(raw: Raw) -> Iterator[Finding]:
    """Yield circles of stays of 0 days, and giving up at once that begins anew at once."""
    yield from _circles_of_stays(raw)
    yield from _again_at_once(raw)


def _circles_of_stays(raw: Raw) -> Iterator[Finding]:
    leads = {name: _next(block) for name, block in blocks(raw, "variant") if _no_time(block)}
    if not whole(raw, "variant"):
        return
    all_of_them = len(leads) == len(list(blocks(raw, "variant")))
    back = all_of_them and not raw.get("desk")
    stuck = dict(leads)
    while True:
        free = [name for name, to in stuck.items() if not _inside(to, stuck, back)]
        if not free:
            break
        for name in free:
            del stuck[name]
    told: set[str] = set()
    for name in stuck:
        circle = _round(name, stuck)
        if name == circle[0] and not told & set(circle):
            told |= set(circle)
            way = joined([*circle, circle[0]], " → ")
            found = msg("a circle of stays of 0 days that nobody leaves: {way}", way=way)
            hint = msg("a stay that lasts, or a way out in the `next` of one of them")
            yield f"variant.{name}.stay_days", found, hint


def _no_time(block: Raw) -> bool:
    """Tell whether a stay here takes no time and waits for no dwelling."""
    try:
        stay = Duration.parse(plain(block["stay_days"]))
    except (KeyError, TypeError, ValueError):
        return False
    return stay.mean == 0 and "dwellings" not in block


def _next(block: Raw) -> list[str]:
    """Return where a stay leads; nowhere in this list where that cannot be read."""
    to = plain(block.get("next"))
    if not isinstance(to, Mapping) or unreadable(*to.values()):
        return []
    return [name for name, share in to.items() if number(share)]


def _inside(to: list[str], stuck: Mapping[str, list[str]], back: bool) -> bool:
    """Tell whether every way on stays among the stuck.

    ``back``: a new visit leads to them too, for nothing else is there and no desk takes time.
    """
    return bool(to) and all(name in stuck or (name == "access" and back) for name in to)


def _round(name: str, stuck: Mapping[str, list[str]]) -> list[str]:
    """Follow the first way on until it comes back, and return the circle that it ends in."""
    passed = [name]
    while True:
        to = next((n for n in stuck[passed[-1]] if n in stuck), passed[-1])
        if to in passed:
            return passed[passed.index(to) :]
        passed.append(to)


def _again_at_once(raw: Raw) -> Iterator[Finding]:
    """Yield profiles of whom all give up at once, and all notify again at once."""
    at_once = [_zero(block.get("patience_days")) for _, block in blocks(raw, "variant")]
    for name, block in blocks(raw, "demand"):
        again = block.get("again")
        if not isinstance(again, Mapping) or not (
            _zero(block.get("patience_days")) or any(at_once)
        ):
            continue
        after = plain(again.get("after"))
        gave_up = isinstance(after, list) and "gave_up" in after
        if gave_up and number(again.get("share")) == 1 and _zero(again.get("days")):
            found = msg("0 days, after giving up at once, for everybody")
            hint = msg("some days, or a share below 1: else this goes on for ever in one instant")
            yield f"demand.{name}.again.days", found, hint


def _zero(raw: object) -> bool:
    try:
        return raw is not None and Duration.parse(plain(raw)).mean == 0
    except (TypeError, ValueError):
        return False
