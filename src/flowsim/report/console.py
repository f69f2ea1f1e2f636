"""The console that tables are printed on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from rich.console import Console

PLAIN_WIDTH: Final = 120
"""Columns where the output is no terminal."""
_NARROWEST, _WIDEST = 60, 400


def console_for(stream: TextIO) -> Console:
    """Return a console that takes text as it is: no markup, no emoji, no colours of its own."""
    from rich.console import Console

    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    if console.is_terminal:
        return console
    asked = os.environ.get("COLUMNS", "")
    width = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else PLAIN_WIDTH
    width = min(max(width, _NARROWEST), _WIDEST)
    return Console(file=stream, highlight=False, markup=False, emoji=False, width=width)
