"""Every chart: a title, axes with units, all of it inside the figure, the same bytes each time."""

from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

import flowsim
from flowsim.report.brief import said_difference
from flowsim.report.cells import cells_of
from flowsim.report.charts import CHARTS, styled
from flowsim.report.names import place_name
from flowsim.report.wording import MINUS, wording
from flowsim.report.write import FORMATS, chart_data, save, write_charts
from flowsim.scenario import parse
from tests.experiment.tiny_worlds import tiny, tiny_comparison
from tests.report.legible import assert_legible

NL = wording("nl")
UNITS = ("weken", "personen", "euro", "datum", "woningen", "fte", "uur per week", "dagen")


def assert_is_no_question(figure):
    title = figure.get_suptitle()
    assert title
    assert not title.endswith(("?", "."))


_drawn = {}


def drawn(name, comparison, language="nl"):
    """A chart, laid out as it will be saved; drawn once, for nobody changes it."""
    key = (name, id(comparison), language)
    if key not in _drawn:
        say = wording(language)
        figure = CHARTS[name](chart_data(comparison, say), say)
        with styled():
            FigureCanvasAgg(figure).draw()
        _drawn[key] = figure, comparison
    return _drawn[key][0]


@pytest.fixture(scope="module")
def one():
    return flowsim.run(tiny(), replications=1)


@pytest.fixture(params=["three", "one"])
def comparison(request):
    return tiny_comparison() if request.param == "three" else request.getfixturevalue("one")


def shown(figure):
    return [axis for axis in figure.axes if axis.axison]


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_has_a_title_and_axes_with_units(name, comparison):
    figure = drawn(name, comparison)
    assert_is_no_question(figure)
    assert "Kleinland" in figure.texts[-1].get_text()
    for axis in shown(figure):
        same = {*axis.get_shared_x_axes().get_siblings(axis)}
        same |= {*axis.get_shared_y_axes().get_siblings(axis)}
        labels = " ".join(other.get_xlabel() + other.get_ylabel() for other in same)
        assert any(unit in labels for unit in UNITS), labels
        if axis.get_subplotspec().is_first_col():
            assert axis.get_ylabel() or any(t.get_text() for t in axis.get_yticklabels())


@pytest.mark.parametrize("name", CHARTS)
def test_nothing_is_clipped_and_the_title_overlaps_nothing(name, comparison):
    figure = drawn(name, comparison)
    assert_legible(figure)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_speaks_english_too(name):
    figure = drawn(name, tiny_comparison(), "en")
    assert_is_no_question(figure)
    assert figure.get_suptitle() != drawn(name, tiny_comparison()).get_suptitle()


DESK_ONLY = {
    "scenario": {"days": 100, "follow_up_days": 0},
    "demand": [{"profile": "anyone", "per_year": 100}],
    "desk": [{"name": "desk", "assessors": 1, "assessment_days": 2}],
}
LINE = {
    "scenario": {"days": 100, "follow_up_days": 730},
    "demand": [{"profile": "anyone", "per_year": 100}],
    "variant": [
        {"name": "a", "places": 4, "stay_days": 20, "next": {"b": 1.0}},
        {"name": "b", "places": 2, "stay_days": 20, "next": {"out": 1.0}},
    ],
}


@pytest.mark.parametrize("raw", [DESK_ONLY, LINE], ids=["desk only", "line"])
@pytest.mark.parametrize("name", CHARTS)
def test_a_scenario_without_the_mechanism_gets_a_chart_that_says_so(name, raw):
    results = flowsim.run(parse(raw), replications=1)
    figure = drawn(name, results)
    assert_is_no_question(figure)
    texts = [t.get_text() for t in figure.findobj(mpl.text.Text)]
    nothing = "Deze scenario's hebben hier niets te tonen." in texts
    assert nothing == (name not in SHOWN[id(raw)])


SHOWN = {
    id(DESK_ONLY): {"waits", "waiting", "waits_by_municipality", "balance"},
    id(LINE): {
        "waits",
        "people",
        "waiting",
        "waits_by_municipality",
        "waits_by_year",
        "balance",
        "chains",
    },
}


def test_intervals_are_drawn_where_there_are_some():
    (axis,) = shown(drawn("cost", tiny_comparison()))
    summary = tiny_comparison().summary.query("measure == 'cost' and detail == ''")
    ends = {tuple(line.get_xdata()) for line in axis.lines}
    for low, high in summary[["low", "high"]].to_numpy():
        assert any(pair == pytest.approx((low / 1e6, high / 1e6)) for pair in ends)


@pytest.mark.parametrize("name", ["cost", "cost_against_wait"])
@pytest.mark.parametrize(
    ("language", "note"),
    [
        ("nl", "Wie op de lijst staat, kost hier niets"),
        ("en", "People on the list cost nothing here"),
    ],
)
def test_charts_of_costs_say_what_is_not_in_them(name, language, note):
    figure = drawn(name, tiny_comparison(), language)
    assert figure.texts[0].get_text().startswith(note)


