"""Access: queue, assessors, paperwork, decision, reassessment and other work, row by row."""

from __future__ import annotations

import flowsim
from flowsim.calendar import DAYS_PER_YEAR
from flowsim.scenario import parse
from tests.worlds import desk, home, levels, lines, people, stay, story, world

ACCESS = "NOTIFIED ASSESSING PAPERWORK AWARDED NOT_AWARDED GONE"


def in_hours(fte: float, hours: float, **more) -> dict:
    """Write a desk in which one FTE works 7 hours a week: an hour a day."""
    return {
        "name": "desk", "fte": fte, "hours_per_fte": 7.0, "assessment_hours": hours, **more
    }  # fmt: skip


def test_one_assessor_takes_cases_in_order_of_notification():
    raw = world(people(0, 1, 2), desk=[desk(1, 10)], variant=[stay("home", 5, 100)], days=50)
    assert story(raw) == lines("""
         0 0 NOTIFIED  desk
         0 0 ASSESSING desk
         1 1 NOTIFIED  desk
         2 2 NOTIFIED  desk
        10 0 AWARDED   NEW home
        10 1 ASSESSING desk
        10 0 PLACED    home
        20 1 AWARDED   NEW home
        20 2 ASSESSING desk
        20 1 PLACED    home
        30 2 AWARDED   NEW home
        30 2 PLACED    home
    """)


def test_one_and_a_half_fte_are_two_assessors_at_three_quarters_of_the_speed():
    # 6 hours at 7 x 1.5 / 2 = 5.25 hours a week take 8 days.
    raw = world(people(0, 0, 1), desk=[in_hours(1.5, 6.0)], variant=[stay("home", 5, 100)], days=20)
    assert story(raw, of="NOTIFIED ASSESSING AWARDED") == lines("""
         0 0 NOTIFIED  desk
         0 1 NOTIFIED  desk
         0 0 ASSESSING desk
         0 1 ASSESSING desk
         1 2 NOTIFIED  desk
         8 0 AWARDED   NEW home
         8 1 AWARDED   NEW home
         8 2 ASSESSING desk
        16 2 AWARDED   NEW home
    """)


def test_a_whole_number_of_fte_works_at_full_speed():
    raw = world(people(0), desk=[in_hours(2, 6.0)], variant=[stay("home", 5, 100)], days=20)
    assert story(raw, of="AWARDED") == ["6 0 AWARDED NEW home"]


def test_the_hours_of_a_desk_are_shared_out_over_its_areas_by_population():
    raw = world(
        people(0, profile="a", municipality="big"),
        people(0, profile="b", municipality="small"),
        areas={"all": {"big": 30_000, "small": 10_000}},
        desk=[in_hours(2, 6.0, scale="municipality")],
        variant=[stay("home", 5, 100)],
        days=20,
    )  # 1.5 FTE: two assessors at 0.75; 0.5 FTE: one at 0.5
    assert story(raw, of="AWARDED") == lines("""
         8 0 AWARDED NEW home
        12 1 AWARDED NEW home
    """)


def test_paperwork_takes_time_and_holds_no_assessor():
    raw = world(
        people(0, 1), desk=[desk(1, 10, paperwork_days=30)], variant=[stay("home", 5, 100)], days=60
    )
    assert story(raw, of=ACCESS) == lines("""
         0 0 NOTIFIED  desk
         0 0 ASSESSING desk
         1 1 NOTIFIED  desk
        10 0 PAPERWORK desk
        10 1 ASSESSING desk
        20 1 PAPERWORK desk
        40 0 AWARDED   NEW home
        50 1 AWARDED   NEW home
    """)


def test_without_a_desk_there_is_an_award_at_once():
    raw = world(people(3), variant=[stay("home", 1, 100)], days=50)
    assert story(raw) == lines("""
        3 0 NOTIFIED -
        3 0 AWARDED NEW home
        3 0 PLACED home
    """)


def test_an_award_in_a_world_without_variants_ends_the_case():
    assert story(world(people(3), desk=[desk(1, 10)])) == lines("""
         3 0 NOTIFIED  desk
         3 0 ASSESSING desk
        13 0 AWARDED   NEW -
        13 0 GONE      NO_VARIANT
    """)


def test_who_is_not_awarded_leaves_with_the_reason():
    reasons = {"general": "GENERAL", "rejected": "REJECTED", "refer": "REFER"}
    for outcome, reason in reasons.items():
        raw = world(
            people(0), desk=[desk(1, 10, outcome={outcome: 1.0})], variant=[stay("home", 1, 9)]
        )
        assert story(raw, of=ACCESS)[-1] == f"10 0 NOT_AWARDED {reason}"


