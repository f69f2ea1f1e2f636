"""Leaving: ready, a dwelling, the transition, aftercare, and the need that comes back."""

from __future__ import annotations

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
    story,
    world,
)

WAY = "PLACED LEVEL REQUESTED WITHDRAWN HOUSED AFTERCARE RELAPSED GONE AWARDED NOTIFIED"


def leaver(*on_days: float, days: float = 200, hours: float | None = None, **leaving) -> Raw:
    """Write clients at L2 who are at L1, ready to leave, 20 days after they got their place."""
    team = {} if hours is None else {"team": "team"}
    raw = world(
        people(*on_days, level="L2"),
        level=levels(1, 1, 2, 3, L2={"recovery_days": 20.0}),
        variant=[home("bw", 1, "L2", "L3", **team)],
        leaving={"ready_at": "L1"} | leaving,
        dwellings=[shelf(50)],
        days=days,
    )
    return raw if hours is None else raw | {"team": [{"name": "team", "hours_per_week": hours}]}


def test_who_is_ready_keeps_the_place_until_a_dwelling_and_the_transition():
    raw = leaver(0, 1, dwellings="shelf", transition_days=14, days=130)
    assert story(raw) == lines("""
          0 0 NOTIFIED  -
          0 0 AWARDED   NEW bw
          0 0 PLACED    bw
          1 1 NOTIFIED  -
          1 1 AWARDED   NEW bw
          1 bw POOL     0
         20 0 LEVEL     L1 better
         20 0 REQUESTED LEAVE shelf
         20 shelf POOL  0
         50 shelf OFFERED 1
         50 0 HOUSED    shelf
         64 0 GONE      OWN_DWELLING
         64 1 PLACED    bw
         84 1 LEVEL     L1 better
         84 1 REQUESTED LEAVE shelf
        100 shelf OFFERED 1
        100 1 HOUSED    shelf
        114 1 GONE      OWN_DWELLING
    """)


def test_unless_a_stream_is_named_dwellings_are_no_limit_for_leavers():
    assert story(leaver(0), of="HOUSED GONE") == ["20 0 HOUSED -", "20 0 GONE OWN_DWELLING"]


def test_who_rents_a_dwelling_leaves_for_it_at_once():
    raw = leaver(0, dwellings="shelf", transition_days=14)
    raw["demand"][0]["has_tenancy"] = 1.0
    assert story(raw, of="HOUSED GONE") == ["20 0 HOUSED -", "20 0 GONE OWN_DWELLING"]


def test_who_lives_in_an_own_tenancy_stays_there_and_support_ends():
    raw = leaver(0, dwellings="shelf", transition_days=14)
    raw["variant"] = [home("bt", 1, "L2", "L3", tenancy="own", dwellings="shelf")]
    assert story(raw, of="PLACED HOUSED GONE") == lines("""
        50 0 PLACED bt+shelf
        70 0 HOUSED -
        70 0 GONE OWN_DWELLING
    """)


@pytest.mark.parametrize("to", ["family", "elsewhere", "clinic", "unknown"])
def test_other_destinations_need_no_dwelling_and_get_no_aftercare(to):
    raw = leaver(
        0, dwellings="shelf", transition_days=14, destination={to: 1.0},
        aftercare={"days": 30.0, "level": "L0"},
    )  # fmt: skip
    assert story(raw, of="HOUSED GONE AFTERCARE") == ["20 0 HOUSED -", f"34 0 GONE {to.upper()}"]


# ---------------------------------------------------------------- worse again
def set_worse(raw: Raw, level: int, days: float, occurrence: int) -> None:
    raw["level"][level]["worse_per_year"] = 1.0
    raw["level"][level]["worse_per_year"] = hazard(raw, days, occurrence=occurrence)


def test_who_is_ready_and_gets_worse_again_withdraws_and_stays():
    raw = leaver(0, dwellings="shelf", transition_days=14, days=110)
    set_worse(raw, 1, 10.0, occurrence=1)
    assert story(raw, of=WAY, without="NOTIFIED AWARDED")[:7] == lines("""
         0 0 PLACED bw
        20 0 LEVEL L1 better
        20 0 REQUESTED LEAVE shelf
        30 0 LEVEL L2 worse
        30 0 WITHDRAWN LEAVE
        50 0 LEVEL L1 better
        50 0 REQUESTED LEAVE shelf
    """)
    # The dwelling of day 50 is offered in the instant of the second request.
    assert story(raw, of="HOUSED") == ["50 0 HOUSED shelf"]


