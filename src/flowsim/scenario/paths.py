"""Paths of values, as a TOML file writes a dotted key: a quoted part is one key."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable

_BARE = re.compile(r"[\w-]+")
_PART = re.compile(
    r"""(?:"(?P<basic>(?:[^"\\]|\\.)*)"|'(?P<literal>[^']*)'|(?P<bare>[^."]*))(?:\.|$)"""
)

_PATH_BEFORE_EQUALS = re.compile(
    r"""(?P<path>(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^"'=])*+)=""", re.DOTALL
)


def part(key: object) -> str:
    """Write one key as a part of a path, in quotes where a dot or a space would mislead."""
    text = str(key)
    if _BARE.fullmatch(text):
        return text
    return f"'{text}'" if '"' in text and "'" not in text else json.dumps(text, ensure_ascii=False)


def join(keys: Iterable[object]) -> str:
    """Write a path."""
    return ".".join(part(key) for key in keys)


def split(path: str) -> list[str] | None:
    """Return the keys of a path, each in one Unicode form; None where it is no path."""
    keys: list[str] = []
    path, at = path.strip(), 0
    while True:
        found = _PART.match(path, at)
        key = _key(found) if found is not None else None
        if found is None or not key:
            return None
        keys.append(unicodedata.normalize("NFC", key))
        at = found.end()
        if at == len(path) and not found[0].endswith("."):
            return keys


def _key(found: re.Match[str]) -> str | None:
    if found["basic"] is None:
        return found["literal"] if found["literal"] is not None else found["bare"].strip()
    try:
        return str(tomllib.loads(f'key = "{found["basic"]}"')["key"])
    except ValueError:
        return None


def canonical(path: str) -> str:
    """Return a path in the one way that `join` writes it; what is no path, as it is."""
    keys = split(path)
    return path if keys is None else join(keys)


def setting(text: str) -> tuple[list[str], str] | None:
    """Return the keys and the written value of ``path=value``; None where it is no such text."""
    found = _PATH_BEFORE_EQUALS.match(text)
    if found is not None:
        keys = split(found["path"])
        return None if keys is None else (keys, text[found.end() :])
    path, equals, written = text.partition("=")  # an apostrophe that opens no quotes
    keys = split(path)
    return (keys, written) if equals and keys is not None else None


def overlap(one: str, other: str) -> bool:
    """Tell whether two paths lead to the same value, or one to a part of the other's."""
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


def above(path: str) -> str:
    """Return the path without its last part."""
    keys = split(path)
    return join(keys[:-1]) if keys else path.rpartition(".")[0]
