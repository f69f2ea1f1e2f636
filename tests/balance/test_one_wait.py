"""One wait for what is scarce: places, dwellings and hours, for all who ask for them."""

from __future__ import annotations

import math
from typing import Any

import pytest

from flowsim.balance import fluid_balance
from flowsim.balance.exchange import circles, exchanged
from flowsim.balance.saturation import Feeder, passed_to_next, waits_of
from flowsim.balance.search import Search
from flowsim.balance.steady import steady_flow
from flowsim.scenario import parse
from flowsim.scenario.flow import Leaving
from tests.balance import differing

Raw = dict[str, Any]


def rows(raw: Raw) -> dict[str, Any]:
    return {line.path: line for line in fluid_balance(parse(raw)) if line.path}


# ---------------------------------------------------------------- who leaves
def test_no_more_enter_than_there_are_dwellings_for_who_leaves():
    raw = differing.leavers(urgent=0.0)
    house = steady_flow(parse(raw)).stations["house"]
    assert house.entered == pytest.approx(50, rel=1e-3)
    assert house.residents == pytest.approx(120, rel=1e-3)
    assert "no more people enter than there are dwellings" in rows(raw)["dwellings.shelf"].note


def test_without_a_dwelling_nobody_enters_and_the_queue_is_before_the_places():
    raw = differing.leavers(urgent=0.0, a_year=0, patient=None)
    found = rows(raw)
    assert found["variant.house"].grows
    assert "no balance: the queue grows by 100.0 a year; 0.0 enter" in found["variant.house"].note
    assert found["dwellings.shelf"].note == "no balance: no dwelling ever comes"


def test_the_end_of_a_line_fills_up_as_a_house_does():
    flow = steady_flow(parse(differing.line_to_dwellings()))
    assert flow.stations["house"].entered == pytest.approx(365.25 / 2, rel=1e-3)
    assert flow.stations["house"].unserved == pytest.approx(365.25 / 2, rel=1e-3)
    assert flow.stations["home"].unserved == 0


def test_who_becomes_ready_while_waiting_gets_through_no_faster_than_places_empty():
    """One place: two dwellings a year, and one found alone in each year that somebody waits."""
    raw = differing.ready_before_there_is_a_place()
    house = steady_flow(parse(raw)).stations["house"]
    assert house.used == pytest.approx(1, rel=1e-3)
    assert house.entered == pytest.approx(3, rel=1e-3)
    assert "the queue grows by 15.0 a year" in rows(raw)["variant.house"].note


def test_urgency_ends_a_wait_beside_the_stream():
    raw = differing.leavers(urgent=0.6)
    house = steady_flow(parse(raw)).stations["house"]
    assert house.entered == pytest.approx(100, rel=1e-3)
    assert house.blocked == pytest.approx(100 * 60 / 365.25, rel=0.1)
    note = rows(raw)["dwellings.shelf"].note
    assert note.startswith("50.0 a year get one by urgency or alone, about 1")


@pytest.mark.parametrize("lead", [60.0, {"exponential": 60.0}, {"gamma": 60.0, "cv": 0.5}])
@pytest.mark.parametrize("alone", [0.0, 2.0])
def test_who_is_left_of_a_search_falls_with_time_and_the_mean_is_their_time(lead, alone):
    urgency = {"share": 0.4, "lead_days": lead}
    leaving = Leaving.model_validate({"find_alone_per_year": alone, "urgency": urgency})
    search = Search.of(leaving)
    still = [search.still(t / 10) for t in range(20)]
    assert still == sorted(still, reverse=True)
    for share in (0.95, 0.75, 0.65):
        assert search.still(search.until(share)) == pytest.approx(share, abs=1e-6)
    assert 0 < search.mean(1.0) < 1.0
    assert search.least == (0.0 if alone else pytest.approx(0.6))


def test_who_finds_alone_looks_as_long_as_an_exponential_says():
    search = Search(2.0, 0.0, 1.0, 1.0)
    assert search.mean(0.5) == pytest.approx((1 - math.exp(-1)) / 2)
    assert search.mean(search.until(0.25)) == pytest.approx(0.75 / 2)


# ---------------------------------------------------------------- several things at once
def test_who_needs_two_things_waits_for_the_scarcer():
    flow = steady_flow(parse(differing.place_and_dwelling()))
    home = flow.stations["home"]
    assert home.entered == pytest.approx(150, rel=1e-3)
    assert flow.used["shelf"] <= 60 * 1.001


