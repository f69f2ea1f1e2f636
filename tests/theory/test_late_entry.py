"""Late entry: people who waited on day 0 and are not served, beside newcomers who are at once."""

from __future__ import annotations

import numpy as np
import pytest

import flowsim
from flowsim.scenario import parse


def world(persons, newcomers, *, since=200, days=600, wanted="ward"):
    """``persons`` have waited ``since`` days for a variant without places; newcomers are served.

    In all they are followed for longer than 104 weeks.

    Newcomers get an award for a variant with ample places, or for the one without (``wanted``).
    """
    level = {"ward": "heavy", "flat": "light"}[wanted]
    return parse(
        {
            "scenario": {"days": float(days), "follow_up_days": 0.0, "replications": 3},
            "areas": {"north": {"town": 1}},
            "level": [
                {"name": "free"},
                {"name": "light", "hours_per_week": 1},
                {"name": "heavy", "hours_per_week": 9},
            ],
            "demand": [
                {
                    "profile": "people",
                    "on_days": [1.0 + day for day in range(newcomers)],
                    "level_mix": {level: 1.0},
                }
            ],
            "variant": [
                {"name": "flat", "serves": ["light", "light"], "places": newcomers},
                {"name": "ward", "serves": ["heavy", "heavy"], "places": 0},
            ],
            "leaving": {"ready_at": "free"},
            "start": {
                "waiting": [
                    {
                        "variant": "ward",
                        "persons": persons,
                        "since_days": since,
                        "level_mix": {"heavy": 1.0},
                    }
                ]
            },
        },
        name="late",
    )


def waits(results, table="summary"):
    frame = getattr(results, table)
    frame = frame[(frame["measure"] == "wait") & (frame["detail"] == "placement")]
    return frame.set_index("statistic")


@pytest.mark.parametrize(("persons", "newcomers"), [(20, 1), (5, 5), (1, 9)])
@pytest.mark.parametrize("table", ["summary", "by_municipality"])
def test_only_newcomers_are_placed_within_a_year_and_the_mean_is_by_persons(
    persons, newcomers, table
):
    found = waits(flowsim.run(world(persons, newcomers, wanted="flat")), table)["value"]
    total = persons + newcomers
    for weeks in (13, 26, 52):
        assert found[f"placed_within_{weeks}_weeks"] == pytest.approx(newcomers / total)
    assert found["mean_104_weeks"] == pytest.approx(persons * 104 / total)
    assert found["median"] == (0 if newcomers >= persons else np.inf)
    assert found["p90"] == (0 if newcomers >= 9 * persons else np.inf)


def test_who_wait_for_the_same_are_one_curve():
    found = waits(flowsim.run(world(20, 3, wanted="ward")))["value"]
    assert found["placed_within_52_weeks"] == 0
    assert found["mean_104_weeks"] == 104
