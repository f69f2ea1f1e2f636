"""Charts of two to twelve scenarios with long titles can still be read."""

from dataclasses import replace
from itertools import pairwise

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from flowsim.report.charts import CHARTS, styled
from flowsim.report.charts.writing import wrap
from flowsim.report.wording import wording
from flowsim.report.write import chart_data
from tests.experiment.tiny_worlds import tiny_comparison
from tests.report.legible import assert_legible

NL = wording("nl")
TITLES = (
    "Zoals het nu gaat",
    "Beschermd wonen omgebouwd in drie jaar",
    "Minder beschermd wonen, meer beschermd thuis",
    "Twee jaar meer instroom uit de ggz",
    "Meer woningen",
    "Doorstroming naar zelfstandig wonen met langdurige ambulante begeleiding",
    "Lage instroom: de regio krimpt",
    "Woonruimteverdelingsverordening aangescherpt in alle gemeenten",
    "De regio splitst in 2028",
    "Tekort aan personeel",
    "Lokale toegang",
    "Meer woningen en tegelijk een tekort aan personeel bij beide teams",
)
FRAMES = (
    "summary", "over_time", "by_area", "by_year", "balance", "dwellings", "staff", "chains",
)  # fmt: skip
OF_THE_BASE = {"dwellings_by_municipality"}
_drawn = {}


def many(count):
    """The same numbers for as many scenarios as asked, below their titles."""
    data = chart_data(tiny_comparison(), NL)
    models = [data.keys[i % len(data.keys)] for i in range(count)]
    return replace(
        data,
        titles={f"v{i}": TITLES[i] for i in range(count)},
        **{
            name: pd.concat(
                frame[frame["scenario"] == model].assign(scenario=f"v{i}")
                for i, model in enumerate(models)
            )
            for name in FRAMES
            for frame in [getattr(data, name)]
        },
    )


def two_teams(data):
    others = data.staff.assign(team="other")
    teams = data.teams | {"other": "Een ander team"}
    return replace(data, teams=teams, staff=pd.concat([data.staff, others]))


def draw(name, data):
    figure = CHARTS[name](data, NL)
    with styled():
        FigureCanvasAgg(figure).draw()
    return figure


def drawn(name, count):
    """Drawn once, for nobody changes it."""
    if (name, count) not in _drawn:
        _drawn[name, count] = draw(name, many(count))
    return _drawn[name, count]


def texts(figure):
    return [text.get_text().replace("\n", " ") for text in figure.findobj(mpl.text.Text)]


@pytest.mark.parametrize("count", [2, 5, 11, 12])
@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_of_many_scenarios_is_legible(name, count):
    assert_legible(drawn(name, count))


@pytest.mark.parametrize("name", sorted(set(CHARTS) - OF_THE_BASE))
def test_every_scenario_is_named(name):
    said = {"".join(text.split()) for text in texts(drawn(name, 12))}  # a long word is broken
    assert {"".join(title.split()) for title in TITLES} <= said


@pytest.mark.parametrize("count", [5, 11])
@pytest.mark.parametrize(
    "name", ["people", "waiting", "dwellings", "chains", "staff", "waits_by_municipality"]
)
def test_the_lowest_panel_of_a_column_has_numbers_and_no_other(name, count):
    axes = drawn(name, count).axes
    columns = axes[0].get_gridspec().ncols
    assert len(axes) == count
    for place, axis in enumerate(axes):
        numbered = any(label.get_visible() for label in axis.get_xticklabels())
        assert numbered == (place + columns >= count) == bool(axis.get_xlabel())


@pytest.mark.parametrize("count", [2, 11])
def test_each_team_is_named_once_above_its_panels(count):
    figure = draw("staff", two_teams(many(count)))
    assert_legible(figure)
    assert texts(figure).count("Een ander team") == 1
    named = [axis.get_ylabel() for axis in figure.axes if axis.get_ylabel()]
    assert set(named) == {"uur per week"}
    width, height = figure.get_size_inches()
    assert height < 1.5 * width


def test_a_team_of_one_scenario_leaves_the_other_panels_empty():
    data = two_teams(many(2))
    alone = data.staff[(data.staff["team"] != "other") | (data.staff["scenario"] == "v1")]
    figure = draw("staff", replace(data, staff=alone))
    assert_legible(figure)
    assert [bool(axis.lines) for axis in figure.axes] == [True, True, False, True]


def test_no_two_scenarios_have_the_same_mark():
    (key,) = drawn("cost_against_wait", 12).legends
    marks = {(mark.get_marker(), mark.get_color()) for mark in key.legend_handles}
    assert len(marks) == 12


def test_a_broken_text_has_lines_of_about_the_same_length():
    assert wrap("Lage instroom: de regio krimpt", 26) == "Lage instroom:\nde regio krimpt"
    assert wrap("Lokale toegang", 26) == "Lokale toegang"
    assert wrap("", 26) == ""
    assert "\n" not in wrap("a" * 26, 26)
    for width in (12, 20, 28):
        for title in TITLES:
            text = wrap(title, width)
            assert max(map(len, text.split("\n"))) <= width
            assert all(one and other for one, other in pairwise(text.split("\n")))
