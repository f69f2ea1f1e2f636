"""Patience that is new reaches who already waits, less what has been waited."""

from __future__ import annotations

import copy
from datetime import date, timedelta

import numpy as np
import pytest

import flowsim
from flowsim.ledger import EventKind, Reason
from flowsim.scenario import parse
from tests.worlds import Raw, desk, lines, people, run, stay, story, world

START = date(2026, 1, 1)


def waiting(*since: float, **more: object) -> Raw:
    """Write one full place, and one person who waits since each of some days."""
    listed = [{"variant": "v", "persons": 1, "since_days": days} for days in since]
    demand = [people(900, profile="p"), people(900, profile="q")]
    return world(
        *demand,
        variant=[stay("v", 1, 5000), stay("w", 1, 5000)],
        start={"residents": {"v": 1, "w": 1}, "waiting": listed, "drift": "accepted"},
        days=400,
        **more,
    )


def dated(on: int, **levers: object) -> Raw:
    """Write a change on a day; ``a__b__c`` is the path ``a.b.c``."""
    values = {path.replace("__", "."): value for path, value in levers.items()}
    return {"date": START + timedelta(days=on), "reason": "a test", "set": values}


def decided(raw: Raw, **levers: object) -> list[str]:
    """Tell who gives up when it is decided on day 0, in a scenario that extends the base."""
    base = parse(raw)
    own = copy.deepcopy(raw)
    for path, value in levers.items():
        kind, name, key = path.split("__")
        block = next(b for b in own[kind] if name in (b.get("name"), b.get("profile")))
        block[key] = value
    scenario = parse(own).known_as(base=base)
    ledger = flowsim.simulate(scenario, flowsim.sample(scenario), check=True)
    return story(ledger, of="GONE")


LEVERS = ({"variant__v__patience_days": 60}, {"demand__p__patience_days": 60,
                                              "demand__q__patience_days": 60})  # fmt: skip


@pytest.mark.parametrize("levers", LEVERS, ids=["variant", "profiles"])
def test_patience_of_day_0_is_of_who_waits_already(levers):
    raw = waiting(30, 70, 5)
    assert decided(raw) == []
    gone = decided(raw, **levers)
    assert [one.split()[0] for one in gone] == ["0", "30", "55"]
    assert all(one.endswith("GAVE_UP") for one in gone)


@pytest.mark.parametrize("levers", LEVERS, ids=["variant", "profiles"])
def test_patience_that_comes_by_date_is_of_who_waits_already(levers):
    raw = waiting(30, 70, 5, change=[dated(20, **levers)])
    assert [one.split()[0] for one in story(raw, of="GONE")] == ["20", "30", "55"]


def test_patience_that_runs_goes_on_through_a_change_of_it():
    raw = waiting(30, change=[dated(20, variant__v__patience_days=40)])
    raw["variant"][0]["patience_days"] = 60
    assert [one.split()[0] for one in story(raw, of="GONE")] == ["30"]


def test_who_would_not_wait_any_longer_on_the_day_of_a_place_gets_it():
    raw = waiting(70, 90, change=[dated(20, variant__v__patience_days=60, variant__v__places=2)])
    assert story(raw, of="PLACED GONE")[2:] == lines("""
        20 3 PLACED v
        20 2 GONE GAVE_UP
    """)


def test_patience_at_the_desk_that_comes_by_date_is_of_who_is_in_line_and_not_of_who_is_seen():
    raw = world(people(0, 4, 8), desk=[desk(1, 100)], variant=[stay("v", 9, 5)], days=400,
                change=[dated(20, desk__desk__patience_days=30)])  # fmt: skip
    assert story(raw, of="ASSESSING AWARDED GONE") == lines("""
        0 0 ASSESSING desk
        34 1 GONE GAVE_UP
        38 2 GONE GAVE_UP
        100 0 AWARDED NEW v
        105 0 GONE DONE
    """)


def test_patience_at_the_desk_of_day_0_is_of_who_awaits_a_decision():
    raw = world(people(399), desk=[desk(1, 100)], variant=[stay("v", 9, 500)], days=400,
                start={"deciding": 3, "deciding_since_days": 10, "drift": "accepted"})  # fmt: skip
    gone = decided(raw, desk__desk__patience_days=40)
    assert [one.split()[0] for one in gone] == ["30", "30"]


# ---------------------------------------------------------------- whose profile is not known
@pytest.mark.parametrize("patience", [45, {"gamma": 150, "cv": 0.5}, {"exponential": 90}])
def test_patience_of_all_profiles_is_that_of_the_variant_for_people_of_the_start(patience):
    ledgers = []
    for of in ("variant", "demand"):
        raw = waiting(*range(0, 60, 3))
        for block in raw[of]:
            block["patience_days"] = patience
        ledgers.append(run(raw))
    assert ledgers[0].rows.tobytes() == ledgers[1].rows.tobytes()
    assert (ledgers[0].rows["why"][ledgers[0].rows["kind"] == EventKind.GONE]
            == Reason.GAVE_UP).sum() > 10  # fmt: skip


def test_people_of_the_start_have_the_patience_of_profiles_by_demand():
    raw = waiting()
    persons = 4000
    raw["start"]["waiting"] = [{"variant": "v", "persons": persons, "since_days": 10}]
    for block, rate, days in zip(raw["demand"], (3.0, 1.0), (30, None), strict=True):
        del block["on_days"]
        block["per_year"] = rate
        if days:
            block["patience_days"] = days
    raw["scenario"]["days"] = 21.0
    rows = flowsim.simulate(scenario := parse(raw), flowsim.sample(scenario)).rows
    gone = rows["day"][(rows["kind"] == EventKind.GONE) & (rows["client"] < persons)]
    assert (gone == 20).all()
    assert abs(len(gone) / persons - 0.75) < 4 * np.sqrt(0.75 * 0.25 / persons)
