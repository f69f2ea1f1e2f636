from __future__ import annotations

from pathlib import Path

import pytest

from flowsim.costs import COMPONENTS
from flowsim.metrics import CAUSES, ENDINGS, KINDS, MEASURES
from flowsim.metrics.persons import BALANCE
from flowsim.metrics.places import PLACE_DAYS

PAGE = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text("utf-8")


@pytest.mark.parametrize(
    "name", [*MEASURES, *COMPONENTS, *KINDS, *ENDINGS, *CAUSES, *PLACE_DAYS, *BALANCE]
)
def test_the_page_on_measures_explains(name):
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_has_a_unit_and_two_sentences(name):
    measure = MEASURES[name]
    assert measure.unit in {"persons", "events", "days", "place_days", "hours", "dwellings"}
    assert measure.nl.endswith(".")
    assert measure.en.endswith(".")
    assert measure.nl != measure.en
