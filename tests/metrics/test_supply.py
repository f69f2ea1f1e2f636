"""Places, hours, dwellings and desks in cases that the story of four people does not hold."""

from __future__ import annotations

from datetime import date

import pytest

from flowsim.ledger import EventKind as K
from flowsim.ledger import How, LostBecause, Reason, RequestKind
from flowsim.metrics import measure
from tests.handmade import (
    BT,
    BW,
    cells,
    ledger_of,
    option,
    pool,
    pool_row,
    row,
    scenario_of,
)

Y = "2026"
BEDS, CLUSTER = 0, 1
PLACES = [pool("place", "bw", capacity=2), pool("place", "bt", capacity=2)]
OPTIONS = [option(BW, place=BEDS), option(BT, place=CLUSTER)]
SLOW = scenario_of(
    variant=[
        {"name": "bw", "places": 2, "turnover_days": 10.0},
        {"name": "bt", "places": 2, "turnover_days": 20.0},
    ]
)


def place_days(*rows, **changes) -> dict[tuple[str, str], float]:
    found = measure(
        ledger_of(rows, pools=PLACES, options=OPTIONS, sets=[(0,), (1,)], **changes), SLOW
    )
    return {key[2:]: value for key, value in cells(found, "place_days").items()}


def test_an_exchange_leaves_no_place_empty_between_two_residents():
    start = row(0, 0, K.PLACED, ref=0, why=How.START), row(0, 1, K.PLACED, ref=1, why=How.START)

    def swap(how):
        return row(100, 0, K.PLACED, ref=1, why=how), row(100, 1, K.PLACED, ref=0, why=how)

    exchanged = place_days(*start, pool_row(100, -1, 2, K.EXCHANGED), *swap(How.EXCHANGE))
    assert ("bw", "turning_over") not in exchanged
    assert ("bt", "turning_over") not in exchanged
    in_turn = place_days(*start, *swap(How.TURN))
    assert (in_turn["bw", "turning_over"], in_turn["bt", "turning_over"]) == (10, 20)


def test_a_dwelling_that_a_tenant_takes_over_leaves_no_place_behind():
    start = row(0, 0, K.PLACED, ref=0, why=How.START), row(0, 1, K.PLACED, ref=0, why=How.START)
    flips = (
        row(100, 0, K.PLACED, ref=1, why=How.FLIP),
        pool_row(100, BEDS, 1, K.CAPACITY),
        row(200, 1, K.HOUSED, ref=0, why=How.FLIP),
        pool_row(200, BEDS, 0, K.CAPACITY),
        row(200, 1, K.GONE, why=Reason.OWN_DWELLING),
        pool_row(300, BEDS, 1, K.CAPACITY),
    )
    assert place_days(*start, *flips) == {
        ("bw", "settled"): 100 + 200,
        ("bw", "unfilled"): 65,
        ("bt", "settled"): 265,
        ("bt", "unfilled"): 2 * 365 - 265,
    }


def test_dwellings_for_providers_are_counted_apart_where_tenancies_flip():
    flip = {"after_days": 9.0, "to": "bt"}
    variants = [{"name": "bw", "places": 2, "flip": flip}, {"name": "bt", "tenancy": "own"}]
    rows = pool_row(5, 0, 1, K.OFFERED), pool_row(5, 0, 0, K.REFILLED)
    ledger = ledger_of(rows, pools=[pool("dwellings", "homes", area="a")])
    told = cells(measure(ledger, scenario_of(variant=variants)), "dwellings")
    assert {key[3]: value for key, value in told.items()} == {"offered": 1, "to_provider": 1}
    plain = measure(ledger, scenario_of())
    assert "to_provider" not in set(plain["detail"][plain["measure"] == "dwellings"])


def test_a_place_turns_over_into_the_next_year_by_day():
    # Left on day 360 of 365: 5 of the 10 days fall in the year.
    rows = row(0, 0, K.PLACED, ref=0, why=How.START), row(360, 0, K.GONE, why=Reason.DEATH)
    assert place_days(*rows) == {
        ("bw", "settled"): 360,
        ("bw", "turning_over"): 5,
        ("bw", "unfilled"): 365,
        ("bt", "unfilled"): 730,
    }


