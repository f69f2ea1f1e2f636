"""Who gets what is free: keys, everything at once, passing and strict order, widening, reach."""

from __future__ import annotations

import pytest

from tests.worlds import home, levels, lines, people, shelf, stay, story, world

ANYWHERE = {"municipality": 1.0, "subregion": 1.0}
MOVES = "PLACED GONE"
NEEDS = {"leaving": {"ready_at": "L0"}}


# ---------------------------------------------------------------- keys
def test_a_class_goes_first_and_within_it_the_day_of_the_request():
    raw = world(
        people(0, 1, profile="plain"),
        people(2, profile="clinic"),
        people(3, 4, profile="rushed", urgent=1.0),
        variant=[stay("home", 1, 10)],
        placement={"priority": ["urgent", "clinic"]},
        days=60,
    )
    assert story(raw, of="PLACED") == lines("""
         0 0 PLACED home
        10 3 PLACED home
        20 4 PLACED home
        30 2 PLACED home
        40 1 PLACED home
    """)


def test_a_request_falls_in_the_first_class_that_fits():
    raw = world(
        people(0, 1, profile="plain"),
        people(2, profile="clinic", urgent=1.0),
        people(3, profile="shelter"),
        variant=[stay("home", 1, 10)],
        placement={"priority": ["shelter", "clinic", "urgent"]},
        days=60,
    )
    assert story(raw, of="PLACED") == lines("""
         0 0 PLACED home
        10 3 PLACED home
        20 2 PLACED home
        30 1 PLACED home
    """)


@pytest.mark.parametrize(
    ("priority", "first"), [(["new"], "new"), (["move"], "mover"), ([], "new")]
)
def test_throughflow_before_inflow_is_a_class(priority, first):
    raw = world(
        people(0, 1, profile="line"),
        people(5, profile="direct"),
        variant=[stay("a", 1, 20, next={"b": 1.0}), stay("b", 1, 30)],
        placement={"order": ["a", "b"], "priority": priority},
        days=95,
    )
    # Client 0 goes from a to b on day 20; then 1 (in a from day 20, asks b on day 40) and 2
    # (asks a or b since day 5) wait for b.
    told = story(raw, of="PLACED REQUESTED")
    assert told[:1] == ["0 0 PLACED a"]
    assert next(one for one in told if one.endswith("PLACED b")) == "1 1 PLACED b"
    at_31 = [one for one in told if one.startswith("31 ")]
    assert at_31 == (["31 2 PLACED b"] if first == "new" else ["31 0 PLACED b", "31 2 PLACED a"])


# ---------------------------------------------------------------- everything at once
def test_nobody_holds_part_of_what_is_needed():
    # The second lacks hours and a dwelling. The dwelling of day 25 is no use without the hours,
    # so that it stays on the shelf for who comes on day 27 and needs no more than that.
    raw = world(
        people(0, level="L2", profile="first"),
        people(1, level="L2", profile="second"),
        people(27, level="L1", profile="third"),
        level=levels(0, 1, 2),
        variant=[
            home("bt", 3, "L2", "L2", tenancy="own", dwellings="shelf", team="team"),
            home("flat", 3, "L1", "L1", tenancy="own", dwellings="shelf"),
        ],
        hours=3,
        dwellings=[shelf(25, stock=1)],
        days=30,
        **NEEDS,
    )
    assert story(raw) == lines("""
         0 0 NOTIFIED -
         0 0 AWARDED NEW bt+team:120+shelf
         0 0 PLACED bt+team:120+shelf
         1 1 NOTIFIED -
         1 1 AWARDED NEW bt+team:120+shelf
         1 bt POOL 2
         1 team POOL 60
         1 shelf POOL 0
        25 shelf OFFERED 1
        25 shelf POOL 1
        27 2 NOTIFIED -
        27 2 AWARDED NEW flat+shelf
        27 2 PLACED flat+shelf
        27 shelf POOL 0
    """)


