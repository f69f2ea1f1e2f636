"""How results are said on the terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowsim.balance import BalanceLine
    from flowsim.report.wording import Wording

PLAIN_WIDTH = 160
"""Columns where the output is not a terminal."""


def print_balance(title: str, lines: Sequence[BalanceLine], say: Wording) -> None:
    """Print the fluid balance of a scenario as a table."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console = Console(highlight=False, markup=False, emoji=False, width=PLAIN_WIDTH)
    table = Table(title=Text(title), title_justify="left", box=box.SIMPLE, pad_edge=False)
    table.add_column(say("what is asked"))
    for heading in (say("on average"), say("there is"), say("ratio")):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column(say("note"), overflow="fold")
    for line in lines:
        style = "bold" if line.grows else None
        pairs = ((line.value, 1), (line.against, 1), (line.ratio, 2))
        numbers = ["∞" if math.isinf(n) else say.number(n, digits) for n, digits in pairs]
        what, note = Text(say.said(line.what)), Text(say.said(line.note))
        table.add_row(what, *numbers, note, style=style)
    console.print(table)
    if any(line.path.startswith("variant.") for line in lines):
        console.print(
            say(
                "Asked of a variant: the places that would be taken if nobody had to wait for one. "
                "What is short means that people wait, give up or go elsewhere. Numbers are "
                "rounded."
            )
        )
