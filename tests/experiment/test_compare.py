"""What may be compared with what."""

import pytest

import flowsim
from flowsim.errors import ScenarioError
from flowsim.experiment.compare import comparable
from tests.experiment.tiny_worlds import tiny, tiny_comparison


def test_scenarios_with_the_same_name_are_refused():
    with pytest.raises(ScenarioError, match="two scenarios are called 'base'"):
        flowsim.compare(tiny(), [tiny()], replications=1)


@pytest.mark.parametrize(
    "setting", ["scenario.start=2027-01-01", "scenario.years=3", "scenario.follow_up_days=10"]
)
def test_scenarios_over_other_windows_are_refused(setting):
    (problem,) = comparable([tiny(), tiny("more_dwellings", setting)])
    assert problem.path == setting.partition("=")[0]
    assert "compare scenarios over the same window" in str(problem)


def test_scenarios_of_one_region_may_differ_in_all_else():
    assert comparable([tiny(), tiny("more_dwellings", "variant.bw.places=20")]) == []


def test_the_first_scenario_is_the_base():
    comparison = tiny_comparison()
    assert comparison.base == "base"
    assert set(comparison.summary.loc[comparison.summary["verdict"] == "base", "scenario"]) == {
        "base"
    }


def test_numbers_must_go_by_the_same_areas_whether_that_is_said_or_not():
    asked = "scenario.numbers_by=municipality"
    assert comparable([tiny(), tiny("more_dwellings", asked)]) == []
    (problem,) = comparable([tiny(), tiny("more_dwellings", "scenario.numbers_by=subregion")])
    assert problem.path == "scenario.numbers_by"
    assert problem.found == "subregion, but municipality in 'base'"


def test_numbers_must_be_of_the_same_dates():
    (problem,) = comparable([tiny(), tiny("more_dwellings", "scenario.dates=daily")])
    assert problem.path == "scenario.dates"
    assert problem.found == "daily, but quarterly in 'base'"
    assert str(problem.allowed) == "compare numbers on the same dates"
    both = (tiny("base", "scenario.dates=daily"), tiny("more_dwellings", "scenario.dates=daily"))
    assert comparable(both) == []


def test_what_a_scenario_leaves_out_is_told_in_words():
    days = tiny("more_dwellings").model_copy(deep=True)
    about = days.scenario.model_copy(update={"years": None, "days": 700.0})
    problems = comparable([tiny(), days.model_copy(update={"scenario": about})])
    assert [str(one.found).partition(",")[0] for one in problems] == ["left out", "700"]
    assert not any("None" in str(one.found) for one in problems)