def test_what_one_client_lacks_is_left_for_the_others():
    # Day 10: the first (since day 1) lacks a dwelling; the place goes to the second.
    raw = world(
        people(0, profile="a", has_tenancy=1.0),
        people(1, profile="b"),
        people(2, profile="c", has_tenancy=1.0),
        variant=[stay("bt", 1, 10, tenancy="own", dwellings="shelf")],
        dwellings=[shelf(15)],
        days=40,
    )
    assert story(raw, without="NOTIFIED") == lines("""
         0 0 AWARDED NEW bt
         0 0 PLACED  bt
         1 1 AWARDED NEW bt+shelf
         1 bt POOL 0
         1 shelf POOL 0
         2 2 AWARDED NEW bt
        10 0 GONE DONE
        10 2 PLACED bt
        15 shelf OFFERED 1
        15 shelf POOL 1
        20 2 GONE DONE
        20 1 PLACED bt+shelf
        30 shelf OFFERED 1
        30 1 GONE DONE
    """)


def test_no_admission_takes_more_hours_than_a_team_has():
    raw = world(
        people(0, 1, 2, level="L1"),
        level=levels(0, 2.5),
        variant=[home("bw", 9, "L1", "L1", team="team")],
        hours=7,
        days=20,
        **NEEDS,
    )
    assert story(raw, of="PLACED POOL") == lines("""
        0 0 PLACED bw+team:150
        1 1 PLACED bw+team:150
        2 bw POOL 7
        2 team POOL 120
    """)


def test_the_hours_of_a_variant_are_those_of_the_level_times_its_factor():
    raw = world(
        people(0, level="L1"),
        level=levels(0, 2.51),
        variant=[home("bw", 9, "L1", "L1", team="team", hours_factor=1.5)],
        hours=7,
        days=20,
        **NEEDS,
    )
    assert story(raw, of="PLACED") == ["0 0 PLACED bw+team:226"]


def test_the_hours_of_a_team_follow_from_formation_vacancy_and_absence():
    def places(fte, hours):
        raw = world(
            people(*[0] * 30, level="L1"),
            level=levels(0, hours),
            team=[
                {"name": "team", "fte": fte, "client_hours": 25.0, "vacancy": 0.1, "absence": 0.2}
            ],
            variant=[home("bw", "unlimited", "L1", "L1", team="team")],
            days=1,
            **NEEDS,
        )
        return len(story(raw, of="PLACED"))

    assert places(1.0, 1.0) == 18  # 25 x 0.9 x 0.8 = 18 hours
    assert places(1.0, 1.02) == 17  # of 61 minutes each


def test_the_hours_of_a_team_are_whole_minutes_rounded_down():
    raw = world(
        people(0, 0, level="L1"),
        level=levels(0, 1.01),
        variant=[home("bw", 9, "L1", "L1", team="team")],
        hours=2.02,
        days=1,
        **NEEDS,
    )
    assert story(raw, of="PLACED POOL") == lines("""
        0 0 PLACED bw+team:61
        0 bw POOL 8
        0 team POOL 60
    """)


# ---------------------------------------------------------------- passing, and strict order
def one_free_place(passing: bool) -> dict:
    """Write the example of the rules: one free place, and the first in line lacks a dwelling."""
    return world(
        people(0, 0.5, profile="first"),
        people(1, profile="needs_one"),
        people(2, profile="needs_none", has_tenancy=1.0),
        variant=[stay("bt", 2, 10, tenancy="own", dwellings="shelf")],
        dwellings=[shelf(1000, stock=1)],
        placement={"passing": passing},
        days=9,
    )


def test_with_passing_who_needs_no_dwelling_goes_before_who_lacks_one():
    assert story(one_free_place(True), of=MOVES) == lines("""
        0 0 PLACED bt+shelf
        2 3 PLACED bt
    """)


def test_in_strict_order_nobody_goes_before_who_lacks_a_dwelling():
    assert story(one_free_place(False), of="PLACED AWARDED POOL") == lines("""
          0 0 AWARDED NEW bt+shelf
          0 0 PLACED  bt+shelf
        0.5 1 AWARDED NEW bt+shelf
        0.5 bt POOL 1
        0.5 shelf POOL 0
          1 2 AWARDED NEW bt+shelf
          2 3 AWARDED NEW bt
    """)


def test_in_strict_order_the_next_is_served_when_the_first_gives_up():
    raw = one_free_place(False)
    raw["demand"][0]["patience_days"] = 5
    raw["demand"][1]["patience_days"] = 6
    assert story(raw, of=MOVES) == lines("""
          0 0 PLACED bt+shelf
        5.5 1 GONE GAVE_UP
          7 2 GONE GAVE_UP
          7 3 PLACED bt
    """)


