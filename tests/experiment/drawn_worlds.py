"""A made-up base with guesses, counts of today and a short burn-in; quick to draw from."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flowsim.experiment.draws.fit import Fit, fit
from flowsim.scenario import Scenario, load

BASE = """
[scenario]
title = "Small"
years = 1
follow_up_days = 100
replications = 3
seed = 5
[[demand]]
profile = "p"
per_year = { value = 20, range = [10, 40], confidence = "D", assumption = "guessed" }
patience_days = { value = { exponential = 200 }, range = [100, 400], confidence = "D", assumption = "guessed" }
[[variant]]
name = "a"
places = { value = 6, range = [5, 8], confidence = "D", assumption = "counted" }
stay_days = { value = { exponential = 150 }, range = [80, 300], confidence = "D", assumption = "guessed" }
next = { out = 1.0 }
[start]
burn_in_years = 12
drift = "accepted"
residents = { a = { value = 5, range = [4, 6], confidence = "D", assumption = "counted" } }
waiting = [{ variant = "a", persons = 4 }]
"""  # noqa: E501
MORE = 'extends = "base.toml"\n[[variant]]\nname = "a"\nplaces = 9\n'


def write_worlds(folder: Path) -> list[Scenario]:
    """Write a base and a scenario that extends it; return both."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "base.toml").write_text(BASE, "utf-8")
    (folder / "more.toml").write_text(MORE, "utf-8")
    return [load(folder / f"{name}.toml") for name in ("base", "more")]


@cache
def small_fit(folder: Path, draws: int = 40) -> Fit:
    return fit(load(folder / "base.toml"), 5, draws)
