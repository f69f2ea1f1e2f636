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
