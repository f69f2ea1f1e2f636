"""What a sweep goes over: a hypercube, a list of points, and several scenarios."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flowsim
from flowsim.errors import ScenarioError
from flowsim.experiment.design import plan
from flowsim.experiment.hypercube import latin_hypercube
from flowsim.experiment.keys import scenario_hash
from flowsim.experiment.levers import levers_of, read_levers, said_of
from flowsim.experiment.points_file import read_points
from flowsim.experiment.sketch import sketch
from flowsim.experiment.writing.sweep_tables import write_sweep_tables
from tests.experiment.tiny_worlds import TINY, tiny

FILE, STAFF = TINY / "base.toml", TINY / "less_staff.toml"
DWELLINGS, PLACES = "dwellings.contingent.per_year", "variant.bw.places"


def problems_of(vary, **more):
    with pytest.raises(ScenarioError) as caught:
        plan(FILE, vary, **more)
    return [str(problem) for problem in caught.value.problems]


# ---------------------------------------------------------------- a hypercube
ENDS = st.tuples(st.integers(-50, 50), st.integers(1, 1000)).map(lambda two: (two[0], sum(two)))


@settings(derandomize=True, deadline=None)
@given(st.lists(ENDS, min_size=1, max_size=4), st.integers(1, 60), st.integers(0, 9))
def test_each_part_of_each_range_holds_one_point(ranges, count, seed):
    wide = [(float(low), float(high)) for low, high in ranges]
    for (low, high), column in zip(
        wide, zip(*latin_hypercube(wide, count, seed), strict=True), strict=True
    ):
        assert all(low <= value <= high for value in column)
        shares = sorted((value - low) / (high - low) * count for value in column)
        assert all(i - 0.02 <= share <= i + 1.02 for i, share in enumerate(shares))
    for (low, high), column in zip(
        ranges, zip(*latin_hypercube(ranges, count, seed), strict=True), strict=True
    ):
        assert {type(value) for value in column} == {int}
        assert low <= min(column) <= max(column) <= high
        times = [column.count(value) for value in range(low, high + 1)]
        assert max(times) <= -(-count // (high - low + 1)) + 1


def test_a_hypercube_is_that_of_its_seed_and_no_lever_follows_another():
    ranges = [(0.0, 1.0), (0.0, 1.0), (10, 40)]
    first = latin_hypercube(ranges, 50, 1)
    assert first == latin_hypercube(ranges, 50, 1) != latin_hypercube(ranges, 50, 2)
    assert pd.DataFrame(first).corr().abs().stack().lt(1).sum() == 6


def test_no_drawn_number_has_three_decimals_which_might_be_taken_for_thousands():
    (column,) = zip(*latin_hypercube([(36.0, 60.0)], 500, 0), strict=True)
    assert not [value for value in column if round(value, 3) == value]
    assert all(round(value, 4) == value for value in column)


def test_ranges_are_written_as_on_the_command_line_or_as_pairs():
    texts, _ = read_levers([f"{PLACES}=12..20", f"{DWELLINGS}=6.0..26"], 7, 3)
    pairs, _ = read_levers({PLACES: (12, 20), DWELLINGS: [6.0, 26]}, 7, 3)
    assert texts == pairs
    assert texts.count == len(texts.listed) == 7
    assert {type(value) for value in texts.factors[0].values} == {int}
    assert {type(value) for value in texts.factors[1].values} == {float}


@pytest.mark.parametrize(
    ("vary", "more", "messages"),
    [
        ({PLACES: (20, 12), DWELLINGS: (1, "x"), "desk.toegang.fte": (1, 2, 3)}, {"lhs": 4},
         [f"{PLACES}: 20, 12; write for example variant.bw.places=140..160",
          f'{DWELLINGS}: 1, "x"; write', "desk.toegang.fte: 1, 2, 3; write"]),
        ([f"{PLACES}=12..20"], {}, [f"{PLACES}: 12..20; a range is for --lhs N"]),
        ([f"{PLACES}=12,20,30"], {"lhs": 3}, [f"{PLACES}: 12, 20, 30; write for example"]),
        ({PLACES: (12, 20)}, {"lhs": 0}, ["--lhs: 0 points; from 1 to 100000"]),
        ({PLACES: (12, 20)}, {"lhs": 10**9}, ["--lhs: 1000000000 points; from 1 to 100000"]),
        ({"variant.bv.places": (1, 2)}, {"lhs": 3}, ["no variant 'bv'"]),
        ({"variant.bv.places": (1, 2), DWELLINGS: (3, 1)}, {"lhs": 3},
         [f"{DWELLINGS}: 3, 1; write", "no variant 'bv'"]),
        ({"scenario.seed": (1, 2)}, {"lhs": 3}, ["scenario.seed: cannot be varied"]),
        ([{PLACES: 12, DWELLINGS: 6}, {PLACES: 13}, {DWELLINGS: float("nan"), PLACES: ""}], {},
         [f"{DWELLINGS}: point 2 has no value", f"{PLACES}: point 3 has no value",
          f"{DWELLINGS}: point 3 has no value"]),
        ([{PLACES: 12}], {"lhs": 3}, ["--lhs draws the points"]),
        ([{PLACES: 12, "variant.bw": 3}], {}, [f"--vary gives {PLACES} too"]),
        ([{"scenario.years": 3}], {}, ["scenario.years: cannot be varied"]),
        ([{PLACES: 12}, {PLACES: object}], {}, ["a value that a scenario file can hold"]),
        ([{PLACES: -1}, {PLACES: 13}], {}, ["-1"]),
    ],
)  # fmt: skip
def test_every_mistake_is_told_at_once(vary, more, messages):
    found = problems_of(vary, **more)
    assert len(found) >= len(messages)
    for message in messages:
        assert sum(message in problem for problem in found) == 1, found


# ---------------------------------------------------------------- points
def test_points_are_those_of_the_list_in_its_order():
    points = [{PLACES: 15, DWELLINGS: 12}, {DWELLINGS: 6, PLACES: 16}, {PLACES: 15, DWELLINGS: 6}]
    design = plan(FILE, points)
    assert [one.values for one in design.points] == [(15, 12), (16, 6), (15, 6)]
    assert [one.values for one in design.factors] == [(15, 16), (12, 6)]
    assert plan(FILE, pd.DataFrame(points)).levers == design.levers
    wanted = tiny("base", f"{PLACES}=16", f"{DWELLINGS}=6")
    assert scenario_hash(design.points[1].scenario) == scenario_hash(wanted)
    assert levers_of(said_of(design.levers)) == design.levers
    assert said_of(plan(FILE, {PLACES: [15, 16]}).levers) is None


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_file_of_points_is_read_as_vary_reads_values(sign, tmp_path):
    lines = [("variant . bw.places", "placement.priority"), ("15", '"[""move"", ""new""]"'),
             ("16.5", '"[""new"", ""move""]"')]  # fmt: skip
    file = tmp_path / "points.csv"
    file.write_text("\ufeff" + "\n".join(sign.join(line) for line in lines) + "\n\n", "utf-8")
    assert read_points(file) == [
        {PLACES: 15, "placement.priority": ["move", "new"]},
        {PLACES: 16.5, "placement.priority": ["new", "move"]},
    ]


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("", ["no points"]),
        ("a.b", ["no points; a line for each point"]),
        ("a.b,a..c,\n1,2", ["the column 'a..c'", "the column ''", "point 1 has 2 values"]),
        ("a.b,a.b\n1,2\n1", ["the columns 'a.b' and 'a.b'", "point 2 has 1 values"]),
        ('a.b\n"1', ["no CSV: "]),
        (b"a.b\n\xff", ["no text in UTF-8"]),
        (None, ["cannot be read: "]),
    ],
)
def test_a_file_that_is_no_table_of_points_is_told_all_at_once(text, messages, tmp_path):
    file = tmp_path / "points.csv"
    if text is not None:
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ScenarioError) as caught:
        read_points(file)
    found = [str(problem) for problem in caught.value.problems]
    assert len(found) == len(messages)
    for message in messages:
        assert sum(message in problem for problem in found) == 1, found
    assert all(problem.startswith(str(file)) for problem in found)


def test_a_point_that_is_listed_twice_is_run_twice_and_comes_to_the_same():
    found = flowsim.sweep(FILE, [{PLACES: 15}, {PLACES: 16}, {PLACES: 15.0}], 2)
    digests = [[run.digest for run in found.runs_of(key)] for key in found.keys]
    assert digests[0] == digests[2] != digests[1]
    assert found.factors[0].values == (15, 16)


# ---------------------------------------------------------------- several scenarios
@pytest.fixture(scope="module")
def two():
    return flowsim.sweep([FILE, STAFF], {DWELLINGS: [12, 24]}, 2)


def test_every_scenario_is_run_at_every_point_on_the_same_chance(two):
    assert [(one.name, one.of, one.values) for one in two.points] == [
        ("point_1", "base", (12,)), ("point_2", "base", (24,)),
        ("point_3", "less_staff", (12,)), ("point_4", "less_staff", (24,)),
    ]  # fmt: skip
    alone = flowsim.run(tiny("less_staff", f"{DWELLINGS}=24"), 2)
    assert [one.digest for one in alone.runs] == [one.digest for one in two.runs_of("point_4")]
    assert two.by_scenario() == {"base": range(2), "less_staff": range(2, 4)}
    assert two.scenarios[3].scenario.title["en"].endswith(f", {DWELLINGS} = 24")
    pair = flowsim.sweep([FILE, STAFF], {DWELLINGS: [12, 24]}, 2, jobs=2)
    pd.testing.assert_frame_equal(pair.table, two.table, check_exact=True)


def test_tables_say_which_scenario(two, tmp_path):
    rows = two.table[two.table["name"] == "blocked"]
    assert list(rows.columns[:4]) == ["point", "scenario", DWELLINGS, "name"]
    assert rows["scenario"].tolist() == ["base", "base", "less_staff", "less_staff"]
    assert rows[DWELLINGS].tolist() == [12, 24, 12, 24]
    for path in write_sweep_tables(two, tmp_path, everything=True):
        frame = pd.read_csv(path)
        assert list(frame.columns[:3]) == ["point", "scenario", DWELLINGS], path
        assert set(zip(frame["point"], frame["scenario"], strict=True)) == {
            ("point_1", "base"), ("point_2", "base"), ("point_3", "less_staff"),
            ("point_4", "less_staff"),
        }  # fmt: skip


def test_scenarios_functions_and_files_may_be_swept():
    sources = [tiny(), STAFF, lambda overrides: tiny("more_dwellings", *overrides)]
    found = plan(sources, {PLACES: [15, 16]}, ["desk.toegang.fte=2"])
    assert found.keys == ("base", "less_staff", "more_dwellings")
    settings = ("desk.toegang.fte=2", f"{PLACES}=16")
    for point, name in zip(found.points[1::2], found.keys, strict=True):
        assert scenario_hash(point.scenario) == scenario_hash(tiny(name, *settings))
    called = tiny().with_({}, name="mine")
    assert plan([tiny(), called], {PLACES: [15]}).keys == ("base", "mine")


def test_scenarios_that_cannot_stand_side_by_side_are_refused(tmp_path):
    def found(*sources, vary=None):
        with pytest.raises(ScenarioError) as caught:
            plan(list(sources), vary or {PLACES: [15, 16, 17]})
        return [str(problem) for problem in caught.value.problems]

    assert "two scenarios are called 'base'" in "".join(found(FILE, FILE))
    (lost,) = found(FILE, TINY / "more_dwellings.toml", vary={DWELLINGS: [1, 2, 3]})
    assert lost.startswith(f"--vary: {DWELLINGS}: 'more_dwellings' sets this itself")
    longer = tiny("base", "scenario.years=3", "scenario.name=longer")
    assert len(found(FILE, longer)) == 1
    missing, wrong = tmp_path / "no.toml", {PLACES: [-1]}
    assert len(found(missing, FILE, vary=wrong)) == 2


def test_a_sketch_has_the_first_point_of_each_scenario():
    found = sketch([FILE, STAFF], {PLACES: [15, 16, 17]})
    assert found.points == 3
    assert [one.key for one in found.first] == ["base", "less_staff"]
    assert {one.variant[0].places.total for one in found.first} == {15}
    drawn = sketch(FILE, {PLACES: (15, 20)}, (), 9)
    assert drawn.points == 9
