from __future__ import annotations

from pathlib import Path

import pytest

from flowsim.costs import COMPONENTS
from flowsim.costs import MEASURES as COSTS
from flowsim.experiment.quantities.lines import DWELLING_LINES
from flowsim.experiment.quantities.quantity import QUANTITIES
from flowsim.experiment.writing.tables_on_disk import LARGE, TABLES
from flowsim.metrics import CAUSES, ENDINGS, KINDS, MEASURES
from flowsim.metrics.holders import ENDS
from flowsim.metrics.homes import NEEDS
from flowsim.metrics.judgement import JUDGED, MISPLACED
from flowsim.metrics.persons import BALANCE
from flowsim.metrics.places import PLACE_DAYS
from flowsim.metrics.returns import OUTCOMES
from flowsim.metrics.staff import FTE, NEEDED
from flowsim.metrics.stays import BEGAN, BY_NORM
from flowsim.metrics.unserved import UNSERVED

PAGE = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text("utf-8")


WORDS = {*KINDS, *ENDINGS, *CAUSES, *PLACE_DAYS, *BALANCE, *ENDS, *OUTCOMES, *NEEDS, *NEEDED}
WORDS |= {*FTE, *JUDGED, *MISPLACED, *BEGAN, *BY_NORM, *UNSERVED}


@pytest.mark.parametrize("name", [*MEASURES, *COMPONENTS, *sorted(WORDS)])
def test_the_page_on_measures_explains(name):
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_has_a_unit_and_two_sentences(name):
    measure = MEASURES[name]
    units = {"persons", "events", "days", "place_days", "hours", "dwellings", "fte"}
    assert measure.unit in units
    assert measure.nl.endswith(".")
    assert measure.en.endswith(".")
    assert measure.nl != measure.en


@pytest.mark.parametrize("name", sorted({one.measure for one in QUANTITIES} | set(COSTS)))
def test_the_page_on_measures_explains_every_line_of_the_summary(name):
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("name", DWELLING_LINES)
def test_the_page_on_measures_explains_every_number_of_dwellings(name):
    lines = PAGE[PAGE.index("## Lines of the summary") :]
    assert f"`{name}`" in lines


@pytest.mark.parametrize("name", [*TABLES, *LARGE])
def test_the_page_on_measures_names_every_table(name):
    assert f"| `{name}.csv` |" in PAGE
