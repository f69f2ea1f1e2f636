"""What becomes of people who left for an own dwelling."""

from __future__ import annotations

from typing import Any

import pytest

from flowsim.ledger import EventKind as K
from flowsim.ledger import How, Reason, RequestKind
from flowsim.metrics import Columns, measure
from flowsim.metrics.measures.returns import MONTHS, OUTCOMES
from tests.handmade import BT, BW, cells, ledger_of, option, pool, row, scenario_of, total
from tests.regions import WORLDS, run

Y = "2026"
OPTIONS = [option(BW, place=0), option(), option(BT, place=1)]
POOLS = [pool("place", "bw", capacity=9), pool("place", "bt", capacity=9)]


def told(*rows: Any, end_days: float = 365.0 + 730.0) -> Columns:
    listed = sorted(rows, key=lambda one: (one[1], one[0]))
    ledger = ledger_of(
        listed, pools=POOLS, options=OPTIONS, sets=[(1,)], notified_at=(0, 1, 0, 1),
        end_days=end_days,
    )  # fmt: skip
    return measure(ledger, scenario_of())


def leaves(client: int, day: float) -> list[Any]:
    """Live in a place from day 0, and leave for an own dwelling with aftercare."""
    return [
        row(0, client, K.PLACED, ref=0, why=How.START),
        row(day, client, K.AFTERCARE, ref=1),
    ]


def back(client: int, asks: float, placed: float | None = None) -> list[Any]:
    rows = [
        row(asks, client, K.RELAPSED),
        row(asks, client, K.REQUESTED, ref=0, why=RequestKind.RETURN),
    ]
    return rows if placed is None else [*rows, row(placed, client, K.PLACED, ref=2)]


def after(found: Columns, months: int) -> dict[str, float]:
    return {key[3]: value for key, value in cells(found, f"after_{months}_months").items()}


def test_nobody_who_stays_or_goes_elsewhere_is_a_leaver():
    found = told(
        row(0, 0, K.PLACED, ref=0, why=How.START),
        row(0, 1, K.PLACED, ref=0, why=How.START),
        row(9, 1, K.GONE, why=Reason.FAMILY),
    )
    assert total(found, "leavers_6_months") == 0


def test_leaving_with_and_without_aftercare_and_at_the_end_of_a_line_counts():
    found = told(
        *leaves(0, 10.0),
        row(0, 1, K.PLACED, ref=0, why=How.START),
        row(20, 1, K.GONE, why=Reason.OWN_DWELLING),
        row(0, 2, K.PLACED, ref=0, why=How.START),
        row(30, 2, K.GONE, why=Reason.DONE),
    )
    assert cells(found, "leavers_12_months") == {(Y, "a", "", ""): 2, (Y, "b", "", ""): 1}
    assert cells(found, "after_12_months") == {
        (Y, "a", "", "sustained"): 2,
        (Y, "b", "", "sustained"): 1,
    }


def test_the_end_of_aftercare_is_no_leaving_and_no_return():
    found = told(*leaves(0, 10.0), row(200, 0, K.GONE, why=Reason.DONE))
    assert total(found, "leavers_12_months") == 1
    assert after(found, 12) == {"sustained": 1}


def test_back_in_a_place_counts_from_the_day_of_the_place_and_not_of_the_relapse():
    found = told(*leaves(0, 10.0), *back(0, 150.0, 400.0))
    assert [after(found, months) for months in MONTHS] == [
        {"asking": 1},  # relapsed after 140 days, in no place yet after 182.5
        {"asking": 1},  # 390 days
        {"returned": 1},
    ]


def test_back_on_the_very_day_of_the_term_is_back():
    for day, outcome in ((375.0, "returned"), (375.5, "asking")):
        assert after(told(*leaves(0, 10.0), *back(0, 50.0, day)), 12) == {outcome: 1}


def test_a_new_notification_that_leads_to_a_place_is_a_return():
    found = told(
        *leaves(0, 10.0),
        row(60, 0, K.GONE, why=Reason.DONE),
        row(80, 0, K.NOTIFIED),
        row(90, 0, K.AWARDED, ref=0),
        row(120, 0, K.PLACED, ref=2),
    )
    assert after(found, 6) == {"returned": 1}
    waits = told(
        *leaves(0, 10.0), row(60, 0, K.GONE, why=Reason.DONE), row(80, 0, K.NOTIFIED),
        row(90, 0, K.NOT_AWARDED, why=Reason.GENERAL),
    )  # fmt: skip
    assert after(waits, 6) == {"asking": 1}