def test_places_that_are_added_or_closed_count_from_that_day():
    rows = pool_row(100, BEDS, 5, K.CAPACITY), pool_row(300, BEDS, 1, K.CAPACITY)
    assert place_days(*rows)["bw", "unfilled"] == 2 * 100 + 5 * 200 + 1 * 65


def test_places_without_limit_have_no_place_days():
    unlimited = scenario_of(variant=[{"name": "bw"}, {"name": "bt"}])
    pools = [pool("place", "bw", capacity=1 << 30), pool("place", "bt", capacity=1 << 30)]
    found = measure(ledger_of([], pools=pools), unlimited)
    assert "place_days" not in set(found["measure"])


def test_exchanges_are_counted_with_their_people():
    rows = pool_row(100, -1, 2, K.EXCHANGED), pool_row(120, -1, 3, K.EXCHANGED)
    found = measure(ledger_of(rows, pools=PLACES, options=OPTIONS), SLOW)
    assert cells(found, "exchanges") == {(Y, "", "", "exchanges"): 2, (Y, "", "", "movers"): 5}


def test_a_pool_that_opens_later_has_no_places_before_and_who_is_reassigned_fills_one():
    # On day 100 the region's pool closes; its resident counts for the pool that takes over.
    pools = [*PLACES, pool("place", "bw", "north", capacity=3)]
    options = [*OPTIONS, option(BW, place=2)]
    rows = (
        row(0, 0, K.PLACED, ref=0, why=How.START),
        pool_row(100, BEDS, 0, K.CAPACITY),
        pool_row(100, 2, 3, K.CAPACITY),
        row(100, 0, K.REASSIGNED, ref=2),
        row(200, 0, K.GONE, why=Reason.DEATH),
    )
    found = measure(ledger_of(rows, pools=pools, options=options), SLOW)
    assert cells(found, "place_days", variant="bw") == {
        (Y, "r", "bw", "settled"): 100,
        (Y, "r", "bw", "unfilled"): 100,
        (Y, "north", "bw", "settled"): 100,
        (Y, "north", "bw", "turning_over"): 10,
        (Y, "north", "bw", "unfilled"): 2 * 100 + 2 * 10 + 3 * 155,
    }


def test_residents_beyond_the_places_there_are_leave_none_unfilled():
    rows = (
        row(0, 0, K.PLACED, ref=0, why=How.START),
        row(0, 1, K.PLACED, ref=0, why=How.START),
        pool_row(100, BEDS, 1, K.CAPACITY),
        row(200, 0, K.GONE, why=Reason.DEATH),
        row(300, 1, K.GONE, why=Reason.DEATH),
    )
    found = place_days(*rows)
    assert found["bw", "settled"] == 200 + 300
    assert found["bw", "unfilled"] == 55  # from day 310: the other place is closed


def test_a_turnover_time_changes_on_its_date():
    slow = [{"date": date(2026, 3, 1), "reason": "r", "set": {"variant.bw.turnover_days": 30.0}}]
    scenario = scenario_of(change=slow)
    rows = (
        row(0, 0, K.PLACED, ref=0, why=How.START),
        row(0, 1, K.PLACED, ref=0, why=How.START),
        row(58, 0, K.GONE, why=Reason.DEATH),
        row(59, 1, K.GONE, why=Reason.DEATH),
    )
    found = measure(ledger_of(rows, pools=PLACES, options=OPTIONS), scenario)
    assert cells(found, "place_days")[Y, "r", "bw", "turning_over"] == 14 + 30


# ---------------------------------------------------------------- dwellings
HOMES = [pool("dwellings", "homes", "a", 0), pool("dwellings", "homes", "b", 0)]


