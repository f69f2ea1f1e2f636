"""A region in which nobody decides anything stays as it is today."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

import flowsim

DRENTHE = Path(__file__).parents[2] / "scenarios" / "drenthe"


def calibration():
    """Return the script that the base was calibrated with."""
    spec = importlib.util.spec_from_file_location("calibrate", DRENTHE / "calibrate.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


@pytest.mark.slow
def test_in_ten_years_drenthe_stays_where_it_starts(capsys):
    """200 futures: stock 3%, levels 5%, waiting and blocked 20%, leavers 4 standard errors."""
    base = flowsim.load(DRENTHE / "base.toml")
    passed = calibration().drift(base, 200, jobs=1)
    assert not passed, capsys.readouterr().out


@pytest.mark.slow
def test_fewer_notifications_than_in_balance_are_seen_as_drift(capsys):
    """The check can fail: with 45 notifications a year the region shrinks."""
    settings = [f"demand.{p}.per_year={0.46 * n}" for p, n in
                {"from_home": 33.95, "clinic": 24.25, "shelter": 19.4, "youth": 11.64,
                 "detention": 7.76}.items()]  # fmt: skip
    shrinking = flowsim.load(DRENTHE / "base.toml", settings)
    assert calibration().drift(shrinking, 2, jobs=1) == 1
    assert "*" in capsys.readouterr().out