def test_who_is_ready_and_needs_another_variant_asks_for_that_instead():
    raw = leaver(0, dwellings="shelf", days=40)
    raw["variant"] = [home("bw", 1, "L3", "L3"), home("bt", 1, "L2", "L2")]
    raw["demand"][0]["level_mix"] = {"L3": 1.0}
    raw["level"][3]["recovery_days"] = 10.0
    raw["level"][2]["recovery_days"] = 10.0
    raw["variant"][1]["places"] = 0
    set_worse(raw, 1, 5.0, occurrence=2)
    assert story(raw, of=WAY, without="NOTIFIED AWARDED")[:8] == lines("""
         0 0 PLACED bw
        10 0 LEVEL L2 better
        10 0 REQUESTED MOVE -
        20 0 LEVEL L1 better
        20 0 REQUESTED LEAVE shelf
        25 0 LEVEL L2 worse
        25 0 WITHDRAWN LEAVE
        25 0 REQUESTED MOVE -
    """)


def test_a_move_under_way_goes_through_when_the_client_gets_worse():
    raw = leaver(0, dwellings="shelf", transition_days=14, days=110)
    set_worse(raw, 1, 35.0, occurrence=1)
    assert story(raw, of=WAY, without="NOTIFIED AWARDED") == lines("""
         0 0 PLACED bw
        20 0 LEVEL L1 better
        20 0 REQUESTED LEAVE shelf
        50 0 HOUSED shelf
        55 0 LEVEL L2 worse
        64 0 GONE OWN_DWELLING
    """)


# ---------------------------------------------------------------- aftercare
def test_aftercare_takes_hours_of_its_team_until_it_ends():
    raw = leaver(
        0, 30, hours=4.0, transition_days=14,
        aftercare={"days": 60.0, "level": "L0", "team": "care"},
    )  # fmt: skip
    raw["team"].append({"name": "care", "hours_per_week": 1.0})
    assert story(raw, without="OFFERED") == lines("""
          0 0 NOTIFIED  -
          0 0 AWARDED   NEW bw+team:120
          0 0 PLACED    bw+team:120
         20 0 LEVEL     L1 better
         20 0 SUPPORT   60 adequate
         20 0 REQUESTED LEAVE care:60
         20 0 HOUSED    care:60
         30 1 NOTIFIED  -
         30 1 AWARDED   NEW bw+team:120
         30 bw POOL     0
         30 team POOL   180
         34 0 AFTERCARE care:60
         34 1 PLACED    bw+team:120
         54 1 LEVEL     L1 better
         54 1 SUPPORT   60 adequate
         54 1 REQUESTED LEAVE care:60
         54 care POOL   0
         94 0 GONE      DONE
         94 1 HOUSED    care:60
        108 1 AFTERCARE care:60
        168 1 GONE      DONE
    """)


def test_the_hours_of_aftercare_are_reserved_during_the_transition():
    # Leaving lasts until day 34. The second, since day 25, would like the hour of the care team.
    raw = leaver(
        0, hours=4.0, transition_days=14, days=95,
        aftercare={"days": 60.0, "level": "L0", "team": "care"},
    )  # fmt: skip
    raw["team"].append({"name": "care", "hours_per_week": 1.0})
    raw["demand"].append(people(25, level="L3", profile="other"))
    raw["variant"].append(home("home", 1, "L3", "L3", team="care", hours_factor=1 / 3))
    raw["variant"][0]["serves"] = ["L2", "L2"]
    assert story(raw, of="HOUSED AFTERCARE PLACED GONE") == lines("""
         0 0 PLACED bw+team:120
        20 0 HOUSED care:60
        34 0 AFTERCARE care:60
        94 0 GONE DONE
        94 1 PLACED home+care:60
    """)


