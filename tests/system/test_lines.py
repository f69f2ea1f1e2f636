"""Lines without need levels: stays, what comes next, and until when the place is kept."""

from __future__ import annotations

import pytest

from flowsim.cohort.drawn import Draw
from flowsim.ledger import EventKind
from tests.worlds import (
    desk,
    hazard,
    home,
    levels,
    lines,
    people,
    run,
    shelf,
    stay,
    story,
    world,
)

STEPS = "PLACED REQUESTED STEPPED_OUT GONE"


def two(keep: str, *on_days: float, first: int = 1, second: int = 1, **more) -> dict:
    """Write two stations: a stay of 10 days in the first, of 30 in the second."""
    return world(
        people(*on_days),
        variant=[
            stay("a", first, 10, next={"b": 1.0}, keep_place_until=keep),
            stay("b", second, 30, **more.pop("b", {})),
        ],
        **more,
    )


def test_one_place_serves_clients_in_the_order_of_their_requests():
    raw = world(people(0, 3, 1), variant=[stay("home", 1, 10)], days=100)
    assert story(raw) == lines("""
         0 0 NOTIFIED -
         0 0 AWARDED  NEW home
         0 0 PLACED   home
         1 1 NOTIFIED -
         1 1 AWARDED  NEW home
         1 home POOL 0
         3 2 NOTIFIED -
         3 2 AWARDED  NEW home
        10 0 GONE     DONE
        10 1 PLACED   home
        20 1 GONE     DONE
        20 2 PLACED   home
        30 2 GONE     DONE
    """)


def test_requests_of_one_day_are_served_by_client_number():
    raw = world(people(0, 2, 2, 2), variant=[stay("home", 1, 10)], days=100)
    assert story(raw, of="PLACED") == lines("""
         0 0 PLACED home
        10 1 PLACED home
        20 2 PLACED home
        30 3 PLACED home
    """)


def test_a_place_is_kept_until_the_next_step_is_ready():
    raw = two("next_step", 0, 1, 2, first=1, second=1)
    assert story(raw) == lines("""
          0 0 NOTIFIED  -
          0 0 AWARDED   NEW a
          0 0 PLACED    a
          1 1 NOTIFIED  -
          1 1 AWARDED   NEW a
          1 a POOL      0
          2 2 NOTIFIED  -
          2 2 AWARDED   NEW a
         10 0 REQUESTED MOVE b
         10 0 PLACED    b
         10 1 PLACED    a
         20 1 REQUESTED MOVE b
         20 b POOL      0
         40 0 GONE      DONE
         40 1 PLACED    b
         40 2 PLACED    a
         50 2 REQUESTED MOVE b
         70 1 GONE      DONE
         70 2 PLACED    b
        100 2 GONE      DONE
    """)


def test_a_place_that_is_never_kept_is_free_at_the_end_of_the_stay():
    raw = two("never", 0, 1, 2)
    assert story(raw, of=STEPS) == lines("""
          0 0 PLACED      a
         10 0 STEPPED_OUT NEXT b
         10 1 PLACED      a
         10 0 PLACED      b
         20 1 STEPPED_OUT NEXT b
         20 2 PLACED      a
         30 2 STEPPED_OUT NEXT b
         40 0 GONE        DONE
         40 1 PLACED      b
         70 1 GONE        DONE
         70 2 PLACED      b
        100 2 GONE        DONE
    """)


def test_a_place_kept_until_a_dwelling_is_free_when_the_dwelling_comes():
    raw = two(
        "dwelling", 0, 1,
        b={"tenancy": "own", "dwellings": "shelf"}, dwellings=[shelf(25)], days=90,
    )  # fmt: skip
    # The dwelling comes on day 25, and then the client waits outside (here: no time).
    assert story(raw) == lines("""
         0 0 NOTIFIED    -
         0 0 AWARDED     NEW a
         0 0 PLACED      a
         1 1 NOTIFIED    -
         1 1 AWARDED     NEW a
         1 a POOL        0
        10 0 REQUESTED   DWELLING shelf
        10 shelf POOL    0
        25 shelf OFFERED 1
        25 0 STEPPED_OUT NEXT b
        25 1 PLACED      a
        25 0 PLACED      b
        35 1 REQUESTED   DWELLING shelf
        50 shelf OFFERED 1
        50 1 STEPPED_OUT NEXT b
        50 b POOL        0
        55 0 GONE        DONE
        55 1 PLACED      b
        75 shelf OFFERED 1
        85 1 GONE        DONE
    """)


