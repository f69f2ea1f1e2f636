"""Losing the dwelling one rents, while one waits or lives in a provider's place."""

from __future__ import annotations

from datetime import date

from flowsim.cohort.drawn import Draw
from tests.worlds import Raw, hazard, home, levels, lines, people, shelf, story, world


def waiting(lost_after: float, **more) -> Raw:
    """Write a client who rents, and waits for support at home until day 50."""
    raw = world(
        people(0, level="L1", profile="first", has_tenancy=1.0),
        level=levels(0, 1),
        variant=[home("bt", 0, "L1", "L1", tenancy="own", dwellings="shelf")],
        dwellings=[shelf(30)],
        leaving={"ready_at": "L0"},
        days=100,
        change=[
            {"date": date(2026, 2, 20), "reason": "Open", "set": {"variant.bt.places": 1.0}},
        ],
        **more,
    )
    raw["variant"][0]["places"] = 0.0
    rate = hazard(raw, lost_after, stream=Draw.LOSES_TENANCY)
    raw["leaving"]["loses_tenancy_per_year"] = rate
    return raw


def test_who_waits_may_lose_the_dwelling_and_needs_another_one():
    assert story(waiting(20.0), of="REQUESTED TENANCY_LOST PLACED") == lines("""
        20 0 TENANCY_LOST
        50 0 REQUESTED NEW bt+shelf
        50 0 PLACED bt+shelf
    """)


def test_who_finds_a_dwelling_alone_and_loses_it_looks_for_another_anew():
    raw = world(
        people(0, level="L1", profile="first", has_tenancy=1.0),
        people(0, level="L1", profile="second"),
        level=levels(0, 1),
        variant=[home("bt", 1, "L1", "L1", tenancy="own", dwellings="shelf")],
        dwellings=[shelf(99)],
        leaving={"ready_at": "L0"},
        days=100,
    )
    looks = hazard(raw, 5.0, client=1, stream=Draw.FIND_ALONE)
    raw["leaving"]["find_alone_per_year"] = looks
    raw["leaving"]["loses_tenancy_per_year"] = hazard(
        raw, 10.0, client=1, stream=Draw.LOSES_TENANCY
    )
    # The second threshold, and not what is left of the first or the first once more.
    again = 5.0 * hazard(raw, 5.0, client=1, occurrence=1, stream=Draw.FIND_ALONE) / looks
    assert story(raw, of="FOUND_ALONE TENANCY_LOST")[:3] == lines(f"""
        5 1 FOUND_ALONE
        15 1 TENANCY_LOST
        {round(15 + again, 7)} 1 FOUND_ALONE
    """)


def test_in_an_own_tenancy_the_hazard_does_not_run():
    assert story(waiting(51.0), of="REQUESTED TENANCY_LOST PLACED") == lines("""
        50 0 REQUESTED NEW bt
        50 0 PLACED bt
    """)


def living(lost_after: float, recovery: float, dwelling: float = 70.0) -> Raw:
    """Write a client who rents a dwelling, kept while in a provider's place, and recovers."""
    raw = world(
        people(0, level="L1", has_tenancy=1.0),
        level=levels(0, 1, L1={"recovery_days": recovery}),
        variant=[home("bw", 1, "L1", "L1")],
        dwellings=[shelf(dwelling)],
        leaving={"ready_at": "L0", "dwellings": "shelf", "aftercare": {
            "days": 10.0, "level": "L1", "team": "care"}},
        team=[{"name": "care", "hours_per_week": 1.0}],
        days=100,
    )  # fmt: skip
    rate = hazard(raw, lost_after, stream=Draw.LOSES_TENANCY)
    raw["leaving"]["loses_tenancy_per_year"] = rate
    return raw


def test_a_resident_may_lose_the_dwelling_and_has_none_to_leave_for():
    assert story(living(20.0, 30.0), of="REQUESTED TENANCY_LOST HOUSED") == lines("""
        20 0 TENANCY_LOST
        30 0 REQUESTED LEAVE care:60+shelf
        70 0 HOUSED care:60+shelf
    """)


def test_who_is_ready_and_loses_the_dwelling_waits_for_another():
    raw = living(40.0, 30.0)
    raw["demand"].append(people(1, level="L2", profile="busy"))
    raw["level"].append({"name": "L2", "hours_per_week": 1.0})
    raw["variant"].append(home("care_home", 1, "L2", "L2", team="care"))
    assert story(raw, of="REQUESTED TENANCY_LOST HOUSED") == lines("""
        30 0 REQUESTED LEAVE care:60
        40 0 TENANCY_LOST
        40 0 REQUESTED LEAVE care:60+shelf
    """)


def test_what_is_left_of_the_threshold_runs_on_at_a_new_hazard():
    raw = living(40.0, 200.0)
    rate = raw["leaving"]["loses_tenancy_per_year"]
    raw["change"] = [
        {"date": date(2026, 1, 21), "reason": "More",
         "set": {"leaving.loses_tenancy_per_year": 2 * rate}},
    ]  # fmt: skip
    assert story(raw, of="TENANCY_LOST") == ["30 0 TENANCY_LOST"]
