"""What files decide as a difference with a base that is read otherwise: told, number by number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flowsim.errors import Said, msg
from flowsim.scenario import paths
from flowsim.scenario.differences import tidy
from flowsim.scenario.gate import is_whole, of_the_language
from flowsim.scenario.model import BLOCK_KEYS
from flowsim.scenario.numbers import is_number
from flowsim.scenario.raw import plain
from flowsim.scenario.timeline import look_up

_CLOSE = 1e-9
Chain = Sequence[tuple[str, dict[str, Any]]]


def followed(before: Chain, after: Chain) -> dict[str, Said]:
    """Return what became of the numbers of files that follow the base, by path.

    Parameters
    ----------
    before
        Names and tables as files give them, the base last.
    after
        The same where the base is read otherwise (`flowsim.scenario.guessed`).
    """
    (_, base), (_, now) = before[-1], after[-1]
    found: dict[str, Said] = {}
    changes = _count(base)
    for (_, old), (_, new) in zip(reversed(before[:-1]), reversed(after[:-1]), strict=True):
        for keys, was, became in _numbers(old, new, (), changes):
            path = paths.join(keys)
            for one in [one for one in found if paths.overlap(one, path)]:
                del found[one]
            if was != became:
                inner = of_the_language(keys)
                found[path] = _told(was, became, look_up(base, inner), look_up(now, inner), inner)
        changes += _count(old)
    return found


def _told(was: float, became: float, base: Any, now: Any, keys: list[str]) -> Said:
    if not is_number(base) or not is_number(now):  # a number in a list has no path
        return msg("follows the base")
    if is_whole(keys) and became - now == was - base:
        n = tidy(abs(was - base))
        if was < base:
            return msg("{n} less than the base, as {was} over {base}", n=n, was=was, base=base)
        return msg("{n} more than the base, as {was} over {base}", n=n, was=was, base=base)
    if base and now and abs(became / now - was / base) < _CLOSE:
        times = tidy(float(f"{was / base:.4g}"))
        return msg("{times} times the base, as {was} over {base}", times=times, was=was, base=base)
    return msg("follows the base")


def _count(raw: Mapping[str, Any]) -> int:
    listed = raw.get("change")
    return len(listed) if isinstance(listed, list) else 0


def _numbers(
    old: Any, new: Any, keys: tuple[str, ...], changes: int
) -> Iterator[tuple[tuple[str, ...], float, float]]:
    """Yield every number of a file with its keys, as it was and as it became.

    ``changes``: how many dated changes stand before those of the file.
    """
    old, new = plain(old), plain(new)
    if isinstance(old, Mapping):
        for key, below in old.items():
            yield from _numbers(below, new[key], (*keys, str(key)), changes)
    elif isinstance(old, list):
        first = changes if keys == ("change",) else 0
        for at, (one, other) in enumerate(zip(old, new, strict=True), first + 1):
            name = one.get(BLOCK_KEYS.get(keys[-1], "variant")) if isinstance(one, dict) else None
            yield from _numbers(one, other, (*keys, str(name or at)), changes)
    elif is_number(old):
        yield keys, old, new
