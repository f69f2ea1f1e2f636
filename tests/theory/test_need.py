"""Need over time: the chain of levels against its absorbing moments; exits, waiting, relapse."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.linalg import expm

from flowsim.ledger import EventKind, Reason, State
from tests.theory import formulas
from tests.theory.laws import run
from tests.theory.measure import (
    area_of,
    assert_agrees,
    mean_by_piece,
    mean_of,
    spans,
)
from tests.worlds import YEAR, clients, copies, crowd

AREAS = 25
NAMES = ("ready", "light", "middle", "heavy", "top")
RECOVERY = (None, 30.0, 20.0, 25.0, 15.0)
WORSE = (0.0, 0.01, 0.02, 0.015, 0.02)
"""Chances per day to become one level heavier."""
MIX = {"light": 0.3, "middle": 0.4, "heavy": 0.2, "top": 0.1}
ENTRY = np.array([0.3, 0.4, 0.2, 0.1])


def ladder(law):
    blocks = []
    for name, days, worse in zip(NAMES, RECOVERY, WORSE, strict=True):
        block = {"name": name, "worse_per_year": worse * YEAR}
        blocks.append(block if days is None else block | {"recovery_days": law(days)})
    return blocks


def chain_world(law, *, number=8000, days=2500.0, serves=NAMES[-1], mix=MIX, **more):
    home = {"name": "home", "serves": ["ready", serves]}
    blocks = {"variant": [home], "leaving": {"ready_at": "ready"}}
    return copies(days, level=ladder(law), demand=[crowd(number, level_mix=mix)], **blocks, **more)


def generator(recovery=(1.0,) * 4, worse=(1.0,) * 4, leave=0.0):
    """Rates between the four levels that are not ready; the rest leaves the chain."""
    matrix = np.zeros((4, 4))
    for i in range(4):
        down, up = recovery[i] / RECOVERY[i + 1], worse[i] * WORSE[i + 1]
        if i:
            matrix[i, i - 1] = down
        if i < 3:
            matrix[i, i + 1] = up
        matrix[i, i] = -down - (up if i < 3 else 0) - leave
    return matrix


def stays(ledger):
    """Return the times from entry to ready, or to another exit."""
    found = spans(ledger).of(State.SETTLED)
    assert not found.open.any()
    return found


def assert_moments(ledger, mean, variance):
    days = stays(ledger).days
    assert_agrees(mean_of(days), mean, within=0.06)
    assert_agrees(mean_of(days**2), variance + mean**2, within=0.15)
    assert_agrees(mean_of((days - mean) ** 2), variance, within=0.2)


@pytest.mark.slow
def test_the_time_to_ready_has_the_mean_and_variance_of_the_absorbing_chain():
    ledger = run(chain_world(lambda days: {"exponential": days}))
    assert_moments(ledger, *formulas.absorbing_moments(generator(), ENTRY))


def test_a_level_beyond_what_a_place_serves_runs_at_the_pace_of_too_little_support():
    """Served up to middle: heavy and top are under-supported and slower to recover."""
    speeds = {"under": {"recovery": 0.6, "worse": 1.5}}
    mix = {"light": 0.4, "middle": 0.6}
    scenario = chain_world(
        lambda days: {"exponential": days}, serves="middle", situation=speeds, mix=mix
    )
    matrix = generator((1, 1, 0.6, 0.6), (1, 1, 1.5, 1.5))
    assert_moments(
        run(scenario), *formulas.absorbing_moments(matrix, np.array([0.4, 0.6, 0.0, 0.0]))
    )


@pytest.mark.slow
def test_with_a_constant_recovery_time_the_moments_are_those_of_the_semi_markov_chain():
    """Deterioration starts the recovery of the new level anew."""
    first, second = np.zeros((4, 4)), np.zeros((4, 4))
    means, squares, product = np.zeros(4), np.zeros(4), np.zeros((4, 4))
    for i in range(4):
        whole, worse = RECOVERY[i + 1], WORSE[i + 1]
        better = math.exp(-worse * whole)
        means[i] = (1 - better) / worse
        squares[i] = 2 / worse**2 * (1 - better * (1 + worse * whole))
        up = min(i + 1, 3)
        if i:
            first[i, i - 1] += better
            product[i, i - 1] += better * whole
        first[i, up] += 1 - better
        product[i, up] += means[i] - better * whole
    inverse = np.linalg.inv(np.eye(4) - first)
    mean = inverse @ means
    second = inverse @ (squares + 2 * product @ mean)
    theory = float(ENTRY @ mean)
    ledger = run(chain_world(lambda days: days))
    assert_moments(ledger, theory, float(ENTRY @ second) - theory**2)


@pytest.mark.slow
def test_other_exits_compete_with_recovery():
    leave = 0.004
    scenario = chain_world(lambda days: {"exponential": days}, exits_per_year={"wlz": leave * YEAR})
    ledger = run(scenario)
    found = stays(ledger)
    time = -np.linalg.inv(generator(leave=leave))
    mean = float((ENTRY @ time).sum())
    assert_agrees(mean_of(found.days), mean, within=0.06)
    by_exit = (found.next_why == Reason.WLZ) & (found.next_kind == EventKind.GONE)
    assert_agrees(mean_of(by_exit * 1.0), leave * mean, within=0.2)


@pytest.mark.parametrize("day", [5.0, 20.0, 60.0])
def test_levels_of_people_who_wait_without_support_follow_the_chain(day):
    """No place ever: after t days the levels are those of the chain at the pace of waiting."""
    number = 6000
    speeds = {"unsupported": {"recovery": 0.3, "worse": 2.0}}
    people = {"profile": "all", "on_days": [0.0] * number, "level_mix": MIX}
    scenario = copies(
        100,
        level=ladder(lambda days: {"exponential": days}),
        demand=[people],
        variant=[{"name": "home", "places": 0}],
        leaving={"ready_at": "ready"},
        situation=speeds,
    )
    ledger = run(scenario)
    rows = ledger.rows[(ledger.rows["day"] <= day) & (ledger.rows["kind"] < EventKind.POOL)]
    level = np.zeros(number, dtype=int)
    level[rows["client"]] = rows["level"]
    rates = np.zeros((5, 5))
    for i in range(5):
        if i:
            rates[i, i - 1] = 0.3 / RECOVERY[i]
        if i < 4:
            rates[i, i + 1] = 2 * WORSE[i]
    rates -= np.diag(rates.sum(axis=1))
    theory = np.append(0, ENTRY) @ expm(rates * day)
    found = np.bincount(level, minlength=5) / number
    assert (np.abs(found - theory) <= 4 * np.sqrt(theory * (1 - theory) / number)).all()


def test_people_who_find_a_dwelling_alone_do_so_at_their_hazard():
    """No dwelling is ever offered: ready people wait an exponential time."""
    scenario = copies(
        500,
        level=[{"name": "ready"}, {"name": "some", "recovery_days": 5.0}],
        demand=[crowd(8000, level_mix={"some": 1.0})],
        variant=[{"name": "home"}],
        leaving={"ready_at": "ready", "dwellings": "none", "find_alone_per_year": YEAR / 20},
        dwellings=[{"name": "none", "per_year": 0}],
    )
    ledger = run(scenario)
    found = spans(ledger).of(State.READY)
    assert not found.open.any()
    assert_agrees(mean_of(found.days), 20.0, within=0.06)
    assert_agrees(mean_of((found.days > 20) * 1.0), math.exp(-1), within=0.08)


def test_ready_people_and_dwellings_are_a_two_sided_queue():
    """What leaves M/G/inf is Poisson, so ready people meet dwellings as M/M/1 beyond the cap."""
    rate, supply, cap = 0.3, 0.5, 2
    scenario = copies(
        4000,
        areas=AREAS,
        level=[{"name": "ready"}, {"name": "some", "recovery_days": {"lognormal": 20.0, "cv": 1}}],
        demand=[clients(rate, level_mix={"some": 1.0})],
        variant=[{"name": "home"}],
        leaving={"ready_at": "ready", "dwellings": "stream"},
        dwellings=[{"name": "stream", "per_year": {"each": supply * YEAR}, "cap": {"each": cap}}],
    )
    ledger = run(scenario)
    found = spans(ledger).of(State.READY).begun(300, 3850)
    area, load = area_of(ledger, found), rate / supply
    assert_agrees(mean_by_piece((found.days > 0) * 1.0, area, AREAS), load**cap, within=0.1)
    theory = load ** (cap + 1) / (1 - load) / rate
    assert_agrees(mean_by_piece(found.days, area, AREAS), theory, within=0.25)


def test_relapse_in_aftercare_comes_at_its_hazard():
    """A year of aftercare with hazard h: 1 - exp(-h) relapse, also after an earlier relapse."""
    length, hazard = 60.0, 0.01
    scenario = copies(
        3000,
        level=[{"name": "ready"}, {"name": "some", "recovery_days": 10.0}],
        demand=[crowd(5000, level_mix={"some": 1.0})],
        variant=[{"name": "home", "tenancy": "own"}],
        leaving={
            "ready_at": "ready",
            "transition_days": 3.0,
            "aftercare": {"days": length, "level": "ready"},
            "relapse": {"per_year": hazard * YEAR, "level": "some"},
        },
    )
    ledger = run(scenario)
    found = spans(ledger).of(State.AFTERCARE)
    assert not found.open.any()
    share = 1 - math.exp(-hazard * length)
    first = np.append(True, found.client[1:] != found.client[:-1])
    for some in (found.where(first), found.where(~first)):
        relapsed = (some.next_kind != EventKind.GONE) * 1.0
        assert_agrees(mean_of(relapsed), share, within=0.1)
        assert_agrees(mean_of(some.days), share / hazard, within=0.05)


def test_people_leave_for_each_destination_in_its_share_after_their_transition():
    shares = {"own_dwelling": 0.6, "family": 0.3, "clinic": 0.1}
    scenario = copies(
        300,
        level=[{"name": "ready"}, {"name": "some", "recovery_days": 10.0}],
        demand=[crowd(8000, level_mix={"some": 1.0})],
        variant=[{"name": "home"}],
        leaving={
            "ready_at": "ready",
            "destination": shares,
            "transition_days": {"triangular": [21.0, 45.0, 120.0]},
        },
    )
    ledger = run(scenario)
    found = spans(ledger).of(State.TRANSIT)
    assert_agrees(mean_of(found.days), 62.0, within=0.04)
    reasons = (Reason.OWN_DWELLING, Reason.FAMILY, Reason.CLINIC)
    for reason, share in zip(reasons, shares.values(), strict=True):
        assert_agrees(mean_of((found.next_why == reason) * 1.0), share, within=0.15)
