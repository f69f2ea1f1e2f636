"""Circles that take no time are a mistake in the file, and are named."""

from __future__ import annotations

from typing import Any

import pytest

from flowsim.errors import ScenarioError
from flowsim.scenario import parse


def station(name: str, days: Any, **to: float) -> dict[str, Any]:
    return {"name": name, "stay_days": days, "next": to}


def said(*variants: dict[str, Any], **parts: Any) -> list[str]:
    raw = {
        "scenario": {"days": 10.0},
        "demand": [{"profile": "p", "per_year": 10.0}],
        "variant": list(variants),
    }
    try:
        parse(raw | parts)
    except ScenarioError as error:
        return [str(problem) for problem in error.problems]
    return []


ZERO = {"exponential": 0.0}
CIRCLE = "a circle of stays of 0 days that nobody leaves"


@pytest.mark.parametrize(
    ("variants", "way"),
    [
        ([station("a", 0.0, a=1.0)], "a → a"),
        ([station("a", 0.0, b=1.0), station("b", ZERO, a=1.0)], "a → b → a"),
        ([station("in", 5.0, a=1.0), station("a", 0.0, b=1.0), station("b", 0.0, a=1.0)],
         "a → b → a"),
        ([station("a", 0.0, b=0.5, c=0.5), station("b", 0.0, a=1.0), station("c", 0.0, a=1.0)],
         "a → b → a"),
        ([station("a", 0.0, access=1.0)], "a → a"),
    ],
)  # fmt: skip
def test_a_circle_of_stays_of_no_time_is_named(variants, way):
    (problem,) = said(*variants)
    assert f"{CIRCLE}: {way};" in problem


@pytest.mark.parametrize(
    "variants",
    [
        [station("a", 0.0, b=1.0), station("b", 1.0, a=1.0)],
        [station("a", 0.0, b=1.0), station("b", 0.0, a=0.99, out=0.01)],
        [station("a", 0.0, b=1.0), station("b", 0.0, c=1.0), station("c", 2.0, a=1.0)],
        [station("a", 0.0, access=0.5, out=0.5)],
    ],
)
def test_a_circle_with_a_way_out_or_some_time_is_none(variants):
    assert said(*variants) == []


def test_a_visit_that_begins_anew_takes_time_at_a_desk():
    desk = {"name": "d", "assessors": 1, "assessment_days": 2.0}
    assert said(station("a", 0.0, access=1.0), desk=[desk]) == []


def test_giving_up_at_once_and_notifying_again_at_once_goes_on_for_ever():
    profile = {"profile": "p", "per_year": 10.0, "patience_days": 0.0,
               "again": {"after": ["gave_up"], "share": 1.0, "days": 0.0}}  # fmt: skip
    (problem,) = said(station("a", 5.0, out=1.0), demand=[profile])
    assert "demand.p.again.days: 0 days, after giving up at once" in problem
    profile["again"]["days"] = 3.0
    assert said(station("a", 5.0, out=1.0), demand=[profile]) == []
