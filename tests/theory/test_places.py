"""Places of one variant as a station: loss, giving up, M/G/c, priorities, pools."""

from __future__ import annotations

import math

import numpy as np
import pytest

from flowsim.cohort.drawn import Draw
from flowsim.ledger import EventKind, State
from tests.theory import formulas
from tests.theory.laws import by_law, run, sampled
from tests.theory.measure import (
    area_of,
    assert_agrees,
    first_day,
    mean_by_piece,
    profile_of,
    spans,
    time_average,
)
from tests.worlds import YEAR, clients, copies, places

AREAS = 25
WARM, DAYS = 300.0, 5000.0
EXPONENTIAL, CONSTANT = {"exponential": 4.0}, {"constant": 4.0}
GAMMA, LOGNORMAL = {"gamma": 4.0, "cv": 0.5}, {"lognormal": 4.0, "cv": 1.5}
HYPER = {"hyperexponential": [1.0, 11.0], "weight": 0.7}
TRIANGULAR = {"triangular": [0.0, 3.0, 9.0]}


def waits_for(scenario):
    """Run; return the ledger and the waits for a place that began in the window."""
    ledger = run(scenario)
    waits = spans(ledger).of(State.WAITING).begun(WARM, ledger.window_days)
    assert not waits.open.any()
    return ledger, waits


def line(demand, variant, days=DAYS, **more):
    return copies(days, follow_up=200, areas=AREAS, demand=demand, variant=[variant], **more)


def mean_wait(ledger, waits):
    return mean_by_piece(waits.days, area_of(ledger, waits), AREAS)


# ---------------------------------------------------------------- loss and giving up
@by_law(EXPONENTIAL, CONSTANT, GAMMA, LOGNORMAL, HYPER, slow=(TRIANGULAR,))
def test_places_nobody_waits_for_lose_what_erlang_b_says_whatever_the_stay(stay):
    demand = [clients(1.0, patience_days=0)]
    ledger, waits = waits_for(line(demand, places(5, stay), days=1500))
    assert (waits.days == 0).all()
    lost = mean_by_piece(waits.gave_up.astype(float), area_of(ledger, waits), AREAS)
    assert_agrees(lost, formulas.erlang_b(5, 4.0), within=0.12)
    home = spans(ledger).of(State.SETTLED)
    filled = time_average(home, area_of(ledger, home), AREAS, WARM, 1500)
    assert_agrees(filled, 4.0 * (1 - formulas.erlang_b(5, 4.0)), within=0.04)


def test_a_turnover_time_counts_as_stay():
    demand = [clients(1.0, patience_days=0)]
    variant = places(5, {"gamma": 3.0, "cv": 0.8}, turnover_days=1.0)
    ledger, waits = waits_for(line(demand, variant, days=1500))
    lost = mean_by_piece(waits.gave_up.astype(float), area_of(ledger, waits), AREAS)
    assert_agrees(lost, formulas.erlang_b(5, 4.0), within=0.12)


@pytest.mark.parametrize("patience", [2.0, pytest.param(4.0, marks=pytest.mark.slow), 15.0])
def test_people_give_up_as_often_and_after_as_long_as_erlang_a_says(patience):
    demand = [clients(1.0, patience_days={"exponential": patience})]
    ledger, waits = waits_for(line(demand, places(4, {"exponential": 4.0}), days=1500))
    gave_up, queue = formulas.erlang_a(4, 1.0, 4.0, patience)
    area = area_of(ledger, waits)
    assert_agrees(mean_by_piece(waits.gave_up.astype(float), area, AREAS), gave_up, within=0.15)
    assert_agrees(mean_wait(ledger, waits), queue, within=0.15)


@pytest.mark.parametrize("load", [0.7, 1.0, 1.5])
def test_with_a_fixed_patience_people_give_up_as_often_as_barrer_says(load):
    demand = [clients(load / 4, patience_days=6.0)]
    ledger, waits = waits_for(line(demand, places(1, {"exponential": 4.0})))
    theory = formulas.share_given_up_fixed(load / 4, 4.0, 6.0)
    found = mean_by_piece(waits.gave_up.astype(float), area_of(ledger, waits), AREAS)
    assert_agrees(found, theory, within=0.12)
    assert np.allclose(waits.days[waits.gave_up], 6.0, rtol=0, atol=1e-9)
    assert waits.days.max() <= 6.0 + 1e-9