@pytest.mark.parametrize(
    ("language", "note"),
    [("nl", "Nodig: de uren van bewoners en van mensen met nazorg; van de wachtlijst alleen"),
     ("en", "Needed: the hours of residents and of people in aftercare; of those on the list")],
)  # fmt: skip
def test_the_chart_of_staff_says_whose_hours_are_needed(language, note):
    figure = drawn("staff", tiny_comparison(), language)
    assert figure.texts[0].get_text().replace("\n", " ").startswith(note)


def with_another(shift):
    """A third scenario, with a cost so many millions from that of the base."""
    data = chart_data(tiny_comparison(), NL)
    model = data.summary[data.summary["scenario"] == "less_staff"]
    cost = model["measure"] == "cost"
    far = model.assign(
        scenario="far",
        value=model["value"] + shift * 1e6 * cost,
        difference=model["difference"].where(~cost, shift * 1e6),
        difference_low=model["difference_low"].where(~cost, shift * 1e6),
        difference_high=model["difference_high"].where(~cost, shift * 1e6),
    )
    titles = data.titles | {"far": "Ver weg"}
    return replace(data, titles=titles, summary=pd.concat([data.summary, far]))


@pytest.mark.parametrize(("shift", "out"), [(-4.53, True), (-0.06, False), (0.0, False)])
def test_one_scenario_far_from_the_others_is_out_of_the_picture_and_said_so(shift, out):
    figure = CHARTS["cost_against_wait"](with_another(shift), NL)
    with styled():
        FigureCanvasAgg(figure).draw()
    assert_legible(figure)
    (key,) = figure.legends
    named = [text.get_text() for text in key.get_texts()]
    note = figure.texts[0].get_text().split("\n")[-1]
    assert ("Ver weg" in named) != out
    assert note.startswith(f"Buiten beeld: Ver weg (+2,6 weken en {MINUS}4,53 miljoen") == out
    lowest = min(line.get_ydata()[0] for line in figure.axes[1].lines)
    assert (lowest > -1) == (out or shift > -1)


def test_with_two_other_scenarios_nothing_is_out_of_the_picture():
    texts = [text.get_text() for text in drawn("cost_against_wait", tiny_comparison()).texts]
    assert not any("Buiten beeld" in text for text in texts)


@pytest.mark.parametrize("name", ["waits", "cost"])
def test_charts_say_differences_as_the_table_does(name):
    texts = [t.get_text() for t in drawn(name, tiny_comparison(20)).findobj(mpl.text.Text)]
    cells = cells_of(tiny_comparison(20))
    for (key, measure, detail, statistic), cell in cells.items():
        shown = {"waits": "mean_104_weeks", "cost": "mean"}[name] == statistic
        if shown and key != "base" and (measure, detail) in {("wait", "placement"), ("cost", "")}:
            sign = said_difference(cell, NL)
            assert any(text.endswith(sign) for text in texts), sign
    assert any("lager of hoger" in text or "vrijwel gelijk" in text for text in texts)


@pytest.mark.parametrize(("lacks", "told"), [(0.0, False), (0.04, False), (1.0, True)])
def test_what_an_area_lacks_is_drawn_whatever_another_has_left(lacks, told):
    """Of a team by municipality the region has enough in sum, in every year."""
    data = chart_data(tiny_comparison(), NL)
    frame = data.staff.copy()
    frame.loc[frame["measure"] == "available", "value"] = 1e6
    frame.loc[frame["measure"] == "short", "value"] = lacks
    figure = CHARTS["staff"](replace(data, staff=frame), NL)
    key = [text.get_text() for one in figure.legends for text in one.get_texts()]
    assert any("waarvan tekort" in text for text in key) == told
    bands = [one for one in figure.findobj(mpl.collections.PolyCollection) if one.get_hatch()]
    heights = {round(float(np.ptp(one.get_paths()[0].vertices[:2, 1])), 6) for one in bands
               if one.get_paths()}  # fmt: skip
    assert (lacks in heights - {0.0}) == told


@pytest.mark.parametrize("name", ["cost", "waits"])
def test_few_futures_are_said_without_what_a_chart_does_not_draw(name):
    figure = drawn(name, tiny_comparison())
    above = " ".join(figure.texts[-1].get_text().split())
    assert above.endswith(
        "Minder dan 20 toekomsten: geen verschil is zeker, hooguit waarschijnlijk."
    )


def test_a_scenario_without_a_wait_is_named_and_not_in_the_key():
    data = chart_data(tiny_comparison(), NL)
    summary = data.summary.copy()
    mine = (summary["scenario"] == "less_staff") & (summary["measure"] == "wait")
    summary.loc[mine, ["value", "low", "high", "difference"]] = np.nan
    figure = CHARTS["cost_against_wait"](replace(data, summary=summary), NL)
    title = data.titles["less_staff"]
    (key,) = figure.legends
    assert title not in " ".join(t.get_text().replace("\n", " ") for t in key.get_texts())
    note = figure.texts[0].get_text().replace("\n", " ")
    assert f"Geen wachttijd of kosten bekend van: {title}." in note


