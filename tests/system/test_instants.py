"""Instants: absolute times, the order of equal times, the guards, and the end of a run."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import simpy

import flowsim
from flowsim.cohort.drawn import Draw
from flowsim.errors import EngineError
from flowsim.ledger import EventKind
from flowsim.scenario import parse
from flowsim.system.state.agenda import END, GIVE_UP, HOLD, LEVEL, REQUEST, SUPPLY, Actor, Agenda
from tests.worlds import (
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


def actor() -> Actor:
    one = Actor()
    one.ticket = 0
    return one


# ---------------------------------------------------------------- the calendar
def test_appointments_are_kept_at_their_exact_times():
    pairs = np.sort(np.random.default_rng(1).uniform(0, 1000, (500, 2)), axis=1).tolist()
    seen = []
    for now, at in pairs:
        agenda = Agenda()
        one = actor()
        agenda.book(
            one,
            now,
            END,
            lambda c, a=agenda, at=at: a.book(c, at, END, lambda _: seen.append(a.now)),
        )
        agenda.step()
        agenda.step()
    assert seen == [at for _, at in pairs]
    assert any(now + (at - now) != at for now, at in pairs), "delays would have shown"


def test_equal_times_go_by_rank_and_number_and_not_by_the_order_of_booking():
    agenda, seen = Agenda(), []
    ranks = [GIVE_UP, HOLD, REQUEST, LEVEL, END, SUPPLY]
    for rank in ranks:
        for number in (2, 0, 1):
            agenda.book(actor(), 5.0, rank + number, lambda _, at=(rank, number): seen.append(at))
    while agenda.entries:
        agenda.step()
    assert seen == sorted(seen)
    assert [rank for rank, number in seen if number == 0] == ranks[::-1]


def test_only_the_last_appointment_of_an_actor_holds():
    agenda, seen = Agenda(), []
    one = actor()
    agenda.book(one, 3.0, END, lambda _: seen.append("stale"))
    agenda.book(one, 7.0, END, lambda _: seen.append("held"))
    agenda.step()
    agenda.step()
    assert seen == ["held"]
    assert agenda.now == 7.0


def test_simpy_events_run_in_the_same_calendar():
    agenda, seen = Agenda(), []

    def process(env: simpy.Environment):
        yield env.timeout(2.0)
        seen.append(("simpy", env.now))

    agenda.simpy.process(process(agenda.simpy))
    agenda.book(actor(), 1.0, END, lambda _: seen.append(("actor", agenda.now)))
    while agenda.entries:
        agenda.step()
    assert seen == [("actor", 1.0), ("simpy", 2.0)]


def test_stays_add_up_to_the_exact_sum_of_floats():
    raw = world(people(0.1), variant=[stay("a", 1, 0.2, next={"a": 1.0})], days=20)
    days = [row["day"] for row in run(raw).rows if row["kind"] == EventKind.PLACED]
    expected, at = [], 0.1
    while at < 20:
        expected.append(at)
        at += 0.2
    assert days == expected


# ---------------------------------------------------------------- one instant
def test_at_one_instant_supply_ends_levels_and_requests_come_before_giving_up():
    # All on day 30: an offer, an end of stay, a recovery, a notification, and patience running out.
    raw = world(
        people(0, level="L1", profile="recovers"),
        people(0.5, level="L2", profile="sits"),
        people(1, 1, level="L2", profile="hopes", patience_days=29),
        people(30, level="L2", profile="comes"),
        level=levels(0, 0, 0, L1={"recovery_days": 30.0}),
        variant=[
            home("bw", 1, "L1", "L1"),
            stay("bt", 1, 29.5, serves=["L2", "L2"]),
        ],
        placement={"order": ["bw", "bt"]},
        leaving={"ready_at": "L0", "dwellings": "shelf"},
        dwellings=[shelf(30)],
        days=31,
    )
    told = [one for one in story(raw, without="POOL") if one.startswith("30 ")]
    assert told == lines("""
        30 shelf OFFERED 1
        30 1 GONE DONE
        30 0 LEVEL L0 better
        30 0 REQUESTED LEAVE shelf
        30 4 NOTIFIED -
        30 4 AWARDED NEW bt
        30 2 PLACED bt
        30 0 HOUSED shelf
        30 0 GONE OWN_DWELLING
        30 3 GONE GAVE_UP
    """)


def test_the_queues_are_settled_after_all_events_of_an_instant():
    # Two places come free in one instant, and a better class notifies in it: it goes first.
    raw = world(
        people(0, 0, 1, profile="plain"),
        people(10, profile="clinic"),
        variant=[stay("home", 2, 10)],
        placement={"priority": ["clinic"]},
        days=15,
    )
    assert story(raw, of="GONE AWARDED PLACED")[-5:] == lines("""
        10 0 GONE DONE
        10 1 GONE DONE
        10 3 AWARDED NEW home
        10 3 PLACED home
        10 2 PLACED home
    """)


def test_a_stay_of_no_time_ends_in_its_own_instant():
    raw = world(people(0, 1), variant=[stay("home", 1, 0)], days=5)
    assert story(raw, of="PLACED GONE") == lines("""
        0 0 PLACED home
        0 0 GONE DONE
        1 1 PLACED home
        1 1 GONE DONE
    """)


def test_a_stale_appointment_changes_nothing():
    # The recovery of day 100 is booked anew at each change of pace; the client dies on day 50.
    raw = world(
        people(0, level="L1"),
        level=levels(0, 0, L1={"recovery_days": 100.0}),
        exits_per_year={"death": 1.0},
        desk=[desk(1, 10)],
        variant=[home("bw", 1, "L1", "L1")],
        leaving={"ready_at": "L0"},
        days=300,
    )
    raw["exits_per_year"]["death"] = hazard(raw, 50.0, stream=Draw.EXIT + 6)
    assert story(raw)[-1] == "50 0 GONE DEATH"


# ---------------------------------------------------------------- guards and the end
def mostly(to: str) -> dict[str, float]:
    """Write a way out that hardly anybody takes: without one the file is refused."""
    return {to: 0.999999, "out": 0.000001}


def test_an_instant_without_end_is_stopped_with_a_message():
    raw = world(people(3), variant=[stay("a", 1, 0, next=mostly("a"))])
    with pytest.raises(
        EngineError, match=r"day 3: more than 1000 events of one client in one day; look"
    ):
        run(raw)


@pytest.mark.parametrize(
    "raw",
    [
        world(people(3, 3), variant=[stay("a", 1, 0, next=mostly("b")),
                                     stay("b", 1, 0, next=mostly("a"))]),
        world(people(3), desk=[desk(1, 0)], variant=[stay("a", 1, 0, next=mostly("access"))]),
        world(people(*[3.0] * 30), variant=[stay("a", "unlimited", 0, next=mostly("a"))]),
        world(people(3), level=levels(0, 0, L1={"recovery_days": 0.0}), leaving={"ready_at": "L0"},
              variant=[home("bw", 1, "L1", "L1"), stay("a", 1, 0, next=mostly("a"))],
              placement={"order": ["a"]}),
    ],
    ids=["two stations", "the desk", "many", "beside levels"],
)  # fmt: skip
def test_every_circle_of_no_time_is_stopped(raw):
    raw["demand"][0] |= {"level_mix": {"L1": 1.0}} if "level" in raw else {}
    with pytest.raises(EngineError, match="of one client in one day"):
        run(raw)


def test_ten_thousand_events_of_many_clients_in_one_instant_are_no_loop():
    raw = world(people(*[3.0] * 9000), variant=[stay("a", "unlimited", 100)], days=5)
    scenario = parse(raw)
    ledger = flowsim.simulate(scenario, flowsim.sample(scenario))
    assert len(story(ledger, of="PLACED")) == 9000


@pytest.mark.slow
@pytest.mark.parametrize("places", [0, 12_000])
def test_twelve_thousand_who_wait_at_the_start_give_up_or_are_placed_on_one_day(places):
    raw = world(
        people(999.0),
        variant=[stay("a", 0, 100, patience_days=50)],
        start={"waiting": [{"variant": "a", "persons": 12_000, "since_days": 30}]},
        change=[{"date": date(2026, 1, 21), "reason": "a test",
                 "set": {"variant.a.places": places}}],
        days=30,
    )  # fmt: skip
    ledger = run(raw)
    told = story(ledger, of="PLACED" if places else "GONE")
    assert len(told) == 12_000
    assert {one.split()[0] for one in told} == {"20"}


def test_what_falls_on_the_last_day_or_later_does_not_happen():
    raw = world(people(0, 10), variant=[stay("home", 1, 10)], days=10)
    assert story(raw) == ["0 0 NOTIFIED -", "0 0 AWARDED NEW home", "0 0 PLACED home"]


def test_the_run_goes_on_through_the_follow_up():
    raw = world(people(0, 25, 45), variant=[stay("home", 1, 10)], days=10)
    raw["scenario"]["follow_up_days"] = 20.0
    ledger = run(raw)
    assert (ledger.window_days, ledger.end_days) == (10.0, 30.0)
    assert story(ledger, of="PLACED GONE") == lines("""
         0 0 PLACED home
        10 0 GONE DONE
        25 1 PLACED home
    """)


def test_a_cohort_can_be_simulated_again_and_says_the_same():
    raw = world(people(*range(50)), variant=[stay("home", 3, {"exponential": 20.0})], days=400)
    scenario = parse(raw)
    cohort = flowsim.sample(scenario)
    first = flowsim.simulate(scenario, cohort)
    assert flowsim.simulate(scenario, cohort).digest() == first.digest()


def test_a_cohort_of_another_scenario_is_refused():
    one = parse(world(people(0), variant=[stay("home", 1, 10)]))
    other = parse(world(people(0), variant=[stay("home", 2, 10)]))
    with pytest.raises(ValueError, match="another scenario"):
        flowsim.simulate(one, flowsim.sample(other))
