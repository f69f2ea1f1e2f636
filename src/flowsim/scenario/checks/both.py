"""Keys that exclude or need one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flowsim.errors import Said, msg
from flowsim.scenario.raw import Finding, Raw


def exactly_one(block: Raw, keys: Iterable[str], path: str, what: Said) -> Iterator[Finding]:
    """Yield a finding unless a block has one of the keys, and no more."""
    given = [key for key in keys if key in block]
    if len(given) != 1:
        found = msg("{what} is missing", what=what)
        if given:
            found = msg("{keys} are given together", keys=given)
        yield path, found, msg("give exactly one of {keys}", keys=keys)


def needs(block: Raw, key: str, others: Iterable[str], path: str) -> Iterator[Finding]:
    """Yield a finding for each key that is missing beside ``key``."""
    for other in others:
        if key in block and other not in block:
            found = msg("{key} is given without {other}", key=key, other=other)
            yield path, found, msg("give {key}", key=other)