def test_outcomes_follow_the_draw_of_the_client():
    raw = world(
        people(*range(0, 400, 2)),
        desk=[desk(1, 1, outcome={"award": 0.5, "general": 0.3, "rejected": 0.2})],
        variant=[stay("home", "unlimited", 1)],
    )
    told = story(raw, of="AWARDED NOT_AWARDED")
    count = {word: sum(word in one for one in told) for word in ("NEW", "GENERAL", "REJECTED")}
    assert sum(count.values()) == 200
    assert 72 <= count["NEW"] <= 128  # 4 standard errors
    assert 34 <= count["GENERAL"] <= 86


# ---------------------------------------------------------------- who is first
def test_a_class_of_the_desk_goes_before_who_waits_longer():
    raw = world(
        people(0, 1, profile="plain"),
        people(2, profile="clinic"),
        people(3, profile="rushed", urgent=1.0),
        desk=[desk(1, 10, priority=["urgent", "clinic"])],
        variant=[stay("home", 9, 100)],
        days=60,
    )
    assert story(raw, of="ASSESSING") == lines("""
         0 0 ASSESSING desk
        10 3 ASSESSING desk
        20 2 ASSESSING desk
        30 1 ASSESSING desk
    """)


def test_equal_days_at_a_desk_go_by_client_number():
    raw = world(people(5, 5, 5), desk=[desk(1, 10)], variant=[stay("home", 9, 100)], days=60)
    assert story(raw, of="ASSESSING") == lines("""
         5 0 ASSESSING desk
        15 1 ASSESSING desk
        25 2 ASSESSING desk
    """)


# ---------------------------------------------------------------- patience at the desk
def test_who_loses_patience_in_the_queue_of_a_desk_leaves():
    raw = world(
        people(0, 1), desk=[desk(1, 10, patience_days=5)], variant=[stay("home", 9, 100)], days=60
    )
    assert story(raw, of=ACCESS) == lines("""
         0 0 NOTIFIED  desk
         0 0 ASSESSING desk
         1 1 NOTIFIED  desk
         6 1 GONE      GAVE_UP
        10 0 AWARDED   NEW home
    """)


def test_patience_at_a_desk_ends_when_an_assessor_starts():
    raw = world(
        people(0, 4), desk=[desk(1, 10, patience_days=7)], variant=[stay("home", 9, 100)], days=60
    )  # the second starts at 10, a day before giving up
    assert story(raw, of="AWARDED GONE") == lines("""
        10 0 AWARDED NEW home
        20 1 AWARDED NEW home
    """)


def test_a_desk_without_waiting_room_turns_away_who_is_not_seen_at_once():
    raw = world(
        people(0, 1, 10),
        desk=[desk(1, 10, patience_days=0)],
        variant=[stay("home", 9, 100)],
        days=60,
    )
    assert story(raw, of=ACCESS) == lines("""
         0 0 NOTIFIED  desk
         0 0 ASSESSING desk
         1 1 NOTIFIED  desk
         1 1 GONE      GAVE_UP
        10 0 AWARDED   NEW home
        10 2 NOTIFIED  desk
        10 2 ASSESSING desk
        20 2 AWARDED   NEW home
    """)


def test_patience_at_the_desk_says_nothing_about_the_wait_for_a_place():
    raw = world(
        people(0, 1), desk=[desk(1, 0, patience_days=0)], variant=[stay("home", 1, 100)], days=150
    )
    assert story(raw, of="ASSESSING PLACED GONE") == lines("""
          0 0 ASSESSING desk
          0 0 PLACED home
          1 1 ASSESSING desk
        100 0 GONE DONE
        100 1 PLACED home
    """)


# ---------------------------------------------------------------- which desk
def test_each_level_goes_to_the_desk_that_handles_it():
    raw = world(
        people(0, level="L1", profile="a"),
        people(0, level="L2", profile="b"),
        level=levels(0, 1, 2),
        desk=[
            desk(1, 5, name="light", handles={"levels": ["L0", "L1"]}),
            desk(1, 9, name="heavy", handles={"levels": ["L2"]}),
        ],
        variant=[home("bw", 9, "L1", "L2")],
        leaving={"ready_at": "L0"},
    )
    assert story(raw, of="ASSESSING AWARDED") == lines("""
        0 0 ASSESSING light
        0 1 ASSESSING heavy
        5 0 AWARDED NEW bw
        9 1 AWARDED NEW bw
    """)


