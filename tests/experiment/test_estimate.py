"""Intervals and paired differences, against cases worked out by hand."""

import numpy as np
import pytest
from scipy import stats

from flowsim.experiment.estimate import Verdict, estimate, mean_of, order_statistic, ratio_of


def of_mean(*scenarios, **options):
    """Estimate one number of each scenario, given its values by replication."""
    values = np.array(scenarios, dtype=float)[:, None, :]
    return estimate(mean_of(values), values.shape[-1], **options)


def test_identical_values_have_an_interval_of_width_0():
    found = of_mean([3.0] * 12)
    assert found.own.value[0, 0] == 3
    assert found.own.low[0, 0] == found.own.high[0, 0] == 3
    assert found.own.p10[0, 0] == found.own.p90[0, 0] == 3


def test_a_constant_shift_is_known_exactly_however_noisy_the_replications_are():
    base = np.random.default_rng(1).lognormal(3, 1, 20)
    found = of_mean(base, base + 0.1)
    assert found.difference.value[1, 0] == pytest.approx(0.1)
    width = found.difference.high[1, 0] - found.difference.low[1, 0]
    assert width == 0
    assert found.verdict[1, 0] == Verdict.HIGHER
    assert found.own.high[1, 0] - found.own.low[1, 0] > 1


def test_the_same_scenario_twice_is_too_close_to_call():
    base = np.random.default_rng(1).normal(10, 2, 20)
    found = of_mean(base, base)
    assert found.difference.value[1, 0] == 0
    assert found.verdict.tolist() == [[Verdict.BASE], [Verdict.TOO_CLOSE]]


@pytest.mark.parametrize(
    ("shift", "verdict"),
    [(+3.0, Verdict.HIGHER), (-3.0, Verdict.LOWER), (0.05, Verdict.TOO_CLOSE)],
)
def test_the_verdict_says_on_which_side_of_0_the_interval_of_the_difference_lies(shift, verdict):
    rng = np.random.default_rng(2)
    base = rng.normal(10, 5, 25)
    found = of_mean(base, base + shift + rng.normal(0, 1, 25))
    assert found.verdict[1, 0] == verdict
    low, high = found.difference.low[1, 0], found.difference.high[1, 0]
    assert (low <= 0 <= high) == (verdict == Verdict.TOO_CLOSE)


def test_one_replication_gives_no_interval_and_no_verdict():
    found = of_mean([3.0], [4.0])
    assert found.own.value.tolist() == [[3], [4]]
    assert found.difference.value[1, 0] == 1
    for ends in (found.own.low, found.own.high, found.own.p10, found.difference.low):
        assert np.isnan(ends).all()
    assert found.verdict[1, 0] == Verdict.UNKNOWN


def test_two_replications_give_an_interval_within_what_was_seen():
    found = of_mean([0.0, 1.0])
    assert 0 <= found.own.low[0, 0] < 0.5 < found.own.high[0, 0] <= 1


def test_the_interval_of_a_mean_of_normal_values_is_about_that_of_student():
    values = np.random.default_rng(3).normal(100, 10, 40)
    found = of_mean(values)
    student = stats.t.interval(0.95, 39, values.mean(), stats.sem(values))
    sem = stats.sem(values)
    assert found.own.low[0, 0] == pytest.approx(student[0], abs=0.3 * sem)
    assert found.own.high[0, 0] == pytest.approx(student[1], abs=0.3 * sem)


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(4)
    samples = rng.normal(0, 1, (400, 20))
    found = estimate(mean_of(samples[None]), 20, resamples=499)
    covered = ((found.own.low <= 0) & (found.own.high >= 0)).mean()
    # BCa of 20 normal values covers 92%; 4 standard errors of 400 trials are 5%.
    assert 0.87 <= covered <= 0.97


def test_the_interval_never_depends_on_what_else_is_estimated():
    values = np.random.default_rng(5).gamma(2, 3, (2, 3, 15))
    together = estimate(mean_of(values), 15)
    alone = estimate(mean_of(values[:, 1:2]), 15)
    assert together.own.low[:, 1] == pytest.approx(alone.own.low[:, 0])
    assert together.difference.high[1, 1] == pytest.approx(alone.difference.high[1, 0])


def test_a_share_is_the_ratio_of_sums_and_not_the_mean_of_ratios():
    parts, wholes = np.array([[[1.0, 9.0]]]), np.array([[[1.0, 99.0]]])
    assert estimate(ratio_of(parts, wholes), 2).own.value[0, 0] == pytest.approx(0.1)


def test_a_share_of_nothing_is_not_a_number():
    assert np.isnan(estimate(ratio_of(np.zeros((1, 1, 3)), np.zeros((1, 1, 3))), 3).own.value)


def test_a_quantile_that_is_not_reached_has_no_difference():
    def statistic(weights):
        share = weights[:, 0] / weights.sum(axis=1)
        return np.stack([share[None], np.full((1, len(share)), np.inf)])

    found = estimate(statistic, 8, smooth=np.array([False]))
    assert np.isinf(found.own.value[1, 0])
    assert np.isinf(found.own.low[1, 0])
    assert found.verdict[1, 0] == Verdict.UNKNOWN


def test_the_range_of_one_future_is_wider_than_the_interval_of_the_mean():
    values = np.random.default_rng(6).normal(0, 1, 50)
    own = of_mean(values).own
    assert own.p10[0, 0] < own.low[0, 0] < own.high[0, 0] < own.p90[0, 0]
    assert own.p10[0, 0] == np.sort(values)[4]
    assert own.p90[0, 0] == np.sort(values)[44]


def test_an_order_statistic_is_a_value_that_was_seen():
    assert order_statistic(np.array([5.0, 1.0, np.inf, 3.0]), 0.5) == 3
    assert order_statistic(np.array([5.0, 1.0, np.inf, 3.0]), 1.0) == np.inf
    assert np.isnan(order_statistic(np.array([5.0, np.nan]), 0.5))
