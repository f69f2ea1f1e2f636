"""The work of `validate` grows no faster than its file, but for a small part."""

from __future__ import annotations

import copy
import sys
import tomllib
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flowsim.balance import lines_of, of_phases
from flowsim.errors import ScenarioError
from flowsim.scenario import parse
from flowsim.scenario.draft import Draft
from flowsim.scenario.phases import phases, validate

Raw = dict[str, Any]
DRENTHE = Path(__file__).parents[2] / "scenarios" / "drenthe"


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

    def work() -> None:
        with suppress(ScenarioError):
            for _, phase, flow in of_phases(parse(raw)):
                lines_of(phase, flow)

    return calls_of(work)


def calls_of(work: Callable[[], object]) -> int:
    count = 0

    def step(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(step)
    try:
        work()
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


def long_ramps(years: int) -> Raw:
    """Change a team and a stream of dwellings of Drenthe, quarter by quarter."""
    raw = tomllib.loads((DRENTHE / "base.toml").read_text("utf-8"))
    raw["scenario"]["years"] = years
    raw["change"] = [
        {"date": date(2027, 1, day), "until": date(2025 + years, 1, day), "reason": "slowly",
         "set": {path: value}}
        for day, path, value in (
            (1, "dwellings.contingent.per_year", 60), (2, "team.bw_team.fte", 130),
        )
    ]  # fmt: skip
    return raw


def test_a_step_of_a_ramp_is_less_than_half_the_work_of_a_whole_scenario():
    short, long = (Draft("s.toml", long_ramps(years)) for years in (4, 9))
    whole = calls_of(lambda: validate(short))
    more = calls_of(lambda: phases(long, [])) - calls_of(lambda: phases(short, []))
    assert more < 40 * whole / 2


def test_a_step_that_shares_blocks_with_the_one_before_is_read_as_if_alone():
    raw = long_ramps(4)
    draft = Draft("s.toml", raw)
    untouched = copy.deepcopy(raw)
    found, problems = phases(draft, [])
    assert (len(found), problems, raw) == (18, [], untouched)
    for _, step, scenario in found:
        alone, wrong = validate(Draft("s.toml", copy.deepcopy(step.raw)))
        assert (alone, wrong) == (scenario, [])
    agreed = [one.dwellings[0].per_year for _, _, one in found]
    assert len({str(one) for one in agreed}) == 9
