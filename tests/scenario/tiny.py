"""A scenario small enough to break in one place."""

from __future__ import annotations

from pathlib import Path

from flowsim.errors import ScenarioError
from flowsim.scenario import load

TINY = """
[scenario]
years = 1
[areas]
north = { alpha = 3000, beta = 1000 }
south = { gamma = 6000 }
[[level]]
name = "light"
hours_per_week = 1
[[level]]
name = "heavy"
hours_per_week = 5
recovery_days = 100
[[demand]]
profile = "people"
per_year = 10
level_mix = { heavy = 1.0 }
[[desk]]
name = "access"
fte = 1
hours_per_fte = 20
assessment_hours = 5
[[team]]
name = "carers"
hours_per_week = 40
[[dwellings]]
name = "homes"
per_year = 4
[[variant]]
name = "house"
places = 3
team = "carers"
[leaving]
ready_at = "light"
dwellings = "homes"
"""


def changed(*edits: str) -> str:
    """Return the tiny scenario with lines replaced (``old -> new``) or sections added."""
    text = TINY
    for edit in edits:
        old, arrow, new = edit.partition(" -> ")
        if not arrow:
            text += f"\n{edit}\n"
            continue
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the tiny scenario"
        text = text.replace(old, new)
    return text


def problems_in(folder: Path, text: str, *settings: str) -> list[str]:
    """Return what is wrong with a scenario, one line a problem."""
    (folder / "s.toml").write_text(text, "utf-8")
    return problems_of_file(folder / "s.toml", *settings)


def problems_of_file(file: Path, *settings: str) -> list[str]:
    """Return what is wrong with a file, one line a problem, with files by their names."""
    try:
        load(file, settings)
    except ScenarioError as error:
        return [str(problem).replace(f"{file.parent}/", "") for problem in error.problems]
    return []
