"""Movers who wait for each other's place."""

from __future__ import annotations

import flowsim
from flowsim.metrics import measure
from flowsim.scenario import parse
from tests.worlds import (
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

RING = "PLACED REQUESTED EXCHANGED"


def ring(length: int, **more) -> dict:
    """Write stations in a ring of one place each, where everybody wants the next one's place."""
    names = [f"s{i}" for i in range(length)]
    return world(
        *[people(i, profile=f"p{i}") for i in range(length)],
        variant=[
            stay(name, 1, 10 + length - i, next={names[(i + 1) % length]: 1.0})
            for i, name in enumerate(names)
        ],
        placement={"order": names},
        days=10 + 2 * length - 0.5,
        **more,
    )


def test_two_movers_exchange_places_in_one_instant():
    # Client 0 sits in s0 (12 days) and 1 in s1 (11 days from day 1): both want to move on day 12.
    assert story(ring(2), of=RING) == lines("""
         0 0 PLACED s0
         1 1 PLACED s1
        12 0 REQUESTED MOVE s1
        12 1 REQUESTED MOVE s0
        12 - EXCHANGED 2
        12 0 PLACED s1 EXCHANGE
        12 1 PLACED s0 EXCHANGE
    """)


def test_a_mover_waits_until_the_other_wants_to_move_too():
    raw = ring(2)
    raw["variant"][1]["stay_days"] = 20.0
    raw["scenario"]["days"] = 25.0
    assert story(raw, of=RING) == lines("""
         0 0 PLACED s0
         1 1 PLACED s1
        12 0 REQUESTED MOVE s1
        21 1 REQUESTED MOVE s0
        21 - EXCHANGED 2
        21 0 PLACED s1 EXCHANGE
        21 1 PLACED s0 EXCHANGE
    """)


def test_a_cycle_of_three_moves_at_once():
    assert story(ring(3), of=RING)[-4:] == lines("""
        13 - EXCHANGED 3
        13 0 PLACED s1 EXCHANGE
        13 1 PLACED s2 EXCHANGE
        13 2 PLACED s0 EXCHANGE
    """)


def test_a_cycle_of_seven_moves_at_once():
    assert story(ring(7), of="EXCHANGED") == ["17 - EXCHANGED 7"]


def test_an_exchange_needs_no_turnover():
    raw = ring(2)
    for variant in raw["variant"]:
        variant["turnover_days"] = 5.0
    assert story(raw, of="EXCHANGED") == ["12 - EXCHANGED 2"]


def test_who_waits_outside_does_not_come_between_an_exchange():
    raw = ring(2)
    raw["demand"].append(people(2, profile="outside"))
    raw["placement"]["priority"] = ["outside"]
    assert story(raw, of="EXCHANGED PLACED")[2:] == lines("""
        12 - EXCHANGED 2
        12 0 PLACED s1 EXCHANGE
        12 1 PLACED s0 EXCHANGE
    """)


def test_whoever_can_move_alone_does_so_and_does_not_exchange():
    raw = ring(2)
    raw["variant"][1]["places"] = 2
    assert story(raw, of=RING) == lines("""
         0 0 PLACED s0
         1 1 PLACED s1
        12 0 REQUESTED MOVE s1
        12 1 REQUESTED MOVE s0
        12 0 PLACED s1
        12 1 PLACED s0
    """)


def test_the_first_in_line_moves_by_the_shortest_cycle():
    # Client 0 asks for B first. On day 11 the two in B ask: one for A, which client 0 holds, the
    # other for C, and who sits in C wants A. So there is a cycle of two and a cycle of three.
    raw = world(
        people(0, 1, 1, 2),
        variant=[
            stay("A", 1, 5, next={"B": 1.0}),
            stay("B", 2, 10, next={"A": 0.5, "C": 0.5}),
            stay("C", 1, 6, next={"A": 1.0}),
        ],
        placement={"order": ["A", "B", "C"]},
        days=12,
    )
    seen = set()
    for replication in range(12):
        told = story(run(raw, replication=replication), of="REQUESTED EXCHANGED PLACED")
        wants = {one.split()[1]: one.split()[-1] for one in told if "REQUESTED" in one}
        if {wants["1"], wants["2"]} == {"A", "C"}:
            other = "1" if wants["1"] == "A" else "2"
            seen.add(other)
            assert told[4:] == lines(f"""
                 5 0 REQUESTED MOVE B
                 8 3 REQUESTED MOVE A
                11 1 REQUESTED MOVE {wants["1"]}
                11 2 REQUESTED MOVE {wants["2"]}
                11 - EXCHANGED 2
                11 0 PLACED B EXCHANGE
                11 {other} PLACED A EXCHANGE
            """)
    assert seen == {"1", "2"}


def test_movers_are_taken_in_the_order_of_their_keys():
    # As above, but client 0 asks last. Who asked first is served, if need be by a longer cycle.
    raw = world(
        people(0, 1, 2, 3),
        variant=[
            stay("A", 1, 30, next={"B": 1.0}),
            stay("B", 2, 10, next={"A": 0.5, "C": 0.5}),
            stay("C", 1, 15, next={"A": 1.0}),
        ],
        placement={"order": ["A", "B", "C"]},
        days=31,
    )
    lengths = {}
    for replication in range(12):
        told = story(run(raw, replication=replication), of="REQUESTED EXCHANGED")
        wants = {one.split()[1]: one.split()[-1] for one in told if "REQUESTED" in one}
        if {wants["1"], wants["2"]} == {"A", "C"}:
            lengths[wants["1"]] = told[-1]
    assert lengths == {"A": "30 - EXCHANGED 2", "C": "30 - EXCHANGED 3"}


def test_of_equally_short_cycles_the_first_in_the_order_of_the_pools_is_executed():
    # Client 0 may go to X or to Y; on day 20 those who sit there both want its place.
    raw = world(
        people(0, level="L1", profile="first"),
        people(0, 0, level="L2", profile="others"),
        level=levels(0, 1, 1, L1={"worse_per_year": 1.0}, L2={"recovery_days": 20.0}),
        variant=[home("A", 1, "L1", "L1"), home("X", 1, "L2", "L2"), home("Y", 1, "L2", "L2")],
        leaving={"ready_at": "L0"},
        days=20.5,
    )
    raw["level"][1]["worse_per_year"] = hazard(raw, 10)
    assert story(raw, of=RING) == lines("""
         0 0 PLACED A
         0 1 PLACED X
         0 2 PLACED Y
        10 0 REQUESTED MOVE X | Y
        20 1 REQUESTED MOVE A
        20 2 REQUESTED MOVE A
        20 - EXCHANGED 2
        20 0 PLACED X EXCHANGE
        20 1 PLACED A EXCHANGE
    """)


def test_a_mover_in_line_behind_the_first_of_the_same_pool_is_left_out():
    # Two in s0 want s1, one in s1 wants s0: the first of the two goes.
    raw = ring(2)
    raw["variant"][0]["places"] = 2
    raw["demand"][0]["on_days"] = [0.0, 0.0]
    assert story(raw, of=RING)[3:] == lines("""
        12 0 REQUESTED MOVE s1
        12 1 REQUESTED MOVE s1
        12 2 REQUESTED MOVE s0
        12 - EXCHANGED 2
        12 0 PLACED s1 EXCHANGE
        12 2 PLACED s0 EXCHANGE
    """)


def needing_a_dwelling(day: float) -> dict:
    """Write an exchange for which a dwelling must be there; one comes on some day."""
    raw = ring(2, dwellings=[shelf(day)])
    raw["variant"][1] |= {"tenancy": "own", "dwellings": "shelf"}
    raw["demand"][1]["has_tenancy"] = 1.0
    raw["placement"]["order"] = ["s0", "s1"]
    raw["scenario"]["days"] = 20.0
    return raw


def test_an_exchange_takes_a_dwelling_that_is_there_from_the_first_time_on():
    assert story(needing_a_dwelling(10), of=RING + " OFFERED") == lines("""
         0 0 PLACED s0
         1 1 PLACED s1
        10 shelf OFFERED 1
        12 0 REQUESTED MOVE s1+shelf
        12 1 REQUESTED MOVE s0
        12 - EXCHANGED 2
        12 0 PLACED s1+shelf EXCHANGE
        12 1 PLACED s0 EXCHANGE
    """)


def test_an_exchange_takes_the_dwellings_it_needs_and_waits_for_them():
    raw = needing_a_dwelling(15)
    assert story(raw, of=RING + " OFFERED") == lines("""
         0 0 PLACED s0
         1 1 PLACED s1
        12 0 REQUESTED MOVE s1+shelf
        12 1 REQUESTED MOVE s0
        15 shelf OFFERED 1
        15 - EXCHANGED 2
        15 0 PLACED s1+shelf EXCHANGE
        15 1 PLACED s0 EXCHANGE
    """)


# ---------------------------------------------------------------- hours
def needing_hours(**more) -> dict:
    """Write an exchange for which team TB must have an hour free.

    Client 0 (2 hours) goes from a to b, client 1 (1 hour) from b to a; client 2 uses an hour of
    TB until day 40.
    """
    return (
        world(
            people(0, level="L2", profile="two_hours"),
            people(1, level="L1", profile="one_hour"),
            people(2, level="L0", profile="third"),
            level=levels(1, 1, 2),
            variant=[
                stay("a", 1, 20, next={"b": 1.0}, serves=["L2", "L2"], team="TA"),
                stay("b", 1, 20, next={"a": 1.0}, serves=["L1", "L2"], team="TB"),
                stay("e", 1, 38, serves=["L0", "L0"], team="TB"),
            ],
            team=[{"name": "TA", "hours_per_week": 2.0}, {"name": "TB", "hours_per_week": 2.5}],
            placement={"order": ["a", "b", "e"]},
            days=41,
        )
        | more
    )


def test_an_exchange_whose_hours_do_not_fit_waits_until_hours_rise():
    assert story(needing_hours(), of=RING + " GONE") == lines("""
         0 0 PLACED a+TA:120
         1 1 PLACED b+TB:60
         2 2 PLACED e+TB:60
        20 0 REQUESTED MOVE b+TB:120
        21 1 REQUESTED MOVE a+TA:60
        40 2 GONE DONE
        40 - EXCHANGED 2
        40 0 PLACED b+TB:120 EXCHANGE
        40 1 PLACED a+TA:60 EXCHANGE
    """)


def test_hours_given_back_count_in_an_exchange():
    raw = needing_hours()
    raw["demand"].pop()
    raw["team"][1]["hours_per_week"] = 2.0  # half is in use, half free; two hours are asked
    assert story(raw, of="EXCHANGED") == ["21 - EXCHANGED 2"]


def test_movers_can_lock_each_other_for_want_of_hours():
    raw = needing_hours()
    assert story(raw, of="EXCHANGED LOCKED") == [
        "21 - LOCKED 2",
        "40 - EXCHANGED 2",
        "40 - LOCKED 0",
    ]
    raw["variant"][2]["stay_days"] = 500.0
    assert story(raw, of="EXCHANGED LOCKED") == ["21 - LOCKED 2"]


def test_days_in_which_movers_lock_each_other_are_counted():
    scenario = parse(needing_hours())
    ledger = flowsim.simulate(scenario, flowsim.sample(scenario))
    found = measure(ledger, scenario)
    assert found["value"][found["measure"] == "locked_days"].tolist() == [2 * (40 - 21)]


def test_an_exchange_within_a_team_needs_no_free_hours():
    raw = needing_hours()
    raw["demand"].pop()
    for variant in raw["variant"]:
        variant["team"] = "TA"
    raw["team"][0]["hours_per_week"] = 3.0
    assert story(raw, of="EXCHANGED PLACED")[2:] == lines("""
        21 - EXCHANGED 2
        21 0 PLACED b+TA:0 EXCHANGE
        21 1 PLACED a+TA:0 EXCHANGE
    """)