def test_each_profile_goes_to_the_desk_that_handles_it_and_the_rest_have_no_access():
    raw = world(
        people(0, profile="a"),
        people(0, profile="b"),
        people(0, profile="c"),
        desk=[
            desk(1, 5, name="one", handles={"profiles": ["a"]}),
            desk(1, 9, name="two", handles={"profiles": ["b"]}),
        ],
        variant=[stay("home", 9, 100)],
        days=50,
    )
    assert story(raw, of="NOTIFIED AWARDED") == lines("""
        0 0 NOTIFIED one
        0 1 NOTIFIED two
        0 2 NOTIFIED -
        0 2 AWARDED NEW home
        5 0 AWARDED NEW home
        9 1 AWARDED NEW home
    """)


def test_a_share_of_the_cases_goes_to_each_desk_and_the_client_draws_which():
    def at_one(share):
        raw = world(
            people(*range(200)),
            desk=[
                desk(1, 0, name="one", handles={"share": share}),
                desk(1, 0, name="two", handles={"share": round(1 - share, 9)}, paperwork_days=1),
            ],
            variant=[stay("home", "unlimited", 1)],
        )
        return {one.split()[1] for one in story(raw, of="NOTIFIED") if one.endswith("one")}

    few, many = at_one(0.3), at_one(0.6)
    assert few < many, "a larger share takes the same clients and more"
    assert 34 <= len(few) <= 86  # 4 standard errors
    assert len(at_one(1.0)) == 200


def test_a_local_desk_handles_who_notifies_in_its_area():
    raw = world(
        people(0, profile="a", municipality="x"),
        people(0, profile="b", municipality="y"),
        areas={"north": {"x": 20_000}, "south": {"y": 10_000}},
        desk=[desk({"north": 1, "south": 1}, 5, scale="subregion")],
        variant=[stay("home", 9, 100)],
        days=50,
    )
    assert story(raw, of="ASSESSING") == lines("""
        0 0 ASSESSING desk@north
        0 1 ASSESSING desk@south
    """)


# ---------------------------------------------------------------- reassessment
REVIEWS = {"reassessment_hours": 3.0, "award_days": 100.0, "reassessment_lead_days": 20.0}


def test_a_reassessment_is_requested_before_the_award_ends_and_starts_a_new_term():
    raw = world(
        people(0),
        desk=[in_hours(1, 10.0, **REVIEWS)],
        variant=[stay("home", 1, 250)],
    )
    # Placed on day 10, the terms end on days 110, 210 and 310.
    assert story(raw) == lines("""
          0 0 NOTIFIED desk
          0 0 ASSESSING desk
         10 0 AWARDED NEW home
         10 0 PLACED home
         90 0 REVIEW_REQUESTED desk
         90 0 REVIEW_STARTED desk
         93 0 REVIEWED overrun 0
        190 0 REVIEW_REQUESTED desk
        190 0 REVIEW_STARTED desk
        193 0 REVIEWED overrun 0
        260 0 GONE DONE
    """)


def test_a_late_reassessment_overruns_and_the_next_term_starts_then():
    raw = world(
        people(0, 80, 81, 100, 101),
        desk=[in_hours(1, 10.0, **REVIEWS | {"reassessment_lead_days": 5.0})],
        variant=[stay("home", 9, 400)],
        days=260,
    )
    assert story(raw, of="ASSESSING REVIEW_REQUESTED REVIEW_STARTED REVIEWED") == lines("""
          0 0 ASSESSING desk
         80 1 ASSESSING desk
         90 2 ASSESSING desk
        100 3 ASSESSING desk
        105 0 REVIEW_REQUESTED desk
        110 4 ASSESSING desk
        120 0 REVIEW_STARTED desk
        123 0 REVIEWED overrun 13
        185 1 REVIEW_REQUESTED desk
        185 1 REVIEW_STARTED desk
        188 1 REVIEWED overrun 0
        195 2 REVIEW_REQUESTED desk
        195 2 REVIEW_STARTED desk
        198 2 REVIEWED overrun 0
        205 3 REVIEW_REQUESTED desk
        205 3 REVIEW_STARTED desk
        208 3 REVIEWED overrun 0
        215 4 REVIEW_REQUESTED desk
        215 4 REVIEW_STARTED desk
        218 4 REVIEWED overrun 0
        218 0 REVIEW_REQUESTED desk
        218 0 REVIEW_STARTED desk
        221 0 REVIEWED overrun 0
    """)


