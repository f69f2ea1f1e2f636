"""Tenancy flip: becoming tenant of the dwelling one lives in, and filling up the pool."""

from __future__ import annotations

from datetime import date

import pytest

from tests.worlds import Raw, home, levels, lines, people, run, shelf, story, world

WHAT = "REQUESTED WITHDRAWN PLACED HOUSED AFTERCARE GONE OFFERED REFILLED CAPACITY LEVEL"


def flipping(*demand: Raw, after: float = 20.0, share: float = 1.0, **more) -> Raw:
    """Write two places of a provider that become homes of the residents, and a shelf of homes."""
    shelves = more.pop("dwellings", [shelf(30)])
    flip = {"after_days": after, "to": "bt", "share": share}
    return world(
        *demand,
        level=more.pop("level", levels(0, 1, 2)),
        variant=[
            home("place", more.pop("places", 2), "L1", "L2", flip=flip, team="team",
                 turnover_days=more.pop("turnover", 0.0)),
            home("bt", more.pop("room", 9), "L1", more.pop("heaviest", "L2"), tenancy="own",
                 team="team", **({"dwellings": "shelf"} if shelves else {})),
        ],
        placement={"order": ["place"]},
        leaving={"ready_at": "L0", "dwellings": "shelf"} if shelves else {"ready_at": "L0"},
        dwellings=shelves,
        **{"hours": 20.0, "days": 70.0} | more,
    )  # fmt: skip


def test_after_the_trial_a_resident_becomes_tenant_and_the_next_dwelling_fills_the_pool():
    raw = flipping(people(0, 0, 1, level="L2"), turnover=5.0)
    assert story(raw, of=WHAT) == lines("""
         0 0 PLACED    place+team:120
         0 1 PLACED    place+team:120
        20 0 REQUESTED FLIP bt+team:0
        20 1 REQUESTED FLIP bt+team:0
        20 0 PLACED    bt+team:0 FLIP
        20 place CAPACITY 1
        20 1 PLACED    bt+team:0 FLIP
        20 place CAPACITY 0
        30 shelf OFFERED 1
        30 shelf REFILLED 0
        30 place CAPACITY 1
        30 2 PLACED    place+team:120
        50 2 REQUESTED FLIP bt+team:0
        50 2 PLACED    bt+team:0 FLIP
        50 place CAPACITY 0
        60 shelf OFFERED 1
        60 shelf REFILLED 0
        60 place CAPACITY 1
    """)


def test_a_share_flips():
    raw = flipping(people(*[0] * 200, level="L2"), share=0.3, places=200, room=200, hours=500.0)
    flips = [one for one in story(raw, of="PLACED") if one.endswith("FLIP")]
    assert len(flips) == pytest.approx(60, abs=20)
    assert all(one.startswith("20 ") for one in flips)


def test_a_dwelling_on_the_shelf_fills_the_pool_at_once_and_no_place_turns_over():
    homes = [shelf(1e9, stock=1)]
    raw = flipping(people(0, 1, level="L2"), dwellings=homes, places=1, turnover=5.0, days=30)
    assert story(raw, of="PLACED REFILLED CAPACITY") == lines("""
         0 0 PLACED   place+team:120
        20 0 PLACED   bt+team:0 FLIP
        20 place CAPACITY 0
        20 shelf REFILLED 0
        20 place CAPACITY 1
        20 1 PLACED   place+team:120
    """)


def test_filling_the_pool_goes_before_people_who_wait_for_a_dwelling():
    raw = flipping(
        people(0, level="L2", profile="stays"),
        people(1, level="L1", profile="leaves"),
        level=levels(0, 1, 2, L1={"recovery_days": 9.0}),
    )
    raw["variant"][0]["serves"] = ["L2", "L2"]
    raw["variant"].append(home("other", 1, "L1", "L1"))
    raw["placement"]["order"] = ["place", "other"]
    # Client 1 asks for a dwelling on day 10; that of day 30 goes to the pool, owed since day 20.
    assert story(raw, of="REQUESTED PLACED REFILLED HOUSED") == lines("""
         0 0 PLACED    place+team:120
         1 1 PLACED    other
        10 1 REQUESTED LEAVE shelf
        20 0 REQUESTED FLIP bt+team:0
        20 0 PLACED    bt+team:0 FLIP
        30 shelf REFILLED 0
        60 1 HOUSED    shelf
    """)


def test_who_is_ready_when_the_trial_ends_stays_there_without_support():
    raw = flipping(
        people(0, level="L1"),
        people(10, 10, level="L2", profile="later"),
        level=levels(0, 1, 2, L1={"recovery_days": 9.0}),
        dwellings=[shelf(22)],
        turnover=5.0,
        days=23,
    )
    raw["leaving"] |= {"transition_days": 15.0, "aftercare": {"days": 25.0, "level": "L0"}}
    assert story(raw, of=WHAT) == lines("""
         0 0 PLACED    place+team:60
         9 0 LEVEL     L0 better
         9 0 REQUESTED LEAVE shelf
        10 1 PLACED    place+team:120
        20 0 REQUESTED LEAVE -
        20 0 HOUSED    - FLIP
        20 place CAPACITY 1
        20 0 AFTERCARE -
        22 shelf OFFERED 1
        22 shelf REFILLED 0
        22 place CAPACITY 2
        22 2 PLACED    place+team:120
    """)


