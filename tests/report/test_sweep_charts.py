"""Charts and table of a sweep."""

import io

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

import flowsim
from flowsim.experiment.design import plan
from flowsim.experiment.quantities.norm import DEFAULT, read_norm
from flowsim.report.charts.style import styled
from flowsim.report.charts.sweep import SWEEP_CHARTS, drawn
from flowsim.report.sweep_labels import Told, said_value, told
from flowsim.report.sweep_table import norm_lines, print_sweep
from flowsim.report.wording import wording
from flowsim.report.write import FORMATS, save
from tests.experiment.tiny_worlds import TINY

FILE = TINY / "base.toml"
DWELLINGS, HOURS, PLACES = (
    "dwellings.contingent.per_year",
    "team.team.hours_per_week",
    "variant.bw.places",
)
NL, EN = wording("nl"), wording("en")
P90 = "wait.placement.p90"


@pytest.fixture(scope="module")
def sweeps():
    orders = [["move", "new"], ["new", "move"]]
    return {
        "numbers": flowsim.sweep(FILE, {DWELLINGS: [24, 12, 3]}, 3),
        "lists": flowsim.sweep(FILE, {"placement.priority": orders}, 1),
        "grid": flowsim.sweep(FILE, {PLACES: [20, 12, 30], HOURS: [260, 150]}, 3),
        "wide": flowsim.sweep(
            FILE, {PLACES: list(range(14, 26)), "placement.priority": orders}, 1,
            set=["scenario.years=1"],
        ),
        "two": flowsim.sweep([FILE, TINY / "less_staff.toml"], {DWELLINGS: [12, 6]}, 3),
        "drawn": flowsim.sweep(FILE, {PLACES: (12, 20), HOURS: (150.0, 260.0)}, 3, lhs=5),
    }  # fmt: skip


def figure_of(sweep, measure=DEFAULT, norm=None, say=NL):
    (name,) = drawn(sweep)
    asked = None if norm is None else read_norm(norm, measure)
    figure = SWEEP_CHARTS[name](sweep, measure, asked, say)
    with styled():
        FigureCanvasAgg(figure).draw()
    return figure


def test_the_bounds_of_an_interval_go_outward_in_every_unit():
    assert Told(label="", unit="").interval(1.07, 2.02, NL) == "1,0 tot 2,1"
    assert Told(label="", unit="%", factor=100.0).interval(0.1207, 0.2502, NL) == "12,0 tot 25,1"
    assert Told(label="", unit="").interval(1.07, np.inf, NL) == "vanaf 1,0"
    assert Told(label="", unit="").interval(0.02, 0.04, NL) == "0,02 tot 0,04"


def texts_of(figure):
    return [text.get_text() for text in figure.findobj(mpl.text.Text)]


def shown(figure):
    return [axis for axis in figure.axes if axis.axison]


@pytest.mark.parametrize("measure", [DEFAULT, P90])
@pytest.mark.parametrize("name", ["numbers", "lists", "grid", "wide", "two", "drawn"])
def test_a_chart_has_a_title_axes_with_units_and_nothing_clipped(name, measure, sweeps):
    figure = figure_of(sweeps[name], measure, "20")
    assert not figure.get_suptitle().endswith("?")
    assert "Kleinland" in figure.texts[-1].get_text()
    labels = " ".join(axis.get_xlabel() + axis.get_ylabel() for axis in figure.axes)
    assert all(factor.path in labels.replace("\n", "") for factor in sweeps[name].factors)
    assert "weken" in labels
    width, height = figure.get_size_inches()
    box = figure.get_tightbbox(figure.canvas.get_renderer())
    assert min(box.x0, box.y0) >= -0.03
    assert box.x1 <= width + 0.03
    assert box.y1 <= height + 0.03
    boxes = [axis.get_tightbbox(figure.canvas.get_renderer()) for axis in shown(figure)]
    for i, one in enumerate(boxes):
        assert not any(one.overlaps(other) for other in boxes[:i])


def test_lines_stand_at_their_numbers_with_their_intervals(sweeps):
    sweep = sweeps["numbers"]
    axis = next(
        a for a in shown(figure_of(sweep)) if a.get_title("left") == "Wachten op een eerste plek"
    )
    rows = sweep.line(DEFAULT)
    x, y = axis.lines[0].get_data()
    assert list(x) == [3, 12, 24]
    assert y == pytest.approx(rows["value"].to_numpy()[::-1])
    ends = [tuple(line.get_ydata()) for line in axis.lines[1:4]]
    assert ends == [pytest.approx(tuple(row)) for row in rows[["low", "high"]].to_numpy()[::-1]]