def test_support_is_not_cut_during_the_transition_below_what_aftercare_counts_on():
    # The team answers after 5 days, in the middle of the transition; aftercare by the same team
    # needs the two hours that are given now.
    raw = leaver(
        0, hours=2.0, transition_days=14, days=60,
        aftercare={"days": 20.0, "level": "L2", "team": "team"},
    )  # fmt: skip
    raw["level"][3]["hours_per_week"] = 1.0
    raw["team"][0]["response_days"] = 5.0
    raw["demand"].append(people(26, level="L3", profile="other"))
    raw["variant"][0]["serves"] = ["L2", "L2"]
    raw["variant"].append(home("home", 1, "L3", "L3", team="team"))
    assert story(raw, of="HOUSED SUPPORT AFTERCARE PLACED GONE") == lines("""
         0 0 PLACED bw+team:120
        20 0 HOUSED team:0
        34 0 AFTERCARE team:0
        54 0 GONE DONE
        54 1 PLACED home+team:60
    """)


# ---------------------------------------------------------------- relapse
def relapser(met: str, days: float = 130, **more) -> Raw:
    raw = leaver(
        0, days=days, aftercare={"days": 500.0, "level": "L0"},
        relapse={"per_year": 1.0, "level": "L2", "met": met}, **more,
    )  # fmt: skip
    raw["leaving"]["relapse"]["per_year"] = hazard(raw, 30.0, stream=Draw.RELAPSE)
    return raw


def test_a_relapse_is_met_at_home_with_hours_and_without_a_dwelling():
    raw = relapser("at_home", days=70)
    raw["variant"].append(home("bt", 5, "L2", "L2", tenancy="own", dwellings="shelf", team="team"))
    raw["placement"] = {"order": ["bw", "bt"]}
    raw["team"] = [{"name": "team", "hours_per_week": 2.0}]
    assert story(raw, of=WAY) == lines("""
         0 0 NOTIFIED -
         0 0 AWARDED NEW bw | bt+team:120+shelf
         0 0 PLACED bw
        20 0 LEVEL L1 better
        20 0 REQUESTED LEAVE -
        20 0 HOUSED -
        20 0 AFTERCARE -
        50 0 RELAPSED
        50 0 REQUESTED RETURN bt+team:120
        50 0 PLACED bt+team:120
    """)


def test_a_relapse_that_is_not_met_at_home_goes_through_the_desk():
    raw = relapser("desk", days=90)
    raw["desk"] = [desk(1, 5)]
    assert story(raw, of=WAY + " ASSESSING") == lines("""
         0 0 NOTIFIED desk
         0 0 ASSESSING desk
         5 0 AWARDED NEW bw
         5 0 PLACED bw
        25 0 LEVEL L1 better
        25 0 REQUESTED LEAVE -
        25 0 HOUSED -
        25 0 AFTERCARE -
        55 0 RELAPSED
        55 0 NOTIFIED desk
        55 0 ASSESSING desk
        60 0 AWARDED RETURN bw
        60 0 PLACED bw
        80 0 LEVEL L1 better
        80 0 REQUESTED LEAVE -
        80 0 HOUSED -
        80 0 AFTERCARE -
    """)


def test_every_relapse_that_cannot_be_met_at_home_goes_through_the_desk():
    raw = relapser("at_home", days=3000)
    raw["desk"] = [desk(1, 5)]
    told = story(raw, of="RELAPSED ASSESSING REQUESTED")
    relapses = [one for one in told if one.endswith("RELAPSED")]
    assert len(relapses) > 5
    assert sum("RETURN" in one for one in told) == 0
    assert sum("ASSESSING" in one for one in told) == 1 + len(relapses)


def test_who_waits_again_after_a_relapse_asks_for_more_variants_in_time():
    raw = relapser("desk", days=300)
    raw["placement"] = {"order": ["never", "bw"], "widen_after_days": 10.0}
    raw["variant"].append(home("never", 0, "L2", "L2"))
    assert story(raw, of="AWARDED REQUESTED RELAPSED")[:5] == lines("""
         0 0 AWARDED NEW -
        10 0 REQUESTED NEW bw
        30 0 REQUESTED LEAVE -
        60 0 RELAPSED
        60 0 AWARDED RETURN -
    """)
    assert "70 0 REQUESTED RETURN bw" in story(raw, of="REQUESTED")


def test_after_a_relapse_there_is_a_new_award_with_a_term_of_its_own():
    raw = relapser("desk", days=130)
    raw["level"][2]["recovery_days"] = 40.0
    raw["desk"] = [
        {"name": "desk", "fte": 1.0, "hours_per_fte": 7.0, "assessment_hours": 1.0,
         "reassessment_hours": 1.0, "award_days": 30.0, "reassessment_lead_days": 5.0}
    ]  # fmt: skip
    told = story(raw, of="PLACED REVIEW_REQUESTED AFTERCARE RELAPSED")
    assert told[:6] == lines("""
         1 0 PLACED bw
        26 0 REVIEW_REQUESTED desk
        41 0 AFTERCARE -
        71 0 RELAPSED
        72 0 PLACED bw
        97 0 REVIEW_REQUESTED desk
    """)