def test_a_dwelling_received_while_the_place_is_kept_is_used_when_stepping_out():
    rows = (
        row(0, 0, K.PLACED, ref=0, why=How.START),
        row(10, 0, K.REQUESTED, ref=0, why=RequestKind.DWELLING),
        pool_row(10, 1, 0),
        row(50, 0, K.STEPPED_OUT, ref=1, why=RequestKind.NEXT),
    )
    options = [option(dwelling=1), option(BT)]
    found = measure(ledger_of(rows, pools=HOMES, options=options, sets=[(0,), (1,)]), scenario_of())
    assert cells(found, "dwellings") == {(Y, "b", "homes", "used"): 1}


def test_losses_are_told_apart_by_what_lost_them():
    rows = (
        pool_row(10, 0, 0, K.LOST, LostBecause.HOLD),
        pool_row(11, 0, 0, K.LOST, LostBecause.CAP),
        pool_row(12, 0, 0, K.LOST, LostBecause.CAP),
    )
    found = measure(ledger_of(rows, pools=HOMES), scenario_of())
    assert cells(found, "dwellings") == {
        (Y, "a", "homes", "lost_hold"): 1,
        (Y, "a", "homes", "lost_cap"): 2,
    }


def test_dwellings_found_alone_are_counted_where_the_client_notified():
    rows = row(0, 1, K.PLACED, ref=0, why=How.START), row(30, 1, K.FOUND_ALONE)
    finds = scenario_of(leaving={"find_alone_per_year": 0.2})
    found = measure(ledger_of(rows, pools=PLACES, options=OPTIONS, notified_at=(0, 1)), finds)
    assert cells(found, "found_alone") == {(Y, "b", "", ""): 1}


# ---------------------------------------------------------------- desks
DESK = scenario_of(
    desk=[
        {
            "name": "toegang",
            "fte": 2.0,
            "hours_per_fte": 24.0,
            "assessment_hours": 10.0,
            "reassessment_hours": 5.0,
            "other_work": {"cases_per_1000_per_year": 0.1, "hours": 4.0},
        }
    ]
)
ROOM = [pool("desk", "toegang", capacity=2)]


def test_assessors_work_on_notifications_reviews_and_other_cases():
    rows = (
        row(0, 0, K.PLACED, ref=0, why=How.START),
        pool_row(5, 0, -1, K.OTHER_STARTED),
        row(10, 0, K.REVIEW_REQUESTED, ref=0),
        row(12, 0, K.REVIEW_STARTED, ref=0),
        row(13, 0, K.LEVEL),
        pool_row(15, 0, -1, K.OTHER_ENDED),
        row(18, 0, K.REVIEWED, ref=4),
        row(20, 1, K.NOTIFIED, ref=0),
        row(30, 1, K.ASSESSING, ref=0),
        row(32, 1, K.LEVEL),
        row(37, 1, K.GONE, why=Reason.DEATH),
    )
    found = measure(ledger_of(rows, pools=ROOM, options=OPTIONS), DESK)
    assert cells(found, "desk_cases") == {
        (Y, "r", "toegang", "notified"): 1,
        (Y, "r", "toegang", "assessed"): 1,
        (Y, "r", "toegang", "reviewed"): 1,
        (Y, "r", "toegang", "other"): 1,
    }
    assert cells(found, "assessor_days") == pytest.approx(
        {
            (Y, "r", "toegang", "assessing"): 7,
            (Y, "r", "toegang", "reviewing"): 6,
            (Y, "r", "toegang", "other"): 10,
            (Y, "r", "toegang", "idle"): 730 - 23,
        }
    )
    assert cells(found, "reviews") == {
        (Y, "a", "", "decided"): 1,
        (Y, "a", "", "overrun_days"): 4,
    }


def test_a_review_ends_when_the_client_leaves_or_the_run_does():
    rows = (
        row(0, 0, K.PLACED, ref=0, why=How.START),
        row(12, 0, K.REVIEW_STARTED, ref=0),
        row(16, 0, K.GONE, why=Reason.WLZ),
        row(0, 1, K.PLACED, ref=0, why=How.START),
        row(360, 1, K.REVIEW_STARTED, ref=0),
    )
    found = measure(ledger_of(rows, pools=ROOM, options=OPTIONS), DESK)
    assert cells(found, "assessor_days")[Y, "r", "toegang", "reviewing"] == 4 + 5
