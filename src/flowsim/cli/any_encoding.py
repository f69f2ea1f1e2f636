"""Output where the encoding lacks some signs, as on Windows in a file or a pipe."""

from __future__ import annotations

import codecs
import io
import string
import sys
import unicodedata
from typing import Final

_NAME: Final = "flowsim.near"
_TEXT: Final = f"{string.printable}\n"
NEAR: Final = {
    "\N{MINUS SIGN}": "-",
    "\N{EN DASH}": "-",
    "\N{ALMOST EQUAL TO}": "~",
    "\N{INFINITY}": "inf",
    "\N{LESS-THAN OR EQUAL TO}": "<=",
    "\N{GREATER-THAN OR EQUAL TO}": ">=",
    "\N{MULTIPLICATION SIGN}": "x",
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{EURO SIGN}": "EUR",
    "\N{HORIZONTAL ELLIPSIS}": "...",
    "\N{BLACK UP-POINTING TRIANGLE}": "^",
    "\N{BLACK DOWN-POINTING TRIANGLE}": "v",
    "\N{NO-BREAK SPACE}": " ",
    "\N{NARROW NO-BREAK SPACE}": " ",
}
"""What stands for a sign that an encoding lacks."""


def say_in_any_encoding() -> None:
    """Let output lose a sign instead of failing: what cannot be written becomes what is near it."""
    codecs.register_error(_NAME, _near)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=_bearable(stream.encoding), errors=_NAME)


def _bearable(encoding: str) -> str:
    """Return an encoding, or UTF-8 for one that text does not come out of as it went in."""
    try:
        coded = list(codecs.iterencode([_TEXT, _TEXT], encoding))
        same = "".join(codecs.iterdecode(coded, encoding)) == _TEXT * 2
    except (LookupError, UnicodeError, AssertionError):
        same = False
    return encoding if same else "utf-8"


def _near(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    return "".join(_ascii(sign) for sign in text), error.end


def _ascii(sign: str) -> str:
    """Return what stands for a sign: a letter without its accent, or a question mark."""
    plain = unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode()
    return NEAR.get(sign) or plain or "?"