def test_who_has_a_tenancy_keeps_no_place_for_a_dwelling():
    raw = two("dwelling", 0, b={"tenancy": "own", "dwellings": "shelf"}, dwellings=[shelf()])
    raw["demand"][0]["has_tenancy"] = 1.0
    assert story(raw, of=STEPS) == lines("""
         0 0 PLACED      a
        10 0 STEPPED_OUT NEXT b
        10 0 PLACED      b
        40 0 GONE        DONE
    """)


def test_who_finds_a_dwelling_alone_waits_for_it_no_longer():
    raw = two(
        "dwelling", 0,
        b={"tenancy": "own", "dwellings": "shelf"}, dwellings=[shelf()], days=100,
        leaving={"find_alone_per_year": 1.0},
    )  # fmt: skip
    rate = hazard(raw, 30, stream=Draw.FIND_ALONE, occurrence=1)  # the award was the first
    raw["leaving"]["find_alone_per_year"] = rate
    assert story(raw, of=STEPS + " FOUND_ALONE") == lines("""
         0 0 PLACED      a
        10 0 REQUESTED   DWELLING shelf
        40 0 FOUND_ALONE
        40 0 REQUESTED   DWELLING -
        40 0 STEPPED_OUT NEXT b
        40 0 PLACED      b
        70 0 GONE        DONE
    """)


def test_a_place_turns_over_between_two_occupants():
    raw = world(people(0, 1), variant=[stay("home", 1, 10, turnover_days=4)], days=100)
    assert story(raw, of="PLACED GONE") == lines("""
         0 0 PLACED home
        10 0 GONE   DONE
        14 1 PLACED home
        24 1 GONE   DONE
    """)


def test_a_place_that_a_mover_leaves_turns_over_too():
    raw = world(
        people(0, 1),
        variant=[stay("a", 1, 10, next={"b": 1.0}, turnover_days=4), stay("b", 2, 30)],
        days=100,
    )
    assert story(raw, of="PLACED") == lines("""
         0 0 PLACED a
        10 0 PLACED b
        14 1 PLACED a
        24 1 PLACED b
    """)


def test_a_stay_leads_to_each_next_station_by_the_draw_of_the_client():
    raw = world(
        people(*range(200)),
        variant=[
            stay("a", "unlimited", 10, next={"b": 0.3, "c": 0.2, "out": 0.5}),
            stay("b", "unlimited", 10),
            stay("c", "unlimited", 10),
        ],
    )
    placed = story(raw, of="PLACED")
    count = {name: sum(one.endswith(f" {name}") for one in placed) for name in "abc"}
    assert count["a"] == 200
    assert 34 <= count["b"] <= 86  # 4 standard errors
    assert 17 <= count["c"] <= 63


def test_a_stay_may_lead_back_to_access_as_a_new_visit():
    raw = world(
        people(0), desk=[desk(1, 5)], variant=[stay("a", 1, 10, next={"access": 1.0})], days=40
    )
    assert story(raw) == lines("""
         0 0 NOTIFIED  desk
         0 0 ASSESSING desk
         5 0 AWARDED   NEW a
         5 0 PLACED    a
        15 0 NOTIFIED  desk
        15 0 ASSESSING desk
        20 0 AWARDED   NEW a
        20 0 PLACED    a
        30 0 NOTIFIED  desk
        30 0 ASSESSING desk
        35 0 AWARDED   NEW a
        35 0 PLACED    a
    """)


def test_each_visit_has_draws_of_its_own():
    raw = world(
        people(0),
        desk=[desk(1, {"exponential": 5.0})],
        variant=[stay("a", 1, {"exponential": 10.0}, next={"access": 1.0})],
        days=3000,
    )
    told = [one.split() for one in story(raw, of="ASSESSING PLACED NOTIFIED")]
    starts = {
        kind: [float(day) for day, _, k, _ in told if k == kind] for kind in ("ASSESSING", "PLACED")
    }
    work = [b - a for a, b in zip(starts["ASSESSING"], starts["PLACED"], strict=False)]
    stays = [b - a for a, b in zip(starts["PLACED"], starts["ASSESSING"][1:], strict=False)]
    assert len(work) > 100, "many more occurrences than are drawn ahead"
    assert len({round(w, 6) for w in work}) == len(work)
    assert len({round(s, 6) for s in stays}) == len(stays)


