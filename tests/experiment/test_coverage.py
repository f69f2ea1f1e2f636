"""How often an interval of 30 futures holds what is true: of a queue whose mean theory knows."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from flowsim.experiment.estimates.estimate import estimate, mean_of
from tests.theory.formulas import erlang_c

SETS, FUTURES, STEPS = 1_000, 30, 2_000
SERVERS, RATE = 3, 2.4


@cache
def lengths() -> np.ndarray:
    """Return the mean number of people who wait in an M/M/3 queue: futures x sets.

    Each future begins in the stationary law, and goes on for some 370 mean stays.
    """
    rng = np.random.default_rng(20260101)
    load = RATE / SERVERS
    most = 400
    weights = np.ones(most)
    for n in range(1, most):
        weights[n] = weights[n - 1] * RATE / min(n, SERVERS)
    there = rng.choice(most, size=SETS * FUTURES, p=weights / weights.sum())
    total, up = np.zeros(len(there)), RATE / (RATE + SERVERS)
    for _ in range(STEPS):  # at the rate of all that may happen, of which some is nothing
        total += np.maximum(there - SERVERS, 0)
        u = rng.random(len(there))
        there += u < up
        there -= (u >= up) & (u < up + np.minimum(there, SERVERS) / (RATE + SERVERS))
    assert load < 1
    return (total / STEPS).reshape(FUTURES, SETS)


def true_length() -> float:
    load = RATE / SERVERS
    return erlang_c(SERVERS, RATE) * load / (1 - load)


def test_the_queue_is_as_long_as_theory_says():
    values = lengths()
    error = values.std() / np.sqrt(values.size)
    assert values.mean() == pytest.approx(true_length(), abs=4 * error)


def test_of_1000_intervals_of_30_futures_93_to_97_percent_hold_the_true_length():
    values = lengths()
    found = estimate(mean_of(np.stack([values.T, values.T])), FUTURES).own
    covered = (found.low[0] <= true_length()) & (true_length() <= found.high[0])
    assert 0.93 <= covered.mean() <= 0.97
