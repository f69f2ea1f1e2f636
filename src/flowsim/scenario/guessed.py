"""Files as they would be if the base said something else: what ``--guess`` changes.

A guess is not a decision. It changes the base, so its today too, and all that extends it: what a
file decides is taken as a difference with the base, so that more stays more.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any, Final

from flowsim.errors import Problem, msg, verbatim
from flowsim.scenario import paths
from flowsim.scenario.differences import is_difference, tidy
from flowsim.scenario.draft import Draft, Raw, override
from flowsim.scenario.gate import is_whole
from flowsim.scenario.model import BLOCK_KEYS
from flowsim.scenario.numbers import is_number
from flowsim.scenario.raw import beside, plain
from flowsim.scenario.timeline import look_up
from flowsim.scenario.values import RANGE, is_evidence

OPTION: Final = "--guess"
_CLOSE: Final = 1e-9


def guessed(
    chain: Sequence[tuple[str, Raw]], guesses: Sequence[str]
) -> tuple[list[tuple[str, Raw]], list[Problem], dict[str, str]]:
    """Return a chain of files (the base last) in which the base says something else.

    Parameters
    ----------
    chain
        Names and tables.
    guesses
        ``path=value``, as ``--set`` takes them.

    Returns
    -------
    tuple
        The chain, what is wrong with the guesses, and where their values are from, by path.
    """
    (file, base), problems = chain[-1], list[Problem]()
    draft = Draft(file, copy.deepcopy(base))
    for text in guesses:
        problems += override(draft, text, [], OPTION) or _about_the_run(text)
    others = [(name, _of_file(raw, base, draft.raw)) for name, raw in chain[:-1]]
    return [*others, (file, draft.raw)], problems, draft.origin


def _about_the_run(text: str) -> list[Problem]:
    """Return why a guess is none: it is about what it is called, or how it is run."""
    found = paths.setting(text)
    if found is None or found[0][0] != "scenario":
        return []
    said = msg("how it is run is no guess")
    return [Problem(file=OPTION, path=paths.join(found[0]), found=said, allowed=verbatim("--set"))]


def _of_file(over: Raw, before: Raw, after: Raw) -> Raw:
    """Return what a file says, changed as what it says it over has changed."""
    found = {key: _followed(value, before.get(key), after.get(key), (key,))
             for key, value in over.items() if key != "change"}  # fmt: skip
    if "change" in over:
        listed = over["change"]
        changes = listed if isinstance(listed, list) else []
        found["change"] = [_change(one, before, after) for one in changes] or listed
    return found


def _change(one: Any, before: Raw, after: Raw) -> Any:
    """Return a dated change, which sets by path."""
    if not isinstance(one, Mapping) or not isinstance(one.get("set"), Mapping):
        return one
    values = {}
    for path, value in one["set"].items():
        keys = paths.split(path) or [path]
        values[path] = _followed(value, look_up(before, keys), look_up(after, keys), tuple(keys))
    return {**one, "set": values}


def _followed(over: Any, before: Any, after: Any, keys: tuple[str, ...]) -> Any:
    before, after = plain(before), plain(after)
    if is_evidence(over):
        value = _followed(over["value"], before, after, keys)
        read_otherwise = value != over["value"]
        kept = {k: v for k, v in over.items() if not (read_otherwise and k in RANGE)}
        return {**kept, "value": value}
    if before == after or is_difference(over):
        return over
    if isinstance(over, Mapping):
        old, new = (one if isinstance(one, Mapping) else {} for one in (before, after))
        found = {key: _followed(value, old.get(key), new.get(key), (*keys, key))
                 for key, value in over.items()}  # fmt: skip
        return _adding_up(over, found)
    if isinstance(over, list):
        return _list(over, before, after, keys)
    return _number(over, before, after, keys)


def _list(over: list[Any], before: Any, after: Any, keys: tuple[str, ...]) -> list[Any]:
    """Return blocks by their name, and numbers one by one."""
    if not isinstance(before, list) or not isinstance(after, list):
        return over
    if len(keys) != 1 or keys[0] not in BLOCK_KEYS:
        same = len(over) == len(before) == len(after)
        trio = zip(over, before, after, strict=False)
        return [_followed(*one, keys) for one in trio] if same else over
    return [
        _followed(one, old, new, (*keys, name)) if name else one
        for one, name, (old, new) in beside(keys[0], over, before, after)
    ]


def _number(over: Any, before: Any, after: Any, keys: tuple[str, ...]) -> Any:
    """Return a number as far from the new one as it was from the old.

    Persons, places and dwellings by what they add, all others by their ratio; of 0 there is none.
    """
    if not all(map(is_number, (over, before, after))):
        return over
    if is_whole(keys):
        return max(over + after - before, 0)
    return tidy(over * after / before) if before else over


def _adding_up(over: Mapping[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """Return shares that add up to one, as they did."""
    numbers = [one for one in over.values() if is_number(one)]
    if len(numbers) < max(len(over), 2) or abs(sum(numbers) - 1) > _CLOSE:
        return found
    total = sum(found.values())
    return {key: tidy(value / total) for key, value in found.items()} if total else found