# ---------------------------------------------------------------- waiting
@by_law(EXPONENTIAL, HYPER, slow=(CONSTANT, GAMMA, LOGNORMAL, TRIANGULAR))
def test_one_place_makes_people_wait_as_pollaczek_and_khinchine_say(stay):
    scenario = line([clients(0.13)], places(1, stay), days=10_000)
    duration = scenario.variant[0].stay_days
    assert duration is not None
    theory = formulas.mean_wait_mg1(0.13, duration.mean, duration.cv)
    ledger, waits = waits_for(scenario)
    assert_agrees(mean_wait(ledger, waits), theory, within=0.25)


def test_waits_for_places_are_those_of_erlang_c():
    ledger, waits = waits_for(line([clients(0.45)], places(3, {"exponential": 4.0})))
    theory = formulas.mean_wait_mmc(3, 0.45, 4.0)
    assert_agrees(mean_wait(ledger, waits), theory, within=0.25)
    waited = mean_by_piece((waits.days > 0).astype(float), area_of(ledger, waits), AREAS)
    assert_agrees(waited, formulas.erlang_c(3, 1.8), within=0.1)


def phased(rate, servers, weights, speeds, serial):
    """Chain of M/G/c with a stay of two phases: in series, or one of the two by chance."""

    def moves(state):
        busy, queue = state[:2], state[2]
        for phase, weight in enumerate(weights):
            if weight:
                entered = tuple(n + (i == phase) for i, n in enumerate(busy))
                if sum(busy) < servers:
                    yield rate * weight, (*entered, 0)
        if sum(busy) == servers and queue < 60:
            yield rate, (*busy, queue + 1)
        for phase, speed in enumerate(speeds):
            if not busy[phase]:
                continue
            left = [n - (i == phase) for i, n in enumerate(busy)]
            if serial and phase == 0:
                yield speed * busy[0], (left[0], left[1] + 1, queue)
            elif queue == 0:
                yield speed * busy[phase], (*left, 0)
            else:
                for new, weight in enumerate(weights):
                    if weight:
                        after = tuple(n + (i == new) for i, n in enumerate(left))
                        yield speed * busy[phase] * weight, (*after, queue - 1)

    return formulas.stationary((0, 0, 0), moves)


@pytest.mark.parametrize("kind", ["erlang", "hyperexponential"])
def test_waits_for_three_places_are_those_of_the_chain_of_phases(kind):
    if kind == "erlang":
        stay, chain = {"gamma": 4.0, "cv": math.sqrt(0.5)}, ([1, 0], [0.5, 0.5], True)
    else:
        stay = {"hyperexponential": [1.0, 11.0], "weight": 0.7}
        chain = ([0.7, 0.3], [1.0, 1 / 11], False)
    theory = formulas.mean(phased(0.45, 3, *chain), lambda state: state[2]) / 0.45
    ledger, waits = waits_for(line([clients(0.45)], places(3, stay)))
    assert_agrees(mean_wait(ledger, waits), theory, within=0.25)


@pytest.mark.parametrize("number", [1, 4])
def test_every_placement_is_that_of_kiefer_and_wolfowitz(number):
    """First come, first served: exact, client by client, on the cohort's own draws."""
    stay = {"lognormal": 4.0, "cv": 1.2}
    scenario = copies(3000, demand=[clients(0.22 * number)], variant=[places(number, stay)])
    cohort, ledger = sampled(scenario)
    duration = scenario.variant[0].stay_days
    assert duration is not None
    column = cohort.draws.durations(Draw.STAY, duration)
    begins = formulas.first_come_first_served(cohort.arrival_days, number, column.at)
    expected = [begin if begin < 3000 else np.nan for begin in begins]
    found = first_day(ledger, EventKind.PLACED)
    assert np.array_equal(found, expected, equal_nan=True)
    assert np.nanmax(found - cohort.arrival_days) > 5


