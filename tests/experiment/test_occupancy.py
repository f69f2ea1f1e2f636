"""The table of occupancy: from ledgers written by hand to the number of places for a target."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import flowsim
from flowsim.experiment.batch import Batch
from flowsim.experiment.results import Results
from flowsim.ledger import EventKind as K
from flowsim.ledger import How, Reason
from tests.experiment.handmade_results import five, results_of
from tests.experiment.tiny_worlds import tiny_comparison
from tests.handmade import BEDS, CARE, DESK, pool_row, row
from tests.worlds import clients, copies, places


def full_house(*until: float):
    """Return a ledger in which so many live in sheltered housing from the start, until a day."""
    return five(
        [row(0, i, K.PLACED, ref=0, why=How.START) for i in range(len(until))]
        + [row(day, i, K.GONE, why=Reason.DEATH) for i, day in sorted(enumerate(until),
                                                                      key=lambda one: one[1])]
    )  # fmt: skip


def told(results: Results, variant: str, scenario: str = "hand") -> dict[str, float]:
    frame = results.occupancy
    mine = frame[(frame["variant"] == variant) & (frame["scenario"] == scenario)]
    (found,) = mine.drop(columns=["scenario", "area", "variant"]).to_dict("records")
    return found


def test_the_distribution_is_over_time_and_over_all_futures_together():
    # Two of two places taken for 100 days and one for 400 in the first future, none in the second;
    # of 14 days of turnover after each.
    results = results_of({"hand": [full_house(86.0, 386.0), full_house()]})
    found = told(results, "bw")
    assert found["places"] == 2
    assert found["taken"] == pytest.approx((2 * 100 + 300) / 1460)
    assert found["full"] == pytest.approx(100 / 1460)
    assert [found[f"taken_{one}"] for one in ("p10", "p50", "p90", "most")] == [0, 0, 1, 2]
    assert found["asked"] == found["taken"]  # nobody waits


def test_as_many_places_as_are_asked_for_but_for_a_share_of_the_time():
    # Asked for: 0 in 2027 and in 1060 days of both; 1 in 300; 2 in 100 of 1460 days.
    results = results_of({"hand": [full_house(86.0, 386.0), full_house()]})
    found = told(results, "bw")
    # Two are asked for or more in 6.8% of the time, one or more in 27%; never three.
    assert found["places_for_1_in_5"] == 2
    assert found["places_for_1_in_10"] == 2
    assert np.isnan(found["places_for_1_in_20"])


def test_scenarios_and_groups_stand_below_one_another_the_base_first():
    results = results_of({"one": [five()], "two": [full_house(40.0)]})
    frame = results.occupancy
    assert list(zip(frame["scenario"], frame["variant"], strict=True)) == [
        ("one", "bt"), ("one", "bw"), ("two", "bt"), ("two", "bw"),
    ]  # fmt: skip
    assert told(results, "bt", "one")["places"] == 5
    assert told(results, "bt", "one")["asked"] > told(results, "bt", "one")["taken"]


def test_the_share_of_time_without_a_free_place_is_the_line_of_the_summary():
    results = results_of({"hand": [five(), full_house(100.0, 300.0)]})
    line = results.pick(measure="full", detail="bw")["value"].item()
    assert told(results, "bw")["full"] == pytest.approx(line, rel=1e-12)
    assert line > 0


def test_runs_kept_by_an_earlier_version_have_no_rows():
    results = results_of({"hand": [five()]})
    old = [dataclasses.replace(one, more={}) for one in results.batch.runs]
    batch = Batch.of(results.scenarios, old, planned=1)
    assert len(Results(batch).occupancy) == 0


def test_without_places_with_a_limit_there_is_no_row():
    scenario = copies(50, demand=[clients(0.1)])
    assert len(flowsim.run(scenario, replications=2).occupancy) == 0


def test_the_table_is_the_same_whatever_is_kept_and_wherever_it_is_made():
    scenario = copies(200, areas=2, demand=[clients(0.3)], variant=[places(2, 10.0)])
    alone = flowsim.run(scenario, replications=2).occupancy
    others = flowsim.run(scenario, replications=2, jobs=2, keep=["ledger"]).occupancy
    assert alone.equals(others)
    assert list(alone["area"]) == ["m000", "m001"]


@pytest.mark.parametrize("table", ["summary", "by_year", "by_area"])
def test_shares_lie_between_0_and_1_in_every_year_and_area(table):
    frame = getattr(tiny_comparison(), table)
    for measure in ("full", "placed_later", "turned_away"):
        share = frame.loc[frame["measure"] == measure, "value"].dropna()
        assert len(share), measure
        assert ((share >= 0) & (share <= 1)).all()


def test_who_is_turned_away_is_of_whose_asking_ended():
    # One gets no award, one has waited and gives up, one dies waiting, one gets a place.
    ends = [
        row(1, 0, K.NOTIFIED, ref=DESK),
        row(2, 0, K.NOT_AWARDED, why=Reason.REJECTED),
        *(row(1, i, K.AWARDED, ref=0) for i in (1, 2, 3)),
        row(5, 1, K.GONE, why=Reason.GAVE_UP),
        row(6, 2, K.GONE, why=Reason.DEATH),
        row(7, 3, K.PLACED, ref=0),
        row(9, 4, K.AWARDED, ref=-1),
        row(9, 4, K.GONE, why=Reason.NO_VARIANT),
    ]
    pools = [pool_row(0, BEDS, 0), pool_row(0, CARE, 1000)]
    rows = sorted([*pools, *ends], key=lambda one: one[0])
    found = results_of({"hand": [five(rows)]}).pick(measure="turned_away")
    assert found["value"].item() == pytest.approx(3 / 5)
