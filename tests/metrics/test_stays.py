"""How long people stay, and how many wait beyond a norm."""

from __future__ import annotations

from typing import Any

import pytest

from flowsim.ledger import EventKind as K
from flowsim.ledger import How, Reason, RequestKind
from flowsim.metrics import KINDS, Columns, episodes, measure
from flowsim.metrics.lives.waits import PLACED
from flowsim.metrics.measures.stays import BY_NORM
from tests.handmade import (
    BT,
    BW,
    cells,
    four,
    ledger_of,
    option,
    pool,
    pool_row,
    row,
    scenario_of,
    total,
)
from tests.regions import WORLDS, line, run

Y = "2026"
JULY, END = "2026-07-01", "2027-01-01"
POOLS = [pool("place", "bw", capacity=9), pool("place", "bt", capacity=9)]
OPTIONS = [option(BW, place=0), option(BT, place=1), option(), option(BW, place=0, minutes=1)]


def told(*rows: Any, **about: Any) -> Columns:
    ledger = ledger_of(rows, pools=POOLS, options=OPTIONS, sets=[(2,)], **about)
    return measure(ledger, scenario_of())


def of(found: Columns, name: str, **where: str) -> dict[tuple[str, str], float]:
    return {key[2:]: value for key, value in cells(found, name, **where).items()}


# ---------------------------------------------------------------- stays
def test_stays_that_end_and_stays_that_go_on_are_apart():
    found = told(
        row(10, 0, K.PLACED, ref=0),
        row(60, 0, K.GONE, why=Reason.DEATH),
        row(100, 1, K.PLACED, ref=1),
    )
    assert of(found, "stays_ended") == {("bw", "known"): 1}
    assert of(found, "stay_days_ended") == {("bw", ""): 50}
    assert of(found, "stays_current", period=JULY) == {("bt", "known"): 1}
    assert of(found, "stay_days_current", period=JULY) == {("bt", ""): 81}
    assert of(found, "stay_days_current", period=END) == {("bt", ""): 265}


def test_of_a_stay_from_before_the_start_nobody_knows_how_long_it_was():
    found = told(
        row(-30, 0, K.PLACED, ref=0, why=How.START),
        row(-30, 0, K.REQUESTED, ref=0, why=RequestKind.LEAVE),  # ready for 30 days
        row(60, 0, K.GONE, why=Reason.DEATH),
        row(0, 1, K.PLACED, ref=1, why=How.START),
    )
    assert of(found, "stays_ended") == {("bw", "before"): 1}
    assert of(found, "stays_current", period=END) == {("bt", "before"): 1}
    assert total(found, "stay_days_ended") == total(found, "stay_days_current") == 0


def test_another_variant_is_another_stay_and_another_place_of_the_variant_is_not():
    found = told(
        row(10, 0, K.PLACED, ref=0),
        row(30, 0, K.PLACED, ref=3),
        row(60, 0, K.PLACED, ref=1),
        row(90, 0, K.HOUSED, ref=2),
        row(100, 0, K.AFTERCARE, ref=2),
    )
    assert of(found, "stay_days_ended") == {("bw", ""): 50, ("bt", ""): 40}


def test_who_returns_begins_a_new_stay():
    found = told(
        row(10, 0, K.PLACED, ref=0),
        row(60, 0, K.AFTERCARE, ref=2),
        row(70, 0, K.RELAPSED),
        row(70, 0, K.REQUESTED, ref=0, why=RequestKind.RETURN),
        row(80, 0, K.PLACED, ref=0),
        row(100, 0, K.GONE, why=Reason.DEATH),
    )
    assert of(found, "stays_ended") == {("bw", "known"): 2}
    assert of(found, "stay_days_ended") == {("bw", ""): 70}


def test_stays_of_a_line_are_as_long_as_it_says():
    found = measure(*line())
    assert total(found, "stays_ended") == 4
    assert total(found, "stay_days_ended") == pytest.approx(400)


# ---------------------------------------------------------------- norms
def norm(found: Columns) -> dict[str, float]:
    return {key[3]: value for key, value in cells(found, "placement_by_norm").items()}


def waited(days: float, end: Any) -> Columns:
    return told(row(5, 0, K.AWARDED, ref=0), end)


