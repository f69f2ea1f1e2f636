"""Dwellings: offered, held, lost, taken; and finding one alone."""

from __future__ import annotations

import pytest

from flowsim.cohort.drawn import Draw
from tests.worlds import (
    hazard,
    home,
    levels,
    lines,
    people,
    shelf,
    stay,
    story,
    world,
)

TOKENS = "OFFERED LOST PLACED GONE"


def waiting_for(stream: dict, *on_days: float, days: float = 60, **more) -> dict:
    return world(
        people(*on_days, **more),
        variant=[stay("bt", "unlimited", 1000, tenancy="own", dwellings="shelf")],
        dwellings=[stream],
        days=days,
    )


def test_a_dwelling_goes_to_who_has_waited_longest():
    assert story(waiting_for(shelf(10), 1, 2, 3, days=25)) == lines("""
         1 0 NOTIFIED -
         1 0 AWARDED NEW bt+shelf
         1 bt POOL 1073741824
         1 shelf POOL 0
         2 1 NOTIFIED -
         2 1 AWARDED NEW bt+shelf
         3 2 NOTIFIED -
         3 2 AWARDED NEW bt+shelf
        10 shelf OFFERED 1
        10 0 PLACED bt+shelf
        20 shelf OFFERED 1
        20 1 PLACED bt+shelf
    """)


def test_dwellings_come_in_batches():
    assert story(waiting_for(shelf(20, batch=2), 1, 2, 3, days=41), of=TOKENS) == lines("""
        20 shelf OFFERED 1
        20 shelf OFFERED 2
        20 0 PLACED bt+shelf
        20 1 PLACED bt+shelf
        40 shelf OFFERED 1
        40 shelf OFFERED 2
        40 2 PLACED bt+shelf
    """)


def test_offers_fall_on_exact_multiples_of_the_period():
    told = story(waiting_for(shelf(0.1), 900, days=300), of="OFFERED")
    assert len(told) == 2999
    assert told[2] == "0.3 shelf OFFERED 3"


def test_dwellings_of_a_year_come_evenly_or_halfway_each_month_or_quarter():
    def days(pattern):
        stream = {"name": "shelf", "scale": "region", "pattern": pattern, "per_year": 6.0}
        told = story(waiting_for(stream, 900, days=366), of="OFFERED")
        return [float(one.split()[0]) for one in told]

    year = 365.25
    assert days("even") == [pytest.approx((k - 0.5) * year / 6) for k in range(1, 7)]
    assert days("monthly") == [pytest.approx((k - 0.5) * year / 12) for k in (1, 3, 5, 7, 9, 11)]
    quarters = [(k - 0.5) * year / 4 for k in (1, 1, 2, 3, 3, 4)]
    assert days("quarterly") == [pytest.approx(day) for day in quarters]


def test_a_dwelling_that_nobody_takes_in_time_is_lost():
    assert story(waiting_for(shelf(10, hold_days=4), 25, days=32), of=TOKENS) == lines("""
        10 shelf OFFERED 1
        14 shelf LOST 0 HOLD
        20 shelf OFFERED 1
        24 shelf LOST 0 HOLD
        30 shelf OFFERED 1
        30 0 PLACED bt+shelf
    """)


def test_an_offer_lives_to_the_end_of_its_last_instant():
    assert story(waiting_for(shelf(10, hold_days=4), 14, days=20), of=TOKENS) == lines("""
        10 shelf OFFERED 1
        14 0 PLACED bt+shelf
    """)


def test_who_becomes_ready_in_the_last_instant_of_an_offer_gets_it():
    raw = world(
        people(0, level="L1"),
        level=levels(0, 1, L1={"recovery_days": 14.0}),
        variant=[home("bw", 1, "L1", "L1")],
        leaving={"ready_at": "L0", "dwellings": "shelf"},
        dwellings=[shelf(10, hold_days=4)],
        days=16,
    )
    assert story(raw, without="NOTIFIED AWARDED") == lines("""
         0 0 PLACED bw
        10 shelf OFFERED 1
        14 0 LEVEL L0 better
        14 0 REQUESTED LEAVE shelf
        14 0 HOUSED shelf
        14 0 GONE OWN_DWELLING
    """)


def test_who_loses_patience_in_the_last_instant_of_an_offer_gets_it():
    # The client lacks a place until day 14, when patience ends too.
    raw = world(
        people(0, profile="sits", has_tenancy=1.0),
        people(4, profile="waits", patience_days=10),
        variant=[stay("bt", 1, 14, tenancy="own", dwellings="shelf")],
        dwellings=[shelf(10, hold_days=4)],
        days=16,
    )
    assert story(raw, of=TOKENS) == lines("""
         0 0 PLACED bt
        10 shelf OFFERED 1
        14 0 GONE DONE
        14 1 PLACED bt+shelf
    """)


def test_an_offer_without_a_hold_is_for_who_waits_at_that_instant():
    assert story(waiting_for(shelf(10, hold_days=0), 5, 15, 20, days=35), of=TOKENS) == lines("""
        10 shelf OFFERED 1
        10 0 PLACED bt+shelf
        20 shelf OFFERED 1
        20 1 PLACED bt+shelf
        30 shelf OFFERED 1
        30 2 PLACED bt+shelf
    """)
    assert story(waiting_for(shelf(10, hold_days=0), 11, days=12), of=TOKENS) == lines("""
        10 shelf OFFERED 1
        10 shelf LOST 0 HOLD
    """)


def test_the_dwelling_that_has_been_on_offer_longest_is_taken_first():
    # On day 7 the offers of days 3 and 6 are there. That of day 6 is left, until day 11.
    raw = waiting_for(shelf(3, hold_days=5), 7, days=11.5)
    assert story(raw, of=TOKENS) == lines("""
         3 shelf OFFERED 1
         6 shelf OFFERED 2
         7 0 PLACED bt+shelf
         9 shelf OFFERED 2
        11 shelf LOST 1 HOLD
    """)