def test_subregions_stand_above_their_municipalities():
    axis = shown(drawn("waits_by_municipality", tiny_comparison()))[0]
    names = [label.get_text() for label in axis.get_yticklabels()]
    assert names == ["DEELREGIO NOORD", "Klein Dorp", "DEELREGIO ZUID", "Groot Dorp"]
    frame = tiny_comparison().by_area.query(
        "scenario == 'base' and area == 'zuid' and detail == 'placement' and "
        "statistic == 'mean_104_weeks'"
    )
    points = [line.get_xdata()[0] for line in axis.lines if len(line.get_xdata()) == 1]
    assert any(point == pytest.approx(frame["value"].item()) for point in points)


def test_dwellings_that_were_agreed_and_those_that_came_are_both_drawn():
    figure = drawn("dwellings", tiny_comparison())
    frame = tiny_comparison().dwellings.query("scenario == 'base' and municipality == ''")
    heights = [line.get_ydata() for line in shown(figure)[0].lines]
    for measure in ("agreed", "realised"):
        values = frame[(frame["measure"] == measure) & frame["year"].isin(["2026", "2027"])]
        wanted = np.pad(values["value"], 1, mode="edge")
        assert any(len(one) == 4 and one == pytest.approx(wanted) for one in heights)
    assert "ruitjes: personen" in shown(figure)[0].get_ylabel().replace("\n", " ")


def test_a_wait_that_is_not_reached_is_said_so():
    comparison = tiny_comparison()
    p90 = comparison.summary.query("statistic == 'p90' and detail == 'placement'")["value"]
    figure = drawn("waits", comparison)
    texts = [t.get_text() for t in figure.findobj(mpl.text.Text)]
    assert texts.count("niet bereikt") >= (p90 == float("inf")).sum() > 0


def test_stacked_causes_add_up_to_everyone_who_waits():
    figure = drawn("waiting", tiny_comparison())
    frame = tiny_comparison().over_time.query("measure == 'waiting' and scenario == 'base'")
    most = frame[frame["detail"] == ""]["mean"].max()
    axis = shown(figure)[0]
    tops = [path.vertices[:, 1].max() for area in axis.collections[:8] for path in area.get_paths()]
    assert any(top == pytest.approx(most) for top in tops)


def test_the_same_results_give_the_same_files(tmp_path):
    comparison = tiny_comparison()
    first = write_charts(comparison, tmp_path / "a", wording("nl"))
    second = write_charts(comparison, tmp_path / "b", wording("nl"))
    assert len(first) == 2 * len(CHARTS)
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


@pytest.mark.slow
def test_other_processes_draw_the_same_files(tmp_path):
    comparison = tiny_comparison()
    here = write_charts(comparison, tmp_path / "a", wording("nl"))
    there = write_charts(comparison, tmp_path / "b", wording("nl"), jobs=2)
    assert [path.name for path in there] == [path.name for path in here]
    assert [path.read_bytes() for path in there] == [path.read_bytes() for path in here]


def places(figure):
    """Where the panels of a figure are, and its parts: shares of its width and height."""
    for axis in figure.axes:
        yield from axis.get_position(original=True).bounds[:2]
    for part in figure.subfigs:
        yield from part.bbox_relative.get_points().ravel()


@pytest.mark.parametrize("name", CHARTS)
def test_every_place_is_rounded_for_the_solver_moves_the_last_bit(name, comparison):
    found = list(places(drawn(name, comparison)))
    assert found
    assert found == [round(place, 6) for place in found]


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_drawn_once_for_each_file(name, tmp_path):
    figure, seen = CHARTS[name](chart_data(tiny_comparison(), NL), NL), []
    figure.canvas.mpl_connect("draw_event", seen.append)
    save(figure, tmp_path, name)
    assert len(seen) == len(FORMATS)


@pytest.mark.slow
@pytest.mark.parametrize("name", CHARTS)
def test_fifteen_drawings_are_the_same_byte_for_byte(name, tmp_path):
    data = chart_data(tiny_comparison(), NL)
    for number in range(15):
        save(CHARTS[name](data, NL), tmp_path / str(number), name)
    for kind in FORMATS:
        assert len({path.read_bytes() for path in tmp_path.glob(f"*/*.{kind}")}) == 1


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("aa_en_hunze", "Aa en Hunze"),
        ("de_wolden", "De Wolden"),
        ("midden_drenthe", "Midden-Drenthe"),
        ("noord_midden", "Noord-Midden"),
        ("noord_en_zuid", "Noord en Zuid"),
        ("assen", "Assen"),
        ("'s-Hertogenbosch",) * 2,
    ],
)
def test_keys_of_municipalities_become_names(key, name):
    assert place_name(key) == name
