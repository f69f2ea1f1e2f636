"""Whole numbers on the command line: written in the digits 0 to 9."""

from __future__ import annotations

import re
from typing import Any, Final

import click

_WRITTEN: Final = re.compile(r"[+-]?[0-9]+(_[0-9]+)*")
_REFUSED: Final = "{value!r} is not a valid integer range."
"""As click says it, so that it is told in the reader's language as click's own are."""


LARGEST: Final = 10**12
"""No number on the command line is larger, as none in a file is (`flowsim.scenario.gate`)."""
LONGEST_RUN: Final = 1_000_000
"""Seconds that a run may be given at most, eleven days: of longer ones no clock wakes anybody."""


class Whole(click.IntRange):
    """A whole number in a range.

    Python reads the digits of every script as a number; nobody who looks at a command would.
    """

    def __init__(self, min: int, max: int = LARGEST) -> None:
        super().__init__(min, max)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number, or say that it is none."""
        if isinstance(value, str) and not _WRITTEN.fullmatch(value.strip(" ")):
            self.fail(_REFUSED.format(value=value), param, ctx)
        return super().convert(value, param, ctx)
