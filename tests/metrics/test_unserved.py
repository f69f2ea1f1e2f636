"""Awards that nobody can serve."""

from __future__ import annotations

from typing import Any

from flowsim.cohort import sample_cohort
from flowsim.ledger import EventKind as K
from flowsim.ledger import Reason
from flowsim.metrics import measure
from flowsim.scenario import parse
from flowsim.system import simulate
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
)
from tests.regions import run

OPEN, CLOSED, SMALL = 0, 1, 2
POOLS = [pool("place", "bw"), pool("place", "bt", capacity=0), pool("team", "care", capacity=60)]
OPTIONS = [
    option(BW, place=OPEN),
    option(BT, place=CLOSED),
    option(BW, place=OPEN, team=SMALL, minutes=61),
    option(BW, place=OPEN, team=SMALL, minutes=60),
]
GOOD, SHUT, TOO_HEAVY, NOTHING, EITHER, JUST = range(6)
SETS = [(0,), (1,), (2,), (), (1, 0), (3,)]
FREE = [pool_row(0, OPEN, 1), pool_row(0, CLOSED, 0), pool_row(0, SMALL, 0)]


def unserved(*rows: Any) -> dict[str, float]:
    ledger = ledger_of([*FREE, *rows], pools=POOLS, options=OPTIONS, sets=SETS)
    found = cells(measure(ledger, scenario_of()), "unserved_awards")
    return {key[3]: value for key, value in found.items()}


def award(wants: int, day: float = 10, client: int = 0) -> Any:
    return row(day, client, K.AWARDED, ref=wants)


def test_an_award_that_no_variant_serves_ends_at_once():
    gone = row(10, 0, K.GONE, why=Reason.NO_VARIANT)
    assert unserved(award(-1), gone) == {"no_variant": 1}


def test_an_award_without_an_option_or_with_closed_places_alone_has_no_room():
    assert unserved(award(NOTHING)) == {"no_room": 1}
    assert unserved(award(SHUT)) == {"no_room": 1}
    assert unserved(award(EITHER)) == {}
    assert unserved(award(GOOD)) == {}


def test_a_team_must_have_the_hours_of_one_client():
    assert unserved(award(TOO_HEAVY)) == {"no_room": 1}
    assert unserved(award(JUST)) == {}


def test_places_that_open_later_can_serve_and_places_that_closed_cannot():
    opens, closes = pool_row(100, CLOSED, 2, K.CAPACITY), pool_row(200, CLOSED, 0, K.CAPACITY)
    assert unserved(award(SHUT), opens, closes) == {}
    assert unserved(opens, closes, award(SHUT, day=250)) == {"no_room": 1}


def test_awards_to_places_that_are_all_closed_are_counted_in_a_run():
    scenario = parse(
        {
            "scenario": {"years": 1, "follow_up_days": 0},
            "demand": [{"profile": "p", "on_days": [1, 2, 3]}],
            "variant": [{"name": "a", "places": 0, "stay_days": 10, "next": {"out": 1}}],
        }
    )
    found = measure(simulate(scenario, sample_cohort(scenario)), scenario)
    assert {k[3]: v for k, v in cells(found, "unserved_awards").items()} == {"no_room": 3}


def test_in_a_region_with_places_for_all_no_award_is_unserved():
    assert cells(measure(*run(0)), "unserved_awards") == {}
