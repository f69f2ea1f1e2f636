"""What a line that is no TOML was probably meant to say."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from flowsim.errors import Said, msg

_WHERE = re.compile(r"at line (\d+)")
_LONGEST_LINE = 80
_MOST_LOOKED_AT = 1000


def hint(text: str, error: Exception) -> tuple[str, Said] | None:
    """Return the line that is wrong and what to write instead, where the mistake is a known one."""
    found = _WHERE.search(str(error))
    lines = text.split("\n")
    number = int(found[1]) if found else len(lines)
    line = lines[number - 1].strip()[:_MOST_LOOKED_AT] if 0 < number <= len(lines) else ""
    bare = _without_texts(line)
    for pattern, say in _KNOWN:
        meant = pattern.search(line if pattern in _IN_TEXTS else bare)
        if meant is not None:
            said = say(meant)
            if said is not None:
                return f"{number}: {_short(line)}", said
    return None


def of_value(text: str) -> Said | None:
    """Return what a text should have been, where a number or a date was expected."""
    for pattern in (_DATE, _THOUSANDS, _COMMA):
        meant = pattern.fullmatch(text.strip())
        if meant is not None:
            return dict(_KNOWN)[pattern](meant)
    return None


def _without_texts(line: str) -> str:
    return re.sub(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'", '""', line).split("#")[0]


def _short(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 3]}..."


def _date(found: re.Match[str]) -> Said | None:
    day, month, year = (int(part) for part in found.groups())
    try:
        return msg("write a date as {written}, year first", written=str(date(year, month, day)))
    except ValueError:
        return msg("a date such as 2026-01-01")


def _comma(found: re.Match[str]) -> Said:
    return msg("write {point}, not {comma}", point=found[0].replace(",", "."), comma=found[0])


def _thousands(found: re.Match[str]) -> Said:
    plain = re.sub(r"[.,]", "", found[0])
    return msg("write {plain} or {grouped}", plain=plain, grouped=f"{int(plain):_}")


def _unquoted(found: re.Match[str]) -> Said | None:
    word = found[1].strip()
    if word.lower() in ("true", "false"):
        return msg("write {word}", word=word.lower())
    return msg('write a text in quotes: "{word}"', word=_short(word))


_DATE: Final = re.compile(r"(?<!\d)(\d{1,2})-(\d{1,2})-(\d{4})(?!\d)")
_THOUSANDS: Final = re.compile(r"(?<![\d.,])\d{1,3}(?:(?:\.\d{3}){2,9}|(?:,\d{3}){2,9})(?![\d.,])")
_COMMA: Final = re.compile(
    r"(?<![\d.,\[ ])(?<!, )-?\d+,\d+(?![\d.,])|(?<=[=:] )-?\d+,\d+(?![\d.,])"
)
_CURLY: Final = re.compile("[\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
                           "\N{DOUBLE LOW-9 QUOTATION MARK}]")  # fmt: skip
_BACKSLASH: Final = re.compile(r'"[^"]*\\[^"\\]*"')
_WORD: Final = re.compile(r"=\s*([^\W\d][\w .-]*)$")
_COLON: Final = re.compile(r"^[\w-]+\s*:\s")
_IN_TEXTS: Final = (_CURLY, _BACKSLASH)
_KNOWN: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Said | None]], ...]] = (
    (_DATE, _date),
    (_THOUSANDS, _thousands),
    (_COMMA, _comma),
    (_CURLY, lambda _: msg('write straight quotes: "text"')),
    (_BACKSLASH, lambda _: msg("write / or two backslashes in a text")),
    (_COLON, lambda _: msg("write = between a key and its value")),
    (_WORD, _unquoted),
)
"""Mistakes that are known by their looks, the surest first."""
