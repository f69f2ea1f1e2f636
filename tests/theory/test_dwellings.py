"""Dwellings as tokens: two-sided queues, stock, cap and hold, and exact paths."""

from __future__ import annotations

from collections import deque

import numpy as np
import pytest

from flowsim.ledger import EventKind, LostBecause, State
from tests.theory import formulas
from tests.theory.laws import run, sampled
from tests.theory.measure import (
    area_of,
    assert_agrees,
    first_day,
    mean_by_piece,
    ratio_of,
    spans,
    time_average,
)
from tests.worlds import YEAR, clients, copies

AREAS = 25
WARM, DAYS = 200.0, 3000.0


def tokens(days, rate, supply, *, patience=None, areas=AREAS, scale="municipality", **stream):
    """Clients who need only a dwelling, in towns each with a stream of their own."""
    people = clients(rate) if patience is None else clients(rate, patience_days=patience)
    home = {
        "name": "home",
        "tenancy": "own",
        "dwellings": "stock",
        "stay_days": 1.0,
        "next": {"out": 1.0},
    }
    offers = {"name": "stock", "scale": scale, **supply, **stream}
    return copies(days, areas=areas, demand=[people], variant=[home], dwellings=[offers])


def poisson(per_day):
    return {"per_year": {"each": per_day * YEAR}, "pattern": "poisson"}


def counted(ledger, kind, why=None):
    """Count rows about dwellings by town, from the warm-up on."""
    rows = ledger.rows
    mine = (rows["kind"] == kind) & (rows["day"] >= WARM)
    if why is not None:
        mine &= rows["why"] == why
    town = [
        ledger.municipalities.index(pool.area) if pool.kind == "dwellings" else -1
        for pool in ledger.pools
    ]
    return np.bincount(np.array(town)[rows["ref"][mine]], minlength=AREAS).astype(float)


def test_clients_and_dwellings_that_wait_for_each_other_are_a_two_sided_queue():
    """M/M/1 seen from the cap: stock s is the state -s, and clients who give up thin the rest."""
    rate, supply, cap, patience = 0.5, 0.4, 4, 10.0
    scenario = tokens(
        DAYS, rate, poisson(supply), patience={"exponential": patience}, cap={"each": cap}
    )
    ledger = run(scenario)
    chain = formulas.birth_death(lambda n: rate, lambda n: supply + max(n - cap, 0) / patience, 200)
    in_line = np.maximum(np.arange(201) - cap, 0)
    waits = spans(ledger).of(State.WAITING)
    area = area_of(ledger, waits)
    number = time_average(waits, area, AREAS, WARM, DAYS)
    assert_agrees(number, float(chain @ in_line), within=0.1)
    began = waits.begun(WARM, DAYS - 150)
    at_once = mean_by_piece((began.days == 0) * 1.0, area_of(ledger, began), AREAS)
    assert_agrees(at_once, float(chain[:cap].sum()), within=0.1)
    lost = ratio_of(counted(ledger, EventKind.LOST), counted(ledger, EventKind.OFFERED))
    assert_agrees(lost, float(chain[0]), within=0.35)


def test_with_enough_dwellings_the_wait_is_what_is_left_of_an_m_m_1_beyond_the_cap():
    rate, supply, cap = 0.3, 0.5, 2
    scenario = tokens(DAYS, rate, poisson(supply), cap={"each": cap})
    ledger = run(scenario)
    load = rate / supply
    waits = spans(ledger).of(State.WAITING).begun(WARM, DAYS - 150)
    area = area_of(ledger, waits)
    assert_agrees(mean_by_piece((waits.days > 0) * 1.0, area, AREAS), load**cap, within=0.1)
    theory = load ** (cap + 1) / (1 - load) / rate
    assert_agrees(mean_by_piece(waits.days, area, AREAS), theory, within=0.25)
    lost = ratio_of(counted(ledger, EventKind.LOST), counted(ledger, EventKind.OFFERED))
    assert_agrees(lost, 1 - load, within=0.05)


@pytest.mark.parametrize(("supply", "rate"), [(0.3, 0.2), (0.25, 0.25), (0.2, 0.4)])
def test_offers_that_are_held_a_while_lapse_as_often_as_theory_says(supply, rate):
    """Clients who do not wait: the age of the oldest offer on the shelf is a Markov process."""
    hold = 5.0
    scenario = tokens(DAYS, rate, poisson(supply), patience=0, hold_days=hold)
    ledger = run(scenario)
    outdated, empty = formulas.share_outdated(supply, rate, hold)
    lost = ratio_of(
        counted(ledger, EventKind.LOST, LostBecause.HOLD), counted(ledger, EventKind.OFFERED)
    )
    assert_agrees(lost, outdated, within=0.1)
    waits = spans(ledger).of(State.WAITING).begun(WARM, DAYS)
    nothing = mean_by_piece(waits.gave_up * 1.0, area_of(ledger, waits), AREAS)
    assert_agrees(nothing, empty, within=0.1)


