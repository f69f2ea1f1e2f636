"""Today: who is where on day 0, and since when."""

from __future__ import annotations

import numpy as np
import pytest

import flowsim
from flowsim.cohort.residual import residual
from flowsim.ledger import EventKind
from flowsim.scenario import parse
from flowsim.scenario.values import Duration
from tests.worlds import (
    Raw,
    desk,
    home,
    levels,
    lines,
    people,
    shelf,
    stay,
    story,
    world,
)

NOBODY = people(99_999, level="L2")


def today(start: Raw, *, days: float = 40, **more) -> Raw:
    """Write a world of need levels with people in it on day 0; nobody else comes."""
    sections = {
        "level": levels(1, 1, 2, 3),
        "variant": [home("bw", 5, "L2", "L3"), home("bt", 5, "L2", "L2", tenancy="own")],
        "leaving": {"ready_at": "L1"},
        "placement": {"order": ["bt", "bw"]},
    }
    return world(NOBODY, days=days, start=start, **sections | more)


def test_residents_are_in_their_places_on_day_0_and_take_places_and_hours():
    raw = today(
        {"residents": {"bw": 2}, "level_mix": {"bw": {"L2": 1.0}},
         "waiting": [{"variant": "bw", "persons": 2, "since_days": 30, "level_mix": {"L2": 1.0}}]},
        variant=[home("bw", 4, "L2", "L3", team="team")],
        hours=6.0,
        placement={},
    )  # fmt: skip
    assert story(raw) == lines("""
          0 0 PLACED  bw+team:120 START
          0 1 PLACED  bw+team:120 START
        -30 2 AWARDED NEW bw+team:120
        -30 3 AWARDED NEW bw+team:120
          0 2 PLACED  bw+team:120
          0 bw POOL 1
          0 team POOL 0
    """)


def test_people_who_are_ready_are_so_since_the_day_that_the_data_say():
    raw = today(
        {"residents": {"bw": 1}, "ready_to_leave": {"bw": 1}, "ready_since_days": 100},
        leaving={"ready_at": "L1", "dwellings": "shelf", "transition_days": 7},
        dwellings=[shelf(10)],
    )
    assert story(raw, without="POOL OFFERED") == lines("""
        -100 0 PLACED    bw START
        -100 0 REQUESTED LEAVE shelf
          10 0 HOUSED    shelf
          17 0 GONE      OWN_DWELLING
    """)


def test_people_who_need_a_lighter_variant_wait_for_it_since_their_day():
    raw = today(
        {"residents": {"bw": 1}, "ready_to_move": {"bw": 1}, "ready_since_days": 100},
        variant=[home("bw", 5, "L3", "L3"), home("bt", 1, "L2", "L2", tenancy="own",
                                                 dwellings="shelf")],
        dwellings=[shelf(10)],
    )  # fmt: skip
    assert story(raw, without="POOL OFFERED") == lines("""
        -100 0 PLACED    bw START
        -100 0 REQUESTED MOVE bt+shelf
          10 0 PLACED    bt+shelf
    """)


def test_the_wait_of_today_counts_in_the_order_of_the_queue():
    raw = today(
        {"waiting": [
            {"variant": "bt", "persons": 1, "since_days": 20, "level_mix": {"L2": 1.0}},
            {"variant": "bw", "persons": 1, "since_days": 70, "level_mix": {"L2": 1.0}},
        ]},
        variant=[home("bw", 0, "L2", "L3"),
                 home("bt", 5, "L2", "L2", tenancy="own", dwellings="shelf")],
        dwellings=[shelf(10)],
    )  # fmt: skip
    told = story(raw, of="AWARDED PLACED")
    longest = next(one.split()[1] for one in told if one.startswith("-70"))
    assert next(one.split()[1] for one in told if "PLACED" in one) == longest