def test_the_norm_and_the_value_of_the_file_are_marked_in_lines(sweeps):
    figure = figure_of(sweeps["numbers"], norm="20")
    axis = next(a for a in shown(figure) if a.get_title("left") == "Wachten op een eerste plek")
    assert any(list(line.get_ydata()) == [20, 20] for line in axis.lines)
    assert any(list(line.get_xdata()) == [12, 12] for line in axis.lines[4:])
    assert {"norm: hoogstens 20 weken", "zoals in het scenariobestand"} <= set(texts_of(figure))


def test_points_without_order_are_not_joined(sweeps):
    axis = shown(figure_of(sweeps["lists"]))[0]
    assert axis.lines[0].get_linestyle() == "None"


def test_a_heat_map_has_every_estimate_in_its_cell_and_numbers_by_size(sweeps):
    sweep = sweeps["grid"]
    figure = figure_of(sweep)
    axis = figure.axes[0]
    cells = np.asarray(axis.images[0].get_array())
    rows = sweep.table[sweep.table["name"] == DEFAULT].set_index([HOURS, PLACES])["value"]
    assert cells == pytest.approx(
        np.array([[rows[hours, places] for places in (12, 20, 30)] for hours in (150, 260)]),
        nan_ok=True,
    )
    assert texts_of(figure).count("–") == rows.isna().sum()
    written = {text.get_position(): text.get_text() for text in axis.texts}
    assert written[0, 1].startswith(NL.number(rows[260, 12], 1) + "\n(")


def test_cells_that_meet_the_norm_are_framed(sweeps):
    sweep = sweeps["grid"]
    limit = sweep.line(DEFAULT)["value"].median()
    figure = figure_of(sweep, norm=f"{limit}")
    frames = figure.axes[0].patches
    assert len(frames) == (sweep.line(DEFAULT)["value"] <= limit).sum() < 6
    assert figure_of(sweep, P90, None).axes[0].patches[:] == []


def test_what_is_not_reached_is_said_so(sweeps):
    values = sweeps["grid"].line(P90)["value"]
    count = texts_of(figure_of(sweeps["grid"], P90)).count("niet bereikt")
    assert count == np.isinf(values).sum() > 0
    assert "niet bereikt" in texts_of(figure_of(sweeps["numbers"], P90))


def test_charts_speak_english_too(sweeps):
    for name in ("numbers", "grid"):
        english, dutch = (figure_of(sweeps[name], say=say).get_suptitle() for say in (EN, NL))
        assert english != dutch


@pytest.mark.slow
def test_the_same_sweep_gives_the_same_files(sweeps, tmp_path):
    for name in ("numbers", "grid"):
        first, second = (
            save(figure_of(sweeps[name]), tmp_path / part, name) for part in ("a", "b")
        )
        assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["numbers", "grid"])
def test_fifteen_drawings_of_a_sweep_are_the_same_byte_for_byte(name, sweeps, tmp_path):
    for number in range(15):
        save(figure_of(sweeps[name]), tmp_path / str(number), name)
    for kind in FORMATS:
        assert len({path.read_bytes() for path in tmp_path.glob(f"*/*.{kind}")}) == 1


def test_every_combination_of_three_factors_has_no_chart():
    vary = {PLACES: [15, 16], HOURS: [260, 150], DWELLINGS: [12]}
    assert plan(FILE, vary).picture is None
    assert plan(FILE, dict(list(vary.items())[:2])).picture == "heat_map"
    assert plan(FILE, {PLACES: [15, 16]}).picture == "lines"


def test_points_of_more_levers_or_scenarios_are_drawn_against_each_lever():
    both = [FILE, TINY / "less_staff.toml"]
    assert plan(both, {PLACES: [15, 16], DWELLINGS: [12]}).picture == "by_lever"
    assert plan(both, {PLACES: [15, 16]}).picture == "lines"
    points = [{PLACES: 15, DWELLINGS: 12}, {PLACES: 16, DWELLINGS: 14}]
    assert plan(FILE, points).picture == "by_lever"
    assert plan(FILE, {PLACES: (15, 20)}, lhs=3).picture == "lines"


