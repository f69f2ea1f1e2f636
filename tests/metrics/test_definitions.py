from __future__ import annotations

from pathlib import Path

import pytest

from flowsim.costs import COMPONENTS
from flowsim.costs import MEASURES as COSTS
from flowsim.experiment.quantities.homes import DWELLING_LINES
from flowsim.experiment.quantities.quantity import QUANTITIES
from flowsim.experiment.writing.tables_on_disk import LARGE, TABLES
from flowsim.metrics import CAUSES, ENDINGS, KINDS, MEASURES, METRICS
from flowsim.metrics.chains.holders import ENDS
from flowsim.metrics.measures.homes import NEEDS
from flowsim.metrics.measures.judgement import JUDGED, MISPLACED
from flowsim.metrics.measures.persons import BALANCE
from flowsim.metrics.measures.places import PLACE_DAYS
from flowsim.metrics.measures.returns import OUTCOMES
from flowsim.metrics.measures.staff import FTE, NEEDED
from flowsim.metrics.measures.stays import BEGAN, BY_NORM
from flowsim.metrics.measures.unserved import UNSERVED

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


def test_a_measure_is_defined_once_beside_the_metric_that_writes_it():
    assert sum(len(metric.measures) for metric in METRICS.values()) == len(MEASURES)
    assert all(metric.measures for metric in METRICS.values())


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
