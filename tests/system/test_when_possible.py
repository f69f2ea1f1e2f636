"""What can happen, happens at the moment it becomes possible, and not when a change comes by."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from flowsim.ledger import EventKind
from tests.worlds import Raw, home, levels, lines, people, run, stay, story, world

START = date(2026, 1, 1)


def dated(on: int, **levers: object) -> Raw:
    """Write a change on a day; ``a__b__c`` is the path ``a.b.c``."""
    values = {path.replace("__", "."): value for path, value in levers.items()}
    return {"date": START + timedelta(days=on), "reason": "a test", "set": values}


def waits(*variants: Raw, **more: object) -> Raw:
    """Write one client who waits at L3, which is L2 after forty days."""
    return world(
        people(0, level="L3"),
        level=levels(0, 1, 2, 3, L3={"recovery_days": 40.0}),
        situation={"unsupported": {"recovery": 1.0}},
        leaving={"ready_at": "L0"},
        variant=list(variants),
        days=300,
        **more,
    )


def test_patience_of_a_variant_runs_from_the_moment_at_which_it_is_named_first():
    """Who waits for a heavy place has no patience; a hundred days for a light one, of which forty
    are over."""
    raw = waits(home("heavy", 0, "L3", "L3"), home("light", 0, "L1", "L2", patience_days=100))
    assert story(raw, of="GONE") == lines("100 0 GONE GAVE_UP")


def test_who_has_waited_longer_than_anyone_would_gives_up_at_that_moment():
    raw = waits(home("heavy", 0, "L3", "L3"), home("light", 0, "L1", "L2", patience_days=30))
    assert story(raw, of="GONE") == lines("40 0 GONE GAVE_UP")


def test_patience_that_runs_goes_on_when_another_variant_is_named_first():
    raw = waits(home("heavy", 0, "L3", "L3", patience_days=60),
                home("light", 0, "L1", "L2", patience_days=100))  # fmt: skip
    assert story(raw, of="GONE") == lines("60 0 GONE GAVE_UP")


def test_who_waits_asks_the_hours_of_the_level_also_where_nothing_else_serves_it():
    """Two of three hours are free: not enough at the level of the award, but from day 40 on."""
    raw = waits(
        home("heavy", 1, "L3", "L3", team="team"), home("light", 1, "L1", "L1", team="team"),
        hours=3, start={"residents": {"light": 1}, "drift": "accepted"},
    )  # fmt: skip
    assert story(raw, of="PLACED")[1:] == lines("40 1 PLACED heavy+team:120")


def test_who_moves_asks_the_hours_of_the_level_also_in_the_same_variants():
    """A mover from a place without a team: what is asked falls from two hours to one, of the hour
    and a half that is free."""
    raw = world(
        people(900, level="L3"),
        level=levels(0, 1, 2, 3, L2={"recovery_days": 40.0}),
        leaving={"ready_at": "L0"},
        variant=[
            home("heavy", 1, "L3", "L3"), home("light", 1, "L1", "L2", team="team"),
            home("other", 1, "L3", "L3", team="team", hours_factor=1 / 6),
        ],
        hours=2,
        start={
            "residents": {"heavy": 1, "other": 1}, "ready_to_move": {"heavy": 1},
            "drift": "accepted",
        },
        days=300,
    )  # fmt: skip
    lighter, placed = (one.split() for one in story(raw, of="LEVEL PLACED")[-2:])
    assert 0 < float(lighter[0]) < 40
    assert placed == [lighter[0], lighter[1], "PLACED", "light+team:60"]


@pytest.mark.parametrize("places", [2, 1], ids=["at_a_station", "between_two"])
def test_clocks_of_need_stand_still_in_a_line_whatever_changes(places):
    raw = world(
        people(0, 0, level="L1"),
        level=levels(0, 1, L1={"worse_per_year": 50.0}),
        leaving={"ready_at": "L0"},
        variant=[
            stay("first", 2, 10, next={"second": 1.0}, keep_place_until="never"),
            stay("second", places, 5000),
            home("heavy", 0, "L1", "L1"),
        ],
        change=[
            dated(30, situation__unsupported__worse=2.0), dated(60, level__L1__hours_per_week=2),
        ],
        days=300,
    )  # fmt: skip
    assert len(story(raw, of="PLACED")) == 2 + places
    assert story(raw, of="LEVEL CRISIS") == []


PATTERNS = {"even": 7.0, "monthly": 31.0, "quarterly": 31.0}


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("each", [False, True], ids=["together", "each"])
def test_a_change_of_something_else_moves_no_delivery(pattern, each):
    """Also in the middle of a period, and to the last digit."""
    rate = PATTERNS[pattern]
    stream = {"name": "d", "scale": "municipality", "pattern": pattern, "cap": {"each": 2.0},
              "per_year": {"each": rate} if each else rate}  # fmt: skip
    plain = world(
        people(0, level="L1"),
        areas={"all": {"a": 5, "b": 3, "c": 1}},
        level=levels(0, 1),
        leaving={"ready_at": "L0"},
        variant=[home("heavy", 0, "L1", "L1")],
        dwellings=[stream],
        days=500,
    )
    changes = [dated(day, level__L1__hours_per_week=1.0 + day) for day in (11, 47, 100, 333)]
    told = [run(raw).rows for raw in (plain, plain | {"change": changes})]
    kept = [rows[rows["kind"] == EventKind.OFFERED] for rows in told]
    assert len(kept[0]) > 5
    assert kept[0].tobytes() == kept[1].tobytes()
