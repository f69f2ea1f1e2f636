"""Dated changes: from a day on, levers have new values."""

from __future__ import annotations

from datetime import date as Date
from typing import Annotated, Literal

from pydantic import Field

from flowsim.scenario.values import AnyValue, Block, Text


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
    split: Literal["home", "building"] = "home"
    """Where pools of another scale take over, whom people in place count for: ``home`` the area
    they live in, which may then be over-full; ``building`` the same as far as there is room, and
    for the rest an area with room, for that is where they must live."""