def test_who_waits_long_enough_today_accepts_more_variants_from_day_0():
    raw = today(
        {"waiting": [{"variant": "bt", "persons": 1, "since_days": 150, "level_mix": {"L2": 1.0}}]},
        variant=[home("bt", 0, "L2", "L2"), home("bw", 1, "L2", "L2")],
        placement={"order": ["bt", "bw"], "widen_after_days": 100},
    )
    assert story(raw) == ["-150 0 AWARDED NEW bw", "0 0 PLACED bw"]
    raw["start"]["waiting"][0]["since_days"] = 95.0
    assert story(raw) == ["-95 0 AWARDED NEW -", "5 0 REQUESTED NEW bw", "5 0 PLACED bw"]


def test_people_awaiting_a_decision_are_in_paperwork():
    raw = today({"deciding": 1, "deciding_since_days": 12}, desk=[desk(1, 10, paperwork_days=30)])
    raw["demand"][0]["level_mix"] = {"L2": 1.0}
    assert story(raw, without="POOL") == lines("""
        -12 0 NOTIFIED  desk
          0 0 PAPERWORK desk
         30 0 AWARDED   NEW bt | bw
         30 0 PLACED    bt
    """)


def test_without_paperwork_people_awaiting_a_decision_are_in_the_queue_by_their_day():
    raw = today({"deciding": 2, "deciding_since_days": 12}, desk=[desk(1, 10)], days=25)
    assert story(raw, without="POOL") == lines("""
        -12 0 NOTIFIED  desk
        -12 1 NOTIFIED  desk
          0 0 ASSESSING desk
         10 0 AWARDED   NEW bt | bw
         10 1 ASSESSING desk
         10 0 PLACED    bt
         20 1 AWARDED   NEW bt | bw
         20 1 PLACED    bt
    """)


def test_people_in_aftercare_finish_it_and_have_its_hours():
    raw = today(
        {"aftercare": 1},
        leaving={"ready_at": "L1", "aftercare": {"days": 30.0, "level": "L0", "team": "team"}},
        hours=1.0,
    )
    person = flowsim.sample(parse(raw)).today[0]
    assert 0 < person.now.stage_left < 30
    assert story(raw) == ["0 0 AFTERCARE team:60", f"{person.now.stage_left:.10g} 0 GONE DONE"]


def test_residents_of_a_line_finish_their_stay():
    raw = world(
        people(99_999), variant=[stay("home", 3, 50)], start={"residents": {"home": 3}}, days=60
    )
    left = sorted((p.now.stage_left, i) for i, p in enumerate(flowsim.sample(parse(raw)).today))
    assert all(0 < days < 50 for days, _ in left)
    assert story(raw, of="GONE") == [f"{days:.10g} {i} GONE DONE" for days, i in left]


def test_people_of_the_start_are_spread_by_the_demand_of_the_municipalities():
    raw = today(
        {"waiting": [{"variant": "bw", "persons": 10, "level_mix": {"L2": 1.0}}]},
        areas={"all": {"big": 30_000, "small": 20_000}},
    )
    raw["demand"] = [
        {"profile": "p", "per_10k_per_year": 1.0, "level_mix": {"L2": 1.0}}
    ]  # fmt: skip
    cohort = flowsim.sample(parse(raw))
    assert [p.now.municipality for p in cohort.today] == [0] * 6 + [1] * 4


def test_a_reassessment_that_was_due_before_today_is_asked_at_once():
    raw = today(
        {"residents": {"bw": 1}, "level_mix": {"bw": {"L2": 1.0}}},
        desk=[
            {"name": "desk", "fte": 1.0, "hours_per_fte": 7.0, "assessment_hours": 1.0,
             "reassessment_hours": 3.0, "award_days": 100.0, "reassessment_lead_days": 100.0}
        ],
    )  # fmt: skip
    person = flowsim.sample(parse(raw)).today[0]
    left = 100.0 * (1 - person.now.award_share)
    assert left > 3
    told = story(raw, of="REVIEW_REQUESTED REVIEWED", without="POOL")
    assert told[:2] == ["0 0 REVIEW_REQUESTED desk", "3 0 REVIEWED overrun 0"]
    raw["desk"][0]["reassessment_lead_days"] = left - 5.0
    assert story(raw, of="REVIEW_REQUESTED") == ["5 0 REVIEW_REQUESTED desk"]