def test_the_level_stands_still_during_a_stay_of_given_length():
    raw = world(
        people(0, level="L2"),
        level=levels(0, 1, 2, L2={"recovery_days": 20.0}),
        variant=[
            stay("rest", 1, 30, next={"bw": 1.0}, serves=["L2", "L2"]),
            home("bw", 1, "L1", "L2"),
        ],
        placement={"order": ["rest"]},
        leaving={"ready_at": "L0"},
        situation={"unsupported": {"recovery": 1.0, "worse": 1.0}},
        days=100,
    )
    assert story(raw, without="NOTIFIED") == lines("""
         0 0 AWARDED   NEW rest
         0 0 PLACED    rest
        30 0 REQUESTED MOVE bw
        30 0 PLACED    bw
        50 0 LEVEL     L1 better
    """)


def test_a_reassessment_that_corrects_the_level_does_not_end_a_stay_of_given_length():
    raw = world(
        people(0, level="L2"),
        level=levels(0, 1, 2),
        desk=[
            {
                "name": "desk", "fte": 1.0, "hours_per_fte": 7.0, "assessment_hours": 10.0,
                "reassessment_hours": 3.0, "award_days": 20.0, "too_light": 1.0,
            }
        ],
        variant=[stay("rest", 1, 30, serves=["L1", "L1"]), home("bw", 0, "L2", "L2")],
        placement={"order": ["rest", "bw"]},
        leaving={"ready_at": "L0"},
    )  # fmt: skip
    assert story(raw, of="PLACED CORRECTED REQUESTED GONE") == lines("""
        10 0 PLACED rest
        13 0 CORRECTED
        40 0 GONE DONE
    """)


# ---------------------------------------------------------------- patience
def test_a_client_without_patience_is_lost_unless_a_place_is_free_in_that_instant():
    raw = world(people(0, 5, 10, patience_days=0), variant=[stay("home", 1, 10)], days=50)
    assert story(raw, of="PLACED GONE") == lines("""
         0 0 PLACED home
         5 1 GONE   GAVE_UP
        10 0 GONE   DONE
        10 2 PLACED home
        20 2 GONE   DONE
    """)


def test_who_has_no_patience_is_lost_at_once_also_behind_others_who_wait():
    raw = world(
        people(0, 1),
        people(2, profile="hasty", patience_days=0),
        variant=[stay("home", 1, 10)],
        days=50,
    )
    assert story(raw, of="PLACED GONE") == lines("""
         0 0 PLACED home
         2 2 GONE   GAVE_UP
        10 0 GONE   DONE
        10 1 PLACED home
        20 1 GONE   DONE
    """)


def test_who_loses_patience_at_the_instant_of_a_release_gets_the_place():
    raw = world(people(0, 1, 2, patience_days=9), variant=[stay("home", 1, 10)], days=50)
    assert story(raw, without="NOTIFIED") == lines("""
         0 0 AWARDED NEW home
         0 0 PLACED  home
         1 1 AWARDED NEW home
         1 home POOL 0
         2 2 AWARDED NEW home
        10 0 GONE    DONE
        10 1 PLACED  home
        11 2 GONE    GAVE_UP
        20 1 GONE    DONE
    """)


@pytest.mark.parametrize("keep", ["next_step", "never"])
def test_patience_counts_outside_and_not_in_a_place(keep):
    raw = two(keep, 0, 1, first=2)
    raw["demand"][0]["patience_days"] = 12
    ended = [one for one in story(raw, of="GONE") if one.split()[1] == "1"]
    # Blocked in place from day 11; or outside from day 11, and gone on day 23.
    assert ended == ["70 1 GONE DONE" if keep == "next_step" else "23 1 GONE GAVE_UP"]


def test_the_patience_of_the_first_variant_goes_before_that_of_the_profile():
    raw = world(
        people(0, 1, patience_days=3), variant=[stay("home", 1, 50, patience_days=20)], days=90
    )
    assert story(raw, of="GONE") == lines("""
        21 1 GONE GAVE_UP
        50 0 GONE DONE
    """)


def test_every_request_has_a_patience_of_its_own_also_when_it_is_served_at_once():
    def ends(others_on, places):
        raw = world(
            people(0, profile="p", patience_days={"exponential": 20.0}),
            people(*others_on, profile="q", patience_days={"exponential": 1e9}),
            variant=[
                stay("a", places, 10, next={"b": 1.0}, keep_place_until="never"),
                stay("b", 0, 10),
            ],
        )
        ledger = run(raw)
        one = ledger.profiles.index("p")
        rows = ledger.rows[ledger.rows["kind"] == EventKind.GONE]
        return [row["day"] for row in rows if ledger.clients.profile[row["client"]] == one]

    first = ends([7.0], 1)
    assert len(first) == 1
    assert ends([0.0], 2) == first, "somebody else notifies in the same instant"
    assert ends([0.0], 9) == first
