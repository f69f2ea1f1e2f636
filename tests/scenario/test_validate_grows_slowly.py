"""The work of `validate` grows no faster than its file, but for a small part."""

from __future__ import annotations

import sys
from datetime import date
from typing import Any

import pytest

from flowsim.balance import lines_of, of_phases
from flowsim.errors import ScenarioError
from flowsim.scenario import parse

Raw = dict[str, Any]


def region(municipalities: int) -> Raw:
    """Write a region in which every municipality has a desk, places and dwellings of its own."""
    areas = {
        f"s{s}": {f"m{s}_{m}": 1000 + 37 * m + s for m in range(20)}
        for s in range(municipalities // 20)
    }
    return {
        "scenario": {"years": 5},
        "areas": {"region": "r", **areas},
        "level": [
            {"name": "ready"},
            {"name": "heavy", "hours_per_week": 5, "recovery_days": {"exponential": 500}},
        ],
        "demand": [{
            "profile": "p", "per_10k_per_year": 5, "level_mix": {"heavy": 1.0}, "patience_days": 90,
            "accepts_elsewhere": {"municipality": 0.5, "subregion": 0.2},
        }],
        "desk": [{
            "name": "d", "scale": "municipality", "fte": {"each": 1}, "hours_per_fte": 20,
            "assessment_hours": 10,
        }],
        "variant": [{
            "name": "bw", "serves": ["heavy", "heavy"], "scale": "municipality",
            "places": {"each": 1}, "team": "t",
        }],
        "team": [{"name": "t", "scale": "subregion", "hours_per_week": {"each": 100}}],
        "dwellings": [{"name": "c", "scale": "municipality", "per_year": {"each": 1}}],
        "leaving": {"ready_at": "ready", "dwellings": "c", "find_alone_per_year": 0.2},
    }  # fmt: skip


def calls(raw: Raw) -> int:
    """Count the function calls (and steps of generators) that reading and balancing take."""
    count = 0

    def step(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(step)
    try:
        for _, phase, flow in of_phases(parse(raw)):
            lines_of(phase, flow)
    except ScenarioError:
        pass
    finally:
        sys.setprofile(None)
    return count


def test_four_times_as_many_municipalities_are_at_most_five_times_the_work():
    calls(region(20))  # what is made once
    assert calls(region(400)) < 5 * calls(region(100))


def ramp(until: int) -> Raw:
    return {
        "scenario": {"years": 2},
        "demand": [{"profile": "p", "per_year": 10}],
        "variant": [{"name": "a", "places": 10, "stay_days": 30, "next": {"out": 1.0}}],
        "change": [{
            "date": date(2027, 1, 1), "until": date(until, 1, 1), "reason": "slowly",
            "set": {"variant.a.places": 1000},
        }],
    }  # fmt: skip


@pytest.mark.parametrize("until", [2200, 9990])
def test_a_ramp_that_goes_on_long_after_the_run_is_as_much_work_as_a_short_one(until):
    assert calls(ramp(until)) < 2 * calls(ramp(2040)) + 20 * (until - 2000)
