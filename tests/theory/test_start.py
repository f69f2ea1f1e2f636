"""From empty and from today: M/G/infinity, and the residual law of people of the start."""

from __future__ import annotations

import math

import numpy as np
from scipy import integrate

from flowsim.ledger import EventKind, State
from flowsim.scenario.values import Duration
from tests.theory.laws import by_law, run
from tests.theory.measure import (
    assert_agrees,
    mean_of,
    present,
    spans,
)
from tests.theory.scipy_laws import law_of
from tests.worlds import YEAR, clients, copies, places

FIRST = ({"exponential": 5.0}, {"constant": 5.0}, {"lognormal": 5.0, "cv": 1.2})
MORE = (
    {"gamma": 5.0, "cv": 0.6},
    {"hyperexponential": [1.5, 12.0], "weight": 2 / 3},
    {"uniform": [2.0, 8.0]},
    {"triangular": [0.0, 3.0, 12.0]},
)


def surviving(stay, first, last):
    """Integral of the survival function between two days."""
    law = law_of(Duration.parse(stay))
    points = [p for p in (2.0, 3.0, 5.0, 8.0, 12.0) if first < p < last]
    return integrate.quad(law.sf, first, last, points=points or None, limit=200)[0]


@by_law(*FIRST, slow=MORE)
def test_from_empty_the_number_in_place_is_poisson_with_the_mean_of_m_g_inf(stay):
    """Mean: rate times the integral of survival, at every moment; variance the same."""
    rate, towns, days = 1.2, 100, (2.0, 6.0, 12.0)
    scenario = copies(13, areas=towns, demand=[clients(rate)], variant=[places("unlimited", stay)])
    counts = []
    for replication in range(12):
        home = spans(ledger := run(scenario, replication)).of(State.SETTLED)
        town = ledger.clients.notified_at[home.client]
        counts.append([present(home, town, towns, day) for day in days])
    for number, day in zip(np.concatenate(counts, axis=1), days, strict=True):
        theory = rate * surviving(stay, 0, day)
        assert_agrees(mean_of(number), theory, within=0.15)
        assert_agrees(mean_of((number - theory) ** 2), theory, within=0.25)


@by_law(*FIRST, *MORE)
def test_what_is_left_of_a_stay_at_the_start_follows_the_residual_law(stay):
    """Long stays are met more often: on average E[X^2] / 2E[X] is left, not the mean."""
    number = 4000
    duration = Duration.parse(stay)
    scenario = copies(
        500,
        demand=[clients(0.0)],
        variant=[places(number, stay)],
        start={"residents": {"home": number}},
    )
    left = spans(run(scenario)).of(State.SETTLED)
    assert not left.open.any()
    assert len(left.days) == number
    assert (left.begin == 0).all()
    theory = duration.mean * (1 + duration.cv**2) / 2
    assert_agrees(mean_of(left.days), theory, within=0.2)
    for day in (1.0, 4.0):
        share = 1 - surviving(stay, 0, day) / duration.mean
        if share > 0.02:
            error = math.sqrt(share * (1 - share) / number)
            assert abs((left.days > day).mean() - share) <= 4 * error


@by_law(*FIRST, slow=MORE)
def test_a_stock_that_starts_in_balance_does_not_drift(stay):
    rate, replications = 10.0, 40
    stock = round(rate * Duration.parse(stay).mean)
    scenario = copies(
        31,
        demand=[clients(rate)],
        variant=[places("unlimited", stay)],
        start={"residents": {"home": stock}},
    )
    ledgers = [run(scenario, replication) for replication in range(replications)]
    homes = [spans(ledger).of(State.SETTLED) for ledger in ledgers]
    for day in (1.0, 3.0, 8.0, 30.0):
        number = [((home.begin <= day) & (day < home.end)).sum() for home in homes]
        assert_agrees(mean_of(number), stock, within=0.15)


@by_law({"gamma": 5.0, "cv": 0.6}, {"lognormal": 5.0, "cv": 1.2})
def test_what_is_left_of_one_level_at_the_start_follows_the_residual_law(stay):
    """The same for a need level without other exits."""
    number = 4000
    duration = Duration.parse(stay)
    scenario = copies(
        500,
        level=[{"name": "ready"}, {"name": "some", "recovery_days": stay}],
        demand=[{"profile": "none", "on_days": [], "level_mix": {"some": 1.0}}],
        variant=[{"name": "home", "serves": ["some", "some"], "places": number}],
        leaving={"ready_at": "ready"},
        start={"residents": {"home": number}},
    )
    ledger = run(scenario)
    left = spans(ledger).of(State.SETTLED)
    assert (left.next_kind == EventKind.REQUESTED).all()
    assert_agrees(mean_of(left.days), duration.mean * (1 + duration.cv**2) / 2, within=0.1)
    share = 1 - surviving(stay, 0, 4.0) / duration.mean
    error = math.sqrt(share * (1 - share) / number)
    assert abs((left.days > 4).mean() - share) <= 4 * error


def test_levels_that_start_in_balance_do_not_drift():
    """Two levels in a row, recovery only: each holds rate times its mean, from day 0."""
    rate, mean = 0.5, (20.0, 30.0)
    stock = round(rate * sum(mean))
    scenario = copies(
        200,
        level=[
            {"name": "ready"},
            {"name": "some", "recovery_days": {"gamma": mean[0], "cv": 0.7}},
            {"name": "much", "recovery_days": {"gamma": mean[1], "cv": 0.7}},
        ],
        demand=[{"profile": "all", "per_year": rate * YEAR, "level_mix": {"much": 1.0}}],
        variant=[{"name": "home", "serves": ["some", "much"]}],
        leaving={"ready_at": "ready"},
        start={
            "residents": {"home": stock},
            "level_mix": {"home": {"some": mean[0] / sum(mean), "much": mean[1] / sum(mean)}},
        },
    )
    ledgers = [run(scenario, replication) for replication in range(60)]
    homes = [spans(ledger).of(State.SETTLED) for ledger in ledgers]
    for day in (10.0, 25.0, 60.0, 150.0):
        number = [((home.begin <= day) & (day < home.end)).sum() for home in homes]
        assert_agrees(mean_of(number), stock, within=0.15)
