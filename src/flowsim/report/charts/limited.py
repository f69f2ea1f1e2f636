"""Areas on a chart: no more than can be read; the largest numbers, and a word about the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from flowsim.report.wording import Wording

Area = TypeVar("Area")
MOST: Final = 60
"""Areas on one chart."""


def most_of(areas: Sequence[Area], size: Mapping[Area, float]) -> list[Area]:
    """Return the areas with the largest numbers, no more than `MOST`, in their own order."""
    ranked = set(sorted(areas, key=lambda area: -size.get(area, 0.0))[:MOST])
    return [area for area in areas if area in ranked]


def with_word(title: str, shown: int, areas: int, say: Wording) -> str:
    """Say in a title which areas are shown, where these are not all."""
    if shown == areas:
        return title
    return say(
        "{title} ({shown} of {areas} areas, those with the largest numbers; all: in the tables)",
        title=title,
        shown=shown,
        areas=areas,
    )