def test_scenarios_have_a_colour_each_and_their_titles_in_the_key(sweeps):
    for name in ("two", "drawn"):
        figure = figure_of(sweeps[name], norm="20")
        labels = [" ".join(text.get_text().split()) for text in figure.legends[0].get_texts()]
        titles = {"two": 2, "drawn": 1}[name]
        dots = {line.get_color() for axis in shown(figure) for line in axis.get_lines()
                if line.get_marker() == "o" and len(line.get_xdata())}  # fmt: skip
        assert len(dots) == titles
        assert any(label.startswith("Minder personeel, ") for label in labels) == (titles == 2)
        each = len(sweeps[name].points) // titles
        for axis in shown(figure):
            counts = [len(line.get_xdata()) for line in axis.get_lines()
                      if line.get_marker() == "o"]  # fmt: skip
            assert counts == [each] * titles


# ---------------------------------------------------------------- the table
def printed(sweep, measure=DEFAULT, norm=None, say=NL):
    stream = io.StringIO()
    asked = None if norm is None else read_norm(norm, measure)
    print_sweep(sweep, measure, asked, say, stream)
    return stream.getvalue()


def test_the_table_has_the_points_and_their_estimates_with_intervals(sweeps):
    sweep = sweeps["numbers"]
    text = printed(sweep)
    value, low, high = sweep.line(DEFAULT)[["value", "low", "high"]].iloc[0]
    assert NL.number(value, 1) in text
    assert f"{NL.number(low, 1)} tot {NL.number(high, 1)}" in text
    for part in ("Wachten op een", "Geblokkeerd", "Bewoners", "Kosten", "miljoen euro"):
        assert part in text
    assert max(len(line) for line in text.splitlines()) <= 120


def test_what_does_not_differ_is_marked(sweeps):
    text = printed(sweeps["numbers"])
    assert " =" in text
    assert "vrijwel gelijk" in " ".join(text.split())


def test_a_measure_asked_for_comes_first(sweeps):
    text = printed(sweeps["numbers"], "dwellings.used", say=EN)
    heads = " ".join(text.splitlines()[1:4])
    assert heads.index("Dwellings: used") < heads.index("Wait for a")


@pytest.mark.parametrize(
    ("norm", "said"),
    [
        ("0.001", ["No point meets it."]),
        ("1000", ["The first point to meet it, with its whole 95% interval"]),
    ],
)
def test_the_norm_is_answered(norm, said, sweeps):
    sweep = sweeps["numbers"]
    lines = list(norm_lines(sweep, sweep.meeting(norm), EN))
    assert all(any(text in line for line in lines) for text in said)


def test_an_estimate_that_meets_the_norm_while_its_interval_does_not_is_told_apart(sweeps):
    sweep = sweeps["numbers"]
    value = sweep.line(DEFAULT)["value"].iloc[2]
    rows = sweep.line(DEFAULT).iloc[::-1]
    assert rows["high"].iloc[0] > value
    text = " ".join(norm_lines(sweep, sweep.meeting(f">={value}"), EN))
    assert "by the estimate only: dwellings.contingent.per_year = 3 (" in text
    assert "No point meets it with its whole 95% interval." in text


def test_one_replication_has_no_certainty(sweeps):
    sweep = sweeps["lists"]
    text = " ".join(norm_lines(sweep, sweep.meeting("1000"), EN))
    assert "cannot be said from one replication" in text


def test_a_later_point_that_fails_is_told(sweeps):
    sweep = sweeps["numbers"]
    first = sweep.line(DEFAULT)["value"].iloc[0]
    text = " ".join(norm_lines(sweep, sweep.meeting(f"{first}"), EN))
    assert "not every point after it meets the norm" in text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (140, "140"),
        (0.8, "0,8"),
        (1500, "1.500"),
        (True, "true"),
        ("fifo", "fifo"),
        ([1, 2], "[1, 2]"),
    ],
)
def test_values_are_written_as_the_language_does(value, text):
    assert said_value(value, NL) == text


@pytest.mark.parametrize(
    ("measure", "label", "unit"),
    [
        (DEFAULT, "Wachten op een eerste plek: gemiddelde van de eerste 104 weken", "weken"),
        (P90, "Wachten op een eerste plek: 9 op de 10 binnen", "weken"),
        (
            "wait.access.placed_within_26_weeks",
            "Wachten op een besluit: geplaatst binnen 26 weken",
            "%",
        ),
        ("cost.care", "Kosten: zorg", "miljoen euro per jaar"),
        ("blocked.dwelling", "Geblokkeerd: geen woning", "personen"),
        ("residents_by_variant.bw", "Bewoners: Beschermd wonen", "personen"),
        ("starts", "Eerste plekken", "personen per jaar"),
    ],
)
def test_measures_are_told_in_words(measure, label, unit, sweeps):
    look = told(measure, sweeps["numbers"], NL)
    assert (look.label, look.unit) == (label, unit)