def test_an_overrun_is_to_the_nearest_day_and_not_rounded_down():
    for hours, days in ((3.0, 13), (3.4, 13), (3.6, 14)):
        late = REVIEWS | {"reassessment_lead_days": 5.0, "reassessment_hours": hours}
        raw = world(
            people(0, 80, 81, 100, 101),
            desk=[in_hours(1, 10.0, **late)],
            variant=[stay("home", 9, 400)],
            days=130,
        )
        (reviewed,) = story(raw, of="REVIEWED")
        assert reviewed.endswith(f"overrun {days}")


def test_reassessments_and_notifications_share_the_queue_in_the_order_of_the_classes():
    def second(priority):
        raw = world(
            people(0, 85, 86),
            desk=[in_hours(1, 10.0, **REVIEWS, priority=priority)],
            variant=[stay("home", 9, 400)],
            days=125,
        )  # at 95 the assessor chooses: a reassessment of day 90, or a notification of day 86
        return [one for one in story(raw, of="ASSESSING REVIEW_STARTED") if one.startswith("95 ")]

    assert second([]) == ["95 2 ASSESSING desk"]
    assert second(["reassessment"]) == ["95 0 REVIEW_STARTED desk"]
    assert second(["new", "reassessment"]) == ["95 2 ASSESSING desk"]


def test_who_leaves_during_a_reassessment_frees_the_assessor():
    raw = world(
        people(0, 91),
        desk=[in_hours(1, 10.0, **REVIEWS | {"reassessment_hours": 30.0})],
        variant=[stay("home", 9, 90)],
        days=115,
    )
    assert story(raw, of="REVIEW_STARTED ASSESSING REVIEWED GONE") == lines("""
          0 0 ASSESSING desk
         90 0 REVIEW_STARTED desk
        100 0 GONE DONE
        100 1 ASSESSING desk
    """)


def test_a_new_visit_ends_the_award_and_drops_its_reassessment():
    raw = world(
        people(0),
        desk=[in_hours(1, 10.0, **REVIEWS | {"reassessment_hours": 30.0})],
        variant=[stay("home", 1, 90, next={"access": 1.0})],
        days=240,
    )  # without the award of day 10 the next reassessment is asked 80 days after the new place
    assert story(raw) == lines("""
          0 0 NOTIFIED desk
          0 0 ASSESSING desk
         10 0 AWARDED NEW home
         10 0 PLACED home
         90 0 REVIEW_REQUESTED desk
         90 0 REVIEW_STARTED desk
        100 0 NOTIFIED desk
        100 0 ASSESSING desk
        110 0 AWARDED NEW home
        110 0 PLACED home
        190 0 REVIEW_REQUESTED desk
        190 0 REVIEW_STARTED desk
        200 0 NOTIFIED desk
        200 0 ASSESSING desk
        210 0 AWARDED NEW home
        210 0 PLACED home
    """)


# ---------------------------------------------------------------- other work
def test_other_work_stands_in_the_same_queue_and_keeps_assessors_busy():
    raw = world(
        people(50, 50.5),
        areas={"all": {"town": 1000}},
        desk=[in_hours(1, 2.0, other_work={"cases_per_1000_per_year": 30.0, "hours": 4.0})],
        variant=[stay("home", 9, 100)],
        days=300,
    )
    scenario = parse(raw)
    cohort = flowsim.sample(scenario)
    ledger = flowsim.simulate(scenario, cohort, check=True)
    cases = [(day, None) for day, _ in cohort.phases[0].other_work[0][0]] + [(50.0, 0), (50.5, 1)]
    assert len(cases) > 12
    free_at, expected = 0.0, []
    for day, client in sorted(cases, key=lambda case: case[0]):
        start = max(day, free_at)
        free_at = start + (4.0 if client is None else 2.0)
        name = "OTHER_STARTED" if client is None else "ASSESSING"
        expected.append(f"{start:.10g} {'desk' if client is None else client} {name}")
    told = [one.removesuffix(" desk") for one in story(ledger, of="ASSESSING OTHER_STARTED")]
    assert told == [one for one in expected if float(one.split()[0]) < 300]


def test_the_amount_of_other_work_follows_the_population_of_the_area():
    raw = world(
        areas={"all": {"big": 30_000, "small": 10_000}},
        desk=[
            in_hours(9, 2.0, scale="municipality",
                     other_work={"cases_per_1000_per_year": 10.0, "hours": 1.0})
        ],
        days=DAYS_PER_YEAR,
        demand=[],
    )  # fmt: skip
    raw["demand"] = [people(0)]
    big, small = (len(area) for area in flowsim.sample(parse(raw)).phases[0].other_work[0])
    assert 231 <= big <= 369  # 300, 4 standard errors
    assert 60 <= small <= 140


