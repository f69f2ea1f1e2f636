"""Pieces of a sheet in Markdown, in which texts of a scenario stay text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flowsim.errors import visible
from flowsim.report.wording import Wording


def item(number: str, name: str, *said: str) -> list[str]:
    """Return an item of the sheet: its number and name, then paragraphs and lists."""
    text = "\n\n".join(said)
    apart = "\n\n" if text.startswith("- ") else " "
    return [f"**{number} {name}.**{apart}{text}", ""]


def to_fill_in(what: str, say: Wording) -> str:
    """Say what only the authors know, so that nobody misses it."""
    return say("**To fill in:** {what}.", what=what)


def listed(entries: Sequence[str]) -> str:
    """Return a list."""
    return "\n".join(f"- {one}" for one in entries)


def plain(text: str) -> str:
    """Return a text on one line, in which no sign is Markdown."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", visible(text))


def code(text: str) -> str:
    """Return a text on one line as code, whatever signs are in it."""
    ticks = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    edge = " " if len(ticks) > 1 else ""
    return f"{ticks}{edge}{visible(text)}{edge}{ticks}"
