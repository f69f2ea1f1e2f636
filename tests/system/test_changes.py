"""Dated changes: from a day on the scenario is another one, and everybody in it stays."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

import flowsim
from flowsim.cohort.drawn import Draw
from flowsim.scenario import parse
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

START = date(2026, 1, 1)
AREAS = {"north": {"a": 40_000, "b": 30_000}, "south": {"c": 20_000}}


def on_day(day: int, until: int | None = None, **new: Any) -> Raw:
    """Write a change: values by path, with ``__`` for the dots."""
    values = {path.replace("__", "."): value for path, value in new.items()}
    change = {"date": START + timedelta(days=day), "reason": "a test", "set": values}
    return change if until is None else change | {"until": START + timedelta(days=until)}


# ---------------------------------------------------------------- capacity
def test_more_places_are_there_from_the_day_of_the_change():
    raw = world(
        people(0, 1, 2),
        variant=[stay("home", 1, 50)],
        change=[on_day(10, variant__home__places=2)],
        days=55,
    )
    assert story(raw, of="PLACED CAPACITY GONE") == lines("""
         0 0 PLACED home
        10 home CAPACITY 2
        10 1 PLACED home
        50 0 GONE DONE
        50 2 PLACED home
    """)


def test_fewer_places_close_as_they_fall_free():
    raw = world(
        people(0, 1, 2, 3),
        variant=[stay("home", 3, 50)],
        change=[on_day(10, variant__home__places=1)],
        days=105,
    )
    assert story(raw, of="PLACED CAPACITY") == lines("""
         0 0 PLACED home
         1 1 PLACED home
         2 2 PLACED home
        10 home CAPACITY 1
        52 3 PLACED home
    """)


def test_places_of_a_provider_that_is_gone_close_as_they_fall_free():
    raw = world(
        people(0, 1, 2, 3),
        variant=[stay("home", 0, 50, providers={"x": 2, "y": 1})],
        change=[on_day(10, variant__home__providers={"z": 1, "y": 1})],
        days=105,
    )
    del raw["variant"][0]["places"]
    assert story(raw, of="PLACED CAPACITY") == lines("""
         0 0 PLACED home/x
         1 1 PLACED home/x
         2 2 PLACED home/y
        10 home/x CAPACITY 0
        10 home/z CAPACITY 1
        10 3 PLACED home/z
    """)


def test_who_asked_for_one_variant_goes_on_asking_it_through_a_change_of_something_else():
    raw = world(
        people(99_999, level="L1"),
        level=levels(0, 1),
        variant=[home("bt", 0, "L1", "L1"), home("bw", 0, "L1", "L1")],
        placement={"order": ["bt", "bw"]},
        leaving={"ready_at": "L0"},
        start={"waiting": [{"variant": "bw", "persons": 1, "level_mix": {"L1": 1.0}}]},
        change=[on_day(5, level__L1__hours_per_week=2.0), on_day(10, variant__bw__places=1),
                on_day(10, variant__bt__places=1)],
        days=20,
    )  # fmt: skip
    assert story(raw, of="PLACED") == ["10 0 PLACED bw"]
    raw["change"][0]["set"] = {"placement.order": ["bw", "bt"]}
    raw["placement"]["order"] = ["bt", "bw"]
    raw["start"]["waiting"][0]["variant"] = "bt"
    assert story(raw, of="PLACED") == ["10 0 PLACED bw"], "another order is another award"


def test_fewer_hours_stop_admissions_and_take_support_from_nobody():
    raw = world(
        people(0, 1, 15, level="L1"),
        level=levels(0, 1, L1={"recovery_days": 40.0}),
        variant=[home("bw", 5, "L1", "L1", team="team")],
        leaving={"ready_at": "L0"},
        hours=3.0,
        change=[on_day(10, team__team__hours_per_week=1.0)],
        days=60,
    )
    assert story(raw, of="PLACED SUPPORT CAPACITY GONE") == lines("""
         0 0 PLACED bw+team:60
         1 1 PLACED bw+team:60
        10 team CAPACITY 60
        40 0 SUPPORT 0 adequate
        40 0 GONE OWN_DWELLING
        41 1 SUPPORT 0 adequate
        41 2 PLACED bw+team:60
        41 1 GONE OWN_DWELLING
    """)


def test_fewer_assessors_finish_what_they_have_begun():
    raw = world(
        people(0, 0, 1, 2),
        desk=[desk(2, 20)],
        variant=[stay("home", 9, 100)],
        change=[on_day(10, desk__desk__assessors=1)],
        days=70,
    )
    assert story(raw, of="ASSESSING AWARDED CAPACITY") == lines("""
         0 0 ASSESSING desk
         0 1 ASSESSING desk
        10 desk CAPACITY 1
        20 0 AWARDED NEW home
        20 1 AWARDED NEW home
        20 2 ASSESSING desk
        40 2 AWARDED NEW home
        40 3 ASSESSING desk
        60 3 AWARDED NEW home
    """)


def test_a_ramp_goes_in_equal_steps_one_a_quarter():
    raw = world(
        people(900),
        variant=[stay("home", 0, 50)],
        change=[on_day(100, until=283, variant__home__places=6)],
        days=400,
    )
    assert story(raw, of="CAPACITY") == lines("""
        100 home CAPACITY 2
        192 home CAPACITY 4
        283 home CAPACITY 6
    """)


# ---------------------------------------------------------------- rules and rates
def test_who_is_first_follows_the_classes_that_hold_now():
    def served(change):
        raw = world(
            people(0, profile="sits"),
            people(1, profile="plain"),
            people(2, profile="clinic"),
            variant=[stay("home", 1, 20)],
            placement={"priority": ["plain"]},
            change=change,
            days=45,
        )
        return [one.split()[1] for one in story(raw, of="PLACED")]

    assert served([]) == ["0", "1", "2"]
    assert served([on_day(10, placement__priority=["clinic"])]) == ["0", "2", "1"]


def test_a_clock_goes_on_with_what_is_left_at_the_new_rate():
    # Two thirds of the threshold are left on day 10; at half the hazard that takes 40 days.
    raw = world(
        people(0, level="L1"),
        level=levels(0, 1, 1),
        variant=[home("bw", 1, "L1", "L2")],
        leaving={"ready_at": "L0"},
        days=60,
    )
    rate = hazard(raw | {"level": levels(0, 1, 1, L1={"worse_per_year": 1.0})}, 30.0)
    raw["level"][1]["worse_per_year"] = rate
    assert story(raw, of="LEVEL") == ["30 0 LEVEL L2 worse"]
    raw["change"] = [on_day(10, level__L1__worse_per_year=rate / 2)]
    assert story(raw, of="LEVEL") == ["50 0 LEVEL L2 worse"]


def test_a_clock_that_a_level_did_not_have_starts_with_the_change():
    raw = world(
        people(0, 1, level="L1"),
        level=levels(0, 1, 1),
        variant=[home("bw", 1, "L1", "L2")],
        leaving={"ready_at": "L0"},
        days=60,
        change=[on_day(10, level__L1__recovery_days=30.0)],
    )
    assert story(raw, of="LEVEL") == ["40 0 LEVEL L0 better"]
    rate = hazard(raw, 20.0)
    raw["change"] = [on_day(10, level__L1__worse_per_year=rate)]
    assert story(raw, of="LEVEL")[0] == "30 0 LEVEL L2 worse"


def test_who_waits_recovers_from_the_day_on_which_that_is_possible():
    raw = world(
        people(0, level="L1"),
        level=levels(0, 1, L1={"recovery_days": 20.0}),
        variant=[home("bw", 0, "L1", "L1")],
        leaving={"ready_at": "L0"},
        situation={"unsupported": {"recovery": 0.0}},
        change=[on_day(10, situation__unsupported__recovery=0.5)],
        days=60,
    )
    assert story(raw, of="LEVEL") == ["50 0 LEVEL L0 better"]


def test_the_threshold_of_an_exit_goes_on_at_the_new_rate():
    raw = world(
        people(0, level="L1"),
        level=levels(0, 1),
        exits_per_year={"wlz": 1.0},
        variant=[home("bw", 1, "L1", "L1")],
        leaving={"ready_at": "L0"},
        days=100,
    )
    rate = hazard(raw, 30.0, stream=Draw.EXIT + 5)
    raw["exits_per_year"]["wlz"] = rate
    raw["change"] = [on_day(10, exits_per_year__wlz=rate * 2)]
    assert story(raw, of="GONE") == ["20 0 GONE WLZ"]
    raw["change"] = [on_day(10, exits_per_year__wlz=0.0), on_day(50, exits_per_year__wlz=rate)]
    assert story(raw, of="GONE") == ["70 0 GONE WLZ"]


def test_patience_goes_on_through_a_change():
    raw = world(
        people(0, 1, patience_days=30),
        variant=[stay("home", 1, 50)],
        change=[on_day(10, placement__widen_after_days=5.0)],
        days=60,
    )
    assert story(raw, of="GONE") == ["31 1 GONE GAVE_UP", "50 0 GONE DONE"]


def test_a_waiting_step_keeps_its_day_through_a_change():
    # Steps of days 20 and 30 wait when something else changes on day 35; the first is served first.
    raw = world(
        people(0, level="L1", profile="one"),
        people(1, level="L3", profile="two"),
        people(2, level="L5", profile="gives"),
        level=levels(0, 1, 2, 1, 2, 3, L5={"recovery_days": 38.0}),
        variant=[home("bw", 9, "L1", "L5", team="team")],
        leaving={"ready_at": "L0"},
        situation={"under": {"recovery": 0.0}},
        hours=5.0,
        days=41,
    )
    for level, client, days in ((1, 0, 30.0), (3, 1, 20.0)):
        raw["level"][level]["worse_per_year"] = 1.0
        raw["level"][level]["worse_per_year"] = hazard(raw, days, client=client)
    served = ["40 1 SUPPORT 120 adequate"]
    assert [one for one in story(raw, of="SUPPORT") if one.endswith("120 adequate")][1:] == served
    raw["change"] = [on_day(35, leaving__transition_days=9.0)]
    assert [one for one in story(raw, of="SUPPORT") if one.endswith("120 adequate")][1:] == served


def test_dwellings_of_each_phase_come_at_the_rate_of_that_phase():
    raw = world(
        people(900),
        variant=[stay("bt", 1, 9, tenancy="own", dwellings="shelf")],
        dwellings=[shelf(20)],
        change=[on_day(50, dwellings__shelf__every_days=30.0)],
        days=125,
    )
    days = [float(one.split()[0]) for one in story(raw, of="OFFERED")]
    assert days == [20, 40, 65, 95], "half of the third was agreed before"


def test_staff_come_and_go_along_the_paths_of_their_positions():
    raw = world(
        people(900, level="L1"),
        level=levels(0, 1),
        team=[
            {"name": "team", "fte": 2.5, "client_hours": 10.0, "turnover_per_year": 1.0,
             "hiring_days": 60.0}
        ],
        variant=[home("bw", 5, "L1", "L1", team="team")],
        leaving={"ready_at": "L0"},
    )  # fmt: skip
    path = flowsim.sample(parse(raw)).phases[0].filled_fte[0][0]
    assert len(path) > 5
    told = story(raw, of="CAPACITY")
    assert told == [f"{day:.10g} team CAPACITY {int(fte * 600 + 1e-6)}" for day, fte in path[1:]]
    more = raw | {"team": [raw["team"][0] | {"fte": 3.5}]}
    further = flowsim.sample(parse(more)).phases[0].filled_fte[0][0]
    assert {day for day, _ in path} < {day for day, _ in further}, "the same positions and new ones"


def test_a_step_is_served_when_a_position_is_filled_again():
    raw = world(
        people(0, level="L1"),
        level=levels(0, 10, 20),
        team=[
            {"name": "team", "fte": 2.0, "client_hours": 10.0, "turnover_per_year": 3.0,
             "hiring_days": 100.0}
        ],
        variant=[home("bw", 5, "L1", "L2", team="team")],
        leaving={"ready_at": "L0"},
    )  # fmt: skip
    for replication in range(20):
        path = flowsim.sample(parse(raw), replication).phases[0].filled_fte[0][0]
        if path[0][1] == 2.0 and path[1][0] > 5 and path[2][1] == 2.0:
            break
    left, back = path[1][0], path[2][0]
    raw["scenario"]["seed"] = 1
    draws = flowsim.sample(parse(raw), replication).draws.thresholds(Draw.WORSE)
    raw["level"][1]["worse_per_year"] = draws.at(0, 0) * 365.25 / ((left + back) / 2)
    scenario = parse(raw)
    ledger = flowsim.simulate(scenario, flowsim.sample(scenario, replication), check=True)
    assert f"{back:.10g} 0 SUPPORT 1200 adequate" in story(ledger, of="SUPPORT")


# ---------------------------------------------------------------- another scale
def split(**more: Any) -> Raw:
    """Write a region that splits into its municipalities on day 10."""
    sections = {
        "variant": [stay("home", {"all": 4}, 50)],
        "change": [
            on_day(
                10,
                variant__home__scale="municipality",
                variant__home__places={"a": 1, "b": 1, "c": 2},
            )
        ],
    }
    return world(
        people(0, profile="x", municipality="a"),
        people(1, profile="y", municipality="a"),
        people(2, profile="z", municipality="c"),
        areas={"region": "all", **AREAS},
        days=70,
        **sections | more,
    )


def test_at_a_split_residents_stay_and_count_for_where_they_live():
    assert story(split(), of="PLACED CAPACITY REASSIGNED GONE") == lines("""
         0 0 PLACED home@all
         1 1 PLACED home@all
         2 2 PLACED home@all
        10 home@all CAPACITY 0
        10 home@a CAPACITY 1
        10 home@b CAPACITY 1
        10 home@c CAPACITY 2
        10 0 REASSIGNED home@a
        10 1 REASSIGNED home@a
        10 2 REASSIGNED home@c
        50 0 GONE DONE
        51 1 GONE DONE
        52 2 GONE DONE
    """)


def test_by_building_who_finds_no_room_at_home_lives_where_there_is_room():
    raw = split()
    raw["change"][0]["split"] = "building"
    raw["demand"] += [people(20, 21, profile="waits", municipality="a")]
    assert story(raw, of="PLACED REASSIGNED") == lines("""
         0 0 PLACED home@all
         1 1 PLACED home@all
         2 2 PLACED home@all
        10 0 REASSIGNED home@a
        10 1 REASSIGNED home@b
        10 2 REASSIGNED home@c
        50 3 PLACED home@a
    """)


def test_an_area_that_is_over_full_admits_nobody_until_it_fits():
    raw = split()
    raw["demand"] += [
        people(20, profile="waits", municipality="a"),
        people(21, profile="elsewhere", municipality="c"),
    ]
    # Two live in the one place of a: the first to leave makes no room.
    assert story(raw, of="PLACED")[3:] == ["21 4 PLACED home@c", "51 3 PLACED home@a"]


def test_at_a_split_requests_keep_their_day():
    raw = split(variant=[stay("home", {"all": 3}, 50)])
    raw["demand"] = [
        people(0, 1, 2, profile="sits", municipality="c"),
        people(3, profile="early", municipality="a"),
        people(4, profile="late", municipality="a"),
    ]
    raw["scenario"]["days"] = 40.0
    told = story(raw, of="AWARDED REQUESTED PLACED")
    assert told[6:] == lines("""
         3 3 AWARDED NEW home@all
         4 4 AWARDED NEW home@all
        10 3 REQUESTED NEW home@a
        10 4 REQUESTED NEW home@a
        10 3 PLACED home@a
    """)


def test_a_merge_is_the_inverse():
    raw = world(
        people(0, profile="x", municipality="a"),
        people(1, profile="y", municipality="a"),
        areas={"region": "all", **AREAS},
        variant=[stay("home", {"a": 1, "b": 1, "c": 1}, 50, scale="municipality")],
        change=[on_day(10, variant__home__scale="region", variant__home__places={"all": 3})],
        days=40,
    )
    assert story(raw, of="PLACED CAPACITY REASSIGNED") == lines("""
         0 0 PLACED home@a
        10 home@a CAPACITY 0
        10 home@b CAPACITY 0
        10 home@c CAPACITY 0
        10 home@all CAPACITY 3
        10 0 REASSIGNED home@all
        10 1 PLACED home@all
    """)


def test_at_a_split_the_hours_of_residents_go_with_them():
    raw = world(
        people(0, level="L1", profile="x", municipality="a"),
        people(1, level="L1", profile="y", municipality="c"),
        people(20, level="L1", profile="z", municipality="a"),
        areas={"region": "all", **AREAS},
        level=levels(0, 1, L1={"recovery_days": 50.0}),
        variant=[home("bw", 9, "L1", "L1", team="team")],
        team=[{"name": "team", "hours_per_week": {"all": 2}}],
        leaving={"ready_at": "L0"},
        change=[
            on_day(
                10, team__team__scale="municipality", team__team__hours_per_week={"a": 1, "c": 1}
            )
        ],
        days=55,
    )
    assert story(raw, of="REASSIGNED PLACED") == lines("""
         0 0 PLACED bw+team@all:60
         1 1 PLACED bw+team@all:60
        10 0 REASSIGNED bw+team@a:60
        10 1 REASSIGNED bw+team@c:60
        50 2 PLACED bw+team@a:60
    """)


def test_at_a_split_cases_in_line_move_and_an_assessor_at_work_finishes():
    raw = world(
        people(0, 1, profile="x", municipality="a"),
        people(2, profile="y", municipality="c"),
        areas={"region": "all", **AREAS},
        desk=[desk({"all": 1}, 20)],
        variant=[stay("home", "unlimited", 100)],
        change=[on_day(10, desk__desk__scale="municipality", desk__desk__assessors={"each": 1})],
        days=35,
    )
    assert story(raw, of="ASSESSING AWARDED CAPACITY") == lines("""
         0 0 ASSESSING desk@all
        10 desk@all CAPACITY 0
        10 desk@a CAPACITY 1
        10 desk@b CAPACITY 1
        10 desk@c CAPACITY 1
        10 1 ASSESSING desk@a
        10 2 ASSESSING desk@c
        20 0 AWARDED NEW home
        30 1 AWARDED NEW home
        30 2 AWARDED NEW home
    """)


def test_at_a_split_aftercare_comes_from_the_team_that_took_over():
    raw = world(
        people(0, level="L1", municipality="c"),
        areas={"region": "all", **AREAS},
        level=levels(1, 1, L1={"recovery_days": 5.0}),
        variant=[home("bw", 9, "L1", "L1")],
        team=[{"name": "care", "hours_per_week": {"all": 3}}],
        leaving={
            "ready_at": "L0", "transition_days": 20.0,
            "aftercare": {"days": 10.0, "level": "L0", "team": "care"},
        },
        change=[
            on_day(
                10, team__care__scale="municipality", team__care__hours_per_week={"each": 1}
            )
        ],
        days=50,
    )  # fmt: skip
    assert story(raw, of="HOUSED AFTERCARE GONE") == lines("""
         5 0 HOUSED care@all:60
        25 0 AFTERCARE care@c:60
        35 0 GONE DONE
    """)


def test_after_a_split_there_is_no_right_to_the_places_of_the_other_part():
    everywhere = {"municipality": 1.0, "subregion": 1.0}
    raw = world(
        people(5, 15, profile="x", municipality="a", accepts_elsewhere=everywhere),
        people(16, profile="y", municipality="c", accepts_elsewhere=everywhere),
        areas={"region": "all", **AREAS},
        variant=[stay("home", {"a": 0, "b": 0, "c": 9}, 100, scale="municipality")],
        change=[
            on_day(10, placement__within="subregion"),
            on_day(20, placement__within="region"),
        ],
        days=30,
    )
    assert story(raw, of="PLACED") == lines("""
         5 0 PLACED home@c
        16 2 PLACED home@c
        20 1 PLACED home@c
    """)


def test_other_work_in_line_goes_to_the_desk_that_took_over():
    raw = world(
        people(9e4, profile="x", municipality="a"),
        areas={"region": "all", **AREAS},
        desk=[
            {
                "name": "desk",
                "fte": {"all": 1},
                "hours_per_fte": 7.0,
                "assessment_hours": 1.0,
                "other_work": {"cases_per_1000_per_year": 4.0, "hours": 2.5},
            }
        ],
        change=[on_day(10, desk__desk__scale="municipality", desk__desk__fte={"a": 1})],
        days=60,
    )
    raw["scenario"]["seed"] = 3
    told = story(raw, of="OTHER_STARTED OTHER_ENDED")
    at_all = [one for one in told if "desk@all" in one]
    assert len(at_all) % 2 == 0, "an assessor at work finishes"
    taken_over = [one for one in told if "desk@a OTHER_STARTED" in one]
    assert taken_over[0].startswith("10 "), "the line goes on at once at the new desk"


def test_a_hazard_that_a_change_switches_on_reaches_people_who_are_there():
    raw = world(
        people(0, level="L2"),
        level=levels(1, 1, 2, L2={"recovery_days": 5.0}),
        variant=[home("bw", 2, "L2", "L2"), home("bt", 2, "L1", "L1", tenancy="own")],
        leaving={"ready_at": "L1", "aftercare": {"days": 900.0, "level": "L0"},
                 "relapse": {"per_year": 0.0, "level": "L2", "met": "desk"}},
        change=[on_day(100, leaving__relapse__per_year=40.0)],
        days=400,
    )  # fmt: skip
    (day,) = (float(one.split()[0]) for one in story(raw, of="RELAPSED")[:1])
    threshold = flowsim.sample(parse(raw)).draws.thresholds(Draw.RELAPSE).at(0, 0)
    assert day == pytest.approx(100 + 365.25 / 40 * threshold)


# ---------------------------------------------------------------- what a change asks of residents
THREE = levels(0.5, 1, 2, 3)


def test_who_a_variant_serves_no_longer_asks_to_move():
    raw = world(
        people(0, level="L3"),
        level=THREE,
        variant=[home("bt", 5, "L2", "L3"), home("bw", 5, "L3", "L3")],
        placement={"order": ["bt", "bw"]},
        leaving={"ready_at": "L0"},
        change=[on_day(10, variant__bt__serves=["L2", "L2"])],
        days=60,
    )
    assert story(raw, of="REQUESTED PLACED") == lines("""
         0 0 PLACED bt
        10 0 REQUESTED MOVE bw
        10 0 PLACED bw
    """)


def test_who_a_variant_serves_again_no_longer_waits_to_move():
    raw = world(
        people(0, level="L2", profile="x"),
        people(0, level="L3", profile="y"),
        level=levels(0.5, 1, 2, 3, L3={"recovery_days": 20.0}),
        variant=[home("bw", 5, "L3", "L3"), home("bt", 1, "L2", "L2")],
        placement={"order": ["bt", "bw"]},
        leaving={"ready_at": "L0"},
        change=[on_day(30, variant__bw__serves=["L2", "L3"])],
        days=60,
    )
    assert story(raw, of="REQUESTED WITHDRAWN") == ["20 1 REQUESTED MOVE bt", "30 1 WITHDRAWN MOVE"]


def test_a_change_of_the_level_at_which_people_leave_reaches_residents():
    raw = world(
        people(0, level="L2"),
        level=THREE,
        variant=[home("bw", 5, "L1", "L3")],
        dwellings=[shelf(50)],
        leaving={"ready_at": "L0", "dwellings": "shelf"},
        change=[on_day(30, leaving__ready_at="L2"), on_day(40, leaving__ready_at="L0")],
        days=60,
    )
    assert story(raw, of="REQUESTED WITHDRAWN HOUSED") == lines("""
        30 0 REQUESTED LEAVE shelf
        40 0 WITHDRAWN LEAVE
    """)


def test_places_go_on_turning_over_when_the_scale_changes():
    raw = world(
        people(0, 11, profile="p", municipality="a"),
        areas={"region": "all", **AREAS},
        variant=[stay("bw", {"all": 1}, 10, turnover_days=30)],
        change=[
            on_day(15, variant__bw__scale="subregion", variant__bw__places={"north": 1, "south": 0})
        ],
        days=60,
    )
    assert story(raw, of="PLACED") == ["0 0 PLACED bw@all", "40 1 PLACED bw@north"]


def test_a_provider_that_has_enough_after_a_cut_gets_no_more_dwellings():
    raw = world(
        people(*[0.0] * 6, level="L2", profile="p"),
        level=levels(0.5, 1, 2),
        variant=[
            home("bw", 6, "L2", "L2", flip={"after_days": 29.0, "to": "bt"}),
            home("bt", 2, "L2", "L2", tenancy="own", dwellings="shelf"),
        ],
        placement={"order": ["bw"]},
        dwellings=[shelf(60)],
        leaving={"ready_at": "L0"},
        change=[on_day(40, variant__bw__places=3)],
        days=130,
    )
    told = story(raw, of="CAPACITY REFILLED OFFERED")
    assert told == lines("""
         29 bw CAPACITY 5
         29 bw CAPACITY 4
         40 bw CAPACITY 3
         60 shelf OFFERED 1
        120 shelf OFFERED 2
    """)


def test_a_waiting_step_of_ones_own_does_not_bar_a_move():
    raw = world(
        people(0, level="L1", profile="full"),
        people(1, level="L2", profile="grows"),
        level=levels(0, 1, 1, 5),
        variant=[
            home("bt", 9, "L1", "L2", team="team"),
            home("bw", 5, "L3", "L3", team="team", hours_factor=0.25),
        ],
        hours=4.0,
        placement={"order": ["bt", "bw"]},
        leaving={"ready_at": "L0"},
        change=[on_day(10, level__L2__hours_per_week=4.0)],
        days=40,
    )
    raw["level"][2]["worse_per_year"] = 1.0
    raw["level"][2]["worse_per_year"] = hazard(raw, 20.0, client=1)
    # Since day 10 a step of three hours waits for two: what is free is kept for it. The move asks a
    # quarter of an hour more than is held, and gives up the step.
    assert story(raw, of="PLACED")[2:] == ["21 1 PLACED bw+team:-165"]
