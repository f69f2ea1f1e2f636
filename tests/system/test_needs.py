"""Need over time: two clocks, support that follows, moves asked and withdrawn, other exits."""

from __future__ import annotations

import itertools

import pytest

import flowsim
from flowsim.calendar import DAYS_PER_YEAR
from flowsim.cohort.drawn import Draw
from flowsim.ledger import Reason
from flowsim.scenario import parse
from tests.worlds import (
    Raw,
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

LIFE = "PLACED LEVEL SUPPORT REQUESTED WITHDRAWN HOUSED GONE EXCHANGED CRISIS"


def set_worse(raw: Raw, level: str, days: float, **which: int) -> None:
    """Let a client deteriorate so many days (at hazard x 1) after reaching a level."""
    block = next(b for b in raw["level"] if b["name"] == level)
    block["worse_per_year"] = 1.0
    block["worse_per_year"] = hazard(raw, days, **which)


# ---------------------------------------------------------------- two clocks
def test_a_level_drops_by_one_after_its_recovery_time_and_the_clock_starts_anew():
    raw = world(
        people(0, level="L3"),
        level=levels(0, 0, 0, 0, L3={"recovery_days": 30.0}, L2={"recovery_days": 20.0}),
        variant=[home("bw", 1, "L1", "L3")],
        leaving={"ready_at": "L0"},
        days=500,
    )
    assert story(raw, of=LIFE) == lines("""
         0 0 PLACED bw
        30 0 LEVEL L2 better
        50 0 LEVEL L1 better
    """)


def test_the_earlier_of_the_two_clocks_counts_and_both_are_drawn_anew():
    raw = world(
        people(0, level="L1"),
        level=levels(0, 0, 0, L1={"recovery_days": 60.0}, L2={"recovery_days": 30.0}),
        variant=[home("bw", 1, "L1", "L2")],
        leaving={"ready_at": "L0"},
        days=150,
    )
    set_worse(raw, "L1", 50.0)
    draws = flowsim.sample(parse(raw)).draws.thresholds(Draw.WORSE)
    again = 80 + draws.at(0, 2) * DAYS_PER_YEAR / raw["level"][1]["worse_per_year"]
    third = f"{again:.10g} 0 LEVEL L2 worse" if again < 140 else "140 0 LEVEL L0 better"
    assert story(raw, of="LEVEL")[:3] == ["50 0 LEVEL L2 worse", "80 0 LEVEL L1 better", third]


@pytest.mark.parametrize(
    ("speed", "worse", "day"), [(1.0, 1.0, "40"), (0.5, 1.0, "50"), (0.5, 2.0, "45")]
)
def test_clocks_run_at_the_pace_of_the_situation_and_what_is_left_is_kept(speed, worse, day):
    # In the queue of a desk for 20 days at another pace; 40 days of recovery, at pace 1 in place.
    raw = world(
        people(0, level="L1"),
        level=levels(0, 0, 0, L1={"recovery_days": 40.0}),
        desk=[desk(1, 20.0)],
        variant=[home("bw", 1, "L1", "L2")],
        situation={"unsupported": {"recovery": speed, "worse": worse}},
        leaving={"ready_at": "L0"},
        days=60,
    )
    if worse != 1.0:  # deterioration: 65 days at pace 1, of which 20 pass at double pace
        set_worse(raw, "L1", 65.0)
        assert story(raw, of="LEVEL") == [f"{day} 0 LEVEL L2 worse"]
    else:
        assert story(raw, of="LEVEL") == [f"{day} 0 LEVEL L0 better"]


def test_without_support_nobody_recovers():
    raw = world(
        people(0, level="L1"),
        level=levels(0, 0, L1={"recovery_days": 40.0}),
        variant=[home("bw", 0, "L1", "L1")],
        leaving={"ready_at": "L0"},
        days=500,
    )
    assert story(raw, of="LEVEL") == []


def test_getting_worse_at_the_highest_level_is_a_crisis():
    raw = world(
        people(0, level="L1"),
        level=levels(0, 0, L1={"worse_per_year": 2.0}),
        variant=[home("bw", 1, "L1", "L1")],
        leaving={"ready_at": "L0"},
    )
    draws = flowsim.sample(parse(raw)).draws.thresholds(Draw.WORSE)
    days = [draws.at(0, phase) * DAYS_PER_YEAR / 2.0 for phase in range(3)]
    assert sum(days) < 1000
    told = story(raw, of="CRISIS LEVEL")
    assert told[:3] == [f"{sum(days[:k]):.10g} 0 CRISIS" for k in (1, 2, 3)]


def test_a_client_gets_more_phases_than_are_drawn_ahead():
    raw = world(
        people(0, level="L1"),
        level=levels(0, 0, L1={"worse_per_year": 40.0}),
        variant=[home("bw", 1, "L1", "L1")],
        leaving={"ready_at": "L0"},
        days=2000,
    )
    days = [float(one.split()[0]) for one in story(raw, of="CRISIS")]
    gaps = [round(b - a, 6) for a, b in itertools.pairwise(days)]
    assert len(gaps) > 100
    assert len(set(gaps)) == len(gaps), "no draw is used twice"


# ---------------------------------------------------------------- support follows
def team_of_two(hours: float, **more) -> Raw:
    """Write two clients who get an hour each; the first needs two from day 20 on."""
    raw = world(
        people(0, level="L1", profile="worse"),
        people(0.5, level="L2", profile="better"),
        level=levels(0, 1, 2, L2={"recovery_days": 40.0}),
        variant=[home("bw", 9, "L1", "L2", team="team")],
        leaving={"ready_at": "L0"},
        days=70,
        hours=hours,
        **more,
    )
    set_worse(raw, "L1", 20.0)
    return raw


def test_support_follows_the_need_at_once_when_the_team_has_room():
    raw = team_of_two(4.0)
    raw["demand"].pop()
    raw["level"][2].pop("recovery_days")
    assert story(raw, of=LIFE) == lines("""
         0 0 PLACED bw+team:60
        20 0 LEVEL L2 worse
        20 0 SUPPORT 60 under
        20 0 SUPPORT 120 adequate
    """)


def test_less_support_is_given_at_once_when_less_is_needed():
    raw = team_of_two(4.0)
    raw["demand"].pop(0)
    raw["level"][1].pop("worse_per_year")
    raw["demand"][0]["on_days"] = [0.0]
    assert story(raw, of=LIFE) == lines("""
         0 0 PLACED bw+team:120
        40 0 LEVEL L1 better
        40 0 SUPPORT 60 adequate
    """)


def test_a_step_up_that_lacks_hours_waits_until_they_are_there():
    raw = team_of_two(3.0)
    assert story(raw, of=LIFE)[:7] == lines("""
           0 0 PLACED bw+team:60
         0.5 1 PLACED bw+team:120
          20 0 LEVEL L2 worse
          20 0 SUPPORT 60 under
        40.5 1 LEVEL L1 better
        40.5 1 SUPPORT 60 adequate
        40.5 0 SUPPORT 120 adequate
    """)


def test_who_waits_for_hours_recovers_at_the_pace_of_the_under_supported():
    raw = team_of_two(3.0, situation={"under": {"recovery": 0.5}})
    # 20 to 40.5 at half pace, then 29.75 days left of the 40.
    assert "70.25 0 LEVEL L1 better" in story(raw | {"scenario": raw["scenario"] | {"days": 71.0}})


def test_free_hours_are_reserved_for_waiting_steps_so_that_no_admission_takes_them():
    # An hour and a half is free and the step needs two, so the new client, for whom an hour would
    # do, waits as well.
    raw = world(
        people(0, level="L1", profile="worse"),
        people(0.5, level="L2", profile="sits"),
        people(30, level="L0", profile="comes"),
        level=levels(1, 1, 3),
        variant=[home("bw", 9, "L0", "L2", team="team")],
        leaving={"ready_at": "L0"},
        days=45,
        hours=5.5,
    )
    set_worse(raw, "L1", 20.0)
    assert story(raw, of="PLACED SUPPORT AWARDED POOL") == lines("""
          0 0 AWARDED NEW bw+team:60
          0 0 PLACED bw+team:60
        0.5 1 AWARDED NEW bw+team:180
        0.5 1 PLACED bw+team:180
         20 0 SUPPORT 60 under
         30 2 AWARDED NEW bw+team:60
         30 bw POOL 7
         30 team POOL -30
    """)


def test_steps_go_before_admissions_of_the_same_instant():
    # On day 40.5 an hour comes free: the step (since day 20) has it, not who waits since day 5.
    raw = team_of_two(3.0)
    raw["demand"].append(people(5, level="L1", profile="waits"))
    raw["scenario"]["days"] = 45.0
    assert story(raw, of="PLACED SUPPORT") == lines("""
           0 0 PLACED bw+team:60
         0.5 1 PLACED bw+team:120
          20 0 SUPPORT 60 under
        40.5 1 SUPPORT 60 adequate
        40.5 0 SUPPORT 120 adequate
    """)


def two_steps(*others: Raw, **more) -> Raw:
    """Write two clients of an hour who need two, from day 20 and from day 31 on."""
    raw = world(
        people(0, level="L2", profile="one"),
        people(1, level="L4", profile="two"),
        *others,
        variant=[home("bw", 9, "L0", "L6", team="team")],
        **more,
    )
    hours = dict(enumerate((1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 3.0)))
    raw["level"] = levels(*hours.values(), **raw.pop("recovery"))
    set_worse(raw, "L2", 20.0, client=0)
    set_worse(raw, "L4", 30.0, client=1)
    return raw


def test_steps_are_served_by_their_day():
    # The third gives an hour back on day 42, and another one on day 82.
    raw = two_steps(
        people(2, level="L6", profile="gives"),
        recovery={"L6": {"recovery_days": 40.0}, "L5": {"recovery_days": 40.0}},
        situation={"under": {"recovery": 0.0}},
        leaving={"ready_at": "L0"},
        hours=5.0,
        days=83,
    )
    assert story(raw, of="SUPPORT") == lines("""
        20 0 SUPPORT 60 under
        31 1 SUPPORT 60 under
        42 2 SUPPORT 120 adequate
        42 0 SUPPORT 120 adequate
        82 2 SUPPORT 60 adequate
        82 1 SUPPORT 120 adequate
    """)


def test_who_gives_hours_back_is_not_held_up_by_waiting_steps():
    # On day 42 the third gives an hour back: one of the two steps has it, the other waits on. The
    # third then leaves to aftercare by the same team, which takes no more than it still has.
    raw = two_steps(
        people(2, level="L1", profile="leaves"),
        recovery={"L1": {"recovery_days": 40.0}},
        leaving={"ready_at": "L0", "aftercare": {"days": 50.0, "level": "L0", "team": "team"}},
        hours=4.0,
        days=93,
    )
    assert story(raw, of="SUPPORT HOUSED AFTERCARE GONE") == lines("""
        20 0 SUPPORT 60 under
        31 1 SUPPORT 60 under
        42 2 SUPPORT 60 adequate
        42 0 SUPPORT 120 adequate
        42 2 HOUSED team:0
        42 2 AFTERCARE team:0
        92 2 GONE DONE
        92 1 SUPPORT 120 adequate
    """)


# ---------------------------------------------------------------- response time
def test_support_follows_after_the_response_time_of_the_team():
    raw = team_of_two(4.0)
    raw["team"][0]["response_days"] = 2.0
    assert story(raw, of=LIFE)[:7] == lines("""
           0 0 PLACED bw+team:60
         0.5 1 PLACED bw+team:120
          20 0 LEVEL L2 worse
          20 0 SUPPORT 60 under
          22 0 SUPPORT 120 adequate
        40.5 1 LEVEL L1 better
        42.5 1 SUPPORT 60 adequate
    """)


def test_a_change_back_within_the_response_time_changes_nothing():
    raw = team_of_two(4.0)
    raw["demand"].pop()
    raw["team"][0]["response_days"] = 50.0
    raw["level"][2]["recovery_days"] = 30.0
    assert story(raw, of=LIFE)[:5] == lines("""
          0 0 PLACED bw+team:60
         20 0 LEVEL L2 worse
         20 0 SUPPORT 60 under
         50 0 LEVEL L1 better
         50 0 SUPPORT 60 adequate
    """)


# ---------------------------------------------------------------- moves, asked and withdrawn
def out_of_range(heavier: int = 0, **more) -> Raw:
    """Write a client at L1 in a place for L1 who needs L2 from day 20, and is better on day 60."""
    raw = world(
        people(0, level="L1"),
        level=levels(0, 1, 2, L2={"recovery_days": 40.0}),
        variant=[home("bt", 1, "L1", "L1", team="team"), home("bw", heavier, "L2", "L2")],
        leaving={"ready_at": "L0"},
        days=70,
        hours=2.0,
        **more,
    )
    set_worse(raw, "L1", 20.0)
    return raw


def test_who_needs_another_variant_keeps_the_place_and_moves_when_there_is_one():
    assert story(out_of_range(1), of=LIFE)[:5] == lines("""
         0 0 PLACED bt+team:60
        20 0 LEVEL L2 worse
        20 0 SUPPORT 60 under
        20 0 REQUESTED MOVE bw
        20 0 PLACED bw
    """)


def test_a_mover_who_is_back_in_range_withdraws_and_stays():
    assert story(out_of_range(), of=LIFE) == lines("""
         0 0 PLACED bt+team:60
        20 0 LEVEL L2 worse
        20 0 SUPPORT 60 under
        20 0 REQUESTED MOVE -
        60 0 LEVEL L1 better
        60 0 SUPPORT 60 adequate
        60 0 WITHDRAWN MOVE
    """)


def test_who_is_in_a_place_too_light_is_under_supported():
    raw = out_of_range(situation={"under": {"recovery": 0.5}})
    raw["scenario"]["days"] = 110.0
    assert "100 0 LEVEL L1 better" in story(raw, of="LEVEL")


def test_a_mover_keeps_its_day_when_other_variants_fit():
    # Client 0 is too light for its place since day 10, client 1 since day 15. On day 30 the first
    # needs less still, and goes before the second for the place that suits both.
    raw = world(
        people(0, level="L3", profile="first"),
        people(5, level="L3", profile="second"),
        people(1, level="L0", profile="sits"),
        level=levels(0, 0, 0, 0, L3={"recovery_days": 10.0}, L2={"recovery_days": 20.0}),
        variant=[
            home("heavy", 2, "L3", "L3"),
            stay("light", 1, 49, serves=["L1", "L1"]),
            home("mid", 0, "L2", "L2"),
        ],
        placement={"order": ["heavy", "mid", "light"]},
        leaving={"ready_at": "L0"},
        days=51,
    )
    raw["demand"][2]["level_mix"] = {"L1": 1.0}
    assert story(raw, of="REQUESTED PLACED") == lines("""
         0 0 PLACED heavy
         1 1 PLACED light
         5 2 PLACED heavy
        10 0 REQUESTED MOVE -
        15 2 REQUESTED MOVE -
        30 0 REQUESTED MOVE light
        35 2 REQUESTED MOVE light
        50 0 PLACED light
    """)


def test_the_day_of_a_mover_counts_from_the_first_need_to_move():
    # The second mover asks for the light place at once (day 20); the first asked for another
    # variant on day 10 and for the light place only on day 30.
    raw = world(
        people(0, level="L3", profile="first"),
        people(0, level="L2", profile="second"),
        people(1, level="L1", profile="sits"),
        level=levels(0, 0, 0, 0, L3={"recovery_days": 10.0}, L2={"recovery_days": 20.0}),
        variant=[
            home("heavy", 1, "L3", "L3"),
            home("mid", 1, "L2", "L2"),
            stay("light", 1, 49, serves=["L1", "L1"]),
        ],
        placement={"order": ["heavy", "mid", "light"]},
        leaving={"ready_at": "L0"},
        days=51,
    )
    told = story(raw, of="REQUESTED PLACED")
    first = next(one.split()[1] for one in told if one.endswith("PLACED heavy"))
    assert f"10 {first} REQUESTED MOVE mid" in told
    assert told[-1] == f"50 {first} PLACED light"


def test_a_waiting_client_keeps_its_day_on_a_change_of_level():
    # The first waits for the light place since day 1; worse, it waits for the heavy one, before
    # who waits for that since day 5.
    raw = world(
        people(0, level="L2", profile="sits"),
        people(1, level="L1", profile="first"),
        people(5, level="L2", profile="second"),
        level=levels(0, 0, 0, L2={"recovery_days": 30.0}),
        variant=[home("light", 0, "L1", "L1"), home("heavy", 1, "L2", "L2")],
        leaving={"ready_at": "L1"},
        situation={"unsupported": {"recovery": 0.0, "worse": 1.0}},
        days=31,
    )
    set_worse(raw, "L1", 9.0, client=1)
    assert story(raw, of="AWARDED LEVEL REQUESTED PLACED") == lines("""
         0 0 AWARDED NEW heavy
         0 0 PLACED heavy
         1 1 AWARDED NEW -
         5 2 AWARDED NEW heavy
        10 1 LEVEL L2 worse
        10 1 REQUESTED NEW heavy
        30 0 LEVEL L1 better
        30 0 REQUESTED LEAVE -
        30 1 PLACED heavy
    """)


# ---------------------------------------------------------------- other exits
@pytest.mark.parametrize("to", ["wlz", "death", "family", "elsewhere", "clinic", "unknown"])
def test_other_exits_compete_wherever_a_client_is(to):
    def ends(**more):
        raw = world(
            people(0, level="L1"),
            level=levels(0, 1),
            exits_per_year={to: 1.0},
            leaving={"ready_at": "L0"},
            **more,
        )
        raw["exits_per_year"][to] = hazard(raw, 30.0, stream=Draw.EXIT + Reason[to.upper()])
        return story(raw, of="GONE")

    gone = [f"30 0 GONE {to.upper()}"]
    bw = home("bw", 1, "L1", "L1")
    assert ends(variant=[bw]) == gone
    assert ends(variant=[bw | {"places": 0}]) == gone
    nobody = desk({"b": 1}, 10, scale="municipality")
    assert ends(variant=[bw], desk=[nobody], areas={"all": {"a": 10, "b": 10}}) == gone
    assert ends(variant=[bw], desk=[desk(1, 100)]) == gone
    assert ends(variant=[bw], desk=[desk(1, 10, paperwork_days=90)]) == gone


def test_an_exit_gives_back_place_hours_and_assessor():
    raw = world(
        people(0, 1, level="L1"),
        level=levels(0, 1),
        exits_per_year={"death": 1.0},
        desk=[desk(1, 10)],
        variant=[home("bw", 1, "L1", "L1", team="team")],
        leaving={"ready_at": "L0"},
        hours=1.0,
        days=60,
    )
    raw["exits_per_year"]["death"] = hazard(raw, 5.0, stream=Draw.EXIT + Reason.DEATH)
    draws = flowsim.sample(parse(raw)).draws.thresholds(Draw.EXIT + Reason.DEATH)
    other = 1 + draws.at(1, 0) / draws.at(0, 0) * 5.0
    told = story(raw, of="ASSESSING GONE")
    assert told[:3] == ["0 0 ASSESSING desk", "5 0 GONE DEATH", "5 1 ASSESSING desk"]
    assert told[3] == f"{other:.10g} 1 GONE DEATH"


def test_the_threshold_of_an_exit_is_carried_from_place_to_place():
    # 10 days at the desk without hazard, then in place at the rate that takes 30 days.
    raw = world(
        people(0, level="L1"),
        level=levels(0, 1),
        exits_per_year={"wlz": {"bw": 1.0}},
        desk=[desk(1, 10)],
        variant=[home("bw", 1, "L1", "L1")],
        leaving={"ready_at": "L0"},
    )
    rate = hazard(raw, 30.0, stream=Draw.EXIT + Reason.WLZ)
    raw["exits_per_year"]["wlz"] = {"bw": rate}
    assert story(raw, of="GONE") == ["40 0 GONE WLZ"]
    raw["exits_per_year"]["wlz"] = {"bw": rate, "access": rate / 2}
    assert story(raw, of="GONE") == ["35 0 GONE WLZ"]


def test_an_exit_while_ready_ends_the_request():
    raw = world(
        people(0, level="L1"),
        level=levels(0, 1, L1={"recovery_days": 10.0}),
        exits_per_year={"wlz": 1.0},
        variant=[home("bw", 1, "L1", "L1")],
        leaving={"ready_at": "L0", "dwellings": "shelf"},
        dwellings=[shelf(50)],
        days=60,
    )
    raw["exits_per_year"]["wlz"] = hazard(raw, 30.0, stream=Draw.EXIT + Reason.WLZ)
    assert story(raw, of="REQUESTED GONE HOUSED") == lines("""
        10 0 REQUESTED LEAVE shelf
        30 0 GONE WLZ
    """)


def test_an_exit_during_the_transition_frees_place_and_reserved_hours():
    raw = world(
        people(0, level="L1", profile="a"),
        people(1, level="L1", profile="b"),
        level=levels(2, 1, L1={"recovery_days": 10.0}),
        exits_per_year={"wlz": {"bw": 1.0}},
        variant=[home("bw", 1, "L1", "L1", team="team")],
        leaving={"ready_at": "L0", "transition_days": 100.0,
                 "aftercare": {"days": 50.0, "level": "L0", "team": "team"}},
        hours=2.0,
        days=40,
    )  # fmt: skip
    rate = hazard(raw, 30.0, stream=Draw.EXIT + Reason.WLZ)
    raw["exits_per_year"]["wlz"] = {"bw": rate}
    ledger = run(raw)
    assert story(ledger, of="PLACED HOUSED GONE")[:4] == lines("""
         0 0 PLACED bw+team:60
        10 0 HOUSED team:0
        30 0 GONE WLZ
        30 1 PLACED bw+team:60
    """)