# ---------------------------------------------------------------- who is first
def test_one_place_serves_its_classes_as_cobham_says():
    rates = [0.05, 0.06, 0.05]
    demand = [clients(r, name) for r, name in zip(rates, "abc", strict=True)]
    scenario = line(demand, places(1, {"uniform": [1.0, 7.0]}), placement={"priority": ["c", "a"]})
    ledger, waits = waits_for(scenario)
    cv = 6 / math.sqrt(12) / 4
    theory = formulas.mean_waits_cobham([0.05, 0.05, 0.06], 4.0, cv)
    for name, wait in zip("cab", theory, strict=True):
        mine = waits.where(profile_of(ledger, waits) == name)
        assert_agrees(mean_wait(ledger, mine), wait, within=0.3)


def test_three_places_serve_urgent_people_first_as_kella_and_yechiali_say():
    demand = [clients(0.5, urgent=0.4)]
    scenario = line(
        demand, places(3, {"exponential": 4.0}), days=3500, placement={"priority": ["urgent"]}
    )
    cohort, ledger = sampled(scenario)
    waits = spans(ledger).of(State.WAITING).begun(WARM, ledger.window_days)
    urgent = np.array(cohort.urgent)[waits.client]
    theory = formulas.mean_waits_priority_mmc(3, [0.2, 0.3], 4.0)
    assert_agrees(mean_wait(ledger, waits.where(urgent)), theory[0], within=0.15)
    assert_agrees(mean_wait(ledger, waits.where(~urgent)), theory[1], within=0.25)


def test_when_all_need_the_same_passing_changes_nothing():
    ledgers = [
        run(
            line(
                [clients(0.45)],
                places(2, {"gamma": 4.0, "cv": 0.8}),
                days=400,
                placement={"passing": p},
            )
        )
        for p in (True, False)
    ]
    assert ledgers[0].digest() == ledgers[1].digest()


# ---------------------------------------------------------------- pooled or apart
def test_four_places_together_make_people_wait_less_than_one_in_each_of_four_towns():
    stay, rate, towns = {"exponential": 4.0}, 0.15, 4
    demand, length = [clients(rate)], 60_000
    apart = copies(length, areas=towns, demand=demand, variant=[places(1, stay)])
    pooled = copies(length, areas=towns, demand=demand, variant=[places(4, stay, scale="region")])
    pieces = 40
    for scenario, theory in (
        (apart, formulas.mean_wait_mmc(1, rate, 4.0)),
        (pooled, formulas.mean_wait_mmc(towns, towns * rate, 4.0)),
    ):
        ledger = run(scenario)
        waits = spans(ledger).of(State.WAITING).begun(0, length - 500)
        batch = (waits.begin // (length / pieces)).astype(int)
        assert_agrees(mean_by_piece(waits.days, batch, pieces), theory, within=0.3)


def test_places_in_towns_that_everyone_accepts_are_one_pool():
    stay, anywhere = {"exponential": 4.0}, {"municipality": 1.0, "subregion": 1.0}
    own, shared = (
        copies(
            3000,
            areas=4,
            demand=[clients(0.2, accepts_elsewhere=anywhere)],
            variant=[places(number, stay, scale=scale)],
        )
        for number, scale in ((1, "municipality"), (4, "region"))
    )
    days = [first_day(run(scenario), EventKind.PLACED) for scenario in (own, shared)]
    assert np.array_equal(*days, equal_nan=True)


def test_people_who_accept_only_their_own_town_do_not_use_free_places_elsewhere():
    demand = [clients(0.4, "full", patience_days=0.0)]
    demand[0]["per_year"] = {"m000": 0.4 * YEAR}
    ledger = run(copies(3000, areas=2, demand=demand, variant=[places(2, {"constant": 4.0})]))
    waits = spans(ledger).of(State.WAITING)
    batch = (waits.begin // 100).astype(int)
    lost = mean_by_piece(waits.gave_up.astype(float), batch, 30)
    assert_agrees(lost, formulas.erlang_b(2, 1.6), within=0.3)
