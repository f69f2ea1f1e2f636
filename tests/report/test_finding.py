"""Titles of charts: a difference only where its sign is sure, and with what it is paid."""

import math
import re

import pytest

import flowsim
from flowsim.experiment.estimates.estimate import Direction, Verdict
from flowsim.report.finding import COST, WAIT, finding
from flowsim.report.wording import wording
from flowsim.report.write import chart_data
from tests.experiment.tiny_worlds import tiny

NL, EN = wording("nl"), wording("en")
TITLES = {"base": "Nu", "a": "Meer woningen", "b": "Minder plekken"}


def cell(key, about, difference, ends, verdict, n=30):
    measure, detail, statistic = about
    return {
        "scenario": key, "measure": measure, "detail": detail, "statistic": statistic,
        "unit": {"wait": "weeks", "cost": "EUR a year"}.get(measure, "persons a year"),
        "value": 20.0, "low": 18.0, "high": 22.0, "difference": difference,
        "difference_low": ends[0], "difference_high": ends[1], "verdict": verdict,
        "direction": Direction.HIGHER if difference > 0 else Direction.LOWER,
        "replications": n, "p_holm": 0.01, "matters": 1.0, "reason": "", "difference_reason": "",
    }  # fmt: skip


def told(*listed):
    return {
        (one["scenario"], one["measure"], one["detail"], one["statistic"]): one for one in listed
    }


@pytest.mark.parametrize(
    "verdict", [Verdict.CLOSE, Verdict.SAME, Verdict.SLIGHT, Verdict.NONE, Verdict.EXACT]
)
@pytest.mark.parametrize("line", [WAIT, COST])
def test_what_is_not_sure_is_no_title(line, verdict):
    assert finding(line, told(cell("a", line, -8.5, (-10.0, -7.0), verdict)), TITLES, NL) == ""


def test_the_largest_sure_difference_of_the_wait_is_the_title():
    cells = told(
        cell("a", WAIT, -8.45, (-9.7, -7.2), Verdict.CLEAR),
        cell("b", WAIT, 2.4, (1.2, 3.7), Verdict.LIKELY),
    )
    assert finding(WAIT, cells, TITLES, NL) == (
        "Bij ‘Meer woningen’ wachten mensen gemiddeld ruim 8 weken korter op een eerste plek "
        "(7 tot 10)"
    )
    assert finding(WAIT, cells, {"base": "Nu", "b": TITLES["b"]}, NL) == (
        "Bij ‘Minder plekken’ wachten mensen waarschijnlijk gemiddeld ruim 2 weken langer op een "
        "eerste plek (1 tot 4)"
    )


def test_a_shorter_wait_is_not_told_without_who_gives_up_for_it():
    cells = told(
        cell("a", WAIT, -8.45, (-9.7, -7.2), Verdict.CLEAR),
        cell("a", ("gave_up", "", "mean"), 4.2, (3.0, 5.4), Verdict.CLEAR),
    )
    assert finding(WAIT, cells, TITLES, NL).endswith(
        "; maar per jaar haken gemiddeld 4,2 mensen meer af"
    )


def test_a_lower_cost_is_a_finding_only_where_no_fewer_are_supported():
    less = cell("a", COST, -0.87e6, (-1.02e6, -0.71e6), Verdict.CLEAR)
    assert finding(COST, told(less), TITLES, NL) == (
        "Bij ‘Meer woningen’ kost een jaar gemiddeld 0,9 miljoen euro minder (0,71 tot 1,02)"
    )
    assert finding(COST, told(less), TITLES, EN) == (
        "With ‘Meer woningen’ a year costs on average 0.9 million EUR less (0.71 to 1.02)"
    )
    fewer = cell("a", ("supported", "", "mean"), -4.0, (-5.0, -3.0), Verdict.CLEAR)
    assert finding(COST, told(less, fewer), TITLES, NL) == ""


def test_every_number_of_a_title_is_of_its_row():
    for difference in (-31.7, -2.2, 1.6, 12.04):
        ends = difference - 0.6, difference + 0.6
        text = finding(WAIT, told(cell("a", WAIT, difference, ends, Verdict.CLEAR)), TITLES, NL)
        low, high = (float(n.replace(",", ".")) for n in re.findall(r"([\d,]+)", text)[-2:])
        assert low <= abs(difference) <= high
        assert high - low <= 1.2 + 2
        assert ("korter" in text) == (difference < 0)
        assert not math.isnan(low)


def test_what_cannot_be_decided_is_in_no_title_and_the_base_always_is():
    undecided = "scenario.decision=false"
    base, *others = tiny("base", undecided), tiny("more_dwellings"), tiny("less_staff", undecided)
    data = chart_data(flowsim.compare(base, others, replications=2), NL)
    assert set(data.titles) == {"base", "more_dwellings", "less_staff"}
    assert list(data.decisions) == ["base", "more_dwellings"]