# ---------------------------------------------------------------- guides and misjudgement
def by_level(level: str, **more) -> dict:
    """Write one client who stays in a place for L1 to L3, and one desk."""
    return world(
        people(0, level=level),
        level=levels(0, 1, 2, 3, 3),
        desk=[in_hours(1, 10.0, **more)],
        variant=[home("bw", 5, "L1", "L3", team="team")],
        leaving={"ready_at": "L0"},
        hours=20.0,
        days=300,
    )


def test_a_guide_decides_light_cases_alone_at_once():
    guide = {"up_to": "L1", "share": 1.0}
    assert story(by_level("L1", guide=guide), of=ACCESS) == lines("""
        0 0 NOTIFIED desk
        0 0 AWARDED NEW bw+team:60
    """)
    assert "10 0 AWARDED NEW bw+team:120" in story(by_level("L2", guide=guide), of=ACCESS)
    guide["share"] = 0.0
    assert "10 0 AWARDED NEW bw+team:60" in story(by_level("L1", guide=guide), of=ACCESS)


def test_an_award_too_light_gives_too_few_hours_until_the_reassessment():
    assert story(by_level("L2", too_light=1.0, **REVIEWS)) == lines("""
          0 0 NOTIFIED desk
          0 0 ASSESSING desk
         10 0 MISJUDGED
         10 0 AWARDED NEW bw+team:60
         10 0 PLACED bw+team:60
         10 0 SUPPORT 60 under
         90 0 REVIEW_REQUESTED desk
         90 0 REVIEW_STARTED desk
         93 0 REVIEWED overrun 0
         93 0 CORRECTED
         93 0 SUPPORT 120 adequate
        190 0 REVIEW_REQUESTED desk
        190 0 REVIEW_STARTED desk
        193 0 REVIEWED overrun 0
        290 0 REVIEW_REQUESTED desk
        290 0 REVIEW_STARTED desk
        293 0 REVIEWED overrun 0
    """)


def test_an_award_too_heavy_gives_too_many_hours_until_the_reassessment():
    told = story(by_level("L2", too_heavy=1.0, **REVIEWS), of="PLACED CORRECTED SUPPORT")
    assert told == lines("""
        10 0 PLACED bw+team:180
        93 0 CORRECTED
        93 0 SUPPORT 120 adequate
    """)


def test_a_misjudged_level_moves_along_with_the_need():
    raw = by_level("L3", too_light=1.0)
    raw["level"][3]["recovery_days"] = 40.0
    raw["situation"] = {"under": {"recovery": 1.0}}
    assert story(raw, of="PLACED LEVEL SUPPORT") == lines("""
        10 0 PLACED bw+team:120
        10 0 SUPPORT 120 under
        50 0 LEVEL L2 better
        50 0 SUPPORT 60 under
    """)


# ---------------------------------------------------------------- notifying again
def test_who_is_turned_away_may_notify_again_after_some_time():
    raw = world(
        people(0, again={"after": ["rejected"], "share": 1.0, "days": 30.0}),
        desk=[desk(1, 10, outcome={"rejected": 1.0})],
        variant=[stay("home", 1, 100)],
        days=95,
    )
    assert story(raw) == lines("""
         0 0 NOTIFIED    desk
         0 0 ASSESSING   desk
        10 0 NOT_AWARDED REJECTED
        40 0 NOTIFIED    desk
        40 0 ASSESSING   desk
        50 0 NOT_AWARDED REJECTED
        80 0 NOTIFIED    desk
        80 0 ASSESSING   desk
        90 0 NOT_AWARDED REJECTED
    """)
    raw["demand"][0]["again"]["share"] = 0.0
    assert len(story(raw)) == 3


def test_who_gave_up_stands_at_the_end_of_the_queue_when_notifying_again():
    again = {"after": ["gave_up"], "share": 1.0, "days": 5.0}
    raw = world(
        people(0, profile="sits"),
        people(1, profile="again", patience_days=10, again=again),
        people(12, profile="waits"),
        variant=[stay("home", 1, 20)],
        days=45,
    )
    assert story(raw, of="GONE PLACED NOTIFIED") == lines("""
         0 0 NOTIFIED -
         0 0 PLACED home
         1 1 NOTIFIED -
        11 1 GONE GAVE_UP
        12 2 NOTIFIED -
        16 1 NOTIFIED -
        20 0 GONE DONE
        20 2 PLACED home
        26 1 GONE GAVE_UP
        31 1 NOTIFIED -
        40 2 GONE DONE
        40 1 PLACED home
    """)