def test_waits_are_counted_by_length_whatever_ends_them():
    for days, length in (
        (0, "to_13_weeks"), (91, "to_13_weeks"), (91.5, "to_26_weeks"), (182, "to_26_weeks"),
        (182.5, "over_26_weeks"), (600, "over_26_weeks"),
    ):  # fmt: skip
        for end in (
            row(5 + days, 0, K.PLACED, ref=0),
            row(5 + days, 0, K.GONE, why=Reason.GAVE_UP),
        ):
            assert norm(told(row(5, 0, K.AWARDED, ref=0), end)) == {length: 1}


def test_who_still_waits_is_beyond_the_norm_when_the_run_saw_it_and_else_left_out():
    open_ = row(5, 0, K.AWARDED, ref=0)
    assert norm(told(open_)) == {"over_26_weeks": 1}
    assert norm(told(open_, window_days=100.0, end_days=150.0)) == {"not_followed": 1}


def test_waits_from_before_the_start_are_not_counted():
    assert norm(told(row(-5, 0, K.AWARDED, ref=0))) == {}


# ---------------------------------------------------------------- laws
@pytest.mark.parametrize("world", WORLDS)
def test_stays_end_by_leaving_or_moving_and_current_stays_are_the_residents(world):
    found = measure(*run(1, world=world))
    moved = sum(
        value for key, value in cells(found, "moves").items() if key[2] != key[3]
    )  # to another variant
    ended = total(found, "stays_ended")
    assert ended == total(found, "outflow") + moved
    assert ended > 50
    states = ("settled", "moving", "ready", "transit")
    for day in ("2026-01-01", "2027-07-01", "2029-01-01"):
        living = sum(total(found, "persons", period=day, detail=state) for state in states)
        assert total(found, "stays_current", period=day) == living
    assert total(found, "stays_current", period="2026-01-01", detail="before") == 60
    days = total(found, "stay_days_ended")
    assert 0 < days < total(found, "stays_ended", detail="known") * 3 * 366


@pytest.mark.parametrize("world", WORLDS)
def test_waits_by_norm_are_the_awards_with_a_variant_to_wait_for(world):
    ledger, scenario = run(1, world=world)
    found = measure(ledger, scenario)
    rows = ledger.rows
    awards = (rows["kind"] == K.AWARDED) & (rows["day"] >= 0) & (rows["day"] < ledger.window_days)
    awards &= (rows["ref"] >= 0) & (rows["why"] == RequestKind.NEW)
    assert total(found, "placement_by_norm") == awards.sum()
    number = {name: total(found, "placement_by_norm", detail=name) for name in BY_NORM}
    assert min(number[name] for name in BY_NORM[:3]) > 0
    assert number["not_followed"] == 0  # 200 days of follow-up, at least


# ---------------------------------------------------------------- got and wanted
def test_first_places_by_the_variant_got_and_the_one_wanted_first():
    rows = [pool_row(0, pool, 0) for pool in range(5)]
    for client, (wants, gets) in enumerate([(0, 0), (3, 0), (3, 1), (3, None)]):
        rows.append(row(10, client, K.AWARDED, ref=wants))
        if gets is not None:
            rows.append(row(50, client, K.PLACED, ref=gets))
    moves = [
        row(60, 0, K.REQUESTED, ref=1, why=RequestKind.MOVE), row(90, 0, K.PLACED, ref=1),
    ]  # fmt: skip
    ledger = four(rows=[*rows, *moves], sets=[(0,), (1,), (2,), (1, 0)], profile=[0] * 4)
    found = cells(measure(ledger, scenario_of()), "first_places")
    assert {(key[2], key[3]): n for key, n in found.items()} == {
        ("bw", "bw"): 1, ("bw", "bt"): 1, ("bt", "bt"): 1,
    }  # fmt: skip


def test_first_places_are_the_starts_of_who_did_not_return():
    found = measure(*run(0))
    ledger, _ = run(0)
    waits = episodes(ledger)
    end = waits.start + waits.wait
    back = (waits.kind == KINDS.index("return")) & (waits.ending == PLACED)
    back &= (end >= 0) & (end < ledger.window_days)
    assert total(found, "first_places") == total(found, "starts") - back.sum()
