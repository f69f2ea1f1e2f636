"""What blocks and areas are called: no two of a kind the same, in either language."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from typing import Final, Literal, Protocol

from flowsim.errors import Title

Language = Literal["nl", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("nl", "en")
_SMALL_WORDS: Final = {"aan", "bij", "de", "den", "der", "en", "het", "in", "op", "van"}
_HYPHENED: Final = {"midden", "noord", "zuid"}


class Titled(Protocol):
    """A block that may have a title."""

    @property
    def title(self) -> Mapping[Language, str] | None:
        """Its title, by language."""


def text_in(language: Language, texts: Mapping[Language, str] | None, default: str) -> str:
    """Return one language's version of a text that a scenario gives in several."""
    return (texts or {}).get(language) or next(filter(None, (texts or {}).values()), default)


def titles(blocks: Mapping[str, Titled]) -> dict[str, Title]:
    """Return what the blocks of one kind are called, by name: the one look-up of all titles."""
    said = {
        language: distinct(
            {name: text_in(language, one.title, name) for name, one in blocks.items()}
        )
        for language in LANGUAGES
    }
    return {name: Title("", {lang: said[lang][name] for lang in LANGUAGES}) for name in blocks}


def distinct(titles: Mapping[str, str]) -> dict[str, str]:
    """Put its name behind every title that looks like that of another; an empty one gets it alone.

    Parameters
    ----------
    titles
        By name; names differ.
    """
    found = {name: title if title.strip() else name for name, title in titles.items()}
    while True:
        times = Counter(map(_as_seen, found.values()))
        if max(times.values(), default=1) == 1:
            return found
        for name, title in found.items():
            if times[_as_seen(title)] > 1:
                found[name] = f"{title} ({name})"


def _as_seen(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def place_name(key: str) -> str:
    """Write the key of an area as its name: ``aa_en_hunze`` is Aa en Hunze.

    A key with a capital is a name already. After midden, noord and zuid comes a hyphen
    (Midden-Drenthe).
    """
    if key != key.lower():
        return key
    words = key.replace("_", " ").split()
    if not words:
        return key
    named = [w if i and w in _SMALL_WORDS else w.capitalize() for i, w in enumerate(words)]
    text = named[0]
    for before, after in pairwise(named):
        text += ("-" if before.lower() in _HYPHENED and after[0].isupper() else " ") + after
    return text
