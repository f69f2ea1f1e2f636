"""Keys that exclude or need one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flowsim.scenario.raw import Finding, Raw


def exactly_one(block: Raw, keys: Iterable[str], path: str, what: str) -> Iterator[Finding]:
    """Yield a finding unless a block has one of the keys, and no more."""
    given = [key for key in keys if key in block]
    if len(given) != 1:
        found = f"both {' and '.join(given)} are given" if given else f"{what} is missing"
        yield path, found, f"give exactly one of {', '.join(keys)}"


def needs(block: Raw, key: str, others: Iterable[str], path: str) -> Iterator[Finding]:
    """Yield a finding for each key that is missing beside ``key``."""
    for other in others:
        if key in block and other not in block:
            yield path, f"{key} is given without {other}", f"give {other}"
