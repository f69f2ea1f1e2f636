"""Settle first, then give up: who is served in the instant in which patience ends stays."""

from __future__ import annotations

from datetime import date

import pytest

from flowsim.cohort.drawn import Draw
from flowsim.ledger import EventKind
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


def gives_up(raw: Raw, client: int = 0) -> list[str]:
    """Tell what becomes of a client whose patience ends on day 14."""
    return [one for one in story(raw, of="PLACED GONE ASSESSING") if one.split()[1] == str(client)]


def test_who_loses_patience_on_the_day_of_a_dwelling_gets_it():
    raw = world(
        people(0, 0, patience_days=14),
        variant=[stay("bt", 9, 100, tenancy="own", dwellings="shelf")],
        dwellings=[shelf(14)],
        days=20,
    )
    assert gives_up(raw) == ["14 0 PLACED bt+shelf"]
    assert gives_up(raw, 1) == ["14 1 GONE GAVE_UP"]


def test_who_loses_patience_on_the_last_day_of_a_hold_gets_the_dwelling():
    raw = world(
        people(4, patience_days=10),
        variant=[stay("bt", 0, 100, tenancy="own", dwellings="shelf")],
        dwellings=[shelf(10, hold_days=4)],
        change=[{"date": date(2026, 1, 15), "reason": "a test", "set": {"variant.bt.places": 1}}],
        days=20,
    )
    assert gives_up(raw) == ["14 0 PLACED bt+shelf"]


def test_who_loses_patience_on_the_day_that_more_is_accepted_gets_it():
    raw = world(
        people(0, level="L1", patience_days=14),
        level=levels(0, 0),
        leaving={"ready_at": "L0"},
        variant=[home("bt", 0, "L1", "L1"), home("bw", 1, "L1", "L1")],
        placement={"order": ["bt", "bw"], "widen_after_days": 14},
        days=20,
    )
    assert gives_up(raw) == ["14 0 PLACED bw"]


def test_who_loses_patience_on_the_day_of_a_dwelling_of_their_own_goes_there():
    raw = world(
        people(0, patience_days=14),
        variant=[stay("bt", 9, 100, tenancy="own", dwellings="shelf")],
        dwellings=[shelf()],
        leaving={"urgency": {"share": 1.0, "lead_days": 14}},
        days=20,
    )
    assert gives_up(raw) == ["14 0 PLACED bt"]
    del raw["leaving"]["urgency"]
    raw["demand"][0]["patience_days"] = 99.0
    raw["leaving"]["find_alone_per_year"] = hazard(raw, 14.0, stream=Draw.FIND_ALONE)
    ledger = run(raw)
    alone = ledger.rows["day"][ledger.rows["kind"] == EventKind.FOUND_ALONE]
    assert alone == pytest.approx([14.0])
    raw["demand"][0]["patience_days"] = float(alone[0])
    assert gives_up(raw)[0].split()[2] == "PLACED"


def test_who_loses_patience_on_the_day_that_a_provider_may_be_asked_again_is_asked_about():
    raw = world(
        people(0, patience_days=14),
        variant=[stay("home", 1, 100, accepts=0.5, intake_again_days=14)],
        days=20,
    )
    for seed in range(60):
        raw["scenario"]["seed"] = seed
        told = story(raw, of="REFUSED PLACED GONE")
        if told[:1] == ["0 0 REFUSED home by PROVIDER"] and len(told) == 2:
            assert told[1] == "14 0 PLACED home"
            return
    raise AssertionError("in no world a first refusal and then a place")


def test_who_loses_patience_at_the_desk_on_the_day_of_an_assessor_is_seen():
    raw = world(people(0, 0, 0), desk=[desk(1, 14, patience_days=14)],
                variant=[stay("home", 9, 100)], days=20)  # fmt: skip
    assert gives_up(raw, 1) == ["14 1 ASSESSING desk"]
    assert gives_up(raw, 2) == ["14 2 GONE GAVE_UP"]


@pytest.mark.parametrize("papers", [{}, {"paperwork_days": 0}])
@pytest.mark.parametrize("assessors", [1, 3])
def test_who_is_seen_at_once_does_not_give_up_the_wait_that_follows(assessors, papers):
    # Nobody would wait at the desk, and nobody has to: all go on to the line for one place.
    raw = world(people(0, 20, 20, 20), desk=[desk(assessors, 0, patience_days=0, **papers)],
                variant=[stay("home", 1, 50)], days=180)  # fmt: skip
    assert story(raw, of="PLACED GONE") == lines("""
        0 0 PLACED home
        50 0 GONE DONE
        50 1 PLACED home
        100 1 GONE DONE
        100 2 PLACED home
        150 2 GONE DONE
        150 3 PLACED home
    """)


def test_who_is_seen_at_once_waits_as_long_as_the_patience_for_a_place():
    raw = world(people(0, 20, 20, patience_days=30), desk=[desk(1, 0, patience_days=0)],
                variant=[stay("home", 1, 50)], days=180)  # fmt: skip
    assert story(raw, of="PLACED GONE") == lines("""
        0 0 PLACED home
        50 0 GONE DONE
        50 1 PLACED home
        50 2 GONE GAVE_UP
        100 1 GONE DONE
    """)


def test_who_loses_patience_on_the_day_of_more_hours_is_served():
    raw = world(
        people(0, 0, level="L1", patience_days=14),
        level=levels(0, 1),
        leaving={"ready_at": "L0"},
        variant=[home("bw", 2, "L1", "L1", team="team")],
        hours=1.0,
        start={"residents": {"bw": 1}, "level_mix": {"bw": {"L1": 1.0}}},
        change=[{"date": date(2026, 1, 15), "reason": "a test",
                 "set": {"team.team.hours_per_week": 2.0}}],
        days=20,
    )  # fmt: skip
    assert gives_up(raw, 1) == ["14 1 PLACED bw+team:60"]
    assert gives_up(raw, 2) == ["14 2 GONE GAVE_UP"]


def test_what_falls_free_by_a_stay_of_no_time_is_still_of_this_instant():
    # Day 14: the place goes to client 1, who stays no time; then client 0 could have it.
    raw = world(
        people(0, 0, profile="slow", patience_days=14),
        people(13, profile="quick"),
        variant=[stay("home", 0, 0)],
        placement={"priority": ["quick"]},
        change=[{"date": date(2026, 1, 15), "reason": "a test", "set": {"variant.home.places": 1}}],
        days=20,
    )
    assert story(raw, of="PLACED GONE") == lines("""
        14 2 PLACED home
        14 2 GONE DONE
        14 0 PLACED home
        14 0 GONE DONE
        14 1 PLACED home
        14 1 GONE DONE
    """)