def test_an_offer_beyond_what_can_be_on_the_shelf_lapses_at_once():
    assert story(waiting_for(shelf(10, cap=2), 35, days=45), of=TOKENS) == lines("""
        10 shelf OFFERED 1
        20 shelf OFFERED 2
        30 shelf OFFERED 3
        30 shelf LOST 2 CAP
        35 0 PLACED bt+shelf
        40 shelf OFFERED 2
    """)


def test_an_offer_that_is_taken_in_its_instant_does_not_count_against_the_cap():
    raw = waiting_for(shelf(10, batch=3, cap=1), 5, 10, days=15)
    assert story(raw, of=TOKENS) == lines("""
        10 shelf OFFERED 1
        10 shelf OFFERED 2
        10 shelf OFFERED 3
        10 0 PLACED bt+shelf
        10 1 PLACED bt+shelf
    """)


def test_dwellings_on_the_shelf_at_the_start_can_be_held_and_lapse_too():
    raw = waiting_for(shelf(stock=3, cap=2, hold_days=4), 3, days=15)
    assert story(raw, of=TOKENS) == lines("""
        0 shelf LOST 2 CAP
        3 0 PLACED bt+shelf
        4 shelf LOST 0 HOLD
    """)


def test_only_the_share_that_is_realised_is_offered_and_more_keeps_what_there_was():
    def offered(realised):
        stream = {"name": "shelf", "per_year": 365.25, "realised": realised}
        told = story(waiting_for(stream, 900, days=400), of="OFFERED")
        return {one.split()[0] for one in told}

    some, more = offered(0.3), offered(0.6)
    assert some < more < offered(1.0)
    assert 76 <= len(some) <= 164  # 4 standard errors of a Poisson number


def test_a_dwelling_goes_to_the_first_for_whom_all_the_rest_is_there():
    # Both wait for a dwelling, since days 1 and 2; the first also lacks a place.
    raw = world(
        people(0, level="L1", profile="sits", has_tenancy=1.0),
        people(1, level="L1", profile="lacks_place"),
        people(2, level="L2", profile="lacks_nothing_else"),
        level=levels(0, 1, 1),
        variant=[
            home("bt", 1, "L1", "L1", tenancy="own", dwellings="shelf"),
            home("flat", 1, "L2", "L2", tenancy="own", dwellings="shelf"),
        ],
        leaving={"ready_at": "L0"},
        dwellings=[shelf(10)],
        days=25,
    )
    assert story(raw, of=TOKENS) == lines("""
         0 0 PLACED bt
        10 shelf OFFERED 1
        10 2 PLACED flat+shelf
        20 shelf OFFERED 1
    """)


def test_leavers_movers_and_new_clients_wait_in_one_order_for_a_stream():
    raw = world(
        people(0, level="L1", profile="inside"),
        people(3, 30, level="L2", profile="outside"),
        level=levels(0, 1, 2, L1={"recovery_days": 20.0}),
        variant=[
            home("bw", 1, "L1", "L1"),
            home("bt", 5, "L2", "L2", tenancy="own", dwellings="shelf"),
        ],
        leaving={"ready_at": "L0", "dwellings": "shelf"},
        dwellings=[shelf(40)],
        days=125,
    )
    assert story(raw, of="OFFERED PLACED HOUSED") == lines("""
          0 0 PLACED bw
         40 shelf OFFERED 1
         40 1 PLACED bt+shelf
         80 shelf OFFERED 1
         80 0 HOUSED shelf
        120 shelf OFFERED 1
        120 2 PLACED bt+shelf
    """)


# ---------------------------------------------------------------- finding one alone
def test_who_finds_a_dwelling_alone_needs_none_of_the_contingent():
    raw = waiting_for(shelf(), 0)
    raw["leaving"] = {"find_alone_per_year": 1.0}
    raw["leaving"]["find_alone_per_year"] = hazard(raw, 30, stream=Draw.FIND_ALONE)
    assert story(raw) == lines("""
         0 0 NOTIFIED -
         0 0 AWARDED NEW bt+shelf
         0 bt POOL 1073741824
         0 shelf POOL 0
        30 0 FOUND_ALONE
        30 0 REQUESTED NEW bt
        30 0 PLACED bt
    """)


def test_who_leaves_finds_a_dwelling_alone_and_moves_into_it():
    raw = world(
        people(0, level="L1"),
        level=levels(0, 1, L1={"recovery_days": 14.0}),
        variant=[home("bw", 1, "L1", "L1")],
        leaving={"ready_at": "L0", "dwellings": "shelf", "find_alone_per_year": 1.0,
                 "transition_days": 20.0},
        dwellings=[shelf()],
        days=100,
    )  # fmt: skip
    rate = hazard(raw, 30, stream=Draw.FIND_ALONE, occurrence=1)
    raw["leaving"]["find_alone_per_year"] = rate
    assert story(raw, without="NOTIFIED AWARDED POOL") == lines("""
         0 0 PLACED bw
        14 0 LEVEL L0 better
        14 0 REQUESTED LEAVE shelf
        44 0 FOUND_ALONE
        44 0 REQUESTED LEAVE -
        44 0 HOUSED -
        64 0 GONE OWN_DWELLING
    """)


def test_nobody_looks_for_a_dwelling_who_needs_none():
    raw = waiting_for(shelf(), 0, has_tenancy=1.0)
    raw["variant"][0]["places"] = 0
    raw["leaving"] = {"find_alone_per_year": 1000.0}
    assert story(raw, of="FOUND_ALONE") == []