def test_a_dwelling_at_regular_days_makes_people_wait_as_m_d_1():
    """No shelf (cap 0): just before a dwelling comes, the line is that of M/D/1 at departures."""
    gap, load = 5.0, 0.6
    rate = load / gap
    ledger = run(tokens(12_000, rate, {"every_days": gap, "pattern": "even"}, cap={"each": 0}))
    waits = spans(ledger).of(State.WAITING)
    before = gap * np.arange(40, 2380) - 1e-6
    area = area_of(ledger, waits)
    begun = np.sort(waits.begin + area * 1e6)
    ended = np.sort(waits.end + area * 1e6)
    grid = before[None, :] + np.arange(AREAS)[:, None] * 1e6
    line = np.searchsorted(begun, grid, "right") - np.searchsorted(ended, grid, "right")
    assert line.min() >= 0
    theory = load + load**2 / (2 * (1 - load))
    assert_agrees(ratio_of(line.sum(axis=1), np.full(AREAS, line.shape[1])), theory, within=0.06)
    empty = (line == 0).mean(axis=1)
    assert_agrees(ratio_of(empty, np.ones(AREAS)), 1 - load, within=0.04)
    began = waits.begun(WARM, 11_500)
    wait = gap * (0.5 + load / (2 * (1 - load)))
    assert_agrees(mean_by_piece(began.days, area_of(ledger, began), AREAS), wait, within=0.08)


# ---------------------------------------------------------------- exact paths
def matched(clients_at, offers, *, stock=0, cap=np.inf, hold=np.inf):
    """Match clients and dwellings, first to first; the offers come first within a day."""
    events = sorted([(day, 0, None) for day in offers] + [(d, 1, c) for c, d in clients_at])
    shelf, line = deque([0.0] * stock), deque()
    served, lapsed = {}, 0
    for day, _, client in events:
        while shelf and shelf[0] + hold < day:
            shelf.popleft()
        if client is not None:
            line.append(client)
        elif line or len(shelf) < cap:
            shelf.append(day)
        else:
            lapsed += 1
        while line and shelf:
            shelf.popleft()
            served[line.popleft()] = day
    return served, lapsed


SUPPLIES = {
    "every ten days": ({"every_days": 10.0, "pattern": "even"}, {}),
    "three at a time": ({"per_year": 36.525, "pattern": "even", "batch": 3}, {}),
    "every month": ({"per_year": 37.0, "pattern": "monthly"}, {}),
    "every quarter": ({"per_year": 37.0, "pattern": "quarterly"}, {}),
    "poisson": ({"per_year": 37.0, "pattern": "poisson"}, {}),
    "poisson in pairs": ({"per_year": 37.0, "pattern": "poisson", "batch": 2}, {}),
    "two thirds realised": ({"per_year": 50.0, "pattern": "even", "realised": 0.67}, {}),
    "stock and cap": ({"every_days": 10.0, "pattern": "even"}, {"stock": 5, "cap": 7}),
    "no shelf": ({"every_days": 8.0, "pattern": "even"}, {"cap": 0}),
    "batch above the cap": (
        {"per_year": 36.525, "pattern": "even", "batch": 4},
        {"stock": 1, "cap": 2},
    ),
    "held for two weeks": ({"every_days": 9.0, "pattern": "even"}, {"hold_days": 14.0, "stock": 3}),
}


@pytest.mark.parametrize("name", SUPPLIES)
def test_every_dwelling_goes_to_the_first_in_line_exactly(name):
    supply, shelf = SUPPLIES[name]
    scenario = tokens(4000, 0.1, supply, areas=1, scale="region", **shelf)
    cohort, ledger = sampled(scenario)
    offers = cohort.offers[0][0]
    served, lapsed = matched(
        list(enumerate(cohort.arrival_days)),
        offers,
        stock=shelf.get("stock", 0),
        cap=shelf.get("cap", np.inf),
        hold=shelf.get("hold_days", np.inf),
    )
    expected = [served.get(client, np.nan) for client in range(cohort.count)]
    assert np.array_equal(first_day(ledger, EventKind.PLACED), expected, equal_nan=True)
    rows = ledger.rows
    over = (rows["kind"] == EventKind.LOST) & (rows["why"] == LostBecause.CAP)
    assert over.sum() == lapsed
    assert len(served) > 250
    assert (rows["kind"] == EventKind.OFFERED).sum() == len(offers)


def test_regular_offers_come_at_the_stated_days():
    def days(**stream):
        offers = {"name": "stock", "scale": "region", **stream}
        home = {"name": "home", "tenancy": "own", "dwellings": "stock", "stay_days": 1.0}
        home["next"] = {"out": 1.0}
        scenario = copies(2 * YEAR, demand=[clients(0.1)], variant=[home], dwellings=[offers])
        return sampled(scenario)[0].offers[0][0]

    assert np.allclose(days(every_days=100.0, pattern="even"), np.arange(1, 8) * 100.0)
    assert np.allclose(
        days(per_year=4, pattern="even", batch=2),
        [YEAR / 4, YEAR / 4, YEAR * 0.75, YEAR * 0.75] + [1.25 * YEAR] * 2 + [1.75 * YEAR] * 2,
    )
    month = YEAR / 12
    expected = [
        (n - 0.5) * month
        for n in range(1, 25)
        for _ in range((18 * n + 6) // 12 - (18 * (n - 1) + 6) // 12)
    ]
    assert np.allclose(days(per_year=18, pattern="monthly"), expected)
    quarter = YEAR / 4
    assert np.allclose(
        days(per_year=8, pattern="quarterly"), np.repeat(np.arange(8) + 0.5, 2) * quarter
    )
