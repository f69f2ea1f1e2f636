"""How far apart the dates are: more dates and nothing else, and a store never mixes them."""

from __future__ import annotations

import pytest

import flowsim
from flowsim.errors import ScenarioError
from flowsim.experiment import keys
from flowsim.experiment.burn_in import base_key
from flowsim.experiment.compare import compare
from flowsim.experiment.effort import effort_of
from flowsim.experiment.keep import Keep
from flowsim.experiment.run import run_once
from flowsim.store import Filling
from tests.experiment.tiny_worlds import tiny

APART = ("quarterly", "monthly", "daily")


def dated(dates: str):
    return tiny("base", f"scenario.dates={dates}")


@pytest.fixture(scope="module")
def results():
    return {dates: flowsim.run(dated(dates), replications=2) for dates in APART}


@pytest.mark.parametrize("dates", ["monthly", "daily"])
def test_on_a_date_that_is_in_both_the_numbers_are_the_same(results, dates):
    few, many = (results[one].measures for one in ("quarterly", dates))
    labels = ["replication", "period", "municipality", "variant", "measure", "detail"]
    shared = few.merge(many, on=labels, how="left", suffixes=("", "_more"))
    assert len(shared) == len(few)  # every row has one of its own
    assert (shared["value"] == shared["value_more"]).all()
    more = set(many["period"]) - set(few["period"])
    assert len(more) > len(set(few["period"]))
    assert all(len(one) == len("YYYY-MM-DD") for one in more)


@pytest.mark.parametrize("name", ["summary", "by_year", "by_area", "balance", "staff", "chains",
                                  "occupancy", "futures"])  # fmt: skip
def test_nothing_but_dates_is_otherwise(results, name):
    few, many = (getattr(results[one], name) for one in ("quarterly", "daily"))
    assert few.equals(many)


def test_people_over_time_are_on_every_date_of_the_window(results):
    days = (results["daily"].over_time["date"].unique()).tolist()
    length = 365 * 2 + 1
    assert len(days) == length
    assert days == sorted(days)
    months = results["monthly"].over_time["date"].unique()
    assert len(months) == 2 * 12 + 1
    assert set(results["quarterly"].over_time["date"]) < set(months) < set(days)


def test_the_run_has_a_key_of_its_own_and_the_people_of_today_are_the_same():
    of = {dates: dated(dates) for dates in APART}
    hashes = {keys.hash_of(one) for one in of.values()}
    assert len(hashes) == len(APART)
    assert len({base_key(one) for one in of.values()}) == 1


def test_what_is_left_out_is_quarterly_and_no_part_of_the_hash():
    assert keys.scenario_hash(tiny()) == keys.scenario_hash(dated("quarterly"))
    said = keys._said(tiny())
    assert "dates" not in said["scenario"]
    assert "years" in said["scenario"]


def test_a_store_runs_again_for_other_dates_and_keeps_both(tmp_path):
    with Filling.of(tmp_path) as store:
        few = compare(dated("quarterly"), (), 1, keep=Keep(store))
        many = compare(dated("monthly"), (), 1, keep=Keep(store))
        assert few.runs[0].digest == many.runs[0].digest
        assert len(many.measures) > len(few.measures)
        again = compare(dated("quarterly"), (), 1, keep=Keep(store))
        assert len(again.measures) == len(few.measures)
        assert store.database.execute("select count(*) from run").fetchone() == (2,)


def test_other_words_are_refused_and_a_dutch_one_is_told_in_english():
    with pytest.raises(ScenarioError) as refused:
        dated("weekly")
    (problem,) = refused.value.problems
    assert problem.path == "scenario.dates"
    with pytest.raises(ScenarioError, match="daily"):
        dated("dagelijks")


def test_what_it_takes_is_told_first_and_is_about_right():
    few, many = (effort_of([dated(dates)], 10) for dates in ("quarterly", "daily"))
    assert many.seconds > few.seconds
    assert many.bytes_at_work > few.bytes_at_work
    rows = [len(run_once(dated(dates), 0).measures["value"]) for dates in ("quarterly", "daily")]
    told = (many.bytes_at_work - few.bytes_at_work) / 100
    assert told / 3 < rows[1] - rows[0] < 3 * told


def test_a_scenario_that_is_written_out_says_its_dates():
    assert 'dates = "daily"' in dated("daily").to_toml()
