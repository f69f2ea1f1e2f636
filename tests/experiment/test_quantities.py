"""The one list of quantities: unambiguous, and no threshold below what can be read."""

from collections import Counter

import pytest

from flowsim.experiment.quantities import homes
from flowsim.experiment.quantities.kinds import ANY, Good
from flowsim.experiment.quantities.quantity import QUANTITIES, quantity
from flowsim.metrics.chains import holders
from flowsim.metrics.why import causes


def test_no_line_has_two_quantities():
    about = [(one.measure, one.detail, one.statistic, one.unit) for one in QUANTITIES]
    assert max(Counter(about).values()) == 1


@pytest.mark.parametrize("one", QUANTITIES, ids=lambda q: f"{q.measure}-{q.detail}-{q.statistic}")
def test_what_matters_can_be_read_in_the_table(one):
    # Otherwise a difference that reads 0 would be called lower.
    assert one.matters > one.grain
    assert one.decimals >= one.say


def test_a_line_of_its_own_goes_before_one_for_any_detail():
    assert quantity("residents_by_variant", "bw", "mean").detail == ANY
    assert quantity("cost", "care", "mean").part == "care"
    assert quantity("staff_short", "team", "mean", "FTE").unit == "FTE"
    assert quantity("staff_short", "team", "mean", "hours a week").unit == "hours a week"


def test_an_unknown_line_is_told_by_its_unit():
    found = quantity("own_metric", "x", "share", "share")
    assert (found.unit, found.factor, found.measure) == ("%", 100, "own_metric")
    assert quantity("own_metric", "", "mean", "cats").unit == "cats"


def test_money_is_neither_good_nor_bad():
    assert {one.good for one in QUANTITIES if one.measure == "cost"} == {Good.NONE}


def test_whatever_people_with_an_award_wait_for_has_its_line_among_the_ends():
    listed = {*holders.ENDS, *causes.CAUSES} - {"place", *causes.AT_DESK.values()}
    assert set(homes.ENDS) == listed