def test_an_area_with_enough_does_not_shrink_with_one_that_has_not():
    raw = differing.dwellings_by_municipality()
    assert steady_flow(parse(raw)).stations["home"].entered == pytest.approx(90, rel=1e-3)
    areas = [x for x in fluid_balance(parse(raw)) if x.path == "dwellings.shelf"]
    assert [(round(x.value), round(x.against)) for x in areas] == [(60, 90), (30, 30)]


def test_who_prefers_a_provider_takes_no_place_of_another():
    house = steady_flow(parse(differing.preferred())).stations["house"]
    assert house.entered == pytest.approx(20 + 80, rel=1e-3)


def test_who_is_ready_while_waiting_passes_through():
    flow = steady_flow(parse(differing.ready_meanwhile()))
    waits = 100 / 365.25 * math.log(200 / (20 * 365.25 / 100))
    assert flow.stations["house"].entered == pytest.approx(200, rel=1e-3)
    assert flow.waiting == pytest.approx(200 * waits, rel=1e-3)


# ---------------------------------------------------------------- stations before one
def test_two_stations_before_one_wait_as_long_and_pass_what_one_station_would():
    feeders = [Feeder(6, 2.0), Feeder(3, 4.0)]
    waits = waits_of(feeders, 4, 2.0)
    passed = 6 / (2 + waits) + 3 / (4 + waits)
    pace = 6 / 2 + 3 / 4
    assert passed == pytest.approx(pace * passed_to_next(9, 1.0, pace / 9, 4, 2.0) / 9)


def test_one_station_before_one_is_the_tandem():
    waits = waits_of([Feeder(2, 2.0)], 3, 3.0)
    assert 2 / (2 + waits) == pytest.approx(passed_to_next(2, 2.0, 1.0, 3, 3.0))


# ---------------------------------------------------------------- exchange
def test_movers_change_places_along_the_shortest_circles():
    waits = {("a", "b"): 5.0, ("b", "a"): 2.0, ("b", "c"): 4.0, ("c", "a"): 1.0, ("c", "d"): 9.0}
    assert exchanged(waits) == {
        ("a", "b"): 3.0, ("b", "a"): 2.0, ("b", "c"): 1.0, ("c", "a"): 1.0,
    }  # fmt: skip
    assert exchanged({("a", "b"): 1.0, ("b", "c"): 1.0}) == {}
    assert circles(set(waits)) == [["a", "b", "c"]]


def test_movers_who_want_each_others_places_do_not_block_for_ever():
    flow = steady_flow(parse(differing.movers(patient=None)))
    assert flow.settled
    assert flow.stations["A"].unserved < 200
    assert flow.stations["A"].blocked + flow.stations["B"].blocked < 8


# ---------------------------------------------------------------- bounds
@pytest.mark.parametrize(
    ("raw", "bound", "says"),
    [
        (differing.circle(5.0), "at most", "at most: places are held in a circle of a, b"),
        (differing.circle(0.5), "", ""),
        (differing.movers(), "about", "about: residents of A, B wait for each other's places"),
        (differing.refusing(), "at most", "at most: people whom a provider refuses"),
        (differing.preferred("municipality"), "at most", "at most: people wait for the provider"),
        (differing.flipping(), "about", "about: residents who become tenants"),
    ],
    ids=["full circle", "half full", "movers", "refusals", "preferred by area", "flips"],
)
def test_a_row_that_is_a_bound_says_so_and_why(raw, bound, says):
    found = [x for x in fluid_balance(parse(raw)) if x.path.startswith("variant.")]
    assert found
    assert {x.bound for x in found if x.path != "variant.home"} == {bound}
    assert all(says in x.note for x in found if x.bound)


def test_the_work_of_desks_is_a_lower_bound_when_people_notify_again():
    raw = differing.refusing()
    raw["desk"] = [{"name": "desk", "assessors": 9, "assessment_days": 3}]
    assert rows(raw)["desk.desk"].bound == ""
    again = {"after": ["gave_up"], "share": 0.5, "days": 30}
    raw["demand"][0] |= {"again": again}
    assert rows(raw)["desk.desk"].bound == "at least"
