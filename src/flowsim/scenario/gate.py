"""The gate: what no scenario holds, wherever it stands, and one form for what it does hold.

Every value passes here first, from a file, from ``--set`` or from tables in memory. What comes out
has texts in one Unicode form without hidden signs, numbers that arithmetic can bear, and tables of
a depth that can be walked; so nothing behind the gate has to look at these again.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

from flowsim.errors import Problem, Said, clipped, msg, verbatim
from flowsim.scenario import paths
from flowsim.scenario.model import BLOCK_KEYS
from flowsim.scenario.numbers import TIMES
from flowsim.scenario.toml_text import Written, as_found, toml

LARGEST: Final = 1e12
"""No number of persons, euros, days or hours is larger."""
SMALLEST: Final = 1e-12
"""Nor, but for 0, smaller."""
DEEPEST: Final = 16
"""Tables within tables; the language needs eight."""
HIDDEN: Final = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Unicode categories of signs that nobody sees: controls, writing direction, zero width."""

LONGEST_NAME: Final = 100
LONGEST_TITLE: Final = 300
LONGEST_STORY: Final = 3_000
"""Signs of what something is called, of a title or any other text, and of a reason or a note."""
_STORIES: Final = ("reason", "note", "assumption")

WHOLE: Final = {
    "scenario": ("years", "replications", "seed"),
    "variant": ("places", "providers"),
    "desk": ("assessors",),
    "dwellings": ("stock", "cap", "batch"),
    "start": ("burn_in_years", "residents", "ready_to_leave", "ready_to_move", "deciding",
              "aftercare"),
}  # fmt: skip
"""Whole numbers by section: persons, places, dwellings; and the inhabitants of `areas`."""
SECTIONS: Final = ("scenario", "situation", "placement", "leaving", "money", "start")
"""What a dated change sets by its keys, never whole."""
_THOUSAND = re.compile(r"[1-9]\d{0,2}\.\d{3}")


def clean(raw: Any, file: str, keys: Sequence[str] = ()) -> tuple[Any, list[Problem]]:
    """Return a value as the language takes it, and what had to be changed as problems.

    Parameters
    ----------
    raw
        Tables and values as they were read.
    file
        Where they were read.
    keys
        The path at which they stand.
    """
    gate = _Gate(file)
    return gate.value(raw, tuple(keys)), gate.problems


def hidden_sign(text: str) -> str | None:
    """Return the first sign of a text that nobody sees."""
    if text.isascii() and text.isprintable():
        return None
    return next((sign for sign in text if unicodedata.category(sign) in HIDDEN), None)


def longest(keys: Sequence[str]) -> int:
    """Return how many signs a text may have that stands under these keys."""
    known = [key for key in keys[-2:] if key not in ("nl", "en")]
    last = known[-1] if known else ""
    if last in ("name", "profile", "moves_with"):
        return LONGEST_NAME
    return LONGEST_STORY if last in _STORIES else LONGEST_TITLE


