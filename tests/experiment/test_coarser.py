"""Numbers by subregion: the same numbers, added up before they are kept."""

import numpy as np
import pandas as pd
import pytest

import flowsim
from flowsim.experiment.coarser import by_subregion
from flowsim.metrics import KEYS
from flowsim.metrics.columns import table
from flowsim.scenario import parse
from flowsim.scenario.geography import Areas
from tests.experiment.tiny_worlds import NAMES, tiny

AREAS = Areas("all", (("north", (("a", 3.0), ("b", 2.0))), ("south", (("c", 1.0),))))
BOTH = ("municipality", "subregion")


def compared(by):
    base, *others = [tiny(name, "scenario.years=1", f"scenario.numbers_by={by}") for name in NAMES]
    return flowsim.compare(base, others, replications=3)


@pytest.fixture(scope="module")
def results():
    return {by: compared(by) for by in BOTH}


def test_rows_of_municipalities_add_up_and_those_of_larger_areas_stay():
    places = ["a", "south", "c", "b", "", "north", "all"]
    axes = {"municipality": places, "detail": ["x", "y"]}
    found = by_subregion(table("m", np.arange(14.0).reshape(7, 2), axes), AREAS)
    rows = zip(found["municipality"], found["detail"], found["value"], strict=True)
    assert list(rows) == [
        ("north", "x", 0 + 6 + 10), ("north", "y", 1 + 7 + 11),
        ("south", "x", 2 + 4), ("south", "y", 3 + 5),
        ("", "x", 8), ("", "y", 9), ("all", "x", 12), ("all", "y", 13),
    ]  # fmt: skip
    assert all(isinstance(word, str) for name in KEYS for word in found[name])


def test_no_rows_are_no_rows():
    found = by_subregion(table("m", np.zeros((0, 2)), {"municipality": [], "detail": ["x", "y"]}),
                         AREAS)  # fmt: skip
    assert [len(found[name]) for name in (*KEYS, "value")] == [0] * 6


@pytest.mark.parametrize("name", ["summary", "by_year", "chains", "over_time"])
def test_the_region_has_the_same_numbers(results, name):
    one, other = (getattr(results[by], name) for by in BOTH)
    pd.testing.assert_frame_equal(one, other, rtol=1e-9, atol=1e-9)


def test_a_subregion_has_the_same_numbers_and_a_municipality_has_none(results):
    every, part = (results[by].by_area for by in BOTH)
    assert set(every["kind"]) == {"region", "subregion", "municipality"}
    assert set(part["kind"]) == {"region", "subregion"}
    every = every[every["kind"] != "municipality"].reset_index(drop=True)
    pd.testing.assert_frame_equal(every, part, rtol=1e-9, atol=1e-9)


def test_tables_of_areas_name_subregions(results):
    found = results["subregion"]
    assert set(found.by_municipality["municipality"]) == {"noord", "zuid"}
    for name in ("balance", "dwellings", "measures"):
        named = set(getattr(found, name)["municipality"])
        assert named <= {"", "noord", "zuid", "Kleinland"}
        assert {"noord", "zuid"} <= named


@pytest.mark.parametrize(("count", "by"), [(50, "municipality"), (51, "subregion")])
def test_above_fifty_municipalities_numbers_go_by_subregion_unless_asked(count, by):
    raw = {
        "scenario": {"years": 1},
        "areas": {"all": {f"m{i}": 1000 for i in range(count)}},
        "demand": [{"profile": "people", "per_year": 1}],
        "variant": [{"name": "huis", "places": 1, "stay_days": 10, "next": {"out": 1.0}}],
    }
    assert parse(raw).numbers_by == by
    for asked in BOTH:
        about = raw["scenario"] | {"numbers_by": asked}
        assert parse(raw | {"scenario": about}).numbers_by == asked
