"""The warning that people wait for what never comes, only where that is so."""

from __future__ import annotations

import logging
from datetime import date

import pytest

import flowsim
from flowsim.scenario import parse
from flowsim.system import snapshots
from tests.worlds import home, levels, people, run, shelf, stay, story, world


def test_a_run_that_can_bring_nothing_more_says_so(caplog):
    raw = world(people(0, 1), variant=[stay("home", 1, 10, next={"b": 1.0}), stay("b", 0, 1)])
    with caplog.at_level(logging.WARNING, logger="flowsim"):
        run(raw)
    assert caplog.messages == [
        "day 10: nothing is due any more while 2 people wait and no supply is to come"
    ]


def test_a_run_that_ends_with_supply_to_come_says_nothing(caplog):
    raw = world(
        people(0, 1, 2),
        variant=[stay("home", 9, 30, tenancy="own", dwellings="shelf")],
        dwellings=[shelf(40)],
        days=100,
    )
    with caplog.at_level(logging.WARNING, logger="flowsim"):
        ledger = run(raw)
    assert len(story(ledger, of="PLACED")) == 2
    assert caplog.messages == []


TO_COME = {
    "a dwelling after the run": {"dwellings": [shelf(40)]},
    "dwellings at random": {"dwellings": [{"name": "shelf", "scale": "region", "per_year": 0.01}]},
    "a dated change": {
        "dwellings": [shelf()],
        "change": [{"date": date(2027, 1, 1), "reason": "a test",
                    "set": {"variant.bt.tenancy": "own"}}],
    },
    "someone who leaves by a dwelling to come": {
        "dwellings": [shelf(40)],
        "variant": [stay("a", 1, 5, next={"bt": 1.0}),
                    stay("bt", 9, 100, tenancy="own", dwellings="shelf")],
    },
}  # fmt: skip


@pytest.mark.parametrize("name", TO_COME)
def test_supply_to_come_after_the_run_is_supply_to_come(name, caplog):
    sections = {"variant": [stay("bt", 9, 100, tenancy="own", dwellings="shelf")]} | TO_COME[name]
    with caplog.at_level(logging.WARNING, logger="flowsim"):
        run(world(people(0, 1), days=30, **sections))
    assert caplog.messages == []


def test_turnover_of_staff_and_of_places_is_supply_to_come(caplog):
    staff = {"name": "team", "fte": 0.2, "client_hours": 5, "turnover_per_year": 1e-9,
             "hiring_days": 30}  # fmt: skip
    raw = world(
        people(0, 0, level="L1"),
        level=levels(0, 1),
        leaving={"ready_at": "L0"},
        variant=[home("bw", 2, "L1", "L1", team="team")],
        team=[staff],
        days=30,
    )
    with caplog.at_level(logging.WARNING, logger="flowsim"):
        run(raw)
    assert caplog.messages == []
    raw["team"] = [{"name": "team", "hours_per_week": 1.0}]
    with caplog.at_level(logging.WARNING, logger="flowsim"):
        run(raw)
    assert caplog.messages == [
        "day 0: nothing is due any more while 1 people wait and no supply is to come"
    ]
    caplog.clear()
    turning = world(people(0, 9), days=15, variant=[stay("home", 1, 10, turnover_days=10)])
    with caplog.at_level(logging.WARNING, logger="flowsim"):
        run(turning)
    assert caplog.messages == []


def test_who_waits_for_what_never_comes_is_counted_beside_others_who_do_not(caplog):
    raw = world(
        people(0, profile="p"),
        people(1, 2, profile="q"),
        variant=[stay("bt", 9, 100, tenancy="own", dwellings="shelf"), stay("no", 0, 9)],
        dwellings=[shelf(40)],
        level=levels(0, 0),
        days=30,
    )
    raw["variant"][0]["serves"], raw["variant"][1]["serves"] = ["L0", "L0"], ["L1", "L1"]
    for block, level in zip(raw["demand"], ("L0", "L1"), strict=True):
        block["level_mix"] = {level: 1.0}
    with caplog.at_level(logging.WARNING, logger="flowsim"):
        run(raw)
    assert caplog.messages == [
        "day 2: nothing is due any more while 2 people wait and no supply is to come"
    ]


def test_of_a_burn_in_nothing_is_said_as_if_it_were_of_the_run(caplog):
    still = world(people(0, 1), variant=[stay("home", 1, 10, next={"b": 1.0}), stay("b", 0, 1)])
    with caplog.at_level(logging.WARNING, logger="flowsim"):
        (taken,) = snapshots(flowsim.sample(parse(still)), [500.0])
    assert len(taken) == 2
    assert caplog.messages == []
