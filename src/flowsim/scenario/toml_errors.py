"""What the reader of TOML complains of, as messages."""

from __future__ import annotations

import re
from typing import Final

from flowsim.errors import Said, msg, verbatim

_WHERE: Final = re.compile(
    r"(?P<what>.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.S
)
_TWICE: Final = msg("the same key or table a second time")
_BACKSLASH: Final = msg("a backslash in a text: write two of them, or use 'single quotes'")
_WORDS: Final = (
    ("Invalid value", msg("Invalid value")),
    ("Invalid date or datetime", msg("not a date that exists")),
    ("Invalid statement", msg("Invalid statement")),
    ("Expected newline or end of document after a statement",
     msg("something after the end of a value")),
    ("Expected '=' after a key in a key/value pair", msg("a key without '=' and a value")),
    ("Invalid initial character for a key part", msg("a sign with which no key begins")),
    ("Expected ']'", msg("a heading without its closing bracket")),
    ("Unclosed array", msg("a list without its closing bracket")),
    ("Expected ']]'", msg("a heading without its closing bracket")),
    ("Unclosed inline table", msg("a table without its closing brace")),
    ("Cannot declare", _TWICE),
    ("Cannot overwrite", _TWICE),
    ("Cannot mutate", _TWICE),
    ("Cannot redefine", _TWICE),
    ("Duplicate inline table key", _TWICE),
    ("Unescaped '\\'", _BACKSLASH),
    ("Invalid hex value", _BACKSLASH),
    ("Escaped character is not", _BACKSLASH),
    ("Unterminated string", msg("a text without its closing quote")),
    ("Expected", msg("a text without its closing quote")),
    ("Illegal character", msg("a sign that cannot stand here")),
    ("Found invalid character", msg("a sign that cannot stand here")),
)  # fmt: skip
"""How the reader's message begins, and what it means to an author."""


def not_toml(error: ValueError) -> Said:
    """Say why a text is no TOML, and where."""
    found = _WHERE.fullmatch(str(error))
    if found is None:
        return msg("not TOML: {what}", what=verbatim(error))
    text, line, column = found["what"], found[2], found[3]
    what = next((said for begin, said in _WORDS if text.startswith(begin)), verbatim(text))
    if line is None:
        return msg("not TOML: {what} (at the end of the file)", what=what)
    return msg(
        "not TOML: {what} (at line {line}, column {column})", what=what, line=line, column=column
    )
