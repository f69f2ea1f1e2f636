"""Dated changes: from a day on, levers have new values."""

from __future__ import annotations

from datetime import date as Date
from typing import Annotated

from pydantic import Field

from flowsim.scenario.values import AnyValue, Block, Split, Text


class Change(Block):
    """A decision (or an event) with a date: new values for any lever, by its path."""

    date: Date
    until: Date | None = None
    """A ramp: numbers go from the old value to the new one in equal steps, one each quarter, the
    first on ``date`` and the last on ``until``."""
    reason: Text
    """Why, in a sentence."""
    set: Annotated[dict[str, AnyValue], Field(min_length=1)]
    """New values by path, such as ``"variant.bw.places" = 140``."""
    split: Split = "home"
