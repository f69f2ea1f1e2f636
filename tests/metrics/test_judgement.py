"""Awards that differ from the need, tenancies lost, people reassigned, and coming back."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from flowsim.ledger import EventKind as K
from flowsim.ledger import How, Reason, RequestKind, State
from flowsim.metrics import Columns, episodes, measure, to_spells
from flowsim.metrics.lives.waits import KINDS
from tests.handmade import BT, BW, cells, ledger_of, option, pool, row, scenario_of, total
from tests.regions import WORLDS, run

Y = "2026"
POOLS = [pool("place", "bw", capacity=9), pool("place", "bt", capacity=9), pool("desk", "toegang")]
OPTIONS = [option(BW, place=0), option(BT, place=1), option()]
LEVELS = ("none", "light", "home", "heavy")
ERRS = [
    {
        "name": "toegang", "fte": 1.0, "hours_per_fte": 20.0, "assessment_hours": 9.0,
        "reassessment_hours": 2.0, "too_light": 0.1, "too_heavy": 0.1,
        "outcome": {"award": 0.9, "rejected": 0.1},
    }
]  # fmt: skip


PLAIN: dict[str, Any] = {
    "level": [{"name": name} for name in LEVELS],
    "demand": [{"profile": "home", "on_days": [1.0], "level_mix": {"home": 1.0}}],
    "desk": ERRS,
    "variant": [{"name": "bw", "places": 9}, {"name": "bt", "places": 9}],
    "team": None,
    "dwellings": None,
    "leaving": {"ready_at": "none", "dwellings": None, "aftercare": None},
}


def told(*rows: Any, **scenario: Any) -> Columns:
    ledger = ledger_of(rows, pools=POOLS, options=OPTIONS, sets=[(2,)], levels=LEVELS)
    return measure(ledger, scenario_of(**{**PLAIN, **scenario}))


def awarded(day: float, error: int, level: int = 2, client: int = 0) -> list[Any]:
    return [
        row(day, client, K.NOTIFIED, level=level),
        *([row(day, client, K.MISJUDGED, why=error, level=level)] if error else []),
        row(day, client, K.AWARDED, ref=0, level=level),
        row(day + 10, client, K.PLACED, ref=0, level=level),
    ]


# ---------------------------------------------------------------- misjudged
def test_misjudged_awards_are_counted_and_lived_with_until_they_are_corrected():
    found = told(
        *awarded(10, -1),
        row(100, 0, K.CORRECTED, level=2),
        *awarded(20, 1, client=1),
        *awarded(30, 0, client=2),
    )
    assert cells(found, "misjudged") == {
        (Y, "a", "", "too_light"): 1,
        (Y, "a", "", "too_heavy"): 1,
    }
    assert cells(found, "corrected") == {(Y, "a", "", ""): 1}
    assert cells(found, "misjudged_days") == {
        (Y, "a", "", "too_light"): 80,
        (Y, "a", "", "too_heavy"): 335,
    }


def test_an_error_ends_with_the_stay_and_with_the_next_judgement():
    again = told(*awarded(10, -1), row(50, 0, K.GONE, why=Reason.FAMILY, level=2), *awarded(60, 0))
    assert total(again, "misjudged_days") == 30
    relapsed = told(
        *awarded(10, 1),
        row(50, 0, K.AFTERCARE, ref=2, level=2),
        row(90, 0, K.RELAPSED, level=2),
        row(90, 0, K.REQUESTED, ref=0, why=RequestKind.RETURN, level=2),
        row(95, 0, K.PLACED, ref=1, level=2),
    )
    assert total(relapsed, "misjudged_days") == 30


def test_at_the_end_of_the_scale_an_award_cannot_be_lighter_or_heavier():
    # Too light by one, and at the lightest level from day 50 on: nothing lighter can be awarded.
    found = told(
        *awarded(10, -1, level=1), row(50, 0, K.LEVEL, level=0), row(80, 0, K.LEVEL, level=1)
    )
    assert total(found, "misjudged_days") == 30 + 285


def test_where_nobody_errs_there_is_no_measure_of_it():
    desk = [{"name": "toegang", "assessors": 1, "assessment_days": 3.0}]
    names = set(told(desk=desk)["measure"])
    assert not names & {"misjudged", "misjudged_days", "corrected"}


def test_residents_beyond_what_their_variant_serves_are_misplaced():
    serves = [
        {"name": "bw", "places": 9, "serves": ["home", "home"]},
        {"name": "bt", "places": 9, "serves": ["none", "light"]},
    ]
    found = told(
        row(0, 0, K.PLACED, ref=0, why=How.START, level=2),
        row(100, 0, K.LEVEL, level=1),
        row(150, 0, K.PLACED, ref=1, level=1),
        row(200, 0, K.LEVEL, why=1, level=2),
        variant=serves,
    )
    assert cells(found, "misplaced_days") == {
        (Y, "", "bw", "needs_less"): 50,
        (Y, "", "bt", "needs_more"): 165,
    }


# ---------------------------------------------------------------- tenancies, and other areas
def test_tenancies_lost_and_people_reassigned_are_counted():
    rows = (
        row(0, 0, K.PLACED, ref=0, why=How.START),
        row(30, 0, K.REASSIGNED, ref=1),
        row(0, 1, K.PLACED, ref=0, why=How.START),
        row(40, 1, K.PLACED, ref=1),
        row(40, 1, K.TENANCY_LOST),
    )
    loses = PLAIN["leaving"] | {"keeps_tenancy": 0.5}
    change = {"date": date(2026, 7, 1), "reason": "r", "set": {"variant.bw.places": 8}}
    found = told(*rows, leaving=loses, change=[change])
    assert cells(found, "tenancies_lost") == {(Y, "a", "", ""): 1}
    assert cells(found, "reassigned") == {(Y, "a", "", ""): 1}
    names = set(told(*rows)["measure"])
    assert not names & {"tenancies_lost", "reassigned"}


# ---------------------------------------------------------------- notifying again
LIFE = [
    row(10, 0, K.NOTIFIED, ref=2),
    row(20, 0, K.NOT_AWARDED, why=Reason.REJECTED),
    row(50, 0, K.NOTIFIED, ref=2),
    row(60, 0, K.AWARDED, ref=0),
    row(90, 0, K.GONE, why=Reason.GAVE_UP),
    row(120, 0, K.NOTIFIED, ref=2),
    row(140, 0, K.AWARDED, ref=0),
    row(150, 0, K.PLACED, ref=0),
]
AGAIN = [
    {
        "profile": "home", "on_days": [10.0], "level_mix": {"home": 1.0},
        "again": {"after": ["gave_up", "rejected"], "share": 0.5, "days": 30.0},
    }
]  # fmt: skip


def test_who_is_gone_and_comes_back_is_gone_in_between():
    ledger = ledger_of(LIFE, pools=POOLS, options=OPTIONS, sets=[(2,)])
    spells = to_spells(ledger)
    S = State
    assert list(zip(spells.start.tolist(), spells.state.tolist(), strict=True)) == [
        (10, S.QUEUE), (20, S.GONE), (50, S.QUEUE), (60, S.WAITING), (90, S.GONE), (120, S.QUEUE),
        (140, S.WAITING), (150, S.SETTLED),
    ]  # fmt: skip
    waits = episodes(ledger)
    kinds = [KINDS[kind] for kind in waits.kind.tolist()]
    assert list(zip(kinds, waits.start.tolist(), waits.wait.tolist(), strict=True)) == [
        ("access", 10, 10), ("access", 50, 10), ("placement", 60, 30), ("access", 120, 20),
        ("placement", 140, 10),
    ]  # fmt: skip


def test_who_comes_back_after_going_without_support_notifies_again():
    ledger = ledger_of(LIFE, pools=POOLS, options=OPTIONS, sets=[(2,)])
    found = measure(ledger, scenario_of(**{**PLAIN, "demand": AGAIN}))
    assert cells(found, "notifications") == {(Y, "a", "", "new"): 1, (Y, "a", "", "again"): 2}
    assert {key[3]: value for key, value in cells(found, "balance").items()} == {
        "in_notified": 1,
        "in_again": 2,
        "out_not_awarded": 1,
        "out_gave_up": 1,
        "end": 1,
    }
    assert {key[3]: v for key, v in cells(found, "person_days").items()} == {
        "queue": 10 + 10 + 20,
        "waiting": 30 + 10,
        "settled": 215,
    }


# ---------------------------------------------------------------- laws
@pytest.mark.parametrize("world", WORLDS)
def test_counts_are_those_of_the_ledger_and_days_are_not_negative(world):
    ledger, scenario = run(1, world=world)
    found = measure(ledger, scenario)
    rows = ledger.rows[ledger.rows["day"] < ledger.window_days]
    for kind, name in (
        (K.MISJUDGED, "misjudged"),
        (K.CORRECTED, "corrected"),
        (K.TENANCY_LOST, "tenancies_lost"),
        (K.REASSIGNED, "reassigned"),
    ):
        assert total(found, name) == np.sum(rows["kind"] == kind)
    for name in ("misjudged_days", "misplaced_days", "under_supported_days"):
        assert (found["value"][found["measure"] == name] >= 0).all()
    assert total(found, "misplaced_days") > 100
    if world == "human":
        assert total(found, "misjudged") > 20
        assert total(found, "corrected") <= total(found, "misjudged")
        assert total(found, "misjudged") <= total(found, "decisions", detail="award")
        lived = sum(
            total(found, "person_days", detail=s) for s in ("settled", "moving", "ready", "transit")
        )
        assert 0 < total(found, "misjudged_days") < lived
        assert total(found, "notifications", detail="again") > 20
