"""What stands still, and what goes on, on the way through the chain: one story for each."""

from __future__ import annotations

from datetime import date

import pytest

from flowsim.cohort.drawn import Draw
from tests.worlds import (
    Raw,
    desk,
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


# ---------------------------------------------------------------- need, in a line
def through_lines(*stations: Raw, **level: float) -> Raw:
    """Write a client who is at a desk until day 20, goes through a line, and lives in bw after."""
    return world(
        people(0, level="L1"),
        level=levels(0, 0, 0, L1=level),
        situation={"unsupported": {"recovery": 0.5, "worse": 1.0}},
        variant=[*stations, home("bw", 1, "L1", "L2")],
        placement={"order": [stations[0]["name"]]},
        leaving={"ready_at": "L0"},
        desk=[desk(1, 20)],
        days=200,
    )


ONE = (stay("a", 1, 30, next={"bw": 1.0}),)
TWO = (stay("a", 1, 10, next={"b": 1.0}), stay("b", 1, 20, next={"bw": 1.0}))
OUTSIDE = (stay("a", 1, 30, next={"bw": 1.0}, keep_place_until="never"),)


@pytest.mark.parametrize("stations", [ONE, TWO, OUTSIDE], ids=["one", "two", "place given up"])
def test_a_line_counts_what_ran_before_it_and_nothing_while_it_lasts(stations):
    # 45 days at full pace: 20 at the desk, none in the line (30 days), 25 in the place.
    raw = through_lines(*stations, worse_per_year=1.0)
    raw["level"][1]["worse_per_year"] = hazard(raw, 45.0)
    assert story(raw, of="PLACED LEVEL")[-2:] == ["50 0 PLACED bw", "75 0 LEVEL L2 worse"]
    # 45 days of recovery: 10 of them in 20 days at the desk at half pace, 35 in the place.
    raw = through_lines(*stations, recovery_days=45.0)
    assert story(raw, of="PLACED LEVEL")[-2:] == ["50 0 PLACED bw", "85 0 LEVEL L0 better"]


# ---------------------------------------------------------------- a tenancy, in transition
def moving_out(**leaving: object) -> Raw:
    """Write a client who is ready on day 30 and needs 40 days to move out."""
    return world(
        people(0, level="L1"),
        level=levels(0, 1, L1={"recovery_days": 30.0}),
        variant=[home("bw", 1, "L1", "L1")],
        dwellings=[shelf(30, stock=1)],
        leaving={"ready_at": "L0", "dwellings": "shelf", "transition_days": 40.0, **leaving},
        days=100,
    )


@pytest.mark.parametrize("raised", [False, True])
def test_a_dwelling_one_is_to_move_into_is_not_lost_in_transition(raised):
    raw = moving_out(loses_tenancy_per_year=0.001)
    after_five_days = hazard(raw, 5.0, stream=Draw.LOSES_TENANCY)
    raw["leaving"]["loses_tenancy_per_year"] = after_five_days * (0.5 if raised else 1.0)
    if raised:  # a change looks at everybody again
        raw["change"] = [
            {"date": date(2026, 2, 10), "reason": "More",
             "set": {"leaving.loses_tenancy_per_year": after_five_days}},
        ]  # fmt: skip
    assert story(raw, of="HOUSED TENANCY_LOST GONE") == lines("""
        30 0 HOUSED shelf
        70 0 GONE OWN_DWELLING
    """)


def test_nor_is_one_that_was_found_alone():
    raw = moving_out(loses_tenancy_per_year=0.001, find_alone_per_year=1.0)
    raw["dwellings"] = [shelf()]
    raw["leaving"]["find_alone_per_year"] = hazard(raw, 8.0, occurrence=1, stream=Draw.FIND_ALONE)
    raw["leaving"]["loses_tenancy_per_year"] = hazard(raw, 5.0, stream=Draw.LOSES_TENANCY)
    assert story(raw, of="FOUND_ALONE HOUSED TENANCY_LOST GONE") == lines("""
        38 0 FOUND_ALONE
        38 0 HOUSED -
        78 0 GONE OWN_DWELLING
    """)


# ---------------------------------------------------------------- waiting again, after a relapse
@pytest.mark.parametrize("met", ["at_home", "desk"])
def test_who_comes_back_after_a_relapse_and_finds_no_room_waits_in_no_place(met):
    raw = world(
        people(0, level="L1"),
        level=levels(0, 1, 2, L1={"recovery_days": 30.0}),
        variant=[home("bw", 1, "L1", "L1"), home("bt", 0, "L2", "L2", tenancy="own")],
        leaving={"ready_at": "L0", "aftercare": {"days": 90.0, "level": "L0"},
                 "relapse": {"per_year": 1.0, "level": "L2", "met": met}},
        change=[{"date": date(2026, 4, 11), "reason": "Open", "set": {"variant.bt.places": 1}}],
        days=150,
    )  # fmt: skip
    raw["leaving"]["relapse"]["per_year"] = hazard(raw, 40.0, stream=Draw.RELAPSE)
    asks = {"at_home": ["70 0 REQUESTED RETURN -"], "desk": ["70 0 AWARDED RETURN -"]}
    assert story(raw, of="RELAPSED AWARDED REQUESTED PLACED")[-4:] == [
        "70 0 RELAPSED",
        *asks[met],
        "100 0 REQUESTED RETURN bt",
        "100 0 PLACED bt",
    ]


# ---------------------------------------------------------------- waits that end on day 0
def test_a_wait_of_today_that_ends_on_day_0_is_as_long_as_it_was():
    raw = world(
        people(99_999, level="L1"),
        level=levels(0, 1),
        variant=[home("bw", 3, "L1", "L1")],
        leaving={"ready_at": "L0", "dwellings": "shelf"},
        dwellings=[shelf(stock=1)],
        desk=[{"name": "desk", "assessors": 1, "assessment_days": 0}],
        start={"residents": {"bw": 1}, "ready_to_leave": {"bw": 1}, "ready_since_days": 100,
               "waiting": [{"variant": "bw", "persons": 1, "since_days": 70,
                            "level_mix": {"L1": 1.0}}],
               "deciding": 1, "deciding_since_days": 20},
        days=9,
    )  # fmt: skip
    assert story(raw, without="POOL") == lines("""
        -100 0 PLACED    bw START
        -100 0 REQUESTED LEAVE shelf
         -70 1 AWARDED   NEW bw
         -20 2 NOTIFIED  desk
           0 2 ASSESSING desk
           0 0 HOUSED    shelf
           0 0 GONE      OWN_DWELLING
           0 1 PLACED    bw
           0 2 AWARDED   NEW bw
           0 2 PLACED    bw
    """)
