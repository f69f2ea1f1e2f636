"""A block that a file adds to what it extends, under a name that was probably meant for another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from itertools import islice
from pathlib import Path
from typing import Any, Final

from flowsim.errors import Problem, msg
from flowsim.scenario import paths
from flowsim.scenario.kinds import kind_said
from flowsim.scenario.model import BLOCK_KEYS
from flowsim.scenario.raw import Raw, blocks

NEAR: Final = 0.8
"""Names this much alike (`difflib`) are one name, misspelt."""
MOST: Final = 100
"""As many blocks of a kind are compared, so that a huge file takes no time."""


def mistaken(base: Raw, over: dict[str, Any], file: str, extended: str) -> Iterator[Problem]:
    """Yield each block that is new in ``over`` and called nearly as one that it inherits.

    The block goes on under the name that was meant, so that nothing follows from the mistake.

    Parameters
    ----------
    base
        The tables of what is extended.
    over
        Those of the file that extends it.
    file, extended
        The names of the two files.
    """
    for kind, key in BLOCK_KEYS.items():
        inherited = dict(islice(blocks(base, kind), MOST))
        there = {name for name, _ in blocks(over, kind)}
        for name, block in islice(list(blocks(over, kind)), MOST):
            meant = None if name in inherited else _meant(name, inherited)
            if meant is None:
                continue
            listed = over[kind]
            listed[listed.index(block)] = {**block, key: meant}
            if meant in there:
                listed.remove({**block, key: meant})
            there.add(meant)
            yield _mistake(kind, name, meant, file, extended)


def _mistake(kind: str, name: str, meant: str, file: str, extended: str) -> Problem:
    extended = Path(extended).name
    return Problem(
        file=file,
        path=f"{kind}.{paths.part(name)}",
        found=msg("no {kind} {name!r} in {file}", kind=kind_said(kind), name=name, file=extended),
        allowed=msg("did you mean {near!r}? What is new needs a name less like it", near=meant),
    )


def _meant(name: str, inherited: Mapping[str, Raw]) -> str | None:
    """Return the inherited name that was probably meant: the one that is most like it."""
    likeness = {
        known: max(_alike(name, called) for called in (known, *_titles(block)))
        for known, block in inherited.items()
    }
    best = max(likeness, key=likeness.__getitem__, default=None)
    return best if best is not None and likeness[best] >= NEAR else None


def _alike(one: str, other: str) -> float:
    """Return how much alike two names are; 0 where they differ by a number or by whole words.

    ``bw_2`` beside ``bw`` and ``team_noord`` beside ``team_zuid`` are names on purpose.
    """
    mine, known = _words(one), _words(other)
    if mine and "".join(mine) == "".join(known):
        return 1.0
    if [w for w in mine if w.isdigit()] != [w for w in known if w.isdigit()]:
        return 0.0
    if len(mine) == len(known):
        return min(_ratio(a, b) for a, b in zip(mine, known, strict=True))
    if set(mine) < set(known) or set(known) < set(mine):
        return 0.0
    return _ratio("".join(mine), "".join(known))


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def _words(name: str) -> list[str]:
    """Return the words and numbers of a name, without accents and capitals."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.findall(r"[^\W\d_]+|\d+", plain)


def _titles(block: Mapping[str, Any]) -> list[str]:
    title = block.get("title")
    texts = list(title.values()) if isinstance(title, Mapping) else [title]
    return [text for text in texts if isinstance(text, str)]
