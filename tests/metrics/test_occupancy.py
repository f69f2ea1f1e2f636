"""Whether a place is free, and who has to wait: from ledgers written by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from flowsim.ledger import EventKind as K
from flowsim.ledger import How, Reason, RequestKind
from flowsim.metrics import Reading, measure
from flowsim.metrics.measures.occupancy import occupancy
from flowsim.metrics.pools import capacity_days, limited
from tests.handmade import (
    BEDS,
    BT,
    BW,
    SETS,
    cells,
    four,
    ledger_of,
    option,
    pool,
    pool_row,
    row,
    scenario_of,
)
from tests.regions import run

Y = "2026"
FAST = scenario_of(
    variant=[
        {"name": "bw", "places": 2, "turnover_days": 0.0},
        {"name": "bt", "places": 5, "turnover_days": 0.0},
    ]
)
PLACES = [pool("place", "bw", capacity=2), pool("place", "bt", capacity=2)]
OPTIONS = [option(BW, place=0), option(BT, place=1)]


def reading(*rows: Any, pools: Any = PLACES, options: Any = OPTIONS, sets: Any = SETS) -> Reading:
    return Reading(ledger_of(rows, pools=pools, options=options, sets=sets), FAST)


def by_room(*rows: Any, **more: Any) -> dict[tuple[str, ...], float]:
    one = reading(*rows, **more)
    return {
        key[1:]: value
        for key, value in cells(measure(one.ledger, FAST, one), "place_days_by_room").items()
    }


def lives(client: int, until: float, option: int = 0, since: float = 0) -> list[Any]:
    how = How.START if since == 0 else How.TURN
    return [
        row(since, client, K.PLACED, ref=option, why=how),
        row(until, client, K.GONE, why=Reason.DEATH),
    ]


def in_order(*rows: Any) -> list[Any]:
    return sorted(rows, key=lambda one: one[0])


def stretches(one: Reading, group: int) -> list[tuple[float, ...]]:
    """Days, places, taken, free and asked, while these do not change."""
    found = occupancy(one)
    mine = found.group == group
    columns = (found.days, found.places, found.taken, found.free, found.asked)
    merged: list[list[float]] = []
    for days, *level in zip(*(c[mine].tolist() for c in columns), strict=True):
        if merged and merged[-1][1:] == level:
            merged[-1][0] += days
        else:
            merged.append([days, *level])
    return [tuple(line) for line in merged]


def test_places_are_full_while_all_are_lived_in_and_not_a_day_longer():
    rows = in_order(*lives(0, 200), *lives(1, 300, since=50))
    assert by_room(*rows) == {
        ("r", "bw", "full"): 2 * 150,
        ("r", "bw", "room"): 2 * (365 - 150),
        ("r", "bt", "room"): 2 * 365,
    }


def test_a_place_that_turns_over_is_not_free_and_who_waits_is_asked_for_once():
    bw = stretches(Reading(four(), scenario_of()), group=1)
    assert bw == [
        (20, 2, 1, 1, 2),  # client 1 lives there, client 2 waits
        (30, 2, 1, 1, 3),  # client 0 waits too; from day 40 on the place of client 1 turns over
        (4, 2, 2, 0, 3),  # client 0 has moved in, and the other place still turns over
        (6, 2, 1, 1, 2),
        (20 + 10 + 40 + 14, 2, 1, 1, 1),  # client 2 gave up; 14 days of turnover at the end
        (221, 2, 0, 2, 0),
    ]
    found = measure(four(), scenario_of())
    assert cells(found, "place_days_by_room", variant="bw") == {
        (Y, "r", "bw", "full"): 2 * 4,
        (Y, "r", "bw", "room"): 2 * 361,
    }


def test_who_holds_a_place_and_waits_for_another_asks_for_that_one_too():
    bt = stretches(Reading(four(), scenario_of()), group=0)
    assert bt == [(80, 5, 0, 5, 0), (50, 5, 0, 5, 1), (160, 5, 1, 4, 1), (75, 5, 0, 5, 0)]


def test_who_waits_for_another_place_of_the_same_group_asks_for_one():
    rows = [
        row(0, 0, K.PLACED, ref=0, why=How.START),
        row(100, 0, K.REQUESTED, ref=0, why=RequestKind.MOVE),
    ]
    assert stretches(reading(*rows), group=1) == [(365, 2, 1, 1, 1)]


def test_a_place_too_many_at_one_provider_fills_none_of_another():
    pools = [pool("place", "bw", provider="x"), pool("place", "bw", provider="y", capacity=2)]
    options = [option(BW, place=0), option(BW, place=1)]
    start = [row(0, client, K.PLACED, ref=0, why=How.START) for client in (0, 1)]
    start += [row(0, 2, K.PLACED, ref=1, why=How.START)]
    one = reading(*start, pools=pools, options=options)
    assert stretches(one, group=0) == [(365, 3, 3, 1, 3)]
    assert not occupancy(one).full.any()
    full = [*start, row(10, 3, K.PLACED, ref=1, why=How.TURN)]
    assert by_room(*full, pools=pools, options=options) == {
        ("r", "bw", "room"): 3 * 10,
        ("r", "bw", "full"): 3 * 355,
    }


def test_places_that_close_while_lived_in_are_full_and_where_there_are_none_nothing_is():
    rows = [*lives(0, 200), pool_row(300, BEDS, 0, K.CAPACITY)]
    rows += [pool_row(100, BEDS, 1, K.CAPACITY), *lives(1, 150)]
    assert by_room(*in_order(*rows), pools=PLACES[:1]) == {
        ("r", "bw", "full"): 2 * 100 + 1 * 100,
        ("r", "bw", "room"): 1 * 100,
    }
    found = occupancy(reading(*in_order(*rows), pools=PLACES[:1]))
    assert found.days[found.places == 0].sum() == 65
    assert not found.full[found.places == 0].any()


def test_areas_are_told_apart_and_a_year_ends_where_the_next_begins():
    pools = [pool("place", "bw", "a"), pool("place", "bw", "b")]
    options = [option(BW, place=0), option(BW, place=1)]
    ledger = ledger_of(
        in_order(*lives(0, 400)), pools=pools, options=options, sets=SETS, window_days=730.0
    )
    found = measure(ledger, scenario_of(scenario={"name": "hand", "years": 2}))
    full = cells(found, "place_days_by_room", detail="full")
    assert full == {(Y, "a", "bw", "full"): 365, ("2027", "a", "bw", "full"): 35 + 14}


def test_who_is_placed_in_the_instant_of_the_award_had_not_to_wait():
    rows = [
        pool_row(0, 0, 2),
        pool_row(0, 1, 2),
        row(10, 0, K.AWARDED, ref=0),
        row(10, 0, K.PLACED, ref=0),
        row(20, 1, K.AWARDED, ref=0),
        row(20.5, 1, K.PLACED, ref=0),
        row(30, 2, K.AWARDED, ref=0),
        row(30, 2, K.GONE, why=Reason.NO_VARIANT),
        row(360, 3, K.AWARDED, ref=1),
    ]
    found = cells(measure(reading(*rows).ledger, FAST), "placement_at_once")
    assert found == {
        (Y, "a", "bw", "at_once"): 1,
        (Y, "a", "bw", "later"): 1,
        (Y, "a", "bt", "later"): 1,
    }


@pytest.mark.parametrize("world", ["busy", "split", "human"])
def test_full_and_room_are_all_places_that_there_are(world):
    ledger, scenario = run(0, world=world)
    one = Reading(ledger, scenario)
    found = occupancy(one)
    there = capacity_days(one, limited(one, "place"))
    assert (found.places * found.days).sum() == pytest.approx(there.sum(), rel=1e-12)
    by_group = np.bincount(found.group, found.days, len(found.groups))
    assert by_group == pytest.approx(ledger.window_days)
    assert (found.asked >= found.taken).all()
    assert (found.free <= found.places).all()
    assert found.taken.min() >= 0


def test_people_who_ask_for_a_first_place_are_those_of_the_norms_and_those_who_leave_at_once():
    found = measure(*run(0, world="busy"))
    asked = sum(cells(found, "placement_at_once").values())
    waits = sum(cells(found, "placement_by_norm").values())
    gone = sum(cells(found, "unserved_awards", detail="no_variant").values())
    assert asked == waits - gone > 0