class _Gate:
    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def say(self, keys: Sequence[str], found: Said, allowed: Said) -> None:
        self.problems.append(
            Problem(file=self.file, path=paths.join(keys), found=found, allowed=allowed)
        )

    def value(self, raw: Any, keys: tuple[str, ...]) -> Any:
        if isinstance(raw, Mapping | list | tuple) and len(keys) > DEEPEST:
            found = msg("tables within tables, more than {n} deep", n=DEEPEST)
            self.say(keys, found, msg("no key of the language is that deep"))
            return {}
        if isinstance(raw, Mapping):
            return self.table(raw, keys)
        if isinstance(raw, list | tuple):
            return [self.value(one, (*keys, _name(one, keys, at))) for at, one in enumerate(raw)]
        if isinstance(raw, str):
            return self.short(self.text(raw, keys), keys, longest(keys))
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            return self.number(raw, keys)
        return raw

    def table(self, raw: Mapping[Any, Any], keys: tuple[str, ...]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key, below in raw.items():
            name = self.short(self.text(str(key), keys), keys, _longest_key(keys))
            if len(keys) == 3 and keys[0] == "change" and keys[2] == "set":
                name = paths.canonical(name)
                if name in (*BLOCK_KEYS, *SECTIONS) and isinstance(below, Mapping):
                    name, below, hint = _in_quotes(name, below)
                    self.say(keys, msg("a path without quotes"), hint)
            if not name:
                self.say(keys, msg("an empty name"), msg("give it a name"))
                continue
            if name in out:
                found = msg("{name!r} stands there twice, coded in two ways", name=name)
                self.say((*keys, name), found, msg("write it once"))
            out[name] = self.value(below, (*keys, name))
        return out

    def text(self, raw: str, keys: tuple[str, ...]) -> str:
        sign = hidden_sign(raw)
        if sign is not None:
            found = msg("a sign that nobody sees (U+{code})", code=f"{ord(sign):04X}")
            self.say(keys, found, msg("leave it out: a text is one line of signs that are seen"))
            raw = "".join(one for one in raw if unicodedata.category(one) not in HIDDEN)
        return unicodedata.normalize("NFC", raw)

    def short(self, text: str, keys: tuple[str, ...], most: int) -> str:
        if len(text) > most:
            found = msg("a text of {n} signs", n=len(text))
            self.say(keys, found, msg("at most {n} signs", n=most))
        return text[:most]

    def number(self, raw: int | float, keys: tuple[str, ...]) -> int | float:
        if isinstance(raw, Written) and self.thousand(raw, keys):
            return 1
        if isinstance(raw, float):
            raw = float(raw)
            if not math.isfinite(raw):
                return raw
        size = abs(raw)
        if size > LARGEST:
            self.say(keys, msg("a number of more than {n}", n=LARGEST), msg("a smaller number"))
            return int(LARGEST) if raw > 0 else -int(LARGEST)
        if 0 < size < SMALLEST:
            self.say(keys, verbatim(f"{raw:g}"), msg("0, or at least {n}", n="1e-12"))
            return 0
        relative = "range" in keys or keys[-1:] == (TIMES,)
        if raw != int(raw) and not relative and is_whole(of_the_language(keys)):
            self.say(keys, as_found(raw), msg("expected a whole number"))
            return math.ceil(raw)
        return raw

    def thousand(self, raw: Written, keys: tuple[str, ...]) -> bool:
        """Say that a Dutch thousand reads as a decimal, where that can be."""
        inside = of_the_language(keys)
        if not _THOUSAND.fullmatch(raw.text):
            return False
        computed = not raw.text.endswith("0")  # nobody ends a thousandth on a 0
        if not is_whole(inside) and not is_amount(
            inside, exact_euros=computed and raw >= 10, exact=computed
        ):
            return False
        plain, grouped = (raw.text.replace(".", sign) for sign in ("", "_"))
        if is_whole(inside):
            hint = msg(
                "expected a whole number; a thousand is written {plain} or {grouped}",
                plain=plain,
                grouped=grouped,
            )
        else:
            short = f"{raw:g}"
            decimal = f"{raw.text}0" if _THOUSAND.fullmatch(short) else short
            hint = msg("write {plain} for a thousand, or {decimal}", plain=plain, decimal=decimal)
        self.say(keys, verbatim(raw.text), hint)
        return True


def _longest_key(keys: Sequence[str]) -> int:
    """Return how long the name of a key may be; a dated change has paths for keys."""
    return LONGEST_TITLE if keys[:1] == ("change",) and keys[2:] == ("set",) else LONGEST_NAME


def is_whole(keys: Sequence[str]) -> bool:
    """Tell whether a whole number stands under these keys."""
    if keys[0] == "areas":
        return len(keys) > 2
    if keys[:2] == ["start", "waiting"]:
        return "persons" in keys[3:]
    at = 2 if keys[0] in BLOCK_KEYS else 1
    return len(keys) > at and keys[at] in WHOLE.get(keys[0], ())


def is_amount(keys: Sequence[str], *, exact_euros: bool = False, exact: bool = False) -> bool:
    """Tell whether euros, days, persons or hours or FTE of a team stand there, in thousands maybe.

    The weight of a municipality may be its people. No thousand is thinkable of a hazard (once in
    nine hours), of notifications per 10,000 people, of hours of one client or FTE in a week, or of
    a share.

    ``exact_euros``, ``exact``: whether the number is one that was computed, and so none of these.
    """
    known = [keys[0], *keys[2:]] if keys[0] in BLOCK_KEYS else keys
    words = {word for key in known for word in key.split("_")}
    weight = known[:2] == ["demand", "weight"]
    if known[-1] in ("cv", "weight") and not weight:
        return False
    of_all = {"hours_per_week", "fte", "on_call_fte"}
    staff = known[0] in ("team", "desk") and bool(of_all & set(known[1:2]))
    return ("eur" in words and not exact_euros) or (
        not exact and ("per_year" in known or "days" in words or staff or weight)
    )


def of_the_language(keys: Sequence[str]) -> list[str]:
    """Return the keys that a value stands under; of a dated change, those that it sets."""
    if len(keys) > 3 and keys[0] == "change" and keys[2] == "set":
        return [*(paths.split(keys[3]) or [""]), *keys[4:]]
    return list(keys) or [""]


def _in_quotes(name: str, below: Any) -> tuple[str, Any, Said]:
    """Return the path that was read as tables within tables, its value, and how it is written."""
    keys, most = [name], 3 if name in BLOCK_KEYS else 2
    while isinstance(below, Mapping) and below and len(keys) < most:
        key, below = next(iter(below.items()))
        keys.append(str(key))
    path = paths.join(keys)
    written = f"{json.dumps(path, ensure_ascii=False)} = {toml(below)}"
    return path, below, msg("write {written}", written=clipped(written, 100))


def _name(one: Any, keys: tuple[str, ...], at: int) -> str:
    """Name a block in a list by its name, anything else by its place."""
    kind = keys[-1] if keys else ""
    name = one.get(BLOCK_KEYS.get(kind, "variant")) if isinstance(one, Mapping) else None
    return name if isinstance(name, str) and name else str(at + 1)
