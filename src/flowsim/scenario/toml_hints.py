"""What a line that is no TOML was probably meant to say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Final, Literal

from flowsim.errors import Said, msg

_WHERE = re.compile(r"at line (\d+)")
_LONGEST_LINE = 80
_MOST_LOOKED_AT = 1000


def hint(text: str, error: Exception) -> tuple[int, str, Said] | None:
    """Return the number and text of the line that is wrong and what to write instead, if known."""
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
                return number, _short(line), said
    return None


Wanted = Literal["number", "date", "truth"]


def of_value(text: str, wanted: Wanted = "number", *, quoted: bool = True) -> Said | None:
    """Return what a text should have been where something else was wanted, if that is known.

    ``quoted``: whether it stands in the quotes of a file.
    """
    text = text.strip()
    if wanted == "number" and MAYBE_THOUSAND.fullmatch(text) is not None:
        return _either(text)
    plain = {"number": _PLAIN, "date": _SLIPPED_DATE, "truth": _TRUTH}[wanted].fullmatch(text)
    if plain is not None and (wanted != "date" or _is_date(text)):
        return msg("write {word} without quotes", word=text)
    for pattern in _OF_VALUES[wanted]:
        found = pattern.fullmatch(text)
        said = dict(_KNOWN)[pattern](found) if found is not None else None
        if said is not None:
            names = ("point", "plain", "written", "word")
            meant = next((said.values[name] for name in names if name in said.values), None)
            whole = quoted and meant is not None
            return msg("write {word} without quotes", word=meant) if whole else said
    return None


def share_of(percent: float) -> Said:
    """Say a percentage as the share that it is."""
    return msg("{percent}% is written {share}", percent=float(percent), share=f"{percent / 100:g}")


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


def _iso(found: re.Match[str]) -> Said | None:
    """Say what is wrong with a date that has its year first; None where nothing is."""
    year, month, day = (int(part) for part in found.groups())
    if _is_date(found[0]):
        return None
    if not 1 <= month <= 12:
        return msg("there is no month {n}: a date is year-month-day", n=month)
    try:
        return msg("write a date as {written}, year first", written=str(date(year, month, day)))
    except ValueError:
        return msg("that month has no day {n}", n=day)


def _is_date(text: str) -> bool:
    try:
        return str(date.fromisoformat(text)) == text
    except ValueError:
        return False


def _plain(number: str) -> str:
    """Write a number in Dutch notation as TOML does: 1.500,50 is 1500.5."""
    whole, comma, part = number.partition(",")
    if comma:
        part = part.rstrip("0-\N{EN DASH}")
        return whole.replace(".", "") + (f".{part}" if part else "")
    return whole.replace(".", "") if re.fullmatch(r"-?\d{1,3}(\.\d{3})+", whole) else whole


def _either(written: str) -> Said:
    """Say both that a number may be: a thousand, or one with three decimals."""
    decimal = written.replace(",", ".")
    short = f"{float(decimal):g}"
    decimal = f"{decimal}0" if MAYBE_THOUSAND.fullmatch(short) else short
    plain = re.sub(r"[.,]", "", written)
    return msg("write {plain} for a thousand, or {decimal}", plain=plain, decimal=decimal)


def _comma(found: re.Match[str]) -> Said:
    if MAYBE_THOUSAND.fullmatch(found[0]) is not None:
        return _either(found[0])
    return msg("write {point}, not {comma}", point=_plain(found[0]), comma=found[0])


def _percent(found: re.Match[str]) -> Said:
    share = f"{float(found[1].replace(',', '.')) / 100:g}"
    return msg("write {point}, not {comma}", point=share, comma=found[0])


def _euros(found: re.Match[str]) -> Said:
    return msg("write {point}, not {comma}", point=_plain(found[1] or found[2]), comma=found[0])


def _thousands(found: re.Match[str]) -> Said:
    plain = re.sub(r"[.,]", "", found[0])
    return msg("write {plain} or {grouped}", plain=plain, grouped=f"{int(plain):_}")


def _yes(found: re.Match[str]) -> Said:
    return msg("write {word}", word="true" if found[0].lower() in ("ja", "yes") else "false")


def _unquoted(found: re.Match[str]) -> Said | None:
    word = found[1].strip()
    if word.lower() in ("true", "false"):
        return msg("write {word}", word=word.lower())
    return msg('write a text in quotes: "{word}"', word=_short(word))


def _spelled(found: re.Match[str]) -> Said | None:
    """Say how a date with its month in words, or with slashes, is written."""
    day, month, year = found["day"], found["month"].lower(), found["year"]
    number = int(month) if month.isdecimal() else _MONTHS.get(month[:3], 0)
    try:
        written = str(date(int(year), number, int(day)))
    except ValueError:
        return msg("a date such as 2026-01-01")
    return msg("write a date as {written}, year first", written=written)


def _with_unit(found: re.Match[str]) -> Said:
    plain, unit = _plain(found["number"]), found["unit"].strip()
    times = next((n for word, n in _TIMES.items() if unit.lower().startswith(word)), None)
    if times is not None:
        plain = f"{round(float(plain) * times, 6):.15g}"
    return msg("write {point}, not {comma}", point=plain, comma=_short(f"{found['number']} {unit}"))


def _underscored(found: re.Match[str]) -> Said:
    return msg("write {key}: a key has no spaces", key="_".join(found[1].split()))


def _without_plus(found: re.Match[str]) -> Said:
    """Say that a value is what something becomes."""
    return msg("write what it becomes in all, without a plus: +{n} would be read as {n}, "
               "not as {n} more", n=found[1])  # fmt: skip


_PLUS: Final = re.compile(r"(?:(?<=[=\[{,])|^)\s*\+(\d[\d_.]*)(?![\w.])")


def pluses(text: str) -> Iterator[tuple[int, str, Said]]:
    """Yield the number and text of each line with a number that has a plus before it.

    TOML reads ``+5`` as 5; who writes it means five more than now.
    """
    if "+" not in text:
        return
    texts = re.compile(r'"{3}.*?"{3}|\'{3}.*?\'{3}', re.S)
    whole = texts.sub(lambda found: "\n" * found[0].count("\n"), text)
    for number, (line, seen) in enumerate(zip(text.split("\n"), whole.split("\n"), strict=True), 1):
        found = _PLUS.search(_without_texts(seen)) if "+" in seen else None
        if found is not None:
            yield number, _short(line.strip()), _without_plus(found)


_MONTHS: Final = {
    "jan": 1, "feb": 2, "maa": 3, "mrt": 3, "mar": 3, "apr": 4, "mei": 5, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_SPELLED: Final = re.compile(
    r"\b(?P<day>\d{1,2})[ /-](?P<month>[^\W\d_]{3,9})\.?[ /-](?P<year>\d{4})\b"
)
_SLASHES: Final = re.compile(r"(?<![\d/])(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})\b")
_SLASHES_BACK: Final = re.compile(
    r"(?<![\d/])(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})\b"
)
MAYBE_THOUSAND: Final = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}")
"""A thousand in English or Dutch notation, or a number with three decimals."""
_DATE: Final = re.compile(r"(?<!\d)(\d{1,2})-(\d{1,2})-(\d{4})(?!\d)")
_SLIPPED_DATE: Final = re.compile(r"(?<![\d-])(\d{4})-(\d{1,2})-(\d{1,2})(?![\d-])")
_AMOUNT: Final = r"-?\d{1,15}(?:[.,]\d{1,15}){0,4}(?:,[-\N{EN DASH}])?"
_PERCENT: Final = re.compile(r"(-?\d{1,15}(?:[.,]\d{1,15})?)\s*%")
_EUROS: Final = re.compile(
    rf"(?:\u20ac|\beur(?:o)?\b)\s*({_AMOUNT})|({_AMOUNT})\s*(?:\u20ac|\beur(?:o)?\b)",
    re.IGNORECASE,
)
_MIXED: Final = re.compile(r"-?(?<![\d.,])\d{1,3}(?:\.\d{3})+,\d+(?![\d.,])")
_YES: Final = re.compile(r"\b(?:ja|nee|yes|no)\b(?!\s*=)", re.IGNORECASE)
_THOUSANDS: Final = re.compile(r"(?<![\d.,])\d{1,3}(?:(?:\.\d{3}){2,9}|(?:,\d{3}){2,9})(?![\d.,])")
_COMMA: Final = re.compile(
    r"(?<![\d.,\[ ])(?<!, )-?\d+,\d+(?![\d.,])|(?<=[=:] )-?\d+,\d+(?![\d.,])"
)
_CURLY: Final = re.compile("[\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
                           "\N{DOUBLE LOW-9 QUOTATION MARK}]")  # fmt: skip
_BACKSLASH: Final = re.compile(r'"[^"]*\\[^"\\]*"')
_WORD: Final = re.compile(r"=\s*([^\W\d][\w .-]*)$")
_SUM: Final = re.compile(r"=\s*=|=\s*-?\d[\d.,_]*\s*(?:[+*/]|-\s)\s*\d|=\s*\w+\(")
_UNIT: Final = re.compile(r"=\s*(?P<number>-?\d[\d.,]*)\s*(?P<unit>[^\W\d_][\w ./]*)$")
_TIMES: Final = {"miljoen": 1e6, "mln": 1e6, "million": 1e6, "duizend": 1e3, "thousand": 1e3}
_REMARK: Final = re.compile(r"^(?://|--|;|/\*|\bREM\b)")
_SPACED: Final = re.compile(r"^(\w+(?:[ ]\w+)+)\s*=")
_LAST_COMMA: Final = re.compile(r",\s*\}")
_SEMICOLON: Final = re.compile(r";")
_OPEN_TABLE: Final = re.compile(r"\{[^{}]*$")
_COLON: Final = re.compile(r"^[\w-]+\s*:\s")
_IN_TEXTS: Final = (_CURLY, _BACKSLASH)
_KNOWN: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Said | None]], ...]] = (
    (_REMARK, lambda _: msg("begin a remark with #")),
    (_DATE, _date),
    (_SLIPPED_DATE, _iso),
    (_SLASHES, _spelled),
    (_SLASHES_BACK, _spelled),
    (_SPELLED, _spelled),
    (_SUM, lambda _: msg("write the result: a scenario does not calculate")),
    (_PERCENT, _percent),
    (_EUROS, _euros),
    (_UNIT, _with_unit),
    (_MIXED, _comma),
    (_THOUSANDS, _thousands),
    (_COMMA, _comma),
    (_CURLY, lambda _: msg('write straight quotes: "text"')),
    (_BACKSLASH, lambda _: msg("write / or two backslashes in a text")),
    (_SEMICOLON, lambda _: msg("write a comma between values, and nothing after the last")),
    (_LAST_COMMA, lambda _: msg("leave out the comma before }")),
    (_SPACED, _underscored),
    (_COLON, lambda _: msg("write = between a key and its value")),
    (_YES, _yes),
    (_WORD, _unquoted),
    (_OPEN_TABLE, lambda _: msg("write a table in { } on one line")),
    (_PLUS, _without_plus),
)
"""Mistakes that are known by their looks, the surest first."""
_PLAIN: Final = re.compile(r"-?\d{1,15}(\.\d{1,15})?")
_TRUTH: Final = re.compile("true|false")
_OF_VALUES: Final = {
    "number": (_PLUS, _PERCENT, _EUROS, _MIXED, _THOUSANDS, _COMMA),
    "date": (_SLIPPED_DATE, _DATE, _SLASHES, _SLASHES_BACK, _SPELLED),
    "truth": (_YES,),
}
"""How each is written on paper."""