def test_without_hours_the_resident_keeps_the_place_and_waits_for_them():
    raw = flipping(
        people(0, level="L2", profile="flips"),
        people(1, level="L1", profile="has_a_home", has_tenancy=1.0),
        places=1,
    )
    raw["team"].append({"name": "home_team", "hours_per_week": 2.0})
    raw["variant"][1]["team"] = "home_team"
    raw["level"][1]["recovery_days"] = 40.0
    raw["placement"]["order"] = ["place", "bt"]
    # Client 1 takes an hour of the home team's two on day 1, and needs none from day 41 on.
    assert story(raw, of="REQUESTED PLACED GONE CAPACITY") == lines("""
         0 0 PLACED    place+team:120
         1 1 PLACED    bt+home_team:60
        20 0 REQUESTED FLIP bt+home_team:120
        41 1 REQUESTED LEAVE -
        41 0 PLACED    bt+home_team:120 FLIP
        41 place CAPACITY 0
        41 place CAPACITY 1
        41 1 GONE      OWN_DWELLING
    """)


def test_a_level_that_the_new_variant_does_not_serve_puts_the_flip_off():
    raw = flipping(
        people(0, level="L2"),
        level=levels(0, 1, 2, L2={"recovery_days": 45.0}),
        heaviest="L1",
    )
    assert story(raw, of="LEVEL REQUESTED PLACED") == lines("""
         0 0 PLACED    place+team:120
        45 0 LEVEL     L1 better
        45 0 REQUESTED FLIP bt+team:0
        45 0 PLACED    bt+team:0 FLIP
    """)


def test_a_mover_to_a_lighter_variant_becomes_tenant_where_they_live():
    raw = flipping(
        people(0, level="L2"),
        level=levels(0, 1, 2, L2={"recovery_days": 9.0}),
        dwellings=[shelf(1e9)],
    )
    raw["variant"][0]["serves"] = ["L2", "L2"]
    raw["placement"]["order"] = ["place", "bt"]
    assert story(raw, of="REQUESTED PLACED") == lines("""
         0 0 PLACED    place+team:120
         9 0 REQUESTED MOVE bt+team:0+shelf
        20 0 REQUESTED FLIP bt+team:0
        20 0 PLACED    bt+team:0 FLIP
    """)


def test_where_dwellings_are_no_limit_another_one_takes_its_place_at_once():
    raw = flipping(people(0, 1, level="L2"), places=1, dwellings=[], days=30)
    assert story(raw, of="PLACED CAPACITY") == lines("""
         0 0 PLACED place+team:120
        20 0 PLACED bt+team:0 FLIP
        20 1 PLACED place+team:120
    """)


def test_who_rents_another_dwelling_does_not_flip():
    raw = flipping(people(0, level="L2", has_tenancy=1.0))
    assert story(raw, of="REQUESTED PLACED") == ["0 0 PLACED place+team:120"]


def test_a_change_of_places_leaves_what_is_owed():
    raw = flipping(people(0, 0, level="L2"), dwellings=[shelf(50)], days=60)
    raw["change"] = [
        {"date": date(2026, 1, 31), "reason": "One more", "set": {"variant.place.places": 3}},
    ]
    assert story(raw, of="CAPACITY REFILLED") == lines("""
        20 place CAPACITY 1
        20 place CAPACITY 0
        30 place CAPACITY 1
        50 shelf REFILLED 0
        50 place CAPACITY 2
    """)


def test_places_that_close_need_no_other_dwelling():
    raw = flipping(people(0, 0, level="L2"), dwellings=[shelf(50)], days=60)
    raw["change"] = [
        {"date": date(2026, 1, 11), "reason": "One less", "set": {"variant.place.places": 1}},
    ]
    assert story(raw, of="PLACED CAPACITY REFILLED") == lines("""
         0 0 PLACED place+team:120
         0 1 PLACED place+team:120
        10 place CAPACITY 1
        20 0 PLACED bt+team:0 FLIP
        20 1 PLACED bt+team:0 FLIP
        20 place CAPACITY 0
        50 shelf REFILLED 0
        50 place CAPACITY 1
    """)


def test_a_flip_from_a_date_on_gives_residents_a_trial_from_that_day():
    raw = flipping(people(0, 25, level="L2"), days=60)
    flip = raw["variant"][0].pop("flip")
    raw["change"] = [
        {"date": date(2026, 1, 11), "reason": "Flip", "set": {"variant.place.flip": flip}},
        {"date": date(2026, 2, 10), "reason": "Less", "set": {"variant.place.flip.share": 0.0}},
    ]
    assert story(raw, of="PLACED") == lines("""
         0 0 PLACED place+team:120
        25 1 PLACED place+team:120
        30 0 PLACED bt+team:0 FLIP
    """)


def test_the_trial_of_residents_of_the_start_is_over_for_an_evenly_spread_part():
    raw = flipping(people(level="L2"), places=400, room=400, hours=2000.0, after=100.0, days=99)
    raw["start"] = {"residents": {"place": 400}, "level_mix": {"place": {"L2": 1.0}}}
    days = [float(one.split()[0]) for one in story(raw, of="PLACED") if one.endswith("FLIP")]
    assert len(days) > 380
    assert sum(day < 25 for day in days) == pytest.approx(100, abs=30)


def test_a_share_of_0_leaves_the_ledger_byte_for_byte():
    demand = people(*range(0, 60, 4), level="L2")
    off = flipping(demand, share=0.0)
    without = flipping(demand)
    del without["variant"][0]["flip"]
    assert run(off).digest() == run(without).digest()
