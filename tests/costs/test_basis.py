"""The billing basis: whole days, of what holds just before the end of each."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from flowsim.costs import basis
from flowsim.costs.basis import ACTS, TABLES
from flowsim.ledger import EventKind, State
from flowsim.metrics import Reading
from flowsim.metrics.lives.history import in_place
from flowsim.metrics.measures.judgement import awarded_level
from flowsim.store.packed import open_arrays, pack_arrays
from tests.experiment.handmade_results import five, two_years
from tests.experiment.tiny_worlds import tiny
from tests.worlds import people, read, stay, world


@pytest.fixture(scope="module")
def tiny_run():
    import flowsim

    scenario = tiny()
    return Reading(flowsim.simulate(scenario, flowsim.sample(scenario)), scenario)


def days_of(run, day):
    """Return who is where just before the end of a day, from the spells and by no other way."""
    spells, at = run.spells, np.nextafter(day + 1.0, 0.0)
    now = np.flatnonzero((spells.start <= at) & (spells.end > at))
    now = now[in_place(spells.state[now]) | (spells.state[now] == State.AFTERCARE)]
    place = run.history.options.place[spells.option[now]]
    held = in_place(spells.state[now])
    return sorted(
        zip(spells.client[now].tolist(), np.where(held, place, -1).tolist(),
            awarded_level(run)[now].tolist(), spells.minutes[now].tolist(),
            spells.home[now].tolist(), strict=True)
    )  # fmt: skip


@pytest.mark.parametrize("which", ["five", "tiny"])
def test_every_day_has_who_is_there_just_before_its_end(which, tiny_run):
    run = tiny_run if which == "tiny" else Reading(five(), two_years())
    stays = basis(run)["stays"]
    assert (stays["last"] > stays["first"]).all()
    assert (stays["first"] >= 0).all()
    for day in range(int(run.ledger.end_days)):
        now = (stays["first"] <= day) & (stays["last"] > day)
        columns = (stays[name][now].tolist() for name in
                   ("client", "place", "level", "minutes", "home"))  # fmt: skip
        assert sorted(zip(*columns, strict=True)) == days_of(run, day), day


def test_a_stay_is_the_whole_days_between_and_of_two_moves_on_a_day_the_last_counts():
    raw = world(
        people(0.4, 10.2),
        variant=[
            stay("a", 5, 3.3, next={"b": 1.0}),
            stay("b", 5, 0.2, next={"c": 1.0}),
            stay("c", 5, 2.0),
        ],
        days=30.0,
    )
    run = read(raw)
    stays = basis(run)["stays"]
    told = [
        (int(c), int(first), int(last), run.ledger.pools[place].block)
        for c, first, last, place in zip(
            *(stays[n] for n in ("client", "first", "last", "place")), strict=True
        )
    ]
    # 0: a from 0.4 to 3.7, b to 3.9, c to 5.9. 1: a from 10.2 to 13.5, b to 13.7, c to 15.7.
    assert told == [(0, 0, 3, "a"), (0, 3, 5, "c"), (1, 10, 13, "a"), (1, 13, 15, "c")]


def test_stays_that_differ_in_nothing_are_one(tiny_run):
    stays = basis(tiny_run)["stays"]
    names = ("client", "place", "option", "level", "minutes", "home")
    same = np.all([stays[n][1:] == stays[n][:-1] for n in names], axis=0)
    assert not (same & (stays["first"][1:] == stays["last"][:-1])).any()


def test_acts_are_the_events_of_the_ledger_by_client(tiny_run):
    acts, rows = basis(tiny_run)["acts"], tiny_run.ledger.rows
    mine = rows[np.isin(rows["kind"], ACTS)]
    assert len(acts["day"]) == len(mine) > 100
    assert sorted(zip(acts["client"].tolist(), acts["kind"].tolist(), acts["day"].tolist(),
                      strict=True)) == sorted(
        zip(mine["client"].tolist(), mine["kind"].tolist(),
            np.floor(mine["day"]).astype(int).tolist(), strict=True)
    )  # fmt: skip
    assert (np.diff(acts["client"]) >= 0).all()


def test_capacities_begin_with_the_start_and_follow_the_changes():
    raw = world(
        people(1.0), variant=[stay("a", 3, 5.0)], days=400.0,
        change=[{"date": date(2026, 3, 1), "reason": {"nl": "r", "en": "r"},
                 "set": {"variant.a.places": 7}}],
    )  # fmt: skip
    run = read(raw)
    table = basis(run)["capacities"]
    place = next(i for i, pool in enumerate(run.ledger.pools) if pool.kind == "place")
    mine = table["pool"] == place
    assert table["day"][mine].tolist() == [0, 59]
    assert table["capacity"][mine].tolist() == [3, 7]


def test_the_basis_holds_no_price_and_is_packed_as_it_is(tiny_run):
    tables = basis(tiny_run)
    assert tuple(tables) == TABLES
    dear = Reading(tiny_run.ledger, tiny("base", "money.move_eur=9999"))
    assert basis(dear)["stays"]["client"].tolist() == tables["stays"]["client"].tolist()
    for table in tables.values():
        for name, column in open_arrays(pack_arrays(table)).items():
            assert column.tolist() == table[name].tolist()
    assert EventKind.GONE in ACTS
