"""How many can pass through places that are never empty: the balance, the formula and the run."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import flowsim
from flowsim.balance import fluid_balance
from flowsim.balance.saturation import (
    Shelf,
    passed_to_next,
    passed_with_dwellings,
    without_chance,
)
from flowsim.calendar import DAYS_PER_YEAR
from flowsim.ledger import EventKind
from flowsim.scenario import parse

Raw = dict[str, Any]
REPLICATIONS = 10
WARM_UP = 200.0


# ---------------------------------------------------------------- worlds
def to_dwellings(a_day: float, *, places: int = 3, days: Any = None, **stream: Any) -> Raw:
    """People stay two days in a place and keep it until one of two dwellings a day is there."""
    return {
        "scenario": {"days": 3000.0, "follow_up_days": 0.0, "seed": 5},
        "demand": [{"profile": "p", "per_year": a_day * DAYS_PER_YEAR}],
        "variant": [
            {"name": "house", "places": places, "stay_days": days or {"exponential": 2.0},
             "next": {"home": 1.0}},
            {"name": "home", "tenancy": "own", "dwellings": "shelf", "stay_days": 1.0,
             "next": {"out": 1.0}},
        ],
        "dwellings": [{"name": "shelf", "scale": "region", "per_year": 2 * DAYS_PER_YEAR} | stream],
        "placement": {"order": ["house"]},
    }  # fmt: skip


def by_need(a_day: float, **stream: Any) -> Raw:
    """The same, for people who are ready to leave when their level has dropped."""
    return {
        "scenario": {"days": 3000.0, "follow_up_days": 0.0, "seed": 5},
        "level": [{"name": "ready"}, {"name": "need", "recovery_days": {"exponential": 2.0}}],
        "demand": [{"profile": "p", "per_year": a_day * DAYS_PER_YEAR, "level_mix": {"need": 1.0}}],
        "variant": [{"name": "house", "places": 3, "serves": ["need", "need"]}],
        "dwellings": [{"name": "shelf", "scale": "region", "per_year": 2 * DAYS_PER_YEAR} | stream],
        "leaving": {"ready_at": "ready", "dwellings": "shelf"},
    }


def in_tandem(a_day: float, first: int = 2, second: int = 3) -> Raw:
    """Two stations of two and three days; the first is kept until the second has a place."""
    return {
        "scenario": {"days": 3000.0, "follow_up_days": 0.0, "seed": 5},
        "demand": [{"profile": "p", "per_year": a_day * DAYS_PER_YEAR}],
        "variant": [
            {"name": "house", "places": first, "stay_days": {"exponential": 2.0},
             "next": {"second": 1.0}},
            {"name": "second", "places": second, "stay_days": {"exponential": 3.0},
             "next": {"out": 1.0}},
        ],
        "placement": {"order": ["house"]},
    }  # fmt: skip


def passed(raw: Raw, replications: int = REPLICATIONS) -> tuple[float, float]:
    """Return how many a day enter the first station in the run, and its standard error."""
    scenario = parse(raw)
    rates = []
    for replication in range(replications):
        ledger = flowsim.simulate(scenario, flowsim.sample(scenario, replication))
        placed = ledger.rows[ledger.rows["kind"] == EventKind.PLACED]
        first = [v for v, o in enumerate(ledger.options) if ledger.variants[o.variant] == "house"]
        here = np.isin(placed["ref"], first) & (placed["day"] > WARM_UP)
        rates.append(here.sum() / (ledger.end_days - WARM_UP))
    return float(np.mean(rates)), float(np.std(rates, ddof=1) / math.sqrt(len(rates)))


def house(raw: Raw) -> Any:
    (line,) = [x for x in fluid_balance(parse(raw)) if x.what == "variant house, places"]
    return line


# ---------------------------------------------------------------- formula
def test_one_place_in_tandem_with_one_passes_two_thirds():
    assert passed_to_next(1, 1.0, 1.0, 1, 1.0) == pytest.approx(2 / 3)


def test_three_places_and_dwellings_that_do_not_wait():
    by_hand = (1 - 1 / (1 + 0.75 + 0.75 * 0.5 + 0.75 * 0.5 * 0.25)) * 2
    shelf = Shelf(offers=2.0, cap=0)
    assert passed_with_dwellings(3, 2.0, 1.0, shelf, 0.0) == pytest.approx(by_hand)
    assert by_hand == pytest.approx(1.0986, abs=1e-4)


@pytest.mark.parametrize("leaves", [0.0, 0.3])
@pytest.mark.parametrize("offers", [0.4, 1.5, 4.0])
def test_with_many_places_chance_takes_nothing_away(offers, leaves):
    shelf = Shelf(offers=offers * 400)
    many = passed_with_dwellings(400, 1.0, 1.0, shelf, leaves)
    assert many == pytest.approx(without_chance(400, 1.0, 1.0, shelf, leaves), rel=0.03)


def test_a_longer_shelf_and_a_longer_hold_let_more_pass():
    caps = [passed_with_dwellings(3, 2.0, 1.0, Shelf(offers=2.0, cap=c), 0.0) for c in (0, 1, 5)]
    holds = [
        passed_with_dwellings(3, 2.0, 1.0, Shelf(offers=2.0, hold_years=h), 0.0) for h in (0, 1, 9)
    ]
    assert caps == sorted(caps)
    assert holds == sorted(holds)
    assert caps[0] == pytest.approx(holds[0])
    assert holds[-1] == pytest.approx(1.5, rel=0.02)


# ---------------------------------------------------------------- the balance
@pytest.mark.parametrize("world", [to_dwellings, by_need])
def test_more_than_can_pass_has_no_balance(world):
    line = house(world(1.2, cap=0))
    assert line.note.startswith("no balance: the queue grows by")
    assert line.ratio == pytest.approx(1.2 / 1.0986, abs=1e-3)
    line = house(world(1.05, cap=0))
    assert not line.grows
    assert line.ratio < 1
    assert not house(world(1.2)).grows  # dwellings that wait are not lost


def test_a_tandem_that_is_asked_more_than_it_passes_has_no_balance():
    most = passed_to_next(2, 2.0, 1.0, 3, 3.0)
    assert most < 1.0  # each station alone passes one a day
    assert house(in_tandem(most * 1.03)).grows
    assert not house(in_tandem(most * 0.97)).grows


# ---------------------------------------------------------------- the run
SHELVES = {
    "no shelf": ({"cap": 0}, Shelf(offers=2.0, cap=0)),
    "two on the shelf": ({"cap": 2}, Shelf(offers=2.0, cap=2)),
    "held for half a day": ({"hold_days": 0.5}, Shelf(offers=2.0, hold_years=0.5)),
}


def test_the_run_passes_as_many_as_the_formula_says():
    mean, error = passed(to_dwellings(3.0, cap=0), 3)
    assert abs(mean - 1.0986) < 4 * error
    assert error < 0.01


@pytest.mark.slow
@pytest.mark.parametrize("name", SHELVES)
@pytest.mark.parametrize("world", [to_dwellings, by_need])
def test_the_run_passes_as_many_for_every_shelf(name, world):
    keys, shelf = SHELVES[name]
    mean, error = passed(world(3.0, **keys))
    assert abs(mean - passed_with_dwellings(3, 2.0, 1.0, shelf, 0.0)) < 4 * error


@pytest.mark.slow
@pytest.mark.parametrize("days", [2.0, {"gamma": 2.0, "cv": 2.0}])
def test_only_the_mean_of_the_stay_matters(days):
    mean, error = passed(to_dwellings(3.0, days=days, cap=0))
    assert abs(mean - 1.0986) < 4 * error


@pytest.mark.slow
@pytest.mark.parametrize(("first", "second"), [(2, 3), (1, 4), (4, 2)])
def test_the_run_passes_as_many_in_tandem(first, second):
    mean, error = passed(in_tandem(5.0, first, second))
    assert abs(mean - passed_to_next(first, 2.0, 1.0, second, 3.0)) < 4 * error


@pytest.mark.slow
@pytest.mark.parametrize(("a_day", "grows"), [(1.2, True), (1.0, False)])
def test_a_queue_grows_in_the_run_where_the_balance_says_so(a_day, grows):
    raw = to_dwellings(a_day, cap=0)
    assert house(raw).grows is grows
    mean, error = passed(raw)
    assert (mean < a_day - 4 * error) is grows
