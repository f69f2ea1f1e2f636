"""Values as a TOML file writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from flowsim.scenario.gate import Written


def toml(value: Any) -> str:
    """Write a value as a TOML file would."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Written):
        return value.text
    if isinstance(value, float):
        return f"{value:g}" if value == float(f"{value:g}") else repr(value)
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(str(key))} = {toml(below)}" for key, below in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(toml(below) for below in value)}]"
    if isinstance(value, date | int):
        return str(value)
    return json.dumps(str(value), ensure_ascii=False)


def _key(key: str) -> str:
    bare = key.replace("_", "a").replace("-", "a")
    return key if bare.isascii() and bare.isalnum() else toml(key)
