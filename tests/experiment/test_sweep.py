"""Sweeps: which points, the same chance at all of them, and which is the first to meet a norm."""

import csv
import pickle

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import flowsim
from flowsim.errors import ScenarioError
from flowsim.experiment.design import plan
from flowsim.experiment.keys import scenario_hash
from flowsim.experiment.levers import split_values, value_of
from flowsim.experiment.quantities.norm import DEFAULT, Bound, Meets, Norm, meet, name_of, read_norm
from flowsim.experiment.sweep import Sweep, run_design
from flowsim.experiment.trial import try_one
from flowsim.experiment.writing.sweep_tables import write_sweep_tables
from tests.experiment.tiny_worlds import TINY, tiny

FILE = TINY / "base.toml"
DWELLINGS, PLACES = "dwellings.contingent.per_year", "variant.bw.places"
TITLE = "variant.bw.title"
INF, NAN = float("inf"), float("nan")


@pytest.fixture(scope="module")
def grid():
    """Two factors: one that matters, and one that changes nothing but a title."""
    return flowsim.sweep(FILE, {DWELLINGS: [12, 24], TITLE: ["A", "B"]}, replications=3)


def problems_of(vary, settings=()):
    with pytest.raises(ScenarioError) as caught:
        plan(FILE, vary, settings)
    return [str(problem) for problem in caught.value.problems]


# ---------------------------------------------------------------- the points
def test_points_are_the_product_and_the_last_factor_changes_fastest():
    points = plan(FILE, {DWELLINGS: [24, 12], PLACES: [15, 16, 17]}).points
    assert [one.values for one in points] == [
        (24, 15), (24, 16), (24, 17), (12, 15), (12, 16), (12, 17)
    ]  # fmt: skip
    assert [one.name for one in points] == [f"point_{i}" for i in range(1, 7)]


def test_a_point_is_the_file_with_its_values_set():
    design = plan(FILE, {DWELLINGS: [12, 24], PLACES: [15, 16]}, ["desk.toegang.fte=2"])
    settings = ("desk.toegang.fte=2", f"{DWELLINGS}=24", f"{PLACES}=15")
    assert scenario_hash(design.points[2].scenario) == scenario_hash(tiny("base", *settings))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1,2.5,3", ["1", "2.5", "3"]),
        ("[1, 2], [3]", ["[1, 2]", "[3]"]),
        ("{ a = 1, b = [2, 3] },{}", ["{ a = 1, b = [2, 3] }", "{}"]),
        ("\"a,b\",'c,d',e", ['"a,b"', "'c,d'", "e"]),
        (r'"a\",b",c', [r'"a\",b"', "c"]),
        ("one", ["one"]),
        ("1,,2", ["1", "", "2"]),
    ],
)
def test_values_are_split_at_commas_outside_brackets_and_quotes(text, parts):
    assert split_values(text) == parts


def test_values_are_read_as_toml_or_else_as_a_text():
    texts = ("3", "0.5", "true", "[1, 2]", "fifo")
    assert [value_of(text) for text in texts] == [3, 0.5, True, [1, 2], "fifo"]


def test_texts_of_the_command_line_and_values_in_python_give_the_same_points():
    texts = plan(FILE, [f"{PLACES}=15,16", 'placement.priority=["move", "new"],["new", "move"]'])
    vary = {PLACES: np.arange(15, 17), "placement.priority": [("move", "new"), ["new", "move"]]}
    for one, other in zip(texts.points, plan(FILE, vary).points, strict=True):
        assert scenario_hash(one.scenario) == scenario_hash(other.scenario)


def test_the_point_that_says_what_the_file_says_is_known():
    assert plan(FILE, {DWELLINGS: [6, 12]}).own == 1
    assert plan(FILE, {DWELLINGS: [6, 24]}).own is None
    assert plan(FILE, {DWELLINGS: [6, 24]}, ["variant.bw.places=16"]).own is None


def test_a_function_from_overrides_to_a_scenario_will_do():
    design = plan(lambda overrides: tiny("more_dwellings", *overrides), {PLACES: [15, 16]})
    assert [one.scenario.dwellings[0].per_year.total for one in design.points] == [24, 24]


def test_every_point_starts_from_the_people_of_the_base():
    design = plan(TINY / "more_dwellings.toml", {"start.deciding": [3, 5]})
    base = tiny().model_dump()
    assert all(one.base.model_dump() == base for one in design.scenarios)
    assert pickle.loads(pickle.dumps(design.scenarios[0])).base.model_dump() == base


# ---------------------------------------------------------------- mistakes
def test_every_problem_is_told_once_whatever_the_number_of_points():
    found = problems_of({PLACES: [-1, 15, 16], "variant.bw.turnover_day": [1, 2]})
    assert len(found) == 2
    assert found[0].startswith("--vary: variant.bw.places: -1; ")
    assert found[1].startswith("--vary: variant.bw.turnover_day: ")
    assert "did you mean 'turnover_days'?" in found[1]


