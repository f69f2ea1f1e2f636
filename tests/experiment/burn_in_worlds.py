"""A made-up base whose people of today come from a burn-in of some years; quick to make."""

from __future__ import annotations

from pathlib import Path

BASE = """
[scenario]
title = "Small"
years = 1
follow_up_days = 100
replications = 2
seed = 5
[[demand]]
profile = "p"
per_year = 20
patience_days = { exponential = 200 }
[[variant]]
name = "a"
places = 6
stay_days = { exponential = 150 }
next = { out = 1.0 }
[start]
burn_in_years = 3
drift = "accepted"
residents = { a = 5 }
waiting = [{ variant = "a", persons = 2 }]
"""
MORE = 'extends = "base.toml"\n[[variant]]\nname = "a"\nplaces = 9\n'


def write_worlds(folder: Path) -> Path:
    """Write a base and a scenario that extends it; return the base's file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "base.toml").write_text(BASE, "utf-8")
    (folder / "more.toml").write_text(MORE, "utf-8")
    return folder / "base.toml"
