"""Texts for people, in Dutch or English, from gettext catalogues in the package.

English stands in the code and is the key; ``locale/nl.po`` holds the Dutch. The catalogue is read
as text (`docs/decisions/0010-wording.md`), so that there is no compiled file to forget.
"""

from __future__ import annotations

import ast
import datetime
import gettext
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from flowsim.errors import MONTHS, Mistake, Number, Problem, Said, Title, filled
from flowsim.titles import LANGUAGES, Language

__all__ = ["LANGUAGES", "MINUS", "Language", "Wording", "read_po", "wording"]

MINUS: Final = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Wording:
    """Says texts and numbers in one language."""

    language: Language
    catalogue: gettext.NullTranslations

    def __call__(self, text: str, **values: object) -> str:
        """Return the text in this language, with ``{name}`` filled in."""
        if isinstance(text, Said):
            return self.said(text)
        said = self.catalogue.gettext(text) if text else ""
        return filled(said, values, self.said) if values else said

    def said(self, text: str) -> str:
        """Say a message again in this language; a text that is no message stays as it is."""
        if isinstance(text, Number):
            value, decimals = text.values["value"], text.values["decimals"]
            assert isinstance(value, int | float)
            assert isinstance(decimals, int)
            return self.number(value, decimals)
        if isinstance(text, Title):
            return str(text.values[self.language])
        if isinstance(text, Mistake):
            problem = text.values["problem"]
            assert isinstance(problem, Problem)
            return self.problem(problem)
        if not isinstance(text, Said):
            return str(text)
        template = self.catalogue.gettext(text.template) if text.template else ""
        return filled(template, text.values, self.said)

    def problem(self, problem: Problem) -> str:
        """Say a mistake in an input on one line: file, path, what was found, what is allowed."""
        return problem.line(self.said)

    def number(self, value: float, decimals: int = 0, *, signed: bool = False) -> str:
        """Write a number as this language does, rounded.

        A number that rounds to zero has no sign; the minus is the typographic one.
        """
        if math.isnan(value):
            return "–"
        if math.isinf(value):
            return self("not reached")
        text = f"{abs(value):,.{decimals}f}"
        sign = "" if float(text.replace(",", "")) == 0 else MINUS if value < 0 else "+" * signed
        if self.language == "nl":
            text = text.translate(str.maketrans(",.", ".,"))
        return sign + text

    def date(self, day: datetime.date) -> str:
        """Write a date in full: 1 January 2026."""
        return f"{day.day} {self(MONTHS[day.month - 1])} {day.year}"


@cache
def wording(language: Language) -> Wording:
    """Return the wording of one language."""
    return Wording(language, _catalogue(language))


class _Catalogue(gettext.NullTranslations):
    def __init__(self, texts: dict[str, str]) -> None:
        super().__init__()
        self.texts = texts

    def gettext(self, message: str) -> str:
        return self.texts.get(message) or super().gettext(message)


def _catalogue(language: Language) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    text = files("flowsim.report").joinpath(f"locale/{language}.po").read_text("utf-8")
    return _Catalogue(read_po(text))


def read_po(text: str) -> dict[str, str]:
    """Read a gettext catalogue (``msgid`` and ``msgstr``, no plurals or contexts)."""
    found: dict[str, str] = {}
    parts = {"msgid": "", "msgstr": ""}
    part = ""
    for line in [*text.splitlines(), 'msgid ""']:
        word, _, quoted = line.partition(" ")
        if word in parts:
            if word == "msgid":
                found[parts["msgid"]] = parts["msgstr"]
                parts = {"msgid": "", "msgstr": ""}
            part = word
            parts[part] = ast.literal_eval(quoted)
        elif line.startswith('"'):
            parts[part] += ast.literal_eval(line)
        elif line and not line.startswith("#"):
            raise ValueError(f"not a line of a catalogue: {line!r}")
    found.pop("", None)
    return found