def test_in_strict_order_pools_do_not_bind_each_other():
    raw = world(
        people(0, 1, level="L1", profile="light"),
        people(2, level="L2", profile="heavy"),
        level=levels(0, 1, 1),
        variant=[home("bt", 1, "L1", "L1"), home("bw", 1, "L2", "L2")],
        placement={"passing": False},
        days=5,
        **NEEDS,
    )
    assert story(raw, of="PLACED") == lines("""
        0 0 PLACED bt
        2 2 PLACED bw
    """)


def test_in_strict_order_who_waits_for_two_pools_is_first_in_both():
    raw = world(
        people(0, level="L1", profile="sits"),
        people(1, level="L2", profile="head"),
        people(2, level="L1", profile="behind"),
        level=levels(0, 1, 4),
        variant=[home("a", 1, "L1", "L2", team="team"), home("b", 1, "L1", "L2", team="team")],
        hours=4,
        placement={"passing": False},
        days=5,
        **NEEDS,
    )
    assert story(raw, of="PLACED") == ["0 0 PLACED a+team:60"]
    raw["placement"]["passing"] = True
    assert story(raw, of="PLACED") == ["0 0 PLACED a+team:60", "2 2 PLACED b+team:60"]


def test_a_small_need_passes_a_large_one_that_lacks_hours():
    raw = world(
        people(0, level="L2", profile="a"),
        people(1, level="L2", profile="b"),
        people(2, level="L1", profile="c"),
        level=levels(0, 1, 3),
        variant=[home("bw", 9, "L1", "L2", team="team")],
        hours=5,
        days=5,
        **NEEDS,
    )
    assert story(raw, of="PLACED POOL") == lines("""
        0 0 PLACED bw+team:180
        1 bw POOL 8
        1 team POOL 120
        2 2 PLACED bw+team:60
        2 team POOL 60
    """)


# ---------------------------------------------------------------- which variants
def two_variants(**placement) -> dict:
    return world(
        people(0, 0, 0, level="L1"),
        level=levels(0, 1, 2),
        variant=[
            home("wide", 1, "L1", "L2"),
            home("light", 1, "L1", "L1"),
            home("flat", 1, "L1", "L2", tenancy="own"),
        ],
        placement=placement,
        days=400,
        **NEEDS,
    )


@pytest.mark.parametrize(
    ("order", "options"),
    [
        ("lightest_first", "light | flat | wide"),
        ("home_first", "flat | light | wide"),
        (["wide", "light"], "wide | light"),
        (["flat", "wide", "light"], "flat | wide | light"),
    ],
)
def test_an_award_names_the_variants_in_the_order_of_the_policy(order, options):
    told = story(two_variants(order=order), of="AWARDED PLACED")
    assert told[0] == f"0 0 AWARDED NEW {options}"
    expected = [f"0 {i} PLACED {name}" for i, name in enumerate(options.split(" | "))]
    assert told[3:] == expected


def test_a_level_that_only_one_variant_serves_is_awarded_only_that():
    raw = two_variants()
    raw["demand"] = [people(0, level="L2")]
    raw["placement"]["order"] = ["light", "wide"]
    assert story(raw, of="AWARDED") == ["0 0 AWARDED NEW wide"]


def test_waiting_clients_accept_one_more_variant_after_each_period():
    raw = two_variants(order=["light", "flat", "wide"], widen_after_days=100)
    raw["variant"][1]["places"] = 0
    raw["variant"][2]["places"] = 0
    raw["demand"] = [people(0, level="L1")]
    assert story(raw, of="AWARDED REQUESTED PLACED") == lines("""
          0 0 AWARDED NEW -
        200 0 REQUESTED NEW wide
        200 0 PLACED wide
    """)


def test_a_request_keeps_its_day_when_it_widens():
    # Who asks for one variant since day 10, and for the other too from day 110 on, goes before who
    # asks for that other since day 60.
    raw = world(
        people(0, level="L2", profile="sits"),
        people(10, level="L1", profile="widens"),
        people(60, level="L2", profile="asks"),
        level=levels(0, 1, 2, L1={"recovery_days": 75.0}, L2={"recovery_days": 75.0}),
        variant=[home("light", 0, "L1", "L1"), home("wide", 1, "L1", "L2")],
        placement={"order": ["light", "wide"], "widen_after_days": 100},
        days=160,
        **NEEDS,
    )
    assert story(raw, of="AWARDED REQUESTED PLACED") == lines("""
          0 0 AWARDED   NEW wide
          0 0 PLACED    wide
         10 1 AWARDED   NEW -
         60 2 AWARDED   NEW wide
        110 1 REQUESTED NEW wide
        150 0 REQUESTED LEAVE -
        150 1 PLACED    wide
    """)