def test_places_taken_away_close_as_they_fall_free_and_nobody_is_put_out(tmp_path):
    base = tmp_path / "base.toml"
    base.write_text("""
        scenario = { days = 40.0, follow_up_days = 0.0 }
        demand = [{ profile = "p", on_days = [5.0] }]
        variant = [{ name = "home", places = 3, stay_days = 20, next = { out = 1.0 } }]
        start = { residents = { home = 3 } }
    """)
    less = tmp_path / "less.toml"
    less.write_text('extends = "base.toml"\nvariant = [{ name = "home", places = 1 }]')
    scenario = flowsim.load(less)
    cohort = flowsim.sample(scenario)
    left = sorted(person.now.stage_left for person in cohort.today)
    told = story(flowsim.simulate(scenario, cohort, check=True), of="PLACED GONE")
    assert sum(one.endswith("START") for one in told) == 3
    assert f"{max(5.0, left[2]):.10g} 3 PLACED home" in told, "the last of the three goes first"


@pytest.mark.parametrize("key", ["ready_to_leave", "ready_to_move"])
def test_who_is_ready_counts_among_the_residents(key):
    raw = today({"residents": {"bw": 3}, key: {"bw": 2}}, days=1)
    if key == "ready_to_move":
        raw["variant"] = [home("bw", 5, "L3", "L3"), home("bt", 0, "L2", "L2")]
    told = story(raw, of="PLACED REQUESTED")
    assert sum("START" in one for one in told) == 3
    assert sum("REQUESTED" in one for one in told) == 2


def test_patience_of_who_waits_today_goes_on_from_what_they_have_waited():
    raw = today(
        {"waiting": [{"variant": "bw", "persons": 1, "since_days": 80, "level_mix": {"L2": 1.0}}]},
        variant=[home("bw", 0, "L2", "L3", patience_days=100)],
        placement={},
    )
    assert story(raw) == ["-80 0 AWARDED NEW -", "20 0 GONE GAVE_UP"]


def test_who_has_waited_longer_than_anyone_would_goes_on_day_0_unless_served_that_day():
    raw = today(
        {"waiting": [{"variant": "bw", "persons": 2, "since_days": 120, "level_mix": {"L2": 1.0}}]},
        variant=[home("bw", 1, "L2", "L3", patience_days=100)],
        placement={},
    )
    assert story(raw, of="PLACED GONE") == ["0 0 PLACED bw", "0 1 GONE GAVE_UP"]


def test_patience_at_the_desk_goes_on_from_what_they_have_waited():
    raw = today({"deciding": 2, "deciding_since_days": 12}, desk=[desk(1, 90, patience_days=50)])
    assert story(raw, of="ASSESSING GONE") == ["0 0 ASSESSING desk", "38 1 GONE GAVE_UP"]


def test_patience_that_is_drawn_goes_on_by_its_own_law():
    law = {"gamma": 100.0, "cv": 0.5}
    raw = today(
        {"waiting": [{"variant": "bw", "persons": 400, "since_days": 80,
                      "level_mix": {"L2": 1.0}}]},
        variant=[home("bw", 0, "L2", "L3", patience_days=law)],
        placement={}, days=3000,
    )  # fmt: skip
    ledger = flowsim.simulate(parse(raw), flowsim.sample(parse(raw)))
    left = ledger.rows["day"][ledger.rows["kind"] == EventKind.GONE]
    whole = residual(Duration("gamma", (100.0, 0.5)), 80.0, (np.arange(10_000) + 0.5) / 10_000)
    assert len(left) == 400
    assert abs(left.mean() - whole.mean()) < 4 * whole.std() / 20
    assert whole.mean() < 60, "and not the 100 of somebody new"
