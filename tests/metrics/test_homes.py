"""People who need a dwelling, and how that ends."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from flowsim.ledger import EventKind as K
from flowsim.ledger import How, Reason, RequestKind
from flowsim.metrics import Columns, measure
from flowsim.metrics.measures.homes import NEEDS
from tests.handmade import (
    BT,
    BW,
    cells,
    ledger_of,
    option,
    pool,
    pool_row,
    row,
    scenario_of,
    total,
)
from tests.regions import WORLDS, run

Y = "2026"
BEDS, CLUSTER, HOMES = 0, 1, 2
POOLS = [
    pool("place", "bw", capacity=9),
    pool("place", "bt", capacity=9),
    pool("dwellings", "homes", "a", 0),
]
OPTIONS = [
    option(BW, place=BEDS),
    option(BT, place=CLUSTER, dwelling=HOMES),
    option(dwelling=HOMES),
    option(),
    option(dwelling=HOMES, municipality=1),
    option(BT, place=CLUSTER),
]
A_BED, A_HOME, TO_LEAVE, NOTHING, EITHER, ALONE = range(6)
SETS = [(0,), (1,), (2,), (3,), (0, 1), (4,)]
FOUND = scenario_of(
    leaving={"find_alone_per_year": 0.2, "urgency": {"share": 0.1, "lead_days": 30.0}}
)


def told(*rows: Any, scenario: Any = FOUND) -> Columns:
    free = [pool_row(0, p, 0) for p in (BEDS, CLUSTER, HOMES)]
    ledger = ledger_of([*rows, *free], pools=POOLS, options=OPTIONS, sets=SETS)
    return measure(ledger, scenario)


def needs(*rows: Any) -> dict[str, float]:
    return {key[3]: value for key, value in cells(told(*rows), "dwelling_needs").items()}


def asks(day: float, wants: int = A_HOME, client: int = 0) -> Any:
    return row(day, client, K.AWARDED, ref=wants)


def test_a_dwelling_of_the_supply_meets_a_need():
    assert needs(asks(10), row(50, 0, K.PLACED, ref=1)) == {"needed": 1, "used": 1}
    inside = row(0, 0, K.PLACED, ref=0, why=How.START)
    leaves = row(10, 0, K.REQUESTED, ref=TO_LEAVE, why=RequestKind.LEAVE)
    assert needs(inside, leaves, row(50, 0, K.HOUSED, ref=2)) == {"needed": 1, "used": 1}


def test_who_is_served_in_the_instant_of_asking_needed_one_too():
    assert needs(asks(10), row(10, 0, K.PLACED, ref=1)) == {"needed": 1, "used": 1}


def test_who_takes_a_place_without_a_dwelling_did_without():
    assert needs(asks(10, EITHER), row(50, 0, K.PLACED, ref=0)) == {"needed": 1, "without": 1}


def test_who_needs_none_is_not_counted():
    assert needs(asks(10, A_BED), row(50, 0, K.PLACED, ref=0)) == {}


def test_found_alone_and_by_the_urgency_scheme_are_told_apart():
    tenant = row(30, 0, K.REQUESTED, ref=NOTHING, why=RequestKind.NEW)
    placed = row(40, 0, K.PLACED, ref=5)
    for why, how in ((0, "found_alone"), (1, "urgent")):
        found = told(asks(10), row(30, 0, K.FOUND_ALONE, why=why), tenant, placed)
        assert {k[3]: v for k, v in cells(found, "dwelling_needs").items()} == {
            "needed": 1,
            how: 1,
        }
        assert total(found, "found_alone") == (why == 0)


def test_a_dwelling_received_before_stepping_out_is_used():
    rows = (
        row(0, 0, K.PLACED, ref=0, why=How.START),
        row(10, 0, K.REQUESTED, ref=ALONE, why=RequestKind.DWELLING),
        row(50, 0, K.STEPPED_OUT, ref=A_BED, why=RequestKind.NEXT),
    )
    assert needs(*rows) == {"needed": 1, "used": 1}


def test_a_need_that_ends_otherwise_is_no_dwelling():
    for end in (
        row(50, 0, K.GONE, why=Reason.GAVE_UP),
        row(50, 0, K.WITHDRAWN, why=RequestKind.NEW),
        row(50, 0, K.REQUESTED, ref=A_BED, why=RequestKind.NEW),
    ):
        assert needs(asks(10), end) == {"needed": 1, "ended": 1}


def test_one_need_stays_one_need_whatever_it_is_for():
    other = row(30, 0, K.REQUESTED, ref=EITHER, why=RequestKind.NEW)
    assert needs(asks(10), other, row(50, 0, K.PLACED, ref=1)) == {"needed": 1, "used": 1}


def test_people_who_wait_at_the_start_and_at_the_end_stand_at_the_edges():
    rows = asks(-20), asks(30, client=1), row(50, 0, K.PLACED, ref=1)
    assert needs(*rows) == {"start": 1, "needed": 1, "used": 1, "end": 1}
    inside = row(0, 0, K.PLACED, ref=0, why=How.START)
    ready_today = row(0, 0, K.REQUESTED, ref=TO_LEAVE, why=RequestKind.LEAVE)
    assert needs(inside, ready_today) == {"start": 1, "end": 1}


def test_short_is_what_is_added_to_the_queue_and_what_left_it_with_nothing():
    found = told(
        asks(10), asks(11, client=1), asks(12, client=2), asks(13, EITHER, client=3),
        row(20, 0, K.GONE, why=Reason.GAVE_UP), row(30, 1, K.PLACED, ref=1),
        row(40, 3, K.PLACED, ref=0),
    )  # fmt: skip
    assert total(found, "dwellings_short") == 2
    shrinks = told(asks(-20), row(30, 0, K.PLACED, ref=1))
    assert total(shrinks, "dwellings_short") == -1


def test_dwellings_agreed_are_those_of_the_contract_realised_or_not():
    halved = {"date": date(2026, 7, 2), "reason": "r", "set": {"dwellings.homes.per_year": 5.0}}
    homes = {"name": "homes", "scale": "municipality", "realised": 0.5}
    pools = [*POOLS, pool("dwellings", "homes", "b", 0)]
    ledger = ledger_of([], pools=pools, options=OPTIONS, sets=SETS)
    a_year = measure(ledger, scenario_of(dwellings=[homes | {"per_year": 10.0}], change=[halved]))
    agreed = cells(a_year, "dwellings_agreed")  # 182 of 365 days at 10, 60% of them in a
    days = (10 * 182 + 5 * 183) / 365.25
    assert agreed == pytest.approx(
        {(Y, "a", "homes", ""): 0.6 * days, (Y, "b", "homes", ""): 0.4 * days}
    )
    regular = measure(
        ledger, scenario_of(dwellings=[homes | {"every_days": 73.0, "pattern": "even", "batch": 2}])
    )
    assert cells(regular, "dwellings_agreed", municipality="b") == pytest.approx(
        {(Y, "b", "homes", ""): 10}
    )


def test_without_a_supply_there_is_no_need():
    variants = [{"name": "bw", "places": 9}, {"name": "bt", "places": 9}]
    none = scenario_of(dwellings=None, variant=variants, leaving={"dwellings": None})
    assert "dwelling_needs" not in set(told(scenario=none)["measure"])


# ---------------------------------------------------------------- laws
@pytest.mark.parametrize("world", WORLDS)
def test_everybody_who_needs_a_dwelling_gets_one_waits_or_stops(world):
    found = measure(*run(1, world=world))
    book = {(k[0], k[1], k[3]): value for k, value in cells(found, "dwelling_needs").items()}
    years, places = ("2026", "2027", "2028"), ("a", "b", "c")
    for place in places:
        for year, following in zip(years, [*years[1:], None], strict=True):
            number = {what: book.get((year, place, what), 0.0) for what in NEEDS}
            went = sum(v for what, v in number.items() if what not in ("start", "needed", "end"))
            assert number["start"] + number["needed"] - went == number["end"]
            assert all(v >= 0 and v == int(v) for v in number.values())
            if following:
                assert number["end"] == book.get((following, place, "start"), 0.0)
            met = sum(number[what] for what in ("used", "found_alone", "urgent", "without"))
            short = total(found, "dwellings_short", period=year, municipality=place)
            assert short == number["needed"] - met
            assert short == number["ended"] + number["end"] - number["start"]
    assert sum(book.get((y, m, "used"), 0) for y in years for m in places) > 10


@pytest.mark.parametrize("world", WORLDS)
def test_the_dwellings_used_are_those_of_the_supply_and_the_found_are_in_the_ledger(world):
    ledger, scenario = run(1, world=world)
    found = measure(ledger, scenario)
    used = total(found, "dwelling_needs", detail="used")
    assert used == total(found, "dwellings", detail="used")
    rows = ledger.rows[(ledger.rows["kind"] == K.FOUND_ALONE)]
    rows = rows[rows["day"] < ledger.window_days]
    for why, how in ((0, "found_alone"), (1, "urgent")):
        assert total(found, "dwelling_needs", detail=how) == np.sum(rows["why"] == why)
    assert total(found, "found_alone") == np.sum(rows["why"] == 0)
