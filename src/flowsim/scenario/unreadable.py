"""What a file gives and nobody can read: no check draws a conclusion from it.

A mistake gives its own message and those that stay true when it is mended. So the checks read
tables in which every value that was refused is `Unreadable`: it is there, and says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flowsim.errors import Problem, msg
from flowsim.scenario import paths
from flowsim.scenario.model import BLOCK_KEYS
from flowsim.scenario.raw import Raw, Unreadable, blocks, plain, whole
from flowsim.scenario.timeline import look_up
from flowsim.scenario.values import is_evidence


def blinded(raw: Raw, problems: Iterable[Problem], refused: Iterable[str] = ()) -> dict[str, Any]:
    """Return the tables with every value that was refused as `Unreadable`.

    Parameters
    ----------
    raw
        The tables as they were read; they stay as they are.
    problems
        What the types found. A key that was probably meant is there, and cannot be read.
    refused
        Paths of values that were refused before, and replaced.
    """
    out: Any = raw
    for path in refused:
        keys = _of_the_language(paths.split(path) or [])
        fewest = 3 if keys[:1] and keys[0] in BLOCK_KEYS else 1
        if len(keys) >= fewest and look_up(out, _bare(keys)) is not None:
            out = _without(out, keys, "")
    for problem in problems:
        keys = paths.split(problem.path) or []
        if problem.found.startswith("unknown key"):
            near = problem.allowed.values.get("near")
            if near is None:
                continue
            keys = [*keys[:-1], str(near)]
        out = _without(out, keys, "")
    return dict(out) if isinstance(out, Mapping) else {}


def _of_the_language(keys: list[str]) -> list[str]:
    """Return the keys of a value; of a dated change, those that it sets."""
    if keys[:1] == ["change"] and keys[2:3] == ["set"] and len(keys) > 3:
        return [*(paths.split(keys[3]) or []), *keys[4:]]
    return keys


def _bare(keys: list[str]) -> list[str]:
    """Return the keys without those of evidence, as `look_up` takes them."""
    return keys[:1] + [key for key in keys[1:] if key != "value"]


def _without(at: Any, keys: list[str], kind: str) -> Any:
    """Return a copy in which nobody can read what stands under these keys."""
    if not keys or isinstance(at, Unreadable):
        return at if isinstance(at, Unreadable) else Unreadable(at)
    key, *below = keys
    if is_evidence(at) and key not in at:
        return {**at, "value": _without(at["value"], keys, kind)}
    if isinstance(at, Mapping):
        return {**at, key: _without(at[key], below, key) if key in at else Unreadable(None)}
    if isinstance(at, list):
        name = BLOCK_KEYS.get(kind, "variant")
        found = [
            n for n, one in enumerate(at) if isinstance(one, Mapping) and one.get(name) == key
        ] or ([int(key) - 1] if key.isascii() and key.isdecimal() else [])
        return [_without(one, below, key) if n in found else one for n, one in enumerate(at)]
    return Unreadable(at)


def hidden(blind: Any, keys: list[str]) -> bool:
    """Tell whether a path leads into what cannot be read, or may do so.

    A block that is not found may be one whose name cannot be read.
    """
    at = blind
    for depth, key in enumerate(keys):
        if isinstance(at, list):
            kind = keys[depth - 1]
            if kind in BLOCK_KEYS and key not in dict(blocks(blind, kind)):
                return not whole(blind, kind)
            return isinstance(look_up(blind, keys), Unreadable)
        at = plain(at)
        at = at.get(key) if isinstance(at, Mapping) else at
    return isinstance(plain(at), Unreadable)


# ---------------------------------------------------------------- one name, one message
NO_NAME = "no {kind} {name!r}"


@dataclass(slots=True)
class _Told:
    at: int
    more: int = 0


def each_name_once(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems, a name that does not exist in the first place that names it alone.

    A definition that is misspelt is one mistake, however often its name is used.
    """
    told: list[Problem] = []
    seen: dict[tuple[str, str], _Told] = {}
    for problem in problems:
        if problem.found.template != NO_NAME:
            told.append(problem)
            continue
        name = (str(problem.found.values["kind"]), str(problem.found.values["name"]))
        if name in seen:
            seen[name].more += 1
        else:
            seen[name] = _Told(len(told))
            told.append(problem)
    for one in seen.values():
        if one.more:
            values = told[one.at].found.values
            found = msg("no {kind} {name!r}, which is named in {n} places",
                        kind=values["kind"], name=values["name"], n=one.more + 1)  # fmt: skip
            told[one.at] = replace(told[one.at], found=found)
    return told
