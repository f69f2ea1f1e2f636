"""The console that tables are printed on, and what a table looks like."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

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


def plain_table(*, left: int = 0, right: int = 1) -> Table:
    """Return a table without columns: a line under its heads, so many spaces beside a cell."""
    from rich import box
    from rich.table import Table

    return Table(box=box.SIMPLE_HEAD, padding=(0, right, 0, left), pad_edge=False, show_edge=False)


def number_table(first: str, *numbers: str) -> Table:
    """Return a table of a column of text and columns of numbers, which fold where they must."""
    table = plain_table()
    table.add_column(first, overflow="fold")
    for head in numbers:
        table.add_column(head, justify="right", overflow="fold")
    return table