@pytest.mark.parametrize(
    ("vary", "message"),
    [
        ({}, "nothing is varied"),
        ([], "nothing is varied"),
        (["variant.bw.places"], "no path=value,value"),
        ([f"{PLACES}=15,,16"], "an empty value"),
        ({PLACES: []}, "no values"),
        ({PLACES: [15, 15.0]}, "15 more than once"),
        ({PLACES: [15, None]}, "None; a value that a scenario file can hold"),
        ([f"{PLACES}=15", f"{PLACES}=16"], f"--vary gives {PLACES} too"),
        (["leaving.destination={own_dwelling = 1}", "leaving.destination.own_dwelling=1"],
         "--vary gives leaving.destination too"),
        ({"scenario.seed": [1, 2]}, "cannot be varied"),
        ({"scenario.years": [1, 2]}, "cannot be varied"),
        ({"variant.bv.places": [1]}, "no variant 'bv'"),
    ],
)  # fmt: skip
def test_what_cannot_be_varied_is_said(vary, message):
    (problem,) = problems_of(vary)
    assert problem.startswith("--vary")
    assert message in problem


def test_a_value_that_is_set_and_varied_is_refused():
    (problem,) = problems_of({PLACES: [15]}, [f"{PLACES}=16"])
    assert f"--set gives {PLACES} too" in problem


def test_a_problem_that_only_some_points_have_says_which():
    vary = {"start.residents.bt": [1, 15], "variant.bw.places": [15, 16, 17]}
    (problem,) = problems_of(vary)
    assert "(with start.residents.bt = 1, variant.bw.places = 15 and 2 more): " in problem
    assert "3 are ready among 1 residents" in problem


# ---------------------------------------------------------------- the same chance
def test_a_factor_that_changes_nothing_gives_differences_of_exactly_zero(grid):
    pairs = grid.summary[grid.summary["scenario"] == "point_2"]  # the other title
    numbers = ["difference", "difference_differs_in", "difference_common"]
    means = pairs.loc[pairs["statistic"] == "mean", numbers]
    assert len(means) > 20
    assert (means.to_numpy() == 0).all()
    waits = pairs.loc[np.isfinite(pairs["value"]), numbers].dropna()
    assert (waits.to_numpy() == 0).all()


def test_a_factor_that_matters_gives_differences_in_the_same_futures(grid):
    row = grid.line("dwellings.offered").loc["point_3"]
    frame = grid.measures.query("measure == 'dwellings' and detail == 'offered'")
    totals = frame.groupby(["scenario", "replication"], observed=True)["value"].sum() / 730 * 365.25
    paired = (totals["point_3"] - totals["point_1"]).to_numpy()
    assert row["difference"] == pytest.approx(paired.mean())
    half = stats.t.ppf(0.975, 2) * stats.sem(paired)
    assert row["difference_low"] == pytest.approx(paired.mean() - half)
    assert row["difference"] > 0


def test_results_do_not_depend_on_jobs_or_on_the_trial(grid):
    design = plan(FILE, {DWELLINGS: [12, 24], TITLE: ["A", "B"]})
    again = run_design(design, 3, jobs=2, first=try_one(design))
    pd.testing.assert_frame_equal(again.table, grid.table, check_exact=True)
    assert [one.digest for one in again.runs] == [one.digest for one in grid.runs]


def test_a_point_equals_a_run_with_the_same_settings(grid):
    alone = flowsim.run(tiny("base", f"{DWELLINGS}=24"), replications=3)
    assert [one.digest for one in alone.runs] == [one.digest for one in grid.runs_of("point_3")]


def test_estimating_in_parts_gives_what_estimating_at_once_gives(grid, monkeypatch):
    monkeypatch.setattr("flowsim.experiment.sweep.POINTS_AT_ONCE", 1)
    parts = Sweep(grid.batch, grid.design).summary
    pd.testing.assert_frame_equal(parts, grid.summary)


def test_progress_hears_of_every_run():
    heard = []
    design = plan(FILE, {DWELLINGS: [12, 24]})
    run_design(design, 2, first=try_one(design), progress=lambda *told: heard.append(told))
    assert heard == [(2, 4), (3, 4), (4, 4)]


def test_ctrl_c_keeps_the_points_that_are_complete():
    def stop(done, total):
        if done == 5:
            raise KeyboardInterrupt

    found = flowsim.sweep(FILE, {DWELLINGS: [12, 24, 36]}, replications=2, progress=stop)
    assert found.interrupted
    assert [one.values for one in found.points] == [(12,), (24,)]
    assert len(found.runs) == 4
    assert list(found.line(DEFAULT).index) == ["point_1", "point_2"]


def test_a_sweep_has_at_least_one_replication():
    with pytest.raises(ValueError, match="at least 1"):
        flowsim.sweep(FILE, {DWELLINGS: [12]}, replications=0)


