"""What a kind of block, of name or of area is called in a message."""

from __future__ import annotations

from typing import Final

from flowsim.errors import Said, msg, verbatim

KINDS: Final = {
    "variant": msg("variant"),
    "dwellings": msg("dwellings"),
    "team": msg("team"),
    "desk": msg("desk"),
    "level": msg("level"),
    "demand": msg("profile"),
    "profile": msg("profile"),
    "provider": msg("provider"),
    "change": msg("change"),
    "waiting": msg("variant"),
    "municipality": msg("municipality"),
    "subregion": msg("subregion"),
    "region": msg("region"),
}
"""By the word of the language; the people who wait are listed by variant."""


def kind_said(kind: str) -> Said:
    """Say a kind; one that has no word of its own, as the file writes it."""
    return KINDS.get(kind) or verbatim(kind)