def test_death_and_the_wlz_are_no_success_and_no_return():
    for why in (Reason.DEATH, Reason.WLZ):
        found = told(*leaves(0, 10.0), row(100, 0, K.GONE, why=why))
        assert after(found, 6) == {"died_or_wlz": 1}
    referred = told(*leaves(0, 10.0), *back(0, 50.0), row(100, 0, K.NOT_AWARDED, why=Reason.REFER))
    assert after(referred, 6) == {"died_or_wlz": 1}


def test_what_comes_first_counts():
    back_and_died = told(
        *leaves(0, 10.0), *back(0, 50.0, 60.0), row(70, 0, K.GONE, why=Reason.DEATH)
    )
    assert after(back_and_died, 6) == {"returned": 1}
    died_waiting = told(*leaves(0, 10.0), *back(0, 50.0), row(70, 0, K.GONE, why=Reason.DEATH))
    assert after(died_waiting, 6) == {"died_or_wlz": 1}
    gave_up = told(*leaves(0, 10.0), *back(0, 50.0), row(70, 0, K.GONE, why=Reason.GAVE_UP))
    assert after(gave_up, 6) == {"asking": 1}


def test_who_leaves_twice_counts_twice():
    found = told(*leaves(0, 10.0), *back(0, 50.0, 60.0), row(300, 0, K.AFTERCARE, ref=1))
    assert after(found, 24) == {"returned": 1, "sustained": 1}


def test_who_left_too_late_to_be_followed_is_left_out_and_counted():
    found = told(*leaves(0, 100.0), *leaves(1, 300.0), *back(1, 320.0, 330.0), end_days=500.0)
    assert cells(found, "leavers_6_months") == {(Y, "a", "", ""): 1, (Y, "b", "", ""): 1}
    assert cells(found, "leavers_12_months") == {(Y, "a", "", ""): 1}
    assert cells(found, "not_followed_12_months") == {(Y, "b", "", ""): 1}
    assert after(found, 12) == {"sustained": 1}
    assert total(found, "not_followed_24_months") == 2


def test_the_next_client_is_somebody_else():
    found = told(*leaves(0, 10.0), *leaves(1, 20.0), *back(1, 30.0, 40.0))
    assert cells(found, "after_6_months") == {
        (Y, "a", "", "sustained"): 1,
        (Y, "b", "", "returned"): 1,
    }


# ---------------------------------------------------------------- laws
@pytest.mark.parametrize("world", WORLDS)
def test_outcomes_add_up_to_the_leavers_who_add_up_to_the_outflow(world):
    found = measure(*run(1, world=world))
    left = sum(total(found, "outflow", detail=to) for to in ("to_light", "to_none"))
    # Family is `to_other`; so all of `to_none` left for an own dwelling.
    assert left > 50
    before = 0.0
    for months in MONTHS:
        leavers = total(found, f"leavers_{months}_months")
        after = {o: total(found, f"after_{months}_months", detail=o) for o in OUTCOMES}
        assert sum(after.values()) == leavers
        assert leavers + total(found, f"not_followed_{months}_months") == left
        assert all(0 <= number <= leavers for number in after.values())
        if world == "human":  # followed in full: 730 days
            assert leavers == left
            assert after["returned"] + after["died_or_wlz"] >= before
            before = after["returned"] + after["died_or_wlz"]
    assert after["returned"] > 0 or world != "human"


@pytest.mark.parametrize("world", WORLDS)
def test_outcomes_are_those_of_a_count_of_leaver_by_leaver(world):
    ledger, scenario = run(1, world=world)
    lives: dict[int, list[Any]] = {}
    for one in ledger.rows[ledger.rows["kind"] < K.POOL]:
        lives.setdefault(int(one["client"]), []).append(one)
    slow = dict.fromkeys(OUTCOMES, 0)
    for life in lives.values():
        inside = False
        for i, one in enumerate(life):
            to_none = one["kind"] == K.GONE and one["why"] == Reason.OWN_DWELLING
            if inside and (to_none or one["kind"] == K.AFTERCARE):
                if one["day"] < ledger.window_days and one["day"] + 365 <= ledger.end_days:
                    slow[_outcome([r for r in life[i + 1 :] if r["day"] <= one["day"] + 365])] += 1
                inside = False
            inside = (inside or one["kind"] == K.PLACED) and one["kind"] != K.GONE
    found = measure(ledger, scenario)
    assert {o: total(found, "after_12_months", detail=o) for o in OUTCOMES} == slow


def _outcome(later: list[Any]) -> str:
    outcome = "sustained"
    for one in later:
        if one["kind"] == K.PLACED:
            return "returned"
        if one["kind"] in (K.GONE, K.NOT_AWARDED) and one["why"] in _ENDS:
            return "died_or_wlz"
        if one["kind"] in (K.RELAPSED, K.NOTIFIED):
            outcome = "asking"
    return outcome


_ENDS = (Reason.DEATH, Reason.WLZ, Reason.REFER)
