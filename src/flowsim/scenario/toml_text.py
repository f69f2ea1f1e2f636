"""Values as a TOML file writes them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Any

from flowsim.errors import Said, verbatim


def _in_double_quotes(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


class Written(float):
    """A number with a point, and how the file writes it."""

    text: str

    def __new__(cls, text: str) -> Written:
        """Read the number."""
        made = super().__new__(cls, text)
        made.text = text
        return made


def toml(value: Any, quoted: Callable[[str], str] = _in_double_quotes) -> str:
    """Write a value as a TOML file would."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Written):
        return value.text
    if isinstance(value, float):
        return f"{value:g}" if value == float(f"{value:g}") else repr(value)
    if isinstance(value, Mapping):
        pairs = ((key_of(str(key)), toml(below, quoted)) for key, below in value.items())
        inside = ", ".join(f"{key} = {below}" for key, below in pairs)
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(toml(below, quoted) for below in value)}]"
    if isinstance(value, date | time | int):
        return str(value)
    return quoted(str(value))


def as_found(value: Any) -> Said:
    """Say a value in a message as a file writes it; a text in the quotes that messages have."""
    return verbatim(toml(value, repr))


def as_found_at(key: str, value: Any) -> Said:
    """Say a value in a message, with its key."""
    return verbatim(f"{key} = {as_found(value)}")


def key_of(key: str) -> str:
    """Write a key as a TOML file would: in quotes where it must be."""
    bare = key.replace("_", "a").replace("-", "a")
    return key if bare.isascii() and bare.isalnum() else toml(key)