# ---------------------------------------------------------------- tables
def test_the_table_has_a_row_per_measure_and_point(grid):
    frame = grid.table
    assert list(frame.columns[:4]) == ["point", DWELLINGS, TITLE, "name"]
    assert not frame.duplicated(["point", "name"]).any()
    rows = frame[frame["name"] == "blocked"]
    assert rows[DWELLINGS].tolist() == [12, 12, 24, 24]
    assert rows[TITLE].tolist() == ["A", "B", "A", "B"]
    assert (frame["replications"] == 3).all()


def test_files_hold_the_very_numbers_with_a_column_for_each_factor(grid, tmp_path):
    paths = write_sweep_tables(grid, tmp_path, everything=True)
    names = ["sweep.csv", "measures.csv", "measures_by_period.csv"]
    assert [path.name for path in paths] == names
    with paths[2].open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [float(row["value"]) for row in rows] == grid.measures["value"].tolist()
    said = {(row["point"], row[DWELLINGS], row[TITLE]) for row in rows}
    assert ("point_2", "12", "B") in said
    assert len(said) == 4
    with paths[0].open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == len(grid.table)
    assert {row["difference"] for row in rows if row["point"] == "point_1"} == {""}


def test_the_trial_knows_the_names_that_the_sweep_will_have(grid):
    assert set(grid.table["name"]) <= set(try_one(grid.design).names())


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (("wait", "placement", "p90"), "wait.placement.p90"),
        (("cost", "", "mean"), "cost"),
        (("blocked", "dwelling", "mean"), "blocked.dwelling"),
        (("at_home_share", "", "share"), "at_home_share"),
    ],
)
def test_a_name_is_as_short_as_it_can_be(line, name):
    assert name_of(*line) == name


# ---------------------------------------------------------------- the norm
AT_MOST = Norm(measure=DEFAULT, bound=Bound.AT_MOST, value=26.0)
AT_LEAST = Norm(measure="outflow", bound=Bound.AT_LEAST, value=26.0)


def test_the_first_point_is_by_the_estimate_and_the_first_clear_one_by_the_whole_interval():
    found = meet(AT_MOST, [40, 25, 20, 10], [35, 20, 15, 9], [45, 30, 26, 11])
    assert found.points == (Meets.NO, Meets.BY_ESTIMATE, Meets.CLEARLY, Meets.CLEARLY)
    assert (found.first, found.first_clearly, found.lasts) == (1, 2, True)


def test_at_least_looks_at_the_other_end():
    found = meet(AT_LEAST, [25, 27, 30], [20, 22, 26], [30, 40, 35])
    assert found.points == (Meets.NO, Meets.BY_ESTIMATE, Meets.CLEARLY)


def test_what_is_not_reached_or_not_known_does_not_meet_a_norm():
    found = meet(AT_MOST, [INF, NAN, 20], [30, NAN, 15], [INF, NAN, INF])
    assert found.points == (Meets.NO, Meets.NO, Meets.BY_ESTIMATE)


def test_without_an_interval_only_the_estimate_speaks():
    found = meet(AT_MOST, [20], [NAN], [NAN])
    assert found.points == (Meets.BY_ESTIMATE,)
    assert found.first_clearly is None


def test_no_point_may_meet_it():
    found = meet(AT_MOST, [27, 28], [20, 20], [40, 40])
    assert (found.first, found.first_clearly, found.lasts) == (None, None, True)


def test_the_first_is_in_the_order_given_and_later_ones_may_fail():
    found = meet(AT_MOST, [20, 30], [19, 29], [21, 31])
    assert (found.first, found.lasts) == (0, False)


@pytest.mark.parametrize(
    ("text", "measure", "bound", "value"),
    [
        ("26", DEFAULT, Bound.AT_MOST, 26),
        ("0.8", "wait.placement.placed_within_26_weeks", Bound.AT_LEAST, 0.8),
        ("<=0.8", "wait.placement.placed_within_26_weeks", Bound.AT_MOST, 0.8),
        (">= 12", "outflow", Bound.AT_LEAST, 12),
        ("1.9e7", "cost", Bound.AT_MOST, 1.9e7),
        ("20", "blocked.dwelling", Bound.AT_MOST, 20),
    ],
)
def test_a_norm_knows_its_side_where_there_is_a_better_one(text, measure, bound, value):
    assert read_norm(text, measure) == Norm(measure=measure, bound=bound, value=value)


@pytest.mark.parametrize(
    ("text", "measure", "message"),
    [
        ("soon", DEFAULT, "'soon'"),
        ("nan", DEFAULT, "'nan'"),
        ("<=", DEFAULT, "'<='"),
        ("12", "outflow", '"<=12" or ">=12"'),
    ],
)
def test_a_norm_without_number_or_side_is_refused(text, measure, message):
    with pytest.raises(ScenarioError, match=r"^--norm: ") as caught:
        read_norm(text, measure)
    assert message in str(caught.value)


def test_a_sweep_says_which_points_meet_a_norm(grid):
    values = grid.line("dwellings.offered")["value"].tolist()
    found = grid.meeting(f">={values[2]}", "dwellings.offered")
    assert found.first == 2