# ---------------------------------------------------------------- who rents
def test_who_rents_already_needs_no_dwelling():
    raw = world(
        people(0, profile="a"),
        people(1, profile="b", has_tenancy=1.0),
        variant=[stay("bt", 5, 10, tenancy="own", dwellings="shelf")],
        dwellings=[shelf()],
        days=50,
    )
    assert story(raw, of="AWARDED PLACED GONE") == lines("""
         0 0 AWARDED NEW bt+shelf
         1 1 AWARDED NEW bt
         1 1 PLACED bt
        11 1 GONE DONE
    """)


def test_an_own_tenancy_without_a_stream_is_not_limited_by_dwellings():
    raw = world(people(0), variant=[stay("bt", 5, 10, tenancy="own")], days=5)
    assert story(raw, of="PLACED") == ["0 0 PLACED bt"]


# ---------------------------------------------------------------- where
AREAS = {"north": {"a": 40_000, "b": 30_000}, "south": {"c": 20_000}}


def reach(accepts: dict, **variant) -> list[str]:
    raw = world(
        people(0, 1, 2, 3, municipality="b", accepts_elsewhere=accepts),
        areas=AREAS,
        variant=[stay("home", {"a": 1, "b": 1, "c": 1}, 100, scale="municipality", **variant)],
        days=50,
    )
    return story(raw, of="PLACED")


def test_who_accepts_nothing_elsewhere_waits_for_a_place_at_home():
    assert reach({}) == ["0 0 PLACED home@b"]


def test_who_accepts_the_subregion_goes_there_after_home():
    assert reach({"municipality": 1.0}) == ["0 0 PLACED home@b", "1 1 PLACED home@a"]


def test_who_accepts_the_region_goes_anywhere_home_first():
    assert reach(ANYWHERE) == ["0 0 PLACED home@b", "1 1 PLACED home@a", "2 2 PLACED home@c"]


def test_a_place_of_the_region_serves_every_municipality():
    raw = world(
        people(0, profile="x", municipality="a"),
        people(1, profile="y", municipality="c"),
        areas=AREAS,
        variant=[stay("home", 2, 100)],
        days=50,
    )
    assert story(raw, of="PLACED") == ["0 0 PLACED home", "1 1 PLACED home"]


def test_a_dwelling_comes_from_an_area_that_the_client_accepts():
    def offers(accepts):
        raw = world(
            people(0, municipality="b", accepts_elsewhere=accepts),
            areas=AREAS,
            variant=[stay("bt", "unlimited", 100, tenancy="own", dwellings="shelf")],
            dwellings=[shelf(scale="municipality", stock={"a": 1})],
            days=5,
        )
        return story(raw, of="AWARDED PLACED")

    assert offers({}) == ["0 0 AWARDED NEW bt+shelf@b"]
    assert offers({"municipality": 1.0})[1:] == ["0 0 PLACED bt+shelf@a"]


def test_hours_come_from_the_team_of_the_area_of_the_place():
    raw = world(
        people(0, level="L1", municipality="b", accepts_elsewhere={"municipality": 1.0}),
        areas=AREAS,
        level=levels(0, 1),
        team=[
            {"name": "team", "scale": "municipality", "hours_per_week": {"a": 3, "b": 3, "c": 3}}
        ],
        variant=[home("bw", {"a": 1}, "L1", "L1", scale="municipality", team="team")],
        days=5,
        **NEEDS,
    )
    assert story(raw, of="PLACED") == ["0 0 PLACED bw@a+team@a:60"]


def test_places_of_all_providers_are_offered_the_largest_first():
    raw = world(
        people(0, 1, 2, 3),
        variant=[
            {"name": "home", "providers": {"small": 1, "large": 2}, "stay_days": 100.0,
             "next": {"out": 1.0}}
        ],
        days=50,
    )  # fmt: skip
    assert story(raw, of="PLACED") == lines("""
        0 0 PLACED home/large
        1 1 PLACED home/large
        2 2 PLACED home/small
    """)