def test_aftercare_that_ends_first_ends_the_chain():
    raw = relapser("desk")
    raw["leaving"]["aftercare"]["days"] = 29.0
    assert story(raw, of="RELAPSED GONE") == ["49 0 GONE DONE"]


def test_a_relapse_gives_back_the_hours_of_aftercare():
    raw = relapser("desk", days=55)
    raw["leaving"]["aftercare"] |= {"team": "care"}
    raw["team"] = [{"name": "care", "hours_per_week": 1.0}]
    raw["variant"][0]["places"] = 2
    raw["demand"].append(people(10, level="L2", profile="next"))
    assert story(raw, of="HOUSED RELAPSED REQUESTED") == lines("""
        20 0 REQUESTED LEAVE care:60
        20 0 HOUSED care:60
        30 1 REQUESTED LEAVE care:60
        50 0 RELAPSED
        50 1 HOUSED care:60
    """)


# ---------------------------------------------------------------- dwellings beside the contingent
def test_urgency_brings_a_dwelling_after_its_lead_time():
    raw = leaver(
        0, dwellings="shelf", transition_days=14, days=49,
        urgency={"share": 1.0, "lead_days": 12.0},
    )  # fmt: skip
    assert story(raw, of="REQUESTED FOUND_ALONE HOUSED GONE") == lines("""
        20 0 REQUESTED LEAVE shelf
        32 0 FOUND_ALONE
        32 0 REQUESTED LEAVE -
        32 0 HOUSED -
        46 0 GONE OWN_DWELLING
    """)
    raw["leaving"]["urgency"]["share"] = 0.0
    assert story(raw, of="HOUSED") == []


def test_urgency_ends_with_the_wait_for_a_dwelling():
    # Urgency would bring a dwelling on day 32. On day 25 the client needs another variant, and on
    # day 30 none of the options takes a dwelling any more.
    raw = leaver(0, dwellings="shelf", days=49, urgency={"share": 1.0, "lead_days": 12.0})
    set_worse(raw, 1, 5.0, occurrence=1)
    assert story(raw, of="REQUESTED WITHDRAWN FOUND_ALONE") == lines("""
        20 0 REQUESTED LEAVE shelf
        25 0 WITHDRAWN LEAVE
        45 0 REQUESTED LEAVE shelf
    """)


def test_urgency_for_an_own_tenancy_ends_when_another_variant_is_needed():
    # Waits for an own tenancy (dwelling by urgency on day 30), is worse on day 10, and then waits
    # for a place that takes no dwelling.
    raw = world(
        people(0, level="L2"),
        level=levels(1, 1, 2, 3),
        variant=[
            home("bt", 5, "L2", "L2", tenancy="own", dwellings="shelf"),
            home("bw", 0, "L3", "L3"),
        ],
        leaving={"ready_at": "L1", "urgency": {"share": 1.0, "lead_days": 30.0}},
        dwellings=[shelf()],
        days=100,
    )
    raw["situation"] = {"unsupported": {"worse": 1.0}}
    set_worse(raw, 2, 10.0, occurrence=0)
    assert story(raw, of="REQUESTED LEVEL FOUND_ALONE AWARDED") == lines("""
         0 0 AWARDED NEW bt+shelf
        10 0 LEVEL L3 worse
        10 0 REQUESTED NEW -
    """)


def test_a_tenancy_may_be_lost_by_entering_a_place_of_a_provider():
    raw = leaver(0, dwellings="shelf", transition_days=14, days=70, keeps_tenancy=0.0)
    raw["demand"][0]["has_tenancy"] = 1.0
    assert story(raw, of="PLACED TENANCY_LOST REQUESTED HOUSED GONE") == lines("""
         0 0 PLACED bw
         0 0 TENANCY_LOST
        20 0 REQUESTED LEAVE shelf
        50 0 HOUSED shelf
        64 0 GONE OWN_DWELLING
    """)
    raw["leaving"]["keeps_tenancy"] = 1.0
    assert story(raw, of="TENANCY_LOST GONE") == ["20 0 GONE OWN_DWELLING"]
