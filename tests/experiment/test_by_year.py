"""Every line by year, and from the first year with a difference on."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

import flowsim
from flowsim.experiment.tables.since import first_difference, years_since
from tests.experiment.handmade_results import five, results_of, two_years
from tests.experiment.test_lines import on_paper
from tests.experiment.tiny_worlds import tiny, tiny_comparison


@pytest.fixture(scope="module")
def by_hand():
    return results_of({"hand": [five()] * 3}).by_year


@pytest.fixture(scope="module")
def comparison():
    return tiny_comparison()


def cell(frame: Any, measure: str, detail: str = "", statistic: str = "", **where: str) -> float:
    mine = (frame["measure"] == measure) & (frame["detail"] == detail)
    for name, word in (where | ({"statistic": statistic} if statistic else {})).items():
        mine &= frame[name] == word
    (found,) = frame.loc[mine, "value"]
    return float(found)


@pytest.mark.parametrize(("at", "year"), [(1, "2026"), (2, "2027")])
def test_every_line_of_a_year_is_what_was_written(by_hand, at, year):
    mine = by_hand[(by_hand["year"] == year) & (by_hand["measure"] != "wait")]
    found = dict(zip(zip(mine["measure"], mine["detail"], strict=True), mine["value"], strict=True))
    expected = {line: numbers[at] for line, numbers in on_paper().items()}
    assert set(found) == set(expected)
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-12, nan_ok=True)


def test_waits_belong_to_the_year_in_which_they_began(by_hand):
    # Client 0 waited 30 days for a first place in 2026, client 4 60 days in 2027; client 2 began
    # to wait before the window, so in none of its years.
    for year, days in (("2026", 30), ("2027", 60)):
        weeks = cell(by_hand, "wait", "placement", "mean_104_weeks", year=year)
        assert weeks == pytest.approx(days / 7)
    assert cell(by_hand, "wait", "internal", "mean_104_weeks", year="2026") == pytest.approx(50 / 7)
    kinds = by_hand[(by_hand["measure"] == "wait") & (by_hand["year"] == "2027")]["detail"]
    assert "internal" not in set(kinds)  # nobody began one


def test_the_wait_for_an_assessor_is_a_wait_of_its_own(by_hand):
    # Client 0 waited 2 of 10 days for one, client 3 (795 days, to the end) only for one.
    within = cell(by_hand, "wait", "access_assessor", "placed_within_52_weeks", year="2026")
    assert within == pytest.approx(0.5)
    mean = cell(by_hand, "wait", "access_assessor", "mean_104_weeks", year="2026")
    assert mean == pytest.approx((2 + 728) / 2 / 7)


LENGTH = {"2026": 365.0, "2027": 365.0}
ADD_UP = ("a year", "persons", "FTE", "hours a week")


def test_the_years_make_the_window(comparison):
    years, whole = comparison.by_year, comparison.summary
    keys = ["scenario", "measure", "detail", "statistic"]
    shares = years["measure"].isin(["wait", "cost_per_person"])
    mine = years[years["unit"].str.endswith(ADD_UP) & ~shares]
    days = mine["year"].map(LENGTH)
    mean = (mine["value"] * days).groupby([mine[k] for k in keys]).sum() / 730
    table = whole.set_index(keys)["value"]
    assert len(mean) > 100
    np.testing.assert_allclose(mean, table.loc[mean.index], rtol=1e-9, atol=1e-9)


def test_what_is_needed_is_the_sum_of_what_became_of_it_in_every_year(comparison):
    mine = comparison.by_year[comparison.by_year["measure"] == "dwellings"]
    table = mine.pivot(index=["scenario", "year"], columns="detail", values="value")
    parts = ["used", "found_alone", "without", "ended", "unmet"]
    np.testing.assert_allclose(table[parts].sum(axis=1), table["needed"], atol=1e-9)
    np.testing.assert_allclose(table["ended"] + table["unmet"], table["short"], atol=1e-9)


def test_differences_are_paired_and_judged_over_all_years_of_a_panel(comparison):
    frame = comparison.by_year
    keys = ["measure", "detail", "statistic", "year"]
    base = frame[frame["scenario"] == "base"].set_index(keys)["value"]
    others = frame[frame["scenario"] != "base"].set_index(keys)
    expected = others["value"] - base.loc[others.index]
    known = np.isfinite(expected)
    assert known.sum() > 200
    np.testing.assert_allclose(others["difference"][known], expected[known], rtol=1e-7, atol=1e-7)
    tested = others["p"].notna()
    assert (others["p_holm"][tested] >= others["p"][tested]).all()
    assert (others["p_holm"] > others["p"])[tested].any()


def test_numbers_are_the_same_whatever_is_beside_them(comparison):
    alone = flowsim.compare(comparison.scenarios[0], [], replications=4).by_year
    mine = comparison.by_year[comparison.by_year["scenario"] == "base"].reset_index(drop=True)
    keys = ["measure", "detail", "statistic", "year"]
    together = mine.set_index(keys)["value"]
    listed = alone.set_index(keys)["value"]
    both = listed.index.intersection(together.index)
    np.testing.assert_array_equal(listed.loc[both], together.loc[both])


# ---------------------------------------------------------------- since
def changed(day: date, **values: Any) -> Any:
    named = values or {"dwellings.homes.per_year": 20.0}
    return two_years("later", change=[{"date": day, "reason": "r", "set": named}])


def test_a_scenario_differs_from_its_first_dated_change_on():
    base = two_years()
    assert first_difference(changed(date(2026, 7, 1)), base) == 181
    assert (
        first_difference(changed(date(2026, 7, 1), **{"dwellings.homes.per_year": 10.0}), base)
        is None
    )
    assert first_difference(two_years("other", placement={"passing": False}), base) == 0
    assert first_difference(two_years("same"), base) is None


def test_a_change_that_the_base_has_too_is_no_difference():
    both = changed(date(2026, 7, 1))
    assert first_difference(changed(date(2026, 7, 1)), both) is None
    assert first_difference(two_years(), both) == 181


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 1, 2), 1),
        (date(2026, 12, 31), 1),
        (date(2027, 1, 1), 1),
        (date(2027, 1, 2), None),
    ],
)
def test_since_is_the_first_whole_year_with_the_difference(day, year):
    results = results_of({"hand": [five()] * 3, "later": [five()] * 3})
    later = changed(day)
    since = years_since((results.scenarios[0], later), results.years.length)
    assert since == ({} if year is None else {"later": year})


def test_from_the_change_on_there_are_only_its_years_and_those_who_began_to_wait_in_them():
    fewer = '{date=2027-01-01, reason="r", set={"dwellings.contingent.per_year"=6}}'
    later = tiny("base", f"change=[{fewer}]")
    about = later.scenario.model_copy(update={"name": "later"})
    renamed = later.model_copy(update={"scenario": about})
    renamed = renamed.known_as(base=later.base)
    frame = flowsim.compare(tiny("base"), [renamed], replications=3).by_year
    since = frame[frame["period"] == "since"]
    assert set(since["year"]) == {"2027"}
    assert set(since["scenario"]) == {"base", "later"}
    keys = ["scenario", "measure", "detail", "statistic"]
    year = frame[(frame["period"] == "year") & (frame["year"] == "2027")].set_index(keys)
    numbers = ["value", "low", "high", "difference", "difference_low", "difference_high"]
    mine = since.set_index(keys)[numbers]
    np.testing.assert_array_equal(mine, year.loc[mine.index, numbers])
    assert (since.loc[since["scenario"] == "later", "difference"] != 0).any()
    before = frame[(frame["year"] == "2026") & (frame["scenario"] == "later")]
    # Who began to wait in 2026 may wait on in another 2027.
    assert (before.loc[before["measure"] != "wait", "difference"].dropna() == 0).all()


def test_a_scenario_that_changes_nothing_is_the_same_in_every_line():
    """Also the median and the P90 of a year, which have no interval there."""
    base = tiny()
    other = base.model_copy(update={"scenario": base.scenario.model_copy(update={"name": "twin"})})
    found = flowsim.compare(base, [other], replications=3)
    frame = found.by_year[found.by_year["scenario"] == "twin"]
    known = frame[np.isfinite(frame["difference"])]
    assert set(known["statistic"]) >= {"median", "p90", "mean_104_weeks", "mean"}
    assert set(known["verdict"]) == {"exact"}
